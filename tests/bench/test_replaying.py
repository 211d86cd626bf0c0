"""The measure of ``slactl alarms replay``: a month of a hundred endpoints, all default kinds, from kept evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.harness import SLACTL, configure, ran
from tests.bench.month import keep
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
OPERATIONS, RUNS, LIMIT = 100, 3, 10
TOLD = (
    "notify: {page: [arn:aws:sns:eu-west-1:123456789012:page], ticket: [arn:aws:sns:eu-west-1:123456789012:ticket]}\n"
)


def test_replay_of_a_month(table: Table, tmp_path: Path) -> None:
    configuration = configure(tmp_path)
    with configuration.open("a", encoding="utf-8") as main:
        main.write("\nalarms: alarms.yaml\n")
    (tmp_path / "alarms.yaml").write_text(TOLD, encoding="utf-8")
    keep(configuration, OPERATIONS)
    command = [*SLACTL, "--quiet", "alarms", "replay", "--month", "2026-10", "--from", "evidence", "--format", "json"]
    runs = [ran([*command, "--config", str(configuration)]) for _ in range(RUNS)]
    done = min(runs, key=lambda one: one.wall)
    assert len({one.out for one in runs}) == 1
    detail = f"CPU {done.cpu:.1f} s, {done.megabytes:.0f} MB, {OPERATIONS} endpoints from evidence"
    assert table.at_most("alarms replay: seconds of a month", done.wall, LIMIT, detail)
