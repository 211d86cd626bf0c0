"""Generated months with incidents: what they declare and explain equals the oracle's, and nothing gets better."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.e2e.harness import report_of, through_a_gateway
from tests.e2e.test_months import ANCHORINGS, LONG_AGO, QUICK, THOROUGH
from tests.oracle.compare import compare
from tests.oracle.deviations import deviations
from tests.oracle.examples import ROME, case_of, every_slice, local
from tests.oracle.facts import Case
from tests.oracle.months import months, running_months, with_incidents
from tests.oracle.report import expected_report
from tests.oracle.times import month_span

ORDER = ("BREACHED", "INSUFFICIENT_DATA", "WARNING", "OK", "NOT_RATED")


def _better(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Every row that a case's incidents improved."""
    pairs = zip(before["results"], after["results"], strict=True)
    found = [
        f"{one['objective']} {one['span']}: {one['status']} {one['value']}, then {two['status']} {two['value']}"
        for one, two in pairs
        if (one != two and one["indicator"] != "availability") or _is_better(one, two)
    ]
    found += [] if ORDER.index(after["status"]) <= ORDER.index(before["status"]) else ["the report"]
    return found


def _is_better(before: dict[str, Any], after: dict[str, Any]) -> bool:
    figures = [before["value"], after["value"]]
    rose = None not in figures and figures[1] > figures[0]
    return rose or ORDER.index(after["status"]) > ORDER.index(before["status"])


def _holds(case: Case, anchoring: str, *, recent: bool = True, thoroughly: bool = False) -> None:
    case = through_a_gateway(case)
    found = report_of(case, anchoring=anchoring)
    assert compare(found, expected_report(case)) == []
    if recent:
        assert list(deviations(found, case)) == []
    if thoroughly:
        assert _better(report_of(replace(case, incidents=()), anchoring=anchoring), found) == []


@settings(QUICK, max_examples=2)
@given(case=with_incidents(months(edges=True)), anchoring=ANCHORINGS)
def test_incidents_of_a_month(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)


@settings(QUICK, max_examples=2)
@given(case=with_incidents(running_months()), anchoring=ANCHORINGS)
def test_incidents_of_a_month_that_still_runs(case: Case, anchoring: str) -> None:
    _holds(case, anchoring)


@settings(QUICK, max_examples=2)
@given(case=with_incidents(LONG_AGO), anchoring=ANCHORINGS)
def test_incidents_of_a_month_long_ago(case: Case, anchoring: str) -> None:
    _holds(case, anchoring, recent=False)


@pytest.mark.soak
@settings(THOROUGH, max_examples=250)
@given(case=with_incidents(st.one_of(months(edges=True), running_months())), anchoring=ANCHORINGS)
def test_incidents_of_many_months(case: Case, anchoring: str) -> None:
    _holds(case, anchoring, thoroughly=True)


@pytest.mark.soak
@settings(THOROUGH, max_examples=150)
@given(case=with_incidents(LONG_AGO), anchoring=ANCHORINGS)
def test_incidents_of_many_months_long_ago(case: Case, anchoring: str) -> None:
    _holds(case, anchoring, recent=False, thoroughly=True)


def test_a_worked_example() -> None:
    """An hour is down; an incident declares forty minutes, ten of them inside it, twenty inside excluded work."""
    outage = local("2026-10-20T10:00", "2026-10-20T11:00")
    requests = every_slice(month_span("2026-10", ROME), [outage], [])
    uptime = {"id": "uptime", "indicator": "availability", "goal": ">= 99.9%", "exclude": "maintenance"}
    work = {
        "id": "CHG-1",
        "start": "2026-10-20T11:10",
        "end": "2026-10-20T11:30",
        "announced": "2026-10-09T10:00",
        "reason": "Work",
    }
    incident = {
        "id": "INC-1",
        "service": "missions-api",
        "start": "2026-10-20T10:50",
        "end": "2026-10-20T11:30:30",
        "cause": "told",
        "add_downtime": True,
    }
    case = case_of(requests, (uptime,), maintenance={"notice": "48h", "windows": [work]}, incidents=(incident,))
    found = report_of(case)
    assert compare(found, expected_report(case)) == []
    (row,) = found["results"]
    assert row["detail"]["declared_seconds"] == 630
    assert row["detail"]["seconds"]["down"] == 3600 + 630
    assert row["detail"]["seconds"]["excluded"] == 1200
    assert sum(row["detail"]["seconds"].values()) == 745 * 3600
    assert row["budget"]["used"] == 4230
    assert row["without_declared"]["value"] == pytest.approx(1 - 3600 / (745 * 3600 - 1200))
    (stretch,) = found["deviations"]["outages"]
    assert (stretch["incidents"], stretch["uncovered_seconds"]) == (["INC-1"], 3000)
