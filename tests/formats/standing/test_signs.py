"""Bars and days never look better than their figures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.formats.standing.signs import FULL, LEVELS, PARTS, REST, bar, day_sign, in_ascii
from slactl.model.burn import Spent
from slactl.model.span import Span
from tests.formats.agreement import HOSTILE

DAY = Span(0, 86_400)
SHARES = st.fractions(0, 1)


def drawn(text: str) -> Fraction:
    """The share that a bar shows."""
    eighths = sum(8 if one == FULL else PARTS.index(one) + 1 if one in PARTS else 0 for one in text)
    return Fraction(eighths, 8 * len(text))


@given(SHARES, st.integers(1, 30))
def test_a_bar_is_rounded_down_by_less_than_an_eighth(share: Fraction, cells: int) -> None:
    text = bar(share, cells)
    assert len(text) == cells
    assert 0 <= share - drawn(text) < Fraction(1, 8 * cells)


def test_the_ends_of_a_bar() -> None:
    assert bar(Fraction(0)) == REST * 10
    assert bar(Fraction(1)) == FULL * 10
    assert bar(Fraction(1, 80)) == PARTS[0] + REST * 9


@given(SHARES)
def test_a_plain_bar_shows_no_more(share: Fraction) -> None:
    text = in_ascii(bar(share))
    assert set(text) <= {"#", "-"}
    assert Fraction(text.count("#"), 10) <= share


@pytest.mark.parametrize(
    ("bad", "sign"),
    [(0, 0), (1, 1), (25, 1), (26, 2), (50, 2), (75, 3), (100, 4), (101, 5), (200, 5), (400, 6), (401, 7), (10_000, 7)],
)
def test_a_day_is_drawn_by_its_share_of_its_own_allowance(bad: int, sign: int) -> None:
    assert day_sign(Spent(DAY, Fraction(bad), Fraction(0), Fraction(10_000), Fraction(100))) == LEVELS[sign]


def test_days_of_which_nothing_can_be_drawn() -> None:
    nothing = Fraction(0)
    assert day_sign(Spent(DAY)) == "?"
    assert day_sign(Spent(DAY, nothing, nothing, nothing, nothing)) == "·"
    assert day_sign(Spent(DAY, nothing, nothing, Fraction(9), nothing)) == LEVELS[0]
    assert day_sign(Spent(DAY, Fraction(1), nothing, Fraction(9), nothing)) == LEVELS[-1]


@given(st.text())
def test_plain_text_is_plain(text: str) -> None:
    assert in_ascii(text).isascii()


@pytest.mark.parametrize("text", [*HOSTILE, "Disponibilità", "≥ 99,9% – 3×…"])
def test_signs_and_accents_have_their_likes(text: str) -> None:
    assert in_ascii(text).isascii()
    assert in_ascii("Disponibilità ≥ 99,9% – 3×…") == "Disponibilita >= 99,9% - 3x..."


def test_every_sign_stays_another() -> None:
    assert len({in_ascii(one) for one in (*LEVELS, "?", "·")}) == len(LEVELS) + 2
