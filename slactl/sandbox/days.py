"""Requests made day by day when they are asked for, and forgotten again.

The one rule: a day's requests depend on the seed and the day alone, so it does not matter what was
asked before, or in which order.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from slactl.sandbox.buckets import DAY, Buckets
from slactl.sandbox.requests import Floats, Int16s, Int64s
from slactl.sandbox.sources import StreamKey
from slactl.sandbox.statistics import NOTHING, Points, Stat
from slactl.sandbox.streams import ArrayStream, RequestStream, Stream, Values

_DAY_MS = DAY * 1000
_DAYS_KEPT = 64
_SAMPLES_KEPT = 2_000_000
_CHUNK_MS = 32 * _DAY_MS


class DayLog(NamedTuple):
    """The requests of one UTC day, in order of time; ``operation`` is an index."""

    times_ms: Int64s
    operation: Int64s
    latency_ms: Floats
    status: Int16s

    def take(self, which: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> DayLog:
        """The requests of those numbers, or those that are marked."""
        return DayLog(self.times_ms[which], self.operation[which], self.latency_ms[which], self.status[which])


def joined(logs: Sequence[DayLog]) -> DayLog:
    """All the requests, log after log."""
    return DayLog(
        np.concatenate([log.times_ms for log in logs]),
        np.concatenate([log.operation for log in logs]),
        np.concatenate([log.latency_ms for log in logs]),
        np.concatenate([log.status for log in logs]),
    )


Maker = Callable[[int], DayLog]


class DaySource:
    """One service whose requests are made by the day."""

    def __init__(self, service: str, environment: str, operations: Sequence[str], make: Maker) -> None:
        """``make`` gives the requests of a day, by its number since the epoch."""
        self._keys = [StreamKey(service, environment, name) for name in operations]
        self._make = make
        self._days: OrderedDict[int, DayLog] = OrderedDict()
        self._cuts: OrderedDict[tuple[int | None, int, int], tuple[ArrayStream, int]] = OrderedDict()
        self._held = 0
        self._lock = threading.RLock()

    def operations(self) -> Sequence[StreamKey]:
        """See ``Source``."""
        return self._keys

    def stream(self, service: str, environment: str | None = None, operation: str | None = None) -> Stream:
        """See ``Source``."""
        named = [
            number
            for number, key in enumerate(self._keys)
            if key.service == service and environment in (None, key.environment) and operation in (None, key.operation)
        ]
        return DayStream(self, named[0] if operation is not None and named else None)

    def cut(self, operation: int | None, first_day: int, days: int) -> ArrayStream:
        """The requests of some days, of one operation or of all."""
        name = (operation, first_day, days)
        with self._lock:
            if name not in self._cuts:
                self._remember(name, self._joined(*name))
            self._cuts.move_to_end(name)
            return self._cuts[name][0]

    def _remember(self, name: tuple[int | None, int, int], log: DayLog) -> None:
        stream = RequestStream(log.times_ms, log.latency_ms, log.status)
        self._cuts[name] = (stream, len(log.times_ms))
        self._held += len(log.times_ms)
        while self._held > _SAMPLES_KEPT and len(self._cuts) > 1:
            self._held -= self._cuts.popitem(last=False)[1][1]

    def _joined(self, operation: int | None, first_day: int, days: int) -> DayLog:
        logs = [self._of(self._day(day), operation) for day in range(first_day, first_day + days)]
        return joined(logs)

    def _of(self, log: DayLog, operation: int | None) -> DayLog:
        return log if operation is None else log.take(log.operation == operation)

    def _day(self, day: int) -> DayLog:
        if day not in self._days:
            self._days[day] = self._make(day)
            while len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        return self._days[day]


class ByChunks:
    """A ``Stream`` that is asked month by month of what is cut out of it in whole days."""

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """See ``Stream``."""
        found = [NOTHING]
        for number, part in day_chunks(buckets):
            points = self._cut(part.lo, part.hi).aggregate(measure, stat, part, values)
            found.append(Points(points.bucket + number, points.value))
        return Points(
            np.concatenate([points.bucket for points in found]), np.concatenate([points.value for points in found])
        )

    def active(self, start_ms: int, end_ms: int) -> bool:
        """See ``Stream``."""
        return start_ms < end_ms and self._cut(start_ms, end_ms).active(start_ms, end_ms)

    def _cut(self, start_ms: int, end_ms: int) -> ArrayStream:
        """The samples of the days that a span of milliseconds touches."""
        raise NotImplementedError


class DayStream(ByChunks):
    """The requests of one operation of a source, or of all of them."""

    def __init__(self, source: DaySource, operation: int | None) -> None:
        """``operation`` is its number in the source; None means all."""
        self._source = source
        self._operation = operation

    def _cut(self, start_ms: int, end_ms: int) -> ArrayStream:
        first, last = start_ms // _DAY_MS, -(-end_ms // _DAY_MS)
        return self._source.cut(self._operation, first, last - first)


def day_chunks(buckets: Buckets) -> Iterator[tuple[int, Buckets]]:
    """The buckets in groups of about a month, with the number of each group's first."""
    size = max(_CHUNK_MS // buckets.step, 1)
    for number in range(0, buckets.count, size):
        count = min(size, buckets.count - number)
        first = buckets.first + number * buckets.step
        lo, hi = max(first, buckets.lo), min(first + count * buckets.step, buckets.hi)
        if lo < hi:
            yield number, Buckets(first, buckets.step, count, lo, hi)
