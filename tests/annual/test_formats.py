"""A statement in every format: the same figures, both languages, nothing from outside that works."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from importlib.resources import files
from io import StringIO
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from slactl.formats.annual import ANNUAL_FORMATS, render
from slactl.formats.language import speak
from slactl.formats.numbers import whole
from slactl.formats.sanitize import plain
from slactl.formats.times import duration, month_name
from slactl.model.statement import UptimeMonth
from tests.annual.samples import SAMPLES
from tests.formats.agreement import HOSTILE
from tests.formats.test_html import Reader

EVERY = [(name, language) for name in SAMPLES for language in ("it", "en")]
MONTHS = [date(2026, month, 1) for month in range(1, 13)]
SECONDS = ("up", "down", "no_traffic", "excluded", "unknown", "not_yet", "not_owed")


def said(name: str, form: str, language: str = "en") -> str:
    return render(ANNUAL_FORMATS[form], SAMPLES[name](), language)


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(name, "json"))
    return found


def read(name: str, language: str) -> Reader:
    reader = Reader()
    reader.feed(said(name, "html", language))
    return reader


@pytest.mark.parametrize("name", SAMPLES)
def test_the_json_has_its_published_form(name: str) -> None:
    forms = [
        json.loads((files("slactl.formats") / f"{one}.schema.json").read_text("utf-8")) for one in ("report", "annual")
    ]
    known = Registry().with_resources((form["$id"], Resource.from_contents(form)) for form in forms)
    Draft202012Validator.check_schema(forms[1])
    Draft202012Validator(forms[1], registry=known).validate(document(name))
    assert document(name)["schema"] == "slactl.annual/1"


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_page_is_whole_and_names_every_month(name: str, language: str) -> None:
    page = read(name, language)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    for month in MONTHS:
        assert month_name(month, speak(language)) in page.text
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in page.tags}
    (policy,) = [tag["content"] or "" for name, tag in page.tags if tag.get("http-equiv")]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_figure_of_the_months_stands_on_the_page(language: str) -> None:
    page, reader = read("whole", language).text, speak(language)
    for year in SAMPLES["whole"]().uptimes:
        for one in year.months:
            assert whole(one.seconds.up, reader) in page
            if one.spent is not None and year.unit == "seconds":
                assert duration(int(one.spent.allowed), reader) in page
                assert duration(int(one.spent.used), reader) in page


def test_what_is_printed_never_looks_better_than_it_is() -> None:
    """Allowances and what is left are rounded down, what is used up."""
    statement = SAMPLES["whole"]()
    year = statement.uptimes[0]
    page = read("whole", "en").text
    assert year.allowance is not None
    assert year.allowance.denominator != 1
    assert duration(int(year.allowance), speak("en")) in page
    assert duration(int(year.allowance) + 1, speak("en")) not in page


def test_the_sum_and_the_mean_stand_side_by_side() -> None:
    text = read("whole", "en").text
    assert "The year by sums, which decides: from 91.475% to 99.971%." in text
    assert "As the mean of 12 months, for information: from 91.638% to 99.971%." in text
    assert "Each month decides for itself: 12 judged, 1 not met, 1 not determinable." in text


def test_a_lost_month_is_named_in_the_gaps_and_in_its_row() -> None:
    gone = [gap for gap in document("whole")["gaps"] if gap["code"] == "no-longer-kept"]
    assert {(gap["start"], gap["end"]) for gap in gone} == {("2026-04-30T22:00:00Z", "2026-05-31T22:00:00Z")}
    may = document("whole")["availability"][0]["months"][4]
    assert (may["status"], may["reason"], may["value"]) == ("INSUFFICIENT_DATA", "no-longer-kept", None)
    assert may["seconds"]["unknown"] == 31 * 86_400


def test_an_ended_month_is_never_at_risk_and_a_month_to_come_has_no_verdict() -> None:
    page = read("running", "en").text
    assert "to come" in page
    months = document("running")["availability"][0]["months"]
    assert [one["status"] for one in months[8:]] == [None] * 4
    assert [one["budget"]["used"] for one in months[8:]] == [0] * 4
    assert "[PROVISIONAL]" in page


def lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(said(name, "csv"), newline="")))


@pytest.mark.parametrize("name", ["whole", "running"])
def test_the_lines_of_the_months_sum_to_the_line_of_their_year(name: str) -> None:
    found = [row for row in lines(name) if row["indicator"] == "availability"]
    for service, objective in {(row["service"], row["objective"]) for row in found}:
        rows = [row for row in found if (row["service"], row["objective"]) == (service, objective)]
        months, (year,) = [row for row in rows if row["month"]], [row for row in rows if not row["month"]]
        assert len(months) == 12
        for part in SECONDS:
            assert sum(int(row[part]) for row in months) == int(year[part])
        assert sum(int(year[part]) for part in SECONDS) == 365 * 86_400


def test_the_csv_has_the_figures_of_the_json() -> None:
    rows = {(row["service"], row["objective"], row["month"]): row for row in lines("whole")}
    for year in document("whole")["availability"]:
        for month in year["months"]:
            row = rows[year["service"], year["objective"], month["month"]]
            assert row["status"] == month["status"]
            assert row["value"] == ("" if month["value"] is None else repr(month["value"]))
            assert row["resolution"] == ("" if month["resolution"] is None else str(month["resolution"]))


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_markdown_has_the_tables_of_the_page(language: str) -> None:
    text, page = said("whole", "md", language), read("whole", language).text
    months = [line for line in text.splitlines() if line.startswith(f"| {month_name(MONTHS[1], speak(language))}")]
    # For two services: what was allowed and the account, three objectives each; and once the exclusions.
    assert len(months) == 2 * 3 * 2 + 1
    for figure in re.findall(r"\d[\d.,]{6,}", months[0]):
        assert figure in page


@pytest.mark.parametrize("form", ["html", "md", "csv", "json"])
def test_texts_from_outside_do_nothing(form: str) -> None:
    text = said("hostile", form)
    assert "<script>" not in text or form in ("json", "csv")
    assert "\x1b" not in text
    assert HOSTILE[12][5] not in text or form == "json"
    if form == "csv":
        assert not any(cell.startswith(("=", "+", "@")) for row in lines("hostile") for cell in row.values())


def test_a_hostile_title_is_shown_as_it_is() -> None:
    assert plain(HOSTILE[0]) in read("hostile", "en").text


def test_the_same_statement_gives_the_same_bytes() -> None:
    for name in ("html", "json", "md", "csv"):
        assert said("whole", name) == said("whole", name)


def test_months_know_their_own_account() -> None:
    """Guards the sample: it has downtime, windows both admitted and refused, and a lost month."""
    months: tuple[UptimeMonth, ...] = SAMPLES["whole"]().uptimes[0].months
    assert {1, 7, 11} == {place for place, one in enumerate(months) if one.seconds.down}
    assert [(one.admitted, one.refused) for one in months][8] == (0, 1)
    assert months[4].resolution is None
