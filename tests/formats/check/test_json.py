"""The JSON check keeps its published form, and its rows are those of the report."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from slactl.formats.check import CHECK_FORMATS
from slactl.formats.jsontext import SURROGATE
from slactl.model.check import Check, Window
from tests.formats.check.checks import CHECKS, breached, check, errors, good, hour

CHECK_KEYS = ["title", "counts_as", "judged", "burn_rate", "left", "month", "operations"]


def schema(name: str) -> dict[str, Any]:
    return dict(json.loads((files("slactl.formats") / f"{name}.schema.json").read_text("utf-8")))


def validator() -> Draft202012Validator:
    registry: Registry[Any] = Registry()
    resources = [Resource.from_contents(schema(name)) for name in ("report", "check")]
    return Draft202012Validator(schema("check"), registry=resources @ registry)


def parsed(found: Check, language: str = "it") -> dict[str, Any]:
    return dict(json.loads(CHECK_FORMATS["json"].render(found, language)))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema("check"))


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_check_keeps_the_schema(name: str, language: str) -> None:
    validator().validate(parsed(CHECKS[name](), language))


def test_a_result_is_a_row_of_the_report_and_more() -> None:
    row = list(schema("report")["$defs"]["result"]["properties"])
    target = schema("check")["$defs"]["target"]
    assert target["required"] == list(target["properties"])
    for found in parsed(good())["results"] + parsed(hour())["results"]:
        assert list(found) == [*row, *CHECK_KEYS] == target["required"]


@pytest.mark.parametrize(
    ("place", "value"),
    [("value", "0.99"), ("counts_as", "FINE"), ("extra", 1), ("judged", None), ("month", {}), ("burn_rate", 14.4)],
)
def test_the_schema_refuses_what_a_check_does_not_say(place: str, value: object) -> None:
    found = parsed(good())
    found["results"][0][place] = value
    assert list(validator().iter_errors(found))


@pytest.mark.parametrize("key", ["schema", "window", "status", "results", "clock_set"])
def test_the_schema_refuses_a_check_without_a_key(key: str) -> None:
    found = parsed(good())
    del found[key]
    assert list(validator().iter_errors(found))


@pytest.mark.parametrize("window", list(Window))
def test_the_schema_knows_every_window(window: Window) -> None:
    found = parsed(check(errors(), window=window))
    validator().validate(found)
    assert (found["window"], found["judged"]) == (window.value, "burn-rate" if window.burns else "goal")


def test_what_counts_stands_beside_the_rows_own_status() -> None:
    whole = parsed(breached())["results"][1]
    assert (whole["status"], whole["counts_as"]) == ("OK", "BREACHED")
    assert [row["operation"] for row in list(whole["operations"])][:2] == [
        "GET /missions/{id}",
        "POST /reports",
    ]


def test_a_burning_window_gives_its_rate_and_its_factors() -> None:
    found = parsed(hour())
    assert found["results"][0]["burn_rate"] == {"rate": 14.9, "page": 14.4, "ticket": 6, "least_bad": 10}
    assert found["results"][1]["burn_rate"] == {"rate": None, "page": 14.4, "ticket": 6, "least_bad": 10}
    assert found["results"][0]["left"] is None


def test_a_window_without_a_policy_gives_no_factors() -> None:
    bare = parsed(check(*hour().targets, window=Window.HOUR, policy=None))
    assert bare["results"][0]["burn_rate"] == {"rate": 14.9, "page": None, "ticket": None, "least_bad": None}


def test_a_year_brings_its_month_and_what_is_left_of_both() -> None:
    found = parsed(good(), "en")["results"][2]
    month = found["month"]
    assert (found["span"], month["span"]) == ("year-to-date", "month")
    assert month["outlook"]["ends_at"] == "2026-11-23T17:40:00Z"
    assert found["left"] == (
        "12 min 20 s left in November, at this rate gone on the 23rd; the year allows 3 h 11 min more"
    )


def test_names_from_outside_stay_exact() -> None:
    text = CHECK_FORMATS["json"].render(CHECKS["hostile"](), "en")
    assert not SURROGATE.search(text)
    operations = {row["operation"] for row in json.loads(text)["results"]}
    assert {target.row.operation for target in CHECKS["hostile"]().targets} == operations
