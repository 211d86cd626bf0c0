"""The comparison finds nothing in a report that says what is claimed, and names every change."""

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from . import examples
from .claims import WORST_FIRST, Between, OneOf, Percentile, Something
from .compare import compare
from .differences import same
from .report import expected_report, utc


def plain(claim: object) -> Any:
    """A figure that is as claimed."""
    if isinstance(claim, OneOf):
        return plain(claim.options[0])
    if isinstance(claim, Between):
        return plain(claim.low)
    if isinstance(claim, Fraction):
        return int(claim) if claim.denominator == 1 else float(claim)
    if isinstance(claim, Percentile):
        return float(claim.true)
    if isinstance(claim, frozenset):
        return next(status for status in WORST_FIRST if status in claim)
    return "a-reason" if isinstance(claim, Something) else claim


def written(expected: dict[str, Any]) -> dict[str, Any]:
    """A report that says all that is claimed, in the form of the contract."""
    return {
        "period": dict(expected["period"]),
        "status": plain(expected["status"]),
        "results": [_row(key, claims) for key, claims in expected["rows"].items()],
        "exclusions": _windows(expected["exclusions"]),
        "gaps": [gap for key, claims in expected["rows"].items() for gap in _gaps(key[0], claims)],
    }


def _row(key: tuple[Any, ...], claims: dict[str, Any]) -> dict[str, Any]:
    row = dict(zip(("service", "objective", "operation", "class", "span"), key, strict=True))
    row |= {name: plain(claims.get(name)) for name in ("status", "good", "total", "value", "binding")}
    row["low"] = row["high"] = row["value"]
    row["reason"] = {"code": claims["reason"], "text": "..."} if "reason" in claims else None
    row["rollup"] = {"status": plain(claims["rollup"])} if "rollup" in claims else None
    row["worst_case"] = row["best_case"] = None
    row["budget"] = _plain(claims.get("budget", {}))
    row["without_exclusions"] = _plain(claims["without_exclusions"]) if "without_exclusions" in claims else None
    names = ("down_seconds", "excluded_seconds", "if_silent_down")
    row["detail"] = {name: plain(claims[name]) for name in names if name in claims}
    row["detail"]["by_evaluation"] = _plain(claims.get("by_evaluation", {}))
    row["detail"]["seconds"] = _account(claims)
    return row


def _plain(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(claim) for name, claim in claims.items()}


def _account(claims: dict[str, Any]) -> dict[str, Any]:
    seconds = _plain(claims.get("seconds", {}))
    seconds.setdefault("not_yet", plain(claims.get("seconds_sum", 0)) - sum(seconds.values()))
    return seconds


def _windows(exclusions: dict[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (name, service), claims in exclusions.items():
        own = {"service": service, "applied": False, "reason": None, **_plain(claims)}
        window = {"id": name, "start": claims["start"], "end": claims["end"], "services": []}
        found.setdefault(name, window)["services"].append(own)
    return list(found.values())


def _gaps(service: str, claims: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"code": "unexplained-silence", "service": service, "start": utc(start), "end": utc(end)}
        for start, end in claims.get("silences", ())
    ]


@pytest.mark.parametrize("name", list(examples.all_examples()))
def test_a_true_report_has_no_differences(name: str) -> None:
    """Neither exactly nor with a histogram's tolerance."""
    expected = expected_report(examples.all_examples()[name])
    assert compare(written(expected), expected) == []
    assert compare(written(expected), expected, histogram=True) == []


def _change(place: tuple[Any, ...], value: Any) -> Callable[[dict[str, Any]], None]:
    def change(report: dict[str, Any]) -> None:
        part: Any = report
        for step in place[:-1]:
            part = part[step]
        part[place[-1]] = value

    return change


@pytest.mark.parametrize(
    ("place", "value", "word"),
    [
        (("results", 0, "good"), 2_673_001, "good is 2673001, not 2673000"),
        (("results", 0, "total"), 2_676_601, "total"),
        (("results", 0, "value"), 0.99866, "value"),
        (("results", 0, "value"), None, "value"),
        (("results", 0, "status"), "OK", "status is 'OK', not WARNING"),
        (("results", 0, "rollup"), {"status": "BREACHED"}, "rollup"),
        (("results", 0, "reason"), None, "reason"),
        (("results", 0, "binding"), True, "binding"),
        (("results", 0, "class"), "read", "class"),
        (("results", 0, "budget", "used"), 3601, "budget.used"),
        (("results", 0, "without_exclusions", "status"), "BREACHED", "without_exclusions.status"),
        (("results", 0, "detail", "seconds", "up"), 2_672_101, "seconds.up"),
        (("results", 0, "detail", "seconds", "up"), 2_672_101, "the sum of seconds is 2682001"),
        (("results", 0, "detail", "if_silent_down"), 0.999, "if_silent_down"),
        (("results", 0, "detail", "by_evaluation", "requests"), 1, "by_evaluation.requests"),
        (("results", 0, "worst_case"), 0.9999, "worst_case"),
        (("results", 0, "best_case"), 0.5, "best_case"),
        (("results", 0, "span"), "day", "the row is missing"),
        (("results", 0, "operation"), "GET /x", "a row nobody asked for"),
        (("exclusions", 0, "services", 0, "excluded_seconds"), 5401, "excluded_seconds"),
        (("exclusions", 0, "services", 0, "applied"), False, "applied"),
        (("exclusions", 0, "end"), "2026-10-14T02:00:01Z", "end is"),
        (("exclusions",), [], "the window is missing"),
        (("period", "end"), "2026-10-31T22:00:00Z", "period.end"),
        (("period", "final"), False, "period.final"),
        (("status",), "OK", "report status"),
    ],
)
def test_every_change_is_named(place: tuple[Any, ...], value: Any, word: str) -> None:
    """With its row and both figures."""
    expected = expected_report(examples.worked_example())
    report = copy.deepcopy(written(expected))
    _change(place, value)(report)
    assert [found for found in compare(report, expected) if word in found], compare(report, expected)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(119.9, 120.5, None), (118.0, 120.5, "wider"), (120.1, 120.2, "outside"), (None, 120.0, "bracket")],
)
def test_a_percentile_is_held_against_its_bracket(low: float | None, high: float, word: str | None) -> None:
    """The true value inside, the ends within one percent, the value the higher end."""
    expected = expected_report(examples.on_the_boundary())
    report = written(expected)
    row = next(row for row in report["results"] if row["objective"] == "api-latency-p99")
    row |= {"low": low, "high": high, "value": high}
    found = compare(report, expected)
    assert len(found) == (1 if word else 0)
    assert all(str(word) in difference for difference in found)


def test_a_gap_that_is_not_listed_is_named() -> None:
    """Silence that nobody can explain must stand among the gaps."""
    expected = expected_report(examples.silences())
    report = written(expected) | {"gaps": []}
    assert ["3300 seconds" in found for found in compare(report, expected)] == [True]


def test_figures_are_the_same_only_within_what_a_float_loses() -> None:
    """A count of a year's seconds that is off by one differs; so does null from zero."""
    assert same(31_535_999, 31_535_999)
    assert not same(31_536_000, 31_535_999)
    assert same(2 / 3, Fraction(2, 3))
    assert not same(0.6667, Fraction(2, 3))
    assert not same(None, 0)
    assert not same(0, None)
    assert same(5, Between(4, 5))
    assert not same(6, OneOf((4, 5)))
