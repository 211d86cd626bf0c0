"""The row of an agreement year (rule 22): the sum of its months against the allowance of all of it.

The one rule: seconds and counts are summed and judged once; a year is never the mean of its months.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.availability import Tally
from slactl.compliance.declared import never_milder
from slactl.compliance.judging import Judgement, Reading, Yardstick, judge_interval, undetermined
from slactl.model.burn import MonthSpent
from slactl.model.objective import Availability, Evaluation
from slactl.model.report import Case, Gap, Result, RowSpan
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.workflows.rows.context import Subject, otherwise, row_of
from slactl.workflows.rows.declared import with_declared
from slactl.workflows.rows.uptime import UNITS, caused, filled, indicator_of, reconciled, with_ledger, without_figures


@dataclass(frozen=True, slots=True)
class MonthOfYear:
    """A month of an agreement year under one objective: what is owed of it, and its sums.

    ``tally`` is as the objective says, ``other`` the other way round (rule 13), ``measured`` without the
    downtime that incidents declare, None if they don't. ``kept`` is false where nothing of it can be read
    any more, ``unread`` true where some of it could not be; ``cause`` is what makes it uncertain, if that is
    one thing, be it that nothing is kept. ``silent`` are the silences that nothing explains, ``lost`` the spans
    that nobody can read, each with its reason.
    """

    label: str
    owed: Span
    tally: Tally
    other: Tally
    measured: Tally | None = None
    kept: bool = True
    unread: bool = False
    cause: Code | None = None
    silent: tuple[tuple[Span, Reason], ...] = ()
    lost: tuple[tuple[Span, Reason], ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether requests are missing that nobody can count any more."""
        return self.unread or (not self.kept and bool((self.measured or self.tally).seconds.unknown))


AccountKey = tuple[str, str, str]
"""Service, objective and month (``2026-10``)."""


@dataclass(frozen=True, slots=True)
class Year:
    """The agreement year so far: the tally of its months, the seconds still to come, what makes it uncertain.

    ``measured`` is the tally without the downtime that incidents declare, None if they don't.
    """

    tally: Tally
    to_come: int
    unread_requests: int | None
    cause: Code | None = None
    gaps: tuple[Gap, ...] = ()
    other_way: Tally | None = None
    measured: Tally | None = None
    months: tuple[MonthOfYear, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether there was a single request, excluded time included."""
        return bool(self.tally.requests or (self.other_way and self.other_way.requests))


def sum_of(months: Iterable[MonthOfYear], to_come: int = 0, gaps: tuple[Gap, ...] = ()) -> Year:
    """The months as one year; ``to_come`` are seconds of it after them."""
    held = tuple(months)
    doubtful = any(one.unsure for one in held)
    changed = any(tally.seconds.excluded for one in held for tally in (one.tally, one.other))
    return Year(
        add_up(one.tally for one in held),
        to_come,
        None if doubtful else 0,
        _cause(held),
        gaps,
        add_up(one.other for one in held) if changed else None,
        add_up(one.measured or one.tally for one in held) if any(one.measured for one in held) else None,
        held,
    )


def _cause(months: Iterable[MonthOfYear]) -> Code | None:
    """What makes the year uncertain, if it is one thing; silence and hours are told as silence."""
    unsure = [one for one in months if one.tally.seconds.unknown]
    causes = {one.cause for one in unsure}
    if any(not one.kept for one in unsure):
        return causes.pop() if len(causes) == 1 else None
    if None not in causes and Code.UNEXPLAINED_SILENCE in causes:
        return Code.UNEXPLAINED_SILENCE
    return causes.pop() if len(causes) == 1 else None


def year_row(subject: Subject, year: Year) -> Result:
    """The year to date, held against the allowance of the whole agreement year (rule 22)."""
    indicator = indicator_of(subject.objective)
    agreed = subject.reconciliation
    judgement = reconciled(caused(_judged_year(subject, year, year.tally), year.cause), agreed)
    measured = None
    if year.measured is not None:
        measured = reconciled(caused(_judged_year(subject, year, year.measured), year.cause), agreed)
        judgement = never_milder(judgement, measured)
    made = row_of(subject, None, judgement, UNITS[indicator.evaluation], RowSpan.YEAR_TO_DATE)
    made = filled(indicator, made, year.tally, None, year.unread_requests)
    if year.measured is not None and measured is not None:
        made = with_declared(made, indicator, year.tally, year.measured, measured)
    made = with_ledger(made, judgement, (_spent(one, indicator, year) for one in year.months))
    if not year.asked and not year.tally.seconds.unknown:
        return without_figures(made)
    if year.other_way is None:
        return made
    other = _judged_year(subject, year, year.other_way)
    return otherwise(made, Case(other.value, other.status), excluding=subject.objective.excludes_maintenance)


def _judged_year(subject: Subject, year: Year, tally: Tally) -> Judgement:
    indicator = indicator_of(subject.objective)
    if indicator.evaluation is Evaluation.REQUESTS and year.unread_requests is None:
        return undetermined(Reason.of(year.cause or Code.READ_FAILED))
    if not year.asked and not tally.seconds.unknown:
        return undetermined(Reason.of(Code.NO_REQUESTS))
    worst, best = (
        of_whole_year(reading, replace(year, tally=tally), indicator.evaluation)
        for reading in tally.readings(indicator.evaluation, indicator.no_traffic, year.unread_requests or 0)
    )
    return judge_interval(Yardstick.of(subject.objective), worst, best, UNITS[indicator.evaluation])


def _spent(month: MonthOfYear, indicator: Availability, year: Year) -> MonthSpent:
    worst, best = month.tally.readings(indicator.evaluation, indicator.no_traffic)
    unknown = indicator.evaluation is Evaluation.REQUESTS and year.unread_requests is None and month.unsure
    return MonthSpent(month.label, month.owed, Fraction(best.bad), None if unknown else Fraction(worst.bad))


def of_whole_year(reading: Reading, year: Year, evaluation: Evaluation) -> Reading:
    """A reading against what the whole year comes to; requests and slices go on as so far."""
    settled = year.tally.seconds.total - year.tally.seconds.not_yet - year.tally.seconds.excluded
    rest = year.to_come + year.tally.seconds.not_yet
    if not rest or not settled:
        return replace(reading, whole=None)
    if evaluation is Evaluation.TIME_SLICES:
        return replace(reading, whole=reading.total + rest)
    return replace(reading, whole=Fraction(reading.total) * (settled + rest) / settled)


def add_up(tallies: Iterable[Tally]) -> Tally:
    """The sum of months."""
    return sum(tallies, Tally())
