"""What every row of availability is filled with, a month's and a year's alike: counts, details, causes.

The one rule: the counts are the worse reading's, and what is unknown is named where it decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from slactl.compliance.availability import Tally
from slactl.compliance.judging import Judgement, warned
from slactl.model.burn import Ledger, MonthSpent
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Availability, Evaluation, Objective, SilencePolicy
from slactl.model.report import AvailabilityDetail, Reconciliation, Result
from slactl.model.status import Code, Reason, Status
from slactl.workflows.timeline import Timeline

OTHER_GOALS = (Fraction(99, 100), Fraction(90, 100))
UNITS = {Evaluation.TIME_SLICES: "seconds", Evaluation.REQUESTS: "requests", Evaluation.INTERVAL_AVERAGE: "slices"}


def indicator_of(objective: Objective) -> Availability:
    """The indicator of an availability objective.

    Raises:
        TypeError: if it is none.
    """
    indicator = objective.indicator
    if not isinstance(indicator, Availability):
        raise TypeError(f"objective {objective.id} is no availability")
    return indicator


def cause_of(timeline: Timeline) -> Code | None:
    """What makes a timeline uncertain: silence first, then hours; None where something was not read, or nothing.

    What was not read is no silence: nobody may be told of so many seconds without a request.
    """
    if timeline.account.unread or not timeline.account.tally.seconds.unknown:
        return None
    return Code.UNEXPLAINED_SILENCE if timeline.unexplained else Code.HOURS_ONLY


def caused(judgement: Judgement, cause: Code | None) -> Judgement:
    """The judgement with the cause of what is unknown, where that decides."""
    reason = judgement.reason
    if judgement.status is not Status.INSUFFICIENT_DATA or reason is None or cause is None:
        return judgement
    if reason.code is not Code.UNKNOWN_DECIDES:
        return judgement
    return replace(judgement, reason=Reason.of(cause, **dict(reason.figures)))


def reconciled(judgement: Judgement, reconciliation: Reconciliation | None) -> Judgement:
    """The judgement warned where the sources disagree."""
    if reconciliation is None or reconciliation.agrees is not False:
        return judgement
    return warned(judgement, Reason.of(Code.SOURCES_DISAGREE, share=float(reconciliation.share or 0)))


def filled(
    indicator: Availability, made: Result, tally: Tally, timeline: Timeline | None, unread: int | None
) -> Result:
    """Counts and details of a row; the counts are the worse reading's."""
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


def with_ledger(made: Result, judgement: Judgement, months: Iterable[MonthSpent] = ()) -> Result:
    """The row with what the whole period allows, and of a year with what each month took of that."""
    if not isinstance(made.detail, AvailabilityDetail):
        return made
    allowed = None if judgement.allowed is None else Fraction(judgement.allowed)
    return replace(made, detail=replace(made.detail, ledger=Ledger(allowed, tuple(months))))


def without_figures(made: Result) -> Result:
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
