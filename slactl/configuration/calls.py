"""The shipped list of calls that controls may make, ``config/read-only-calls.yaml``.

For whoever reads controls: ``read_only_calls()`` is the list (``call in calls`` says whether it is on it,
``calls.names`` what is, for a hint), and ``wrong_parameters(calls, call, parameters)`` says what a view is given too
little or too much. Whether a JMESPath parses says ``slactl.compliance.selecting.flaw``.
The one rule: an entry that does not only read, or that could tell a secret, is refused here too, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from slactl.compliance.knowing import form_of, unknown_name
from slactl.configuration.assets import bundled_config
from slactl.configuration.fields import Fields, text
from slactl.configuration.files import open_yaml
from slactl.configuration.library import BUNDLED
from slactl.configuration.mistakes import Notes, did_you_mean
from slactl.configuration.nodes import Items, Table
from slactl.model.readonly import READING_VERBS, VIEW, ReadOnlyCall, ReadOnlyCalls, ReadOnlyView

BUNDLED_CALLS = "read-only-calls.yaml"
NEVER = frozenset(
    {
        "apigateway:GetApiKey", "apigateway:GetExport", "apigateway:GetSdk", "apigateway:GetUsagePlanKey",
        "apigateway:GetUsagePlanKeys",
        "appconfigdata:GetLatestConfiguration", "appconfig:GetConfiguration", "cloudfront:GetFunction",
        "cognito-idp:DescribeUserPoolClient", "dynamodb:BatchGetItem", "dynamodb:GetItem", "ec2:GetConsoleOutput",
        "ec2:GetPasswordData", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer", "kinesis:GetRecords",
        "lambda:GetFunction", "lambda:GetLayerVersion", "lambda:GetLayerVersionByArn", "logs:GetLogEvents",
        "logs:GetLogRecord", "logs:GetQueryResults", "s3:GetObject", "s3:GetObjectTorrent",
        "secretsmanager:BatchGetSecretValue", "secretsmanager:GetRandomPassword", "secretsmanager:GetSecretValue",
        "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath",
        "sts:GetFederationToken", "sts:GetSessionToken",
    }
)  # fmt: skip
"""Calls that only read and yet are never allowed: they answer with secrets, objects, rows, code or logs."""
ELSEWHERE = "cloudflare:"
"""What is no call of AWS, and needs nothing of IAM."""
NEVER_OF = frozenset({"kms", "secretsmanager", "ssm", "sts", "dynamodbstreams", "kinesis", "s3-object-lambda"})
"""Services of which nothing is allowed."""


@cache
def read_only_calls() -> ReadOnlyCalls:
    """The shipped list.

    Raises:
        ConfigurationError: if the shipped file was spoilt.
        AssetMissing: if it is not there.
    """
    return read_calls(bundled_config(BUNDLED_CALLS), BUNDLED + BUNDLED_CALLS)


def read_calls(path: Path, shown: str) -> ReadOnlyCalls:
    """A list from a file; the same errors."""
    notes = Notes()
    opened = open_yaml(path, shown, notes)
    notes.refuse()
    assert opened is not None
    fields = Fields(opened.node if isinstance(opened.node, Table) else Table(1, ()), "", opened.shown, notes)
    fields.only(("version", "calls", "views"))
    calls = {one.name: one for one in _calls(fields)}
    views = {one.name: one for one in _views(fields, calls)}
    notes.refuse()
    return ReadOnlyCalls(calls, views)


def wrong_parameters(calls: ReadOnlyCalls, call: str, parameters: Mapping[str, object]) -> tuple[str, ...]:
    """What is wrong with the parameters that a view is given, one phrase each; of a call AWS's own model says it."""
    view = calls.views.get(call)
    if view is None:
        return ()
    known = (*view.takes, *view.may)
    missing = [f"{call} needs {name!r}" for name in view.takes if name not in parameters]
    return (*missing, *(f"{call} knows no {name!r}" for name in parameters if name not in known))


def unknown_member(calls: ReadOnlyCalls, call: str, select: str) -> str | None:
    """The first name in a JMESPath that the document of a view cannot have; of a call AWS's own model says it."""
    told = calls.views.get(call) or calls.calls.get(call)
    return unknown_name(select, form_of(told.tells)) if told and told.tells else None


def _calls(fields: Fields) -> list[ReadOnlyCall]:
    services = fields.mapping("calls")
    found = []
    for entry in services.table.entries if services else ():
        operations = services.mapping(entry.key) if services else None
        for each in operations.table.entries if operations else ():
            one = operations.mapping(each.key) if operations else None
            if one is not None and _only_reads(one, entry.key, each.key):
                found.append(_call(one, f"{entry.key}:{each.key}"))
    return found


def _only_reads(one: Fields, service: str, operation: str) -> bool:
    """Whether it may stand on the list; a mistake is written down where not."""
    name = f"{service}:{operation}"
    if not operation.startswith(READING_VERBS):
        what = f"{name} does not only read: calls begin with {', '.join(READING_VERBS)}"
    elif name in NEVER or service in NEVER_OF:
        what = f"{name} could tell a secret, an object, a row, code or logs"
    else:
        return True
    one.notes.mistake(one.file, one.line, what)
    return False


def _call(one: Fields, name: str) -> ReadOnlyCall:
    one.only(("action", "on", "withheld", "nothing", "tells"))
    actions = _texts(one, "action")
    if not actions and not name.startswith(ELSEWHERE):
        one.missing("action")
    withheld, nothing = (frozenset(_texts(one, key)) for key in ("withheld", "nothing"))
    return ReadOnlyCall(name, actions, _texts(one, "on"), withheld, nothing, _texts(one, "tells"))


def _views(fields: Fields, calls: Mapping[str, ReadOnlyCall]) -> list[ReadOnlyView]:
    views = fields.mapping("views")
    found = []
    for entry in views.table.entries if views else ():
        one = views.mapping(entry.key) if views else None
        if one is None:
            continue
        one.only(("takes", "may", "calls", "tells"))
        made = _texts(one, "calls")
        for name in (name for name in made if name not in calls):
            one.mistake("calls", f"names {name!r}, which is not on the list", did_you_mean(name, list(calls)))
        if not one.has("tells"):
            one.missing("tells")
        parameters = _texts(one, "takes"), _texts(one, "may")
        found.append(ReadOnlyView(VIEW + entry.key, made, *parameters, _texts(one, "tells")))
    return found


def _texts(fields: Fields, key: str) -> tuple[str, ...]:
    """One text or a list of texts; none where the key is left out."""
    entry = fields.table.entry(key)
    if entry is None:
        return ()
    if isinstance(entry.value, Items):
        return fields.words(key, text) or ()
    one = fields.must(key, text)
    return () if one is None else (one,)
