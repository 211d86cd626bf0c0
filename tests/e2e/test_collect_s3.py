"""A store in S3: the same command, the same counts; two runs at once are decided by S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from slactl.evidence.store import open_archive
from slactl.evidence.store.checking import check
from slactl.model.evidence import Kind
from tests.e2e.collecting import DAY, Shop, epoch, traffic
from tests.failures.stage import Stage

START = epoch("2026-09-30T22:00:00Z")


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    stage = Stage(tmp_path, capsys, monkeypatch)
    made = Shop(stage, traffic(START, START + 4 * DAY))
    text = (stage.directory / "slactl.yaml").read_text().replace("store: evidence/", "store: s3://kept/shop")
    stage.configure({"slactl.yaml": text})
    yield made
    stage.close()


@pytest.mark.soak
def test_collecting_into_s3(shop: Shop) -> None:
    assert shop.stage.server
    s3 = boto3.client("s3", endpoint_url=shop.stage.server.url, region_name="eu-west-1")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for day in (2, 3):
        done = shop.collect(START + day * DAY)
        assert done.code == 0, done.err
    again = shop.collect(START + 3 * DAY, "--format", "json")
    assert again.report["kept"] == []
    with open_archive("s3://kept/shop", create=False, s3=lambda: s3) as store:
        days = [item.place.when for item in store.items(Kind.COUNTS)]
        assert days == ["2026-09-30", "2026-10-01", "2026-10-02", "2026-10-03"]
        assert not check(store.shelf).findings
