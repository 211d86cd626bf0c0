"""A day of samples that repeats for ever, for worlds too large to hold.

The one rule: it answers exactly what the same samples written out day after day would answer, from
the arrays of a single day.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from slactl.sandbox.buckets import DAY, Buckets
from slactl.sandbox.histogram import Histogram
from slactl.sandbox.requests import Floats, Int16s, Int64s
from slactl.sandbox.statistics import NOTHING, Points, Stat, compute
from slactl.sandbox.streams import Values, request_measures

_DAY_MS = DAY * 1000


class PeriodicStream:
    """The requests of one day, every day; times in milliseconds since midnight UTC."""

    def __init__(self, times: Int64s, latency_ms: Floats, status: Int16s) -> None:
        """``times`` ascend."""
        self.times, self.latency_ms, self.status = times, latency_ms, status
        self._makers: dict[str, Callable[[], Floats]] = request_measures(latency_ms, status)
        self._made: dict[str, Floats] = {}
        self._twice: dict[str, Floats] = {}
        self._orders: dict[str, npt.NDArray[np.intp]] = {}

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """See ``Stream``."""
        edges = buckets.edges()
        days, positions = edges // _DAY_MS, np.searchsorted(self.times, edges % _DAY_MS)
        counts = np.diff((days - days[0]) * len(self.times) + positions)
        filled = np.flatnonzero(counts)
        if not len(filled):
            return NOTHING
        if stat.kind == "SampleCount":
            return Points(filled, counts[filled].astype(np.float64))
        blurred = values == "histogram" and measure == "latency"
        if not blurred and (stat.kind == "Sum" or (stat.kind == "TC" and not stat.percent)):
            return self._added(measure, stat, days - days[0], positions)
        return self._each(measure, stat, blurred, filled, np.stack([positions[filled], counts[filled]], axis=1))

    def active(self, start_ms: int, end_ms: int) -> bool:
        """See ``Stream``."""
        if end_ms - start_ms >= _DAY_MS:
            return len(self.times) > 0
        buckets = Buckets(start_ms, max(end_ms - start_ms, 1), 1, start_ms, end_ms)
        return bool(len(self.aggregate("count", Stat("SampleCount"), buckets, "exact").bucket))

    def _values(self, measure: str) -> Floats:
        if measure not in self._made:
            self._made[measure] = self._makers[measure]()
        return self._made[measure]

    def _added(self, measure: str, stat: Stat, days: Int64s, positions: Int64s) -> Points:
        values = self._values(measure)
        weights = values if stat.kind == "Sum" else (values > stat.low) & (values <= stat.high)
        before = np.concatenate(([0.0], np.cumsum(weights, dtype=np.float64)))
        sums = np.diff(days * before[-1] + before[positions])
        present = np.flatnonzero(sums if stat.kind == "TC" else np.diff(days * len(values) + positions))
        return Points(present, sums[present])

    def _each(self, measure: str, stat: Stat, blurred: bool, filled: Int64s, runs: Int64s) -> Points:
        different, which = np.unique(runs, axis=0, return_inverse=True)
        found = [self._one(measure, stat, blurred, int(at), int(count)) for at, count in different]
        some = np.array([len(points.value) > 0 for points in found])[which]
        values = np.array([points.value[0] if len(points.value) else 0.0 for points in found])[which]
        return Points(filled[some], values[some])

    def _one(self, measure: str, stat: Stat, blurred: bool, at: int, count: int) -> Points:
        days, rest = divmod(count, len(self.times))
        if days and not blurred and stat.kind in ("p", "Minimum", "Maximum"):
            return Points(np.zeros(1, np.intp), np.array([self._ranked(measure, stat, at, days, rest)]))
        samples = self._run(measure, at, count)
        cuts = np.array([0, count])
        return Histogram(samples).compute(stat, cuts) if blurred else compute(stat, samples, cuts)

    def _ranked(self, measure: str, stat: Stat, at: int, days: int, rest: int) -> float:
        """A sample found by its rank among whole days and a part of one, without writing the days out."""
        values = self._values(measure)
        if measure not in self._orders:
            self._orders[measure] = np.argsort(values, kind="stable")
        order = self._orders[measure]
        more = (np.arange(len(values)) - at) % len(values) < rest
        ends = np.cumsum(days + more[order])
        share = {"Minimum": 0.0, "Maximum": 100.0}.get(stat.kind, stat.low)
        rank = share / 100 * (ends[-1] - 1)
        below = int(rank)
        low, high = values[order[np.searchsorted(ends, [below, min(below + 1, ends[-1] - 1)], side="right")]]
        return float(low + (high - low) * (rank - below))

    def _run(self, measure: str, at: int, count: int) -> Floats:
        """So many samples in a row, beginning at that one of a day."""
        if measure not in self._twice:
            self._twice[measure] = np.concatenate([self._values(measure)] * 2)
        days, rest = divmod(count, len(self.times))
        tail = self._twice[measure][at : at + rest]
        return np.concatenate([np.tile(self._values(measure), days), tail]) if days else tail


def merged(streams: list[PeriodicStream]) -> PeriodicStream:
    """The requests of all of them."""
    times = np.concatenate([stream.times for stream in streams])
    order = np.argsort(times, kind="stable")
    latency = np.concatenate([stream.latency_ms for stream in streams])
    status = np.concatenate([stream.status for stream in streams])
    return PeriodicStream(times[order], latency[order], status[order])
