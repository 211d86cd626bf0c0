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
THROTTLED = 429
INTEGRATION = "integration latency"


class Stream(Protocol):
    """Something that can be aggregated over time."""

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """The statistic of every bucket that holds a sample."""

    def active(self, start_ms: int, end_ms: int) -> bool:
        """Whether a sample lies in ``[start_ms, end_ms)``."""


class ArrayStream:
    """Samples held in arrays; measures are made when first asked for."""

    def __init__(self, times: Int64s, measures: Mapping[str, Callable[[], Floats]]) -> None:
        """``measures`` make the values of each sample."""
        self._times = times
        self._makers = measures
        self._made: dict[str, Floats] = {}
        self._histograms: dict[str, Histogram] = {}
        self._cuts: OrderedDict[Buckets, Int64s] = OrderedDict()

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """See ``Stream``."""
        cuts = self._cut(buckets)
        if values == "histogram" and measure == "latency":
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
    }


class RequestStream(ArrayStream):
    """Requests with all their measures; the integration's are those of what the gateway let through."""

    def __init__(self, times: Int64s, latency_ms: Floats, status: Int16s) -> None:
        super().__init__(times, request_measures(latency_ms, status))
        self._latency_ms, self._status = latency_ms, status
        self._behind: RequestStream | None = None

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """See ``Stream``."""
        if measure == INTEGRATION:
            return self._behind_the_gateway().aggregate("latency", stat, buckets, values)
        return super().aggregate(measure, stat, buckets, values)

    def _behind_the_gateway(self) -> RequestStream:
        if self._behind is None:
            reached = self._status != THROTTLED
            latency = np.maximum(self._latency_ms[reached] - GATEWAY_OVERHEAD_MS, 0.0)
            self._behind = RequestStream(self._times[reached], latency, self._status[reached])
        return self._behind


def value_stream(times: Int64s, values: Floats) -> ArrayStream:
    """Samples of any metric, under the measure ``value``."""
    return ArrayStream(times, {"value": lambda: values})
