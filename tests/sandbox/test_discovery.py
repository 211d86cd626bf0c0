"""Application Signals and ListMetrics: what is seen, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, SERVICE, Client, Show, at

KEY = {"Type": "Service", "Name": "missions-api", "Environment": "lambda:prod"}
ROWS = [
    ("2026-11-03T10:00:00Z", "GET /a", 1.0, 200),
    ("2026-11-03T11:59:59Z", "GET /b", 1.0, 200),
    ("2026-11-03T12:00:00Z", "GET /c", 1.0, 200, "other", "ec2:default"),
    ("2026-10-01T12:00:00Z", "GET /old", 1.0, 200),
]


@pytest.fixture
def client(show: Show) -> Client:
    return show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()))


def operations(client: Client, start: str, end: str, **more: Any) -> Any:
    asked = {"StartTime": at(start), "EndTime": at(end), "KeyAttributes": KEY, **more}
    return client.aws("application-signals").list_service_operations(**asked)


def names(answer: Any) -> list[str]:
    return [operation["Name"] for operation in answer["ServiceOperations"]]


def test_services_are_listed_that_were_invoked_in_the_range(client: Client) -> None:
    signals = client.aws("application-signals")
    day = signals.list_services(StartTime=at("2026-11-03T00:00"), EndTime=at("2026-11-04T00:00"))
    assert [summary["KeyAttributes"] for summary in day["ServiceSummaries"]] == [
        KEY,
        {"Type": "Service", "Name": "other", "Environment": "ec2:default"},
    ]
    morning = signals.list_services(StartTime=at("2026-11-03T00:00"), EndTime=at("2026-11-03T12:00"))
    assert len(morning["ServiceSummaries"]) == 1


def test_operations_are_listed_that_were_invoked_in_the_range(client: Client) -> None:
    assert names(operations(client, "2026-11-03T00:00", "2026-11-04T00:00")) == ["GET /a", "GET /b"]
    assert names(operations(client, "2026-11-03T11:00", "2026-11-04T00:00")) == ["GET /b"]
    assert names(operations(client, "2026-11-03T12:00", "2026-11-04T00:00")) == []
    assert names(operations(client, "2026-09-01T00:00", "2026-11-04T00:00")) == ["GET /a", "GET /b", "GET /old"]


def test_the_range_is_rounded_to_the_nearest_hour_and_echoed(client: Client) -> None:
    answer = operations(client, "2026-11-03T10:31", "2026-11-03T12:29")
    assert (answer["StartTime"], answer["EndTime"]) == (at("2026-11-03T11:00"), at("2026-11-03T12:00"))
    assert names(answer) == ["GET /b"]
    assert names(operations(client, "2026-11-03T10:29", "2026-11-03T10:45")) == ["GET /a"]


def test_metric_references_hold_the_exact_dimensions(client: Client) -> None:
    (reference, *_) = operations(client, "2026-11-03T10:00", "2026-11-03T11:00")["ServiceOperations"][0][
        "MetricReferences"
    ]
    assert reference["Namespace"] == "ApplicationSignals"
    assert reference["MetricType"] == "LATENCY"
    named = {item["Name"]: item["Value"] for item in reference["Dimensions"]}
    assert named == {**SERVICE, "Operation": "GET /a"}


def test_listings_come_in_pages(show: Show) -> None:
    rows = [("2026-11-03T10:00:00Z", f"GET /{number:03d}", 1.0, 200) for number in range(120)]
    client = show(World(RequestLog.from_rows(rows), now=NOW.timestamp()))
    first = operations(client, "2026-11-03T10:00", "2026-11-03T11:00")
    assert len(names(first)) == 50
    rest = operations(client, "2026-11-03T10:00", "2026-11-03T11:00", NextToken=first["NextToken"])
    assert not set(names(first)) & set(names(rest))
    wide = operations(client, "2026-11-03T10:00", "2026-11-03T11:00", MaxResults=100)
    assert len(names(wide)) == 100
    paginator = client.aws("application-signals").get_paginator("list_service_operations")
    asked = {"StartTime": at("2026-11-03T10:00"), "EndTime": at("2026-11-03T11:00"), "KeyAttributes": KEY}
    assert len(paginator.paginate(**asked).build_full_result()["ServiceOperations"]) == 120


def test_a_service_is_described_or_not_found(client: Client) -> None:
    signals = client.aws("application-signals")
    asked = {"StartTime": at("2026-11-03T00:00"), "EndTime": at("2026-11-04T00:00")}
    assert signals.get_service(KeyAttributes=KEY, **asked)["Service"]["KeyAttributes"] == KEY
    with pytest.raises(signals.exceptions.ResourceNotFoundException):
        signals.get_service(KeyAttributes={**KEY, "Name": "x"}, **asked)


@pytest.mark.parametrize(
    "wrong",
    [{"KeyAttributes": {"Type": "Service"}}, {"EndTime": at("2026-11-02T00:00")}],
)
def test_bad_input_is_a_validation_exception(client: Client, wrong: dict[str, Any]) -> None:
    signals = client.aws("application-signals")
    asked = {"StartTime": at("2026-11-03T00:00"), "EndTime": at("2026-11-04T00:00"), "KeyAttributes": KEY, **wrong}
    with pytest.raises(signals.exceptions.ValidationException):
        signals.list_service_operations(**asked)


def metrics(client: Client, **asked: Any) -> Any:
    return client.aws("cloudwatch").list_metrics(**asked)


def test_a_metric_silent_for_two_weeks_is_not_listed(client: Client) -> None:
    found = {
        item["Value"]
        for metric in metrics(client)["Metrics"]
        for item in metric["Dimensions"]
        if item["Name"] == "Operation"
    }
    assert found == {"GET /a", "GET /b", "GET /c"}
    client.server.world.now = at("2026-10-15T11:00").timestamp()
    assert len(metrics(client)["Metrics"]) == 6
    client.server.world.now = at("2026-10-15T13:00").timestamp()
    assert metrics(client)["Metrics"] == []


def test_metrics_are_filtered_by_name_and_dimensions(client: Client) -> None:
    assert len(metrics(client, MetricName="Fault")["Metrics"]) == 5
    assert len(metrics(client, Namespace="ApplicationSignals")["Metrics"]) == 15
    assert metrics(client, Namespace="AWS/Lambda")["Metrics"] == []
    one = metrics(client, MetricName="Fault", Dimensions=[{"Name": "Operation", "Value": "GET /a"}])["Metrics"]
    assert len(one) == 1
    assert len(metrics(client, MetricName="Fault", Dimensions=[{"Name": "Operation"}])["Metrics"]) == 3


def test_only_the_last_three_hours_are_recently_active(client: Client) -> None:
    assert metrics(client, RecentlyActive="PT3H")["Metrics"] == []
    client.server.world.now = (at("2026-11-03T12:00") + timedelta(hours=2)).timestamp()
    assert len(metrics(client, RecentlyActive="PT3H", MetricName="Fault")["Metrics"]) == 4


def test_metrics_come_in_pages_of_500(show: Show) -> None:
    rows = [("2026-11-03T10:00:00Z", f"GET /{number:03d}", 1.0, 200) for number in range(200)]
    client = show(World(RequestLog.from_rows(rows), now=NOW.timestamp()))
    first = metrics(client)
    second = metrics(client, NextToken=first["NextToken"])
    assert (len(first["Metrics"]), len(second["Metrics"]), "NextToken" in second) == (500, 103, False)
    with pytest.raises(ClientError) as error:
        metrics(client, MetricName="Fault", NextToken=first["NextToken"])
    assert error.value.response["Error"]["Code"] == "InvalidNextToken"


def test_the_caller_is_told_without_moto(client: Client) -> None:
    identity = client.aws("sts").get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == ("123456789012", "arn:aws:iam::123456789012:user/sandbox")
