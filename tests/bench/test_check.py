"""The measures of ``slactl check``: what a cron job of every minute costs.

The one rule: the time is held against that of opening a CloudWatch client in the same Python, run in turn;
of several runs of each the fastest counts. What the server saw says how much was asked.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from slactl.model.span import Span
from tests.bench.harness import SLACTL, Ran, Sandbox, configure, ran, sandbox
from tests.bench.month import FIRST, keep
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
OPERATIONS, RUNS = 20, 9
ENDS = int(datetime(2026, 11, 6, 2, 10, tzinfo=UTC).timestamp())
"""When the last collect read: not four hours ago."""
CLIENT = [sys.executable, "-c", "import boto3; boto3.client('cloudwatch')"]
MOST_QUERIES, MOST_POINTS = 500, 100_800


def checked(url: str, configuration: Path, home: Path, *more: str) -> Ran:
    """A check with a home of its own, so that what it remembers is this bench's."""
    command = [*SLACTL, "--quiet", "check", "--config", str(configuration), *more]
    return ran(command, 0, 1, 2, AWS_ENDPOINT_URL=url, HOME=str(home), XDG_CACHE_HOME=str(home / "cache"))


def test_check(table: Table, tmp_path: Path) -> None:
    """Month to date, with a month and more of evidence; the hours since the last collect are asked for."""
    configuration = configure(tmp_path, since="2026-10-01")
    keep(configuration, OPERATIONS, Span(FIRST, ENDS))
    with sandbox(OPERATIONS) as server:
        first = _once(server, configuration, tmp_path)
        pairs = [(_once(server, configuration, tmp_path), ran(CLIENT)) for _ in range(RUNS)]
    ours = min((one for one, _ in pairs), key=lambda one: one.wall)
    client = min((one for _, one in pairs), key=lambda one: one.wall)
    cpu, least = (min(one[place].cpu for one in pairs) for place in (0, 1))
    behind = f"{ours.wall * 1000:.0f} ms over {client.wall * 1000:.0f} ms; the first run {first.wall * 1000:.0f} ms"
    good = [
        table.at_most("check: times a boto3 client", ours.wall / client.wall, 3, behind),
        table.at_most("check: CPU, times a boto3 client's", cpu / least, 3, f"{cpu:.2f} s over {least:.2f} s"),
    ]
    assert all(good)


def _once(server: Sandbox, configuration: Path, home: Path) -> Ran:
    done = checked(server.url, configuration, home)
    assert server.seen().tally["GetMetricData"] == 1
    return done


def test_check_from_cloudwatch(table: Table, wide: Sandbox, tmp_path: Path) -> None:
    """A thousand operations without evidence: the calls are as full as they can be."""
    wide.seen()
    done = checked(wide.url, configure(tmp_path), tmp_path, "--from", "cloudwatch", "--format", "json")
    tally = wide.seen().tally
    (source,) = [one for one in json.loads(done.out)["sources"] if one["kind"] == "cloudwatch"]
    assert source["datapoints"] == tally["datapoints"], "the check and the server count datapoints alike"
    least = max(source["queries"] / MOST_QUERIES, source["datapoints"] / MOST_POINTS)
    behind = f"{tally['GetMetricData']} calls, {least:.1f} at least, {done.wall:.1f} s"
    assert table.at_most("check: packing, 1,000 operations", tally["GetMetricData"] / least, 1.1, behind)
