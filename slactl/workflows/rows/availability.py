"""Availability (rules 9 to 13 and 22): the month's row, the year's, and coverage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.availability import Tally
from slactl.compliance.judging import Judgement, Reading, Yardstick, judge_interval, undetermined, warned
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Availability, Evaluation, SilencePolicy
from slactl.model.report import AvailabilityDetail, Case, CoverageDetail, Gap, Result, RowSpan
from slactl.model.span import Span
from slactl.model.span import seconds as seconds_of
from slactl.model.status import Code, Reason, Status
from slactl.workflows.rows.context import RowContext, beside, disagreeing, otherwise, rolled_up, row
from slactl.workflows.timeline import Timeline

OTHER_GOALS = (Fraction(99, 100), Fraction(90, 100))
UNITS = {Evaluation.TIME_SLICES: "seconds", Evaluation.REQUESTS: "requests", Evaluation.INTERVAL_AVERAGE: "slices"}


@dataclass(frozen=True, slots=True)
class Uptime:
    """What an availability row is made of: the deciding timeline, the one the other way, and the year.

    ``unread_requests`` stands for requests in spans that could not be read, None if nobody knows;
    ``asked`` is false for a service without one request in the whole period, excluded time included.
    """

    here: Timeline
    other_way: Timeline | None
    unread_requests: int | None
    own: Timeline | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class MonthOfYear:
    """A month of an agreement year: what is owed of it, its tally, and whether any of it is still kept."""

    label: str
    owed: Span
    tally: Tally
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Year:
    """The agreement year so far: the tally of its months, the seconds still to come, what makes it uncertain."""

    tally: Tally
    to_come: int
    unread_requests: int | None
    cause: Code | None = None
    gaps: tuple[Gap, ...] = ()
    other_way: Tally | None = None
    months: tuple[MonthOfYear, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether there was a single request, excluded time included."""
        return bool(self.tally.requests or (self.other_way and self.other_way.requests))


def availability_rows(context: RowContext, uptime: Uptime, year: Year | None) -> list[Result]:
    """The month's row and, for an annual goal, the year's."""
    month = _month_row(context, uptime, informative=year is not None)
    if year is None:
        return rolled_up([month], per_operation=False)
    return [
        *rolled_up([replace(month, binding=False)], per_operation=False),
        *rolled_up([_year_row(context, year)], per_operation=False),
    ]


def _indicator(context: RowContext) -> Availability:
    indicator = context.objective.indicator
    if not isinstance(indicator, Availability):
        raise TypeError(f"objective {context.objective.id} is no availability")
    return indicator


def _month_row(context: RowContext, uptime: Uptime, *, informative: bool) -> Result:
    indicator, tally = _indicator(context), uptime.here.account.tally
    yardstick = Yardstick.of(context.objective, informative=informative)
    judgement = _judged(context, yardstick, uptime.here, uptime)
    judgement = _explained(judgement, uptime.here)
    made = row(context, None, judgement, UNITS[indicator.evaluation])
    made = _filled(context, made, tally, uptime.here, uptime.unread_requests)
    if not uptime.asked:
        return _without_figures(made)
    if uptime.other_way is not None:
        other = _judged(context, yardstick, uptime.other_way, uptime)
        made = otherwise(made, Case(other.value, other.status), excluding=context.excluding)
    if uptime.own is not None:
        made = _with_own(context, made, uptime.own)
    return disagreeing(made, context.reconciliation)


def _judged(context: RowContext, yardstick: Yardstick, timeline: Timeline, uptime: Uptime) -> Judgement:
    indicator, tally, unread = _indicator(context), timeline.account.tally, uptime.unread_requests
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
    indicator = _indicator(context)
    if indicator.evaluation is Evaluation.REQUESTS:
        return context.reading(reading.bad, int(reading.total))
    return replace(reading, whole=reading.total + Fraction(tally.seconds.not_yet, indicator.slice_seconds))


def _explained(judgement: Judgement, timeline: Timeline) -> Judgement:
    """Names what the unknown is: silence, or hours."""
    return _caused(judgement, cause_of(timeline))


def cause_of(timeline: Timeline) -> Code | None:
    """What makes a timeline uncertain: silence first, then hours; None where something was not read, or nothing."""
    if timeline.unexplained:
        return Code.UNEXPLAINED_SILENCE
    if timeline.account.unread or not timeline.account.tally.seconds.unknown:
        return None
    return Code.HOURS_ONLY


def _caused(judgement: Judgement, cause: Code | None) -> Judgement:
    """The judgement with the cause of what is unknown, where that decides."""
    reason = judgement.reason
    if judgement.status is not Status.INSUFFICIENT_DATA or reason is None or cause is None:
        return judgement
    if reason.code is not Code.UNKNOWN_DECIDES:
        return judgement
    return replace(judgement, reason=Reason.of(cause, **dict(reason.figures)))


def _filled(context: RowContext, made: Result, tally: Tally, timeline: Timeline | None, unread: int | None) -> Result:
    """Counts and details of a row; the counts are the worse reading's."""
    indicator = _indicator(context)
    worst, best = tally.readings(indicator.evaluation, indicator.no_traffic, unread or 0)
    total, bad = int(worst.total), worst.bad
    good = int(total - bad) if indicator.evaluation is not Evaluation.INTERVAL_AVERAGE else None
    detail = AvailabilityDetail(
        seconds=tally.seconds,
        down_seconds=tally.down_seconds(indicator.no_traffic),
        excluded_seconds=tally.seconds.excluded,
        if_silent_down=tally.if_silent_down(),
        by_evaluation=tuple((one.value, _value(tally, one, indicator.no_traffic, unread)) for one in Evaluation),
        slice_goals=_slice_goals(timeline, indicator) if timeline else (),
        unknown_decides_seconds=tally.seconds.unknown if worst != best else 0,
    )
    return replace(made, good=good, total=total, detail=detail)


def _without_figures(made: Result) -> Result:
    """The row of a service that nobody asked anything: seconds, but no figure that could look like a pass."""
    detail = made.detail
    if not isinstance(detail, AvailabilityDetail):
        return made
    nothing = tuple((name, None) for name, _ in detail.by_evaluation)
    goals = tuple((share, None) for share, _ in detail.slice_goals)
    return replace(
        made,
        good=None,
        total=None,
        detail=replace(detail, by_evaluation=nothing, slice_goals=goals, if_silent_down=None),
    )


def _value(tally: Tally, evaluation: Evaluation, policy: SilencePolicy, unread: int | None) -> Fraction | None:
    """The worse value under an evaluation."""
    if evaluation is Evaluation.REQUESTS and unread is None:
        return None
    worst, _ = tally.readings(evaluation, policy, unread or 0)
    return 1 - Fraction(worst.bad) / Fraction(worst.total) if worst.total else None


def _slice_goals(timeline: Timeline, indicator: Availability) -> tuple[tuple[Fraction, Fraction | None], ...]:
    """The month also under slice goals of 99 % and 90 %, beside the agreed one."""
    found = []
    for share in sorted({*OTHER_GOALS, indicator.slice_goal.limit}, reverse=True):
        seconds = timeline.seconds_with(Goal(Comparison.AT_LEAST, share, f">= {float(share * 100):g}%"))
        found.append(
            (
                share,
                None if seconds is None else _value(Tally(seconds), Evaluation.TIME_SLICES, indicator.no_traffic, 0),
            )
        )
    return tuple(found)


def _with_own(context: RowContext, made: Result, own: Timeline) -> Result:
    """The service's own figure beside the edge's."""
    indicator = _indicator(context)
    tally = own.account.tally
    worst, _ = tally.readings(indicator.evaluation, indicator.no_traffic)
    if not worst.total or context.own is None:
        return made
    value = 1 - Fraction(worst.bad) / Fraction(worst.total)
    good = None if indicator.evaluation is Evaluation.INTERVAL_AVERAGE else int(worst.total - worst.bad)
    return replace(made, beside=beside(context.own.source, value, good, int(worst.total)))


def _year_row(context: RowContext, year: Year) -> Result:
    """The year to date, held against the allowance of the whole agreement year (rule 22)."""
    indicator = _indicator(context)
    judgement = _judged_year(context, year, year.tally)
    judgement = _reconciled(_caused(judgement, year.cause), context)
    made = row(context, None, judgement, UNITS[indicator.evaluation], RowSpan.YEAR_TO_DATE)
    made = _filled(context, made, year.tally, None, year.unread_requests)
    if not year.asked and not year.tally.seconds.unknown:
        return _without_figures(made)
    if year.other_way is None:
        return made
    other = _judged_year(context, year, year.other_way)
    return otherwise(made, Case(other.value, other.status), excluding=context.excluding)


def _judged_year(context: RowContext, year: Year, tally: Tally) -> Judgement:
    indicator = _indicator(context)
    if indicator.evaluation is Evaluation.REQUESTS and year.unread_requests is None:
        return undetermined(Reason.of(year.cause or Code.READ_FAILED))
    if not year.asked and not tally.seconds.unknown:
        return undetermined(Reason.of(Code.NO_REQUESTS))
    worst, best = (
        _of_whole_year(reading, replace(year, tally=tally), indicator.evaluation)
        for reading in tally.readings(indicator.evaluation, indicator.no_traffic, year.unread_requests or 0)
    )
    return judge_interval(Yardstick.of(context.objective), worst, best, UNITS[indicator.evaluation])


def _reconciled(judgement: Judgement, context: RowContext) -> Judgement:
    reconciliation = context.reconciliation
    if reconciliation is None or reconciliation.agrees is not False:
        return judgement
    return warned(judgement, Reason.of(Code.SOURCES_DISAGREE, share=float(reconciliation.share or 0)))


def _of_whole_year(reading: Reading, year: Year, evaluation: Evaluation) -> Reading:
    """A reading against what the whole year comes to; requests and slices go on as so far."""
    settled = year.tally.seconds.total - year.tally.seconds.not_yet - year.tally.seconds.excluded
    rest = year.to_come + year.tally.seconds.not_yet
    if not rest or not settled:
        return replace(reading, whole=None)
    if evaluation is Evaluation.TIME_SLICES:
        return replace(reading, whole=reading.total + rest)
    return replace(reading, whole=Fraction(reading.total) * (settled + rest) / settled)


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


def add_up(tallies: Iterable[Tally]) -> Tally:
    """The sum of months."""
    return sum(tallies, Tally())
