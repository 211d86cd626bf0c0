"""A sandbox that slactl's own command line talks to, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from slactl.cli.app import run
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)


@dataclass
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Desk:
    """Runs commands against a world; every call of a test goes to the same sandbox."""

    server: Server
    capture: pytest.CaptureFixture[str]
    folder: Path
    patch: pytest.MonkeyPatch = field(repr=False)

    def show(self, world: World) -> None:
        self.server.restart(world)

    def run(self, *arguments: str) -> Said:
        self.capture.readouterr()
        code = run(arguments)
        said = self.capture.readouterr()
        return Said(code, said.out, said.err)


Rows = list[tuple[Any, ...]]


def requests(
    operations: Sequence[str], hours: int = 24 * 40, service: str = "shop", environment: str = "ecs:prod"
) -> Rows:
    """One request of each operation an hour, back from NOW; of reports half a second, else fifty milliseconds."""
    return [
        (
            (NOW - timedelta(hours=hour, minutes=-3)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            operation,
            800.0 if "report" in operation else 50.0,
            500 if (hour + index) % 97 == 0 else 200,
            service,
            environment,
        )
        for hour in range(1, hours + 1)
        for index, operation in enumerate(operations)
    ]


def world(*rows: Rows, **more: Any) -> World:
    """A world of such requests."""
    return World(RequestLog.from_rows([row for some in rows for row in some]), now=NOW.timestamp(), **more)


def gateway(*rows: Rows) -> RequestLog:
    """The log of a gateway; the service is the API, the environment its stage."""
    return RequestLog.from_rows([row for some in rows for row in some])
