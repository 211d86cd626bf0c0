"""The counts behind a figure of requests: one summand for each series, and what maintenance takes out of it.

The one rule: counts and populations are the survey's own, asked with the functions that the rows ask with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from slactl.compliance.amount import Amount
from slactl.compliance.counts import Counts
from slactl.compliance.distribution import Distribution, Population, Rung
from slactl.compliance.ladder import nearest_rank
from slactl.model import explanation as said
from slactl.model.explanation import Ladder, Range, Role, Summand, Sums
from slactl.model.objective import Percentile
from slactl.model.report import Bracket
from slactl.workflows.rows.context import RowContext
from slactl.workflows.rows.latency import Subject, bracket_of, subjects
from slactl.workflows.searches import threshold_of
from slactl.workflows.survey import UNROUTED, Operation, Part

AROUND = 3
"""Rungs that are shown to either side of a percentile's bracket."""


@dataclass(frozen=True, slots=True)
class Adding:
    """The series that a row adds up, and those that it takes away."""

    added: Sequence[Operation]
    taken: Sequence[Operation] = ()

    @property
    def everyone(self) -> list[Operation]:
        return [*self.added, *self.taken]


def adding(context: RowContext, operation: str | None) -> Adding:
    """What the row of an operation, of ``(unrouted)``, or of the service or class (None) is the sum of."""
    survey = context.survey
    if operation == UNROUTED and survey.total is not None:
        return Adding([survey.total], survey.operations)
    if operation is not None:
        return Adding(context.groups().get(operation, []))
    if context.wanted_class is not None:
        return Adding(context.members())
    return Adding(survey.kept) if survey.total is None else Adding([survey.total], survey.ignored)


def subject_of(context: RowContext, operation: str | None) -> Subject:
    """Who has the row.

    Raises:
        KeyError: if nobody has.
    """
    for found in subjects(context):
        if found.operation == operation:
            return found
    raise KeyError(operation)


def limit_of(context: RowContext) -> Rung | None:
    """The rung at the objective's latency limit, if it has one."""
    threshold = threshold_of(context.objective)
    return None if threshold is None else threshold.rung


def summands(context: RowContext, operation: str | None) -> tuple[Summand, ...]:
    """One summand for each series."""
    found = adding(context, operation)
    signed = [*((one, Role.ADDED) for one in found.added), *((one, Role.TAKEN) for one in found.taken)]
    return tuple(_summand(one, role, context) for one, role in signed)


def _summand(one: Operation, role: Role, context: RowContext) -> Summand:
    limit, excluding = limit_of(context), context.excluding and bool(context.survey.excluded)
    net = Population([one.whole.latency], [one.cut.latency] if excluding else [])
    return Summand(
        one.stream.operation,
        role,
        _of_part(one.whole, limit),
        _of_part(one.cut, limit) if excluding else None,
        _sums(one.counts(excluding=excluding), net, limit),
    )


def _of_part(part: Part, limit: Rung | None) -> Sums:
    return _sums(part.counts, Population([part.latency]), limit)


def _sums(counts: Counts, latencies: Population, limit: Rung | None) -> Sums:
    """Counts as they are told; of a latency objective the requests are those that have a latency."""
    faults, errors = _range(counts.faults), _range(counts.errors)
    if limit is None:
        return Sums(counts.requests, faults, errors, None, counts.assumed, counts.unbounded)
    under = _range(latencies.count(limit))
    return Sums(latencies.samples, faults, errors, under, latencies.assumed, latencies.unbounded)


def _range(amount: Amount) -> Range:
    return Range(amount.low, amount.high)


def ladder(context: RowContext, operation: str | None) -> Ladder | None:
    """How a percentile was found; None for another indicator, or without a request."""
    indicator = context.objective.indicator
    if not isinstance(indicator, Percentile):
        return None
    subject = subject_of(context, operation)
    found = subject.population(excluding=context.excluding)
    if not found.samples:
        return None
    place = nearest_rank(indicator.rank, found.samples)
    ends, goal = bracket_of(context, subject), limit_of(context)
    rungs = tuple(_rung(found, limit, place, ends, goal) for limit in _shown(found, ends, goal))
    return Ladder(indicator.rank, found.samples, place, rungs, *_extremes(found.add))


def _shown(found: Population, ends: Bracket | None, goal: Rung | None) -> list[Fraction]:
    """The goal's limit, the ends of the bracket, and the nearest rungs outside them."""
    read = sorted({rung for part in found.members() for rung in part.rungs})
    chosen = {goal} if goal is not None else set()
    if ends is not None:
        below = [rung for rung in read if rung < ends.low]
        above = [rung for rung in read if rung > ends.high]
        chosen |= {ends.low, ends.high, *below[-AROUND:], *above[:AROUND]}
    return sorted(chosen)


def _rung(found: Population, limit: Fraction, place: int, ends: Bracket | None, goal: Rung | None) -> said.Rung:
    """What is known at a latency; the slowest request of all is enough, whatever a doubted count says."""
    count = found.count(limit)
    sure = count.low >= place or (ends is not None and limit == ends.high)
    enough = True if sure else False if count.high < place else None
    return said.Rung(limit, _range(count), enough, limit == goal)


def _extremes(parts: Iterable[Distribution]) -> tuple[Fraction | None, Fraction | None]:
    extremes = [part.extremes() for part in parts if part.samples]
    lows = [low for low, _ in extremes if low is not None]
    highs = [high for _, high in extremes if high is not None]
    return min(lows, default=None), max(highs, default=None)
