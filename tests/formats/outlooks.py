"""What becomes of the budgets of a sample month that still runs, and what the year's months took."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.compliance.budgets import Allowance
from slactl.compliance.burning import Horizon, burn_rate, outlook
from slactl.compliance.judging import Reading
from slactl.model.burn import BurnRate, Lookback, MonthSpent
from slactl.model.period import Month
from slactl.model.report import AvailabilityDetail, Result, RowSpan, ServiceReport
from slactl.model.span import Span
from slactl.model.status import Status
from tests.formats.agreement import MONTH, OBJECTIVES, ROME, at

if TYPE_CHECKING:
    from slactl.model.report import Report

LOOKBACKS = (Lookback("1h", 3600), Lookback("6h", 21_600), Lookback("24h", 86_400), Lookback("3d", 259_200))
PACE = LOOKBACKS[2]
YEAR_END = at("2027-01-01T00:00")
MONTHS = tuple(Month(2026, number) for number in range(5, 11))
BEFORE = ((0, 0), (1, 600), (2, 0), (3, 900), (4, 300))


def year_months(service: ServiceReport, lost: int) -> tuple[MonthSpent, ...]:
    """Five months that took ``lost`` seconds together, and the service's own."""
    shares = [lost * part // 1800 for _, part in BEFORE]
    earlier = [
        MonthSpent(month.label, month.span(ROME), Fraction(part), Fraction(part))
        for month, part in zip(MONTHS, shares, strict=False)
    ]
    down, unknown = service.seconds.down, service.seconds.unknown
    return (*earlier, MonthSpent(MONTHS[-1].label, MONTHS[-1].span(ROME), Fraction(down), Fraction(down + unknown)))


def with_outlooks(report: Report) -> Report:
    """The report with what becomes of each budget of a service or class."""
    return replace(report, results=tuple(_told(report, row) for row in report.results))


def _told(report: Report, row: Result) -> Result:
    if row.operation is not None or row.status is Status.NOT_RATED or row.indicator == "coverage":
        return row
    until = report.period.settled_until
    end = YEAR_END if row.span is RowSpan.YEAR_TO_DATE else MONTH.end
    rates = tuple(_rate(row, one, until) for one in LOOKBACKS)
    service = next(one for one in report.services if one.key == row.service)
    bad = {one.name: one.faults or 0 for one in service.operations}
    return replace(row, outlook=outlook(row.budget, rates, PACE, Horizon(until, end), bad))


def _rate(row: Result, lookback: Lookback, until: int) -> BurnRate:
    """Nothing bad in the last hour, more the farther one looks back; a minute of it unknown."""
    objective = next(one for one in OBJECTIVES if one.id == row.objective)
    share = Allowance.of(objective.goal, objective.indicator).share
    hours = lookback.seconds // 3600
    span = Span(until - lookback.seconds, until)
    if isinstance(row.detail, AvailabilityDetail):
        best = Reading(60 * (hours - 1) // 4, lookback.seconds)
        return burn_rate(lookback, span, share, (replace(best, bad=best.bad + 60 * (hours > 1)), best))
    total = hours * 2917
    reading = Reading(total * (hours - 1) // 5000, total)
    return burn_rate(lookback, span, share, (reading, reading))
