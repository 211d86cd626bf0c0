"""The watching of the demo's service: an alarm for each of its promises, what it told, and what its metrics tell.

The one rule: whatever happens in a month is told of ten minutes later by the alarm of every promise that it hurts; a
fault takes away the watching, the telling or what can be read, and never changes what customers got.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from slactl.sandbox.alarmhistory import METRIC_ALARM, Entry
from slactl.sandbox.buckets import DAY, Buckets
from slactl.sandbox.catalogue import GATEWAY, SIGNALS, Metric, MetricKey, dimensions
from slactl.sandbox.incidents import Event, events_of, month_before, month_of
from slactl.sandbox.packs.base import Pack, Plan
from slactl.sandbox.requests import DEFAULT_ENVIRONMENT, DEFAULT_SERVICE
from slactl.sandbox.sources import Source, StreamKey
from slactl.sandbox.statistics import NOTHING, Points, Stat
from slactl.sandbox.streams import Stream, Values
from slactl.sandbox.traffic import ENDPOINTS
from slactl.sandbox.world import World

PREFIX, TOPIC = "missions", "on-call"
MONTHS = 2
LATE = 600
SINCE_AGO = 400 * DAY
ROLE = "AWSServiceRoleForCloudWatchApplicationSignals"
FAULT: Mapping[str, object] = {"MetricName": "Fault", "Statistic": "Average", "Threshold": 0.05}
SLOW: Mapping[str, object] = {"MetricName": "Latency", "ExtendedStatistic": "p95", "Threshold": 2000.0}
READS: Mapping[str, object] = {
    "Namespace": "AWS/MemoryDB",
    "Dimensions": [
        {"Name": "ClusterName", "Value": "leaderboard"},
        {"Name": "NodeName", "Value": "leaderboard-0001-001"},
    ],
    "MetricName": "SuccessfulReadRequestLatency",
    "ExtendedStatistic": "p99",
    "Threshold": 1000.0,
}
HURT = {
    "uptime": ("outage", "work"),
    "error-rate": ("outage", "work"),
    "error-rate-endpoints": ("outage", "work"),
    "api-latency": ("slow",),
    "response-time": ("slow",),
    "response-time-query": ("slow",),
    "memorydb-read-latency": (),
}
"""The promises of the shipped agreement and packs that bind, and the kinds of events that hurt each."""
UNWATCHED, UNWATCHED_DAYS = "error-rate", (2, 6)
"""What nobody watches for some days of each month, where that promise is broken."""
OVERFLOW = "AllOtherOperations"
BUSY = max(ENDPOINTS, key=lambda one: one.weight).name


def _prepare(world: World, plan: Plan) -> None:
    for promise, kinds in HURT.items():
        name = f"{PREFIX} {promise}"
        looks = (FAULT if "outage" in kinds else SLOW) if kinds else READS
        told = _definition(world, name, looks, promise)
        world.alarms.put(METRIC_ALARM, told, world.now - SINCE_AGO)
        if plan.broken("monitoring-watched") and promise == UNWATCHED:
            _disarm(world, told)
        _ring(world, name, kinds)
    if plan.broken("monitoring-notified"):
        world.alarms.history[:] = [_unheard(one) for one in world.alarms.history]
    if plan.broken("monitoring-actions"):
        spare = {**_definition(world, f"{PREFIX} spare", FAULT, "uptime"), "ActionsEnabled": False}
        world.alarms.put(METRIC_ALARM, spare, world.now - SINCE_AGO)
        world.alarms.rings(spare["AlarmName"], "OK", world.now - SINCE_AGO + 60, "nothing wrong")
    if plan.broken("monitoring-percentiles"):
        _without_distribution(world)
    if plan.broken("monitoring-attributed"):
        _without_endpoint(world)


def _definition(world: World, name: str, looks: Mapping[str, object], promise: str) -> dict[str, Any]:
    topic = f"arn:aws:sns:{world.region}:{world.account}:{TOPIC}"
    names = {"Environment": DEFAULT_ENVIRONMENT, "Service": DEFAULT_SERVICE}
    return {
        "AlarmName": name,
        "AlarmActions": [topic],
        "Namespace": SIGNALS,
        "Dimensions": [{"Name": name, "Value": value} for name, value in names.items()],
        **looks,
        "Period": 300,
        "EvaluationPeriods": 2,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "Tags": [{"Key": "clause", "Value": promise}],
    }


def _ring(world: World, name: str, kinds: tuple[str, ...]) -> None:
    world.alarms.rings(name, "OK", world.now - SINCE_AGO + 60, "nothing wrong")
    for event in _events(world.now):
        start, end = event.span_ms
        if event.kind in kinds and end / 1000 + LATE <= world.now:
            world.alarms.rings(name, "ALARM", start / 1000 + LATE, f"Threshold Crossed: {event.kind}")
            world.alarms.rings(name, "OK", end / 1000 + LATE, "Threshold no longer crossed")


def _events(now: float) -> list[Event]:
    running = month_of(now)
    months = [month_before(running, back) for back in range(MONTHS, 0, -1)]
    return sorted((one for month in months for one in events_of(month, running)), key=lambda one: one.start)


def _disarm(world: World, told: Mapping[str, Any]) -> None:
    """Nobody is named for some days of each of the months."""
    first, last = UNWATCHED_DAYS
    for month in sorted({(one.start.year, one.start.month) for one in _events(world.now)}):
        day = next(one.start for one in _events(world.now) if (one.start.year, one.start.month) == month)
        start, end = (day.replace(day=number, hour=9, minute=0).timestamp() for number in (first, last))
        world.alarms.put(METRIC_ALARM, {**told, "AlarmActions": []}, start)
        world.alarms.put(METRIC_ALARM, told, end)


def _unheard(entry: Entry) -> Entry:
    """The entry of an action that failed: the topic's policy refuses CloudWatch."""
    if entry["HistoryItemType"] != "Action":
        return entry
    data = {
        **json.loads(entry["HistoryData"]),
        "actionState": "Failed",
        "error": "not authorized to perform SNS:Publish",
    }
    return {**entry, "HistorySummary": "Failed to execute action", "HistoryData": json.dumps(data)}


class _Summaries:
    """A stream whose samples were published as sums and counts: it has no percentiles."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def aggregate(self, measure: str, stat: Stat, buckets: Buckets, values: Values) -> Points:
        """See ``Stream``."""
        return NOTHING if stat.needs_distribution else self._stream.aggregate(measure, stat, buckets, values)

    def active(self, start_ms: int, end_ms: int) -> bool:
        """See ``Stream``."""
        return self._stream.active(start_ms, end_ms)


def _of_busy(world: World) -> Iterator[tuple[MetricKey, Metric]]:
    """The metrics of the busiest endpoint, at the service and at the edge."""
    for key, metric in world.catalogue:
        names = dict(key.dimensions)
        told = names.get("Operation", f"{names.get('Method')} {names.get('Resource')}")
        if key.namespace in (SIGNALS, GATEWAY) and told == BUSY:
            yield key, metric


def _without_distribution(world: World) -> None:
    for key, metric in list(_of_busy(world)):
        if key.name == "Latency":
            world.catalogue.add(key, replace(metric, stream=_Summaries(metric.stream)))


class _Overflowing:
    """A source whose busiest endpoint the agent tells apart no more."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def operations(self) -> list[StreamKey]:
        """See ``Source``."""
        return [key._replace(operation=OVERFLOW) if key.operation == BUSY else key for key in self._source.operations()]

    def stream(self, service: str, environment: str | None = None, operation: str | None = None) -> Stream:
        """See ``Source``."""
        return self._source.stream(service, environment, BUSY if operation == OVERFLOW else operation)


def _without_endpoint(world: World) -> None:
    """What the agent tells apart no more, and of what the stage has no detailed metrics."""
    world.signals = _Overflowing(world.signals)
    for key, metric in list(_of_busy(world)):
        world.catalogue.remove(key)
        if key.namespace == SIGNALS:
            names = dict(key.dimensions) | {"Operation": OVERFLOW}
            world.catalogue.add(key._replace(dimensions=dimensions(names)), metric)


def _furnish(world: World, plan: Plan) -> None:
    """The role that Application Signals works with."""
    if plan.broken("monitoring-discovery"):
        return
    from moto.backends import get_backend

    iam: Any = get_backend("iam")[world.account]["aws"]
    iam.create_role(ROLE, "{}", "/", None, "", [], "3600")


PACK = Pack(
    "monitoring",
    {"prefix": PREFIX},
    (
        "monitoring-watched",
        "monitoring-notified",
        "monitoring-percentiles",
        "monitoring-attributed",
        "monitoring-actions",
        "monitoring-discovery",
    ),
    lambda _plan: (),
    _furnish,
    prepare=_prepare,
)
