"""The values of datapoints that overlap each other, as sliding windows want them.

The one rule: what an evaluation sees is what a read of those very buckets would answer; windows that begin so many
seconds apart as they are long are read as one row of buckets.
"""

from __future__ import annotations

import numpy as np

from slactl.sandbox.buckets import Buckets
from slactl.sandbox.catalogue import Metric
from slactl.sandbox.evaluation_windows import Look
from slactl.sandbox.queries import MetricQuery
from slactl.sandbox.requests import Floats, Int64s
from slactl.sandbox.statistics import Stat
from slactl.sandbox.world import World

_MINUTE = 60
_WORTH_IT = 4
"""Minutes are added up where they are at most so many times as many as the datapoints that are wanted."""


def metric_points(world: World, query: MetricQuery, look: Look) -> Floats:
    """The values of a query at each datapoint of the evaluations, NaN where there is none."""
    seen_in = world if query.account in (None, world.account) else world.linked.get(query.account or "")
    metric = seen_in.catalogue.find(query.key) if seen_in else None
    absent = query.stat.needs_distribution and world.behaviour.no_percentiles
    if seen_in is None or metric is None or absent or query.unit not in (None, metric.unit):
        return np.full(look.starts.shape, np.nan)
    return stream_points(seen_in, metric, query.stat, look)


def stream_points(world: World, metric: Metric, stat: Stat, look: Look) -> Floats:
    """The statistic of a metric at each datapoint of the evaluations, NaN where there is none."""
    added = _added(world, metric, stat, look)
    if added is not None:
        return added
    starts, firsts, places = np.unique(look.starts, return_index=True, return_inverse=True)
    lengths = (look.ends - look.starts).ravel()[firsts]
    values = np.full(len(starts), np.nan)
    for length in np.unique(lengths):
        of_length = np.flatnonzero(lengths == length)
        for phase in np.unique(starts[of_length] % length):
            which = of_length[starts[of_length] % length == phase]
            values[which] = _row(world, metric, stat, starts[which], int(length))
    found: Floats = values[places].reshape(look.starts.shape)
    return found


def _row(world: World, metric: Metric, stat: Stat, starts: Int64s, length: int) -> Floats:
    """The values of buckets that begin some whole lengths apart."""
    first, end = int(starts[0]), int(starts[-1]) + length
    known = int(world.known_from * 1000)
    buckets = Buckets(first * 1000, length * 1000, (end - first) // length, min(known, end * 1000), end * 1000)
    points = metric.stream.aggregate(metric.measure, stat, buckets, world.values)
    every = np.full(buckets.count, np.nan)
    every[points.bucket] = points.value
    return np.asarray(every[(starts - first) // length])


def _added(world: World, metric: Metric, stat: Stat, look: Look) -> Floats | None:
    """The same for what adds up from minute to minute without rounding; None for anything else.

    It is there for speed only: a month of six-hour windows has 360 rows of buckets, but one row of minutes.
    """
    span = int(look.ends.max()) - int(look.starts.min())
    whole = not (look.starts % _MINUTE).any() and not (look.ends % _MINUTE).any()
    if not whole or not _adds_up(world, metric, stat) or span // _MINUTE > look.starts.size * _WORTH_IT:
        return None
    first, counted = int(look.starts.min()), stat if stat.kind == "TC" else Stat("SampleCount")
    minutes = np.arange(first, first + span, _MINUTE, dtype=np.int64)
    counts = np.nan_to_num(_row(world, metric, counted, minutes, _MINUTE))
    sums = np.nan_to_num(_row(world, metric, stat, minutes, _MINUTE))
    if (sums != np.round(sums)).any():
        return None
    edges = [(times - first) // _MINUTE for times in (look.starts, look.ends)]
    some, total = (_between(values, *edges) for values in (counts, sums))
    return np.where(some > 0, total, np.nan)


def _adds_up(world: World, metric: Metric, stat: Stat) -> bool:
    blurred = world.values == "histogram" and metric.measure == "latency"
    return stat.kind in ("SampleCount", "Sum") or (stat.kind == "TC" and not stat.percent and not blurred)


def _between(values: Floats, starts: Int64s, ends: Int64s) -> Floats:
    upto = np.concatenate([[0.0], np.cumsum(values)])
    found: Floats = upto[ends] - upto[starts]
    return found
