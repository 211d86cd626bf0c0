"""The bench's sandbox, in a process of its own: ``python -m tests.bench.server OPERATIONS NOW DELAY_MS [SERVICES]``.

The one rule: it prints its URL, then answers each line on stdin with what it has seen since the last
one, as JSON; so every figure about calls, datapoints and concurrency is the server's own. A line that is a
number is from then on the delay of each answer, in ms.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from slactl.sandbox.packs import PACKS, add_packs
from slactl.sandbox.requests import DEFAULT_ENVIRONMENT, DEFAULT_SERVICE
from slactl.sandbox.scenario import BenchSource, bench_world
from slactl.sandbox.server import Server
from slactl.sandbox.sources import StreamKey
from slactl.sandbox.streams import Stream
from slactl.sandbox.world import World

SINCE = 60 * 86_400
"""So many seconds before the clock parts of the platform began to be measured."""


class InFlight:
    """A WSGI application around another one that delays answers and counts how many calls are inside at once."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], delay_ms: float) -> None:
        self._inner, self._lock, self.delay_ms = inner, threading.Lock(), delay_ms
        self._inside = self.most = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        try:
            time.sleep(self.delay_ms / 1000)
            return self._inner(environ, start_response)
        finally:
            with self._lock:
                self._inside -= 1


class Services:
    """A ``Source`` of several services, ``service-00`` and so on, each with operations of its own."""

    def __init__(self, services: int, operations: int) -> None:
        self._parts = {f"service-{number:02d}": BenchSource(operations, number + 1) for number in range(services)}

    def operations(self) -> list[StreamKey]:
        """See ``Source``."""
        return [
            StreamKey(name, DEFAULT_ENVIRONMENT, key.operation)
            for name, part in self._parts.items()
            for key in part.operations()
        ]

    def stream(self, service: str, environment: str | None = None, operation: str | None = None) -> Stream:
        """See ``Source``."""
        return self._parts[service].stream(DEFAULT_SERVICE, environment, operation)


def platform_world(services: int, operations: int, now: float) -> World:
    """Several services with so many operations each, and every pack beside them."""
    world = World(Services(services, operations), now=now)
    add_packs(world, PACKS, since=now - SINCE)
    return world


def main(operations: int, now: float, delay_ms: float, services: int = 0) -> None:
    world = platform_world(services, operations, now) if services else bench_world(operations, now)
    server = Server(world, keep_params=False)
    counting = InFlight(server._application, delay_ms)
    server._http.application = counting  # type: ignore[assignment]
    with server:
        _say(server.url)
        cpu = 0.0
        for line in sys.stdin:
            if line.strip().isdecimal():
                counting.delay_ms = float(line)
            seen = {"tally": dict(server.tally), "cpu": server.cpu_seconds - cpu, "in_flight": counting.most}
            server.tally.clear()
            server.calls.clear()
            cpu, counting.most = server.cpu_seconds, 0
            _say(json.dumps(seen))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), *map(int, sys.argv[4:]))
