"""Objectives that are no availability, over the year: the row of each month, and the sum of counts.

The one rule: counts add up and percentiles, extremes and averages never do, so a share or a rate has a figure for
the year, and these have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from slactl.model.general import Ratio, Statistic, WeightedAverage
from slactl.model.objective import Availability, ErrorRate, Indicator, Objective, Percentile
from slactl.model.report import Result, RowSpan
from slactl.model.service import Service
from slactl.model.statement import OtherYear
from slactl.model.status import Status
from slactl.workflows.annual.judging import each_month
from slactl.workflows.annual.year import AnnualYear


def other_years(found: AnnualYear) -> tuple[OtherYear, ...]:
    """Every other objective of every service and component that some month has a row of."""
    return tuple(_all(found))


def _all(found: AnnualYear) -> Iterator[OtherYear]:
    for service in found.bearers:
        for entries in found.entries(service).values():
            objective = found.deciding(entries)
            if not isinstance(objective.indicator, Availability):
                yield from _of_objective(found, service, objective, entries)


def _of_objective(
    found: AnnualYear, service: Service, objective: Objective, entries: Sequence[Objective | None]
) -> Iterator[OtherYear]:
    months = tuple(
        next(iter(one.rows(service.key, objective.id)), None) if entry else None
        for one, entry in zip(found.months, entries, strict=True)
    )
    told = [one for one in months if one is not None]
    if told:
        year = each_month(_summed(told, objective), months)
        yield OtherYear(service.key, objective.id, objective.operation_class, year, months)


def _summed(months: Sequence[Result], objective: Objective) -> Result:
    """The last month's row with the year's counts in the place of its own."""
    plain = Result(
        service=months[-1].service,
        objective=objective.id,
        operation=None,
        operation_class=objective.operation_class,
        span=RowSpan.YEAR_TO_DATE,
        indicator=objective.indicator.kind,
        goal=objective.goal.text,
        binding=months[-1].binding,
        status=months[-1].status,
        unit=months[-1].unit,
        source=months[-1].source,
    )
    if isinstance(objective.indicator, Percentile | Statistic | WeightedAverage):
        return plain
    rated = [one for one in months if one.status is not Status.NOT_RATED]
    if not rated or any(one.value is None or one.good is None or one.total is None for one in rated):
        return plain
    good, total = sum(one.good or 0 for one in rated), sum(one.total or 0 for one in rated)
    share = Fraction(good, total) if total else None
    value = None if share is None else 1 - share if _counts_bad(objective.indicator) else share
    return replace(plain, good=good, total=total, value=value)


def _counts_bad(indicator: Indicator) -> bool:
    """Whether the figure is the share of what was bad."""
    return isinstance(indicator, ErrorRate) or (isinstance(indicator, Ratio) and not indicator.counts_good)
