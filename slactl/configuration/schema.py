"""JSON Schemas of the files, for editors: ``slactl config schema``.

The one rule: a schema refuses nothing that slactl reads; what it cannot say (one id twice, a time
that does not exist) is left to ``slactl config check``.
"""

from __future__ import annotations

from slactl.configuration import patterns as p
from slactl.configuration.alarmschema import alarms_schema
from slactl.configuration.catalogue import VERSION
from slactl.configuration.checkschema import check_schema
from slactl.configuration.clauses import clauses_schema
from slactl.configuration.documents import document_schema
from slactl.configuration.evidence import KEPT, LOCKS, RESOLUTIONS, TOPIC
from slactl.configuration.heartbeat import heartbeat_schema
from slactl.configuration.indicators import KINDS
from slactl.configuration.indicators.kind import Kind
from slactl.configuration.maintenance import PROOFS
from slactl.configuration.names import ACCOUNT, IDENTIFIER, REGION, REPORT_ID, ROLE, URL
from slactl.configuration.packschema import clauses_section, pack_schema, packs_section
from slactl.configuration.settings import LANGUAGES
from slactl.configuration.times import CLOCK, DATE, OFFSET

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOMENT = rf"^{DATE}[T ]{CLOCK}({OFFSET})?$"
LOCAL = rf"^{DATE}[T ]{CLOCK}$"
DAY = rf"^{DATE}$"
FILLED = r"\S"
_ID = rf"^{IDENTIFIER}$"

Schema = dict[str, object]


def schema_of(what: str) -> Schema:
    """The schema of ``config`` (slactl.yaml), or of a file that it names: ``objectives``, ``clauses``, ...

    A pack of one's own is a ``pack``, a document of one's own a ``document``.
    """
    bodies = {
        "config": _config,
        "objectives": _objectives_file,
        "maintenance": _maintenance_file,
        "incidents": _incidents_file,
        "alarms": alarms_schema,
        "pack": pack_schema,
        "document": document_schema,
        "clauses": clauses_schema,
    }
    head: Schema = {"$schema": DIALECT, "title": f"slactl {what}"}
    return head | bodies[what]()


def _config() -> Schema:
    path = p.text("a path, relative to this file")
    paths: Schema = {"oneOf": [path, p.listed(path, "several paths")]}
    sections: Schema = {
        "version": {"const": VERSION, "description": "the form of this file"},
        "report": _report(),
        "aws": _aws(),
        "services": _services(),
        "objectives": {"oneOf": [path, p.listed(path, "several paths"), p.listed(_objective(), "objectives")]},
        "maintenance": paths,
        "incidents": paths,
        "evidence": _evidence(),
        "check": check_schema(),
        "alarms": {"oneOf": [path, alarms_schema()]},
        "packs": packs_section(),
        "clauses": clauses_section(),
    }
    return p.table(sections, ("version", "services"))


def _report() -> Schema:
    return p.table(
        {
            "title": p.text("the report's title"),
            "id": p.text("the report's number; {month} stands for the month", f"^{REPORT_ID}$"),
            "classification": p.text("who may read it"),
            "prepared_by": p.text("who made it"),
            "approved_by": p.text("who signs it"),
            "language": p.words("the language of the report", *LANGUAGES),
            "timezone": p.text("the agreement's IANA time zone, such as Europe/Rome"),
            "year_starts": p.text("first day of the agreement's year, MM-DD", "^[0-9]{2}-[0-9]{2}$"),
            "settle": p.text("how long after its end a slice is settled", p.DURATION),
        }
    )


def _aws() -> Schema:
    return p.table(
        {
            "region": p.text("the region to read", f"^{REGION}$"),
            "profile": p.text("a profile of the AWS configuration"),
            "role_arn": p.text("the role to take on", f"^{ROLE}$"),
            "expected_account": p.text("refuse any other account; in quotes", f"^{ACCOUNT}$"),
        }
    )


def _evidence() -> Schema:
    return p.table(
        {
            "store": p.text("a directory, relative to this file, or s3://bucket/prefix"),
            "resolution": p.words("how finely counts are kept", *RESOLUTIONS),
            "keep": p.text("how long evidence is kept, such as 4y; left out: for ever", f"^{KEPT}$"),
            "lock": p.words("the mode of Object Lock on S3; left out: as the bucket says", *LOCKS),
            "lock_for": p.text("how long the lock holds, such as 4y", f"^{KEPT}$"),
            "alarms": p.truth("keep the history of alarms too; on where left out"),
            "topics": p.listed(p.text("an SNS topic", f"^{TOPIC}$"), "topics whose failed notifications are kept"),
        }
    )


def _services() -> Schema:
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": _ID},
        "additionalProperties": {
            "if": {"properties": {"source": {"const": "api-gateway"}}, "required": ["source"]},
            "then": _gateway_service(),
            "else": _signals_service(),
        },
    }


def _service_keys() -> Schema:
    return {
        "name": p.text("its name in AWS; default: the key"),
        "since": p.text("in service since; before it nothing is owed", DAY),
        "operations": {"type": "array", "items": _rule(), "description": "the first match wins"},
        "account": p.text("the linked account that holds it; in quotes", f"^{ACCOUNT}$"),
        "heartbeat": heartbeat_schema(),
    }


def _signals_service() -> Schema:
    stage: Schema = {"api": p.text("ApiName of a REST API or ApiId of an HTTP API"), "stage": p.text("the stage")}
    own: Schema = {
        "source": p.words("where its figures come from", "application-signals"),
        "environment": p.text("its environment in Application Signals, such as lambda:prod"),
        "edge": p.table(stage, ("api", "stage"), "the API Gateway stage that answers the customer"),
    }
    return p.table(_service_keys() | own, ("environment",))


def _gateway_service() -> Schema:
    own: Schema = {
        "source": p.words("where its figures come from", "api-gateway"),
        "api": p.text("ApiName of a REST API or ApiId of an HTTP API"),
        "stage": p.text("the stage"),
    }
    return p.table(_service_keys() | own, ("source", "api", "stage"))


def _rule() -> Schema:
    keys: Schema = {
        "match": p.text('an operation such as "GET /users/*"; only * is special'),
        "ignore": p.truth("leave it out of every figure"),
        "as": p.text("the name under which it is counted"),
        "class": p.text("the class it belongs to", _ID),
    }
    return p.table(keys, ("match",))


def _objectives_file() -> Schema:
    return p.table({"objectives": p.listed(_objective(), "objectives")}, ("objectives",))


def _objective() -> Schema:
    """One branch for each kind, chosen by ``indicator``."""
    branches = [
        {"if": {"properties": {"indicator": {"const": name}}, "required": ["indicator"]}, "then": _of_kind(name, kind)}
        for name, kind in KINDS.items()
    ]
    return {
        "type": "object",
        "required": ["id", "indicator"],
        "properties": {"indicator": p.words("the kind of figure", *KINDS)},
        "allOf": branches,
    }


def _of_kind(name: str, kind: Kind) -> Schema:
    special: Schema = {
        "services": p.listed(p.text("a service's key"), "the services it holds for; default: all"),
        "component": p.text("the part of the platform that it is about", _ID),
        "service": p.text("the service that it is about"),
        "per": p.words("whether single operations count", "service", "operation"),
        "class": p.text("only operations of this class", _ID),
        "confidence": p.text("how sure a breach by few requests must be", p.SHARE),
    }
    keys = _common() | {key: value for key, value in special.items() if key in kind.admits} | dict(kind.options)
    keys |= {"indicator": {"const": name}, "goal": kind.goal_schema}
    needs = ("id", "indicator") if kind.usual_goal else ("id", "indicator", "goal")
    return p.table(keys, (*needs, *kind.needs))


def _common() -> Schema:
    title = p.text("what the objective is called")
    titles = p.table(dict.fromkeys(LANGUAGES, title)) | {"minProperties": 1}
    dates: Schema = {"from": p.text("first day", DAY), "to": p.text("first day without it", DAY)}
    reference: Schema = {
        "document": p.text("the document that holds the promise"),
        "section": p.text("where in it"),
        "quote": p.text("the promise in its own words"),
    }
    return {
        "id": p.text("a short name", _ID),
        "title": {"oneOf": [title, titles]},
        "over": p.words("what is judged", "month", "year"),
        "exclude": p.words("whether announced maintenance is left out", "none", "maintenance"),
        "advisory": p.truth("inform only, decide nothing"),
        "warning": p.text("the share of the error budget below which a met goal warns", p.SHARE),
        "in_force": p.table(dates) | {"minProperties": 1, "description": "the days on which it holds"},
        "reference": p.table(reference, ("document",), "where the promise is written"),
        "clauses": p.listed(p.text("a clause's id", _ID), "the clauses of the document that it answers"),
    }


def _maintenance_file() -> Schema:
    return p.table(
        {
            "notice": p.text("the least time between announcement and start", p.DURATION),
            "max_per_month": p.text("the most that is left out of a month, for each service", p.DURATION),
            "max_per_year": p.text("the most that is left out of a year, for each service", p.DURATION),
            "require_proof": p.words("the least proof of the announcement that is accepted", *PROOFS),
            "windows": {"type": "array", "items": _window(), "description": "announced work"},
        }
    )


def _window() -> Schema:
    worked: Schema = {"start": p.text("when work began", MOMENT), "end": p.text("when it ended", MOMENT)}
    keys: Schema = {
        "id": p.text("the change's number", _ID),
        "start": p.text("local time, or with an offset", MOMENT),
        "end": p.text("local time, or with an offset", MOMENT),
        "announced": p.text("when customers were told", MOMENT),
        "announcement": _announcement(),
        "reason": p.text("one line for the customer"),
        "worked": p.table(worked, ("start", "end"), "when it was really worked"),
        "cancelled": p.truth("it was called off"),
        "services": p.listed(p.text("a service's key"), "the services it holds for; default: all"),
        "rrule": p.text("a rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SU", "^[A-Z]+=[^;]+(;[A-Z]+=[^;]+)*$"),
        "until": p.text("the last day, or local time, of a recurring window", f"({DAY})|({LOCAL})"),
        "mute": p.truth("slactl maintenance sync mutes alarms while it lasts; default: true"),
    }
    return p.table(keys, ("id", "start", "end", "reason")) | {"dependentRequired": {"until": ["rrule"]}}


def _announcement() -> Schema:
    keys: Schema = {
        "channel": p.text("how: status-page, e-mail, ..."),
        "to": p.text("whom"),
        "url": p.text("where it can be read", f"^{URL}$"),
        "file": p.text("a copy of it, relative to this file; it is hashed"),
    }
    return p.table(keys) | {"minProperties": 1, "description": "how customers were told"}


def _incidents_file() -> Schema:
    incidents: Schema = {"type": "array", "items": _incident(), "description": "what people say of outages"}
    return p.table({"incidents": incidents}, ("incidents",))


def _incident() -> Schema:
    action = _action()
    keys: Schema = {
        "id": p.text("its number", _ID),
        "service": p.text("the service it hit"),
        "services": p.listed(p.text("a service's key"), "the services it hit"),
        "objectives": p.listed(p.text("an objective's id"), "the missed objectives it explains; default: any"),
        "start": p.text("local time, or with an offset", MOMENT),
        "end": p.text("local time, or with an offset; none while it goes on", MOMENT),
        "ticket": p.text("where it is followed", FILLED),
        "cause": p.text("why it happened", FILLED),
        "impact": p.text("what customers noticed", FILLED),
        "correction": p.text("what ended it", FILLED),
        "corrective_action": {"oneOf": [action, p.listed(action, "several actions")]},
        "add_downtime": p.truth("its seconds count as down, measured or not; this only worsens a figure"),
    }
    of_whom: Schema = {"oneOf": [{"required": ["service"]}, {"required": ["services"]}]}
    return p.table(keys, ("id", "start", "cause")) | of_whom


def _action() -> Schema:
    keys: Schema = {
        "action": p.text("what shall keep it from happening again", FILLED),
        "owner": p.text("who sees to it", FILLED),
        "due": p.text("the day by which", DAY),
        "done": p.text("the day on which it was done", DAY),
    }
    return p.table(keys, ("action", "owner"))
