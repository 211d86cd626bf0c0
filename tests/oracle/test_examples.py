"""The example months give the numbers that were worked out by hand."""

from fractions import Fraction
from typing import Any

from . import examples
from .claims import OneOf, only
from .report import expected_report
from .spans import HOUR
from .times import instant

SERVICE = "missions-api"


def row(expected: dict[str, Any], objective: str, operation: str | None = None, span: str = "month") -> dict[str, Any]:
    """One row of the only service."""
    found: dict[str, Any] = expected["rows"][(SERVICE, objective, operation, None, span)]
    return found


def test_the_worked_example_of_the_contract() -> None:
    """2,673,000 of 2,676,600 seconds; the account and the figures beside it."""
    expected = expected_report(examples.worked_example())
    month = row(expected, "uptime")
    assert (month["good"], month["total"]) == (2_673_000, 2_676_600)
    assert month["status"] == only("WARNING")
    assert month["reason"] == "below-annual-goal"
    assert month["binding"] is False
    assert round(float(month["value"]), 15) == 0.998655010087424
    assert month["budget"]["allowed"] == Fraction("2676.6")
    assert month["budget"]["remaining"] == Fraction("-923.4")
    assert round(float(month["budget"]["used_ratio"]), 12) == 1.344989912576
    assert month["seconds"] == {
        "up": 2_672_100,
        "down": 3600,
        "no_traffic": 900,
        "excluded": 5400,
        "unknown": 0,
        "not_yet": 0,
    }
    assert month["seconds_sum"] == OneOf((745 * HOUR, 745 * HOUR))
    assert round(float(month["if_silent_down"]), 14) == 0.99831876260928
    assert round(float(month["without_exclusions"]["value"]), 15) == 0.996644295302013
    assert month["without_exclusions"]["status"] == only("WARNING")
    assert expected["period"] == {"start": "2026-09-30T22:00:00Z", "end": "2026-10-31T23:00:00Z", "final": True}
    assert expected["status"] == only("WARNING")
    window = expected["exclusions"][("CHG-1042", SERVICE)]
    assert (window["applied"], window["excluded_seconds"]) == (True, OneOf((5400, 5400)))
    assert window["requested_seconds"] == OneOf((7200, 7200))


def test_the_year_to_date_is_binding_and_can_still_be_mended() -> None:
    """3600 seconds are more than 2676.6 so far, and less than the 7945 of October to December."""
    year = row(expected_report(examples.worked_example()), "uptime", span="year-to-date")
    assert year["status"] == only("WARNING")
    assert year["binding"] is True
    assert (year["good"], year["total"]) == (2_673_000, 2_676_600)


def test_a_window_in_the_night_of_the_clocks_is_four_hours() -> None:
    """01:00 to 04:00 local, and the month has 745 hours."""
    month = row(expected_report(examples.night_of_the_clocks()), "uptime")
    assert month["excluded_seconds"] == 4 * HOUR
    assert month["total"] == 741 * HOUR
    assert month["without_exclusions"]["value"] == Fraction(741, 745)


def test_counts_exactly_on_a_boundary() -> None:
    """2 bad in 400 miss ``< 0.5%``; chance explains them; 1 slow in 100 is all that is allowed."""
    expected = expected_report(examples.on_the_boundary())
    assert row(expected, "errors-literal", "POST /reports")["status"] == only("BREACHED")
    assert row(expected, "errors-literal", "GET /missions")["status"] == only("OK")
    assert row(expected, "errors-literal")["status"] == only("OK")
    assert row(expected, "errors-literal")["rollup"] == only("BREACHED")
    soft = row(expected, "error-rate-endpoints", "POST /reports")
    assert (soft["status"], soft["reason"]) == (only("WARNING"), "few-requests")
    slow = row(expected, "api-latency", "GET /slow")
    assert (slow["good"], slow["total"], slow["status"]) == (99, 100, only("WARNING"))
    assert row(expected, "uptime-by-requests")["status"] == only("BREACHED")


def test_a_thin_slice_looks_back_an_hour_and_no_further() -> None:
    """1 fault in 12 is down; 1 in 20 within the hour is up; alone, it is down."""
    month = row(expected_report(examples.thin_night()), "uptime")
    assert month["seconds"]["down"] == 600
    assert month["down_seconds"] == OneOf((600, 600))


def test_silence_is_explained_below_ten_requests_on_average() -> None:
    """39 in four weeks are 9.75 on average, 40 are 10: that silence is unknown."""
    month = row(expected_report(examples.silences()), "uptime")
    second = instant("2026-10-15T10:05", "Europe/Rome")
    assert month["silences"] == ((second, second + 55 * 60),)
    assert month["seconds"]["unknown"] == 3300
    assert month["status"] == only("INSUFFICIENT_DATA")
    assert month["value"] is None


def test_the_edge_decides() -> None:
    """Seven requests that the service answered and the edge cut off are the edge's faults."""
    cut = expected_report(examples.behind_an_edge(cut_every=100))
    assert row(cut, "error-rate")["good"] == 738
    assert row(cut, "error-rate")["status"] == only("BREACHED")
    assert row(cut, "uptime")["seconds"]["down"] == 7 * 300
    assert row(cut, "response-time")["value"].true == 120


def test_sources_that_disagree() -> None:
    """Five throttled requests of 750 may be explained; 30 that vanished without a word cannot."""
    throttled = expected_report(examples.behind_an_edge(lost=5))
    assert row(throttled, "error-rate")["status"] == only("OK", "WARNING")
    agreeing = expected_report(examples.behind_an_edge())
    assert row(agreeing, "error-rate")["status"] == only("OK")


def test_unrouted_requests_have_their_own_row() -> None:
    """The stage's total is the sum of its methods and of what they do not explain."""
    expected = expected_report(examples.behind_an_edge(unrouted=5))
    assert row(expected, "error-rate", "(unrouted)")["total"] == 5
    assert row(expected, "error-rate")["total"] == 750


def test_a_running_month_is_judged_by_what_it_can_become() -> None:
    """1800 seconds down after ten days: more than 864 so far, less than 2682 in all."""
    month = row(expected_report(examples.running()), "uptime")
    assert month["status"] == only("WARNING")
    assert (month["good"], month["total"]) == (862_200, 864_000)
    assert "excluded" not in month["seconds"]
