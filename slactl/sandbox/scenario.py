"""The worlds that come with the sandbox: the demo's months of traffic, and the bench's wide one.

The one rule: everything follows from the seed and the clock that were given.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from slactl.sandbox.buckets import DAY
from slactl.sandbox.days import DayLog, DaySource, joined
from slactl.sandbox.demo_alarm import add_alarm
from slactl.sandbox.incidents import month_before, month_of, suffered
from slactl.sandbox.periodic import PeriodicStream, merged
from slactl.sandbox.requests import DEFAULT_ENVIRONMENT, DEFAULT_SERVICE, Int64s
from slactl.sandbox.sources import StreamKey
from slactl.sandbox.traffic import OPERATIONS, ZONE, quiet_day
from slactl.sandbox.world import World

API = "missions-public"
STAGE = "prod"
UNROUTED = ""
EDGE_OPERATIONS = (*OPERATIONS, UNROUTED)
_UNROUTED = EDGE_OPERATIONS.index(UNROUTED)
_THROTTLED, _TIMED_OUT, _STRAY = 0.00035, 0.00008, 0.0003


class Demo:
    """Traffic of a service and of the gateway before it, by the day."""

    def __init__(self, seed: int, now: float, months: int) -> None:
        """Traffic from the start of the month ``months`` before the one of ``now``."""
        self._seed = seed
        self._running = month_of(now)
        self.first_second = int(datetime(*month_before(self._running, months), 1, tzinfo=ZONE).timestamp())

    def service_day(self, day: int) -> DayLog:
        """What the service answered on a day, by its number since the epoch."""
        rng = np.random.default_rng([self._seed, day])
        growth = 1 + 0.0004 * (day - self.first_second // DAY)
        log = suffered(rng, quiet_day(rng, day, growth), day, self._running)
        return log.take(log.times_ms >= self.first_second * 1000)

    def edge_day(self, day: int) -> DayLog:
        """What the gateway answered: all of that, and what the service never saw."""
        rng = np.random.default_rng([self._seed, day, 1])
        log = self.service_day(day)
        overhead = np.round(4 + 5 * rng.random(len(log.times_ms)), 3)
        whole = joined([log._replace(latency_ms=log.latency_ms + overhead), _edge_only(rng, log)])
        return whole.take(np.argsort(whole.times_ms, kind="stable"))


def _edge_only(rng: np.random.Generator, log: DayLog) -> DayLog:
    """Requests that were throttled, timed out or found no route."""
    chance = rng.random(len(log.times_ms))
    picked = np.flatnonzero(chance < _THROTTLED + _TIMED_OUT + _STRAY)
    kind = np.searchsorted([_THROTTLED, _THROTTLED + _TIMED_OUT], chance[picked], side="right")
    operation = np.where(kind == 2, _UNROUTED, log.operation[picked])
    status = np.array([429, 504, 403], dtype=np.int16)[kind]
    latency = np.array([2.0, 29_000.0, 3.0])[kind] + np.round(rng.random(len(picked)) * 4, 3)
    return DayLog(log.times_ms[picked] + 1, operation, latency, status)


def demo_world(seed: int = 1, now: float = 0, months: int = 15) -> World:
    """Months of traffic of ``missions-api``, and the REST API ``missions-public`` before it.

    Args:
        seed: chance; the same seed and clock give the same numbers.
        now: the clock, seconds since the epoch; the great events lie in the local month before.
        months: how many whole months lie before the running one.
    """
    demo = Demo(seed, now, months)
    service = DaySource(DEFAULT_SERVICE, DEFAULT_ENVIRONMENT, OPERATIONS, demo.service_day)
    edge = DaySource(API, STAGE, EDGE_OPERATIONS, demo.edge_day)
    world = World(service, edge, now, first_seen=demo.first_second)
    add_alarm(world)
    return world


class BenchSource:
    """Many operations, each with traffic in every five minutes of every day."""

    def __init__(self, operations: int, seed: int, requests_a_slot: int = 3) -> None:
        """``requests_a_slot`` is the number of requests of an operation in five minutes."""
        self._rng = np.random.default_rng(seed)
        self._keys = [
            StreamKey(DEFAULT_SERVICE, DEFAULT_ENVIRONMENT, f"GET /resources-{number:04d}/{{id}}")
            for number in range(operations)
        ]
        self._streams = {key: self._day(requests_a_slot) for key in self._keys}
        self._whole: PeriodicStream | None = None

    def operations(self) -> list[StreamKey]:
        """See ``Source``."""
        return self._keys

    def stream(self, service: str, environment: str | None = None, operation: str | None = None) -> PeriodicStream:
        """See ``Source``."""
        if operation is not None:
            return self._streams[StreamKey(service, environment or DEFAULT_ENVIRONMENT, operation)]
        if self._whole is None:
            self._whole = merged(list(self._streams.values()))
        return self._whole

    def _day(self, requests_a_slot: int) -> PeriodicStream:
        size = DAY // 300 * requests_a_slot
        slots: Int64s = np.repeat(np.arange(DAY // 300), requests_a_slot)
        times = np.sort((slots + self._rng.random(size)) * 300_000).astype(np.int64)
        latency = self._rng.uniform(40, 400) * np.exp(0.5 * self._rng.standard_normal(size))
        chance = self._rng.random(size)
        status = np.where(chance < 0.001, 500, np.where(chance < 0.011, 404, 200)).astype(np.int16)
        return PeriodicStream(times, np.round(latency, 3), status)


def bench_world(operations: int, now: float, seed: int = 1) -> World:
    """A world of many operations whose answers cost the server little.

    Args:
        operations: how many.
        now: the clock, seconds since the epoch.
        seed: chance.
    """
    return World(BenchSource(operations, seed), now=now)
