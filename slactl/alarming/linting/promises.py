"""Promises held against the thresholds of anybody's alarms on the same series.

The one rule: only a statistic that says the same as the promise is compared: a percentile of its rank, the mean of a
flag, the share of fast requests at its own limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slactl.alarming.linting.reading import Look
from slactl.alarming.shares import fast
from slactl.model.metric import Metric, Stream
from slactl.model.objective import Availability, ErrorRate, LatencyShare, Objective, Percentile


@dataclass(frozen=True, slots=True)
class Promise:
    """A limit on a statistic of a metric; ``high`` says that values above it are wanted."""

    service: str
    objective: str
    goal: str
    metric: Metric
    stat: str
    limit: float
    high: bool = False


def promises_of(service: str, objectives: Iterable[Objective], streams: Iterable[Stream]) -> Iterator[Promise]:
    """What a service's promises mean for single statistics of its series."""
    wanted = [one for one in objectives if not one.advisory]
    for stream in streams:
        for objective in wanted:
            for metric, stat, limit, high in _limits(objective, stream):
                yield Promise(service, objective.id, objective.goal.text, metric, stat, limit, high)


def _limits(objective: Objective, stream: Stream) -> Iterator[tuple[Metric, str, float, bool]]:
    indicator, goal = objective.indicator, objective.goal
    if isinstance(indicator, Percentile):
        yield stream.latency, indicator.name, float(goal.limit), False
    elif isinstance(indicator, LatencyShare):
        yield stream.latency, f"PR(:{fast(indicator.threshold)})", float(goal.limit * 100), True
    elif isinstance(indicator, ErrorRate | Availability):
        yield stream.faults, "Average", float(goal.allowed_share), False


def looser(look: Look, operator: str, threshold: float, promise: Promise) -> str | None:
    """How a threshold is looser than a promise on the same statistic; None if it is not."""
    if (look.metric, look.stat) != (promise.metric, promise.stat):
        return None
    above = operator.startswith("GreaterThan")
    if promise.high and not above and threshold < promise.limit:
        return (
            f"it rings when the {look.stat} of {look.metric.name} is below {threshold:g}, promised is {promise.limit:g}"
        )
    if not promise.high and above and threshold > promise.limit:
        return (
            f"it rings when the {look.stat} of {look.metric.name} is over {threshold:g}, promised is {promise.limit:g}"
        )
    return None
