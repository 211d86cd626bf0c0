"""The chapter of error budgets: its figures read a second time from the JSON, its drawings, its words."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.formats import FORMATS
from slactl.formats.json import render as render_json
from slactl.formats.language import speak
from slactl.formats.page import budgets
from slactl.formats.page.balance import balance_of
from slactl.formats.page.burndown import burn_down_chart
from slactl.formats.page.charts import LEFT, PLOT_WIDTH, Chart
from slactl.formats.page.parts import Table
from slactl.formats.page.remaining import days_left
from slactl.formats.page.scene import Scene
from slactl.formats.page.spending import spenders
from slactl.model.burn import Course, Ledger, Outlook
from slactl.model.report import AvailabilityDetail, Budget, Report, Result, RowSpan, Seconds
from slactl.model.status import Status
from tests.formats.agreement import ERRORS, UPTIME, at
from tests.formats.sample import SAMPLES, provisional, rich

EVERY = [(name, language) for name in ("rich", "provisional") for language in ("it", "en")]
SIGNS = {"it": (".", ","), "en": (",", ".")}
MINUS = "\N{MINUS SIGN}"


class Tables(HTMLParser):
    """The tables of a page by the id of their captions: rows of cells, a line below a cell after a bar."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[list[str]]] = {}
        self.rows: list[list[str]] = []
        self.cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "caption" and named.get("id"):
            self.cell = False
            self.rows = self.found.setdefault(str(named["id"]), [])
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self.cell = True
        elif tag == "span" and named.get("class") == "below" and self.cell:
            self.rows[-1][-1] += "|"

    def handle_endtag(self, tag: str) -> None:
        self.cell = self.cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self.cell:
            self.rows[-1][-1] += " ".join(data.split())


@cache
def tables(name: str, language: str) -> dict[str, list[list[str]]]:
    reader = Tables()
    reader.feed(FORMATS["html"].render(SAMPLES[name](), language))
    return reader.found


@cache
def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render_json(SAMPLES[name](), "en"))
    return found


def grouped(number: int, language: str) -> str:
    return f"{MINUS if number < 0 else ''}{abs(number):,}".replace(",", SIGNS[language][0])


def told(value: float, unit: str, language: str, *, up: bool) -> str:
    """An amount of a budget, a second time: seconds as hours, minutes and seconds, the rest as requests."""
    number = -int(-value // 1) if up else int(value // 1)
    if unit == "seconds":
        rest = abs(number)
        parts = [(rest // 3600, "h"), (rest % 3600 // 60, "min"), (rest % 60, "s")]
        shown = " ".join(f"{grouped(part, language)} {name}" for part, name in parts if part) or "0 s"
        return f"{MINUS}{shown}" if number < 0 else shown
    one, many = {"it": ("richiesta", "richieste"), "en": ("request", "requests")}[language]
    return f"{grouped(number, language)} {one if number == 1 else many}"


def of_service(name: str, key: str) -> list[dict[str, Any]]:
    """The rows that the chapter tells of, by the contract's own words."""
    rows = [row for row in document(name)["results"] if row["service"] == key and row["operation"] is None]
    years = {row["objective"] for row in rows if row["span"] == "year-to-date" and row["binding"]}
    return [row for row in rows if row["status"] != "NOT_RATED" and (row["binding"] or row["objective"] in years)]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_budget_of_the_json_stands_in_the_table(name: str, language: str) -> None:
    for place, service in enumerate(document(name)["services"], 1):
        rows = tables(name, language)[f"budgets-{place}"][1:]
        wanted = of_service(name, service["key"])
        assert len(rows) == len(wanted) > 3
        for cells, row in zip(rows, wanted, strict=True):
            budget = row["budget"]
            shown = [cell.split("|")[0] for cell in cells[2:5]]
            sides = (("allowed", False), ("used", True), ("remaining", False))
            assert shown == [told(budget[key], row["unit"], language, up=up) for key, up in sides]


def uptime_days(service: dict[str, Any]) -> list[tuple[int, int]]:
    return [(day["seconds"]["down"], day["seconds"]["unknown"]) for day in service["days"]]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_what_is_left_after_each_day_is_the_budget_less_the_days_of_the_json(name: str, language: str) -> None:
    for place, service in enumerate(document(name)["services"], 1):
        rows = tables(name, language)[f"budget-days-{place}"][1:]
        budget = {row["objective"]: row["budget"] for row in of_service(name, service["key"]) if row["span"] == "month"}
        left, errors = budget["uptime"]["allowed"], budget["error-rate"]["allowed"]
        begun = [day for day in service["days"] if sum(day["seconds"].values()) > day["seconds"]["not_yet"]]
        assert len(rows) == len(begun) > 15
        for cells, day in zip(rows, begun, strict=True):
            left -= day["seconds"]["down"] + day["seconds"]["unknown"]
            errors -= day["faults"]
            assert cells[2].split("|")[0] == told(left, "seconds", language, up=False)
            assert cells[4] == told(errors, "requests", language, up=False)
            assert cells[0].startswith("?") == bool(day["seconds"]["unknown"])
        assert left == pytest.approx(budget["uptime"]["remaining"])
        assert errors == pytest.approx(budget["error-rate"]["remaining"])


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_what_is_left_of_the_year_is_its_budget_less_the_months_of_the_json(name: str, language: str) -> None:
    for service in document(name)["services"]:
        rows = of_service(name, service["key"])
        (year,) = [row for row in rows if row["span"] == "year-to-date"]
        ids = [key for key in tables(name, language) if key.startswith("budget-months-")]
        table = tables(name, language)[ids[document(name)["services"].index(service)]][1:]
        left = year["budget"]["allowed"]
        assert len(table) == len(year["detail"]["months"]) == 6
        for cells, month in zip(table, year["detail"]["months"], strict=True):
            left -= month["used_at_most"]
            assert cells[1].split("|")[0] == told(month["used_at_most"], "seconds", language, up=True)
            assert cells[2].split("|")[0] == told(left, "seconds", language, up=False)
        assert left == pytest.approx(year["budget"]["remaining"])


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_burn_rates_are_those_of_the_json_and_never_look_lower(language: str) -> None:
    rates = {row["objective"]: row["outlook"]["burn_rates"] for row in of_service("provisional", "missions-api")}
    rows = tables("provisional", language)["rates-1"]
    assert rows[0][1:] == {"it": ["1 h", "6 h", "24 h", "3 giorni"], "en": ["1 h", "6 h", "24 h", "3 days"]}[language]
    wanted = [rates[key] for key in ("uptime", "api-latency", "response-time", "response-time-query", "error-rate")]
    for cells, told_of in zip(rows[1:], wanted, strict=True):
        for cell, rate in zip(cells[1:], told_of, strict=True):
            shown = float(cell.split("|")[0].replace(SIGNS[language][0], "").replace(",", "."))
            assert rate["rate"] <= shown < rate["rate"] + 0.01
            assert (shown == 0) == (rate["bad"] == 0)
            assert ("caso migliore" in cell or "best case" in cell) == (rate["least_rate"] < rate["rate"])


def test_a_month_that_is_over_has_no_rates_and_no_outlook() -> None:
    assert not [key for key in tables("rich", "en") if key.startswith("rates-")]
    assert all(row["outlook"] is None for row in document("rich")["results"])
    assert "dotted" not in FORMATS["html"].render(rich(), "en").casefold().split("</style>")[1]


SENTENCES = {
    ("provisional", "en"): (
        "Nothing left in October, 29 s too much; the year allows 4 h 50 min more, at this rate gone on 2 December.",
        "1,734 bad requests left in October, at this rate gone on the 25th.",
        "34,680 bad requests left in October, enough at this rate.",
        (
            "44 min 36 s left in October, at this rate gone on the 27th; the year allows 5 h 35 min more, at this rate "
            "gone on 9 December."
        ),
    ),
    ("provisional", "it"): (
        (
            "Margine esaurito in ottobre, superato di 29 s; l'anno concede ancora 4 h 50 min, a questo ritmo fino al "
            "2 dicembre."
        ),
        "1.734 richieste non conformi ancora a disposizione in ottobre, a questo ritmo fino al 25.",
        "34.680 richieste non conformi ancora a disposizione in ottobre, a questo ritmo il margine basta.",
    ),
    ("rich", "en"): (
        "Worst case: nothing left in October, 1 h 20 min 31 s too much; the year allows 2 h 55 min more.",
        "2,690 bad requests left in October.",
    ),
    ("rich", "it"): ("2.690 richieste non conformi ancora a disposizione in ottobre.",),
}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_what_is_left_is_said_as_people_say_it(name: str, language: str) -> None:
    facts = [text for block in chapter(SAMPLES[name](), language) for fact in block.facts for text in fact.texts]
    for sentence in SENTENCES[name, language]:
        assert sentence in facts


def chapter(report: Report, language: str = "en") -> tuple[Any, ...]:
    return budgets.chapter(Scene(report, speak(language))).blocks


def uptime_of(report: Report) -> Result:
    return report.results[0]


def changed(report: Report, row: Result) -> Report:
    return replace(report, results=(row, *report.results[1:]))


def opened(row: Result) -> Result:
    """The row with its verdict open: no budget, and what the period allows all the same."""
    assert row.budget is not None
    assert isinstance(row.detail, AvailabilityDetail)
    detail = replace(row.detail, ledger=replace(row.detail.ledger, allowed=row.budget.allowed))
    return replace(row, status=Status.INSUFFICIENT_DATA, budget=None, detail=detail)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This month: between −1 h 20 min 31 s and −15 min 31 s left, depending on what is unknown."),
        ("it", "Questo mese: resta tra −1 h 20 min 31 s e −15 min 31 s, secondo ciò che non è noto."),
    ],
)
def test_an_open_budget_is_told_between_its_two_ends(language: str, sentence: str) -> None:
    report = changed(rich(), opened(uptime_of(rich())))
    blocks = chapter(report, language)
    assert sentence in blocks[0].facts[0].texts[0]
    row = blocks[1].tables[0].rows[0]
    assert row[3].text == "2 h 5 min"
    assert row[3].below
    assert row[5].text == "–"
    assert any(isinstance(one, Chart) and one.id == "burndown-1-0-0-month" for one in blocks[2].figures)


def test_of_a_budget_that_nobody_knows_nothing_is_told() -> None:
    row = replace(opened(uptime_of(rich())), detail=None)
    assert balance_of(row) is None
    table = chapter(changed(rich(), row))[1].tables[0]
    assert [cell.text for cell in table.rows[0][2:6]] == ["–"] * 4


def numbers(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def drawn(report: Report) -> list[Chart]:
    return [one for block in chapter(report) for one in block.figures if one.id.startswith("burndown")]


@pytest.mark.parametrize("name", ["rich", "provisional"])
def test_a_line_falls_from_the_allowance_and_never_rises(name: str) -> None:
    charts = drawn(SAMPLES[name]())
    assert len(charts) == 4
    for chart in charts:
        for kind, path in chart.paths:
            heights = [y for _, y in numbers(path)]
            assert all(low <= high for low, high in pairwise(heights)), kind
            assert len(heights) > 1


def test_the_line_ends_where_the_settled_time_ends_and_the_dotted_one_goes_on() -> None:
    for chart in drawn(provisional()):
        paths = dict(chart.paths)
        last = numbers(paths["curve"])[-1]
        assert last[0] == pytest.approx(LEFT + PLOT_WIDTH * (19.5 * 24) / 745, abs=0.2)
        if "ahead" in paths:
            assert numbers(paths["ahead"])[0] == last
    assert ["ahead" in dict(chart.paths) for chart in drawn(provisional())] == [False, True, True, True]


def test_where_the_dotted_line_meets_nothing_the_budget_ends() -> None:
    """The media service's budget of time ends on the 27th, as its sentence says."""
    chart = drawn(provisional())[2]
    (_, _), (x, y) = numbers(dict(chart.paths)["ahead"])
    zero = next(rule.y1 for rule in chart.rules if rule.kind == "zero")
    assert y == float(zero)
    day = 1 + (x - LEFT) / PLOT_WIDTH * 745 / 24
    assert 27 < day < 28


def test_days_of_which_something_is_unknown_are_hatched_and_count_as_used() -> None:
    chart = drawn(rich())[0]
    assert len(chart.areas) == 1
    assert [kind for kind, _ in chart.paths] == ["best", "curve"]
    best, curve = (numbers(path)[-1][1] for _, path in chart.paths)
    assert best < curve
    assert "Best case" in {label.text for label in chart.labels}
    day = 1 + (float(chart.areas[0].x) - LEFT) / PLOT_WIDTH * 745 / 24
    assert round(day) == 27


def test_where_nearly_all_is_unknown_only_what_is_certain_is_drawn() -> None:
    report = rich()
    service = report.services[0]
    days = tuple(
        replace(day, seconds=Seconds(down=day.seconds.down, unknown=day.span.seconds - day.seconds.down))
        for day in service.days
    )
    row = uptime_of(report)
    assert isinstance(row.detail, AvailabilityDetail)
    down = row.detail.down_seconds
    seconds = Seconds(down=down, unknown=sum(day.seconds.unknown for day in days))
    budget = Budget(Fraction(2600), Fraction(down + seconds.unknown))
    row = replace(row, budget=budget, detail=replace(row.detail, seconds=seconds))
    report = changed(replace(report, services=(replace(service, days=days), *report.services[1:])), row)
    chart = drawn(report)[0]
    assert [kind for kind, _ in chart.paths] == ["curve"]
    assert len(chart.areas) == 31
    assert "only what is certain is drawn" in chart.caption
    assert "At the end of the line: best case: −16 min 40 s." in chart.caption


def test_days_that_do_not_add_up_are_not_drawn() -> None:
    report = rich()
    row = uptime_of(report)
    assert row.budget is not None
    other = replace(row, budget=replace(row.budget, used=row.budget.used + 1))
    assert [one.id for one in drawn(changed(report, other))] == [one.id for one in drawn(report)][1:]


def test_months_that_do_not_add_up_are_not_drawn() -> None:
    report = rich()
    year = report.results[1]
    assert isinstance(year.detail, AvailabilityDetail)
    fewer = replace(year.detail, ledger=Ledger(year.detail.ledger.allowed, year.detail.ledger.months[1:-1]))
    rows = (report.results[0], replace(year, detail=fewer), *report.results[2:])
    figures = [one.id for block in chapter(replace(report, results=rows)) for one in block.figures]
    assert [one for one in figures if one.startswith("burn-")] == ["burn-2-0-0-year-to-date"]


def test_a_year_is_drawn_over_its_own_twelve_months() -> None:
    report = rich()
    (chart, _) = [one for block in chapter(report) for one in block.figures if one.id.startswith("burn-")]
    assert [label.text for label in chart.labels if label.kind == "x"][::11] == ["Jan 26", "Dec 26"]
    settings_ = replace(report.catalogue.report, year_starts=(5, 15))
    moved = replace(report, catalogue=replace(report.catalogue, report=settings_))
    (chart, _) = [one for block in chapter(moved) for one in block.figures if one.id.startswith("burn-")]
    assert [label.text for label in chart.labels if label.kind == "x"][::12] == ["May 26", "May 27"]


@pytest.mark.parametrize("name", ["rich", "provisional", "empty", "hostile"])
def test_every_drawing_has_its_figures_in_a_table_beside_it(name: str) -> None:
    for block in chapter(SAMPLES[name]()):
        ids = {one.id for one in block.tables}
        for figure in block.figures:
            assert figure.title
            assert figure.caption
            table = "budget-months-" if figure.id.startswith("burn-") else "budget-days-"
            assert any(one.startswith(table) for one in ids)


def test_who_spent_it_is_what_the_endpoints_rows_say() -> None:
    report = rich()
    row = next(one for one in report.results if one.objective == "api-latency")
    found = spenders(Scene(report, speak("en")), report.services[0], row)
    bad = {
        one["operation"]: one["total"] - one["good"]
        for one in document("rich")["results"]
        if (one["service"], one["objective"]) == ("missions-api", "api-latency") and one["operation"]
    }
    wanted = sorted(bad.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
    assert [(one.operation, one.bad) for one in found] == wanted
    assert [one.share for one in found] == [Fraction(count, sum(bad.values())) for _, count in wanted]


def test_nobody_spent_a_budget_of_which_nothing_is_used() -> None:
    report = rich()
    row = next(one for one in report.results if one.service == "media-api" and one.objective == "uptime")
    assert row.budget is not None
    assert row.budget.used == 0
    assert spenders(Scene(report, speak("en")), report.services[1], row) == ()


def test_a_running_budget_names_those_that_its_outlook_names() -> None:
    report = provisional()
    row = uptime_of(report)
    assert row.outlook is not None
    named = replace(row, outlook=replace(row.outlook, spent_by=row.outlook.spent_by[1:2]))
    tables_ = [one for block in chapter(changed(report, named)) for one in block.tables]
    (first, _) = [one for one in tables_ if isinstance(one, Table) and one.id.startswith("spenders")]
    assert first.rows[0][1].text == "GET /missions: 226 (15.1%)"


@pytest.mark.parametrize("name", ["rich", "provisional"])
def test_the_csv_says_where_each_budget_is_heading(name: str) -> None:
    lines = list(csv.DictReader(StringIO(FORMATS["csv"].render(SAMPLES[name](), "it"), newline="")))
    rows = document(name)["results"]
    for line, row in zip(lines, rows, strict=True):
        outlook = row["outlook"] or {"course": "", "ends_at": "", "burn_rates": []}
        rates = [f"{one['lookback']}={one['rate']!r}" for one in outlook["burn_rates"] if one["rate"] is not None]
        told = (outlook["course"], outlook["ends_at"] or "", " ".join(rates))
        assert (line["course"], line["ends_at"], line["burn_rates"]) == told
    assert any(line["ends_at"] for line in lines) == (name == "provisional")


def test_markdown_has_the_budgets_without_the_days() -> None:
    text = FORMATS["md"].render(provisional(), "en")
    assert "## Error budget" in text
    assert "| Uptime · year to date | ≥ 99.9% | 5 h 50 min |" in text
    assert "**Burn rates: missions-api**" in text
    assert "Error budget day by day" not in text


@settings(max_examples=60, deadline=None)
@given(
    taken=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=31, max_size=31),
    allowed=st.fractions(Fraction(1, 7), 9000, max_denominator=1000),
)
def test_whatever_the_days_took_the_line_falls_to_what_is_left(taken: list[tuple[int, int]], allowed: Fraction) -> None:
    report = rich()
    service = report.services[0]
    days = tuple(
        replace(day, seconds=Seconds(up=day.span.seconds - down - unknown, down=down, unknown=unknown))
        for day, (down, unknown) in zip(service.days, taken, strict=True)
    )
    row = uptime_of(report)
    assert isinstance(row.detail, AvailabilityDetail)
    down, unknown = (sum(part) for part in zip(*taken, strict=True))
    detail = replace(row.detail, down_seconds=down, seconds=Seconds(down=down, unknown=unknown))
    row = replace(row, budget=Budget(allowed, Fraction(down + unknown)), detail=detail)
    found = days_left(row, UPTIME.indicator, replace(service, days=days))
    assert row.budget is not None
    assert [one.left for one in found] == sorted((one.left for one in found), reverse=True)
    assert found[-1].left == row.budget.remaining
    assert found[-1].left_best == allowed - down
    scene = Scene(changed(replace(report, services=(replace(service, days=days),)), row), speak("en"))
    for kind, path in burn_down_chart(scene, row, found).paths:
        heights = [y for _, y in numbers(path)]
        assert heights == sorted(heights), kind


def test_errors_by_day_count_what_the_objective_counts() -> None:
    report = rich()
    row = next(one for one in report.results if one.objective == "error-rate" and one.operation is None)
    found = days_left(row, ERRORS.indicator, report.services[0])
    assert [one.used for one in found] == [day.faults for day in report.services[0].days]
    unread = tuple(replace(day, faults=None) for day in report.services[0].days)
    assert days_left(row, ERRORS.indicator, replace(report.services[0], days=unread)) == ()


def test_a_spent_budget_goes_nowhere_and_an_unknown_pace_draws_nothing() -> None:
    report = provisional()
    row = report.results[0]
    assert row.outlook is not None
    assert row.outlook.course is Course.SPENT
    unknown = replace(row, outlook=Outlook((), Course.UNKNOWN, row.outlook.pace))
    assert "ahead" not in dict(drawn(changed(report, unknown))[0].paths)


def test_the_year_s_row_is_not_drawn_by_days() -> None:
    row = rich().results[1]
    assert row.span is RowSpan.YEAR_TO_DATE
    assert days_left(row, UPTIME.indicator, rich().services[0]) == ()
    assert at("2026-10-01T00:00") == rich().services[0].days[0].span.start
