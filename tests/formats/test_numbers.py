"""The display rule: a printed figure never looks better than the truth, and stands on its goal's side."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.formats.language import Language, speak
from slactl.formats.numbers import (
    MINUS,
    exact,
    fixed,
    judged_milliseconds,
    judged_percent,
    latency_goal,
    margin,
    milliseconds,
    percent,
    ratio_goal,
    used_percent,
    whole,
)
from slactl.model.goal import Comparison, Goal

IT, EN = speak("it"), speak("en")
ratios = st.fractions(0, 1, max_denominator=10**9)
decimals = st.decimals("0", "1", places=4, allow_nan=False).map(Fraction)
goals = st.builds(Goal, st.sampled_from(Comparison), decimals, st.just(""))
languages = st.sampled_from([IT, EN])


def parsed(text: str, language: Language) -> Fraction:
    """A printed figure read back."""
    bare = (
        text.removesuffix("%").removesuffix(" ms").replace(language.group_sign, "").replace(language.decimal_sign, ".")
    )
    return Fraction(bare.replace(MINUS, "-")) / (100 if text.endswith("%") else 1)


def at_least(limit: str) -> Goal:
    return Goal(Comparison.AT_LEAST, Fraction(limit), "")


def below(limit: str) -> Goal:
    return Goal(Comparison.BELOW, Fraction(limit), "")


@pytest.mark.parametrize(
    ("value", "goal", "shown"),
    [
        ("0.998995", at_least("0.999"), "99,899%"),
        ("0.998655010087424", at_least("0.999"), "99,865%"),
        ("0.9990000001", at_least("0.999"), "99,900%"),
        ("0.999", at_least("0.999"), "99,900%"),
        ("0.9990000001", Goal(Comparison.ABOVE, Fraction("0.999"), ""), "99,90000001%"),
        ("0.999", Goal(Comparison.ABOVE, Fraction("0.999"), ""), "99,900%"),
        ("0.99899999999", at_least("0.999"), "99,899%"),
        ("1", at_least("0.999"), "100,000%"),
        ("0.9999999", at_least("0.999"), "99,999%"),
        ("0.005", below("0.005"), "0,500%"),
        ("0.00499999", below("0.005"), "0,499999%"),
        ("0.0050000001", below("0.005"), "0,501%"),
        ("0.0050000001", Goal(Comparison.AT_MOST, Fraction("0.005"), ""), "0,501%"),
        ("0.005", Goal(Comparison.AT_MOST, Fraction("0.005"), ""), "0,500%"),
        ("0", below("0.005"), "0,000%"),
    ],
)
def test_a_ratio_is_shown_on_the_side_of_its_goal(value: str, goal: Goal, shown: str) -> None:
    assert judged_percent(Fraction(value), goal, IT) == shown


def test_english_has_its_own_signs_and_no_space() -> None:
    assert judged_percent(Fraction("0.998655"), at_least("0.999"), EN) == "99.865%"
    assert whole(1234567, EN) == "1,234,567"
    assert whole(1234567, IT) == "1.234.567"


def test_a_latency_just_under_its_limit_does_not_look_missed() -> None:
    assert judged_milliseconds(Fraction("1999.99"), below("2000"), IT) == "1.999,99 ms"
    assert judged_milliseconds(Fraction("2000"), below("2000"), IT) == "2.000,0 ms"
    assert milliseconds(Fraction("412.41"), EN) == "412.5 ms"


def test_goals_are_printed_as_agreed() -> None:
    assert ratio_goal(at_least("0.999"), IT) == "≥ 99,9%"
    assert ratio_goal(below("0.005"), EN) == "< 0.5%"
    assert latency_goal(Goal(Comparison.BELOW, Fraction(2000), "< 2s"), IT) == "< 2 s"
    assert latency_goal(Goal(Comparison.AT_MOST, Fraction(1000), "<= 1000ms"), IT) == "≤ 1.000 ms"


def test_the_margin_of_a_miss_is_negative_and_of_an_exact_miss_zero() -> None:
    assert margin(Fraction("99.8655"), at_least("99.9"), 3, IT) == f"{MINUS}0,035"
    assert margin(Fraction("0.5"), below("0.5"), 3, IT) == "0,000"
    assert margin(Fraction("99.90000001"), at_least("99.9"), 3, IT) == "+0,00000001"


def test_a_budget_used_to_the_last_bit_shows_all_used() -> None:
    assert used_percent(Fraction(1), EN, strict=False) == "100.0%"
    assert used_percent(Fraction(99999, 100000), EN, strict=True) == "99.999%"
    assert used_percent(Fraction(100001, 100000), EN, strict=False) == "100.1%"


@given(ratios, goals, languages)
def test_a_printed_ratio_never_looks_better_and_keeps_its_side(value: Fraction, goal: Goal, language: Language) -> None:
    shown = parsed(judged_percent(value, goal, language), language)
    assert shown <= value if goal.comparison.wants_high else shown >= value
    assert goal.met_by(shown) == goal.met_by(value)


@given(
    st.fractions(0, 10**6, max_denominator=10**6),
    st.sampled_from([Comparison.BELOW, Comparison.AT_MOST]),
    st.decimals("0", "100000", places=2).map(Fraction),
    languages,
)
def test_a_printed_latency_never_looks_better_and_keeps_its_side(
    value: Fraction, comparison: Comparison, limit: Fraction, language: Language
) -> None:
    goal = Goal(comparison, limit, "")
    shown = parsed(judged_milliseconds(value, goal, language), language)
    assert shown >= value
    assert goal.met_by(shown) == goal.met_by(value)


@given(ratios, goals, languages)
def test_a_value_near_its_goal_keeps_its_side(offset: Fraction, goal: Goal, language: Language) -> None:
    for value in (goal.limit + offset / 10**9, goal.limit - offset / 10**9):
        shown = parsed(judged_percent(value, goal, language), language)
        assert goal.met_by(shown) == goal.met_by(value)


@given(ratios, goals)
def test_a_margin_is_never_flattering_and_has_the_sign_of_the_truth(value: Fraction, goal: Goal) -> None:
    gap = value - goal.limit if goal.comparison.wants_high else goal.limit - value
    shown = parsed(margin(value, goal, 3, EN).removeprefix("+"), EN)
    assert shown <= gap
    assert (shown > 0) == (gap > 0)
    assert (shown < 0) == (gap < 0)


@given(st.fractions(-(10**6), 10**6, max_denominator=10**6), st.integers(0, 8), st.booleans(), languages)
def test_fixed_places_round_the_way_they_are_told(value: Fraction, places: int, up: bool, language: Language) -> None:
    text = fixed(value, places, language, up=up)
    shown = parsed(text, language)
    assert (0 <= shown - value < Fraction(1, 10**places)) if up else (0 <= value - shown < Fraction(1, 10**places))
    assert len(text.partition(language.decimal_sign)[2]) == places


@given(st.decimals("-100000", "100000", places=6), languages)
def test_a_decimal_is_printed_exactly(value: object, language: Language) -> None:
    assert parsed(exact(Fraction(str(value)), language), language) == Fraction(str(value))


@given(ratios)
def test_shares_of_bad_are_rounded_up(value: Fraction) -> None:
    assert parsed(percent(value, EN, up=True), EN) >= value
    assert parsed(percent(value, EN, up=False), EN) <= value
