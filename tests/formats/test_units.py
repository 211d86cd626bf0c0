"""Figures in any unit: printed as the agreement writes it, on the goal's true side, never better than the truth."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.formats.figures import goal_text, margin_text, value_text
from slactl.formats.language import speak
from slactl.formats.units import COUNTS, count_unit, counted, quantity
from slactl.model.general import MetricTerm, Statistic, Statistical
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Objective
from tests.formats.platforms import CONCURRENCY, PAYLOAD, READS, row

IT, EN = speak("it"), speak("en")


def goal(text: str, limit: str) -> Goal:
    return Goal(Comparison(text.split(maxsplit=1)[0]), Fraction(limit), text)


TRAPS = [
    # unit, goal, value, in Italian, its goal
    ("ms", goal("< 1ms", "1"), "0.4123", "0,413 ms", "< 1 ms"),
    ("ms", goal("< 1000us", "1"), "0.4123", "412,3 µs", "< 1.000 µs"),
    ("ms", goal("< 1000us", "1"), "1.0000001", "1.000,1 µs", "< 1.000 µs"),
    ("ms", goal("< 1ms", "1"), "0.99999", "0,99999 ms", "< 1 ms"),
    ("ms", goal("< 2s", "2000"), "412.345", "412,4 ms", "< 2 s"),
    ("ms", goal("< 1.5s", "1500"), "1499.99", "1.499,99 ms", "< 1,5 s"),
    ("us", goal("< 1ms", "1000"), "412", "412,0 µs", "< 1.000 µs"),
    ("ratio", goal("< 80%", "0.8"), "0.8", "80,000%", "< 80%"),
    ("ratio", goal("< 80%", "0.8"), "0.7999999", "79,99999%", "< 80%"),
    ("ratio", goal(">= 90%", "0.9"), "0.8999999", "89,999%", "≥ 90%"),
    ("bytes", goal("<= 6MB", "6000000"), "6000001", "6,001 MB", "≤ 6 MB"),
    ("bytes", goal("<= 6MiB", str(6 * 2**20)), str(6 * 2**20), "6,000 MiB", "≤ 6 MiB"),
    ("bytes", goal("<= 512B", "512"), "12", "12 B", "≤ 512 B"),
    ("count", goal(">= 1", "1"), "0", "0", "≥ 1"),
    ("count", goal("<= 1000", "1000"), "1234567", "1.234.567", "≤ 1.000"),
    ("count", goal("<= 1000", "1000"), "0.5", "0,500", "≤ 1.000"),
]


@pytest.mark.parametrize(("unit", "limit", "value", "shown", "asked"), TRAPS)
def test_a_value_and_its_goal_in_the_agreement_s_unit(
    unit: str, limit: Goal, value: str, shown: str, asked: str
) -> None:
    assert value_text(Fraction(value), "statistic", limit, IT, unit) == shown
    assert goal_text(limit, "statistic", IT, unit) == asked


@pytest.mark.parametrize(
    ("promise", "value", "left"),
    [
        (READS, "0.4123", "+587,7 µs"),
        (READS, "1.25", "−250,0 µs"),
        (CONCURRENCY, "0.8000001", "−0,001 p.p."),
        (PAYLOAD, "5812334", "+0,187 MB"),
    ],
)
def test_a_margin_has_the_unit_of_its_value(promise: Objective, value: str, left: str) -> None:
    assert margin_text(row(promise, value), promise.goal, IT) == left


def test_shares_stay_shares_whatever_they_count() -> None:
    """The unit of a control's row is days, and its figure a share of them."""
    full = Goal(Comparison.AT_LEAST, Fraction(1), ">= 100%")
    assert value_text(Fraction(29, 31), "control", full, EN, "days") == "93.548%"
    assert goal_text(full, "control", EN, "days") == "≥ 100%"
    assert value_text(Fraction(1, 3), "ratio", goal("< 0.1%", "0.001"), EN, "operations") == "33.334%"


units = st.sampled_from(["ms", "ratio", "bytes", "count"])
values = st.fractions(0, 10**9, max_denominator=10**6)
limits = st.integers(1, 10**9).map(Fraction)


@given(units, values, limits, st.sampled_from(Comparison))
def test_it_never_looks_better_than_the_truth(
    unit: str, value: Fraction, limit: Fraction, comparison: Comparison
) -> None:
    shown = quantity(value, unit, Goal(comparison, limit, ""), EN)
    number = Fraction(shown.split(" ")[0].removesuffix("%").replace(",", "")) / (100 if unit == "ratio" else 1)
    assert comparison.holds(number, limit) == comparison.holds(value, limit)
    assert number <= value if comparison.wants_high else number >= value


def test_so_many_of_whatever_is_counted() -> None:
    assert counted("1", "days", IT) == "1 giorno"
    assert counted("31", "days", IT) == "31 giorni"
    assert counted("2.000", "operations", IT) == "2.000 operazioni"
    assert counted("7", "ms", EN) == "7 requests"
    assert len({counted("2", unit, EN) for unit in COUNTS}) == len(COUNTS)


@pytest.mark.parametrize(
    ("namespace", "name", "said"),
    [
        ("AWS/Lambda", "Duration", "7 invocazioni"),
        ("LambdaInsights", "init_duration", "7 avvii"),
        ("AWS/DynamoDB", "SuccessfulRequestLatency", "7 operazioni"),
        ("Custom", "Latency", "7 richieste"),
    ],
)
def test_the_samples_of_a_metric_have_their_own_word(namespace: str, name: str, said: str) -> None:
    indicator = Statistic(MetricTerm(namespace, name, "Average"), Statistical.PERCENTILE, "ms", rank=Fraction(99, 100))
    assert counted("7", count_unit("ms", replace(READS, indicator=indicator)), IT) == said
    assert count_unit("events", replace(READS, indicator=indicator)) == "events"
