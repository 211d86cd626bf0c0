"""Collects with the real command line over a sandbox, day by day, and holds the store against the requests.

The one rule: nothing of slactl is replaced; what the store should say is counted by tests/oracle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from slactl.sandbox.world import World
from tests.e2e.harness import log_of
from tests.failures.stage import Outcome, Stage
from tests.oracle import evidence
from tests.oracle.facts import Request

DAY, HOUR = 86_400, 3_600
SERVICE, ENVIRONMENT, API, STAGE = "shop", "eks:prod", "shop-public", "prod"
OPERATIONS = ("GET /items", "GET /items/{id}", "POST /orders", "GET /health")
OWN, EDGE = "application-signals", "api-gateway"

CONFIGURATION = """version: 1
report: {{title: Shop, timezone: Europe/Rome}}
aws: {{region: eu-west-1}}
services:
  shop:
    environment: eks:prod
    since: {since}
{edge}    operations:
      - {{match: "GET /health", ignore: true}}
      - {{match: "GET /users/*", as: "GET /users/{{id}}", class: read}}
      - {{match: "GET *", class: read}}
objectives:
  - {{id: uptime, indicator: availability, goal: ">= 99.9%", exclude: maintenance}}
  - {{id: api-latency, indicator: latency, threshold: "< 1000ms", goal: ">= 99%"}}
  - {{id: p95, indicator: percentile, percentile: p95, goal: "< 2s"}}
  - {{id: error-rate, indicator: error-rate, counts: faults, goal: "< 0.5%"}}
maintenance: maintenance.yaml
evidence: {{store: evidence/{more}}}
"""
MAINTENANCE = """notice: 24h
windows:
  - {id: CHG-1, start: 2026-10-30T02:00, end: 2026-10-30T02:30, announced: 2026-10-20T10:00, reason: Upgrade}
  - {id: WEEKLY, start: 2026-10-04T02:30, end: 2026-10-04T03:00, rrule: "FREQ=WEEKLY;BYDAY=SU",
     until: 2027-12-31, announced: 2026-09-01T09:00, reason: Patching}
"""


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def text_of(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"


def traffic(start: int, end: int, seed: int = 1, every: int = 900, names: Sequence[str] = OPERATIONS) -> list[Request]:
    """Requests of some operations, a burst now and then, faults and slow ones among them."""
    rng = Random(seed)
    made: list[Request] = []
    for second in range(start, end, every):
        for _ in range(rng.choice((0, 1, 1, 2, 5))):
            at = second * 1000 + rng.randrange(every * 1000)
            status = rng.choice([200] * 17 + [404, 500, 503])
            made.append(Request(at, rng.choice(names), round(rng.lognormvariate(5, 1.2), 3), status))
    return sorted(made, key=lambda one: one.at_ms)


def _rows(requests: Iterable[Request], service: str, environment: str) -> list[tuple[Any, ...]]:
    return [(one.at_ms, one.operation or "", one.latency_ms, one.status, service, environment) for one in requests]


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file."""
    with duckdb.connect(":memory:") as engine:
        found = engine.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@dataclass
class Shop:
    """A shop with its requests, a sandbox, and collects at instants of our choice."""

    stage: Stage
    requests: list[Request]
    edge: list[Request] | None = None
    since: str = "2026-10-01"
    more: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.write()
        self.show()

    def show(self) -> None:
        """Shows the requests as they are now."""
        own, gate = _rows(self.requests, SERVICE, ENVIRONMENT), _rows(self.edge or (), API, STAGE)
        self.world = World(log_of(own), log_of(gate) if gate else None, now=0, **self.options)
        self.stage.show(self.world)

    def write(self) -> None:
        """Writes the configuration anew."""
        edge = f"    edge: {{api: {API}, stage: {STAGE}}}\n" if self.edge else ""
        text = CONFIGURATION.format(since=self.since, edge=edge, more=self.more)
        self.stage.configure({"slactl.yaml": text, "maintenance.yaml": MAINTENANCE})

    @property
    def store(self) -> Path:
        return self.stage.directory / "evidence"

    def at(self, instant: int) -> None:
        """Sets the clock of the machine and of the sandbox."""
        self.world.now = instant
        self.stage._patch.setenv("SLACTL_NOW", text_of(instant))

    def collect(self, instant: int, *arguments: str) -> Outcome:
        self.at(instant)
        return self.stage.run("collect", *arguments)

    def manifests(self) -> int:
        return len(list((self.store / "manifest").glob("*.json")))

    def differences(self, width: int = 300) -> list[str]:
        """What the store says otherwise than the requests, inside the spans that it says are kept."""
        files = evidence.kept(self.store, SERVICE)
        rungs, found = evidence.joined((start, end, rows_of(path)) for path, start, end in files)
        expected = evidence.counted(self.requests, OWN, rungs, width)
        expected |= evidence.counted(self.edge or (), EDGE, rungs, width)
        spans = evidence.spans(self.store, SERVICE)
        inside = {key: one for key, one in expected.items() if any(a <= key[2] < b for a, b, _ in spans)}
        keys = sorted(found.keys() | inside.keys())
        return [f"{key}: {found.get(key)} for {inside.get(key)}" for key in keys if found.get(key) != inside.get(key)]
