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
