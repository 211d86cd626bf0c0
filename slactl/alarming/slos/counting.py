"""Requests as an SLO counts them: the queries of all requests, and of the good or the bad ones.

The one rule: both lists count the same streams, and what the agreement ignores is taken off both alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slactl.alarming.shares import fast
from slactl.model.goal import Comparison, Threshold
from slactl.model.metric import Metric, Stream
from slactl.model.objective import Availability, Coverage, ErrorCounts, ErrorRate, Indicator, LatencyShare, Percentile
from slactl.model.objective import Objective as Promise

PERIOD = 60
MOST_QUERIES = 20
"""A list of queries holds so many, the sum among them."""

Query = dict[str, object]
Part = tuple[Metric, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """The queries of an SLO: all requests, and those that are good, or bad (``good`` says which)."""

    total: tuple[Query, ...]
    monitored: tuple[Query, ...]
    good: bool

    @property
    def fits(self) -> bool:
        """Whether an SLO can hold so many queries."""
        return max(len(self.total), len(self.monitored)) <= MOST_QUERIES


def counted(objective: Promise, streams: Sequence[Stream], less: Sequence[Stream] = ()) -> Counted | None:
    """The queries of an objective over some streams together, without those of ``less``; None where it counts none."""
    if isinstance(objective.indicator, Coverage) or not streams:
        return None
    threshold = _threshold(objective)
    total = [[_requests(one, threshold)] for one in (*streams, *less)]
    monitored = [_monitored(one, objective.indicator, threshold) for one in (*streams, *less)]
    name = "good" if threshold else "bad"
    split = len(streams)
    return Counted(
        _queries("total", _flat(total[:split]), _flat(total[split:])),
        _queries(name, _flat(monitored[:split]), _flat(monitored[split:])),
        threshold is not None,
    )


def _threshold(objective: Promise) -> Threshold | None:
    """The limit of a fast request; a percentile promises a share of requests under its goal's limit."""
    match objective.indicator:
        case LatencyShare(threshold=threshold):
            return threshold
        case Percentile():
            return Threshold(objective.goal.limit, objective.goal.comparison is Comparison.AT_MOST)
        case _:
            return None


def _requests(stream: Stream, threshold: Threshold | None) -> Part:
    return (stream.latency, "SampleCount") if threshold else (stream.requests, stream.request_stat)


def _monitored(stream: Stream, indicator: Indicator, threshold: Threshold | None) -> list[Part]:
    if threshold:
        return [(stream.latency, f"TC(:{fast(threshold)})")]
    assert isinstance(indicator, Availability | ErrorRate)
    both = isinstance(indicator, ErrorRate) and indicator.counts is ErrorCounts.FAULTS_AND_ERRORS
    return [(stream.faults, "Sum"), *([(stream.errors, "Sum")] if both else [])]


def _flat(parts: Sequence[Sequence[Part]]) -> list[Part]:
    return [one for some in parts for one in some]


def _queries(name: str, plus: Sequence[Part], minus: Sequence[Part]) -> tuple[Query, ...]:
    """One query where one will do, else each metric and their sum; a missing point of one counts 0 in it."""
    if len(plus) == 1 and not minus:
        return (_query(name, *plus[0], returned=True),)
    own = [f"{name}{number}" for number in range(1, len(plus) + 1)]
    off = [f"{name}_ignored{number}" for number in range(1, len(minus) + 1)]
    expression = " + ".join(own) + "".join(f" - {one}" for one in off)
    metrics = [_query(one, *part, returned=False) for one, part in zip((*own, *off), (*plus, *minus), strict=True)]
    return (*metrics, {"Id": name, "Expression": expression, "ReturnData": True})


def _query(name: str, metric: Metric, stat: str, *, returned: bool) -> Query:
    dimensions = [{"Name": key, "Value": value} for key, value in sorted(metric.dimensions)]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    query: Query = {
        "Id": name,
        "MetricStat": {"Metric": named, "Period": PERIOD, "Stat": stat},
        "ReturnData": returned,
    }
    return query | ({"AccountId": metric.account_id} if metric.account_id else {})
