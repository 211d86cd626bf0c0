"""A report from evidence says what the report from CloudWatch said."""

from __future__ import annotations

from pathlib import Path

from tests.evidence.reading.shops import OCTOBER, Shop, around, rows, traffic


def test_counts_and_verdicts_are_those_from_cloudwatch(tmp_path: Path) -> None:
    whole = around(OCTOBER, "Europe/Rome")
    shop = Shop(tmp_path, traffic(whole.start, whole.end))
    shop.keep(whole)
    live, proved = shop.live(), shop.proved()
    assert rows(proved, brackets=False) == rows(live, brackets=False)
