import time
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.compliance import chance as module
from slactl.compliance.chance import beyond_chance, chance

HALF_PERCENT = Fraction(1, 200)
SURE = Fraction(99, 100)


def by_definition(bad: int, requests: int, rate: Fraction) -> Fraction:
    return sum(
        (comb(requests, hits) * rate**hits * (1 - rate) ** (requests - hits) for hits in range(bad, requests + 1)),
        Fraction(0),
    )


def test_one_in_three_by_hand() -> None:
    """1 - 0.995^3 = 0.014925125."""
    found = chance(1, 3, HALF_PERCENT)
    assert found.low == found.high == Fraction(14925125, 10**9)
    assert not beyond_chance(1, 3, HALF_PERCENT, SURE)
    assert beyond_chance(1, 3, HALF_PERCENT, Fraction(98, 100))


def test_exactly_the_limit_is_not_below_it() -> None:
    assert not beyond_chance(1, 1, HALF_PERCENT, 1 - HALF_PERCENT)


@pytest.mark.parametrize(
    ("bad", "requests", "rate", "expected"),
    [(0, 10, HALF_PERCENT, 1), (11, 10, HALF_PERCENT, 0), (1, 10, Fraction(0), 0), (10, 10, Fraction(1), 1)],
)
def test_what_is_certain(bad: int, requests: int, rate: Fraction, expected: int) -> None:
    assert chance(bad, requests, rate) == module.Chance(Fraction(expected), Fraction(expected))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_enclosure_holds_the_exact_tail(data: st.DataObject) -> None:
    requests = data.draw(st.integers(module.EXACT_UP_TO + 1, 600))
    rate = data.draw(st.fractions(Fraction(1, 200), Fraction(199, 200), max_denominator=200))
    centre = int(requests * rate)
    bad = data.draw(st.one_of(st.integers(1, requests), st.integers(max(1, centre - 20), min(requests, centre + 20))))
    found, exact = chance(bad, requests, rate), by_definition(bad, requests, rate)
    assert found.low <= exact <= found.high
    assert found.high - found.low <= max(exact / 10**20, Fraction(1, 10**400))


def test_the_decision_is_exact_at_the_very_edge() -> None:
    exact = by_definition(12, 1000, HALF_PERCENT)
    assert not beyond_chance(12, 1000, HALF_PERCENT, 1 - exact)
    assert beyond_chance(12, 1000, HALF_PERCENT, 1 - exact - Fraction(1, 10**60))


def test_ten_million_requests_are_decided_at_once() -> None:
    begun = time.perf_counter()
    assert beyond_chance(50_600, 10**7, HALF_PERCENT, SURE)
    assert not beyond_chance(50_400, 10**7, HALF_PERCENT, SURE)
    assert not beyond_chance(49_000, 10**7, HALF_PERCENT, SURE)
    assert beyond_chance(9 * 10**6, 10**7, HALF_PERCENT, SURE)
    assert not beyond_chance(5 * 10**6, 10**7, Fraction(1, 2), SURE)
    assert time.perf_counter() - begun < 1
