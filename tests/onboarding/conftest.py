"""A desk with a running sandbox.

The one rule: the sandbox's clock is SLACTL_NOW, and discovery is not slowed down to AWS's ten calls a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import botocore.loaders
import pytest

from slactl.cli.console import Talk
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.onboarding.standing import NOW, Desk


@pytest.fixture(scope="session")
def onboarding_server() -> Iterator[Server]:
    with Server(World(RequestLog.empty())) as server:
        yield server


LOADER = botocore.loaders.create_loader()
"""Loads the models of AWS's services once, not once a command."""


@pytest.fixture
def desk(
    onboarding_server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setenv("AWS_ENDPOINT_URL", onboarding_server.url)
    monkeypatch.setenv("SLACTL_NOW", NOW.isoformat())
    monkeypatch.chdir(tmp_path)
    for module in ("discovery", "application_signals"):
        monkeypatch.setattr(f"slactl.sources.{module}.CALLS_A_SECOND", 10_000.0)
    monkeypatch.setattr("botocore.loaders.create_loader", lambda _paths: LOADER)
    monkeypatch.setattr(Talk, "quiet", False)
    return Desk(onboarding_server, capsys, tmp_path, monkeypatch)
