"""Months that a careless tool would show as a pass: silent, lost, partly read, or misnamed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.e2e.harness import report_of
from tests.oracle.examples import ENDPOINTS, ERRORS, LATENCY, ROME, UPTIME
from tests.oracle.facts import Case, Dict, Request, Service
from tests.oracle.times import instant, month_span

DAY = 86_400
COVERAGE: Dict = {"id": "monitoring-coverage", "indicator": "coverage", "goal": ">= 99%"}
YEAR: Dict = {**UPTIME, "id": "uptime-of-the-year", "over": "year"}
Row = dict[str, Any]


def beat(start: str, end: str, every: int = 300, operation: str = "GET /missions", status: int = 200) -> list[Request]:
    """A request every so many seconds between two local times."""
    return [
        Request(at * 1000, operation, 120.0, status) for at in range(instant(start, ROME), instant(end, ROME), every)
    ]


def case_of(
    requests: list[Request], *objectives: Dict, month: str = "2026-10", days_later: int = 3, **service: Any
) -> Case:
    """A month of one service, asked for so many days after its end."""
    now = month_span(month, ROME)[1] + days_later * DAY + 7200
    return Case(month, ROME, now, (Service("missions-api", tuple(requests), **service),), objectives)


def row_of(report: dict[str, Any], objective: str, operation: str | None = None, span: str = "month") -> Row:
    """One row of a report."""
    found: Row = next(
        row
        for row in report["results"]
        if (row["objective"], row["operation"], row["span"]) == (objective, operation, span)
    )
    return found


OCTOBER = beat("2026-10-01T00:00", "2026-11-01T00:00")


def test_a_misspelt_environment_has_no_figure_at_all() -> None:
    case = case_of(OCTOBER, UPTIME, COVERAGE)
    nobody = replace(case.services[0], requests=(), key="nobody")
    report = report_of(replace(case, services=(*case.services, nobody)))
    (page,) = [one for one in report["services"] if one["key"] == "nobody"]
    row = next(one for one in report["results"] if (one["service"], one["objective"]) == ("nobody", "uptime"))
    assert (row["status"], row["reason"]["code"], row["value"], row["good"]) == (
        "INSUFFICIENT_DATA",
        "no-requests",
        None,
        None,
    )
    assert set(row["detail"]["by_evaluation"].values()) == {None}
    assert {goal["value"] for goal in row["detail"]["slice_goals"]} == {None}
    assert {day["availability"] for day in page["days"]} == {None}
    assert not any(silence["explained"] for silence in page["silences"])


@pytest.mark.parametrize("evaluation", ["time-slices", "interval-average", "requests"])
def test_months_that_are_lost_stay_unknown_in_the_year(evaluation: str) -> None:
    objective = {**YEAR, "evaluation": evaluation}
    year = row_of(report_of(case_of(OCTOBER, objective, days_later=300)), "uptime-of-the-year", span="year-to-date")
    assert year["status"] == "INSUFFICIENT_DATA"
    assert year["detail"]["seconds"]["unknown"] > 90 * DAY


def test_a_month_of_which_the_first_days_are_gone_and_the_next_are_silent() -> None:
    requests = beat("2026-10-20T00:00", "2026-11-01T00:00")
    report = report_of(case_of(requests, UPTIME, ERRORS, YEAR, days_later=440))
    assert {row["status"] for row in report["results"] if row["operation"] is None} == {"INSUFFICIENT_DATA"}
    assert "no-longer-kept" in {gap["code"] for gap in report["gaps"]}


def test_the_worst_endpoint_is_the_one_that_fails_most() -> None:
    bad = [*beat("2026-10-02T00:00", "2026-10-03T00:00", operation="GET /a", status=500)]
    worse = [*beat("2026-10-02T00:00", "2026-10-06T00:00", operation="GET /b", status=500)]
    fine = [
        *beat("2026-10-01T00:00", "2026-11-01T00:00", operation="GET /a"),
        *beat("2026-10-01T00:00", "2026-11-01T00:00", operation="GET /b"),
    ]
    report = report_of(case_of([*fine, *bad, *worse], ENDPOINTS))
    assert row_of(report, "error-rate-endpoints")["rollup"] == {"status": "BREACHED", "worst_operation": "GET /b"}
    assert row_of(report_of(case_of(OCTOBER, ENDPOINTS)), "error-rate-endpoints")["rollup"]["worst_operation"] is None


def test_fast_answers_of_which_nobody_knows_how_many_failed_are_a_warning() -> None:
    slow = [Request(one.at_ms + 1, one.operation, 2000.0, 200) for one in OCTOBER[:50]]
    case = case_of([*OCTOBER, *slow], LATENCY)
    assert row_of(report_of(case), "api-latency")["status"] == "OK"
    row = row_of(report_of(case, Behaviour.parse(["forbid=Fault"])), "api-latency")
    assert (row["status"], row["reason"]["code"]) == ("WARNING", "depends-on-failed-requests")


def test_coverage_wants_both_the_edge_and_the_service_read() -> None:
    case = case_of(OCTOBER, COVERAGE, gateway=tuple(OCTOBER))
    assert row_of(report_of(case), "monitoring-coverage")["status"] == "OK"
    blind = report_of(case, Behaviour.parse(["forbid=5XXError"]))
    assert row_of(blind, "monitoring-coverage")["status"] == "BREACHED"


def test_sources_that_could_not_be_compared_are_not_said_to_agree() -> None:
    case = case_of(OCTOBER, ERRORS, gateway=tuple(OCTOBER))
    (page,) = report_of(case, Behaviour.parse(["forbid=Count"]))["services"]
    assert page["reconciliation"]["agrees"] is None


def test_time_before_the_start_is_in_no_account() -> None:
    (page,) = report_of(case_of(OCTOBER, UPTIME, since="2026-10-11"))["services"]
    assert page["not_owed"] + sum(page["seconds"].values()) == 745 * 3600
    assert page["not_owed"] == 10 * DAY


def test_the_year_is_told_both_ways() -> None:
    down = beat("2026-10-14T02:00", "2026-10-14T04:00", status=503)
    case = case_of([*OCTOBER, *down, *down, *down], YEAR, since="2026-10-01")
    window = {
        "id": "CHG-1",
        "start": "2026-10-14T02:00",
        "end": "2026-10-14T04:00",
        "announced": "2026-10-01T10:00",
        "reason": "x",
    }
    report = report_of(replace(case, maintenance={"notice": "48h", "windows": [window]}))
    year = row_of(report, "uptime-of-the-year", span="year-to-date")
    assert year["value"] == 1
    assert year["without_exclusions"]["value"] < 1


def test_slices_of_a_minute_of_a_month_ago_are_a_gap() -> None:
    report = report_of(case_of(OCTOBER, {**UPTIME, "slice": "1m"}))
    assert row_of(report, "uptime")["reason"]["code"] == "no-longer-kept"
    assert [gap["objective"] for gap in report["gaps"]] == ["uptime"]


def test_a_month_of_the_year_is_accounted_for_by_the_entry_that_was_in_force() -> None:
    down = beat("2026-09-14T02:00", "2026-09-14T04:00", status=503)
    requests = [*beat("2026-09-05T00:00", "2026-10-01T00:00"), *down, *down, *OCTOBER]
    since_october: Dict = {**YEAR, "in_force": {"from": "2026-10-01"}}
    before: Dict = {**YEAR, "in_force": {"to": "2026-10-01"}, "slice_goal": ">= 10%"}
    strict = report_of(case_of(requests, YEAR, since="2026-09-05"))
    lenient = report_of(case_of(requests, before, since_october, since="2026-09-05"))
    alone = report_of(case_of(requests, since_october, since="2026-09-05"))
    down_seconds = [
        row_of(report, "uptime-of-the-year", span="year-to-date")["detail"]["down_seconds"]
        for report in (strict, lenient, alone)
    ]
    assert down_seconds == [7200, 0, 0]
    assert row_of(alone, "uptime-of-the-year", span="year-to-date")["total"] == 745 * 3600
