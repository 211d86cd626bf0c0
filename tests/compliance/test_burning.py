"""The published tables of the SRE workbook ("Alerting on SLOs"), and what a bad five minutes leads to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

import pytest

from slactl.compliance.budgets import Allowance, projected
from slactl.compliance.burning import Horizon, burn_rate, outlook, spenders
from slactl.compliance.factors import Burning
from slactl.compliance.judging import Reading, Yardstick, judge_counts
from slactl.configuration.burn_rates import bundled_burn_policy
from slactl.model.burn import BurnFactors, BurnRate, Course, Lookback, Outlook, Spender
from slactl.model.objective import ErrorCounts, ErrorRate
from slactl.model.report import Budget
from slactl.model.span import Span
from slactl.model.status import Code, Status

HOUR, DAY = 3600, 86_400
THIRTY_DAYS = 30 * DAY
NOW = 1_790_000_100
PER_SECOND = 1000
LOST = Fraction(1, 1000)
FAR = Horizon(NOW, NOW + 10_000 * DAY)
POLICY = bundled_burn_policy()
RATE = ErrorRate(ErrorCounts.FAULTS)
QUARTER = Fraction(1, 4)


def rate_of(seconds: int, share_of_bad: Fraction, allowed: Fraction = LOST) -> BurnRate:
    """The rate of a look-back with steady traffic of which so much is bad."""
    total = Fraction(seconds * PER_SECOND)
    reading = Reading(total * share_of_bad, total)
    span = Span(NOW - seconds, NOW)
    return burn_rate(Lookback(f"{seconds}s", seconds), span, allowed, (reading, reading))


def full(seconds: int, used: Fraction | int = 0, allowed: Fraction = LOST) -> Budget:
    """The budget of a period with steady traffic."""
    return Budget(allowed * seconds * PER_SECOND, Fraction(used))


def heading(rate: BurnRate, budget: Budget, horizon: Horizon = FAR) -> Outlook:
    return outlook(budget, (rate,), rate.lookback, horizon, {})


def lasting(found: Outlook) -> int:
    assert found.ends_at is not None
    return found.ends_at - NOW


@pytest.mark.parametrize(
    ("rate", "errors", "lasts"),
    [
        (1, Fraction("0.001"), 30 * DAY),
        (2, Fraction("0.002"), 15 * DAY),
        (10, Fraction("0.01"), 3 * DAY),
        (1000, Fraction(1), 43 * 60 + 12),
        (36, Fraction("0.036"), 20 * HOUR),
        (35, Fraction("0.035"), int(Fraction(720 * HOUR, 35))),
    ],
)
def test_a_burn_rate_its_share_of_errors_and_the_time_until_nothing_is_left(
    rate: int, errors: Fraction, lasts: int
) -> None:
    """Table 5-4, and the 35-fold rate that empties 30 days in twenty and a half hours."""
    found = rate_of(DAY, errors)
    assert found.high == found.low == rate
    told = heading(found, full(THIRTY_DAYS))
    assert (told.course, lasting(told)) == (Course.ENDS, lasts)


def test_a_rate_of_one_just_lasts() -> None:
    budget = full(THIRTY_DAYS)
    assert heading(rate_of(DAY, LOST), budget, Horizon(NOW, NOW + THIRTY_DAYS)).course is Course.LASTS
    a_second_more = heading(rate_of(DAY, LOST), budget, Horizon(NOW, NOW + THIRTY_DAYS + 1))
    assert (a_second_more.course, lasting(a_second_more)) == (Course.ENDS, THIRTY_DAYS)


@pytest.mark.parametrize(
    ("window", "factor", "spent"),
    [("1h", "page", Fraction(2, 100)), ("6h", "page", Fraction(5, 100)), ("24h", "page", Fraction(10, 100))],
)
def test_what_a_window_at_its_paging_factor_spends_of_thirty_days(window: str, factor: str, spent: Fraction) -> None:
    """Tables 5-6 and 5-8, and the rule text's three-fold rate over a day."""
    factors = POLICY.of(window)
    assert factors is not None
    seconds = factors.window.seconds
    burning: Fraction = getattr(factors, factor)
    used = rate_of(seconds, burning * LOST).bad
    assert full(THIRTY_DAYS, used).used_ratio == spent


def test_a_tenth_in_three_days_is_a_rate_of_one() -> None:
    assert full(THIRTY_DAYS, rate_of(3 * DAY, LOST).bad).used_ratio == Fraction(1, 10)
    assert [one.name for one in POLICY.shown] == ["1h", "6h", "24h", "3d"]
    assert POLICY.pace.name == "24h"


@pytest.mark.parametrize(
    ("days", "rates"),
    [
        (28, ("13.44", "5.6", "2.8", "0.9333333333333333")),
        (29, ("13.92", "5.8", "2.9", "0.9666666666666667")),
        (30, ("14.4", "6", "3", "1")),
        (31, ("14.88", "6.2", "3.1", "1.0333333333333334")),
    ],
)
def test_the_rates_that_spend_the_same_shares_of_months_of_other_lengths(days: int, rates: tuple[str, ...]) -> None:
    """2 % in an hour, 5 % in six, 10 % in a day and in three: so the budget lasts 50, 120, 240 and 720 hours."""
    windows = zip(rates, (HOUR, 6 * HOUR, DAY, 3 * DAY), (50, 120, 240, 720), strict=True)
    for rate, seconds, hours in windows:
        told = heading(rate_of(seconds, Fraction(rate) * LOST), full(days * DAY))
        assert abs(lasting(told) - hours * HOUR) <= 1


# How soon a window tells


def seconds_until(factor: Fraction, window: int, errors: Fraction) -> int | None:
    """The seconds from the first error until the window reaches its factor, None if it never does."""
    burning = Burning(BurnFactors(Lookback("w", window), factor, factor), 10)
    total = window * PER_SECOND
    told = (after for after in range(window + 1) if burning.reached(LOST, after * PER_SECOND * errors, total))
    return next(told, None)


def seconds_after(factor: Fraction, window: int, errors: Fraction, lasted: int) -> int:
    """The seconds from the last error until the window is quiet again."""
    burning = Burning(BurnFactors(Lookback("w", window), factor, factor), 10)
    total = window * PER_SECOND
    for after in range(window + 1):
        left = max(0, min(lasted, window - after))
        if burning.reached(LOST, left * PER_SECOND * errors, total) is None:
            return after
    raise AssertionError("the window never is quiet again")


@pytest.mark.parametrize(
    ("factor", "window", "errors"),
    [
        ("14.4", HOUR, "1"),
        ("14.4", HOUR, "0.15"),
        ("14.4", HOUR, "0.02"),
        ("6", 6 * HOUR, "0.1"),
        ("1", 36 * HOUR, "1"),
        ("36", HOUR, "1"),
    ],
)
def test_detection_takes_as_long_as_the_formula_says(factor: str, window: int, errors: str) -> None:
    """(1 - SLO) / share of errors x window x factor."""
    exact = LOST / Fraction(errors) * window * Fraction(factor)
    assert seconds_until(Fraction(factor), window, Fraction(errors)) == -(-exact // 1)


def test_known_times_of_the_chapter() -> None:
    assert seconds_until(Fraction(1), 36 * HOUR, Fraction(1)) == 130  # 2 min 10 s
    assert seconds_until(Fraction(36), HOUR, Fraction("0.035")) is None
    assert seconds_until(Fraction("14.4"), HOUR, Fraction("0.15")) == 346  # "after 5 minutes"
    assert seconds_until(Fraction("14.4"), HOUR // 12, Fraction("0.15")) == 29  # "at once"
    assert seconds_after(Fraction(36), HOUR, Fraction(1), HOUR) // 60 == 57  # 58 min
    assert seconds_after(Fraction("14.4"), HOUR, Fraction("0.15"), 600) // 60 == 54
    assert seconds_after(Fraction("14.4"), HOUR // 12, Fraction("0.15"), 600) // 60 == 4


def test_an_outage_of_an_hour_and_spikes_that_a_duration_clause_never_sees() -> None:
    """An hour of outage eats 140 % of thirty days; five minutes in ten 12 % each, and here they page."""
    outage = full(THIRTY_DAYS, HOUR * PER_SECOND).used_ratio
    assert outage is not None
    assert round(outage * 100) == 139
    spike = full(THIRTY_DAYS, 300 * PER_SECOND).used_ratio
    assert spike is not None
    assert round(spike * 100) == 12
    assert window_status("1h", 1800 * PER_SECOND, HOUR * PER_SECOND) is Status.BREACHED


# In time


@pytest.mark.parametrize(("down", "rate"), [(300, Fraction(1000, 288)), (3600, Fraction(1000, 24)), (0, Fraction(0))])
def test_rates_of_slices_are_down_seconds_over_counted_seconds(down: int, rate: Fraction) -> None:
    reading = Reading(down, DAY)
    assert burn_rate(Lookback("24h", DAY), Span(NOW - DAY, NOW), LOST, (reading, reading)).high == rate


def test_thirty_days_hold_eight_slices_and_the_ninth_spends_them() -> None:
    """43 min 12 s are allowed: after eight slices three minutes are left, a day's slice is more than that."""
    reading = Reading(300, DAY)
    rate = burn_rate(Lookback("24h", DAY), Span(NOW - DAY, NOW), LOST, (reading, reading))
    for slices, course in ((1, Course.ENDS), (8, Course.ENDS), (9, Course.SPENT)):
        told = heading(rate, Budget(LOST * THIRTY_DAYS, Fraction(slices * 300)))
        assert told.course is course
        if course is Course.ENDS:
            assert lasting(told) == (2592 - slices * 300) * DAY // 300


# What is unknown, and nothing


def test_the_unknown_is_read_as_bad_and_as_good_and_the_worse_sets_the_pace() -> None:
    worst, best = Reading(30, 120), Reading(10, 120)
    rate = burn_rate(Lookback("24h", DAY), Span(NOW - DAY, NOW), Fraction(1, 100), (worst, best))
    assert (rate.low, rate.high) == (Fraction(100, 12), Fraction(25))
    assert (rate.bad, rate.total) == (Fraction(30), Fraction(120))
    assert lasting(heading(rate, Budget(Fraction(90), Fraction(30)))) == 2 * DAY


def test_without_a_rate_or_a_budget_nobody_knows_where_it_is_heading() -> None:
    span, day = Span(NOW - DAY, NOW), Lookback("24h", DAY)
    unread = burn_rate(day, span, LOST, None)
    silent = burn_rate(day, span, LOST, (Reading(0, 0), Reading(0, 0)))
    for rate in (unread, silent):
        assert (rate.low, rate.high) == (None, None)
        assert heading(rate, full(THIRTY_DAYS)).course is Course.UNKNOWN
        assert heading(rate, full(THIRTY_DAYS, used=10**12)).course is Course.SPENT
    assert outlook(None, (rate_of(DAY, LOST),), day, FAR, {}).course is Course.UNKNOWN


def test_a_budget_that_nothing_was_taken_of_lasts_and_one_that_allows_nothing_is_spent_by_the_first() -> None:
    quiet = rate_of(DAY, Fraction(0))
    assert heading(quiet, full(THIRTY_DAYS)).course is Course.LASTS
    assert heading(rate_of(DAY, LOST), full(THIRTY_DAYS, full(THIRTY_DAYS).allowed)).course is Course.SPENT
    strict = rate_of(DAY, Fraction(1, 10), Fraction(0))
    assert strict.high is None
    assert heading(strict, Budget(Fraction(0), Fraction(1))).course is Course.SPENT


def test_five_endpoints_at_most_and_none_that_spent_nothing() -> None:
    bad = {"/f": 1, "/e": 2, "/d": 2, "/c": 3, "/b": 4, "/a": 8, "/fine": 0}
    assert spenders(bad) == tuple(
        Spender(name, many, Fraction(many, 20))
        for name, many in (("/a", 8), ("/b", 4), ("/c", 3), ("/d", 2), ("/e", 2))
    )
    assert spenders({"/fine": 0}) == spenders({}) == ()


# Five bad minutes on the first day of a month


MINUTE = 100
"""Requests a minute."""
BEGAN = 10 * HOUR // 60
"""The minute of the first day in which they begin."""


def window_status(name: str, bad: int, total: int, share: Fraction = LOST) -> Status:
    """What a short window says of so much bad."""
    factors = POLICY.of(name)
    assert factors is not None
    yardstick = Yardstick(RATE, Allowance(share, strict=False), QUARTER, burning=Burning(factors, POLICY.least_bad))
    return judge_counts(yardstick, Reading(bad, total)).status


def runs(failing: int) -> Iterator[tuple[int, int]]:
    """Runs every five minutes for ten days: the minutes of the month so far, and the bad requests in them.

    ``failing`` of the hundred requests a minute fail in the five bad minutes.
    """
    for minute in range(5, 10 * 1440, 5):
        yield minute, failing * max(0, min(minute - BEGAN, 5))


def rings(name: str, failing: int) -> list[tuple[Status, int]]:
    """What a window says from run to run, each status with the minutes for which it is said."""
    factors = POLICY.of(name)
    assert factors is not None
    width = factors.window.seconds // 60
    bad = dict(runs(failing))
    said = [window_status(name, many - bad.get(minute - width, 0), width * MINUTE) for minute, many in bad.items()]
    return [(status, 5 * len(list(group))) for status, group in groupby(said)][1:-1]


def month_says(failing: int, indicator_total: int = MINUTE) -> list[tuple[Status, Code | None, int]]:
    """What the running month of thirty days says, by requests (or, with 60, by seconds of slices)."""
    said = []
    for minute, bad in runs(failing):
        whole = projected(minute * indicator_total, minute * 60, THIRTY_DAYS)
        verdict = judge_counts(
            Yardstick(RATE, Allowance(LOST, strict=False), QUARTER), Reading(bad, minute * indicator_total, whole)
        )
        said.append((verdict.status, verdict.reason.code if verdict.reason else None))
    return [(*told, 5 * len(list(group))) for told, group in groupby(said)]


@pytest.mark.parametrize(
    ("window", "failing", "expected"),
    [
        ("1h", 100, [(Status.BREACHED, 60)]),
        ("6h", 100, [(Status.BREACHED, 6 * 60)]),
        ("24h", 100, [(Status.BREACHED, 24 * 60)]),
        ("7d", 100, []),
        ("1h", 15, [(Status.WARNING, 60)]),
        ("6h", 15, []),
        ("24h", 15, []),
        ("24h", 40, [(Status.WARNING, 24 * 60)]),
        ("1h", 1, []),
    ],
)
def test_what_rings_after_five_bad_minutes_and_for_how_long(
    window: str, failing: int, expected: list[tuple[Status, int]]
) -> None:
    """Five minutes of outage are 12 % of the month: the short windows page for as long as they see it, no longer."""
    assert rings(window, failing) == expected


@pytest.mark.parametrize("failing", [100, 20])
def test_the_month_warns_until_it_is_mended_and_never_pages(failing: int) -> None:
    """A miss so far that can be mended; after 3.5 days of good service (17 hours of a fifth) nothing is left of it."""
    told = month_says(failing)
    mended = 5 * failing * 1000 // MINUTE
    assert [(status, code) for status, code, _ in told] == [
        (Status.OK, None),
        (Status.WARNING, Code.BELOW_GOAL_SO_FAR),
        (Status.OK, None),
    ]
    assert sum(minutes for _, _, minutes in told[:2]) == mended - 5


def test_a_slice_of_five_minutes_is_a_warning_for_as_long() -> None:
    """In time: 300 of 2,592 seconds, whether all of its requests failed or only more than a twentieth."""
    told = month_says(60, 60)
    assert [status for status, _, _ in told] == [Status.OK, Status.WARNING, Status.OK]
    assert told[1][2] < 4 * 1440


@pytest.mark.parametrize("minutes", [44, 60])
def test_who_spends_the_whole_month_in_its_first_hour_is_paged_and_it_does_not_mend(minutes: int) -> None:
    bad, total = minutes * MINUTE, 1440 * MINUTE
    whole = projected(total, DAY, THIRTY_DAYS)
    yardstick = Yardstick(RATE, Allowance(LOST, strict=False), QUARTER)
    assert judge_counts(yardstick, Reading(bad, total, whole)).status is Status.BREACHED
    assert window_status("1h", min(minutes, 60) * MINUTE, 60 * MINUTE) is Status.BREACHED
