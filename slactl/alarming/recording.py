"""What the kept history of alarms tells of a promise: when it was watched, and whether somebody was told.

The one rule: an alarm watches while it stands, is enabled and calls somebody, by itself or through a composite that
looks at it; what no history covers, or nobody can tell of, stands beside it as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from slactl.alarming.ownership import OBJECTIVE, SERVICE, SEVERITY
from slactl.alarming.replaying.comparing import SLACK
from slactl.alarming.replaying.noticing import AFTERWARDS
from slactl.alarming.replaying.telling import told_at
from slactl.model.alarm import Severity
from slactl.model.objective import Objective
from slactl.model.replay import Rung
from slactl.model.service import Service
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.model.watch import Crossing, Muted


@dataclass(frozen=True, slots=True)
class AlarmPast:
    """One alarm over a period.

    ``armed`` is when it stood, enabled and with an action; ``stood`` when it stood at all; of ``unsure`` spans nobody
    knows how it stood. ``acted`` are instants at which an action of its change to ALARM succeeded, ``perhaps`` those of
    actions of which nobody knows whether they told of that or of an all-clear. ``looked_at`` are the alarms that a
    composite looks at, and when. ``clauses`` are the words by which it names a promise, ``names`` the values of its
    dimensions.
    """

    name: str
    stood: Spans
    armed: Spans
    unsure: Spans = ()
    rang: Spans = ()
    acted: tuple[int, ...] = ()
    perhaps: tuple[int, ...] = ()
    looked_at: tuple[tuple[str, Spans], ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    clauses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def is_of(self, service: Service, objective: Objective) -> bool:
        """Whether it is for a promise of a service: by its tags, or by the clause that it names."""
        if OBJECTIVE in self.tags or SERVICE in self.tags:
            return self.tags.get(OBJECTIVE) == objective.id and self.tags.get(SERVICE) == service.key
        if objective.general:  # no dimension names a part of the platform; its entries' ids say whose they are
            return objective.id.casefold() in self.clauses
        return service.name in self.names and bool(self.clauses & words_of(objective))


def words_of(objective: Objective) -> frozenset[str]:
    """The words by which an alarm may name a promise."""
    reference = objective.reference
    places = [reference.section, ", ".join(filter(None, (reference.document, reference.section)))] if reference else []
    return frozenset(word.casefold() for word in (objective.id, *objective.clauses, *places) if word)


@dataclass(frozen=True, slots=True)
class Teller:
    """An alarm that calls somebody for a promise, and when it did so."""

    past: AlarmPast
    spans: Spans

    @property
    def wakes(self) -> bool:
        """Whether whom it called already is at it; a ticket that was open says nothing new."""
        return self.past.tags.get(SEVERITY) != Severity.TICKET


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the crossings of a promise; ``unknown`` of them nobody can tell what followed."""

    crossings: tuple[Crossing, ...] = ()
    unknown: int = 0
    muted: tuple[Muted, ...] = ()


@dataclass(frozen=True, slots=True)
class Mute:
    """When a window mutes the alarms of a promise, and whether it is one that the agreement admits."""

    window: str
    span: Span
    admitted: bool


def tellers(pasts: Mapping[str, AlarmPast], service: Service, objective: Objective) -> tuple[Teller, ...]:
    """Whatever calls somebody for a promise."""
    above = _above(pasts)
    found: dict[str, Spans] = {}
    for past in pasts.values():
        if past.is_of(service, objective):
            for name, spans in _reached(past, past.stood, pasts, above, frozenset()):
                found[name] = union((*found.get(name, ()), *spans))
    return tuple(Teller(pasts[name], spans) for name, spans in found.items() if spans)


def unsure_of(pasts: Mapping[str, AlarmPast], service: Service, objective: Objective) -> Spans:
    """When nobody knows how the alarms of a promise, or those above them, stood."""
    above, found, todo = _above(pasts), set(), [one.name for one in pasts.values() if one.is_of(service, objective)]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [parent for parent, _ in above.get(name, ())]
    return union(span for name in found for span in pasts[name].unsure)


def told_of(rung: Rung, calling: Sequence[Teller], read: Spans, mutes: Sequence[Mute]) -> Told:
    """What followed on each crossing of a limit.

    Args:
        rung: when the limit was crossed, and when it may have been.
        calling: who tells of the promise.
        read: where the history is known.
        mutes: when maintenance mutes. Of a window that is admitted, who is told at its end, if it still is crossed
            then, is told in time. One that is not admitted (announced too late, say) excuses nothing: the crossing lies
            in time that counts, and whoever is told when the mute ends is told that late.
    """
    crossings, unknown = [], len(rung.doubt)
    excused = union(one.span for one in mutes if one.admitted)
    for span in rung.spans:
        at = told_at(span, excused)
        if at is None:
            continue
        window = Span(at - SLACK - rung.step, span.end + AFTERWARDS)
        action = _first(calling, at, window)
        if action is not None or (_holds(read, window) and _first(calling, at, window, perhaps=True) is None):
            crossings.append(Crossing(at, action))
        else:
            unknown += 1
    return Told(tuple(crossings), unknown, tuple(_muted(rung, calling, mutes)))


def _muted(rung: Rung, calling: Sequence[Teller], mutes: Sequence[Mute]) -> Iterator[Muted]:
    """The crossings that began while a window muted; where several did, by one that is admitted, if there is one."""
    for span in rung.spans:
        found = [one for one in mutes if one.span.start <= span.start < one.span.end]
        if found:
            chosen = min(found, key=lambda one: (not one.admitted, one.span.start, one.window))
            end = min(chosen.span.end, span.end + AFTERWARDS)
            action = _first(calling, span.start, Span(span.start - SLACK - rung.step, end))
            yield Muted(span.start, chosen.window, chosen.admitted, action)


def _first(calling: Sequence[Teller], at: int, window: Span, *, perhaps: bool = False) -> int | None:
    return min((one for teller in calling for one in _actions(teller, at, window, perhaps=perhaps)), default=None)


def _actions(teller: Teller, at: int, window: Span, *, perhaps: bool) -> Iterator[int]:
    """The actions that tell of a crossing, or ``perhaps`` do: within its window, or of a ring that it began in."""
    acted = teller.past.perhaps if perhaps else teller.past.acted
    yield from (one for one in acted if window.start <= one < window.end)
    if teller.wakes:
        ringing = [ring for ring in teller.past.rang if ring.start <= at < ring.end]
        yield from (one for ring in ringing for one in acted if ring.start - SLACK <= one < window.start)


def _holds(read: Spans, window: Span) -> bool:
    first = Span(window.start, max(window.start + 1, window.end))
    return not subtract((first,), read)


Above = Mapping[str, Sequence[tuple[str, Spans]]]


def _above(pasts: Mapping[str, AlarmPast]) -> Above:
    """The composites that look at each alarm, and when."""
    found: dict[str, list[tuple[str, Spans]]] = {}
    for past in pasts.values():
        for child, spans in past.looked_at:
            found.setdefault(child, []).append((past.name, spans))
    return found


def _reached(
    past: AlarmPast, spans: Spans, pasts: Mapping[str, AlarmPast], above: Above, seen: frozenset[str]
) -> Iterable[tuple[str, Spans]]:
    """Who calls while an alarm stands in ``spans``: itself, and what looks at it."""
    yield past.name, intersect(past.armed, spans)
    for name, looking in above.get(past.name, ()):
        parent = pasts.get(name)
        if parent is not None and name not in seen:
            both = intersect(intersect(spans, looking), parent.stood)
            yield from _reached(parent, both, pasts, above, seen | {past.name})
