"""Places with evidence: a shop and its edge, collected from a sandbox by the real command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from slactl.cli.app import run
from slactl.sandbox.server import Server
from tests.conftest import CREDENTIALS
from tests.failures.small import configuration, world
from tests.failures.stage import Stage, no_waiting

BEFORE_THE_WINDOW = "2026-10-30T00:30:00Z"


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def at(stage: Stage, patch: pytest.MonkeyPatch, now: str) -> None:
    """Sets the clock of the machine and of the sandbox."""
    patch.setenv("SLACTL_NOW", now)
    if stage.server is not None:
        stage.server.world.now = epoch(now)


def gather(place: Path, *whens: str, until: str | None = None) -> None:
    """Configures an empty place, and collects into it at some instants."""
    for name, text in configuration(edge=True).items():
        (place / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, Server(world(edge=True)) as server:
        no_waiting(patch)
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        patch.chdir(place)
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        for now in whens:
            patch.setenv("SLACTL_NOW", now)
            server.world.now = epoch(now)
            assert run(["--quiet", "collect", *(["--until", until] if until else [])]) == 0
