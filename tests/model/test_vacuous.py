"""Goals that nothing can miss."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.model.general import MetricTerm, Ratio, Statistic, Statistical, WeightedAverage
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import ErrorCounts, ErrorRate, Indicator, Percentile
from slactl.model.vacuous import cannot_fail
from tests.formats.agreement import UPTIME

TERM = MetricTerm("Own", "Count", "Sum")
BAD = Ratio((TERM,), (TERM,), counts_good=False)
GOOD = replace(BAD, counts_good=True)
SUM = Statistic(TERM, Statistical.SUM, "count")
MEAN = WeightedAverage(TERM, TERM)


@pytest.mark.parametrize(
    ("indicator", "comparison", "limit", "told"),
    [
        (SUM, ">=", 0, True),
        (SUM, ">", 0, False),
        (SUM, ">", -1, True),
        (SUM, "<=", 10**9, False),
        (GOOD, ">=", 0, True),
        (GOOD, ">=", 1, False),
        (BAD, "<=", 1, True),
        (BAD, "<", 1, False),
        (BAD, "<", 2, True),
        (MEAN, "<=", 1, True),
        (MEAN, ">=", 0, True),
        (ErrorRate(ErrorCounts.FAULTS), "<=", 1, True),
        (ErrorRate(ErrorCounts.FAULTS), "<", Fraction(1, 200), False),
        (Percentile(Fraction(99, 100)), "<", 1000, False),
        (UPTIME.indicator, ">=", 0, True),
        (UPTIME.indicator, ">=", Fraction(999, 1000), False),
    ],
)
def test_a_goal_that_nothing_can_miss(indicator: Indicator, comparison: str, limit: Fraction, told: bool) -> None:
    goal = Goal(Comparison(comparison), Fraction(limit), "")
    assert cannot_fail(replace(UPTIME, indicator=indicator, goal=goal)) is told
