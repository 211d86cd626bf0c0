"""The ladder: brackets that hold the nearest rank whatever was read, and a search that ends soon."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.compliance.distribution import Bucket, Distribution, Population, Rung
from slactl.compliance.ladder import AIM, LEAST, MOST, bracket, close, nearest_rank, next_rungs, tidy, written
from slactl.model.report import Bracket

RANKS = st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(95, 100), Fraction(99, 100), Fraction(999, 1000)])
COARSE = [Fraction(ms) for ms in (50, 100, 200, 500, 1000, 2000, 5000, 10_000)]


def distribution(samples: Iterable[float], rungs: Iterable[Rung] = ()) -> Distribution:
    """Samples in one bucket, with counts at some rungs."""
    held = sorted(samples)
    if not held:
        return Distribution()
    made = Distribution({(0, 0): Bucket(len(held), Fraction(repr(held[0])), Fraction(repr(held[-1])))})
    read(made, held, rungs)
    return made


def read(made: Distribution, ordered: list[float], rungs: Iterable[Rung]) -> None:
    """Takes counts at rungs, as CloudWatch gives them: none where nothing lies below; 10.3 is exactly 10.3."""
    as_told = [Fraction(repr(sample)) for sample in ordered]
    for rung in rungs:
        count = bisect_right(as_told, rung)
        made.put(rung, 0, {0: float(count)} if count else {})


def truth(samples: Iterable[float], rank: Fraction) -> Fraction:
    """The latency at the nearest rank."""
    ordered = sorted(samples)
    place = -(-rank * len(ordered) // 1)
    return Fraction(repr(ordered[max(1, int(place)) - 1]))


SAMPLES = st.lists(st.integers(1, 400).map(lambda tenths: tenths / 10), min_size=1, max_size=40)
RUNGS = st.lists(st.integers(0, 410).map(lambda tenths: Fraction(tenths, 10)), max_size=8)


@given(SAMPLES, RUNGS, RUNGS, RANKS)
def test_a_bracket_holds_the_nearest_rank_whatever_was_read(
    samples: list[float], rungs: list[Rung], unread: list[Rung], rank: Fraction
) -> None:
    found = bracket(Population([distribution(samples, rungs)]), rank, [*rungs, *unread])
    assert found is not None
    assert found.low <= truth(samples, rank) <= found.high


@given(SAMPLES, SAMPLES, RUNGS, RANKS)
def test_a_bracket_of_what_is_left_of_a_whole_holds_the_nearest_rank(
    rest: list[float], part: list[float], rungs: list[Rung], rank: Fraction
) -> None:
    left = Population([distribution(rest + part, rungs)], [distribution(part, rungs)])
    found = bracket(left, rank, rungs)
    assert found is not None
    assert found.low <= truth(rest, rank) <= found.high


@given(st.lists(SAMPLES, min_size=1, max_size=4), RUNGS, RANKS)
def test_a_bracket_of_a_sum_holds_the_nearest_rank_of_all(
    groups: list[list[float]], rungs: list[Rung], rank: Fraction
) -> None:
    found = bracket(Population([distribution(group, rungs) for group in groups]), rank, rungs)
    assert found is not None
    assert found.low <= truth([sample for group in groups for sample in group], rank) <= found.high


@given(SAMPLES, RUNGS, RANKS)
def test_more_rungs_never_make_a_bracket_wider(samples: list[float], rungs: list[Rung], rank: Fraction) -> None:
    all_of_them = Population([distribution(samples, rungs)])
    few, many = bracket(all_of_them, rank, rungs[::2]), bracket(all_of_them, rank, rungs)
    assert few is not None
    assert many is not None
    assert few.low <= many.low <= many.high <= few.high


def test_a_bucket_that_was_not_read_opens_the_bracket_upwards() -> None:
    read_ones = distribution([10.0] * 98 + [20.0] * 2)
    unread = Distribution({(1, 0): Bucket(10, assumed=True)})
    assert bracket(Population([read_ones, unread]), Fraction(99, 100), COARSE) is None
    middle = bracket(
        Population([distribution([10.0] * 98 + [20.0] * 2, [Fraction(15)]), unread]), Fraction(1, 2), [Fraction(15)]
    )
    assert middle == Bracket(Fraction(0), Fraction(15))


def test_nothing_has_no_bracket() -> None:
    assert bracket(Population([]), Fraction(1, 2), COARSE) is None
    assert bracket(Population([distribution([1.0])], [distribution([1.0])]), Fraction(1, 2), COARSE) is None


def test_the_last_of_the_ranks_is_the_maximum_itself() -> None:
    assert bracket(Population([distribution([1.0, 2.0, 77.5])]), Fraction(99, 100), []) == Bracket(
        Fraction("77.5"), Fraction("77.5")
    )


@pytest.mark.parametrize(
    ("rank", "requests", "place"), [("0.5", 1, 1), ("0.5", 2, 1), ("0.5", 3, 2), ("0.95", 20, 19), ("0.99", 101, 100)]
)
def test_the_nearest_rank(rank: str, requests: int, place: int) -> None:
    assert nearest_rank(Fraction(rank), requests) == place


@pytest.mark.parametrize(
    ("low", "high", "fine"), [("100", "101", True), ("100", "101.01", False), ("0", "0.001", True), ("0", "1", False)]
)
def test_close_is_within_one_percent(low: str, high: str, fine: bool) -> None:
    assert close(Bracket(Fraction(low), Fraction(high))) is fine


def lognormal(rng: Random, count: int) -> list[float]:
    return [round(rng.lognormvariate(4.5, 0.8), 3) for _ in range(count)]


def bimodal(rng: Random, count: int) -> list[float]:
    return [round(rng.gauss(20, 2) if rng.random() < 0.94 else rng.gauss(3000, 200), 3) for _ in range(count)]


def point_mass(rng: Random, count: int) -> list[float]:
    return [137.0] * count


def two_values(rng: Random, count: int) -> list[float]:
    return [rng.choice([1.0, 29_000.0]) for _ in range(count)]


def heavy_tail(rng: Random, count: int) -> list[float]:
    return [round(10 * rng.paretovariate(0.7), 3) for _ in range(count)]


def with_zeros(rng: Random, count: int) -> list[float]:
    return [0.0 if rng.random() < 0.5 else round(rng.uniform(0.01, 60_000), 3) for _ in range(count)]


def rounds_until_close(samples: list[float], rank: Fraction, hints: list[float], known: list[Rung]) -> int:
    """How often rungs have to be asked for; each round's must be new and few."""
    ordered, rungs = sorted(samples), set(known)
    held = distribution(samples, known)
    for count in range(20):
        found = bracket(Population([held]), rank, rungs)
        assert found is not None
        if close(found):
            assert found.low <= truth(samples, rank) <= found.high
            return count
        fresh = next_rungs(found, hints, None)
        assert fresh
        assert len(fresh) <= MOST
        assert not rungs & set(fresh)
        rungs |= set(fresh)
        read(held, ordered, fresh)
    return 20


SHAPES = [lognormal, bimodal, point_mass, two_values, heavy_tail, with_zeros]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), count=st.sampled_from([1, 7, 300, 5000]), rank=RANKS, off=st.floats(0.9, 1.1))
def test_a_search_comes_within_one_percent_in_few_rounds(
    shape: type, seed: int, count: int, rank: Fraction, off: float
) -> None:
    samples = shape(Random(seed), count)
    hint = float(truth(samples, rank)) * off
    assert rounds_until_close(samples, rank, [hint], COARSE) <= 5
    assert rounds_until_close(samples, rank, [], COARSE) <= 7


@given(st.fractions(0, 50_000), st.fractions(Fraction(1001, 1000), 1000))
def test_new_rungs_lie_inside_the_bracket_in_even_steps(low: Fraction, factor: Fraction) -> None:
    found = Bracket(low, max(low, LEAST) * factor)
    fresh = next_rungs(found, [], None)
    assert len(fresh) <= MOST
    assert list(fresh) == sorted(set(fresh))
    assert all(found.low < rung < found.high for rung in fresh)


def test_a_hint_is_tried_closely_from_both_sides_first() -> None:
    found = next_rungs(Bracket(Fraction(50), Fraction(500)), [100.0], None)
    assert list(map(float, found)) == [97.0, 99.6, 100.4, 103.0]
    assert found[2] < found[1] * Fraction(AIM)


def test_a_hint_outside_the_bracket_is_no_hint() -> None:
    assert next_rungs(Bracket(Fraction(50), Fraction(60)), [100.0], None) == next_rungs(
        Bracket(Fraction(50), Fraction(60)), [], None
    )


def test_without_a_bracket_only_a_hint_or_a_top_tells_where_to_look() -> None:
    assert next_rungs(None, [], None) == ()
    assert len(next_rungs(None, [100.0], None)) == 4
    assert len(next_rungs(None, [], Fraction(1000))) == MOST


@pytest.mark.parametrize(
    ("rung", "text"),
    [("1000", "1000"), ("999.999", "999.999"), ("0.0001", "0.0001"), ("60000", "60000"), ("1234567.5", "1234567.5")],
)
def test_a_threshold_is_written_in_plain_digits(rung: str, text: str) -> None:
    assert written(Fraction(rung)) == text


@given(st.decimals(0, 10**7, places=6, allow_nan=False))
def test_a_threshold_is_read_as_it_was_written(value: object) -> None:
    rung = Fraction(str(value))
    assert Fraction(written(rung)) == rung
    assert "E" not in written(rung)


def test_a_threshold_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="1/3"):
        written(Fraction(1, 3))


@given(st.floats(0, 1e7))
def test_a_tidy_rung_is_near_and_can_be_written(value: float) -> None:
    rung = tidy(value)
    assert Fraction(written(rung)) == rung
    assert rung >= Fraction(1, 10_000)
    assert abs(rung - Fraction(value)) <= max(Fraction(value) / 100_000, Fraction(1, 10_000))
