"""The measures of a report from evidence of two thousand operations.

The one rule: what reading the columns alone takes is measured beside it, on the same files, in a
process of its own; of several runs of each the fastest counts.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench.harness import SLACTL, Ran, configure, ran
from tests.bench.month import keep
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
OPERATIONS, RUNS = 2000, 3


def reported(configuration: Path, out: Path) -> Ran:
    command = [*SLACTL, "report", "--from", "evidence", "--month", "2026-10", "--format", "html"]
    return ran([*command, "--output", str(out), "--config", str(configuration)])


def test_report_from_evidence(table: Table, tmp_path: Path) -> None:
    """The first run keeps the final report in the store; the others find it there, as any later run does."""
    configuration = configure(tmp_path)
    files = keep(configuration, OPERATIONS)
    inside = [str(path) for path in files]
    alone = min(float(ran([sys.executable, "-m", "tests.bench.columns", *inside]).out) for _ in range(RUNS))
    done = min((reported(configuration, tmp_path / f"out{run}") for run in range(RUNS)), key=lambda one: one.wall)
    size = sum(path.stat().st_size for path in files) / 1e6
    times = f"{done.wall:.1f} s (CPU {done.cpu:.1f} s) over {alone:.1f} s"
    good = [
        table.at_most("report --from evidence: times its columns", done.wall / alone, 2, times),
        table.at_most("report --from evidence: MB at most", done.megabytes, 300, f"{OPERATIONS} operations, a month"),
        table.at_most(
            "evidence: MB of a month, 1,000 operations", size * 1000 / OPERATIONS, 100, f"{size:.0f} MB in all"
        ),
    ]
    assert all(good)
