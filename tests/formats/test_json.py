"""The JSON report keeps its published form."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from slactl.formats.json import render
from slactl.formats.jsonparts import number
from slactl.model.goal import Comparison, Goal
from slactl.model.report import Reconciliation
from slactl.model.status import Code
from tests.formats.sample import SAMPLES, large, rich

if TYPE_CHECKING:
    from slactl.model.report import Report

ROW_KEYS = {
    "service",
    "objective",
    "operation",
    "class",
    "span",
    "indicator",
    "goal",
    "binding",
    "value",
    "display",
    "low",
    "high",
    "status",
    "reason",
    "notes",
    "rollup",
    "worst_case",
    "best_case",
    "good",
    "total",
    "unit",
    "budget",
    "with_exclusions",
    "without_exclusions",
    "without_declared",
    "detail",
    "beside",
    "outlook",
    "source",
}


def schema() -> dict[str, object]:
    return dict(json.loads(files("slactl").joinpath("formats/report.schema.json").read_text("utf-8")))


def parsed(report: Report, language: str = "it") -> dict[str, list[dict[str, object]]]:
    return dict(json.loads(render(report, language)))


def objects(node: object) -> list[dict[str, object]]:
    """Every object of the schema that defines properties."""
    found: list[dict[str, object]] = []
    if isinstance(node, dict):
        found += [node] if "properties" in node else []
        found += [one for value in node.values() for one in objects(value)]
    if isinstance(node, list):
        found += [one for value in node for one in objects(value)]
    return found


def test_the_schema_is_a_schema_and_strict() -> None:
    Draft202012Validator.check_schema(schema())
    for one in objects(schema()):
        assert one["additionalProperties"] is False
        assert one["required"] == list(dict(one["properties"]))  # type: ignore[call-overload]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_report_keeps_the_schema(name: str, language: str) -> None:
    Draft202012Validator(schema()).validate(parsed(SAMPLES[name](), language))


@pytest.mark.parametrize(
    ("place", "value"),
    [("value", "0.99"), ("status", "FINE"), ("extra", 1), ("detail", {"up": 1}), ("goal", None), ("total", 1.5)],
)
def test_the_schema_refuses_what_the_contract_does_not_say(place: str, value: object) -> None:
    report = parsed(rich())
    report["results"][0][place] = value
    assert list(Draft202012Validator(schema()).iter_errors(report))


@pytest.mark.parametrize("key", sorted(ROW_KEYS))
def test_the_schema_refuses_a_row_without_a_key(key: str) -> None:
    report = parsed(rich())
    del report["results"][0][key]
    assert list(Draft202012Validator(schema()).iter_errors(report))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_has_every_key(name: str) -> None:
    for row in parsed(SAMPLES[name]())["results"]:
        assert set(row) == ROW_KEYS


def test_a_row_says_what_the_contract_shows() -> None:
    row = parsed(rich())["results"][0]
    assert (row["service"], row["objective"], row["span"], row["goal"]) == (
        "missions-api",
        "uptime",
        "month",
        ">= 99.9%",
    )
    assert row["display"] == "99,719%"
    assert row["value"] == float(rich().results[0].value or 0)
    assert isinstance(row["detail"], dict)
    assert sum(row["detail"]["seconds"].values()) == 745 * 3600
    assert set(row["detail"]["by_evaluation"]) == {"time-slices", "requests", "interval-average"}
    assert row["reason"] == {
        "code": "below-annual-goal",
        "text": "Il solo mese non raggiunge l'obiettivo annuale; decide l'anno.",
        "figures": {},
    }


def test_sources_that_were_not_compared_are_null() -> None:
    report = rich()
    unread = replace(report.services[0], reconciliation=Reconciliation(None, 4, None, None, None, agrees=None))
    told = parsed(replace(report, services=(replace(unread, not_owed=7),)))
    Draft202012Validator(schema()).validate(told)
    found = told["services"][0]
    assert found["not_owed"] == 7
    assert found["reconciliation"] == {
        "edge_requests": None,
        "service_requests": 4,
        "unrouted": None,
        "difference": None,
        "unexplained": None,
        "share": None,
        "agrees": None,
    }


def test_the_difference_is_what_the_counts_say() -> None:
    found = parsed(rich())["services"][0]["reconciliation"]
    assert isinstance(found, dict)
    assert found["difference"] == found["edge_requests"] - found["unrouted"] - found["service_requests"] == 310


def test_times_are_utc_and_the_period_is_the_local_month() -> None:
    period = json.loads(render(rich(), "it"))["period"]
    assert (period["start"], period["end"]) == ("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z")
    assert period["final"] is True


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render(rich(), "it") == render(rich(), "it")


def test_only_texts_depend_on_the_language() -> None:
    def bare(node: object) -> object:
        if isinstance(node, dict):
            return {key: bare(value) for key, value in node.items() if key not in {"text", "display", "language"}}
        return [bare(one) for one in node] if isinstance(node, list) else node

    assert bare(json.loads(render(rich(), "it"))) == bare(json.loads(render(rich(), "en")))


def test_names_from_outside_are_kept_exactly() -> None:
    report = SAMPLES["hostile"]()
    names = {one["name"] for one in json.loads(render(report, "en"))["services"][0]["operations"]}
    assert names == {operation.name for operation in report.services[0].operations}


def test_a_broken_character_still_gives_utf_8() -> None:
    report = rich()
    broken = replace(report, report_id="SLA-\ud800")
    text = render(broken, "en")
    assert json.loads(text.encode("utf-8"))["report_id"] == "SLA-\ud800"


def test_every_code_of_a_reason_fits_the_schema() -> None:
    pattern = Draft202012Validator({"$ref": "#/$defs/code", "$defs": schema()["$defs"]})
    for code in Code:
        pattern.validate(code.value)


def test_a_figure_that_is_no_finite_number_is_refused() -> None:
    with pytest.raises((ValueError, OverflowError)):
        number(Fraction(10**400, 3))


def test_numbers_are_the_nearest_floats() -> None:
    assert number(Fraction(1, 3)) == 1 / 3
    assert number(Fraction(5)) == 5
    assert number(None) is None


def test_a_thousand_operations_are_written_in_full() -> None:
    rows = parsed(large())["results"]
    assert len({row["operation"] for row in rows if row["operation"]}) == 1000


def test_a_row_s_figure_is_printed_by_the_goal_that_it_was_judged_by() -> None:
    """Rule 25: an objective may have had another goal before, or have another one later."""
    report = rich()
    objective = next(one for one in report.catalogue.objectives if one.id == "uptime")
    looser = replace(objective, goal=Goal(Comparison.AT_LEAST, Fraction(5, 10), ">= 50%"))
    catalogue = replace(report.catalogue, objectives=(*report.catalogue.objectives, looser))
    first = json.loads(render(report, "en"))["results"]
    assert json.loads(render(replace(report, catalogue=catalogue), "en"))["results"] == first
