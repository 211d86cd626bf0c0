"""What a collect has to read: a pure function of what is kept, the clock and the agreement.

The one rule: what is kept is replaced only by a read of at least the same span, at least as fine or
final where it was not; what can't be read again stays as it is, and what nobody can have any more is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from slactl.model.evidence import CountsFacts, Item
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.reading.retention import fine_from, kept_from, minutes_from
from slactl.workflows.collecting.doubt import NONE, Doubt
from slactl.workflows.collecting.outcome import Lost, Why

DAY = 86_400
FINAL_AFTER = 3 * DAY
TOGETHER = 2 * DAY
"""Seconds of one read at most: a query that asks for two days is billed once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as far as later questions depend on it.

    ``subject`` names the service at its source; ``limits`` are the goals' rungs; ``hiding`` the rules
    that may stand for operations with personal names.
    """

    subject: str
    sources: tuple[str, ...]
    limits: tuple[str, ...]
    hiding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A kept file of counts: what it covers, what was asked for it, and the requests of its operations."""

    item: Item
    facts: CountsFacts
    asked: Asked
    streams: int
    requests: int
    edge: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be kept of a service: from ``start`` to ``until``, in bins of ``width`` seconds.

    ``owed`` is the instant from which on it matters that nothing is missing; ``closed`` are months that
    are closed: nothing of them is read again. ``doubt`` says which reads are not believed.
    """

    service: str
    start: int
    until: int
    width: int
    asked: Asked
    owed: int
    closed: Spans = ()
    doubt: Doubt = NONE


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """One span to read of one service, at most a few whole days or their beginnings; ``bin`` is in seconds."""

    span: Span
    bin: int
    service: str

    @property
    def days(self) -> tuple[Span, ...]:
        """The span by UTC days."""
        return tuple(part for day in days_of(self.span) if (part := day.clip(self.span)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, oldest first, and what can't be had."""

    tasks: tuple[Task, ...] = ()
    lost: tuple[Lost, ...] = ()


def plan(wish: Wish, held: Sequence[Held], now: int, renamed: Callable[[Held], bool] = lambda _: False) -> Plan:
    """What to read of a service now; ``renamed`` says whether a day holds names that are to be hidden by now."""
    if wish.start >= wish.until:
        return Plan()
    by_day: dict[int, list[Held]] = {}
    for one in believed(held, wish.doubt):
        by_day.setdefault(one.facts.span.start // DAY, []).append(one)
    tasks: list[Task] = []
    lost: list[Lost] = []
    for day in days_of(Span(wish.start, wish.until)):
        wanted = day.clip(Span(wish.start, wish.until))
        assert wanted is not None
        found = _day(wish, wanted, by_day.get(day.start // DAY, ()), now, renamed)
        tasks += found.tasks
        lost += found.lost
    return Plan(joined(tasks), _merged(lost))


def believed(held: Iterable[Held], doubt: Doubt) -> tuple[Held, ...]:
    """What is kept, as far as it is believed."""
    judged = ((one, doubt.judged(one.facts)) for one in held)
    return tuple(one if facts is one.facts else replace(one, facts=facts) for one, facts in judged if facts)


def days_of(span: Span) -> tuple[Span, ...]:
    """The UTC days that a span touches, whole."""
    first, last = span.start // DAY, -(-span.end // DAY)
    return tuple(Span(day * DAY, (day + 1) * DAY) for day in range(first, last))


def day_name(span: Span) -> str:
    """The UTC day in which a span begins: 2026-10-07."""
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(span.start, UTC):%Y-%m-%d}"


def settled_until(now: int, settle: int, width: int) -> int:
    """The instant up to which bins are over and had time to settle."""
    return (now - settle) // width * width


def superseded(new: Span, held: Iterable[Held], doubt: Doubt) -> tuple[Held, ...]:
    """What a file over a span replaces: all that lies inside it, and what is doubted beside."""
    return tuple(one for one in held if doubt.replaced(one.facts, new))


def joined(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Neighbouring days in one read, counted from the newest, so that services share their spans."""
    groups: list[Task] = []
    for task in sorted(tasks, reverse=True):
        last = groups[-1] if groups else None
        if (
            last
            and last.span.start == task.span.end
            and last.bin == task.bin
            and last.span.end - task.span.start <= TOGETHER
        ):
            groups[-1] = replace(last, span=Span(task.span.start, last.span.end))
        else:
            groups.append(task)
    return tuple(sorted(groups))


def _day(wish: Wish, wanted: Span, held: Sequence[Held], now: int, renamed: Callable[[Held], bool]) -> Plan:
    """One day: nothing, one read of all of it, or reads of what can still be had beside what is kept."""
    kept = [one.facts.span for one in held]
    holes = subtract((wanted,), kept)
    closed = any(month.meets(wanted) for month in wish.closed)
    whole = Span(min(span.start for span in (wanted, *kept)), max(span.end for span in (wanted, *kept)))
    width, fine = _width(wish, whole, now), fine_from(now) <= whole.start
    due = [one for one in held if not closed and _due(one, now, wish.doubt)]
    stale = fine and not closed and any(_stale(one, wish, width) or renamed(one) for one in held)
    if not holes and not due and not stale:
        return Plan()
    if fine and all(_may_go(one, width) for one in held):
        coarse = width > wish.width and (not held or any(one.facts.bin < width for one in held))
        return Plan((Task(whole, width, wish.service),), _lost(wish, whole, Why.FIVE_MINUTES) if coarse else ())
    return _beside(wish, holes, due, now)


def _due(one: Held, now: int, doubt: Doubt) -> bool:
    """Whether a span that was read early has settled for good since, or nobody knows when it was read."""
    return not one.facts.final and (now >= one.facts.span.end + FINAL_AFTER or doubt.of(one.facts))


def _stale(one: Held, wish: Wish, width: int) -> bool:
    """Whether more is asked today than was kept: another source, another goal's limit, a service that was misspelt.

    A service with another name than then is another service, unless nothing was found under the old one.
    """
    if one.facts.bin < width:
        return False
    if one.asked.subject != wish.asked.subject:
        return not one.streams
    more = (wish.asked.sources, one.asked.sources), (wish.asked.limits, one.asked.limits)
    return any(set(wanted) - set(had) for wanted, had in more)


def _may_go(one: Held, width: int) -> bool:
    """Whether a file may be replaced by a read in these bins: never a final one by a coarser one."""
    return one.facts.bin >= width or not one.facts.final


def _width(wish: Wish, span: Span, now: int) -> int:
    return wish.width if wish.width >= 300 or minutes_from(now) <= span.start else 300


def _beside(wish: Wish, holes: Spans, due: Sequence[Held], now: int) -> Plan:
    """Reads of what is missing and still kept finely; the rest is lost."""
    line = fine_from(now)
    tasks = [Task(hole, _width(wish, hole, now), wish.service) for hole in _after(holes, line)]
    lost = [one for one in due if one.facts.span.start < line]
    gone = [
        *_lost_before(wish, holes, line, now),
        *(found for one in lost for found in _lost(wish, one.facts.span, Why.PROVISIONAL)),
    ]
    return Plan(tuple(tasks), tuple(gone))


def _after(spans: Spans, line: int) -> Spans:
    return intersect(spans, (Span(line, max(line, *(span.end for span in spans)) + 1),)) if spans else ()


def _lost_before(wish: Wish, holes: Spans, line: int, now: int) -> Iterable[Lost]:
    oldest = kept_from(now)
    for span in intersect(holes, (Span(0, line),)):
        for part, why in ((Span(0, oldest), Why.EXPIRED), (Span(oldest, line), Why.HOURS_ONLY)):
            yield from (found for gone in intersect((span,), (part,)) for found in _lost(wish, gone, why))


def _lost(wish: Wish, span: Span, why: Why) -> tuple[Lost, ...]:
    """A loss, as far as it lies in what is owed."""
    owed = span.clip(Span(wish.owed, max(wish.owed + 1, span.end)))
    return (Lost(wish.service, owed, why),) if owed else ()


def _merged(lost: Iterable[Lost]) -> tuple[Lost, ...]:
    """The losses, neighbours of one kind as one."""
    by_kind: dict[tuple[str, Why], list[Span]] = {}
    for one in lost:
        by_kind.setdefault((one.service, one.why), []).append(one.span)
    return tuple(sorted(Lost(service, span, why) for (service, why), spans in by_kind.items() for span in union(spans)))
