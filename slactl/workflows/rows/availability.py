"""Availability (rules 9 to 13): the month's row, the year's below it, and coverage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.availability import Tally
from slactl.compliance.declared import never_milder
from slactl.compliance.judging import Judgement, Reading, Yardstick, judge_interval, undetermined
from slactl.model.objective import Evaluation
from slactl.model.report import Case, CoverageDetail, Result
from slactl.model.span import seconds as seconds_of
from slactl.model.status import Code, Reason, Status
from slactl.workflows.rows.context import RowContext, beside, disagreeing, otherwise, rolled_up, row
from slactl.workflows.rows.declared import with_declared
from slactl.workflows.rows.uptime import (
    UNITS,
    cause_of,
    caused,
    filled,
    indicator_of,
    reconciled,
    with_ledger,
    without_figures,
)
from slactl.workflows.rows.year import Year, year_row
from slactl.workflows.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Uptime:
    """What an availability row is made of: the deciding timeline, the one the other way, and the year.

    ``unread_requests`` stands for requests in spans that could not be read, None if nobody knows;
    ``asked`` is false for a service without one request in the whole period, excluded time included.
    ``measured`` is the deciding timeline without the downtime that incidents declare, None if they don't.
    """

    here: Timeline
    other_way: Timeline | None
    unread_requests: int | None
    own: Timeline | None = None
    asked: bool = True
    measured: Timeline | None = None


def availability_rows(context: RowContext, uptime: Uptime, year: Year | None) -> list[Result]:
    """The month's row and, for an annual goal, the year's."""
    month = _month_row(context, uptime, informative=year is not None)
    if year is None:
        return rolled_up([month], per_operation=False)
    return [
        *rolled_up([replace(month, binding=False)], per_operation=False),
        *rolled_up([year_row(context.subject, year)], per_operation=False),
    ]


def _month_row(context: RowContext, uptime: Uptime, *, informative: bool) -> Result:
    indicator, tally = indicator_of(context.objective), uptime.here.account.tally
    yardstick = Yardstick.of(context.objective, informative=informative)
    judgement = _explained(_judged(context, yardstick, uptime.here, uptime), uptime.here)
    measured = None
    if uptime.measured is not None:
        measured = _explained(_judged(context, yardstick, uptime.measured, uptime), uptime.measured)
        judgement = never_milder(judgement, measured)
    made = row(context, None, judgement, UNITS[indicator.evaluation])
    made = filled(indicator, made, tally, uptime.here, uptime.unread_requests)
    if uptime.measured is not None and measured is not None:
        without = reconciled(measured, context.reconciliation)
        made = with_declared(made, indicator, tally, uptime.measured.account.tally, without)
    made = with_ledger(made, judgement)
    if not uptime.asked:
        return without_figures(made)
    if uptime.other_way is not None:
        other = _judged(context, yardstick, uptime.other_way, uptime)
        made = otherwise(made, Case(other.value, other.status), excluding=context.excluding)
    if uptime.own is not None:
        made = _with_own(context, made, uptime.own)
    return disagreeing(made, context.reconciliation)


def _judged(context: RowContext, yardstick: Yardstick, timeline: Timeline, uptime: Uptime) -> Judgement:
    indicator, tally, unread = indicator_of(context.objective), timeline.account.tally, uptime.unread_requests
    if indicator.evaluation is Evaluation.REQUESTS and unread is None:
        return undetermined(Reason.of(Code.HOURS_ONLY if timeline.slices is None else Code.READ_FAILED))
    if not tally.slices and tally.seconds.not_yet:
        return Judgement(Status.NOT_RATED, Reason.of(Code.NOTHING_SETTLED))
    if not uptime.asked:
        return undetermined(Reason.of(Code.READ_FAILED if timeline.account.unread else Code.NO_REQUESTS))
    worst, best = tally.readings(indicator.evaluation, indicator.no_traffic, unread or 0)
    if context.running and indicator.evaluation is not Evaluation.TIME_SLICES:
        worst, best = (_projected(context, reading, tally) for reading in (worst, best))
    if not worst.total and not best.total:
        return undetermined(Reason.of(Code.NO_REQUESTS))
    return judge_interval(yardstick, worst, best, UNITS[indicator.evaluation])


def _projected(context: RowContext, reading: Reading, tally: Tally) -> Reading:
    """A reading of a running period against the allowance of the whole: of requests, or of slices to come."""
    indicator = indicator_of(context.objective)
    if indicator.evaluation is Evaluation.REQUESTS:
        return context.reading(reading.bad, int(reading.total))
    return replace(reading, whole=reading.total + Fraction(tally.seconds.not_yet, indicator.slice_seconds))


def _explained(judgement: Judgement, timeline: Timeline) -> Judgement:
    """Names what the unknown is: silence, or hours."""
    return caused(judgement, cause_of(timeline))


def _with_own(context: RowContext, made: Result, own: Timeline) -> Result:
    """The service's own figure beside the edge's."""
    indicator = indicator_of(context.objective)
    tally = own.account.tally
    worst, _ = tally.readings(indicator.evaluation, indicator.no_traffic)
    if not worst.total or context.own is None:
        return made
    value = 1 - Fraction(worst.bad) / Fraction(worst.total)
    good = None if indicator.evaluation is Evaluation.INTERVAL_AVERAGE else int(worst.total - worst.bad)
    return replace(made, beside=beside(context.own.source, value, good, int(worst.total)))


def coverage_rows(context: RowContext, timeline: Timeline, *, asked: bool) -> list[Result]:
    """Seconds readable, or silent for a known reason, over the settled seconds of the period."""
    seconds = timeline.account.tally.seconds
    if not asked:
        code = Code.READ_FAILED if timeline.account.unread else Code.NO_REQUESTS
        made = row(context, None, undetermined(Reason.of(code)), "seconds")
        return rolled_up([replace(made, detail=CoverageDetail(seconds))], per_operation=False)
    total = seconds.total - seconds.not_yet
    # An hour whose sums leave open which slices were down was read all the same.
    unseen = min(seconds.unknown, seconds_of((*timeline.account.unread, *timeline.unexplained)))
    reading = Reading(unseen, total, total + seconds.not_yet)
    yardstick = Yardstick.of(context.objective)
    made = row(context, None, judge_interval(yardstick, reading, reading, "seconds"), "seconds")
    made = replace(made, good=total - unseen, total=total, detail=CoverageDetail(seconds))
    return rolled_up([made], per_operation=False)
