"""Small worlds whose reports take a second, and the configuration that fits them.

The one rule: everything follows from a seed; the week is short, so that a whole report asks little.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World

NOW = "2026-11-06T06:00:00Z"
EPOCH = int(datetime(2026, 11, 6, 6, tzinfo=UTC).timestamp())
SINCE = "2026-10-29"
FIRST = int(datetime(2026, 10, 28, 23, tzinfo=UTC).timestamp())
END = int(datetime(2026, 10, 31, 23, tzinfo=UTC).timestamp())
SERVICE, ENVIRONMENT = "shop", "eks:prod"
API, STAGE = "shop-public", "prod"
OPERATIONS = ("GET /items", "POST /orders", "GET /search")

Row = tuple[int, str, float, int, str, str]

OBJECTIVES = """objectives:
  - {id: uptime, indicator: availability, goal: ">= 99.9%", exclude: maintenance}
  - {id: api-latency, indicator: latency, threshold: "< 1000ms", goal: ">= 99%"}
  - {id: p95, indicator: percentile, percentile: p95, goal: "< 2s"}
  - {id: p50, indicator: percentile, percentile: p50, class: read, goal: "< 200ms", advisory: true}
  - {id: error-rate, indicator: error-rate, counts: faults, goal: "< 0.5%"}
  - {id: error-rate-endpoints, indicator: error-rate, per: operation, confidence: 99%, goal: "< 0.5%"}
  - {id: coverage, indicator: coverage, goal: ">= 99%", advisory: true}
"""

MAINTENANCE = """notice: 24h
windows:
  - {id: CHG-1, start: 2026-10-30T02:00, end: 2026-10-30T02:32, announced: 2026-10-20T10:00, reason: Upgrade}
"""


@dataclass(frozen=True, slots=True)
class Mood:
    """How the traffic behaves.

    ``faults`` and ``slow`` are shares of all requests, ``bad_faults`` and ``bad_slow`` those of the operation
    ``bad``; ``outage`` is in minutes, ``step`` in seconds between requests.
    """

    faults: float = 0.001
    slow: float = 0.002
    bad: str = "POST /orders"
    bad_faults: float = 0.03
    bad_slow: float = 0.05
    outage: int = 20
    step: int = 100


CALM = Mood(faults=0.0, slow=0.0, bad_faults=0.0, bad_slow=0.0, outage=0)


def rows(seed: int, mood: Mood, service: str = SERVICE, environment: str = ENVIRONMENT) -> list[Row]:
    """A request of some operation every ``step`` seconds, of three days that are owed."""
    rng = Random(seed)
    broken = range(FIRST + 100_000, FIRST + 100_000 + mood.outage * 60)
    made: list[Row] = []
    for second in range(FIRST, END, mood.step):
        operation = rng.choice(OPERATIONS)
        slow, faults = (mood.bad_slow, mood.bad_faults) if operation == mood.bad else (mood.slow, mood.faults)
        latency = rng.uniform(1100, 3000) if rng.random() < slow else min(900.0, rng.lognormvariate(4.5, 0.6))
        status = 503 if rng.random() < faults or second in broken else rng.choice([200] * 20 + [404])
        made.append((second * 1000 + rng.randrange(1000), operation, round(latency, 3), status, service, environment))
    return made


def world(seed: int = 1, mood: Mood | None = None, behaviour: Behaviour | None = None, *, edge: bool = False) -> World:
    """The shop; with ``edge`` also the gateway before it, which sees every request and one stray."""
    own, gateway = logs(seed, mood or Mood())
    return World(own, gateway if edge else None, now=EPOCH, behaviour=behaviour)


@cache
def logs(seed: int, mood: Mood) -> tuple[RequestLog, RequestLog]:
    """What the shop answered, and what the gateway did; made once, because they are always the same."""
    seen = rows(seed, mood)
    stray: Row = (FIRST * 1000 + 5, "", 2.0, 403, API, STAGE)
    passed = [(at, name, latency + 4, status, API, STAGE) for at, name, latency, status, _, _ in seen]
    return RequestLog.from_rows(seen), RequestLog.from_rows([*passed, stray])


def configuration(
    *, edge: bool = False, name: str = SERVICE, environment: str = ENVIRONMENT, aws: str = ""
) -> dict[str, str]:
    """The files that fit the world, by name."""
    before = f"    edge: {{api: {API}, stage: {STAGE}}}\n" if edge else ""
    main = f"""version: 1
report: {{title: Shop, id: "SLA-{{month}}", language: en, timezone: Europe/Rome}}
aws: {{region: eu-west-1{aws}}}
services:
  shop:
    name: {name}
    environment: {environment}
    since: {SINCE}
{before}    operations:
      - {{match: "GET /search", class: query}}
      - {{match: "GET *", class: read}}
objectives: objectives.yaml
maintenance: maintenance.yaml
"""
    return {"slactl.yaml": main, "objectives.yaml": OBJECTIVES, "maintenance.yaml": MAINTENANCE}
