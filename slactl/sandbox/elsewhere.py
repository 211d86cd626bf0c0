"""Everything the sandbox does not answer itself, answered by moto in the same process.

The one rule: moto and its web framework are imported when the first such call arrives; moto keeps
one state for the whole process, so a new application begins by emptying it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from slactl.sandbox.world import World

Wsgi = Callable[..., Iterable[bytes]]


class Elsewhere:
    """The server application of moto, made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._application: Wsgi | None = None

    def answer(self, world: World, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """What moto answers, in the account of the world."""
        return self._made(world)({**environ, "HTTP_X_MOTO_ACCOUNT_ID": world.account}, start_response)

    def _made(self, world: World) -> Wsgi:
        with self._lock:
            if self._application is None:
                self._application = _moto()
                publish_gateway(world)
            return self._application


def _moto() -> Wsgi:
    from moto.core.base_backend import BackendDict
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    BackendDict.reset()
    return DomainDispatcherApplication(create_backend_app)


def publish_gateway(world: World) -> None:
    """Makes the REST APIs of the world's gateway log visible to discovery, detailed metrics on."""
    if world.gateway is None or world.gateway_kind != "rest":
        return
    from moto.backends import get_backend

    backend: Any = get_backend("apigateway")[world.account][world.region]
    apis: dict[str, str] = {}
    for api, stage, operation in world.gateway.operations():
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
