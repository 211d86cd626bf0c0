"""What collect keeps, held against the single requests."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.e2e.collecting import DAY, HOUR, Shop, epoch, traffic
from tests.failures.stage import Stage
from tests.oracle import evidence

START = epoch("2026-09-30T22:00:00Z")


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path, capsys, monkeypatch)


def test_daily_collects_keep_every_request(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 12 * DAY), edge=traffic(START, START + 12 * DAY, seed=2))
    for day in range(1, 12):
        done = shop.collect(START + day * DAY + 6 * HOUR)
        assert done.code == 0, done.err
        assert shop.differences() == []
    spans = evidence.spans(shop.store, "shop")
    assert spans[0][0] == START
    assert all(left[1] == right[0] for left, right in pairwise(spans))
    stage.close()
