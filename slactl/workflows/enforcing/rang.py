"""What the kept history of alarms tells: which stood, and when they rang.

The one rule: outside what was read, and before an alarm stood, nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slactl.alarming.replaying.comparing import Past, rang
from slactl.model.evidence import Kind
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting import alarmday
from slactl.workflows.collecting.holdings import CHECK

CREATED, DELETED = "Create", "Delete"
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """The documents of days, in order."""

    days: tuple[alarmday.Document, ...]

    def read(self, span: Span) -> Spans:
        """Where the history of both shapes of alarms is known."""
        return intersect(self._read("metric", span), self._read("composite", span))

    def alarms(self, span: Span) -> dict[str, Past]:
        """What is known of each alarm that ever stood."""
        events: dict[str, list[Event]] = {}
        kinds = {one["name"]: one["kind"] for day in self.days for one in day["alarms"]}
        for event in (event for day in self.days for event in day["history"]["events"]):
            events.setdefault(event["alarm"], []).append(event)
            kinds.setdefault(event["alarm"], event["kind"])
        read = {kind: self._read(kind, span) for kind in set(kinds.values())}
        return {name: _past(events.get(name, []), read[kind], span) for name, kind in sorted(kinds.items())}

    def _read(self, kind: str, span: Span) -> Spans:
        told = [day["history"] for day in self.days]
        spans = [_span(one["read"][kind]) for one in told if one["read"].get(kind)]
        lost = [_span(one) for history in told for one in history["lost"] if one["kind"] == kind]
        return intersect(subtract(spans, lost), (span,))


def kept_history(archive: Archive, span: Span) -> Kept | None:
    """The records of a store that may tell of a span; None where it has none.

    Raises:
        EvidenceFailure: if one can't be read.
    """
    days = []
    for item in sorted(archive.items(Kind.ALARMS), key=lambda one: (one.place.when, one.path)):
        try:
            days.append(alarmday.read(archive.body(item)))
        except ValueError as error:
            raise EvidenceFailure(f"{item.path}: {error}", CHECK) from error
    found = Kept(tuple(days))
    return found if days and found.read(span) else None


def _past(events: Sequence[Event], read: Spans, span: Span) -> Past:
    """What is known of one alarm; from its creation to its deletion, as often as that happened."""
    ordered = sorted(events, key=lambda one: one["at"])
    known = intersect(read, _stood(ordered, span))
    told = [one for one in ordered if one["what"] == "StateUpdate" and one.get("new")]
    changes = [(instant(one["at"]), str(one["new"]["value"])) for one in told]
    first = str((told[0].get("old") or {}).get("value", "")) if told else ""
    return Past(known, rang(changes, first, known))


def _stood(events: Iterable[Event], span: Span) -> Spans:
    since: int | None = span.start
    spans: list[Span] = []
    for event in (one for one in events if one.get("change")):
        at, kind = instant(event["at"]), event["change"]["type"]
        if kind == CREATED and at > span.start and (since is None or not spans):
            since = at
        elif kind == DELETED and since is not None:
            spans += [Span(since, at)] if at > since else []
            since = None
    if since is not None and since < span.end:
        spans.append(Span(since, span.end))
    return intersect(union(spans), (span,))


def _span(told: Mapping[str, str]) -> Span:
    return Span(instant(told["start"]), instant(told["end"]))


def instant(text: str) -> int:
    """Seconds since the epoch of an instant as documents have it."""
    return int(datetime.fromisoformat(text).timestamp())
