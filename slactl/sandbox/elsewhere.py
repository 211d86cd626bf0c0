"""Everything the sandbox does not answer itself, answered by moto in the same process.

The one rule: moto and its web framework are imported when the first such call arrives.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

from slactl.sandbox.wire import Request
from slactl.sandbox.world import World


class Elsewhere:
    """moto's server application, made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._application: Callable[..., Iterable[bytes]] | None = None

    def answer(
        self, world: World, environ: dict[str, Any], request: Request, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """moto's answer to the request."""
        environ = {**environ, "wsgi.input": io.BytesIO(request.body)}
        return self._made()(environ, start_response)

    def _made(self) -> Callable[..., Iterable[bytes]]:
        with self._lock:
            if self._application is None:
                from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

                self._application = DomainDispatcherApplication(create_backend_app)
            return self._application
