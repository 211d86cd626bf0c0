"""The line that an explanation prints gives the counts that it shows, whatever an operation is called."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import datetime

import pytest

from slactl.formats.awscli import MAX_SIGNS, Call, calls
from slactl.model.metric import Metric, Query
from slactl.model.span import Span
from slactl.reading.entries import entries
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.explaining.pasting import Pasted, lines, paste, send
from tests.failures.small import CALM, ENVIRONMENT, EPOCH, SERVICE, Mood, configuration, rows, world
from tests.failures.stage import Json, Stage
from tests.failures.test_hostile import FORBIDDEN, HOSTILE

DAY = Span(1790805600, 1790805600 + 86_400)


def explained(stage: Stage, *arguments: str) -> tuple[Json, str]:
    """An explanation as JSON and as text."""
    told = stage.run("-q", "explain", "shop", *arguments, "--month", "2026-10", "--format", "json")
    assert told.code == 0, told.err
    text = stage.run("-q", "explain", "shop", *arguments, "--month", "2026-10")
    assert (text.code, text.err) == (0, "")
    found: Json = json.loads(told.out)
    return found, text.out


def pasted(stage: Stage, text: str) -> list[Pasted]:
    assert stage.server is not None
    made = [paste(line, stage.server.url) for line in lines(text)]
    assert made
    return made


@pytest.fixture
def shop(stage: Stage) -> Stage:
    stage.configure()
    stage.show(world(mood=Mood(outage=40)))
    return stage


def test_an_error_rate_is_the_quotient_of_what_the_line_gives(shop: Stage) -> None:
    found, text = explained(shop, "error-rate")
    (one,) = pasted(shop, text)
    figure = found["figure"]
    assert one.total("Latency", "SampleCount") == figure["total"]
    assert one.total("Fault", "Sum") == figure["total"] - figure["good"] > 0


def test_slices_are_what_the_line_gives_for_their_span(shop: Stage) -> None:
    found, text = explained(shop, "uptime", "--at", "2026-10-30T03:30/04:30")
    (one,) = pasted(shop, text)
    slices = found["account"]["slices"]
    earlier = {span["start"] for step in slices if step["judged_with"] for span in step["judged_with"]["slices"]}
    begin = min([slices[0]["start"], *earlier])
    assert one.words[one.words.index("--start-time") + 1] == begin
    assert one.words[one.words.index("--end-time") + 1] == slices[-1]["end"]
    assert any(step["status"] == "down" for step in slices)
    inside = _between(shop, begin, slices[-1]["end"])
    assert (one.total("Latency", "SampleCount"), one.total("Fault", "Sum")) == inside
    if begin == slices[0]["start"]:
        assert inside[0] == sum(step["requests"] for step in slices)


def _between(stage: Stage, start: str, end: str) -> tuple[int, int]:
    """Single requests of the world, counted."""
    first, last = (datetime.fromisoformat(text).timestamp() * 1000 for text in (start, end))
    held = [row for row in rows(1, Mood(outage=40)) if first <= row[0] < last]
    return len(held), sum(row[3] >= 500 for row in held)


def test_what_maintenance_takes_out_has_a_line_of_its_own(stage: Stage) -> None:
    files = configuration()
    files["objectives.yaml"] = files["objectives.yaml"].replace("counts: faults,", "exclude: maintenance,")
    stage.configure(files)
    stage.show(world())
    found, text = explained(stage, "error-rate")
    whole, cut = pasted(stage, text)
    figure = found["figure"]
    assert whole.total("Latency", "SampleCount") - cut.total("Latency", "SampleCount") == figure["total"]
    bad = whole.total("Fault", "Sum") - cut.total("Fault", "Sum")
    assert bad == figure["total"] - figure["good"]
    assert [one["purpose"] for one in found["reads"]].count("excluded") == 9


def test_a_percentile_s_rungs_are_what_the_line_gives(shop: Stage) -> None:
    found, text = explained(shop, "p95", "--operation", "GET /items")
    (one,) = pasted(shop, text)
    rungs = {rung["ms"]: rung["count"]["low"] for rung in found["ladder"]["rungs"]}
    told = {one.stat(name)["Stat"]: value for name, value in one.sums.items()}
    asked = {stat: value for stat, value in told.items() if stat.startswith("TC(")}
    assert asked
    for stat, value in asked.items():
        assert rungs[float(stat.removeprefix("TC(:").removesuffix(")"))] == value
    assert told["SampleCount"] == found["ladder"]["requests"]


@pytest.fixture
def hostile(stage: Stage) -> Stage:
    made = [
        (at, HOSTILE[number % len(HOSTILE)], latency, status, SERVICE, ENVIRONMENT)
        for number, (at, _, latency, status, _, _) in enumerate(rows(1, CALM))
    ]
    stage.configure(configuration())
    stage.show(World(RequestLog.from_rows(made), now=EPOCH))
    return stage


def test_hostile_names_are_data_in_the_line_and_harmless_on_the_terminal(hostile: Stage) -> None:
    found, text = explained(hostile, "error-rate")
    assert not FORBIDDEN.search(text)
    (one,) = pasted(hostile, text)
    (line,) = lines(text)
    assert line.isascii()
    assert {one.operation(name) for name in one.sums} == set(HOSTILE)
    assert one.total("Latency", "SampleCount") == found["figure"]["total"]
    assert {part["operation"] for part in found["summands"]} == set(HOSTILE)


@pytest.mark.parametrize("name", [HOSTILE[1], HOSTILE[2], HOSTILE[3], HOSTILE[-1]])
def test_a_hostile_operation_can_be_asked_for(hostile: Stage, name: str) -> None:
    done = hostile.run("-q", "explain", "shop", "error-rate", "--month", "2026-10", "--operation", name)
    assert (done.code, done.err) == (0, "")
    assert not FORBIDDEN.search(done.out)
    (one,) = pasted(hostile, done.out)
    assert {one.operation(query) for query in one.sums} == {name}


def test_a_real_shell_splits_the_line_alike(hostile: Stage) -> None:
    _, text = explained(hostile, "error-rate")
    (line,) = lines(text)
    script = line.replace("aws ", "printf '%s\\0' aws ", 1)
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == paste(line, hostile.server.url if hostile.server else "").words


@pytest.mark.skipif(shutil.which("aws") is None, reason="the AWS command line is not installed")
def test_the_aws_command_line_takes_the_line(shop: Stage) -> None:
    found, text = explained(shop, "error-rate")
    (line,) = lines(text)
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answered = json.loads(done.stdout)["MetricDataResults"]
    one = paste(line, shop.server.url if shop.server else "")
    assert {each["Id"]: sum(each["Values"]) for each in answered} == one.sums
    assert one.total("Latency", "SampleCount") == found["figure"]["total"]


def test_too_many_queries_are_not_printed_but_can_be_narrowed_or_written(stage: Stage) -> None:
    many = [
        (at, f"GET /{number % 50:02d}", latency, status, SERVICE, ENVIRONMENT)
        for number, (at, _, latency, status, _, _) in enumerate(rows(1, CALM))
    ]
    stage.configure(configuration())
    stage.show(World(RequestLog.from_rows(many), now=EPOCH))
    question = ("-q", "explain", "shop", "error-rate", "--month", "2026-10")
    done = stage.run(*question, "--queries", "q")
    assert lines(done.out) == []
    assert "150 queries are too many to print (calls: 1)" in done.out
    written = json.loads((stage.directory / "q/get-metric-data-001.json").read_text(encoding="utf-8"))
    assert len(written["MetricDataQueries"]) == 150
    assert len(lines(stage.run(*question, "--operation", "GET /07").out)) == 1


def test_queries_are_written_as_files_that_the_command_line_takes(shop: Stage) -> None:
    done = shop.run("explain", "shop", "error-rate", "--month", "2026-10", "--queries", "a/q", "--format", "json")
    assert done.code == 0
    (path,) = (shop.directory / "a/q").iterdir()
    assert path.name == "get-metric-data-001.json"
    assert f"--cli-input-json file://a/q/{path.name}" in done.err
    assert shop.server is not None
    sums = send(json.loads(path.read_text(encoding="utf-8")), "eu-west-1", shop.server.url)
    found = json.loads(done.out)
    assert sums == paste(found["requests"][0]["command"], shop.server.url).sums


def _query(number: int, metrics: int = 1, period: int = 86_400) -> Query:
    made = [Metric("Space", "Latency", (("Operation", f"GET /{number}/{n}/{'x' * 200}"),)) for n in range(metrics)]
    return Query(tuple(made), "Sum", period, DAY)


def test_no_line_is_longer_than_a_shell_takes_or_asks_more_than_a_call_may() -> None:
    queries = [_query(number) for number in range(1200)]
    made = calls(queries, "eu-west-1")
    assert [query for call in made for query in call.queries] == queries
    assert len(made) > 3
    for call in made:
        assert len(call.entries) <= 500
        assert len(call.line) < MAX_SIGNS + 1000
    fine = calls([_query(number, 100, 60) for number in range(2)], None)
    assert all(sum(query.datapoints for query in call.queries) <= 100_800 for call in fine)
    assert "--region" not in fine[0].line


def test_a_long_query_is_cut_where_a_call_ends() -> None:
    month = Span(DAY.start, DAY.start + 31 * 86_400)
    metrics = _query(1, 100).metrics
    made = calls([Query(metrics, "Sum", 300, month)], "eu-west-1")
    assert [call.span.start for call in made[1:]] == [call.span.end for call in made[:-1]]
    assert (made[0].span.start, made[-1].span.end) == (month.start, month.end)


def test_a_sum_is_hidden_inputs_under_one_expression() -> None:
    *inputs, total = entries(5, _query(7, 3))
    assert [one["Id"] for one in inputs] == ["i5_0_", "i5_1_", "i5_2_"]
    assert all(one["ReturnData"] is False for one in inputs)
    assert total == {"Id": "q5", "Expression": 'SUM(METRICS("i5_"))', "ReturnData": True}


def test_an_account_is_named_where_the_series_is_another_s() -> None:
    metric = Metric("Space", "Fault", (), "210987654321")
    (entry,) = Call("eu-west-1", DAY, (Query((metric,), "Sum", 300, DAY),)).entries
    assert entry["AccountId"] == "210987654321"
