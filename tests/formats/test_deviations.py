"""What the formats say of deviations: who explains them, what is declared, what nobody explains."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from slactl.formats import FORMATS
from slactl.formats.language import speak
from slactl.formats.page import deviations, outcome
from slactl.formats.page.parts import Block, Table
from slactl.formats.page.scene import Scene
from slactl.model.incident import Deviations
from slactl.model.report import Report, Rollup
from slactl.model.status import Status
from tests.formats.sample import rich
from tests.formats.stories import EXHAUSTED, UNREACHABLE, UNSEEN, told


def blocks(report: Report, language: str = "en") -> tuple[Block, ...]:
    return deviations.chapter(Scene(report, speak(language))).blocks


def table(report: Report, name: str) -> Table:
    return next(one for block in blocks(report) for one in block.tables if one.id == name)


def section(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FORMATS["json"].render(report, "en"))["deviations"]
    return found


def texts(shown: Table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in shown.rows]


def test_the_summary_tells_count_longest_mean_and_what_nobody_explains() -> None:
    facts = {fact.term: fact.texts for fact in blocks(rich())[0].facts}
    assert facts == {
        "Stretches of downtime": ("2",),
        "Longest outage": ("45 min",),
        "Mean time to repair": ("30 min", "mean length of all measured stretches of all services"),
        "Without explanation": ("1 stretch of downtime",),
    }


def test_the_mean_is_rounded_up_to_seconds_on_the_page_and_exact_in_json() -> None:
    report = rich()
    (first, second, *_) = report.services[0].outages
    odd = replace(second, span=replace(second.span, end=second.span.end - 299))
    found = told(replace(report, services=(replace(report.services[0], outages=(first, odd)),)))
    assert section(found)["summary"]["mean_time_to_repair_seconds"] == 1650.5
    facts = {fact.term: fact.texts[0] for fact in blocks(found)[0].facts}
    assert facts["Mean time to repair"] == "27 min 31 s"


def test_unexplained_stretches_stand_first_with_an_empty_cell() -> None:
    shown = table(rich(), "outages-1")
    assert [row[0].text for row in shown.rows if row[0].kind == "group"] == [
        "Without explanation",
        "Explained by an incident",
    ]
    assert (shown.rows[1][-1].text, shown.rows[1][-1].kind) == ("", "blank")
    assert (shown.rows[3][-1].text, shown.rows[3][-1].below) == (
        EXHAUSTED.id,
        ("5 min of it lie outside of the incident",),
    )


def test_a_service_row_missed_through_its_endpoints_is_explained_only_if_all_of_them_are() -> None:
    report = rich()
    rows = [replace(row, status=Status.OK) if row.status is Status.BREACHED else row for row in report.results]
    named = [
        one for one, row in enumerate(rows) if row.objective == "error-rate-endpoints" and row.service != "media-api"
    ]
    rows[named[0]] = replace(rows[named[0]], rollup=Rollup(Status.BREACHED, "GET /missions"))
    for place in named[1:3]:
        rows[place] = replace(rows[place], status=Status.BREACHED, binding=True)
    explained = table(told(replace(report, results=tuple(rows))), "missed")
    assert [row[0].text for row in explained.rows if row[0].kind == "group"] == ["Explained by an incident"]
    assert [row[-1].text for row in explained.rows[1:]] == [EXHAUSTED.id] * 3
    assert section(told(replace(report, results=tuple(rows))))["summary"]["missed"] == 2
    open_ones = table(told(replace(report, results=tuple(rows)), (UNREACHABLE,)), "missed")
    assert [row[0].text for row in open_ones.rows if row[0].kind == "group"] == ["Without explanation"]


def test_what_cannot_be_determined_stands_apart() -> None:
    report = rich()
    rows = tuple(
        replace(row, status=Status.INSUFFICIENT_DATA, rollup=Rollup(Status.INSUFFICIENT_DATA, None))
        for row in report.results[:2]
    )
    shown = table(told(replace(report, results=rows)), "missed")
    assert texts(shown)[0] == ("Not determinable",)
    assert section(told(replace(report, results=rows)))["missed"] == []


def test_incidents_tell_their_story() -> None:
    (exhausted, unreachable, unseen) = table(rich(), "incidents").rows
    assert exhausted[0].below == ("missions-api", "ticket OPS-2311")
    assert exhausted[1].below == ("2026-10-08T11:25+02:00", "45 min")
    assert (exhausted[2].text, exhausted[2].below) == (EXHAUSTED.cause, (EXHAUSTED.impact,))
    assert exhausted[4].below == (
        "Limite alle connessioni verificato prima di ogni rilascio",
        "Platform engineering · due 2026-11-15 · done 2026-11-10",
        "Prova di carico mensile",
        "SRE · due 2026-12-01 · open",
    )
    assert unreachable[0].below == ("missions-api", "declares downtime")
    assert unseen[0].below == ("media-api", "without measured effect")
    assert unseen[1].below == ("ongoing",)
    assert (unseen[3].text, unseen[4].text) == ("not told", "not told")


def test_declared_downtime_names_who_says_so_and_both_figures() -> None:
    shown = table(rich(), "declared")
    assert [cell.text for cell in shown.rows[0]][0:2] == [UNREACHABLE.id, "missions-api"]
    assert (shown.rows[0][-1].text, shown.rows[0][-1].below) == ("incidents.yaml", (f"SHA-256 {'d4' * 32}",))
    assert shown.foot[4].text == "11 min 30 s"
    both = table(rich(), "declared-both-ways")
    assert len(both.rows) == 2
    assert both.rows[0][4].text == "11 min 30 s"
    assert "count as down because incidents declare so" in FORMATS["md"].render(rich(), "en")


def test_the_same_seconds_of_two_incidents_are_declared_once() -> None:
    twice = (UNREACHABLE, replace(UNREACHABLE, id="INC-2", start=UNREACHABLE.start + 60))
    assert table(told(rich(), twice), "declared").foot[4].text == "11 min 30 s"


def test_without_incidents_there_is_nothing_but_what_was_measured() -> None:
    report = told(rich(), ())
    assert len(blocks(report)) == 1
    found = section(report)
    assert found["incidents"] == found["declared"] == []
    assert [one["incidents"] for one in found["outages"]] == [None, None]
    assert found["summary"]["unexplained"] == len(found["outages"]) + len(found["missed"])


@pytest.mark.parametrize(
    ("language", "told_of"),
    [
        ("it", "senza spiegazione: 2 eventi di indisponibilità, 1 obiettivo non rispettato"),
        ("en", "without explanation: 2 stretches of downtime, 1 missed objective"),
    ],
)
def test_the_verdict_counts_what_nobody_explains(language: str, told_of: str) -> None:
    assert outcome.verdict(Scene(told(rich(), ()), speak(language))).texts[-1] == told_of


def test_the_verdict_is_silent_where_everything_is_explained() -> None:
    report = replace(rich(), deviations=Deviations())
    assert not any("explanation" in text for text in outcome.verdict(Scene(report, speak("en"))).texts)


def test_json_names_what_explains_each_deviation() -> None:
    found = section(rich())
    assert [one["incidents"] for one in found["outages"]] == [[EXHAUSTED.id], None]
    assert [one["uncovered_seconds"] for one in found["outages"]] == [300, 900]
    assert found["summary"] == {
        "outages": 2,
        "missed": 1,
        "unexplained": 1,
        "longest_outage_seconds": 2700,
        "mean_time_to_repair_seconds": 1800,
        "incomplete": ["missions-api"],
    }
    assert {one["id"]: one["measured_effect"] for one in found["incidents"]} == {
        EXHAUSTED.id: True,
        UNREACHABLE.id: True,
        UNSEEN.id: False,
    }
    assert found["incidents"][0]["file"] == "incidents.yaml"
    assert found["declared"] == [
        {
            "incident": UNREACHABLE.id,
            "service": "missions-api",
            "start": "2026-10-19T16:02:30Z",
            "end": "2026-10-19T16:14:00Z",
            "seconds": 690,
        }
    ]


def test_a_row_of_json_has_the_figure_without_what_is_declared() -> None:
    (row, *_) = json.loads(FORMATS["json"].render(rich(), "en"))["results"]
    assert row["detail"]["declared_seconds"] == 690
    assert row["without_declared"]["value"] > row["value"]
    assert Fraction(row["without_declared"]["value"]).limit_denominator() != Fraction(row["value"]).limit_denominator()
