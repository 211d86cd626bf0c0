"""The same answers in each protocol of CloudWatch, with real boto3."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from botocore.exceptions import ClientError

from slactl.sandbox import cbor
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Client, Show, query

PROTOCOLS = ["json", "smithy-rpc-v2-cbor", "query"]
CONTENT_TYPES = {
    "json": "application/x-amz-json-1.0",
    "smithy-rpc-v2-cbor": "application/cbor",
    "query": "text/xml",
}
DAY = ("2026-11-03T00:00", "2026-11-04T00:00")
ROWS = [
    ("2026-11-03T10:00:00Z", 'GET /<a>&"é', 100.5, 200),
    ("2026-11-03T11:00:00Z", 'GET /<a>&"é', 1e6, 503),
]


def world(**behaviour: Any) -> World:
    return World(RequestLog.from_rows(ROWS), now=NOW.timestamp(), behaviour=Behaviour(**behaviour))


def everything(client: Client) -> Any:
    queries = [
        query("Latency", "Sum", 3600, id="a", operation='GET /<a>&"é', ReturnData=False),
        query("Latency", "Sum", 3600, id="b", operation='GET /<a>&"é', Label='<"&é>'),
        query("Latency", "Sum", 3600, id="c", operation="GET /zzz"),
        {"Id": "d", "Expression": "a * 2"},
        query("Fault", "Sum", 3600, id="e"),
    ]
    answer = client.data(queries, *DAY, MaxDatapoints=5)
    del answer["ResponseMetadata"]
    return answer


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_gives_the_same_answer(show: Show, protocol: str) -> None:
    client = show(world(forbidden=frozenset({"Fault"}), messages=(("Some", "<news>"),)), protocol)
    answer = everything(client)
    ten, eleven = (datetime(2026, 11, 3, hour, tzinfo=UTC) for hour in (10, 11))
    results = {result["Id"]: result for result in answer["MetricDataResults"]}
    assert [time.astimezone(UTC) for time in results["b"]["Timestamps"]] == [ten, eleven]
    assert results["b"]["Values"] == [100.5, 1e6]
    assert results["b"]["Label"] == '<"&é>'
    assert (results["c"]["Values"], results["c"]["StatusCode"]) == ([], "Complete")
    assert results["d"]["Values"] == [201.0, 2e6]
    assert results["e"]["StatusCode"] == "Forbidden"
    assert results["e"]["Messages"][0]["Code"] == "Forbidden"
    assert answer["Messages"] == [{"Code": "Some", "Value": "<news>"}]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_is_really_spoken(show: Show, protocol: str) -> None:
    client = show(world(), protocol)
    headers = client.data([query("Fault", "Sum")], *DAY)["ResponseMetadata"]["HTTPHeaders"]
    assert headers["content-type"] == CONTENT_TYPES[protocol]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_follows_tokens(show: Show, protocol: str) -> None:
    client = show(world(), protocol)
    asked = [query("Latency", "Sum", 3600)]
    first = client.data(asked, *DAY, MaxDatapoints=1)
    second = client.data(asked, *DAY, MaxDatapoints=1, NextToken=first["NextToken"])
    assert [page["MetricDataResults"][0]["Values"] for page in (first, second)] == [[100.5], [1e6]]
    assert first["MetricDataResults"][0]["StatusCode"] == "PartialData"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_lists_metrics(show: Show, protocol: str) -> None:
    found = (
        show(world(), protocol)
        .aws("cloudwatch")
        .list_metrics(MetricName="Latency", Dimensions=[{"Name": "Operation", "Value": 'GET /<a>&"é'}])["Metrics"]
    )
    assert [metric["Namespace"] for metric in found] == ["ApplicationSignals"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("behaviour", "code", "status"),
    [
        ({"access_denied": frozenset({"GetMetricData"})}, "AccessDenied", 403),
        ({"fail": frozenset({"GetMetricData"})}, "InternalFailure", 500),
        ({"expired_token": True}, "ExpiredToken", 403),
    ],
)
def test_each_protocol_tells_errors_by_their_old_codes(
    show: Show, protocol: str, behaviour: dict[str, Any], code: str, status: int
) -> None:
    client = show(world(**behaviour), protocol)
    with pytest.raises(ClientError) as error:
        client.data([query("Fault", "Sum")], *DAY)
    response = error.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert response["Error"]["Message"]


@pytest.mark.parametrize(
    ("protocol", "code"),
    [("json", "ValidationException"), ("smithy-rpc-v2-cbor", "ValidationException"), ("query", "ValidationError")],
)
def test_the_new_protocols_may_tell_errors_by_their_modern_names(show: Show, protocol: str, code: str) -> None:
    client = show(world(modern_codes=True), protocol)
    with pytest.raises(ClientError) as error:
        client.data([query("Fault", "p101")], *DAY)
    assert error.value.response["Error"]["Code"] == code


VALUES: list[Any] = [
    0, 23, 24, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**53, -1, -24, -25, -300, 1.5, -0.25, 1e300,
    "", "é", "x" * 300, b"", b"abc", True, False, None, [], [1, [2, "a"]], {}, {"a": {"b": [1.5, None]}},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_cbor_is_what_a_stranger_reads_and_writes(value: Any) -> None:
    assert cbor2.loads(cbor.encode(value)) == value
    assert cbor.decode(cbor2.dumps(value)) == value


def test_cbor_times_and_endless_items() -> None:
    assert cbor2.loads(cbor.encode(cbor.Timestamp(1793836800.0))) == datetime.fromtimestamp(1793836800, UTC)
    assert cbor.decode(cbor2.dumps(cbor2.CBORTag(1, 1793836800))) == 1793836800
    assert cbor.decode(bytes.fromhex("bf61619f0102ff61627f61636164ffff")) == {"a": [1, 2], "b": "cd"}


@pytest.mark.parametrize("data", [b"", b"\x62a", b"\x1c", b"\x82\x01", b"\x62\xff\xff"])
def test_broken_cbor_is_refused(data: bytes) -> None:
    with pytest.raises(cbor.BadCbor):
        cbor.decode(data)
