"""The measures of the month's report; ``make bench`` runs them, one after the other.

The one rule: ratios only, taken in one run on one machine; a fast or a slow machine must not decide.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from subprocess import run

import pytest

from tests.bench.conftest import Made
from tests.bench.harness import ROOT, SLACTL, configure, ran, report, sandbox
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]

OPERATIONS, HOURS = 1000, 745
TIMES = 15
BEFORE = "4514ffd"
"""The last version that knew of no general indicators."""
USUAL_DATAPOINTS = OPERATIONS * 6 * HOURS * 12

HELLO = """
import typer

def main(name: str = "world") -> None:
    print(f"hello {name}")

typer.run(main)
"""


def test_reads(table: Table, month: Made) -> None:
    calls = month.seen.tally["GetMetricData"]
    source = month.report["sources"][0]
    queries, points = source["queries"], source["datapoints"]
    least = max(queries / 500, points / 100_800)
    assert month.report["gaps"] == []
    assert points == month.seen.tally["datapoints"], "the report and the server count datapoints alike"
    behind = f"{queries:,} queries, {points:,} datapoints"
    good = [
        table.at_most("reads: GetMetricData calls", calls, 800, behind),
        table.at_most("reads: queries for each operation", queries / OPERATIONS, 400),
        table.at_least("reads: times fewer datapoints", USUAL_DATAPOINTS / points, 20, f"of {USUAL_DATAPOINTS:,}"),
        table.at_most("reads: packing", calls / least, 1.1, f"{calls} calls, {least:.1f} at least"),
    ]
    assert all(good)


def test_memory(table: Table, month: Made, day: Made) -> None:
    peak, one = month.ran.megabytes, day.ran.megabytes
    good = [
        table.at_most("memory: MB at most, 1,000 operations", peak, 300, f"{month.ran.wall:.1f} s"),
        table.at_least("memory: calls in flight meanwhile", month.seen.in_flight, 4, "as the server saw them"),
        table.at_most("memory: a month over a day", peak / one, 1.2, f"{peak:.0f} MB over {one:.0f} MB"),
    ]
    assert all(good)


def test_rendering(table: Table, month: Made) -> None:
    seconds, whole = month.rendering["html"], month.ran.wall
    assert table.at_most("html: share of the whole run", seconds / whole, 0.1, f"{seconds:.2f} s of {whole:.1f} s")


def test_time(table: Table, tmp_path: Path) -> None:
    with sandbox(300, delay_ms=100) as server:
        ours = report(server.url, configure(tmp_path), tmp_path / "out")
        our_server = server.seen().cpu
        usual = ran([sys.executable, "-m", "tests.bench.usual", server.url, "30"])
        their_server = server.seen().cpu
    assert len(usual.out.splitlines()) == 30
    behind = (
        f"{ours.wall:.1f} s (CPU {ours.cpu:.1f} s, server {our_server:.1f} s) against 10 × {usual.wall:.1f} s "
        f"(CPU {usual.cpu:.1f} s, server {their_server:.1f} s)"
    )
    assert table.at_least("time: faster than the usual script", 10 * usual.wall / ours.wall, 10, behind)


def test_start(table: Table, tmp_path: Path) -> None:
    hello = tmp_path / "hello.py"
    hello.write_text(HELLO)
    nothing, version = _in_turn([sys.executable, "-c", "pass"], [*SLACTL, "--version"], 0)
    typed, misspelt = _in_turn([sys.executable, str(hello)], [*SLACTL, "report", "--mnoth", "2026-10"], 2)
    good = [
        table.at_most("start: --version over python -c pass", version / nothing, 3, _ms(version, nothing)),
        table.at_most("start: misspelt option over typer's hello", misspelt / typed, 1.5, _ms(misspelt, typed)),
    ]
    assert all(good)


def test_start_before_general_indicators(table: Table, tmp_path: Path) -> None:
    """The same two starts of a copy of the last version that knew of no packs; told only where its history is."""
    kept = run(["git", "archive", BEFORE, "slactl"], cwd=ROOT, capture_output=True, check=False)
    if kept.returncode:
        pytest.skip(f"{BEFORE} is not in the history here")
    run(["tar", "-x", "-C", tmp_path], input=kept.stdout, check=True)
    good = []
    for told, arguments, code in (("--version", ["--version"], 0), ("misspelt option", ["report", "--mnoth"], 2)):
        before, now = _in_turn([*SLACTL, *arguments], [*SLACTL, *arguments], code, first_in=tmp_path, first_code=code)
        good.append(table.at_most(f"start: {told} over that before packs", now / before, 1.1, _ms(now, before)))
    assert all(good)


def _ms(one: float, other: float) -> str:
    return f"{one * 1000:.0f} ms over {other * 1000:.0f} ms"


def _in_turn(
    one: list[str], other: list[str], code: int, *, first_in: Path = ROOT, first_code: int = 0
) -> tuple[float, float]:
    """The medians of two commands, run in turn; the first of each is left out."""
    pairs = [(_seconds(one, first_code, first_in), _seconds(other, code)) for _ in range(TIMES + 1)][1:]
    return median(first for first, _ in pairs), median(second for _, second in pairs)


def _seconds(command: list[str], code: int, place: Path = ROOT) -> float:
    begun = time.perf_counter()
    done = run(command, cwd=place, capture_output=True, check=False)
    seconds = time.perf_counter() - begun
    assert done.returncode == code, done.stderr
    return seconds
