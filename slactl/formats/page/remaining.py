"""What is left of a month's error budget after each of its days.

The one rule: only days that add up to the row's own budget are told; what a day leaves unknown counts
as used, and stands beside what is certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from slactl.formats.page.balance import balance_of
from slactl.formats.page.budget import Part
from slactl.model.objective import Availability, ErrorCounts, ErrorRate, Evaluation, SilencePolicy
from slactl.model.report import RowSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.model.objective import Indicator
    from slactl.model.report import DayFigure, Result, ServiceReport


@dataclass(frozen=True, slots=True)
class DayLeft:
    """A day and what it took, in the row's unit: ``used`` for certain, ``most`` with all that is unknown of it.

    ``left`` is what the budget still allowed at its end (``left_best`` if all that is unknown was good), ``begun``
    whether any of it is settled.
    """

    day: DayFigure
    used: Fraction
    most: Fraction
    left: Fraction
    left_best: Fraction
    begun: bool

    @property
    def part(self) -> Part:
        return Part(self.used, self.most, self.left, self.left_best)

    @property
    def unsure(self) -> bool:
        return self.most > self.used


def days_left(row: Result, indicator: Indicator | None, service: ServiceReport) -> tuple[DayLeft, ...]:
    """The days of a month's budget; none where nothing is allowed, or where they don't add up to what it says."""
    if row.span is not RowSpan.MONTH or row.operation_class is not None or indicator is None:
        return ()
    balance = balance_of(row)
    if balance is None or not balance.allowed:
        return ()
    spent = _spent(indicator, service.days)
    if spent is None or sum(most for _, most in spent) != balance.most:
        return ()
    return _left(balance.allowed, service.days, spent)


def _left(
    allowed: Fraction, days: Sequence[DayFigure], spent: Sequence[tuple[Fraction, Fraction]]
) -> tuple[DayLeft, ...]:
    sure, whole = (list(accumulate(part)) for part in zip(*spent, strict=True))
    return tuple(
        DayLeft(day, used, most, allowed - whole[index], allowed - sure[index], _begun(day))
        for index, (day, (used, most)) in enumerate(zip(days, spent, strict=True))
    )


def _begun(day: DayFigure) -> bool:
    return day.seconds.not_yet < day.span.seconds


def _spent(indicator: Indicator, days: Sequence[DayFigure]) -> list[tuple[Fraction, Fraction]] | None:
    """What each day took for certain, and at most; None where days don't tell it."""
    if not days:
        return None
    if isinstance(indicator, Availability):
        if indicator.evaluation is Evaluation.TIME_SLICES:
            return [_of_time(day, indicator.no_traffic) for day in days]
        return _of_requests(days, ErrorCounts.FAULTS) if indicator.evaluation is Evaluation.REQUESTS else None
    return _of_requests(days, indicator.counts) if isinstance(indicator, ErrorRate) else None


def _of_time(day: DayFigure, policy: SilencePolicy) -> tuple[Fraction, Fraction]:
    down = day.seconds.down + (day.seconds.no_traffic if policy is SilencePolicy.DOWN else 0)
    return Fraction(down), Fraction(down + day.seconds.unknown)


def _of_requests(days: Sequence[DayFigure], counts: ErrorCounts) -> list[tuple[Fraction, Fraction]] | None:
    bad = [_bad(day, counts) if _begun(day) else 0 for day in days]
    known = [Fraction(one) for one in bad if one is not None]
    return list(zip(known, known, strict=True)) if len(known) == len(days) else None


def _bad(day: DayFigure, counts: ErrorCounts) -> int | None:
    if day.faults is None or (counts is ErrorCounts.FAULTS_AND_ERRORS and day.errors is None):
        return None
    return day.faults + ((day.errors or 0) if counts is ErrorCounts.FAULTS_AND_ERRORS else 0)
