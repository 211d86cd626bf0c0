"""Amounts: bounds of counts that add up, and are rounded once."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.compliance.amount import Amount, as_written, exact, total, whole_down, whole_up

COUNTS = st.fractions(0, 1000, max_denominator=64)
AMOUNTS = st.tuples(COUNTS, COUNTS).map(lambda ends: Amount(min(ends), max(ends)))


def within(amount: Amount, share: Fraction) -> Fraction:
    """A truth that an amount allows."""
    return Fraction(amount.low + (amount.high - amount.low) * share)


@given(AMOUNTS, AMOUNTS, st.fractions(0, 1), st.fractions(0, 1))
def test_sums_and_remainders_hold_every_truth_that_their_parts_allow(
    one: Amount, other: Amount, first: Fraction, second: Fraction
) -> None:
    mine, theirs = within(one, first), within(other, second)
    both, rest = one + other, one.less(other)
    assert both.low <= mine + theirs <= both.high
    assert rest.low <= max(Fraction(0), mine - theirs) <= rest.high


@given(st.lists(AMOUNTS))
def test_the_total_is_the_sum_one_by_one(amounts: list[Amount]) -> None:
    added = Amount()
    for amount in amounts:
        added += amount
    assert total(amounts) == added
    assert total(amounts).known == all(amount.known for amount in amounts)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_taken_exactly(value: float) -> None:
    assert exact(value) == Fraction(value)
    assert isinstance(exact(value), int) == value.is_integer()


def test_a_latency_is_the_decimal_it_is_written_with() -> None:
    assert as_written(1999.999) == Fraction(1999999, 1000)
    assert as_written(1e-7) == Fraction(1, 10_000_000)
    assert Fraction(1999.999) != Fraction(1999999, 1000)


@pytest.mark.parametrize(
    ("value", "down", "up"),
    [
        (Fraction(7), 7, 7),
        (Fraction(13, 2), 6, 7),
        (7 - Fraction(1, 1_000_000), 7, 7),
        (7 + Fraction(1, 1_000_000), 7, 7),
        (7 - Fraction(2, 1_000_000), 6, 7),
        (7 + Fraction(2, 1_000_000), 7, 8),
        (Fraction(5, 2), 2, 3),
        (0, 0, 0),
    ],
)
def test_rounding_goes_to_the_worse_side_but_for_a_millionth(value: Fraction, down: int, up: int) -> None:
    assert (whole_down(value), whole_up(value)) == (down, up)


@given(COUNTS)
def test_rounding_is_never_off_by_one_or_more(value: Fraction) -> None:
    assert value - 1 < whole_down(value) <= value + Fraction(1, 1_000_000)
    assert value - Fraction(1, 1_000_000) <= whole_up(value) < value + 1
