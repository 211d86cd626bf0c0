"""What a check publishes: figures that are known, in per cent, and nothing where nobody knows."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from slactl.model.check import Check
from slactl.model.report import Budget
from slactl.model.status import Status
from slactl.workflows.publishing import data_of, fitting
from tests.formats.check import checks


def found(check: Check, service: str, objective: str) -> dict[str, float]:
    """The published figures of a target, by name."""
    named = {("Service", service), ("Objective", objective)}
    return {one.name: one.value for one in data_of(check) if named <= set(one.dimensions)}


def test_the_whole_has_a_status_and_a_time() -> None:
    last_run, status = data_of(checks.good(), (("Team", "platform"),))[:2]
    dimensions = (("Team", "platform"), ("Window", "month-to-date"))
    assert (last_run.name, last_run.value, last_run.unit, last_run.dimensions) == (
        "LastRun",
        float(checks.NOW),
        "Seconds",
        dimensions,
    )
    assert (status.name, status.value, status.unit, status.dimensions) == ("Status", 0.0, "None", dimensions)


def test_the_statuses_are_the_exit_codes() -> None:
    codes = {Status.OK: 0.0, Status.WARNING: 1.0, Status.BREACHED: 2.0, Status.INSUFFICIENT_DATA: 3.0}
    for status, code in codes.items():
        assert data_of(checks.check(status=status))[1].value == code
    assert [one.name for one in data_of(checks.check(status=Status.NOT_RATED))] == ["LastRun"]


def test_a_running_budget_and_its_rates() -> None:
    assert found(checks.check(checks.errors()), "missions-api", "error-rate") == {
        "Status": 0.0,
        "Attainment": 99.9,
        "BudgetUsed": 1000 / 75,
        "BudgetRemaining": 100 - 1000 / 75,
        "BurnRate1h": 0.0,
        "BurnRate6h": 300_000 / 21_600,
        "BurnRate24h": 300_000 / 86_400,
    }


def test_a_spent_budget_is_negative() -> None:
    told = found(checks.check(checks.spent()), "missions-api", "uptime")
    assert told["Status"] == 2.0
    assert told["BudgetRemaining"] == pytest.approx(100 - told["BudgetUsed"])
    assert told["BudgetRemaining"] < 0


def test_a_short_window_has_its_own_rate_and_no_budget() -> None:
    [bad, *_] = [one for one in data_of(checks.hour()) if one.name.startswith(("Burn", "Budget"))]
    assert (bad.name, bad.value, dict(bad.dimensions)["Window"]) == ("BurnRate1h", 14.9, "1h")


def test_an_average_over_slices_has_no_count_of_good_ones() -> None:
    errors = checks.errors()
    row = replace(errors.row, indicator="availability", unit="slices", good=None, value=Fraction(997, 1000))
    told = found(checks.check(replace(errors, row=row)), "missions-api", "error-rate")
    assert told["Attainment"] == 99.7
    unknown = replace(errors, row=replace(row, value=None))
    assert "Attainment" not in found(checks.check(unknown), "missions-api", "error-rate")


def test_a_percentile_is_known_by_its_counts() -> None:
    lean = checks.lean()
    told = found(checks.check(lean), lean.row.service, lean.row.objective)
    assert (told["Attainment"], told["BudgetUsed"]) == (97.0, 40.0)
    lost = replace(lean, status=Status.INSUFFICIENT_DATA, row=replace(lean.row, status=Status.INSUFFICIENT_DATA))
    assert "Attainment" not in found(checks.check(lost), lean.row.service, lean.row.objective)


def test_what_nobody_knows_is_not_published() -> None:
    assert {one.name for one in data_of(checks.unknown())} == {"LastRun", "Status"}
    allowed_nothing = checks.errors()
    row = replace(allowed_nothing.row, budget=Budget(Fraction(0), Fraction(5)), outlook=None)
    check = checks.check(replace(allowed_nothing, row=row))
    assert set(found(check, "missions-api", "error-rate")) == {"Status", "Attainment"}
    assert not [one for one in data_of(checks.check(checks.unrated())) if dict(one.dimensions).get("Service")]


def test_class_and_operation_are_dimensions_that_cloudwatch_takes() -> None:
    hostile = data_of(checks.hostile())
    assert any("Class" in dict(one.dimensions) and "Operation" in dict(one.dimensions) for one in hostile)
    for one in hostile:
        for _, value in one.dimensions:
            assert value.isascii()
            assert value.isprintable()
            assert 0 < len(value.strip()) <= 1024
    assert fitting("GET /è\n\u202e") == "GET /\\xe8\\n\\u202e"
    assert fitting("  ") == "-"


def test_the_alarms_of_the_documentation_look_at_what_is_published() -> None:
    text = (Path(__file__).parents[2] / "docs/notifications.md").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if "put-metric-alarm" in line]
    alarms = [dict(re.findall(r"--([a-z-]+) ((?:(?!--)\S+ ?)+)", line)) for line in lines]
    published = {(one.name, one.dimensions) for one in data_of(checks.check(checks.spent()))}
    assert len(alarms) == 2
    for alarm in alarms:
        pairs = [re.findall("Name=(.*),Value=(.*)", pair)[0] for pair in alarm["dimensions"].split()]
        assert (alarm["metric-name"].strip(), tuple(pairs)) in published
        assert alarm["namespace"].strip() == "Slactl"
