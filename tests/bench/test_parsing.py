"""What it costs to parse GetMetricData, beside all that a read costs the client.

The one rule: CPU seconds of this process only, the stand-in's own taken off; botocore's parser and
ours in one run over the same answers.
"""

from __future__ import annotations

import io
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from slactl.aws.session import AwsWorld, Timing
from slactl.model.catalogue import AwsSettings
from slactl.model.metric import Metric, Query
from slactl.model.span import Span
from slactl.sources.cloudwatch import PAGE_POINTS, CloudWatchReader
from tests.bench.harness import configure, ran, sandbox
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]

SERIES, BINS, OPERATIONS = 66, 288, 10
DAY = Span(1_792_886_400, 1_792_886_400 + 86_400)
STAMPS = [DAY.start + 300 * place for place in range(BINS)]


class Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self.getvalue()]


@dataclass
class Stand:
    """Answers with full days of numbers, and keeps the seconds that parsing and answering took."""

    parsing: float = 0.0
    answering: float = 0.0
    begun: dict[int, float] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)

    def attach(self, client: Any) -> None:
        events = client.meta.events
        events.register("before-send.cloudwatch.GetMetricData", self.answer)
        events.register_first("before-parse.cloudwatch.GetMetricData", self.begin)
        events.register_last("after-call.cloudwatch.GetMetricData", self.end)

    def begin(self, response_dict: dict[str, Any], **_: Any) -> None:
        self.begun[id(response_dict["headers"])] = time.thread_time()

    def end(self, http_response: AWSResponse, **_: Any) -> None:
        self.parsing += time.thread_time() - self.begun.pop(id(http_response.headers))

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        begun = time.thread_time()
        asked = json.loads(request.body)
        names, page = [one["Id"] for one in asked["MetricDataQueries"]], PAGE_POINTS // BINS
        at = int(asked.get("NextToken", 0))
        results = ",".join(self.result(name) for name in islice(names, at, at + page))
        token = f',"NextToken":"{at + page}"' if at + page < len(names) else ""
        body = f'{{"MetricDataResults":[{results}],"Messages":[]{token}}}'.encode()
        headers = HTTPHeaders.from_pairs([("content-type", "application/x-amz-json-1.0")])
        made = AWSResponse(request.url, 200, headers, Raw(body))
        self.answering += time.thread_time() - begun
        return made

    def result(self, name: str) -> str:
        if not self.values:
            self.values = [_numbers(number) for number in range(97)]
        values = self.values[int(name[1:]) % len(self.values)]
        stamps = json.dumps([float(stamp) for stamp in STAMPS])
        return f'{{"Id":"{name}","Label":"Latency","Timestamps":{stamps},"Values":{values},"StatusCode":"Complete"}}'


def _numbers(seed: int) -> str:
    """Counts mostly, and sums of latencies."""
    return json.dumps(
        [float((seed * place) % 501) if seed % 5 else (seed * place % 7919) * 1.3717 + 0.25 for place in range(BINS)]
    )


def queries(operations: int) -> list[Query]:
    def query(operation: int, series: int) -> Query:
        place = (("Environment", "lambda:prod"), ("Operation", f"GET /{operation}"), ("Service", "missions-api"))
        return Query((Metric("ApplicationSignals", "Latency", place),), f"TC(:{series + 1})", 300, DAY)

    return [query(operation, series) for operation in range(operations) for series in range(SERIES)]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of a read, the share of them that went into parsing, and microseconds of that a point."""

    seconds: float
    share: float
    each: float


def stage(prepare: Callable[[Any], None]) -> tuple[AwsWorld, Any, Stand]:
    """A world with its client of CloudWatch, which something stands in for."""
    world = AwsWorld(AwsSettings(region="eu-west-1"), "bench", Timing(time.monotonic, lambda _seconds: None))
    client, stand = world.client("cloudwatch"), Stand()
    prepare(client)
    stand.attach(client)
    return world, client, stand


def read(times: int, prepare: Callable[[Any], None]) -> Cost:
    """Reads a few operations, so many times over: what is measured after it must not inherit its memory."""
    world, _, stand = stage(prepare)
    asked, spent = queries(OPERATIONS), 0.0
    for _ in range(times):
        begun = time.process_time()
        found = CloudWatchReader(world).read(asked)
        spent += time.process_time() - begun
        assert all(len(series.points) == BINS and not series.failure for series in found)
    spent -= stand.answering
    return Cost(spent, stand.parsing / spent, stand.parsing / len(asked) / BINS / times * 1e6)


def as_it_is(_client: Any) -> None:
    """With our parser."""


def in_utc(client: Any) -> None:
    """With botocore's parser, its times in UTC."""
    client.meta.events.unregister("before-parse.cloudwatch.GetMetricData", unique_id="slactl-take")


def as_it_ships(client: Any) -> None:
    """With botocore's parser as everybody has it."""
    in_utc(client)
    client._endpoint._response_parser_factory._defaults.clear()


def peak(prepare: Callable[[Any], None]) -> float:
    """MB at most while one full page is parsed, the answer included."""
    _, client, _ = stage(prepare)
    asked = [{"Id": f"q{number}", "Expression": "1"} for number in range(SERIES)]
    client.get_metric_data(MetricDataQueries=asked, StartTime=DAY.start, EndTime=DAY.end)
    tracemalloc.start()
    client.get_metric_data(MetricDataQueries=asked, StartTime=DAY.start, EndTime=DAY.end)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def test_parsing(table: Table) -> None:
    ours, plain, own = read(20, as_it_is), read(2, in_utc), read(1, as_it_ships)
    mine, theirs = peak(as_it_is), peak(as_it_ships)
    shares = f"{ours.share:.2f} of a read's CPU, {own.share:.2f} with botocore's parser"
    behind = f"{ours.each:.2f} µs a point over {own.each:.1f} µs ({plain.each:.1f} µs with times in UTC); {shares}"
    good = [
        table.at_least("parsing: times faster than botocore", own.each / ours.each, 10, behind),
        table.at_most("parsing: peak memory over botocore's", mine / theirs, 1, f"{mine:.1f} MB over {theirs:.1f} MB"),
    ]
    assert all(good)


def test_share_of_a_collect(table: Table, tmp_path: Path) -> None:
    """A day of a hundred operations, kept with our parser and with botocore's."""
    shares = {}
    with sandbox(100) as server:
        for name, arguments in (("ours", []), ("plain", ["--plain"])):
            configuration = configure(tmp_path / name, "2026-11-05")
            command = [sys.executable, "-m", "tests.bench.stopwatch", *arguments, "--quiet", "collect", "--no-close"]
            done = ran([*command, "--config", str(configuration)], AWS_ENDPOINT_URL=server.url)
            told = json.loads(done.err.splitlines()[-1])
            shares[name] = told["parsing"] / told["all"]
    behind = f"{shares['plain']:.2f} with botocore's parser, its times in UTC"
    assert table.at_most("collect: share of CPU that is parsing", shares["ours"], 0.5, behind)
