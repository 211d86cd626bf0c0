"""One table for all measures, printed at the end; the report of a thousand operations is made once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bench.harness import Ran, Sandbox, Seen, configure, report_json, sandbox, timed_report
from tests.bench.table import Table

TABLE = Table()


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made: the child process, what the server saw, the report, seconds of each format."""

    ran: Ran
    seen: Seen
    report: dict[str, Any]
    rendering: dict[str, float]


@pytest.fixture
def table() -> Table:
    return TABLE


@pytest.fixture(scope="session")
def wide() -> Iterator[Sandbox]:
    """A sandbox with a thousand operations that answers at once."""
    with sandbox(1000) as made:
        yield made


@pytest.fixture(scope="session")
def month(wide: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(wide, tmp_path_factory.mktemp("month"), "2026-10-01")


@pytest.fixture(scope="session")
def day(wide: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same thousand operations, of which only the last day of the month is owed."""
    return made(wide, tmp_path_factory.mktemp("day"), "2026-10-31")


def made(server: Sandbox, directory: Path, since: str) -> Made:
    out = directory / "out"
    done = timed_report(server.url, configure(directory, since), out, "--format", "html,json")
    return Made(done, server.seen(), report_json(out), json.loads(done.err.splitlines()[-1]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE.lines:
        terminalreporter.section("measured")
        for line in TABLE.lines:
            terminalreporter.write_line(str(line))
