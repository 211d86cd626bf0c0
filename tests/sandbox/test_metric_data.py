"""GetMetricData: limits, refusals, order, exact dimensions, pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, SERVICE, Client, Show, query

DAY = ("2026-11-03T00:00", "2026-11-04T00:00")
ROWS = [(f"2026-11-03T{hour:02d}:00:00Z", "GET /a" if hour % 2 else "GET /b", float(hour), 200) for hour in range(24)]
HOURLY = query("Latency", "Sum", 3600)


@pytest.fixture
def client(show: Show) -> Client:
    return show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()))


def refused(client: Client, queries: list[dict[str, Any]], start: str, end: str, **more: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        client.data(queries, start, end, **more)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def many(count: int) -> list[dict[str, Any]]:
    return [query("Latency", "Sum", 86400, id=f"q{number}") for number in range(count)]


def test_500_queries_are_answered_and_501_refused(client: Client) -> None:
    assert len(client.data(many(500), *DAY)["MetricDataResults"]) == 500
    assert refused(client, many(501), *DAY)[0] == "ValidationError"


@pytest.mark.parametrize("name", ["Q", "1a", "a-b", "_a", "a" * 256])
def test_a_bad_id_is_refused(client: Client, name: str) -> None:
    assert refused(client, [{**HOURLY, "Id": name}], *DAY)[0] == "ValidationError"


def test_ids_must_differ(client: Client) -> None:
    assert "not unique" in refused(client, [HOURLY, HOURLY], *DAY)[1]


def test_the_start_must_lie_before_the_end(client: Client) -> None:
    assert "StartTime" in refused(client, [HOURLY], "2026-11-03T00:00", "2026-11-03T00:00")[1]


@pytest.mark.parametrize("period", [7, 61, 90])
def test_a_period_that_is_no_multiple_of_a_minute_is_refused(client: Client, period: int) -> None:
    assert refused(client, [query("Latency", "Sum", period)], *DAY)[0] == "ValidationError"


def test_a_short_period_of_a_metric_in_minutes_is_empty(client: Client) -> None:
    assert client.values(query("Latency", "Sum", 30), "2026-11-03T01:00", "2026-11-03T02:00") == []


def test_an_unknown_statistic_is_refused(client: Client) -> None:
    assert "Stat" in refused(client, [query("Latency", "p101")], *DAY)[1]


@pytest.mark.parametrize("limit", [0, 100_801])
def test_pages_have_a_limit(client: Client, limit: int) -> None:
    assert refused(client, [HOURLY], *DAY, MaxDatapoints=limit)[0] == "ValidationError"


def test_too_many_points_are_refused_as_they_are_asked_not_as_they_exist(client: Client) -> None:
    hidden = [query("Nothing", "Sum", 60, id=f"q{number}", ReturnData=False) for number in range(276)]
    code, text = refused(client, hidden, *DAY)
    assert (code, "397440" in text) == ("ValidationError", True)
    assert client.data(hidden[:275], *DAY)["MetricDataResults"] == []


def test_the_last_three_hours_have_a_smaller_quota(client: Client) -> None:
    queries = [query("Latency", "Sum", 60, id=f"q{number}") for number in range(500)]
    assert len(client.data(queries, "2026-11-04T03:00", "2026-11-04T06:00")["MetricDataResults"]) == 500
    fine = [query("Latency", "Sum", 1, id=f"q{number}") for number in range(17)]
    assert "180000" in refused(client, fine, "2026-11-04T03:00", "2026-11-04T06:00")[1]


def test_newest_come_first_unless_asked_otherwise(client: Client) -> None:
    newest = client.data([HOURLY], *DAY, ScanBy="TimestampDescending")["MetricDataResults"][0]
    default = client.aws("cloudwatch").get_metric_data(
        MetricDataQueries=[HOURLY], StartTime=datetime.fromisoformat(f"{DAY[0]}Z"), EndTime=NOW
    )["MetricDataResults"][0]
    assert newest["Values"] == default["Values"] == [float(hour) for hour in reversed(range(24))]
    assert client.values(HOURLY, *DAY) == [float(hour) for hour in range(24)]


@pytest.mark.parametrize(
    "place",
    [
        {"Service": "missions-api"},
        {},
        {**SERVICE, "Operation": "GET /zzz"},
        {**SERVICE, "Service": "mission-api"},
        {**SERVICE, "RemoteService": "x"},
    ],
)
def test_dimensions_that_were_not_published_are_complete_and_empty(client: Client, place: dict[str, str]) -> None:
    (result,) = client.data([query("Latency", "Sum", 3600, dimensions=place)], *DAY)["MetricDataResults"]
    assert (result["StatusCode"], result["Values"], result["Timestamps"]) == ("Complete", [], [])


def test_an_operation_has_its_own_series_and_the_service_all(client: Client) -> None:
    counts = [
        client.values(query("Latency", "SampleCount", 86400, operation=name), *DAY)
        for name in ("GET /a", "GET /b", None)
    ]
    assert counts == [[12.0], [12.0], [24.0]]


def test_a_unit_that_was_not_published_gives_nothing(client: Client) -> None:
    assert client.values(query("Latency", "Sum", 86400, unit="Milliseconds"), *DAY) == [276.0]
    assert client.values(query("Latency", "Sum", 86400, unit="Seconds"), *DAY) == []


def test_another_region_is_empty(client: Client) -> None:
    answer = client.aws("cloudwatch", "us-east-1").get_metric_data(
        MetricDataQueries=[HOURLY], StartTime=datetime.fromisoformat(f"{DAY[0]}Z"), EndTime=NOW
    )
    assert answer["MetricDataResults"][0]["Values"] == []


def test_labels_are_the_name_of_the_metric_or_as_asked(client: Client) -> None:
    queries = [HOURLY, {**HOURLY, "Id": "r", "Label": "mine"}]
    assert [result["Label"] for result in client.data(queries, *DAY)["MetricDataResults"]] == ["Latency", "mine"]


def pages(client: Client, queries: list[dict[str, Any]], **more: Any) -> list[Any]:
    found = [client.data(queries, *DAY, **more)]
    while token := found[-1].get("NextToken"):
        found.append(client.data(queries, *DAY, NextToken=token, **more))
    return found


def test_a_series_is_split_over_pages_under_the_same_id(client: Client) -> None:
    queries = [HOURLY, {**HOURLY, "Id": "r"}]
    shapes = [
        [(entry["Id"], entry["StatusCode"], len(entry["Values"])) for entry in page["MetricDataResults"]]
        for page in pages(client, queries, MaxDatapoints=20)
    ]
    assert shapes == [
        [("q", "PartialData", 20)],
        [("q", "Complete", 4), ("r", "PartialData", 16)],
        [("r", "Complete", 8)],
    ]


@pytest.mark.parametrize("order", ["TimestampAscending", "TimestampDescending"])
def test_the_pages_of_a_series_hold_every_point_once(client: Client, order: str) -> None:
    found = pages(client, [HOURLY], MaxDatapoints=7, ScanBy=order)
    values = [value for page in found for entry in page["MetricDataResults"] for value in entry["Values"]]
    assert sorted(values) == [float(hour) for hour in range(24)]
    assert (values == sorted(values)) is (order == "TimestampAscending")


def test_an_exactly_full_page_is_the_last_one(client: Client) -> None:
    assert len(pages(client, [HOURLY], MaxDatapoints=24)) == 1


def test_empty_series_are_answered_beside_a_full_page(client: Client) -> None:
    empty = query("Latency", "Sum", 3600, id="e", operation="GET /zzz")
    (page,) = pages(client, [HOURLY, empty], MaxDatapoints=24)
    assert [entry["Id"] for entry in page["MetricDataResults"]] == ["q", "e"]


def test_a_token_belongs_to_its_request(client: Client) -> None:
    token = client.data([HOURLY], *DAY, MaxDatapoints=5)["NextToken"]
    other = query("Latency", "Sum", 7200)
    assert refused(client, [other], *DAY, MaxDatapoints=5, NextToken=token)[0] == "InvalidNextToken"
    assert refused(client, [HOURLY], *DAY, MaxDatapoints=5, NextToken="nonsense")[0] == "InvalidNextToken"


def test_the_paginator_of_boto3_reads_everything(client: Client) -> None:
    paginator = client.aws("cloudwatch").get_paginator("get_metric_data")
    asked = {"StartTime": datetime.fromisoformat(f"{DAY[0]}Z"), "EndTime": NOW, "MaxDatapoints": 5}
    merged = paginator.paginate(MetricDataQueries=[HOURLY], **asked).build_full_result()["MetricDataResults"]
    assert sum(len(entry["Values"]) for entry in merged) == 24


def test_another_account_is_read_only_where_it_is_linked(show: Show) -> None:
    other = World(RequestLog.from_rows(ROWS[:3]), now=NOW.timestamp(), account="210987654321")
    client = show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp(), linked={"210987654321": other}))
    total = query("Latency", "SampleCount", 86400)
    assert client.values(total, *DAY) == [24.0]
    assert client.values({**total, "AccountId": "210987654321"}, *DAY) == [3.0]
    (result,) = client.data([{**total, "AccountId": "999999999999"}], *DAY)["MetricDataResults"]
    assert result["StatusCode"] == "Forbidden"


def test_lambda_functions_report_more_than_their_requests(show: Show) -> None:
    client = show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp(), lambda_style=True))
    names = ("GET /a", "GET /b", "missions-api/LambdaService", "InternalOperation", None)
    counts = [client.values(query("Latency", "SampleCount", 86400, operation=name), *DAY) for name in names]
    assert counts == [[12.0], [12.0], [24.0], [3.0], [51.0]]


def test_any_further_metric_can_be_published(show: Show) -> None:
    world = World(RequestLog.empty(), now=NOW.timestamp())
    noon = int(datetime.fromisoformat("2026-11-03T12:00Z").timestamp() * 1000)
    world.add_series("AWS/DynamoDB", "ThrottledRequests", {"TableName": "t"}, "Count", [noon + 5, noon], [2.0, 1.0])
    asked = query("ThrottledRequests", "Sum", 60, namespace="AWS/DynamoDB", dimensions={"TableName": "t"})
    assert show(world).series(asked, *DAY) == [("2026-11-03T12:00", 3.0)]


def test_every_call_is_counted_with_what_it_asks(client: Client) -> None:
    client.data([HOURLY, {**HOURLY, "Id": "r"}], *DAY)
    client.server.world.behaviour = Behaviour(access_denied=frozenset({"GetMetricData"}))
    refused(client, [HOURLY], *DAY)
    assert [(call.operation, call.outcome) for call in client.server.calls] == [
        ("GetMetricData", "ok"),
        ("GetMetricData", "AccessDenied"),
    ]
    assert client.server.calls[0].params["MetricDataQueries"][1]["Id"] == "r"
    assert (client.server.tally["queries"], client.server.tally["datapoints"]) == (2, 48)
    assert client.server.cpu_seconds > 0


def statistics(client: Client, **more: Any) -> Any:
    named = [{"Name": key, "Value": value} for key, value in SERVICE.items()]
    asked = {"Namespace": "ApplicationSignals", "MetricName": "Latency", "Dimensions": named, "Period": 3600}
    span = {"StartTime": datetime.fromisoformat(f"{DAY[0]}Z"), "EndTime": datetime.fromisoformat(f"{DAY[1]}Z")}
    return client.aws("cloudwatch").get_metric_statistics(**{**asked, **span, **more})


@pytest.mark.parametrize("protocol", ["json", "smithy-rpc-v2-cbor", "query"])
def test_get_metric_statistics_gives_the_same_points_in_no_order(show: Show, protocol: str) -> None:
    client = show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()), protocol)
    points = statistics(client, Statistics=["Sum", "SampleCount"])["Datapoints"]
    times = [point["Timestamp"] for point in points]
    assert times != sorted(times)
    assert sorted(point["Sum"] for point in points) == client.values(HOURLY, *DAY)
    (whole,) = statistics(client, Period=86400, ExtendedStatistics=["p50", "TC(:5)"])["Datapoints"]
    assert whole["ExtendedStatistics"] == {"p50": 11.5, "TC(:5)": 6.0}
    assert whole["Unit"] == "Milliseconds"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Period": 60, "Statistics": ["Sum"], "EndTime": NOW}, "InvalidParameterCombination"),
        ({}, "InvalidParameterCombination"),
        ({"ExtendedStatistics": ["p101"]}, "InvalidParameterValue"),
        ({"Statistics": ["Sum"], "EndTime": datetime.fromisoformat("2026-11-02T00:00Z")}, "InvalidParameterValue"),
    ],
)
def test_get_metric_statistics_refuses_what_it_cannot(client: Client, more: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as error:
        statistics(client, **more)
    assert error.value.response["Error"]["Code"] == code
