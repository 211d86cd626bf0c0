"""The measures of a report with every pack and twenty services.

The one rule: what is asked in one round was needed at the same time, so the least is counted by round and region:
as many calls as hold its queries and its datapoints. Time is held against the longest chain of calls that wait for
each other, at a delay that is known.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from slactl.sandbox.packs import PACKS, variables
from tests.bench.harness import NOW, Ran, Sandbox, ran, sandbox
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
SERVICES, OPERATIONS = 20, 10
DELAY, RUNNING = 400, "2026-11"
MOST_QUERIES, MOST_POINTS = 500, 100_800
NEVER, LATE, WHOLE = "2027-01-01", "2026-11-01", "2026-10-01"
"""A service of which nothing is owed yet; one of some days, so that lists of operations take seconds; a month."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Services by the day since when they are owed, and the packs."""

    services: Mapping[str, str]
    packs: tuple[str, ...] = (*PACKS, "monitoring")

    def written(self, directory: Path) -> Path:
        directory.mkdir(parents=True)
        services = {name: {"environment": "lambda:prod", "since": since} for name, since in self.services.items()}
        told = {
            "version": 1,
            "report": {"title": "Bench", "id": "SLA-{month}", "language": "en", "timezone": "Europe/Rome"},
            "services": services,
            "packs": {name: variables(name) if name in PACKS else {} for name in self.packs},
        }
        path = directory / "slactl.yaml"
        path.write_text(json.dumps(told))
        return path


def numbered(count: int, since: str) -> dict[str, str]:
    return {f"service-{number:02d}": since for number in range(count)}


def reported(server: Sandbox, main: Path, month: str) -> Ran:
    command = [sys.executable, "-m", "tests.bench.rounds", "--quiet", "report", "--month", month]
    settings = {"SLACTL_CLOUDFLARE_URL": f"{server.url}/client/v4", "CLOUDFLARE_API_TOKEN": "sandbox"}
    arguments = ["--from", "cloudwatch", "--config", str(main), "--output", "-", "--format", "json"]
    return ran([*command, *arguments], 0, 1, 2, 3, AWS_ENDPOINT_URL=server.url, SLACTL_NOW=NOW, **settings)


def least_of(queries: int, points: int) -> int:
    return max(-(-queries // MOST_QUERIES), -(-points // MOST_POINTS))


def test_packing(table: Table, tmp_path: Path) -> None:
    with sandbox(OPERATIONS, services=SERVICES) as server:
        done = reported(server, Shop(numbered(SERVICES, WHOLE)).written(tmp_path / "month"), "2026-10")
        tally = server.seen().tally
    rounds = json.loads(done.err.splitlines()[-1])
    report = json.loads(done.out)
    calls = sum(made for _, _, made in rounds)
    assert tally["GetMetricData"] == calls
    least = sum(least_of(queries, points) for queries, points, _ in rounds)
    queries, points = (sum(one[place] for one in rounds) for place in (0, 1))
    behind = (
        f"{calls} calls in {len(rounds)} rounds of a region, {least} at least "
        f"({least_of(queries, points)} if all were one round); "
        f"{queries:,} queries, {points:,} datapoints, {len(report['results'])} rows, CPU {done.cpu:.1f} s"
    )
    assert table.at_most("platform: packing, 20 services, all packs", calls / least, 1.1, behind)


def test_no_call_waits_without_need(table: Table, tmp_path: Path) -> None:
    """All services and packs, against the longer chain of a service alone and of the packs alone.

    A chain is told by what a delay of the answers adds to the time: what it adds to the time of all, with quotas and
    CPU as they are, may be no more than one chain's.
    """
    shops = {"packs": Shop(numbered(1, NEVER)), "service": Shop(numbered(1, LATE), ())}
    with sandbox(OPERATIONS, services=SERVICES) as server:
        chains = {name: chain(server, shop.written(tmp_path / name)) for name, shop in shops.items()}
        every = Shop(numbered(SERVICES, LATE)).written(tmp_path / "all")
        server.seen(0)
        at_once = reported(server, every, RUNNING).wall
        server.seen(DELAY)
        delayed = reported(server, every, RUNNING).wall
    longest = max(chains.values()) * DELAY / 1000
    behind = (
        f"{delayed:.1f} s over {at_once:.1f} s without delays and {longest:.1f} s of a chain "
        f"({', '.join(f'{name} {length:.0f}' for name, length in chains.items())} calls of {DELAY} ms)"
    )
    assert table.at_most("platform: time, times the slowest chain's", delayed / (at_once + longest), 1.1, behind)


def chain(server: Sandbox, main: Path) -> float:
    """How many calls waited for each other, from what the delay adds to the time; the first run is left out."""
    server.seen(0)
    reported(server, main, RUNNING)
    at_once = min(reported(server, main, RUNNING).wall for _ in range(2))
    server.seen(DELAY)
    return (min(reported(server, main, RUNNING).wall for _ in range(2)) - at_once) / (DELAY / 1000)
