"""Running sandboxes, and real boto3 clients that talk to them over HTTP.

The one rule: servers and clients are made once and lent to one test at a time; a world is shown from scratch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.sandbox.asking import Client, Show, boto_session


class Pool:
    """Clients by protocol, each with a sandbox of its own."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._free: defaultdict[str | None, list[Client]] = defaultdict(list)

    def lend(self, world: World, protocol: str | None) -> Client:
        if not self._free[protocol]:
            self._free[protocol].append(self._new(protocol))
        client = self._free[protocol].pop()
        client.server.restart(world)
        return client

    def take_back(self, client: Client, protocol: str | None) -> None:
        self._free[protocol].append(client)
        assert client.server.failures == []

    def _new(self, protocol: str | None) -> Client:
        server = self._stack.enter_context(Server(World(RequestLog.empty())))
        client = Client(server, boto_session(protocol))
        self._stack.callback(client.close)
        return client


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    with ExitStack() as stack:
        yield Pool(stack)


@pytest.fixture
def show(pool: Pool) -> Iterator[Show]:
    """Shows a world until the end of the test."""
    with ExitStack() as stack:

        def make(world: World, protocol: str | None = None) -> Client:
            client = pool.lend(world, protocol)
            stack.callback(pool.take_back, client, protocol)
            return client

        yield make
