"""Every metric there is: namespace, name and exact dimensions, and the samples behind them.

The one rule: dimensions match a published set exactly or nothing is found; there is no roll-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from slactl.sandbox.sources import Source
from slactl.sandbox.streams import INTEGRATION, Stream

GatewayKind = Literal["rest", "http"]
Dimensions = tuple[tuple[str, str], ...]

SIGNALS = "ApplicationSignals"
GATEWAY = "AWS/ApiGateway"


class MetricKey(NamedTuple):
    """What names a metric; ``dimensions`` are sorted by name."""

    namespace: str
    name: str
    dimensions: Dimensions


@dataclass(frozen=True, slots=True)
class Metric:
    """The samples of a metric: a measure of a stream, in a unit."""

    stream: Stream
    measure: str
    unit: str


def dimensions(values: Mapping[str, str]) -> Dimensions:
    """Dimensions in the order a key wants them."""
    return tuple(sorted(values.items()))


class Catalogue:
    """The metrics by key."""

    def __init__(self) -> None:
        self._metrics: dict[MetricKey, Metric] = {}

    def add(self, key: MetricKey, metric: Metric) -> None:
        """Publishes a metric; a key that exists gets the new samples instead."""
        self._metrics[key] = metric

    def remove(self, key: MetricKey) -> None:
        """Takes a metric away, if it is there."""
        self._metrics.pop(key, None)

    def find(self, key: MetricKey) -> Metric | None:
        """The metric of exactly that key."""
        return self._metrics.get(key)

    def __iter__(self) -> Iterator[tuple[MetricKey, Metric]]:
        return iter(sorted(self._metrics.items()))


_SIGNAL_METRICS = (("Latency", "latency", "Milliseconds"), ("Fault", "fault", "None"), ("Error", "error", "None"))


def add_signals(catalogue: Catalogue, source: Source) -> None:
    """Publishes what Application Signals derives from the requests of services."""
    for service, environment, operation in source.operations():
        place = {"Environment": environment, "Service": service}
        for wanted, names in ((None, place), (operation, {**place, "Operation": operation})):
            _add(catalogue, SIGNALS, names, source.stream(service, environment, wanted), _SIGNAL_METRICS)


def add_gateway(catalogue: Catalogue, source: Source, kind: GatewayKind) -> None:
    """Publishes what API Gateway counts of the requests of its stages.

    A key's service is the API's name (REST) or id (HTTP), its environment the stage, its operation
    ``METHOD /resource``; requests with the operation ``""`` are in the stage's series only.
    """
    api_dimension = "ApiName" if kind == "rest" else "ApiId"
    for api, stage, operation in source.operations():
        _add_gateway(catalogue, {api_dimension: api}, source.stream(api), kind)
        place = {api_dimension: api, "Stage": stage}
        _add_gateway(catalogue, place, source.stream(api, stage), kind)
        if operation:
            method, _, resource = operation.partition(" ")
            names = {**place, "Method": method, "Resource": resource}
            _add_gateway(catalogue, names, source.stream(api, stage, operation), kind)


def _add_gateway(catalogue: Catalogue, names: Mapping[str, str], stream: Stream, kind: GatewayKind) -> None:
    client, server = ("4XXError", "5XXError") if kind == "rest" else ("4xx", "5xx")
    metrics = (
        ("Count", "count", "Count"),
        (client, "error", "Count"),
        (server, "fault", "Count"),
        ("Latency", "latency", "Milliseconds"),
        ("IntegrationLatency", INTEGRATION, "Milliseconds"),
    )
    _add(catalogue, GATEWAY, names, stream, metrics)


_Measured = tuple[str, str, str]  # the metric, the measure of the stream, the unit


def _add(
    catalogue: Catalogue, namespace: str, names: Mapping[str, str], stream: Stream, metrics: Iterable[_Measured]
) -> None:
    for name, measure, unit in metrics:
        catalogue.add(MetricKey(namespace, name, dimensions(names)), Metric(stream, measure, unit))
