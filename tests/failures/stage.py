"""The real command line, run in this process against a sandbox that really answers over HTTP.

The one rule: nothing of slactl is replaced; only its pacing and botocore's backoff don't wait.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import pytest

from slactl.cli import clock
from slactl.cli.app import run
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.failures.small import NOW, Mood, configuration, world

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Json:
        """The JSON report on stdout."""
        found: Json = json.loads(self.out)
        return found


def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the waiting out of pacing and of botocore's backoff; the number of attempts stays."""
    monkeypatch.setattr(clock, "TIMING", (time.monotonic, lambda _seconds: None))
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _seconds: None, time=time.time))


class Stage:
    """A directory with a configuration, a sandbox, and the command line."""

    def __init__(self, directory: Path, capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory, self._capture, self._patch = directory, capture, monkeypatch
        self.server: Server | None = None
        no_waiting(monkeypatch)
        monkeypatch.chdir(directory)
        monkeypatch.setenv("SLACTL_NOW", NOW)

    def show(self, world: World) -> Server:
        """Starts the sandbox, or shows another world at the same port."""
        if self.server is None:
            self.server = Server(world).start()
            self._patch.setenv("AWS_ENDPOINT_URL", self.server.url)
        self.server.restart(world)
        return self.server

    def configure(self, files: dict[str, str] | None = None) -> None:
        for name, text in (files or configuration()).items():
            (self.directory / name).write_text(text, encoding="utf-8")

    def misbehave(self, behaviour: Behaviour) -> None:
        assert self.server is not None
        self.server.world.behaviour = behaviour

    def run(self, *arguments: str) -> Outcome:
        self._capture.readouterr()
        code = run(arguments)
        said = self._capture.readouterr()
        return Outcome(code, said.out, said.err)

    def report(self, *arguments: str) -> Outcome:
        """``slactl report`` of October 2026 as JSON on stdout."""
        return self.run("--quiet", "report", "--month", "2026-10", "--format", "json", "-o", "-", *arguments)

    def files(self) -> set[str]:
        """Every file below the directory."""
        return {str(path.relative_to(self.directory)) for path in self.directory.rglob("*") if path.is_file()}

    def close(self) -> None:
        if self.server is not None:
            self.server.stop()


_UNDISTURBED: dict[tuple[object, ...], str] = {}


def undisturbed(stage: Stage, mood: Mood, *, edge: bool) -> str:
    """The JSON report of a world that nothing disturbs; it is configured and shown now.

    It is made once, because it is always the same.
    """
    stage.configure(configuration(edge=edge))
    stage.show(world(mood=mood, edge=edge))
    key = (mood, edge)
    if key not in _UNDISTURBED:
        done = stage.report()
        assert (done.code, done.err) == (0, "")
        _UNDISTURBED[key] = done.out
    return _UNDISTURBED[key]
