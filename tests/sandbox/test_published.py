"""PutMetricData: what was published can be read back, over every protocol, and what CloudWatch refuses is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Client, Show

DIMENSIONS = [{"Name": "Service", "Value": "api"}, {"Name": "Window", "Value": "1h"}]


def empty() -> World:
    return World(RequestLog.empty(), now=NOW.timestamp())


def datum(name: str = "Status", **more: Any) -> dict[str, Any]:
    return {"MetricName": name, "Dimensions": DIMENSIONS, "Timestamp": NOW - timedelta(minutes=7), **more}


def read(client: Client, stat: str, name: str = "Status", namespace: str = "Slactl") -> list[float]:
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": DIMENSIONS[::-1]}
    query = {"Id": "a", "MetricStat": {"Metric": metric, "Period": 300, "Stat": stat}}
    span = {"StartTime": NOW - timedelta(hours=1), "EndTime": NOW}
    answer = client.aws("cloudwatch").get_metric_data(MetricDataQueries=[query], **span)
    return list(answer["MetricDataResults"][0]["Values"])


@pytest.mark.parametrize("protocol", ["smithy-rpc-v2-cbor", "json", "query"])
def test_what_was_put_is_read_back(show: Show, protocol: str) -> None:
    client = show(empty(), protocol)
    cloudwatch = client.aws("cloudwatch")
    cloudwatch.put_metric_data(Namespace="Slactl", MetricData=[datum(Value=2.5, Unit="Percent")])
    cloudwatch.put_metric_data(Namespace="Slactl", MetricData=[datum(Values=[1.0, 4.0], Counts=[2, 1], Unit="Percent")])
    assert read(client, "Sum") == [8.5]
    assert read(client, "SampleCount") == [4.0]
    assert read(client, "Maximum") == [4.0]
    assert read(client, "Sum", "Other") == read(client, "Sum", namespace="Else") == []
    [listed] = cloudwatch.list_metrics(Namespace="Slactl")["Metrics"]
    assert listed == {"Namespace": "Slactl", "MetricName": "Status", "Dimensions": DIMENSIONS}


def test_a_body_that_botocore_compresses_is_understood(show: Show) -> None:
    client = show(empty())
    data = [datum(f"Metric{number:03}", Value=number) for number in range(300)]
    client.aws("cloudwatch").put_metric_data(Namespace="Slactl", MetricData=data)
    assert read(client, "Sum", "Metric299") == [299.0]


def test_without_a_time_it_is_now(show: Show) -> None:
    world = empty()
    client = show(world)
    client.aws("cloudwatch").put_metric_data(
        Namespace="Slactl", MetricData=[{"MetricName": "Status", "Dimensions": DIMENSIONS, "Value": 1}]
    )
    assert read(client, "Sum") == []
    world.now += 1
    metric = {"Namespace": "Slactl", "MetricName": "Status", "Dimensions": DIMENSIONS}
    query = {"Id": "a", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    span = {"StartTime": NOW, "EndTime": NOW + timedelta(minutes=1)}
    answer = client.aws("cloudwatch").get_metric_data(MetricDataQueries=[query], **span)
    assert answer["MetricDataResults"][0]["Values"] == [1.0]


@pytest.mark.parametrize(
    ("namespace", "data", "code"),
    [
        ("AWS/Mine", [datum(Value=1)], "InvalidParameterValue"),
        ("Slactl", [datum(Value=1)] * 1001, "ValidationError"),
        ("Slactl", [datum(Value=1, Timestamp=NOW - timedelta(days=15))], "InvalidParameterValue"),
        ("Slactl", [datum(Value=1, Timestamp=NOW + timedelta(hours=3))], "InvalidParameterValue"),
        ("Slactl", [datum(Value=float("nan"))], "InvalidParameterValue"),
        ("Slactl", [datum(Value=1, Values=[1.0])], "InvalidParameterCombination"),
        ("Slactl", [datum()], "InvalidParameterCombination"),
        ("Slactl", [datum(Values=[1.0] * 151)], "InvalidParameterValue"),
    ],
)
def test_what_cloudwatch_refuses(show: Show, namespace: str, data: list[dict[str, Any]], code: str) -> None:
    client = show(empty(), "query")
    good = datum(Value=1)
    with pytest.raises(ClientError) as refused:
        client.aws("cloudwatch").put_metric_data(
            Namespace=namespace, MetricData=[good, *data] if len(data) < 2 else data
        )
    assert refused.value.response["Error"]["Code"] == code
    assert read(client, "Sum") == []
