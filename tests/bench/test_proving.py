"""The measures of bundles and their verification.

The one rule: bundled and verified by processes of their own, as users do; what a month of thrice as many
operations takes is held against the smaller one's, in one run on one machine.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from slactl.model.period import Month
from tests.bench.harness import EPOCH, SLACTL, Ran, configure, ran
from tests.bench.kept import keep_month
from tests.bench.table import Table

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]

FEW, MANY = 100, 300
KEYS = ("openssl genpkey -algorithm ed25519 -out key.pem", "openssl pkey -in key.pem -pubout -out pub.pem")


@dataclass(frozen=True, slots=True)
class Proven:
    """A month's bundle of so many operations: how it was made and verified, and its size in bytes."""

    bundled: Ran
    verified: Ran
    size: int


def proven(operations: int, place: Path) -> Proven:
    from zoneinfo import ZoneInfo

    configuration = configure(place, "2026-10-01")
    keep_month(configuration, operations, Month(2026, 10).span(ZoneInfo("Europe/Rome")), int(EPOCH))
    for line in KEYS:
        subprocess.run(line.split(), cwd=place, check=True, capture_output=True)
    made = ["bundle", "--config", str(configuration), "--month", "2026-10", "--key", str(place / "key.pem")]
    bundle = place / "b.zip"
    bundled = ran([*SLACTL, "--quiet", *made, "--format", "html,json,csv", "-o", str(bundle)])
    verified = ran([*SLACTL, "--quiet", "verify", str(bundle), "--key", str(place / "pub.pem")])
    assert verified.out.splitlines()[-1].startswith("proven: ")
    return Proven(bundled, verified, bundle.stat().st_size)


def test_verify(table: Table, tmp_path: Path) -> None:
    few, many = proven(FEW, tmp_path / "few"), proven(MANY, tmp_path / "many")
    one, other = few.verified.cpu, many.verified.cpu
    behind = f"CPU {one:.1f} s of {FEW}, {other:.1f} s of {MANY} operations"
    size = f"a bundle of {many.size:,} bytes, made in {many.bundled.cpu:.1f} s"
    good = [
        table.at_most("verify: CPU seconds, 300 operations", other, 30, size),
        table.at_most("verify: an operation's time, of 300 over of 100", other / one / (MANY / FEW), 1.1, behind),
        table.at_most("verify: MB at most, 300 operations", many.verified.megabytes, 300),
    ]
    assert all(good)
