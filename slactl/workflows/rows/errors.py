"""Error rates (rule 19): per service, class and operation, 5xx and 4xx both told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from slactl.compliance.amount import Amount, whole_up
from slactl.compliance.chance import chance
from slactl.compliance.counts import Counts, add_up
from slactl.compliance.judging import Judgement, judge_interval, undetermined
from slactl.model.detail import ErrorRateDetail
from slactl.model.objective import ErrorCounts, ErrorRate
from slactl.model.report import Case, Result
from slactl.model.service import SourceKind
from slactl.model.status import Code, Reason
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
from slactl.workflows.survey import UNROUTED, Survey


def error_rows(context: RowContext) -> list[Result]:
    """The service's or class's row of an error rate, then one for each operation."""
    groups = context.groups()
    if context.wanted_class is not None and not groups:
        return no_class(context)
    rows = [_row(context, None, _whole(context, context.excluding), _whole(context, not context.excluding))]
    for name, members in groups.items():
        both = [
            add_up(member.counts(excluding=way) for member in members)
            for way in (context.excluding, not context.excluding)
        ]
        rows.append(_row(context, name, both[0], both[1]))
    rows += _unrouted_row(context)
    rows[0] = disagreeing(rows[0], context.reconciliation)
    return rolled_up(rows, per_operation=context.objective.per_operation)


def _whole(context: RowContext, excluding: bool) -> Counts:
    if context.wanted_class is None:
        return context.survey.counts(excluding=excluding)
    return add_up(member.counts(excluding=excluding) for member in context.members())


def unrouted(survey: Survey, *, excluding: bool) -> Counts | None:
    """What a stage answered that none of its methods explains; None where there is no stage or nothing."""
    if survey.total is None:
        return None
    methods = add_up(operation.counts(excluding=excluding) for operation in survey.operations)
    rest = survey.total.counts(excluding=excluding).less(methods)
    return rest if rest.requests else None


def _unrouted_row(context: RowContext) -> list[Result]:
    if context.wanted_class is not None:
        return []
    rest = unrouted(context.survey, excluding=context.excluding)
    other = unrouted(context.survey, excluding=not context.excluding)
    return [] if rest is None else [_row(context, UNROUTED, rest, other or Counts())]


def _row(context: RowContext, operation: str | None, counts: Counts, rest: Counts) -> Result:
    if counts.requests == 0 and not counts.unbounded:
        return silent(context, operation, "requests")
    judgement = _judged(context, operation, counts)
    bad = whole_up(bad_of(context, counts).high)
    made = row(context, operation, judgement, "requests")
    made = replace(made, good=counts.requests - bad, total=counts.requests, detail=_detail(context, counts, bad))
    if context.survey.excluded and rest.requests:
        other = _judged(context, operation, rest)
        made = otherwise(made, Case(other.value, other.status), excluding=context.excluding)
    return _with_own(context, operation, made)


def bad_of(context: RowContext, counts: Counts) -> Amount:
    """The requests that the objective counts as bad."""
    indicator = context.objective.indicator
    both = isinstance(indicator, ErrorRate) and indicator.counts is ErrorCounts.FAULTS_AND_ERRORS
    found = counts.faults + counts.errors if both else counts.faults
    return Amount(min(found.low, counts.requests), min(found.high, counts.requests))


def _judged(context: RowContext, operation: str | None, counts: Counts) -> Judgement:
    if operation is None and context.survey.incomplete:
        return undiscovered()
    if counts.unbounded:
        return undetermined(Reason.of(Code.READ_FAILED))
    bad = bad_of(context, counts)
    worst, best = (
        context.reading(whole_up(bad.high), counts.requests),
        context.reading(whole_up(bad.low), counts.requests),
    )
    return judge_interval(context.yardstick(operation=operation is not None), worst, best)


def _detail(context: RowContext, counts: Counts, bad: int) -> ErrorRateDetail:
    faults, errors, total = whole_up(counts.faults.high), whole_up(counts.errors.high), counts.requests
    probability = None
    if context.objective.confidence is not None and bad and total:
        probability = chance(bad, total, context.objective.goal.limit).high
    return ErrorRateDetail(
        faults,
        errors,
        total,
        Fraction(faults, total) if total else None,
        Fraction(errors, total) if total else None,
        probability,
    )


def _with_own(context: RowContext, operation: str | None, made: Result) -> Result:
    if context.own is None or operation is not None or context.wanted_class is not None:
        return made
    counts = context.own.counts(excluding=context.excluding)
    if not counts.requests:
        return made
    bad = whole_up(bad_of(context, counts).high)
    own = beside(SourceKind.APPLICATION_SIGNALS, Fraction(bad, counts.requests), counts.requests - bad, counts.requests)
    return replace(made, beside=own)
