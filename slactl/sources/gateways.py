"""The stages of API Gateway: from their definitions where one may read them, and from their metrics.

The one rule: a stage is named as metrics name it, a REST API by its name and an HTTP API by its id;
where definitions may not be read, what ListMetrics knows (two weeks) has to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from slactl.aws.session import AwsWorld
from slactl.ports import ListedStage, Refusal, Stages
from slactl.sources.api_gateway import HTTP, NAMESPACE, REST
from slactl.sources.refusals import FAILURES, refusal

LIST_METRICS = "cloudwatch:ListMetrics"
READ_DEFINITIONS = "apigateway:GET"
Keyed = dict[tuple[str, str, str], ListedStage]


def listed_stages(world: AwsWorld) -> Stages:
    """Every stage, and what was refused."""
    found: Keyed = {}
    refusals: list[Refusal] = []
    tries = ((_from_metrics, LIST_METRICS), (_rest, READ_DEFINITIONS), (_http, READ_DEFINITIONS))
    for source, action in tries:
        try:
            for stage in source(world):
                _merge(found, stage)
        except FAILURES as error:
            doing = "listing metrics of API Gateway" if action == LIST_METRICS else "reading API Gateway's definitions"
            refusals.append(refusal(error, doing, action))
    return Stages(tuple(found[key] for key in sorted(found)), tuple(_once(refusals)))


def _once(refusals: Iterable[Refusal]) -> Iterable[Refusal]:
    """One refusal an action: REST and HTTP APIs take the same one."""
    return {each.action: each for each in reversed(list(refusals))}.values()


def _merge(found: Keyed, stage: ListedStage) -> None:
    """Adds what a further source knows of a stage."""
    key = (stage.kind, stage.api, stage.stage)
    known = found.get(key)
    if known is None:
        found[key] = stage
        return
    found[key] = replace(
        known,
        name=stage.name,
        ids=tuple(sorted({*known.ids, *stage.ids})),
        detailed=stage.detailed if stage.detailed is not None else known.detailed,
        routes=tuple(sorted({*known.routes, *stage.routes})),
        functions=tuple(sorted({*known.functions, *stage.functions})),
    )


def _from_metrics(world: AwsWorld) -> Iterator[ListedStage]:
    """What published a Count in the last two weeks; a series for a method proves detailed metrics."""
    pages = world.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace=NAMESPACE, MetricName="Count")
    for page in pages:
        for metric in page["Metrics"]:
            pairs = {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
            kind = REST if REST in pairs else HTTP
            if kind not in pairs or "Stage" not in pairs:
                continue
            method, resource = pairs.get("Method"), pairs.get("Resource")
            routes = (f"{method} {resource}",) if method and resource else ()
            known = True if routes else None
            yield ListedStage(_kind(kind), pairs[kind], pairs["Stage"], pairs[kind], (), known, routes)


def _kind(dimension: str) -> str:
    return "rest" if dimension == REST else "http"


def metric_name(name: str, identifier: str) -> str:
    """What metrics call a REST API: its name without what is not ASCII, or its id where nothing is left."""
    return name.encode("ascii", "ignore").decode().strip() or identifier


def _rest(world: AwsWorld) -> Iterator[ListedStage]:
    client = world.client("apigateway")
    for page in client.get_paginator("get_rest_apis").paginate():
        for api in page["items"]:
            methods = list(_rest_methods(client, api["id"]))
            for stage in client.get_stages(restApiId=api["id"])["item"]:
                yield ListedStage(
                    "rest",
                    metric_name(api["name"], api["id"]),
                    stage["stageName"],
                    api["name"],
                    (api["id"],),
                    _rest_detailed(stage),
                    tuple(route for route, _ in methods),
                    _functions((uri for _, uri in methods), stage.get("variables", {})),
                )


def _rest_methods(client: Any, api: str) -> Iterator[tuple[str, str]]:
    """Each method as ``GET /users/{id}``, with the address behind it."""
    for page in client.get_paginator("get_resources").paginate(restApiId=api, embed=["methods"]):
        for resource in page["items"]:
            for name, method in resource.get("resourceMethods", {}).items():
                yield f"{name} {resource['path']}", method.get("methodIntegration", {}).get("uri", "")


def _rest_detailed(stage: dict[str, Any]) -> bool:
    return any(setting.get("metricsEnabled", False) for setting in stage.get("methodSettings", {}).values())


def _http(world: AwsWorld) -> Iterator[ListedStage]:
    client = world.client("apigatewayv2")
    for page in client.get_paginator("get_apis").paginate():
        for api in page["Items"]:
            if api.get("ProtocolType") == "HTTP":
                yield from _http_stages(client, api)


def _http_stages(client: Any, api: dict[str, Any]) -> Iterator[ListedStage]:
    identifier = api["ApiId"]
    routes = [route["RouteKey"] for page in _pages(client, "get_routes", identifier) for route in page]
    behind = [
        each.get("IntegrationUri", "") for page in _pages(client, "get_integrations", identifier) for each in page
    ]
    for page in _pages(client, "get_stages", identifier):
        for stage in page:
            detailed = bool(stage.get("DefaultRouteSettings", {}).get("DetailedMetricsEnabled")) or any(
                settings.get("DetailedMetricsEnabled") for settings in stage.get("RouteSettings", {}).values()
            )
            functions = _functions(behind, stage.get("StageVariables", {}))
            yield ListedStage(
                "http",
                identifier,
                stage["StageName"],
                api["Name"],
                (identifier,),
                detailed,
                tuple(sorted(routes)),
                functions,
            )


def _pages(client: Any, operation: str, api: str) -> Iterator[list[dict[str, Any]]]:
    for page in client.get_paginator(operation).paginate(ApiId=api):
        yield page["Items"]


def _functions(addresses: Iterable[str], variables: dict[str, str]) -> tuple[str, ...]:
    """The names of the Lambda functions in integration addresses, stage variables filled in."""
    found = set()
    for address in addresses:
        filled = re.sub(r"\$\{stageVariables\.(\w+)\}", lambda match: variables.get(match[1], match[0]), address)
        match = re.search(r":function:([A-Za-z0-9_-]+)", filled)
        if match:
            found.add(match[1])
    return tuple(sorted(found))
