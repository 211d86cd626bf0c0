"""Distributions: rule 3 bucket by bucket, and sums of buckets that hold the truth."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.compliance.amount import Amount
from slactl.compliance.distribution import Bucket, Distribution, Population

MS = st.integers(1, 60)
RUNGS = st.lists(MS, unique=True, max_size=6)


def bucket(
    samples: int = 10, low: int | None = 20, high: int | None = 50, counts: Mapping[int, float] | None = None
) -> Bucket:
    """A bucket with extremes and counts at rungs."""
    made = Bucket(samples, None if low is None else Fraction(low), None if high is None else Fraction(high))
    for rung, count in (counts or {}).items():
        made.put(Fraction(rung), count)
    return made


def ends(found: Distribution) -> tuple[float | None, ...]:
    return tuple(None if end is None else float(end) for end in found.extremes())


def at(found: Bucket, rung: int) -> tuple[object, object]:
    count = found.count(Fraction(rung))
    return count.low, count.high


@pytest.mark.parametrize(("rung", "count"), [(19, 0), (50, 10), (51, 10)])
def test_extremes_settle_a_count_without_asking(rung: int, count: int) -> None:
    assert bucket().settled(Fraction(rung))
    assert at(bucket(), rung) == (count, count)


@pytest.mark.parametrize(("rung", "count"), [(19, 0), (50, 10)])
def test_extremes_are_believed_before_a_count_that_says_otherwise(rung: int, count: int) -> None:
    assert at(bucket(counts={rung: 4.5}), rung) == (count, count)


@pytest.mark.parametrize("rung", [20, 49])
def test_between_the_extremes_a_count_has_to_be_read(rung: int) -> None:
    assert not bucket().settled(Fraction(rung))
    assert bucket(counts={rung: 4.5}).settled(Fraction(rung))


def test_a_count_that_never_came_is_unknown_and_not_nothing() -> None:
    assert at(bucket(), 30) == (1, 9)
    assert at(bucket(low=None), 30) == (0, 9)
    assert at(bucket(high=None), 30) == (1, 10)
    assert at(bucket(low=None, high=None), 30) == (0, 10)


def test_a_count_that_never_came_lies_between_its_neighbours() -> None:
    found = bucket(counts={25: 2.5, 40: 7.25})
    assert at(found, 30) == (2.5, 7.25)
    assert at(found, 22) == (1, 2.5)
    assert at(found, 45) == (7.25, 9)


@pytest.mark.parametrize(("told", "count"), [(-1.0, 0), (12.0, 10), (4.75, 4.75), (0.25, 0.25), (9.75, 9.75)])
def test_a_count_is_kept_within_nothing_and_all(told: float, count: float) -> None:
    assert at(bucket(counts={30: told}), 30) == (count, count)


def test_a_count_never_falls_as_the_threshold_rises() -> None:
    found = bucket(counts={30: 6.0, 40: 5.5, 45: 8.0})
    assert [at(found, rung) for rung in (30, 40, 45)] == [(6, 6), (6, 6), (8, 8)]


def test_a_small_fraction_below_a_smaller_one_stays_in_order() -> None:
    """What is at least one request by the Minimum is yet what TC says, and the next rung is no lower."""
    found = bucket(counts={25: 0.25, 30: 0.5})
    assert [at(found, rung) for rung in (22, 25, 30)] == [(0.25, 0.25), (0.25, 0.25), (0.5, 0.5)]


def test_the_same_rung_read_again_is_what_was_read_last() -> None:
    found = bucket(counts={30: 4.0})
    found.put(Fraction(30), 5.0)
    assert at(found, 30) == (5, 5)


def test_nothing_is_known_of_a_bucket_that_was_not_read() -> None:
    found = Bucket(10, assumed=True)
    assert at(found, 30) == (0, 10)
    assert found.settled(Fraction(30))
    assert at(Bucket(0), 30) == (0, 0)


@st.composite
def told(draw: st.DrawFn) -> Bucket:
    """A bucket with whatever CloudWatch may say of it, true or not."""
    low, high = sorted(draw(st.tuples(MS, MS)))
    made = bucket(draw(st.integers(1, 20)), draw(st.sampled_from([low, None])), draw(st.sampled_from([high, None])))
    for rung in draw(RUNGS):
        made.put(Fraction(rung), draw(st.floats(-2, 25)))
    return made


@given(told())
def test_counts_rise_and_keep_within_the_samples_whatever_was_told(found: Bucket) -> None:
    counts = [found.count(Fraction(rung)) for rung in range(62)]
    assert all(0 <= count.low <= count.high <= found.samples for count in counts)
    assert [count.low for count in counts] == sorted(count.low for count in counts)
    assert [count.high for count in counts] == sorted(count.high for count in counts)
    assert all(count.known for rung, count in enumerate(counts) if found.minimum and rung < found.minimum)


SAMPLES = st.lists(MS, min_size=1, max_size=30)


@st.composite
def measured(draw: st.DrawFn, samples: list[int]) -> Distribution:
    """Some samples as buckets, of which each rung is read in some; as CloudWatch, it tells no zero."""
    rungs, made = draw(RUNGS), Distribution()
    place = draw(st.lists(st.integers(0, 3), min_size=len(samples), max_size=len(samples)))
    for start in sorted(set(place)):
        inside = sorted(sample for sample, where in zip(samples, place, strict=True) if where == start)
        found = bucket(len(inside), inside[0], inside[-1])
        made.buckets[0, start] = found
        for rung in rungs:
            count = bisect_right(inside, rung)
            if count and draw(st.booleans()):
                made.put(Fraction(rung), 0, {start: float(count), 99: 1.0})
    return made


@given(st.data(), SAMPLES)
def test_the_truth_lies_within_the_bounds_of_a_distribution(data: st.DataObject, samples: list[int]) -> None:
    found = data.draw(measured(samples))
    assert found.samples == len(samples)
    assert ends(found) == (min(samples), max(samples))
    for rung in range(62):
        count, truth = found.count(Fraction(rung)), sum(sample <= rung for sample in samples)
        assert count.low <= truth <= count.high
        if not found.unsettled(Fraction(rung)):
            assert count == Amount.of(truth)


@given(st.data(), SAMPLES, SAMPLES)
def test_the_truth_lies_within_the_bounds_of_a_population_less_a_part(
    data: st.DataObject, rest: list[int], part: list[int]
) -> None:
    whole, cut = data.draw(measured(rest + part)), data.draw(measured(part))
    for found in (Population([whole], [cut]), Population([whole]).without([cut])):
        assert found.samples == len(rest)
        for rung in range(0, 62, 3):
            count = found.count(Fraction(rung))
            assert 0 <= count.low <= sum(sample <= rung for sample in rest) <= count.high <= len(rest)


def test_a_rung_is_asked_only_in_runs_that_need_it() -> None:
    found = Distribution({(0, 0): bucket(), (1, 0): bucket(low=40), (1, 9): bucket(low=40, high=45)})
    assert found.unsettled(Fraction(30)) == {0}
    assert found.unsettled(Fraction(42)) == {0, 1}
    assert found.unsettled(Fraction(50)) == set()
    found.put(Fraction(42), 1, {0: 3.0})
    assert found.unsettled(Fraction(42)) == {0, 1}
    found.put(Fraction(42), 1, {9: 3.0})
    assert found.unsettled(Fraction(42)) == {0}


def test_a_bucket_that_does_not_tell_its_extremes_leaves_them_unknown() -> None:
    assert ends(Distribution({(0, 0): bucket(), (0, 1): bucket(low=None)})) == (None, 50)
    assert ends(Distribution({(0, 0): bucket(), (0, 1): Bucket(0)})) == (20, 50)
    assert ends(Distribution()) == (None, None)


def test_the_extremes_of_a_bucket_that_is_not_believed_are_not_either() -> None:
    doubtful = bucket()
    doubtful.assumed = True
    assert ends(Distribution({(0, 0): bucket(low=30), (0, 1): doubtful})) == (None, None)
    assert Population([Distribution({(0, 1): doubtful})]).assumed == 10
