"""Targets of components in every form of a check, of a standing, of metrics and of notices."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from slactl.formats.check import CHECK_FORMATS
from slactl.formats.language import speak
from slactl.formats.standing.lines import lines_of
from slactl.model.check import Check
from slactl.model.report import Budget
from slactl.model.status import Status
from slactl.workflows.publishing import data_of
from tests.formats.agreement import catalogue
from tests.formats.check.checks import check, target
from tests.formats.platforms import COMPONENTS, GENERAL, general_rows
from tests.formats.standing.standings import standing

TABLES = ("missions", "idempotency", "leaderboard")


def platform() -> Check:
    """A target for every row of the platform that is a whole, with its parts beside it."""
    rows = general_rows(TABLES)
    agreed = replace(catalogue(), objectives=(*catalogue().objectives, *GENERAL), components=COMPONENTS)
    targets = [
        target(
            row,
            row.objective,
            operations=tuple(one for one in rows if one.operation is not None and one.objective == row.objective),
        )
        for row in rows
        if row.operation is None
    ]
    return check(*targets, catalogue=agreed)


@pytest.mark.parametrize("form", CHECK_FORMATS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_form_has_every_target(form: str, language: str) -> None:
    said = CHECK_FORMATS[form].render(platform(), language)
    assert [one.id for one in GENERAL if one.id not in said] == []


def test_a_line_has_the_figure_in_its_unit() -> None:
    said = CHECK_FORMATS["text"].render(platform(), "it")
    assert "memorydb, memorydb-read-latency: 412,3 µs (< 1.000 µs)" in said
    assert "lambda, payload: 5,813 MB (≤ 6 MB)" in said
    assert "71 eventi ancora" in said


def test_a_percentile_that_a_check_reads_no_value_of_says_how_much_is_within_its_limit() -> None:
    found = platform()
    (one,) = [one for one in found.targets if one.row.objective == "memorydb-read-latency"]
    bare = replace(found, targets=(replace(one, row=replace(one.row, value=None, low=None, high=None)),))
    assert "99,912% dei valori < 1.000 µs (≥ 99%)" in CHECK_FORMATS["text"].render(bare, "it")
    (line,) = lines_of(standing(bare), speak("it"))
    assert (line.figure, line.goal) == ("99,912% < 1.000 µs", "≥ 99%")


def test_a_control_that_held_and_may_never_miss_has_nothing_left() -> None:
    found = platform()
    (one,) = [one for one in found.targets if one.row.objective == "dynamodb-on-demand"]
    held = replace(one.row, status=Status.OK, value=Fraction(1), budget=Budget(Fraction(0), Fraction(0)))
    said = CHECK_FORMATS["text"].render(replace(found, targets=(replace(one, row=held, operations=()),)), "it")
    assert "disposizione" not in said


def samples(name: str) -> dict[str, str]:
    """The series of a metric by their objective; its value as text."""
    lines = CHECK_FORMATS["prometheus"].render(platform(), "en").splitlines()
    found = {}
    for line in lines:
        if line.startswith(f"slactl_{name}{{"):
            labels, value = line.rsplit(" ", 1)
            found[labels.split('objective="')[1].split('"')[0]] = value
    return found


def test_prometheus_has_shares_of_good_values_in_base_units_and_budgets_by_their_unit() -> None:
    attained = {name: float(value) for name, value in samples("objective_attainment_ratio").items()}
    assert attained["dynamodb-throttles"] == pytest.approx(float(1 - Fraction(411, 1_204_331)))
    assert attained["own-ratio"] == 0.9971
    assert attained["memorydb-read-latency"] == 0.99912
    assert "lambda-concurrency" not in attained
    values = samples("objective_value")
    assert (values["memorydb-read-latency"], values["lambda-concurrency"]) == ("0.0004123", "0.8000001")
    assert samples("objective_limit")["payload"] == "6000000"
    assert samples("error_budget_allowed")["own-ratio"] == "100"
    assert samples("error_budget_used_seconds")["alarms-watched"] == "13410"


def test_junit_has_a_suite_for_each_component() -> None:
    root = ET.fromstring(CHECK_FORMATS["junit"].render(platform(), "en"))
    suites = {one.get("name"): one for one in root.iter("testsuite")}
    assert {one.key for one in COMPONENTS} <= set(suites)
    failed = [case.get("name") for case in suites["dynamodb"].iter("testcase") if case.find("failure") is not None]
    assert failed == ["dynamodb-throttles", "dynamodb-on-demand"]


def test_json_has_their_parts() -> None:
    rows = json.loads(CHECK_FORMATS["json"].render(platform(), "en"))["results"]
    parts = {row["objective"]: [one["operation"] for one in row["operations"]] for row in rows}
    assert parts["dynamodb-on-demand"] == list(TABLES)


def test_a_standing_has_a_line_for_each() -> None:
    shown = {one.target.row.objective: one for one in lines_of(standing(platform()), speak("it"))}
    assert (shown["memorydb-read-latency"].figure, shown["memorydb-read-latency"].goal) == ("412,3 µs", "< 1.000 µs")
    assert shown["dynamodb-on-demand"].figure == "93,548%"


def test_metrics_of_a_figure_that_is_judged_by_its_value() -> None:
    found = {
        (dict(one.dimensions)["Objective"], one.name): (one.value, one.unit)
        for one in data_of(platform())
        if "Objective" in dict(one.dimensions)
    }
    assert found["lambda-concurrency", "Value"] == (80.00001, "Percent")
    assert found["payload", "Value"] == (5_812_334.0, "Bytes")
    assert found["memorydb-read-latency", "Attainment"][0] == pytest.approx(99.912)
    assert found["dynamodb-throttles", "Attainment"][0] > 99.9
