"""GetMetricStatistics, the older way to read one metric.

The one rule: at most 1,440 points a call, and they come in no order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.sandbox.buckets import buckets_for
from slactl.sandbox.errors import AwsError
from slactl.sandbox.queries import metric_key, period_of
from slactl.sandbox.statistics import BASIC, Stat, parse_stat
from slactl.sandbox.troubles import Troubles
from slactl.sandbox.wire import required
from slactl.sandbox.world import World

MOST_POINTS = 1440


def get_metric_statistics(world: World, troubles: Troubles, params: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The answer of GetMetricStatistics.

    Args:
        world: what is shown.
        troubles: the running state of its behaviour.
        params: what is asked.
        region: which is asked; empty: the world's.

    Raises:
        AwsError: InvalidParameterCombination, InvalidParameterValue, ValidationError.
    """
    start, end, period = required(params, "StartTime"), required(params, "EndTime"), period_of(params)
    if start >= end:
        raise AwsError("InvalidParameterValue", "The parameter StartTime must be less than the parameter EndTime.")
    _check_points(-int(-(end - start) // period))
    found: dict[int, dict[str, Any]] = {}
    for name, stat in _stats(params):
        if not (stat.needs_distribution and troubles.behaviour.no_percentiles):
            _collect(world, params, region, name, stat, found)
    # Newest and oldest by turns: whoever relies on an order finds out here.
    ordered = [found[time] for time in sorted(found)]
    return {"Label": params.get("MetricName", ""), "Datapoints": ordered[1::2] + ordered[::2]}


def _check_points(points: int) -> None:
    if points > MOST_POINTS:
        raise AwsError(
            "InvalidParameterCombination",
            f"You have requested up to {points} datapoints, which exceeds the limit of {MOST_POINTS}. "
            "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
        )


def _stats(params: Mapping[str, Any]) -> list[tuple[str, Stat]]:
    basic, extended = params.get("Statistics") or [], params.get("ExtendedStatistics") or []
    if not basic and not extended:
        raise AwsError("InvalidParameterCombination", "Statistics or ExtendedStatistics must be given.")
    named = [(name, parse_stat(name)) for name in (*basic, *extended)]
    known = [(name, stat) for name, stat in named if stat is not None]
    if len(known) < len(named) or any(name not in BASIC for name in basic) or set(extended) & set(BASIC):
        raise AwsError("InvalidParameterValue", "A statistic is not supported.")
    return known


def _collect(
    world: World, params: Mapping[str, Any], region: str, name: str, stat: Stat, found: dict[int, dict[str, Any]]
) -> None:
    metric = world.metrics_in(region).find(metric_key(params))
    period = period_of(params)
    buckets = buckets_for(params["StartTime"], params["EndTime"], period, world.now, world.anchoring, world.known_from)
    if metric is None or buckets is None or params.get("Unit") not in (None, metric.unit):
        return
    points = metric.stream.aggregate(metric.measure, stat, buckets, world.values)
    for number, value in zip(points.bucket.tolist(), points.value.tolist(), strict=True):
        time = (buckets.first + number * buckets.step) // 1000
        point = found.setdefault(time, {"Timestamp": time, "Unit": metric.unit})
        place = point if name in BASIC else point.setdefault("ExtendedStatistics", {})
        place[name] = value
