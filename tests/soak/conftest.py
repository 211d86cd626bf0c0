"""A stage for each test, and what the soak came to, printed at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.failures.stage import Stage


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    yield made
    made.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line; with pytest-xdist each worker's counts come as properties of its tests."""
    counts: Counter[str] = Counter()
    reports = (one for group in terminalreporter.stats.values() for one in group)
    for report in (one for one in reports if getattr(one, "when", "") == "call"):
        counts.update(dict(getattr(report, "user_properties", ())))
    if counts:
        told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        terminalreporter.write_line(f"soak: {told}")
