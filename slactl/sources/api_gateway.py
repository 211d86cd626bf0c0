"""Finds the methods of an API Gateway stage and names its metrics.

The one rule: the total of a stage is the stage's own series, which also counts what reached no
method; methods come from ListMetrics, which forgets after two weeks, and from the operations that are known
otherwise; what both missed stays visible as unrouted requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import translate
from slactl.aws.session import AwsWorld
from slactl.model.metric import Metric, Stream
from slactl.model.report import SourceUse
from slactl.model.service import GatewayStage, Service
from slactl.model.span import Span
from slactl.ports import Inventory

NAMESPACE = "AWS/ApiGateway"
REST, HTTP = "ApiName", "ApiId"
METRICS = {REST: ("5XXError", "4XXError"), HTTP: ("5xx", "4xx")}


class ApiGatewayInventory:
    """An ``InventorySource`` over ListMetrics for REST APIs (by name) and HTTP APIs (by id)."""

    any_thread = True

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._calls = 0

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        """The methods of the stage that stands before the service, or is it.

        Operations named like a method (``GET /missions/{id}``) are tried even if they are not listed.

        Raises:
            AwsFailure: when metrics can't be listed.
        """
        stage = service.gateway or service.edge
        if stage is None:
            raise ValueError(f"service {service.key} names no API Gateway stage")
        kind, routes = self._routes(stage)
        routes |= {route for name in names if (route := _named(name)) is not None}
        streams = tuple(stream(service, stage, kind, route) for route in sorted(routes))
        return Inventory(streams, stream(service, stage, kind, None), total_decides=True)

    def use(self) -> tuple[SourceUse, ...]:
        if not self._calls:
            return ()
        caller = self._world.caller
        return (SourceUse("api-gateway", caller.account, self._world.region, caller.arn, self._calls, 0, 0),)

    def _routes(self, stage: GatewayStage) -> tuple[str, set[tuple[str, str]]]:
        """How the API is named in metrics, and its (method, resource) pairs; REST where nothing is listed."""
        for kind in (REST, HTTP):
            found = list(self._listed(kind, stage))
            if found:
                return kind, {pair for dimensions in found if (pair := _route(dimensions)) is not None}
        return (HTTP if _is_api_id(stage.api) else REST), set()

    def _listed(self, kind: str, stage: GatewayStage) -> Iterable[dict[str, str]]:
        client = self._world.client("cloudwatch")
        filters = [{"Name": kind, "Value": stage.api}, {"Name": "Stage", "Value": stage.stage}]
        request: dict[str, Any] = {"Namespace": NAMESPACE, "MetricName": "Count", "Dimensions": filters}
        try:
            self._calls += 1
            for page in client.get_paginator("list_metrics").paginate(**request):
                for metric in page["Metrics"]:
                    yield {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
        except (BotoCoreError, ClientError) as error:
            raise translate(error, "looking for the methods of the API") from error


def _is_api_id(api: str) -> bool:
    """Whether it looks like the id of an HTTP API: ten letters and digits."""
    return len(api) == len("a1b2c3d4e5") and api.isalnum() and api.islower()


def _named(operation: str) -> tuple[str, str] | None:
    """The method and resource that an operation is named after, if it is."""
    method, _, resource = operation.partition(" ")
    return (method, resource) if method.isalpha() and method.isupper() and resource.startswith("/") else None


def _route(dimensions: dict[str, str]) -> tuple[str, str] | None:
    method, resource = dimensions.get("Method"), dimensions.get("Resource")
    return (method, resource) if method and resource else None


def stream(service: Service, stage: GatewayStage, kind: str, route: tuple[str, str] | None) -> Stream:
    """The metrics of a method, or of the stage as a whole."""
    pairs = {kind: stage.api, "Stage": stage.stage}
    if route:
        pairs |= {"Method": route[0], "Resource": route[1]}
    dimensions = tuple(sorted(pairs.items()))
    faults, errors = METRICS[kind]
    count, bad, wrong, latency = (
        Metric(NAMESPACE, name, dimensions, service.account_id) for name in ("Count", faults, errors, "Latency")
    )
    return Stream(" ".join(route) if route else None, count, "SampleCount", bad, wrong, latency)
