"""``slactl explain`` as a command: what it refuses, what it says instead, and in which forms it answers."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer

from slactl.cli.spans import span_asked
from slactl.model.period import Month
from slactl.model.span import Span
from slactl.sandbox.behaviour import Behaviour
from tests.failures.small import CALM, configuration, world
from tests.failures.stage import Stage
from tests.fakes import instant

ROME = ZoneInfo("Europe/Rome")
OCTOBER = Month(2026, 10).span(ROME)


@pytest.fixture
def shop(stage: Stage) -> Stage:
    stage.configure()
    stage.show(world())
    return stage


def asked(stage: Stage) -> int:
    """Calls for series so far."""
    assert stage.server is not None
    return stage.server.tally["GetMetricData"]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-10-07T14:05/14:45", "2026-10-07T14:05+02:00", "2026-10-07T14:45+02:00"),
        ("2026-10-07T14:05/2026-10-08T01:00", "2026-10-07T14:05+02:00", "2026-10-08T01:00+02:00"),
        ("2026-10-07T14:05:30/14:45:10", "2026-10-07T14:05:30+02:00", "2026-10-07T14:45:10+02:00"),
        ("2026-10-07T14:05Z/14:45", "2026-10-07T14:05Z", "2026-10-07T14:45Z"),
        ("2026-10-07T14:05-04:00/2026-10-07T14:45", "2026-10-07T14:05-04:00", "2026-10-07T14:45-04:00"),
        ("2026-10-07T14:05Z/14:45+00:00", "2026-10-07T14:05Z", "2026-10-07T14:45Z"),
        ("2026-10-25T02:30+02:00/02:30+01:00", "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
        ("2026-10-25", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
        (" 2026-10-31T23:55 / 2026-11-01T00:00 ", "2026-10-31T23:55+01:00", "2026-11-01T00:00+01:00"),
    ],
)
def test_a_span_is_read_as_it_is_meant(text: str, start: str, end: str) -> None:
    assert span_asked(text, ROME, OCTOBER) == Span(instant(start), instant(end))


def test_a_single_time_is_the_second_that_begins_there() -> None:
    at = instant("2026-10-07T14:05+02:00")
    assert span_asked("2026-10-07T14:05", ROME, OCTOBER) == Span(at, at + 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-10-25T02:30/03:30", "exists twice in Europe/Rome"),
        ("2026-10-07T14:05/14:05", "ends before it starts"),
        ("2026-10-07T23:50/00:10", "write the date of the end too"),
        ("2026-09-30T23:50/2026-10-01T00:10", "does not lie inside the month"),
        ("2026-10-31T23:50/2026-11-01T00:10", "2026-10-01T00:00+02:00 – 2026-11-01T00:00+01:00"),
        ("2026-11-07T14:05/14:45", "does not lie inside the month"),
        ("yesterday", "must be a time such as"),
        ("14:05/14:45", "must be a time such as"),
        ("2026-10-07/14:45", "must be a time such as"),
        ("2026-10-07T14:05/", "must be a time such as"),
        ("2026-10-32T14:05/14:45", "must be a date of the calendar"),
    ],
)
def test_a_span_that_is_none_is_refused(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as refused:
        span_asked(text, ROME, OCTOBER)
    assert refused.value.exit_code == 2
    assert said in capsys.readouterr().err


def test_a_local_time_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        span_asked("2026-03-29T02:30/03:30", ROME, Month(2026, 3).span(ROME))
    assert "does not exist in Europe/Rome" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shp", "uptime"], "there is no service 'shp'"),
        (["shp", "uptime"], "did you mean shop?"),
        (["shop", "uptme"], "did you mean uptime?"),
        (["shop", "zzz"], "there is uptime, api-latency, p95, p50, error-rate, error-rate-endpoints, coverage"),
        (["shop", "uptime", "--at", "2026-11-07T14:05/14:45"], "does not lie inside the month"),
        (["shop", "uptime", "--month", "2026-13"], "a month is written YYYY-MM"),
        (["shop", "uptime", "--month", "2027-01"], "has not begun"),
        (["shop"], "Missing argument 'objective'"),
    ],
)
def test_a_mistake_is_told_before_anything_is_read(shop: Stage, arguments: list[str], said: str) -> None:
    month = [] if "--month" in arguments else ["--month", "2026-10"]
    done = shop.run("explain", *arguments, *month)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert asked(shop) == 0


@pytest.mark.parametrize(
    ("objective", "operation", "said"),
    [
        ("error-rate", "GET /item", "did you mean GET /items?"),
        ("error-rate", "zzz", "there is GET /items, GET /search, POST /orders"),
        ("p50", "POST /orders", "there is GET /items"),
        ("uptime", "GET /items", "this objective has no row of an operation"),
    ],
)
def test_an_operation_without_a_row_is_a_mistake(shop: Stage, objective: str, operation: str, said: str) -> None:
    done = shop.run("-q", "explain", "shop", objective, "--month", "2026-10", "--operation", operation)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_the_last_month_and_the_language_of_the_configuration_are_the_default(shop: Stage) -> None:
    done = shop.run("explain", "shop", "error-rate")
    assert done.code == 0
    assert done.out.startswith("shop · error-rate · 2026-10\n")
    assert "Arithmetic" in done.out
    assert "reading 2026-10 as " in done.err
    assert "Calcolo" in shop.run("explain", "shop", "error-rate", "--lang", "it").out


def test_the_figure_is_the_report_s(shop: Stage) -> None:
    rows = [row for row in shop.report().report["results"] if row["span"] == "month"]
    assert len(rows) > 10
    for row in rows[::4]:
        named = [] if row["operation"] is None else ["--operation", row["operation"]]
        done = shop.run("-q", "explain", "shop", row["objective"], "--month", "2026-10", "--format", "json", *named)
        assert json.loads(done.out)["figure"] == row


def test_the_same_question_gives_the_same_bytes(shop: Stage) -> None:
    question = ("-q", "explain", "shop", "uptime", "--at", "2026-10-30", "--format")
    for form in ("json", "text"):
        assert shop.run(*question, form).out == shop.run(*question, form).out


def test_a_place_that_cannot_be_written_is_no_traceback(shop: Stage) -> None:
    (shop.directory / "q").write_text("a file")
    done = shop.run("-q", "explain", "shop", "error-rate", "--queries", "q")
    assert (done.code, done.out) == (1, "")
    assert "Traceback" not in done.err
    assert (shop.directory / "q").read_text() == "a file"


def test_a_refusal_of_aws_is_told(shop: Stage) -> None:
    shop.misbehave(Behaviour(expired_token=True))
    done = shop.run("-q", "explain", "shop", "uptime")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("slactl: error: ")


def test_what_could_not_be_read_is_named_with_its_rule(shop: Stage) -> None:
    shop.misbehave(Behaviour(forbidden=frozenset({"Fault:GET /search"})))
    done = shop.run("-q", "explain", "shop", "error-rate", "--lang", "en")
    assert done.code == 0
    unknown = done.out.split("What is unknown (rules 7 and 8)")[1].split("Counts by operation")[0]
    assert "(access-denied) GET /search" in unknown
    assert "perhaps bad, nobody knows" in done.out
    assert "If all that is unknown were bad" in done.out


def test_an_unfinished_month_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACTL_NOW", "2026-10-31T12:00:00Z")
    stage.configure(configuration())
    stage.show(world(mood=CALM))
    done = stage.run("-q", "explain", "shop", "uptime", "--month", "2026-10")
    assert " (provisional)" in done.out
    assert "not settled yet (rule 23)" in done.out


def test_nothing_is_written_without_being_asked(shop: Stage, tmp_path: Path) -> None:
    before = shop.files()
    assert shop.run("-q", "explain", "shop", "p95").code == 0
    assert shop.files() == before
