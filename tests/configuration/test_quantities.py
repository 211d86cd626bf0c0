"""Durations, shares, goals and thresholds are exact, and read back what they print."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.configuration.mistakes import Refused
from slactl.configuration.quantities import (
    duration,
    duration_text,
    latency_goal,
    open_share,
    rank,
    share,
    share_of_bad,
    share_of_good,
    slice_goal,
    slice_length,
    threshold,
    whole_seconds,
)
from slactl.model.goal import Comparison


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("1.5h", 5400), ("48h", 172800), ("2d", 172800), ("500ms", Fraction(1, 2)), ("0s", 0)],
)
def test_durations_are_exact(text: str, seconds: int | Fraction) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["5M", "5", "-5m", "22:30", "P1M", "1h30m", "5 m", "1e3s", ".5h", "5.m", "٥m", "", "m", "inf", "9999999d"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(Refused):
        duration(text)


@given(st.integers(0, 3660 * 86400 * 1000))
def test_durations_read_back(milliseconds: int) -> None:
    seconds = Fraction(milliseconds, 1000)
    assert duration(duration_text(seconds)) == seconds


@given(st.decimals(0, 9999, places=6, allow_nan=False), st.sampled_from(["ms", "s", "m", "h"]))
def test_decimal_durations_read_back(number: object, unit: str) -> None:
    seconds = duration(f"{number:f}{unit}")
    assert duration(duration_text(seconds)) == seconds


def test_a_duration_without_an_exact_spelling_is_not_spelt() -> None:
    with pytest.raises(ValueError, match="no exact decimal"):
        duration_text(Fraction(1, 3))


def test_only_whole_seconds_where_seconds_count() -> None:
    assert whole_seconds("1.5m") == 90
    with pytest.raises(Refused, match="whole seconds"):
        whole_seconds("1500ms")


@pytest.mark.parametrize("text", ["1m", "2m", "3m", "4m", "5m", "6m", "10m", "12m", "15m", "20m", "30m", "60m", "1h"])
def test_slices_divide_an_hour(text: str) -> None:
    assert 3600 % slice_length(text) == 0


@pytest.mark.parametrize("text", ["7m", "30s", "0m", "90m", "2h", "0.1m"])
def test_slices_that_do_not(text: str) -> None:
    with pytest.raises(Refused):
        slice_length(text)


@given(
    st.decimals(0, 100, places=4, allow_nan=False), st.sampled_from([">=", ">", "<", "<="]), st.sampled_from(["", " "])
)
def test_goals_are_read_exactly_and_back(number: object, sign: str, space: str) -> None:
    text = f"{sign}{space}{number:f}%"
    read = share_of_good if sign.startswith(">") else share_of_bad
    if text.replace(" ", "") in (">100.0000%", "<0.0000%"):
        return
    goal = read(text)
    assert goal.limit == Fraction(f"{number:f}") / 100
    assert goal.comparison == Comparison(sign)
    assert goal.text == f"{sign} {number:f}%"
    assert read(goal.text) == goal


def test_the_famous_decimal_is_not_a_float() -> None:
    assert share_of_good(">= 99.95%").limit == Fraction(1999, 2000)
    assert share_of_bad("< 0.5%").limit == Fraction(1, 200)
    assert share("25%") == Fraction(1, 4)
    assert open_share("99%") == Fraction(99, 100)
    assert slice_goal(">= 95%").allowed_share == Fraction(1, 20)


@pytest.mark.parametrize(
    ("text", "limit"), [("< 2s", 2000), ("<= 1000ms", 1000), ("<0.25s", 250), ("< 0.01ms", Fraction(1, 100))]
)
def test_latencies_are_milliseconds(text: str, limit: int | Fraction) -> None:
    assert latency_goal(text).limit == limit
    assert latency_goal(latency_goal(text).text) == latency_goal(text)


def test_a_threshold_reads_the_rung_that_its_sign_means() -> None:
    assert threshold("< 1000ms").rung == Fraction("999.999")
    assert threshold("<= 1000ms").rung == 1000
    assert threshold("< 1s") == threshold("< 1000ms")


@pytest.mark.parametrize(
    ("text", "ratio"), [("p50", Fraction(1, 2)), ("p95", Fraction(19, 20)), ("p99.9", Fraction(999, 1000))]
)
def test_percentiles(text: str, ratio: Fraction) -> None:
    assert rank(text) == ratio


@pytest.mark.parametrize("text", ["95", "p0", "p100", "P95", "p99.9999", "p-1", "tm95"])
def test_what_is_no_percentile(text: str) -> None:
    with pytest.raises(Refused):
        rank(text)


PARSERS = (duration, share, rank, share_of_good, share_of_bad, slice_goal, latency_goal, threshold, slice_length)


@given(st.text(max_size=12), st.sampled_from(PARSERS))
def test_any_text_is_a_quantity_or_refused(text: str, parse: Callable[[str], object]) -> None:
    with contextlib.suppress(Refused):
        assert parse(text) is not None
