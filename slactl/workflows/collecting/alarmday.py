"""What is kept of a day's alarms, as one document.

The one rule: of two documents of a day the union is kept: an event once, a definition with the instants
it was first and last seen at; how alarms stand, and what is missing, the later one says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from slactl.model.span import Span
from slactl.ports.alarms import AlarmEvent, AlarmKind, MuteRule, StandingAlarm, Unread
from slactl.workflows.collecting.record import canonical
from slactl.workflows.collecting.topics import Sums
from slactl.workflows.collecting.watched import happened, muting

SCHEMA = "slactl.evidence-alarms/1"
Document = dict[str, Any]
_SEEN = ("alarms", "watched", "mute_rules")


def empty(account: str, region: str, day: str, now: int) -> Document:
    """A document of which nothing was read."""
    return {
        "schema": SCHEMA,
        "account": account,
        "region": region,
        "day": day,
        "taken": [time(now)],
        "history": {"read": {}, "lost": [], "events": []},
        "alarms": [],
        "states": {},
        "watched": [],
        "mute_rules": None,
        "notifications": {"read": None, "topics": {}},
        "missing": [],
    }


def read(body: bytes) -> Document:
    """A document that was kept.

    Raises:
        ValueError: if it is none.
    """
    told = json.loads(body)
    if not isinstance(told, dict) or told.get("schema") != SCHEMA:
        raise ValueError(f"not {SCHEMA}")
    return told


def add_history(document: Document, kind: AlarmKind, span: Span, events: Iterable[AlarmEvent]) -> None:
    """What happened to alarms of a kind in a span that was read whole."""
    document["history"]["read"][kind.value] = spanned(span)
    document["history"]["events"] += [{"at": _milliseconds(event.at), **happened(event)} for event in events]


def add_lost(document: Document, kind: AlarmKind, span: Span) -> None:
    """A span of which nobody can tell any more what happened."""
    document["history"]["lost"].append({"kind": kind.value, **spanned(span)})


def add_standing(document: Document, kind: AlarmKind, alarms: Sequence[StandingAlarm], now: int) -> None:
    """Every alarm of a kind, by name and state."""
    states = sorted(alarm.state for alarm in alarms)
    document["states"][kind.value] = {state: states.count(state) for state in dict.fromkeys(states)}
    document["alarms"] += [
        {
            "name": alarm.name,
            "kind": kind.value,
            "state": alarm.state,
            "since": None if alarm.since is None else time(alarm.since),
            "seen": time(now),
        }
        for alarm in alarms
    ]


def add_watched(document: Document, told: Iterable[Document], now: int) -> None:
    """Alarms that name a clause."""
    document["watched"] += [{**one, "seen": [time(now), time(now)]} for one in told]


def add_mute_rules(document: Document, rules: Iterable[MuteRule], now: int) -> None:
    """Every mute rule."""
    instants = [{"starts": rule.starts, "expires": rule.expires, "updated": rule.updated} for rule in rules]
    document["mute_rules"] = [
        {
            **muting(rule),
            **{name: None if at is None else time(at) for name, at in told.items()},
            "seen": [time(now), time(now)],
        }
        for rule, told in zip(rules, instants, strict=True)
    ]


def add_notifications(document: Document, span: Span, sums: Mapping[str, Sums]) -> None:
    """The sums of the topics' hours."""
    topics = {
        topic: {metric: {time(start): value for start, value in points.items()} for metric, points in metrics.items()}
        for topic, metrics in sums.items()
    }
    document["notifications"] = {"read": spanned(span), "topics": topics}


def add_missing(document: Document, unread: Iterable[Unread]) -> None:
    """What could not be read."""
    document["missing"] += [{"what": one.what, "why": one.why.value, "text": one.text} for one in sorted(unread)]


def merged(earlier: Document, later: Document) -> Document:
    """The union of two documents of a day."""
    then, now = earlier["history"], later["history"]
    topics = _deep(earlier["notifications"]["topics"], later["notifications"]["topics"])
    rules = [one["mute_rules"] for one in (earlier, later) if one["mute_rules"] is not None]
    return later | {
        "taken": sorted({*earlier["taken"], *later["taken"]}),
        "history": {
            "read": _spans(then["read"], now["read"]),
            "lost": _distinct([*then["lost"], *now["lost"]]),
            "events": _distinct([*then["events"], *now["events"]]),
        },
        "alarms": _latest([*earlier["alarms"], *later["alarms"]]),
        "states": earlier["states"] | later["states"],
        "watched": _seen([*earlier["watched"], *later["watched"]]),
        "mute_rules": _seen([rule for some in rules for rule in some]) if rules else None,
        "notifications": {
            "read": _spans({"": earlier["notifications"]["read"]}, {"": later["notifications"]["read"]}).get(""),
            "topics": topics,
        },
    }


def body(document: Document) -> bytes:
    """The document's bytes, everything in order."""
    history = document["history"]
    events = sorted(history["events"], key=lambda one: (one["at"], one["kind"], one["alarm"], _text(one)))
    ordered = {name: _sorted(document[name]) for name in _SEEN}
    return canonical(document | ordered | {"history": history | {"events": events}})


def alike(earlier: Document, later: Document) -> bool:
    """Whether a document tells nothing that an earlier one doesn't tell, but that one looked again."""
    return body(_still(earlier)) == body(_still(later))


def _still(document: Document) -> Document:
    """A document without the instants at which one looked."""
    unseen = {name: document[name] and [one | {"seen": None} for one in document[name]] for name in _SEEN}
    history, told = document["history"] | {"read": None}, document["notifications"] | {"read": None}
    return document | unseen | {"taken": None, "history": history, "notifications": told}


def without(document: Document, known: Iterable[Document]) -> None:
    """Takes out the events that earlier documents hold, and those that CloudWatch told twice."""
    held = {_text(event) for one in known for event in one["history"]["events"]}
    history = document["history"]
    history["events"] = [event for event in _distinct(history["events"]) if _text(event) not in held]


def spanned(span: Span) -> dict[str, str]:
    """A span as a document has it."""
    return {"start": time(span.start), "end": time(span.end)}


def time(instant: int) -> str:
    """An instant as a document has it: 2026-10-07T06:00:00Z."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _milliseconds(instant: int) -> str:
    return f"{time(instant // 1000)[:-1]}.{instant % 1000:03d}Z"


def _text(told: object) -> str:
    return json.dumps(told, sort_keys=True)


def _sorted(told: list[Document] | None) -> list[Document] | None:
    return told and sorted(told, key=lambda one: (one["name"], _text(one)))


def _distinct(told: Iterable[Document]) -> list[Document]:
    return list({_text(one): one for one in told}.values())


def _latest(told: Iterable[Document]) -> list[Document]:
    return list({(one["kind"], one["name"]): one for one in told}.values())


def _seen(told: Iterable[Document]) -> list[Document]:
    """Each once, with when it was first and last seen."""
    found: dict[str, Document] = {}
    for one in told:
        key = _text({name: value for name, value in one.items() if name != "seen"})
        both = [*found.get(key, one)["seen"], *one["seen"]]
        found[key] = one | {"seen": [min(both), max(both)]}
    return list(found.values())


def _spans(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The spans of both, from the earlier start to the later end."""
    found: dict[str, Any] = {}
    for name in {**then, **now}:
        parts = [one[name] for one in (then, now) if one.get(name)]
        ends: tuple[tuple[str, Callable[[Iterable[str]], str]], ...] = (("start", min), ("end", max))
        found[name] = {key: choose([part[key] for part in parts]) for key, choose in ends} if parts else None
    return found


def _deep(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the later one's figures over the earlier one's."""
    return {
        name: _deep(then[name], value) if isinstance(value, dict) and isinstance(then.get(name), dict) else value
        for name, value in {**then, **now}.items()
    }
