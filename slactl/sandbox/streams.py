"""Samples in order of time, and any statistic of any buckets of them.

The one rule: a stream knows nothing of names, ages or AWS; it is asked for a measure (``latency``,
``fault``, ...), a statistic and buckets.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

import numpy as np

from slactl.sandbox.buckets import Buckets
from slactl.sandbox.histogram import Histogram
from slactl.sandbox.requests import Floats, Int16s, Int64s
from slactl.sandbox.statistics import Points, Stat, compute

Values = Literal["exact", "histogram"]
_REMEMBERED = 8
GATEWAY_OVERHEAD_MS = 3.0


class Stream(Protocol):
    """Something that can be aggregated over time."""

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """The statistic of every bucket that holds a sample."""

    def active(self, start_ms: int, end_ms: int) -> bool:
        """Whether a sample lies in ``[start_ms, end_ms)``."""


class ArrayStream:
    """Samples held in arrays; measures are made when first asked for."""

    def __init__(self, times: Int64s, measures: Mapping[str, Callable[[], Floats]], blurred: bool = True) -> None:
        """``blurred`` says whether latencies lose precision in histogram mode."""
        self._times = times
        self._makers = measures
        self._blurred = blurred
        self._made: dict[str, Floats] = {}
        self._histograms: dict[str, Histogram] = {}
        self._cuts: OrderedDict[Buckets, Int64s] = OrderedDict()

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """See ``Stream``."""
        cuts = self._cut(buckets)
        if values == "histogram" and self._blurred and measure.endswith("latency"):
            return self._histogram(measure).compute(stat, cuts)
        return compute(stat, self._values(measure), cuts)

    def active(self, start_ms: int, end_ms: int) -> bool:
        """See ``Stream``."""
        first, last = np.searchsorted(self._times, [start_ms, end_ms])
        return bool(first < last)

    def _values(self, measure: str) -> Floats:
        if measure not in self._made:
            self._made[measure] = self._makers[measure]()
        return self._made[measure]

    def _histogram(self, measure: str) -> Histogram:
        if measure not in self._histograms:
            self._histograms[measure] = Histogram(self._values(measure))
        return self._histograms[measure]

    def _cut(self, buckets: Buckets) -> Int64s:
        cuts = self._cuts.get(buckets)
        if cuts is None:
            cuts = np.searchsorted(self._times, buckets.edges()).astype(np.int64)
            self._cuts[buckets] = cuts
            while len(self._cuts) > _REMEMBERED:
                self._cuts.popitem(last=False)
        return cuts


def request_measures(latency_ms: Floats, status: Int16s) -> dict[str, Callable[[], Floats]]:
    """What Application Signals and API Gateway measure of requests: one sample a request."""
    return {
        "latency": lambda: latency_ms,
        "fault": lambda: (status >= 500).astype(np.float64),
        "error": lambda: ((status >= 400) & (status < 500)).astype(np.float64),
        "count": lambda: np.ones(len(status)),
        "integration_latency": lambda: np.maximum(latency_ms - GATEWAY_OVERHEAD_MS, 0.0),
    }


def request_stream(times: Int64s, latency_ms: Floats, status: Int16s) -> ArrayStream:
    """Requests with all their measures."""
    return ArrayStream(times, request_measures(latency_ms, status))


def value_stream(times: Int64s, values: Floats) -> ArrayStream:
    """Samples of any metric, under the measure ``value``."""
    return ArrayStream(times, {"value": lambda: values})
