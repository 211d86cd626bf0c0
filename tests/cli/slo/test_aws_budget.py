"""``slactl report --aws-budget``: AWS's own figures beside ours, in both languages, and what happens without them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.slobook import Slo
from tests.failures.small import configuration, world
from tests.failures.stage import Outcome, Stage


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    made.show(world())
    made.configure(configuration())
    yield made
    made.close()


def slos(stage: Stage, since: float) -> None:
    """SLOs for the objectives, that stand since then."""
    assert stage.run("--quiet", "slo", "apply").code == 0
    assert stage.server is not None
    for one in stage.server.world.objectives.values():
        assert isinstance(one, Slo)
        one.since = since


def rendered(stage: Stage, form: str, *arguments: str) -> Outcome:
    told = ("--quiet", "report", "--month", "2026-10", "--format", form, "-o", "-", "--aws-budget", *arguments)
    return stage.run(*told)


def budgets(stage: Stage, *arguments: str) -> dict[str, Any]:
    done = rendered(stage, "json", *arguments)
    assert (done.code, done.err) == (0, "")
    return dict(json.loads(done.out)["aws_budgets"])


def test_nobody_who_does_not_ask_is_told(stage: Stage) -> None:
    slos(stage, 0)
    done = stage.report()
    assert done.report["aws_budgets"] is None
    assert stage.server is not None
    assert "BatchGetServiceLevelObjectiveBudgetReport" not in {one.operation for one in stage.server.calls}


def test_both_figures_stand_side_by_side_with_the_reasons(stage: Stage) -> None:
    slos(stage, 0)
    told = budgets(stage)
    assert (told["at"], told["failure"]) == ("2026-10-31T23:59:59Z", None)
    rows = {one["objective"]: one for one in told["rows"]}
    assert list(rows) == ["uptime", "api-latency", "p95", "p50", "error-rate", "error-rate-endpoints"]
    by_request = stage.report().report["results"]
    [error_rate] = [one for one in by_request if (one["objective"], one["operation"]) == ("error-rate", None)]
    assert rows["error-rate"]["our_value"] == error_rate["value"]
    assert rows["error-rate"]["attainment"] == pytest.approx(1 - error_rate["value"], abs=1e-6)
    assert rows["error-rate"]["our_status"] == rows["error-rate"]["status"] == "BREACHED"
    assert rows["error-rate"]["remaining"] < 0
    assert [one["code"] for one in rows["uptime"]["reasons"]] == ["time-zone", "slices", "exclusions"]
    assert [one["code"] for one in rows["p95"]["reasons"]] == ["time-zone", "percentile", "approximate-counts"]


def test_what_was_made_later_knows_nothing_of_the_month(stage: Stage) -> None:
    slos(stage, stage.server.world.now if stage.server else 0)
    rows = budgets(stage)["rows"]
    assert {(one["status"], one["attainment"]) for one in rows} == {("INSUFFICIENT_DATA", None)}
    assert {one["reasons"][0]["code"] for one in rows} == {"history"}


def test_slos_that_are_not_ours_are_not_shown(stage: Stage) -> None:
    slos(stage, 0)
    assert stage.server is not None
    stage.server.world.objectives["slactl shop uptime"].tags.pop("slactl:managed")
    assert "uptime" not in {one["objective"] for one in budgets(stage)["rows"]}


@pytest.mark.parametrize(
    ("language", "title", "why"),
    [
        ("it", "I budget secondo AWS", "Il mese di AWS è quello di UTC"),
        ("en", "own budget reports", "month is that of UTC"),
    ],
)
def test_the_page_shows_them_in_both_languages(stage: Stage, language: str, title: str, why: str) -> None:
    slos(stage, 0)
    page = rendered(stage, "html", "--lang", language).out
    assert title in page
    assert why in page
    assert page.count("slactl shop error-rate") >= 2
    assert title not in stage.run("--quiet", "report", "--format", "html", "-o", "-", "--lang", language).out


@pytest.mark.parametrize("operation", ["ListServiceLevelObjectives", "BatchGetServiceLevelObjectiveBudgetReport"])
def test_the_report_stands_without_them_and_says_why(stage: Stage, operation: str) -> None:
    slos(stage, 0)
    stage.misbehave(Behaviour(access_denied=frozenset({operation})))
    told = budgets(stage)
    assert told["rows"] == []
    assert operation in told["failure"]
    assert "could not be read" in rendered(stage, "html").out


def test_markdown_and_csv_have_them_too(stage: Stage) -> None:
    slos(stage, 0)
    told = {one["objective"]: one for one in budgets(stage)["rows"]}
    text = rendered(stage, "md").out
    assert "## AWS's own budget reports" in text
    assert sum(line.startswith("| slactl shop ") for line in text.splitlines()) == len(told)
    lines = list(csv.DictReader(io.StringIO(rendered(stage, "csv").out, newline="")))
    found = {one["objective"]: one for one in lines if one["aws_slo"]}
    assert set(found) == set(told)
    assert {(one["span"], one["operation"]) for one in found.values()} == {("month", "")}
    for name, one in found.items():
        wanted = told[name]
        assert (one["aws_slo"], one["aws_status"]) == (wanted["slo"], wanted["status"])
        assert float(one["aws_attainment"]) == wanted["attainment"]
        assert (int(one["aws_budget"]), int(one["aws_remaining"])) == (wanted["budget"], wanted["remaining"])
        assert one["aws_reasons"].split() == [reason["code"] for reason in wanted["reasons"]]
    assert {one["aws_at"] for one in lines} == {"2026-10-31T23:59:59Z"}


def test_csv_says_why_aws_told_nothing_and_is_empty_unless_asked(stage: Stage) -> None:
    stage.misbehave(Behaviour(access_denied=frozenset({"ListServiceLevelObjectives"})))
    lines = list(csv.DictReader(io.StringIO(rendered(stage, "csv").out, newline="")))
    assert all("ListServiceLevelObjectives" in one["aws_failure"] for one in lines)
    plain = stage.run("--quiet", "report", "--month", "2026-10", "--format", "csv", "-o", "-").out
    lines = list(csv.DictReader(io.StringIO(plain, newline="")))
    assert {one[name] for one in lines for name in one if name.startswith("aws_")} == {""}


def test_without_slos_it_says_so(stage: Stage) -> None:
    assert budgets(stage)["rows"] == []
    assert "No SLO of these objectives stands." in rendered(stage, "html").out


@pytest.mark.parametrize("more", [("--from", "evidence"), ("--year", "2026")])
def test_it_asks_aws_of_a_month(stage: Stage, more: tuple[str, str]) -> None:
    done = stage.run("report", "--aws-budget", *more)
    assert done.code == 2
    assert "--aws-budget asks AWS of a month" in done.err
