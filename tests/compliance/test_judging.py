from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.compliance.budgets import Allowance, budget, nearly_spent, projected
from slactl.compliance.judging import (
    Reading,
    Yardstick,
    judge_counts,
    judge_interval,
    met,
    undetermined,
    warned,
)
from slactl.model.goal import Comparison, Goal, Threshold
from slactl.model.objective import (
    Availability,
    ErrorCounts,
    ErrorRate,
    Evaluation,
    Indicator,
    LatencyShare,
    Objective,
    Percentile,
    SilencePolicy,
)
from slactl.model.status import Code, Reason, Status


def goal(text: str) -> Goal:
    sign, number = text.split()
    ratio = Fraction(number.rstrip("%")) / (100 if number.endswith("%") else 1)
    return Goal(Comparison(sign), ratio, text)


SHARE = LatencyShare(Threshold(Fraction(1000), inclusive=False))
RATE = ErrorRate(ErrorCounts.FAULTS)
P95 = Percentile(Fraction(95, 100))
UPTIME = Availability(Evaluation.TIME_SLICES, 300, goal(">= 95%"), SilencePolicy.EXPECTED)


def yard(indicator: Indicator, text: str, confidence: Fraction | None = None) -> Yardstick:
    objective = Objective("o", {}, indicator, goal(text), confidence=confidence)
    return Yardstick.of(objective, operation=confidence is not None)


@pytest.mark.parametrize(
    ("indicator", "text", "bad", "total", "expected"),
    [
        (SHARE, ">= 99.9%", 1_000, 1_000_000, True),  # exactly 999,000 good of 1,000,000
        (SHARE, ">= 99.9%", 1_001, 1_000_000, False),
        (SHARE, "> 99.9%", 1_000, 1_000_000, False),
        (SHARE, "> 99.9%", 999, 1_000_000, True),
        (RATE, "< 0.5%", 2, 400, False),  # exactly 2 bad in 400
        (RATE, "< 0.5%", 1, 400, True),
        (RATE, "<= 0.5%", 2, 400, True),
        (RATE, "<= 0%", 0, 400, True),
        (RATE, "<= 0%", 1, 400, False),
        (P95, "< 2000", 10, 200, True),  # the sign belongs to the limit: 5 % may be at or over it
        (P95, "<= 2000", 10, 200, True),
        (P95, "< 2000", 11, 200, False),
        (UPTIME, ">= 99.9%", 2676, 2_676_600, True),
        (UPTIME, ">= 99.9%", Fraction(26767, 10), 2_676_600, False),
    ],
)
def test_goals_are_met_on_exact_values(
    indicator: Indicator, text: str, bad: Fraction, total: int, expected: bool
) -> None:
    assert met(goal(text), indicator, bad, total) is expected


def test_the_contracts_own_month() -> None:
    """3,600 seconds down of 2,676,600, of which 2,676.6 are allowed."""
    found = judge_counts(yard(UPTIME, ">= 99.9%"), Reading(3600, 2_676_600))
    assert found.status is Status.BREACHED
    assert found.value == Fraction(2_673_000, 2_676_600)
    assert found.budget is not None
    assert found.budget.allowed == Fraction(26766, 10)
    assert found.budget.remaining == Fraction(-9234, 10)
    assert found.budget.used_ratio == Fraction(36000, 26766)


def test_the_month_of_an_annual_goal_only_informs() -> None:
    annual = Yardstick.of(Objective("o", {}, UPTIME, goal(">= 99.9%"), over_year=True), informative=True)
    found = judge_counts(annual, Reading(3600, 2_676_600))
    assert (found.status, found.reason) == (Status.WARNING, Reason.of(Code.BELOW_ANNUAL_GOAL))
    nearly = judge_counts(annual, Reading(2676, 2_676_600))
    assert (nearly.status, nearly.reason) == (Status.OK, None)


@pytest.mark.parametrize(("bad", "expected"), [(750, Status.OK), (751, Status.WARNING), (1001, Status.BREACHED)])
def test_less_than_a_quarter_of_the_budget_is_a_warning(bad: int, expected: Status) -> None:
    found = judge_counts(yard(SHARE, ">= 99.9%"), Reading(bad, 1_000_000))
    assert found.status is expected
    if expected is Status.WARNING:
        assert found.reason == Reason.of(Code.BUDGET_LOW, left_share=0.249)


def test_where_nothing_is_allowed_there_is_no_warning_by_budget() -> None:
    assert judge_counts(yard(RATE, "<= 0%"), Reading(0, 400)).status is Status.OK
    assert judge_counts(yard(SHARE, ">= 100%"), Reading(0, 400)).status is Status.OK
    assert not nearly_spent(budget(goal("<= 0%"), RATE, 0, 400), Fraction(1))


def test_of_nothing_there_is_nothing_to_judge() -> None:
    found = judge_counts(yard(RATE, "< 0.5%"), Reading(0, 0))
    assert (found.status, found.value) == (Status.NOT_RATED, None)


def test_an_error_rate_shows_the_bad_and_a_share_the_good() -> None:
    assert judge_counts(yard(RATE, "< 0.5%"), Reading(1, 400)).value == Fraction(1, 400)
    assert judge_counts(yard(SHARE, ">= 99%"), Reading(1, 400)).value == Fraction(399, 400)


def test_both_readings_agree_and_the_worse_is_the_value() -> None:
    found = judge_interval(yard(UPTIME, ">= 99%"), Reading(600, 100_000), Reading(300, 100_000), "seconds")
    assert (found.status, found.value) == (Status.OK, Fraction(994, 1000))
    assert found.worst_case is not None
    assert found.best_case is not None
    assert found.best_case.value == Fraction(997, 1000)


def test_readings_that_differ_leave_it_open_with_what_decides() -> None:
    found = judge_interval(yard(UPTIME, ">= 99.9%"), Reading(900, 100_000), Reading(0, 100_000), "seconds")
    assert (found.status, found.value, found.budget) == (Status.INSUFFICIENT_DATA, None, None)
    assert found.reason == Reason.of(Code.UNKNOWN_DECIDES, seconds=900)
    assert found.worst_case is not None
    assert (found.worst_case.status, found.worst_case.value) == (Status.BREACHED, Fraction(991, 1000))


def test_a_breach_that_is_proven_stays_one_whatever_is_unknown() -> None:
    found = judge_interval(yard(UPTIME, ">= 99.9%"), Reading(900, 100_000), Reading(300, 100_000), "seconds")
    assert found.status is Status.BREACHED


def test_equal_readings_have_no_cases() -> None:
    reading = Reading(1, 400)
    assert judge_interval(yard(RATE, "< 0.5%"), reading, reading) == judge_counts(yard(RATE, "< 0.5%"), reading)


def test_a_miss_that_can_be_mended_is_a_warning() -> None:
    """Ten minutes down on the first day: 99.3 % so far, 99.98 % if all goes well."""
    stick = yard(UPTIME, ">= 99.9%")
    found = judge_counts(stick, Reading(600, 86_400, 31 * 86_400))
    assert (found.status, found.reason) == (Status.WARNING, Reason.of(Code.BELOW_GOAL_SO_FAR))
    assert found.value == 1 - Fraction(600, 86_400)
    assert found.budget is not None
    assert found.budget.allowed == Fraction(31 * 864, 10)
    beyond = judge_counts(stick, Reading(2679, 86_400, 31 * 86_400))
    assert beyond.status is Status.BREACHED
    last = judge_counts(stick, Reading(2678, 86_400, 31 * 86_400))
    assert last.status is Status.WARNING


def test_requests_of_a_running_period_are_projected() -> None:
    whole = projected(1000, elapsed=86_400, period=31 * 86_400)
    assert whole == 31_000
    assert projected(0, elapsed=0, period=10) == 0
    found = judge_counts(yard(RATE, "< 0.5%"), Reading(20, 1000, whole))
    assert (found.status, found.reason) == (Status.WARNING, Reason.of(Code.BELOW_GOAL_SO_FAR))
    assert judge_counts(yard(RATE, "< 0.5%"), Reading(155, 1000, whole)).status is Status.BREACHED


def test_few_requests_are_no_breach_when_chance_explains_them() -> None:
    stick = yard(RATE, "< 0.5%", confidence=Fraction(99, 100))
    few = judge_counts(stick, Reading(1, 3))
    assert (few.status, few.reason) == (Status.WARNING, Reason.of(Code.FEW_REQUESTS, bad=1, requests=3))
    assert judge_counts(stick, Reading(2, 3)).status is Status.BREACHED
    assert judge_counts(yard(RATE, "< 0.5%"), Reading(1, 3)).status is Status.BREACHED


def test_confidence_is_for_operations_only() -> None:
    objective = Objective("o", {}, RATE, goal("< 0.5%"), confidence=Fraction(99, 100))
    assert judge_counts(Yardstick.of(objective), Reading(1, 3)).status is Status.BREACHED


def test_a_further_reason_warns_and_never_softens() -> None:
    reason = Reason.of(Code.SOURCES_DISAGREE)
    fine = judge_counts(yard(RATE, "< 0.5%"), Reading(0, 400))
    assert (warned(fine, reason).status, warned(fine, reason).reason) == (Status.WARNING, reason)
    bad = judge_counts(yard(RATE, "< 0.5%"), Reading(9, 400))
    assert warned(bad, reason) == bad
    open_ = undetermined(Reason.of(Code.NO_REQUESTS))
    assert warned(open_, reason) == open_


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**6), st.sampled_from([">= 99.9%", "> 95%"]))
def test_the_worst_reading_is_never_better(bad: int, total: int, unknown: int, text: str) -> None:
    bad = min(bad, total)
    stick = yard(SHARE, text)
    found = judge_interval(stick, Reading(bad + unknown, total + unknown), Reading(bad, total + unknown))
    best, worst = (judge_counts(stick, Reading(bad + extra, total + unknown)) for extra in (0, unknown))
    order = [Status.BREACHED, Status.WARNING, Status.OK]
    assert order.index(worst.status) <= order.index(best.status)
    assert found.status is (worst.status if worst.status is best.status else Status.INSUFFICIENT_DATA)
    if found.status is not Status.INSUFFICIENT_DATA:
        assert found.value == worst.value


def test_an_allowance_of_each_kind() -> None:
    assert Allowance.of(goal(">= 99.9%"), SHARE) == Allowance(Fraction(1, 1000), strict=False)
    assert Allowance.of(goal("< 0.5%"), RATE) == Allowance(Fraction(5, 1000), strict=True)
    assert Allowance.of(goal("< 2000"), P95) == Allowance(Fraction(5, 100), strict=False)


def test_what_is_allowed_is_told_where_the_verdict_is_open_and_both_readings_allow_the_same() -> None:
    """An hour unknown of a month: the goal allows 2,678.4 seconds, however that hour was."""
    worst, best = Reading(3600, 2_678_400), Reading(0, 2_678_400)
    judged = judge_interval(yard(UPTIME, ">= 99.9%"), worst, best, "seconds")
    assert judged.status is Status.INSUFFICIENT_DATA
    assert judged.budget is None
    assert judged.allowed == Fraction(26_784, 10)


def test_what_is_allowed_is_not_told_where_it_depends_on_what_is_unknown() -> None:
    worst, best = Reading(40, 1000, Fraction(2000)), Reading(4, 900, Fraction(1800))
    assert judge_interval(yard(RATE, "< 0.5%"), worst, best).allowed is None
    assert undetermined(Reason.of(Code.READ_FAILED)).allowed is None
