"""boto3 without a socket gives what boto3 over HTTP gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from slactl.sandbox.app import application
from slactl.sandbox.behaviour import Behaviour, Rhythm
from slactl.sandbox.inprocess import URL, connect
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Show, boto_session, query

ROWS = [(f"2026-11-03T{hour:02d}:00:00Z", "GET /a", float(hour), 200) for hour in range(24)]
ASKED: dict[str, Any] = {
    "MetricDataQueries": [query("Latency", "p95", 3600), query("Fault", "Sum", 86400, id="r")],
    "StartTime": datetime.fromisoformat("2026-11-03T00:00Z"),
    "EndTime": datetime.fromisoformat("2026-11-04T00:00Z"),
}


def world(**told: Any) -> World:
    return World(RequestLog.from_rows(ROWS), now=NOW.timestamp(), behaviour=Behaviour(**told))


def test_the_answers_are_those_over_http(show: Show) -> None:
    client = boto_session().client("cloudwatch", endpoint_url=URL)
    app = application(world())
    connect(client.meta.events, app)
    here = client.get_metric_data(**ASKED)["MetricDataResults"]
    assert here == show(world()).aws("cloudwatch").get_metric_data(**ASKED)["MetricDataResults"]
    assert [call.operation for call in app.calls] == ["GetMetricData"]


def test_every_client_of_a_session_may_be_connected() -> None:
    session = boto_session()
    connect(session.events, application(world()))
    signals = session.client("application-signals", endpoint_url=URL)
    span = {name: ASKED[name] for name in ("StartTime", "EndTime")}
    assert len(signals.list_services(**span)["ServiceSummaries"]) == 1
    assert session.client("sns", endpoint_url=URL).list_topics()["Topics"] == []


def test_failures_are_the_real_ones() -> None:
    once = Config(retries={"total_max_attempts": 1})
    client = boto_session().client("cloudwatch", endpoint_url=URL, config=once)
    app = application(world(access_denied=frozenset({"GetMetricData"})))
    connect(client.meta.events, app)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.get_metric_data(**ASKED)
    app.restart(world(drop=Rhythm(1.0)))
    with pytest.raises(ConnectionClosedError):
        client.get_metric_data(**ASKED)
