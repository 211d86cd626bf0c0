"""Reads what look-backs need: the hours and days that end with what is settled, in parts that share no second.

The one rule: a look-back is the sum of the parts inside it, so that four look-backs cost little more than
the longest alone; nothing of it enters a verdict, so it is not read twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from slactl.compliance.amount import whole_down, whole_up
from slactl.compliance.burning import Readings
from slactl.compliance.counts import Counts, add_up
from slactl.compliance.distribution import Population, key_of
from slactl.compliance.judging import Reading
from slactl.model.burn import Lookback
from slactl.model.objective import ErrorCounts, ErrorRate, Objective
from slactl.model.span import Span, Spans, intersect
from slactl.workflows.basics import read_parts
from slactl.workflows.ladders import Ladder
from slactl.workflows.searches import limit_rungs, threshold_of
from slactl.workflows.survey import FineSeries, Operation, Survey, population
from slactl.workflows.surveying import World, everyone_of, fine_only, inventory_of, started


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the look-backs and what was read of it."""

    span: Span
    survey: Survey


@dataclass(frozen=True, slots=True)
class Lookbacks:
    """The parts of all look-backs, the latest last, and the service's fine series over them."""

    end: int
    first: int
    parts: tuple[Part, ...]
    fine: tuple[FineSeries, ...]

    def span(self, lookback: Lookback) -> Span | None:
        """What of a look-back counts: not what was before the service; None of nothing."""
        start = max(self.end - lookback.seconds, self.first)
        return Span(start, self.end) if start < self.end else None

    def inside(self, span: Span) -> list[Survey]:
        """What was read of the parts inside a span."""
        return [part.survey for part in self.parts if span.holds(part.span)]

    def series(self, span: Span) -> tuple[FineSeries, ...]:
        """The fine series of a span."""
        return tuple(part for one in self.fine if (part := _clipped(one, span)) is not None)


def read_lookbacks(
    world: World,
    found: Survey,
    lookbacks: Iterable[Lookback],
    ends: Span,
    applied: Spans,
    objectives: Sequence[Objective],
    cuts: Iterable[int] = (),
) -> Lookbacks:
    """Reads the parts of some look-backs from a survey's source.

    Args:
        world: what is read from.
        found: the survey of the running period; what it has of the fine series is not read again.
        lookbacks: how far to look back.
        ends: from the first instant that may count to the end of what is settled.
        applied: what maintenance takes out of the time that the look-backs reach.
        objectives: whose limits are needed.
        cuts: instants at which a part shall begin too.
    """
    reach = (*(ends.end - one.seconds for one in lookbacks), *cuts)
    starts = sorted({max(start, ends.start) for start in reach if start < ends.end})
    spans = [Span(start, end) for start, end in zip(starts, [*starts[1:], ends.end], strict=True) if start < end]
    if not spans:
        return Lookbacks(ends.end, ends.start, (), ())
    whole = Span(spans[0].start, ends.end)
    parts = [Part(span, _read(world, found, span, intersect(applied, (span,)), objectives)) for span in spans]
    return Lookbacks(ends.end, ends.start, tuple(parts), _fine(world, found, whole))


def readings_of(objective: Objective, surveys: Sequence[Survey]) -> Readings | None:
    """The worse and the better reading of the bad requests in some parts together; None where nobody knows."""
    excluding, wanted = objective.excludes_maintenance, objective.operation_class
    if any(one.incomplete for one in surveys):
        return None
    threshold = threshold_of(objective)
    if threshold is None:
        return _of_counts(objective, add_up(_counts(one, wanted, excluding=excluding) for one in surveys))
    held = [_population(one, wanted, excluding=excluding) for one in surveys]
    together = Population([part for one in held for part in one.add], [part for one in held for part in one.less])
    if together.unbounded:
        return None
    total, (low, high) = together.samples, together.bounds(key_of(threshold.rung))
    return Reading(total - whole_down(low), total), Reading(total - whole_down(high), total)


def _of_counts(objective: Objective, counts: Counts) -> Readings | None:
    if counts.unbounded:
        return None
    indicator, total = objective.indicator, counts.requests
    both = isinstance(indicator, ErrorRate) and indicator.counts is ErrorCounts.FAULTS_AND_ERRORS
    bad = counts.faults + counts.errors if both else counts.faults
    worst, best = (min(whole_up(end), total) for end in (bad.high, bad.low))
    return Reading(worst, total), Reading(best, total)


def _counts(found: Survey, wanted: str | None, *, excluding: bool) -> Counts:
    if wanted is None:
        return found.counts(excluding=excluding)
    return add_up(one.counts(excluding=excluding) for one in _members(found, wanted))


def _population(found: Survey, wanted: str | None, *, excluding: bool) -> Population:
    if wanted is None:
        return found.population(excluding=excluding)
    return population(_members(found, wanted), excluding=excluding)


def _members(found: Survey, wanted: str) -> list[Operation]:
    return [one for one in found.kept if one.placement.operation_class == wanted]


def _read(world: World, found: Survey, span: Span, excluded: Spans, objectives: Sequence[Objective]) -> Survey:
    """Counts of a part, and the requests at or below the goals' limits."""
    pieces = world.keeps.readable(found.service, found.source, span)
    inventory = inventory_of(world, found, (span,)) if span.start < found.spans[0].start else None
    part = started(found, pieces, excluded, inventory)
    streams = [one.stream for one in everyone_of(part)]
    part.cover, wholes = read_parts(world.reader, streams, part.spans, part.least, world.anchor, part.gaps)
    part.cut_cover, cuts = read_parts(world.reader, streams, part.excluded, part.least, world.anchor, part.gaps)
    for one, whole, cut in zip(everyone_of(part), wholes, cuts, strict=True):
        one.whole, one.cut = whole.part, cut.part
    limits = {index: limit_rungs(one, objectives) for index, one in enumerate(everyone_of(part))}
    Ladder(world.reader, part, part.gaps).fixed(limits, everyone_of(part))
    part.incomplete = found.incomplete or sum(one.seconds for one in part.spans) < span.seconds
    return part


def _fine(world: World, found: Survey, whole: Span) -> tuple[FineSeries, ...]:
    """The fine series over a span: the survey's own, and before it what is read for the purpose."""
    own = found.spans[0].start
    if whole.start >= own:
        return found.fine
    bins = {piece.finest for piece in found.pieces}
    before = world.fine_pieces(found.service, found.source, Span(whole.start, own))
    earlier = tuple(replace(piece, finest=min(bins)) for piece in before)
    return (*fine_only(world, found.service, found.source, earlier, found.gaps), *found.fine)


def _clipped(series: FineSeries, span: Span) -> FineSeries | None:
    inside = series.whole.clip(span)
    if inside is None:
        return None
    first, last = (inside.start - series.start) // series.bin, -(-(inside.end - series.start) // series.bin)
    requests, faults, errors = (held[first:last] for held in (series.requests, series.faults, series.errors))
    return replace(series, start=series.start + first * series.bin, requests=requests, faults=faults, errors=errors)
