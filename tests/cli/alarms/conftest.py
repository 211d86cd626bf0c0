"""A shop whose promises are enforced, in a sandbox that keeps alarms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.cli.alarms.shop import Shop
from tests.failures.stage import Stage


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    stage = Stage(tmp_path, capsys, monkeypatch)
    made = Shop(stage)
    boto3.client("sns", "eu-west-1").create_topic(Name="on-call")
    yield made
    stage.close()
