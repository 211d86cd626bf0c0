"""How alarms stood over a period, of the documents of days: definitions, states, and what they called.

The one rule: between two changes that the history tells of, an alarm stood as the earlier one left it, or as it was
seen, or as the later one found it; where none of these says how, nobody knows. Of its actions only those that its
change to ALARM set off tell of a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slactl.alarming.linting.reading import texts
from slactl.alarming.recording import AlarmPast
from slactl.alarming.ruletext import names_in
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.workflows.enforcing.called import calls
from slactl.workflows.enforcing.rang import CREATED, DELETED, Kept, instant

Form = Mapping[str, Any]
GONE: Form = {}
"""The form of an alarm that does not stand."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An alarm as a day's document has it."""

    at: tuple[int, int]
    form: Form
    told: Mapping[str, Any]


def pasts(kept: Kept, span: Span) -> dict[str, AlarmPast]:
    """Every alarm that names a promise, by its name, over a span."""
    seen: dict[str, list[_Seen]] = {}
    for told in (one for day in kept.days for one in day["watched"]):
        first, last = (instant(one) for one in told["seen"])
        seen.setdefault(told["name"], []).append(_Seen((first, last), _small(told["definition"]), told))
    events: dict[str, list[Mapping[str, Any]]] = {}
    for event in (event for day in kept.days for event in day["history"]["events"]):
        if event["alarm"] in seen:
            events.setdefault(event["alarm"], []).append(event)
    rings = kept.alarms(span)
    read, reach = kept.read(span), kept.read(_reach(events, span))
    return {
        name: replace(
            _past(name, looks, sorted(events.get(name, ()), key=lambda one: one["at"]), read, reach, span),
            rang=rings[name].rang,
        )
        for name, looks in sorted(seen.items())
        if name in rings
    }


def _reach(events: Mapping[str, list[Mapping[str, Any]]], span: Span) -> Span:
    """From the first to the last of what is told: a state may have begun long before it matters."""
    times = [instant(one["at"]) for some in events.values() for one in some]
    return Span(min((span.start, *times)), max((span.end, *(at + 1 for at in times))))


def _past(
    name: str, seen: list[_Seen], events: list[Mapping[str, Any]], read: Spans, reach: Spans, span: Span
) -> AlarmPast:
    forms = [(part, form) for stretch, form in _forms(seen, events, span) for part in intersect(read, (stretch,))]
    known = [(part, form) for part, form in forms if form is not None]
    last = max(seen, key=lambda one: one.at[1])
    acted, perhaps = calls(events, [form for _, form in known], reach)
    return AlarmPast(
        name=name,
        stood=union(part for part, form in known if form is not GONE),
        armed=union(part for part, form in known if _is_armed(form)),
        unsure=subtract(read, [part for part, _ in known]),
        acted=acted,
        perhaps=perhaps,
        looked_at=_looked_at(known),
        tags={key: value for key, value in last.told["tags"].items() if value is not None},
        clauses=frozenset(str(one["clause"]).casefold() for one in last.told["clauses"]),
        names=frozenset(_values(last.form)),
    )


def _forms(seen: list[_Seen], events: Iterable[Mapping[str, Any]], span: Span) -> Iterator[tuple[Span, Form | None]]:
    """The form of an alarm from change to change; None where nobody knows it."""
    changes = [(instant(one["at"]), one["change"]) for one in events if one.get("change")]
    starts = [span.start, *(max(span.start, at) for at, _ in changes)]
    ends = [*(min(span.end, at) for at, _ in changes), span.end]
    before = [None, *(change for _, change in changes)]
    after = [*(change for _, change in changes), None]
    real = [None, *(at for at, _ in changes), None]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start < end:
            yield Span(start, end), _form(before[number], after[number], _between(seen, real[number], real[number + 1]))


def _between(seen: Iterable[_Seen], start: int | None, end: int | None) -> Form | None:
    """The form that was last seen between two instants."""
    found = [
        (at, one.form) for one in seen for at in one.at if (start is None or at >= start) and (end is None or at < end)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _form(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, seen: Form | None) -> Form | None:
    if before is not None and before["type"] == DELETED:
        return GONE
    if before is not None and before.get("alarm"):
        return _small(before["alarm"])
    if seen is not None:
        return seen
    if after is not None and after["type"] == CREATED:
        return GONE
    if after is not None and after.get("alarm"):
        return _small(after["alarm"]) | dict(_small(after.get("before") or {}))
    return None


def _small(form: Form) -> dict[str, Any]:
    """Fields by their names in small letters: the history writes them otherwise than a description."""
    return {name.casefold(): value for name, value in form.items()}


def _is_armed(form: Form) -> bool:
    return form is not GONE and form.get("actionsenabled", True) is not False and bool(texts(form, "alarmactions"))


def _looked_at(known: Iterable[tuple[Span, Form]]) -> tuple[tuple[str, Spans], ...]:
    """The alarms that a composite's rule names, and when it did."""
    found: dict[str, list[Span]] = {}
    for part, form in known:
        for name in names_in(str(form.get("alarmrule") or "")):
            found.setdefault(name, []).append(part)
    return tuple((name, union(parts)) for name, parts in sorted(found.items()))


def _values(told: object) -> Iterator[str]:
    """The values of all dimensions of a definition."""
    if isinstance(told, Mapping):
        pair = {str(key).casefold(): value for key, value in told.items()}
        if set(pair) == {"name", "value"} and isinstance(pair["value"], str):
            yield pair["value"]
        for value in told.values():
            yield from _values(value)
        yield from re.findall(r'"([^"\\]*)"', str(pair.get("expression", "")))
    elif isinstance(told, list | tuple):
        for one in told:
            yield from _values(one)
