"""M of N and missing data: CloudWatch's own examples, and a second evaluator that goes point by point."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.sandbox.evaluation_metric import changes, samples_needed
from slactl.sandbox.evaluation_rule import Rule, decide

KINDS = ("missing", "ignore", "breaching", "notBreaching")
TOLD = ("OK", "ALARM", "INSUFFICIENT_DATA", "keep")
VALUES = {"0": 0.0, "X": 9.0, "-": float("nan")}
OPERATOR = "GreaterThanThreshold"


def said(row: str, needed: int, periods: int, missing: str) -> str:
    """What datapoints such as ``0 - X`` (the newest at the right) make of an alarm above 5."""
    newest_first = [VALUES[sign] for sign in reversed(row.split())]
    return TOLD[decide(Rule(OPERATOR, 5, needed, periods, missing), np.array([newest_first]))[0]]


@pytest.mark.parametrize(
    ("row", "states"),
    [
        ("0 - X - X", ("OK", "OK", "OK", "OK")),
        ("0 - - - -", ("OK", "OK", "OK", "OK")),
        ("- - - - -", ("INSUFFICIENT_DATA", "keep", "ALARM", "OK")),
        ("0 X X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("- - X - -", ("ALARM", "keep", "ALARM", "OK")),
        ("- - - - X", ("OK", "keep", "ALARM", "OK")),  # too young to ring by itself
        ("- - - X -", ("OK", "keep", "ALARM", "OK")),
        ("- - X - 0", ("OK", "OK", "OK", "OK")),
    ],
)
def test_three_of_three(row: str, states: tuple[str, ...]) -> None:
    assert tuple(said(row, 3, 3, kind) for kind in KINDS) == states


@pytest.mark.parametrize(
    ("row", "states"),
    [
        ("0 - X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 0 X 0 X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 - X - -", ("OK", "OK", "ALARM", "OK")),
        ("- - - - 0", ("OK", "OK", "ALARM", "OK")),
        ("- - - X -", ("ALARM", "keep", "ALARM", "OK")),
        ("X X 0 0 0", ("OK", "OK", "OK", "OK")),  # older points are not needed where none is missing
    ],
)
def test_two_of_three(row: str, states: tuple[str, ...]) -> None:
    assert tuple(said(row, 2, 3, kind) for kind in KINDS) == states


def test_one_datapoint_is_made_up_for_by_the_one_before() -> None:
    assert [said("X - -", 1, 1, kind) for kind in KINDS] == ["ALARM"] * 4
    assert [said("0 X -", 1, 1, kind) for kind in KINDS] == ["ALARM"] * 4
    assert [said("X 0 -", 1, 1, kind) for kind in KINDS] == ["OK"] * 4


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        ("GreaterThanOrEqualToThreshold", False, True, True),
        ("GreaterThanThreshold", False, False, True),
        ("LessThanThreshold", True, False, False),
        ("LessThanOrEqualToThreshold", True, True, False),
    ],
)
def test_how_a_value_is_held_against_the_threshold(operator: str, below: bool, at: bool, above: bool) -> None:
    rule = Rule(operator, 5, 1, 1)
    assert decide(rule, np.array([[4.0], [5.0], [6.0]])).tolist() == [below, at, above]


def naive(points: list[float | None], needed: int, periods: int, missing: str) -> str:
    """The same, told point by point; the newest is the last."""
    real = [(age, value) for age, value in enumerate(reversed(points), 1) if value is not None][:periods]
    bad = [age for age, value in real if value > 5]
    lacking = periods - len(real)
    if not real:
        return {"missing": "INSUFFICIENT_DATA", "ignore": "keep", "breaching": "ALARM", "notBreaching": "OK"}[missing]
    if len(bad) + (lacking if missing == "breaching" else 0) >= needed:
        return "ALARM"
    if missing in ("breaching", "notBreaching") or not lacking or len(bad) < len(real):
        return "OK"
    if missing == "ignore":
        return "keep"
    return "ALARM" if max(bad) >= needed else "OK"


@settings(max_examples=300, deadline=None)
@given(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    st.sampled_from(KINDS),
    st.data(),
)
def test_it_says_what_a_second_evaluator_says(numbers: tuple[int, int], missing: str, data: st.DataObject) -> None:
    periods, needed = numbers
    row = st.lists(st.sampled_from([None, 0.0, 9.0]), min_size=periods + 2, max_size=periods + 2)
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    points = np.array([[np.nan if value is None else value for value in reversed(one)] for one in rows])
    found = [TOLD[code] for code in decide(Rule(OPERATOR, 5, needed, periods, missing), points)]
    assert found == [naive(one, needed, periods, missing) for one in rows]


def test_a_kept_state_is_the_one_before() -> None:
    codes = np.array([3, 3, 1, 3, 1, 0, 3, 2, 2])
    assert list(changes(codes, "OK")) == [(2, "ALARM"), (5, "OK"), (7, "INSUFFICIENT_DATA")]
    assert list(changes(codes, "ALARM")) == [(5, "OK"), (7, "INSUFFICIENT_DATA")]


@pytest.mark.parametrize(("percent", "samples"), [(50, 20), (95, 200), (99, 1000), (10, 100)])
def test_how_many_samples_a_percentile_needs(percent: float, samples: float) -> None:
    assert samples_needed(percent) == pytest.approx(samples)
