"""Latency shares (rule 17) and percentiles (rule 18).

The one rule: both are judged from counts under a limit that was read as a rung; good counts become
whole numbers here, once, rounded down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.amount import whole_down, whole_up
from slactl.compliance.counts import Counts, add_up
from slactl.compliance.distribution import Bounds, Population, Rung, key_of
from slactl.compliance.judging import Judgement, Yardstick, judge_interval, undetermined
from slactl.compliance.ladder import bracket, bracket_at, close
from slactl.model.detail import LatencyDetail, PercentileDetail
from slactl.model.objective import LatencyShare, Percentile
from slactl.model.report import Bracket, Case, Result
from slactl.model.status import Code, Reason, Status
from slactl.workflows.rows.context import (
    RowContext,
    beside,
    disagreeing,
    no_class,
    otherwise,
    rolled_up,
    row,
    silent,
    undiscovered,
)
from slactl.workflows.rows.errors import unrouted
from slactl.workflows.searches import TOLERANCE, threshold_of
from slactl.workflows.survey import UNROUTED, Operation, Survey, population

FEW = {Fraction(95, 100): 200, Fraction(99, 100): 1000}


@dataclass(frozen=True, slots=True)
class Subject:
    """A service, class or operation: who is counted, and with what."""

    operation: str | None
    survey: Survey
    members: Sequence[Operation] | None

    def population(self, *, excluding: bool) -> Population:
        if self.operation == UNROUTED:
            return self.survey.unrouted(excluding=excluding) or Population(())
        if self.members is None:
            return self.survey.population(excluding=excluding)
        return population(self.members, excluding=excluding)

    def counts(self, *, excluding: bool) -> Counts:
        if self.operation == UNROUTED:
            return unrouted(self.survey, excluding=excluding) or Counts()
        if self.members is None:
            return self.survey.counts(excluding=excluding)
        return add_up(member.counts(excluding=excluding) for member in self.members)


def subjects(context: RowContext) -> list[Subject]:
    """Whoever has a row of a latency objective: the service or class first, then its operations."""
    whole = None if context.wanted_class is None else context.members()
    found = [Subject(None, context.survey, whole)]
    found += [Subject(name, context.survey, members) for name, members in context.groups().items()]
    if whole is None and context.survey.unrouted(excluding=context.excluding) is not None:
        found.append(Subject(UNROUTED, context.survey, None))
    return found


def latency_rows(context: RowContext) -> list[Result]:
    """The service's or class's row of a latency objective, then one for each operation."""
    if context.wanted_class is not None and not context.groups():
        return no_class(context)
    threshold = threshold_of(context.objective)
    if threshold is None:
        raise ValueError(f"objective {context.objective.id} has no latency limit")
    moved = [threshold.scaled(factor).rung for factor in TOLERANCE]
    sticks = [context.yardstick(operation=operation) for operation in (False, True)]
    limits = Limits(threshold.rung, key_of(threshold.rung), tuple((rung, key_of(rung)) for rung in moved), *sticks)
    rows = [_row(context, subject, limits) for subject in subjects(context)]
    rows[0] = disagreeing(rows[0], context.reconciliation)
    return rolled_up(rows, per_operation=context.objective.per_operation)


@dataclass(frozen=True, slots=True)
class Limits:
    """The rung at an objective's limit, those 5 % to either side of it, and how each row is judged."""

    own: Rung
    key: float
    moved: tuple[tuple[Rung, float], ...]
    whole: Yardstick
    each: Yardstick


def _row(context: RowContext, subject: Subject, limits: Limits) -> Result:
    found = subject.population(excluding=context.excluding)
    if found.samples == 0 and not found.unbounded:
        return silent(context, subject.operation, "requests")
    under = found.bounds(limits.key)
    judgement = _judged(context, subject, found, limits, under)
    made = replace(
        row(context, subject.operation, judgement, "requests"),
        good=whole_down(under[0]),
        total=found.samples,
        notes=_notes(context, subject, found, judgement.status, limits),
    )
    made = otherwise(made, _other_way(context, subject, limits), excluding=context.excluding)
    if isinstance(context.objective.indicator, LatencyShare):
        return _share(context, subject, found, made)
    return _percentile(context, subject, found, made)


def _judged(context: RowContext, subject: Subject, found: Population, limits: Limits, under: Bounds) -> Judgement:
    """The verdict where so many requests lie at or below the limit."""
    if subject.operation is None and context.survey.incomplete:
        return undiscovered()
    if found.unbounded:
        return undetermined(Reason.of(Code.READ_FAILED))
    total, (low, high) = found.samples, under
    worst = context.reading(total - whole_down(low), total)
    best = worst if low == high else context.reading(total - whole_down(high), total)
    return judge_interval(limits.whole if subject.operation is None else limits.each, worst, best)


def _other_way(context: RowContext, subject: Subject, limits: Limits) -> Case | None:
    """The figure with the exclusions the other way round, where the data allow it."""
    if not context.survey.excluded:
        return None
    found = subject.population(excluding=not context.excluding)
    if not found.samples:
        return None
    judgement = _judged(context, subject, found, limits, found.bounds(limits.key))
    value = judgement.value
    if isinstance(context.objective.indicator, Percentile):
        ends = _ends_of(context, subject, found, limits)
        value = ends.high if ends else None
    return Case(value, judgement.status)


def _ends_of(context: RowContext, subject: Subject, found: Population, limits: Limits) -> Bracket | None:
    """The bracket of a percentile from what was read both ways: the kept ladder, or the ends that were found."""
    indicator, steps = context.objective.indicator, context.survey.steps
    assert isinstance(indicator, Percentile)
    if steps is not None and not context.survey.any_rung:
        return bracket_at(found, indicator.rank, steps)
    known = bracket_of(context, subject)
    return bracket(
        found,
        indicator.rank,
        {limits.own, *(rung for rung, _ in limits.moved), *((known.low, known.high) if known else ())},
    )


def _notes(
    context: RowContext, subject: Subject, found: Population, status: Status, limits: Limits
) -> tuple[Reason, ...]:
    notes = []
    here = found.bounds(limits.key)
    read = () if context.survey.lean else limits.moved
    moved = [under for _, key in read if (under := found.bounds(key)) != here]
    if any(_judged(context, subject, found, limits, under).status is not status for under in moved):
        notes.append(Reason.of(Code.WITHIN_INSTRUMENT_TOLERANCE))
    indicator = context.objective.indicator
    if isinstance(indicator, Percentile) and found.samples < FEW.get(indicator.rank, 0):
        notes.append(Reason.of(Code.FEW_REQUESTS, requests=found.samples, needed=FEW[indicator.rank]))
    return tuple(notes)


def _share(context: RowContext, subject: Subject, found: Population, made: Result) -> Result:
    """The share without failed requests, which may be among the fast ones."""
    counts = subject.counts(excluding=context.excluding)
    faults, good, total = whole_up(counts.faults.high), made.good or 0, found.samples
    rest, fast = total - faults, max(0, good - faults)
    without = Fraction(fast, rest) if rest > 0 else None
    made = replace(made, detail=LatencyDetail(faults, without))
    if made.status is Status.OK and _may_be_slow(context, counts, good, total):
        made = replace(made, status=Status.WARNING, reason=Reason.of(Code.DEPENDS_ON_FAILED_REQUESTS))
    return _with_own(context, subject, made)


def _may_be_slow(context: RowContext, counts: Counts, good: int, total: int) -> bool:
    """Whether the goal is missed without the failed requests, or may be where nobody knows how many failed.

    Where a burn rate judges, no goal does (rule 23).
    """
    if context.burning is not None:
        return False
    faults = whole_up(counts.faults.high)
    if not counts.faults.known:
        faults = min(faults, good)
    rest = total - faults
    return rest > 0 and not context.objective.goal.met_by(Fraction(max(0, good - faults), rest))


def _with_own(context: RowContext, subject: Subject, made: Result) -> Result:
    """The service's own share beside the edge's, in the service's row."""
    threshold = threshold_of(context.objective)
    if context.own is None or subject.operation is not None or context.wanted_class or threshold is None:
        return made
    own = context.own.population(excluding=context.excluding)
    if not own.samples:
        return made
    good = whole_down(own.count(threshold.rung).low)
    return replace(made, beside=beside(context.own.source, Fraction(good, own.samples), good, own.samples))


def bracket_of(context: RowContext, subject: Subject) -> Bracket | None:
    """The bracket of a percentile; None for another indicator, or where none was found."""
    indicator = context.objective.indicator
    if not isinstance(indicator, Percentile):
        return None
    key = (subject.operation, context.wanted_class, indicator.rank, context.excluding)
    return context.survey.brackets.get(key)


def _percentile(context: RowContext, subject: Subject, found: Population, made: Result) -> Result:
    """The percentile with its bracket; the verdict is the goal's own limit's."""
    ends = bracket_of(context, subject)
    open_case = made.status is Status.INSUFFICIENT_DATA
    notes = made.notes
    if ends is not None and not close(ends):
        notes = (*notes, Reason.of(Code.COARSE_LADDER if _coarse(context, subject) else Code.WIDE_BRACKET))
    extremes = [part.extremes() for part in found.add if part.samples]
    lows = [low for low, _ in extremes if low is not None]
    highs = [high for _, high in extremes if high is not None]
    over = Fraction(found.samples - (made.good or 0), found.samples) if found.samples else None
    return replace(
        made,
        value=None if open_case or ends is None else ends.high,
        low=ends.low if ends else None,
        high=ends.high if ends else None,
        worst_case=_in_ms(made.worst_case),
        best_case=_in_ms(made.best_case),
        notes=notes,
        detail=PercentileDetail(min(lows, default=None), max(highs, default=None), over),
    )


def _coarse(context: RowContext, subject: Subject) -> bool:
    """Whether the bracket is wide because no other rungs were kept."""
    indicator = context.objective.indicator
    assert isinstance(indicator, Percentile)
    return (subject.operation, context.wanted_class, indicator.rank, context.excluding) in context.survey.coarse


def _in_ms(case: Case | None) -> Case | None:
    """A case of a percentile has a status but no latency of its own: the judged share is not one."""
    return None if case is None else Case(None, case.status)
