"""Published metrics: parts that fit into a call, and the way into CloudWatch and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.aws.failures import AwsFailure
from slactl.aws.session import AwsWorld, Timing
from slactl.model.catalogue import AwsSettings
from slactl.model.datum import Datum
from slactl.outbox.metrics import MOST_BYTES, MOST_DATA, batched, publish, size_of
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import Behaviour, World

NOW = 1_794_000_000
DATA = st.builds(
    Datum,
    st.text("Aa1", min_size=1, max_size=255),
    st.floats(0, 100),
    st.just("None"),
    st.lists(st.tuples(st.text("N ", min_size=1), st.text("v%", max_size=1024)), max_size=30).map(tuple),
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name, value in {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}.items():
        monkeypatch.setenv(name, value)
    with Server(World(RequestLog.empty(), now=NOW + 60)) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        yield running


def aws() -> AwsWorld:
    return AwsWorld(AwsSettings(region="eu-west-1"), "test", Timing(lambda: 0.0, lambda seconds: None))


def datum(number: int) -> Datum:
    return Datum(f"Metric{number:04}", number / 3, "Percent", (("Service", "api"), ("Window", "1h")))


@given(st.lists(DATA, max_size=30), st.integers(1, 100))
@settings(max_examples=40, deadline=None)
def test_parts_hold_all_data_in_order_and_fit(some: list[Datum], times: int) -> None:
    data = some * times
    parts = list(batched(data))
    assert [one for part in parts for one in part] == data
    assert all(part and len(part) <= MOST_DATA and sum(map(size_of, part)) <= MOST_BYTES for part in parts)
    for part, following in pairwise(parts):
        full = len(part) == MOST_DATA or sum(map(size_of, part)) + size_of(following[0]) > MOST_BYTES
        assert full


def test_what_was_published_is_read_back(server: Server) -> None:
    world = aws()
    assert publish(world, "Slactl", [datum(number) for number in range(2500)], NOW) > 2
    assert server.tally["PutMetricData"] == server.tally.total()
    metric = {"Namespace": "Slactl", "MetricName": "Metric2499"}
    dimensions = [{"Name": "Service", "Value": "api"}, {"Name": "Window", "Value": "1h"}]
    stat = {"Metric": {**metric, "Dimensions": dimensions}, "Period": 60, "Stat": "Average", "Unit": "Percent"}
    answer = world.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "a", "MetricStat": stat}],
        StartTime=datetime.fromtimestamp(NOW - 600, UTC),
        EndTime=datetime.fromtimestamp(NOW + 60, UTC),
    )
    assert answer["MetricDataResults"][0]["Values"] == [833.0]


def test_a_refusal_is_told_in_words(server: Server) -> None:
    server.world.behaviour = Behaviour(access_denied=frozenset({"PutMetricData"}))
    with pytest.raises(AwsFailure) as failed:
        publish(aws(), "Slactl", [datum(1)], NOW)
    assert failed.value.message.startswith("publishing metrics: PutMetricData answered AccessDenied")


def test_every_entry_is_smaller_than_reckoned(server: Server) -> None:
    """Against the longest form that an entry can have, that of the oldest protocol."""
    one = Datum("Ä" * 10 + "x" * 245, 1 / 3, "Percent", tuple((f"N{n:03}" + "%" * 250, "%" * 1024) for n in range(30)))
    path = "MetricData.member.1000."
    fields = [(f"{path}MetricName", "x" * 255), (f"{path}Timestamp", "2026-11-04T06:00:00.000000Z")]
    fields += [(f"{path}Value", repr(one.value)), (f"{path}Unit", one.unit)]
    for number, (name, value) in enumerate(one.dimensions, 1):
        fields += [(f"{path}Dimensions.member.{number}.Name", name), (f"{path}Dimensions.member.{number}.Value", value)]
    assert len(urlencode(fields)) <= size_of(one)
