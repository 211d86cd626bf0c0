"""The APIs of a gateway's log as moto shows them to discovery.

The one rule: what has metrics can be found: every API, stage and method of the log, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from slactl.sandbox.sources import Source
from slactl.sandbox.world import World


def publish_gateway(world: World) -> None:
    """Makes the APIs of the world's gateway log visible to discovery, detailed metrics on."""
    if world.gateway is None:
        return
    if world.gateway_kind == "rest":
        _publish_rest(world, world.gateway)
    else:
        _publish_http(world, world.gateway)


def _publish_rest(world: World, gateway: Source) -> None:
    from moto.backends import get_backend

    backend: Any = get_backend("apigateway")[world.account][world.region]
    apis: dict[str, str] = {}
    for api, stage, operation in gateway.operations():
        if api not in apis:
            apis[api] = _add_api(backend, api)
        _add_stage(backend.apis[apis[api]], stage)
        if operation:
            _add_method(backend.apis[apis[api]], operation)


def _add_api(backend: Any, name: str) -> str:
    """The id of a new API; it follows from the name, so that the same world has the same ids."""
    wanted = hashlib.sha256(name.encode()).hexdigest()[:10]
    api = backend.create_rest_api(name, "", tags={"_custom_id_": wanted})
    api.tags.clear()
    return str(api.id)


def _add_stage(api: Any, stage: str) -> None:
    if stage not in api.stages:
        api.create_deployment(stage, "")
        api.stages[stage].method_settings["*/*"] = {"metricsEnabled": True}


def _add_method(api: Any, operation: str) -> None:
    method, _, path = operation.partition(" ")
    parent = next(resource for resource in api.resources.values() if resource.get_path() == "/")
    for part in _parts(path):
        known = [item for item in api.resources.values() if item.parent_id == parent.id and item.path_part == part]
        parent = known[0] if known else api.add_child(part, parent.id)
    parent.add_method(method, "NONE", False)


def _parts(path: str) -> Iterator[str]:
    return (part for part in path.split("/") if part)


def _publish_http(world: World, gateway: Source) -> None:
    from moto.backends import get_backend

    backend: Any = get_backend("apigatewayv2")[world.account][world.region]
    for api_id, stage, operation in gateway.operations():
        if api_id not in backend.apis:
            backend.apis[api_id] = _http_api(backend, api_id)
        api = backend.apis[api_id]
        if stage not in api.stages:
            api.create_stage({"stageName": stage, "defaultRouteSettings": {"detailedMetricsEnabled": True}})
        if operation and operation not in {route.route_key for route in api.routes.values()}:
            api.create_route(False, [], operation, "")


def _http_api(backend: Any, api_id: str) -> Any:
    """A new HTTP API; its metrics go by its id, so it gets the one that the log names."""
    api = backend.create_api(
        api_key_selection_expression=None,
        cors_configuration=None,
        description="",
        disable_schema_validation=None,
        disable_execute_api_endpoint=None,
        name=api_id,
        protocol_type="HTTP",
        route_selection_expression=None,
        tags={},
        version=None,
    )
    del backend.apis[api.api_id]
    api.api_id = api_id
    return api
