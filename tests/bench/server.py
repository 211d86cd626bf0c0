"""The bench's sandbox, in a process of its own: ``python -m tests.bench.server OPERATIONS NOW DELAY_MS``.

The one rule: it prints its URL, then answers each line on stdin with what it has seen since the last
one, as JSON; so every figure about calls, datapoints and concurrency is the server's own.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.scenario import bench_world
from slactl.sandbox.server import Server


class InFlight:
    """A WSGI application around another one that counts how many calls are inside at once."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner, self._lock = inner, threading.Lock()
        self._inside = self.most = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        try:
            return self._inner(environ, start_response)
        finally:
            with self._lock:
                self._inside -= 1


def main(operations: int, now: float, delay_ms: float) -> None:
    world = bench_world(operations, now)
    world.behaviour = Behaviour(delay_ms=delay_ms)
    server = Server(world, keep_params=False)
    counting = InFlight(server._application)
    server._http.application = counting  # type: ignore[assignment]
    with server:
        _say(server.url)
        cpu = 0.0
        for _ in sys.stdin:
            seen = {"tally": dict(server.tally), "cpu": server.cpu_seconds - cpu, "in_flight": counting.most}
            server.tally.clear()
            server.calls.clear()
            cpu, counting.most = server.cpu_seconds, 0
            _say(json.dumps(seen))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
