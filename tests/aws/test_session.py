"""Timestamps come as UTC, whatever the protocol and the machine's time zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from slactl.aws.fastparse.times import instant
from slactl.aws.session import AwsWorld, Timing
from slactl.model.catalogue import AwsSettings
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize("value", [NOON.timestamp(), int(NOON.timestamp()), "2026-10-25T12:00:00Z", "1792929600"])
def test_every_protocol_gives_utc(value: float | str) -> None:
    assert instant(value) == NOON
    assert instant(value).utcoffset() == timedelta(0)


def test_a_text_that_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="yesterday"):
        instant("yesterday")


@pytest.fixture
def _rome(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Rome")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_rome")
def test_a_client_answers_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the night the clocks go back, on a machine whose zone does so too."""
    first = int(datetime(2026, 10, 25, tzinfo=UTC).timestamp())
    log = RequestLog.from_rows([((first + 1800 * step) * 1000, "GET /", 5.0, 200) for step in range(8)])
    with Server(World(log, now=first + 86_400)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        stamps = _stamps(first)
    assert [int(stamp.timestamp()) for stamp in stamps] == [first + 1800 * step for step in range(8)]
    assert {stamp.utcoffset() for stamp in stamps} == {timedelta(0)}


def _stamps(first: int) -> list[datetime]:
    client = AwsWorld(AwsSettings(), "0", Timing(time.monotonic, time.sleep)).client("cloudwatch")
    dimensions = [{"Name": "Environment", "Value": "lambda:prod"}, {"Name": "Service", "Value": "missions-api"}]
    answer = client.get_metric_statistics(
        Namespace="ApplicationSignals",
        MetricName="Latency",
        Dimensions=dimensions,
        StartTime=first,
        EndTime=first + 14_400,
        Period=300,
        Statistics=["SampleCount"],
    )
    client.close()
    return sorted(point["Timestamp"] for point in answer["Datapoints"])
