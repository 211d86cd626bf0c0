"""Running slactl against a sandbox of its own and measuring both.

The one rule: slactl runs as a user runs it, in a child process; wall time and memory are that
child's, calls and CPU are the server's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests.conftest import CREDENTIALS

ROOT = Path(__file__).parents[2]
NOW = "2026-11-06T06:00:00Z"
EPOCH = datetime(2026, 11, 6, 6, tzinfo=UTC).timestamp()
SLACTL = [sys.executable, "-m", "slactl"]
TIMED = [sys.executable, "-m", "tests.bench.timed"]

CONFIGURATION = """version: 1
report: {title: Bench, id: "SLA-{month}", language: en, timezone: Europe/Rome}
services:
  missions-api:
    environment: lambda:prod
    since: SINCE
    operations:
      - {match: "GET /resources-00*", class: query}
      - {match: "GET *", class: read}
maintenance: maintenance.yaml
"""

MAINTENANCE = """notice: 24h
windows:
  - {id: CHG-1, start: 2026-10-06T02:05, end: 2026-10-06T03:50, announced: 2026-09-20T10:00, reason: Database}
  - {id: CHG-2, start: 2026-10-13T01:35, end: 2026-10-13T02:20, announced: 2026-09-20T10:00, reason: Network}
  - {id: CHG-3, start: 2026-10-25T01:25, end: 2026-10-25T04:10, announced: 2026-09-20T10:00, reason: Patching}
  - {id: CHG-4, start: 2026-10-31T22:55, end: 2026-10-31T23:40, announced: 2026-09-20T10:00, reason: Patching}
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server has seen: calls by operation, CPU seconds, and the most calls at once."""

    tally: dict[str, int]
    cpu: float
    in_flight: int


@dataclass(frozen=True, slots=True)
class Ran:
    """A child process: wall and CPU seconds, its greatest memory in MB, and what it printed."""

    wall: float
    cpu: float
    megabytes: float
    out: str
    err: str


class Sandbox:
    """A running sandbox process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = self._line()

    def seen(self, delay_ms: int | None = None) -> Seen:
        """What it has seen since the last time it was asked; ``delay_ms`` is how long answers take from now on."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{'seen' if delay_ms is None else delay_ms}\n")
        self._process.stdin.flush()
        return Seen(**json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def sandbox(operations: int, delay_ms: float = 0, services: int = 0, now: float = EPOCH) -> Iterator[Sandbox]:
    """A sandbox with so many operations, in a process of its own; with ``services`` each has so many, beside packs."""
    command = [sys.executable, "-m", "tests.bench.server", *map(str, (operations, now, delay_ms, services))]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Sandbox(process)
        assert process.stdin is not None
        process.stdin.close()


def configure(directory: Path, since: str = "2026-10-01") -> Path:
    """The bench's configuration: the bundled objectives and four windows off the hour grid."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "slactl.yaml").write_text(CONFIGURATION.replace("SINCE", since))
    (directory / "maintenance.yaml").write_text(MAINTENANCE)
    return directory / "slactl.yaml"


def ran(command: list[str], *codes: int, **settings: str) -> Ran:
    """Runs a command to its end; 0 is a good one, or any of the codes.

    Raises:
        RuntimeError: if it ends with none of the codes; with what it said.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACTL_"))}
    environment = {**kept, **CREDENTIALS, "SLACTL_NOW": NOW, **settings}
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        said = [_text(out), _text(err)]
    if process.returncode not in (codes or (0,)):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said[1][-2000:]}")
    return Ran(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, *said)


def _text(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()


def report(url: str, configuration: Path, out: Path, *more: str) -> Ran:
    """``slactl report`` of October 2026."""
    return ran([*SLACTL, *_arguments(configuration, out, more)], AWS_ENDPOINT_URL=url)


def timed_report(url: str, configuration: Path, out: Path, *more: str) -> Ran:
    """The same with a stopwatch around the formats."""
    return ran([*TIMED, *_arguments(configuration, out, more)], AWS_ENDPOINT_URL=url)


def _arguments(configuration: Path, out: Path, more: tuple[str, ...]) -> list[str]:
    return ["--quiet", "report", "--month", "2026-10", "--config", str(configuration), "--output", str(out), *more]


def report_json(out: Path) -> dict[str, Any]:
    """The JSON report that was written there."""
    found: dict[str, Any] = json.loads((out / "slactl-2026-10.json").read_text())
    return found
