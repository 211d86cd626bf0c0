"""The measures of a daily collect of a thousand operations.

The one rule: as for the report's: what the server saw counts, and ratios are taken in one run.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.harness import SLACTL, Ran, Sandbox, configure, ran
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]


def collected(server: Sandbox, configuration: Path, **settings: str) -> Ran:
    command = [*SLACTL, "collect", "--config", str(configuration), "--format", "json", "--no-close"]
    return ran([*command, "--since", "2026-11-05"], AWS_ENDPOINT_URL=server.url, **settings)


def test_daily_collect(table: Table, wide: Sandbox, tmp_path: Path) -> None:
    """Yesterday and what is over of today: pages beyond a call's first are the reader's, and count for themselves."""
    wide.seen()
    done = collected(wide, configure(tmp_path, "2026-11-02"))
    seen, told = wide.seen(), json.loads(done.out)
    use = next(one for one in told["sources"] if one["kind"] == "cloudwatch")
    least = max(use["queries"] / 500, use["datapoints"] / 100_800)
    assert seen.tally["datapoints"] == use["datapoints"], "the run and the server count datapoints alike"
    (day,) = (tmp_path / "evidence" / "counts").rglob("day=2026-11-05/*.parquet")
    month = day.stat().st_size * 31 / 1e6
    behind = (
        f"{use['calls']} calls, {least:.1f} at least, {seen.tally['GetMetricData']} pages; "
        f"{use['queries']:,} queries, {use['datapoints']:,} datapoints"
    )
    times = f"{done.wall:.0f} s, CPU {done.cpu:.0f} s, server {seen.cpu:.0f} s"
    good = [
        table.at_most("collect: packing", use["calls"] / least, 1.1, behind),
        table.at_most("collect: MB at most, 1,000 operations", done.megabytes, 300, times),
        table.at_most("collect: MB kept of a month", month, 100, f"{day.stat().st_size:,} bytes a day"),
    ]
    assert all(good)
