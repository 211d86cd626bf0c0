"""Goals are held against exact values; thresholds name the rung that CloudWatch is asked for."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slactl.model.goal import Comparison, Goal, Threshold

LIMIT = Fraction(999, 1000)
NEARLY = Fraction(1, 10**30)


@pytest.mark.parametrize(
    ("sign", "below", "at", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
    ],
)
def test_a_goal_is_exact(sign: str, below: bool, at: bool, above: bool) -> None:
    goal = Goal(Comparison(sign), LIMIT, f"{sign} 99.9%")
    assert [goal.met_by(value) for value in (LIMIT - NEARLY, LIMIT, LIMIT + NEARLY)] == [below, at, above]


def test_the_examples_of_the_contract() -> None:
    assert Goal(Comparison(">="), LIMIT, "").met_by(Fraction(999_000, 1_000_000))
    assert not Goal(Comparison("<"), Fraction("0.005"), "").met_by(Fraction(2, 400))


@pytest.mark.parametrize(
    ("sign", "limit", "allowed"),
    [(">=", "0.999", "0.001"), (">", "0.99", "0.01"), ("<", "0.005", "0.005"), ("<=", "0", "0"), (">=", "1", "0")],
)
def test_what_a_goal_leaves_of_bad(sign: str, limit: str, allowed: str) -> None:
    assert Goal(Comparison(sign), Fraction(limit), "").allowed_share == Fraction(allowed)


@pytest.mark.parametrize(("sign", "strict", "high"), [(">=", 0, 1), (">", 1, 1), ("<=", 0, 0), ("<", 1, 0)])
def test_signs(sign: str, strict: int, high: int) -> None:
    assert (Comparison(sign).strict, Comparison(sign).wants_high) == (bool(strict), bool(high))


@pytest.mark.parametrize(
    ("limit", "inclusive", "factor", "rung"),
    [
        ("1000", False, "1", "999.999"),
        ("1000", True, "1", "1000"),
        ("1000", False, "0.95", "949.999"),
        ("200", True, "1.05", "210"),
        ("0.5", False, "1", "0.499"),
    ],
)
def test_a_strict_threshold_is_read_a_thousandth_lower(limit: str, inclusive: bool, factor: str, rung: str) -> None:
    assert Threshold(Fraction(limit), inclusive).scaled(Fraction(factor)).rung == Fraction(rung)
