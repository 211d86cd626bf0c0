"""A place with a configuration, and the command line run in it.

The one rule: the clock is the one given; AWS is not there unless a test connects it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slactl.cli.app import run

NOW = "2026-10-01T10:00:00Z"
MAIN = """version: 1
report: {timezone: Europe/Rome}
services:
  shop: {environment: prod}
  search: {environment: prod}
objectives:
  - {id: uptime, indicator: availability, goal: ">= 99.9%", exclude: maintenance}
maintenance: maintenance.yaml
"""
NOTHING_YET = "notice: 48h\n"


@dataclass(frozen=True)
class Done:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Place:
    """A directory with ``slactl.yaml`` and ``maintenance.yaml``."""

    def __init__(self, directory: Path, capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory, self.capture, self.monkeypatch = directory, capture, monkeypatch
        monkeypatch.chdir(directory)
        monkeypatch.delenv("SLACTL_CONFIG", raising=False)
        self.now(NOW)
        self.write("slactl.yaml", MAIN)
        self.write("maintenance.yaml", NOTHING_YET)

    def now(self, instant: str) -> None:
        self.monkeypatch.setenv("SLACTL_NOW", instant)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def read(self, name: str = "maintenance.yaml") -> str:
        return (self.directory / name).read_bytes().decode()

    def run(self, *arguments: str) -> Done:
        self.capture.readouterr()
        code = run(["maintenance", *arguments])
        said = self.capture.readouterr()
        return Done(code, said.out, said.err)

    def files(self) -> set[str]:
        return {path.relative_to(self.directory).as_posix() for path in self.directory.rglob("*") if path.is_file()}
