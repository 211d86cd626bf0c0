"""A running sandbox for each test, and real boto3 clients that talk to it over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import boto3
import pytest

from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.sandbox.asking import Client, Show, boto_session


@pytest.fixture(scope="session")
def sessions() -> Callable[[str | None], boto3.Session]:
    made: dict[str | None, boto3.Session] = {}

    def session(protocol: str | None) -> boto3.Session:
        if protocol not in made:
            made[protocol] = boto_session(protocol)
        return made[protocol]

    return session


@pytest.fixture
def show(sessions: Callable[[str | None], boto3.Session]) -> Iterator[Show]:
    """Shows a world; everything is closed at the end of the test."""
    with ExitStack() as stack:

        def make(world: World, protocol: str | None = None) -> Client:
            return Client(stack.enter_context(Server(world)), sessions(protocol), stack)

        yield make
