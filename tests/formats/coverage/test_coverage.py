"""A document's coverage as text, Markdown, CSV and JSON: the same answers, the counts, and what is lacking."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from referencing import Registry, Resource

from slactl.formats.coverage import csv as as_csv
from slactl.formats.coverage import json as as_json
from slactl.formats.coverage import markdown, text
from slactl.formats.json import render as render_report
from slactl.model.status import Code, Reason, Status
from slactl.workflows.answering import Covered, Lack, answers, covered
from tests.formats.platforms import CLAUSES, hostile_platform, platform

FORMATS = Path(__file__).parents[3] / "slactl/formats"
TODAY = date(2026, 11, 4)
RENDERS: tuple[Callable[[Covered, str], str], ...] = (text.render, markdown.render, as_csv.render, as_json.render)


def month(today: date = TODAY) -> Covered:
    report = platform()
    return covered(report.catalogue, report, today)


def hostile() -> Covered:
    report = hostile_platform()
    return covered(report.catalogue, report, TODAY)


def test_what_is_lacking_is_unanswered_or_over() -> None:
    found = {one.clause.id: lack for one, lack in month().lacks}
    assert found == {"drill": Lack.EXPIRED, "failover": Lack.UNANSWERED}


def test_an_attestation_that_is_over_since_the_month_is_lacking_too() -> None:
    later = month(date(2027, 9, 1))
    assert {one.clause.id for one, _ in later.lacks} == {"caching", "drill", "failover"}
    caching = next(one for one in later.answers if one.clause.id == "caching")
    assert caching.status is None  # the month's own report says the same as on the day it was made


def test_text_has_the_counts_the_clauses_and_what_is_to_be_done() -> None:
    said = text.render(month(), "it")
    lines = said.splitlines()
    assert lines[0] == "ISMS – Performance, 2026-10: 10 clausole"
    counts = "misurato 4, verificato su configurazione 1, attestato 1, ereditato dal fornitore 1, non verificabile 1"
    assert lines[1] == f"{counts}, senza risposta 2"
    assert "  ● «scaling automatico read/write capacity» [on-demand]" in lines
    assert "      verificato su configurazione, Non rispettato" in lines
    assert lines[-3:] == [
        "2 clausole attendono una risposta.",
        "  drill: attestazione scaduta",
        "  failover: senza risposta",
    ]


def test_what_has_not_one_figure_is_said_and_lacking() -> None:
    report = platform()
    blank: dict[str, Any] = {
        "status": Status.INSUFFICIENT_DATA,
        "reason": Reason.of(Code.ACCESS_DENIED),
        "value": None,
        "detail": None,
    }
    rows = [replace(one, **blank, worst_case=None, best_case=None, rollup=None) for one in report.results]
    seen = replace(report, answers=answers(report.catalogue, rows, date(2026, 10, 31)))
    found = covered(report.catalogue, seen, TODAY)
    assert {lack for _, lack in found.lacks} == {Lack.NO_FIGURE, Lack.EXPIRED, Lack.UNANSWERED}
    said = text.render(found, "it")
    assert "misurato 4 (di cui 4 senza un valore), verificato su configurazione 1 (di cui 1 senza un valore)" in said
    assert "\n  uptime: ciò che la verifica non ha un solo valore\n" in said
    told = json.loads(as_json.render(found, "en"))
    assert (told["document"]["without_figure"], told["findings"][0]["code"]) == (5, "no-figure")
    valid(told)


def test_without_figures_it_says_how_and_not_how_well() -> None:
    report = platform()
    said = text.render(covered(report.catalogue, None, TODAY), "en")
    assert said.startswith("ISMS – Performance, 4 November 2026: 10 clauses\nmeasured 4, checked 1, attested 1")
    assert "  ■ «≥ 99,9% annuale» [uptime]\n      measured\n      Uptime\n" in said
    assert "99.9" not in said.replace("99,9% annuale", "")


def test_nothing_lacking_is_said_too() -> None:
    report = platform()
    whole = tuple(one for one in report.answers if not one.is_finding)
    said = text.render(covered(report.catalogue, replace(report, answers=whole), TODAY), "en")
    assert said.endswith("\nEvery clause is answered.\n")


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("make", [month, hostile])
def test_the_json_has_its_published_form(make: Callable[[], Covered], language: str) -> None:
    valid(json.loads(as_json.render(make(), language)))


def valid(told: object) -> None:
    schemas = [json.loads((FORMATS / f"{name}.schema.json").read_text("utf-8")) for name in ("report", "coverage")]
    registry = Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in schemas)
    Draft202012Validator(schemas[1], registry=registry).validate(told)


def test_its_clauses_are_those_of_the_report() -> None:
    told, report = json.loads(as_json.render(month(), "en")), json.loads(render_report(platform(), "en"))
    assert told["clauses"] == report["clauses"]
    assert told["document"] == report["document"]
    assert [(one["clause"], one["code"]) for one in told["findings"]] == [
        ("drill", "expired"),
        ("failover", "unanswered"),
    ]
    assert (told["judged_on"], told["asked_on"], told["period"]) == ("2026-10-31", "2026-11-04", "2026-10")


def test_the_csv_has_a_line_for_each_clause() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv.render(month(), "en"), newline="")))
    assert [one["clause"] for one in rows] == [one.id for one in CLAUSES]
    by_id = {one["clause"]: one for one in rows}
    assert (by_id["uptime"]["kind"], by_id["uptime"]["status"], by_id["uptime"]["informative"]) == (
        "measured",
        "OK",
        "WARNING",
    )
    assert (by_id["drill"]["attested_by"], by_id["drill"]["valid_until"]) == ("Luca Verdi", "2026-09-30")
    assert by_id["partitioning"]["suppliers"] == "AWS"
    assert by_id["failover"]["finding"] == "unanswered"


@pytest.mark.parametrize("language", ["it", "en"])
def test_names_from_outside_stay_on_their_line(language: str) -> None:
    said = text.render(hostile(), language)
    assert "\x1b" not in said
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown.render(hostile(), language))
    assert "<script" not in rendered
    assert "<a " not in rendered
    rows = list(csv.reader(io.StringIO(as_csv.render(hostile(), language), newline="")))
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("render", RENDERS)
def test_the_same_twice_and_no_other_language(render: Callable[[Covered, str], str]) -> None:
    assert render(month(), "it") == render(month(), "it")
    with pytest.raises(ValueError, match="no such language"):
        render(month(), "de")
