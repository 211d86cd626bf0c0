from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.compliance.availability import account
from slactl.compliance.hours import by_hour, down_slices, hours_only, silent_hours
from slactl.compliance.slices import Bins, cut
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import SilencePolicy
from slactl.model.report import Seconds
from slactl.model.span import Span, Spans

START = 1_790_805_600
HOUR = 3600
EXPECTED = SilencePolicy.EXPECTED


def slice_goal(percent: str, sign: str = ">=") -> Goal:
    return Goal(Comparison(sign), Fraction(percent) / 100, f"{sign} {percent}%")


NINETY_FIVE = slice_goal("95")


@pytest.mark.parametrize(
    ("requests", "faults", "expected"),
    [
        (1000, 0, (0, 0)),
        (1000, 5, (0, 5)),  # 5 - 19 < 0.05 x 981: nothing is proven; each fault in another slice at worst
        (1000, 68, (0, 12)),  # 68 - 19 = 49 <= 49.05
        (1000, 69, (1, 12)),  # 50 > 49.05
        (10, 10, (0, 10)),
        (20, 20, (1, 12)),  # 1 > 0.05
        (19, 19, (0, 12)),
    ],
)
def test_the_bounds_of_an_hour_by_hand(requests: int, faults: int, expected: tuple[int, int]) -> None:
    assert down_slices(requests, faults, 12, NINETY_FIVE) == expected


def test_above_and_everything() -> None:
    """20 - 19 faults against 0.05 x (39 - 19): exactly as much is allowed by >= and not by >."""
    assert down_slices(39, 20, 12, NINETY_FIVE) == (0, 12)
    assert down_slices(39, 20, 12, slice_goal("95", ">")) == (1, 12)
    assert down_slices(1000, 1, 12, slice_goal("100")) == (1, 1)


def hours(*counts: tuple[int, int] | None, excluded: Spans = (), until: int | None = None, start: int = START) -> Bins:
    starts = [start + HOUR * index for index in range(len(counts))]
    return Bins(starts, HOUR, [one[0] if one else None for one in counts], [one[1] if one else None for one in counts])


def test_an_hour_without_faults_is_up_and_one_with_faults_lies_between_bounds() -> None:
    span = Span(START, START + 6 * HOUR)
    bins = hours((1000, 0), (1000, 69), (1000, 2), (0, 0), None, (1000, 1000))
    counts = by_hour(span, 300, bins, (Span(START + 5 * HOUR, span.end),), span.end)
    found = hours_only(counts, NINETY_FIVE, EXPECTED)
    assert found.tally.seconds == Seconds(
        up=3600 + 0 + 3000, down=300, no_traffic=3600, excluded=3600, unknown=3300 + 600 + 3600
    )
    assert (found.tally.requests, found.tally.faults) == (3000, 71)
    assert found.unread == (Span(START + 4 * HOUR, START + 5 * HOUR),)
    worst, best = found.tally.by_time(EXPECTED)
    assert (worst.bad, best.bad, worst.total) == (300 + 7500, 300, 5 * HOUR)
    low, high = found.tally.by_interval()[1].bad, found.tally.by_interval()[0].bad
    assert (low, high) == (Fraction(69 + 2, 1000), 12 + 2 + 12)
    assert found.tally.slices == 60


def test_silent_hours_that_nothing_explains_are_unknown() -> None:
    span = Span(START, START + 3 * HOUR)
    counts = by_hour(span, 300, hours((5, 0), (0, 0), (0, 0)), (), span.end)
    runs = silent_hours(counts)
    assert runs == (Span(START + HOUR, span.end),)
    assert hours_only(counts, NINETY_FIVE, EXPECTED, frozenset(runs)).tally.seconds == Seconds(up=3600, unknown=7200)
    up = hours_only(counts, NINETY_FIVE, SilencePolicy.UP, frozenset(runs))
    assert up.tally.seconds == Seconds(up=3600, no_traffic=7200)


def test_of_an_hour_over_the_edge_only_the_time_is_known() -> None:
    """A month that begins at half past: half of the first hour is its own."""
    span = Span(START + 1800, START + 2 * HOUR)
    found = hours_only(by_hour(span, 300, hours((100, 0), (100, 0)), (), span.end), NINETY_FIVE, EXPECTED)
    assert found.tally.seconds == Seconds(up=5400)
    assert found.tally.requests == 100
    assert found.unread == (Span(START + 1800, START + HOUR),)
    faulty = hours_only(by_hour(span, 300, hours((100, 90), (100, 0)), (), span.end), NINETY_FIVE, EXPECTED)
    assert faulty.tally.seconds == Seconds(up=3600, unknown=1800)


def test_a_fault_may_take_a_slice_down_that_reaches_into_the_next_hour() -> None:
    """A month that begins at half past, cut into slices of an hour."""
    span = Span(START + 1800, START + 4 * HOUR + 1800)
    bins = hours((100, 0), (100, 90), (100, 0), (100, 0), (100, 0))
    found = hours_only(by_hour(span, HOUR, bins, (), span.end), NINETY_FIVE, EXPECTED)
    assert found.tally.seconds == Seconds(up=3600 + 1800, unknown=1800 + 7200)
    assert (found.tally.requests, found.tally.faults) == (300, 90)


def test_hours_that_are_not_settled() -> None:
    span = Span(START, START + 2 * HOUR)
    found = hours_only(by_hour(span, 300, hours((9, 0), (9, 9)), (), span.end - 1), NINETY_FIVE, EXPECTED)
    assert found.tally.seconds == Seconds(up=3600, not_yet=3600)
    assert (found.tally.requests, found.unread) == (9, ())


def test_only_hours_will_do() -> None:
    with pytest.raises(ValueError, match="hours"):
        by_hour(Span(START, START + HOUR), 300, Bins([START], 300, [1], [0]), (), START + HOUR)


one_slice = st.tuples(st.sampled_from([1, 2, 5, 19, 20, 21, 60]), st.integers(0, 60)).map(
    lambda pair: (pair[0], min(pair))
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(one_slice | st.just((7, 0)), min_size=24, max_size=24),
    st.sampled_from(["90", "95", "99"]),
    st.sampled_from([">=", ">"]),
)
def test_the_bounds_hold_what_the_slices_say(counts: list[tuple[int, int]], percent: str, sign: str) -> None:
    span, goal = Span(START, START + 2 * HOUR), slice_goal(percent, sign)
    starts = [START + 300 * index for index in range(24)]
    fine = Bins(starts, 300, [one[0] for one in counts], [one[1] for one in counts])
    truth = account(cut(span, 300, fine, (), span.end), goal, EXPECTED).tally
    sums = [(sum(one[0] for one in half), sum(one[1] for one in half)) for half in (counts[:12], counts[12:])]
    coarse = hours_only(by_hour(span, 300, hours(*sums), (), span.end), goal, EXPECTED).tally
    worst, best = coarse.by_time(EXPECTED)
    assert best.bad <= truth.seconds.down <= worst.bad
    high, low = coarse.by_interval()
    assert low.bad <= truth.share_low <= high.bad
    assert (coarse.requests, coarse.faults) == (truth.requests, truth.faults)
