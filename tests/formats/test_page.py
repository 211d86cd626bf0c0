"""What the chapters prepare: sentences, bars and geometry."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from slactl.formats.language import speak
from slactl.formats.page import availability, charts, deviations, outcome, sources
from slactl.formats.page.budget import budget_bar
from slactl.formats.page.calendar import calendar, day_kind, day_table
from slactl.formats.page.daily import daily_chart
from slactl.formats.page.distribution import distribution_chart, distribution_table
from slactl.formats.page.latency import latency_rows
from slactl.formats.page.scene import Scene, deciding_status
from slactl.model.report import AvailabilityDetail, Budget, Case, Report, Rollup, Seconds, Silence
from slactl.model.status import Status
from tests.formats.sample import large, rich
from tests.formats.stories import told

MONTH_ROW, YEAR_ROW = 0, 1


def scene(report: Report, language: str = "it") -> Scene:
    return Scene(report, speak(language))


def with_statuses(report: Report, status: Status) -> Report:
    """The report with every row and itself at one status, values on the right side."""
    rows = tuple(replace(row, status=status, rollup=Rollup(status, None)) for row in report.results)
    return replace(report, status=status, results=rows)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.OK, "tutti i 12 obiettivi vincolanti sono rispettati"),
        (Status.WARNING, "tutti i 12 obiettivi vincolanti sono rispettati, 12 con osservazioni"),
        (Status.BREACHED, "12 obiettivi vincolanti su 12 non sono rispettati"),
        (Status.INSUFFICIENT_DATA, "12 obiettivi vincolanti su 12 non sono determinabili"),
        (Status.NOT_RATED, "nessun obiettivo vincolante è valutabile"),
    ],
)
def test_the_verdict_counts_what_decides(status: Status, sentence: str) -> None:
    assert outcome.verdict(scene(with_statuses(rich(), status))).texts[0] == sentence


def test_a_breach_does_not_hide_what_is_unknown() -> None:
    report = rich()
    rows = list(report.results)
    rows[YEAR_ROW] = replace(rows[YEAR_ROW], rollup=Rollup(Status.INSUFFICIENT_DATA, None))
    texts = outcome.verdict(scene(replace(report, results=tuple(rows)), "en")).texts
    assert texts[:2] == (
        "1 of 11 binding objectives is not met",
        "1 of 11 binding objectives cannot be determined",
    )


def test_a_binding_warning_that_misses_its_goal_is_not_called_met() -> None:
    report = with_statuses(rich(), Status.OK)
    rows = tuple(
        replace(row, status=Status.WARNING, rollup=None, value=Fraction(1, 100))
        if row.objective == "error-rate"
        else row
        for row in report.results
    )
    found = outcome.verdict(scene(replace(report, results=rows, status=Status.WARNING), "en"))
    assert found.word == "Attention"
    assert found.texts[0] == "2 of 12 binding objectives are at risk or have a remark"


def test_a_range_is_shown_where_the_unknown_decides() -> None:
    report = rich()
    worst, best = Case(Fraction("0.9972"), Status.BREACHED), Case(Fraction("0.9995"), Status.OK)
    row = replace(report.results[YEAR_ROW], value=None, worst_case=worst, best_case=best)
    assert scene(report).value(row) == "da 99,720% a 99,950%"
    assert scene(report).margin(row) is None


@pytest.mark.parametrize(
    ("allowed", "used", "text"),
    [
        ("2676.6", "3600", "Used 1 h of 44 min 36 s allowed (134.5%): 15 min 24 s too much."),
        ("2676.6", "2676.6", "Used 44 min 37 s of 44 min 36 s allowed (100.0%): 0 s left."),
        ("100", "0.5", "Used 1 s of 1 min 40 s allowed (0.5%): 1 min 39 s left."),
    ],
)
def test_a_budget_is_used_upward_and_left_downward(allowed: str, used: str, text: str) -> None:
    row = replace(rich().results[MONTH_ROW], budget=Budget(Fraction(allowed), Fraction(used)))
    bar = budget_bar(scene(rich(), "en"), row)
    assert bar
    assert bar.text == text


def test_a_budget_of_nothing_has_no_bar() -> None:
    row = replace(rich().results[MONTH_ROW], budget=Budget(Fraction(0), Fraction(3)))
    assert budget_bar(scene(rich()), row) is None


def test_an_overspent_budget_marks_where_the_allowance_ended() -> None:
    row = replace(rich().results[MONTH_ROW], budget=Budget(Fraction(1000), Fraction(4000)))
    bar = budget_bar(scene(rich()), row)
    assert bar
    assert bar.mark == "250"
    assert [(one.x, one.width, one.kind) for one in bar.segments] == [("0", "250", "used"), ("250", "750", "over")]


def test_the_calendar_begins_on_the_right_weekday_and_holds_every_day() -> None:
    found = calendar(scene(rich()), rich().services[0])
    assert {len(week) for week in found.weeks} == {7}
    assert [day.number for day in found.weeks[0]] == ["", "", "", "1", "2", "3", "4"]
    numbers = [day.number for week in found.weeks for day in week if day.number]
    assert numbers == [str(number) for number in range(1, 32)]
    eighth = found.weeks[1][3]
    assert (eighth.kind, eighth.glyph, eighth.figure) == ("miss", "✗", "96,875")
    assert found.weeks[4][1].figure == "1 h 5 min"
    assert found.weeks[0][6].hatched


@pytest.mark.parametrize(
    ("account", "figure", "kind"),
    [
        (Seconds(up=10), "1", "ok"),
        (Seconds(no_traffic=10), "1", "ok"),
        (Seconds(no_traffic=10), None, "none"),
        (Seconds(up=5, no_traffic=5), "0.5", "miss"),
        (Seconds(up=9, down=1, unknown=1), "0.9", "miss"),
        (Seconds(up=10, unknown=1), "0.9", "unsure"),
        (Seconds(unknown=10), None, "unsure"),
        (Seconds(excluded=10), None, "none"),
        (Seconds(not_yet=10), None, "none"),
    ],
)
def test_a_day_is_marked_by_what_happened_in_it(account: Seconds, figure: str | None, kind: str) -> None:
    value = None if figure is None else Fraction(figure)
    day = replace(rich().services[0].days[0], seconds=account, availability=value)
    assert day_kind(day) == kind


def test_no_day_of_a_service_without_a_request_shows_a_good_figure() -> None:
    report = rich()
    days = tuple(
        replace(day, requests=0, faults=0, errors=0, seconds=Seconds(no_traffic=day.span.seconds), availability=None)
        for day in report.services[0].days
    )
    silent = replace(report.services[0], requests=0, days=days)
    shown = [day for week in calendar(scene(report), silent).weeks for day in week if day.number]
    assert {(day.kind, day.glyph, day.figure) for day in shown} == {("none", "–", "")}
    rows = day_table(scene(report), silent).rows
    assert {(cells[0].glyph, cells[3].text) for cells in rows} == {("–", "–")}


def test_a_definition_without_a_figure_is_a_dash() -> None:
    report = rich()
    detail = report.results[MONTH_ROW].detail
    assert isinstance(detail, AvailabilityDetail)
    nothing = replace(
        detail,
        by_evaluation=tuple((name, None) for name, _ in detail.by_evaluation),
        slice_goals=tuple((goal, None) for goal, _ in detail.slice_goals),
    )
    rows = (replace(report.results[MONTH_ROW], detail=nothing), *report.results[1:])
    blocks = availability.chapter(scene(replace(report, results=rows))).blocks
    table = next(one for one in blocks[0].tables if one.id.startswith("ways-"))
    assert [cells[1].text for cells in table.rows] == ["–"] * 5


def test_the_worst_endpoint_is_named_only_where_one_deviates() -> None:
    report = rich()
    place, row = next(
        (place, row) for place, row in enumerate(report.results) if row.objective == "error-rate-endpoints"
    )
    found = scene(report, "en")
    assert row.rollup
    told = found.worst_endpoint(row)
    assert any(text.startswith(f"Worst endpoint: {row.rollup.worst_operation} (") for text in told)
    calm = replace(row, status=Status.OK, reason=None, rollup=Rollup(Status.OK, None))
    rows = (*report.results[:place], calm, *report.results[place + 1 :])
    quiet = scene(replace(report, results=rows), "en")
    assert quiet.worst_endpoint(calm) == ()
    told_of = [cells for table in outcome.chapter(quiet).blocks[0].tables for cells in table.rows]
    mine = next(cells for cells in told_of if cells[0].text == "Error rate per endpoint")
    assert mine[-1].below == ()


def test_the_time_of_reading_is_a_span_only_where_it_lasted() -> None:
    report = rich()
    once = replace(report.provenance, read_until=report.provenance.read_from)
    facts = [sources.provenance(scene(replace(report, provenance=one)))[0] for one in (report.provenance, once)]
    assert facts[0].texts == ("2026-11-04T05:58:00Z – 2026-11-04T06:00:00Z",)
    assert facts[1].texts == ("2026-11-04T05:58:00Z",)


def test_a_day_that_could_not_be_read_breaks_both_lines() -> None:
    report = rich()
    found = daily_chart(scene(report), report.services[0], latency_rows(scene(report), "missions-api"))
    for _, path in found.paths:
        assert path.count("M") == 2
        assert path.count("M") + path.count("L") == 30
    assert len(found.areas) == 5
    assert {label.text for label in found.labels} >= {"p95", "p99", "soglia p95 2.000", "soglia p99 1.000"}


def test_the_curve_passes_above_a_target_exactly_where_it_is_met() -> None:
    report = rich()
    service = report.services[0]
    found = distribution_chart(scene(report), service, latency_rows(scene(report), service.key))
    points = [tuple(map(float, pair)) for pair in re.findall(r"[ML]([\d.]+) ([\d.]+)", found.paths[0][1])]
    assert points == sorted(points, key=lambda point: (point[0], -point[1]))
    share, percentile = (label for label in found.dots)
    at_limit = next(y for x, y in points if x == float(share.x))
    assert at_limit < float(share.y)
    assert percentile.y > share.y


def test_a_long_ladder_is_thinned_with_both_ends_kept() -> None:
    report = rich()
    long = tuple((Fraction(ms), ms) for ms in range(1, 500))
    table = distribution_table(scene(report, "en"), replace(report.services[0], distribution=long))
    assert len(table.rows) == 24
    assert (table.rows[0][0].text, table.rows[-1][0].text) == ("≤ 1.0 ms", "≤ 499.0 ms")


@pytest.mark.parametrize("highest", [0.3, 1, 7, 412.5, 2100, 29000])
def test_ticks_reach_the_highest_figure_in_few_round_steps(highest: float) -> None:
    steps = charts.ticks(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest
    assert 2 <= len(steps) <= 7
    assert len({right - left for left, right in pairwise(steps)}) == 1


def test_labels_at_one_edge_do_not_cover_each_other() -> None:
    placed = charts.spread(
        [charts.Label("1", "100", "a"), charts.Label("1", "101", "b"), charts.Label("1", "200", "c")]
    )
    heights = [float(label.y) for label in placed]
    assert all(right - left >= 13 for left, right in pairwise(heights))


@pytest.mark.parametrize(
    ("explained", "baseline", "counted_as", "told"),
    [
        (True, Fraction(5, 2), "up", "silence is usual at this time"),
        (False, Fraction(10), "unknown", "the weeks before had requests at this time"),
        (False, Fraction(2), "unknown", "nothing tells whether silence is to be expected at this time"),
        (False, None, "unknown", "no earlier week to compare with"),
        (True, None, "down", "as the agreement counts any silence"),
    ],
)
def test_a_silence_is_told_as_far_as_the_weeks_before_tell(
    *, explained: bool, baseline: Fraction | None, counted_as: str, told: str
) -> None:
    report = rich()
    silence = Silence(report.services[0].silences[0].span, explained, baseline, counted_as)
    service = replace(report.services[0], silences=(silence,))
    chapter = deviations.chapter(scene(replace(report, services=(service,)), "en"))
    table = next(one for one in chapter.blocks[0].tables if one.id == "silences-1")
    assert table.rows[0][4].below == (told,)
    assert (table.rows[0][3].text == "–") == (baseline is None)


def test_every_missed_row_is_a_deviation_with_an_empty_cell() -> None:
    report = told(rich(), ())
    chapter = deviations.chapter(scene(report))
    missed = chapter.blocks[0].tables[0]
    wanted = [row for row in report.results if row.operation is None and deciding_status(row) is Status.BREACHED]
    wanted += [row for row in report.results if row.operation and row.binding and row.status is Status.BREACHED]
    rows = [cells for cells in missed.rows if cells[0].kind != "group"]
    assert len(rows) == len(wanted) == 2
    assert all(cells[-1].text == "" and cells[-1].kind == "blank" for cells in rows)
    assert [table.id for table in chapter.blocks[0].tables[1:]] == ["outages-1", "silences-1"]


def test_deviations_of_very_many_endpoints_are_cut_with_a_word() -> None:
    report = large(300)
    rows = tuple(
        replace(row, status=Status.BREACHED) if row.objective == "error-rate-endpoints" and row.operation else row
        for row in report.results
    )
    table = deviations.chapter(scene(replace(report, results=rows), "en")).blocks[0].tables[0]
    assert len(table.rows) == 101
    assert table.rows[0][0].kind == "group"
    assert re.fullmatch(r"2\d\d more rows are in the tables of endpoints\.", table.note)


def test_a_quiet_month_has_no_deviation_and_says_so() -> None:
    report = with_statuses(rich(), Status.OK)
    calm = replace(report, services=tuple(replace(one, outages=(), silences=()) for one in report.services))
    block = deviations.chapter(scene(calm, "en")).blocks[0]
    assert block.tables == ()
    assert block.texts[0] == "No deviation: every rated objective is met and nothing was down."


def test_anchors_come_from_places_not_from_names() -> None:
    report = rich()
    renamed = tuple(replace(row, objective='up"time x') for row in report.results[:1])
    assert re.fullmatch(r"[\w-]+", scene(report).anchor(renamed[0]))
