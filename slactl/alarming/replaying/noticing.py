"""Whether what was measured would have been noticed, and how late.

The one rule: somebody is told by an alarm with actions, never by one that only rings; where an alarm may have rung and
nobody can tell, neither can this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slactl.model.alarm import Severity
from slactl.model.replay import AlarmReplay, CauseReplay, Noticed, Ring, Seen
from slactl.model.span import Span

AFTERWARDS = 900
"""A ring that begins within so many seconds after downtime still tells of it."""


def of_downtime(service: str, span: Span, rings: Iterable[Ring], alarms: Iterable[AlarmReplay]) -> Noticed:
    """Who was told of a stretch of downtime, and when."""
    near = Span(span.start, span.end + AFTERWARDS)
    mine = [ring for ring in rings if ring.service == service and ring.span.meets(near) and _tells(ring, span)]
    tellers = [one for one in alarms if one.service == service and one.tells]
    doubtful = any(part.meets(near) for one in tellers for part in one.rung.doubt)
    return _noticed(Noticed(service, None, None, span, Seen.MISSED), mine, doubtful=doubtful)


def _tells(ring: Ring, span: Span) -> bool:
    """Whether somebody hears of it: a ticket that was open already says nothing new, who was woken already looks."""
    return ring.severity is Severity.PAGE or ring.span.start >= span.start - ring.step


def of_objective(missed: Noticed, rings: Iterable[Ring], reasons: Sequence[CauseReplay]) -> Noticed:
    """Who was told of an objective that was missed in the month, and when first."""
    mine = [ring for ring in rings if any(_is_of(cause, missed) for cause in ring.causes)]
    doubtful = any(cause.rung.doubt for cause in reasons if _is_of(cause, missed))
    return _noticed(missed, mine, doubtful=doubtful)


def _is_of(cause: CauseReplay, missed: Noticed) -> bool:
    same = (cause.service, cause.objective) == (missed.service, missed.objective)
    return same and cause.operation in (None, missed.operation)


def _noticed(what: Noticed, rings: Sequence[Ring], *, doubtful: bool) -> Noticed:
    told = [ring for ring in rings if ring.told_at is not None]
    if told:
        first = min(told, key=lambda ring: (ring.told_at or 0, ring.severity is not Severity.PAGE, ring.alarm))
        return _with(what, Seen.NOTICED, first)
    if doubtful:
        return _with(what, Seen.UNKNOWN, None)
    return _with(what, Seen.MUTED if rings else Seen.MISSED, rings[0] if rings else None)


def _with(what: Noticed, seen: Seen, ring: Ring | None) -> Noticed:
    told = (ring.told_at, ring.step, ring.alarm, ring.severity) if ring else (None, 0, None, None)
    return Noticed(what.service, what.objective, what.operation, what.span, seen, what.gone_at, *told)


def gone_at(outages: Iterable[Span], allowed: float) -> int | None:
    """When stretches of downtime had used up a budget of seconds; None where they did not."""
    used = 0
    for span in outages:
        if used + span.seconds > allowed:
            return span.start + max(0, int(allowed) - used)
        used += span.seconds
    return None
