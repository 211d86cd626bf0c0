"""Everything the sandbox does not answer itself, answered by moto in the same process.

The one rule: moto and its web framework are imported when the first such call arrives; moto keeps
one state for the whole process, so a new application begins by emptying it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from slactl.sandbox.gateways import publish_gateway
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
                for furnish in world.furnishings:
                    furnish(world)
            return self._application


def _moto() -> Wsgi:
    from moto.core.base_backend import BackendDict
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    BackendDict.reset()
    return DomainDispatcherApplication(create_backend_app)
