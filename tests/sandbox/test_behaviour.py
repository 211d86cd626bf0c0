"""Misbehaviour: each kind, seen through real boto3, and how it is told on the command line."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from slactl.sandbox.behaviour import BadBehaviour, Behaviour, Inconsistent, Rhythm
from slactl.sandbox.catalogue import MetricKey
from slactl.sandbox.errors import AwsError
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.troubles import Troubles, names_of
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Client, Show, at, query

DAY = ("2026-11-03T00:00", "2026-11-04T00:00")
ROWS = [(f"2026-11-03T{hour:02d}:00:00Z", "GET /a" if hour % 2 else "GET /b", 100.0, 200) for hour in range(24)]
HOURLY = query("Latency", "SampleCount", 3600)
DAILY = query("Latency", "SampleCount", 86400)


@pytest.fixture
def client(show: Show) -> Client:
    return show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()))


def outcomes(client: Client, calls: int) -> list[str]:
    for _ in range(calls):
        try:
            client.data([DAILY], *DAY)
        except (ClientError, ConnectionClosedError):
            continue
    return [call.outcome for call in client.server.calls]


def result(client: Client, asked: dict[str, Any] = HOURLY, **more: Any) -> Any:
    return client.data([asked], *DAY, **more)["MetricDataResults"][0]


def test_every_third_call_is_throttled(client: Client) -> None:
    client.server.world.behaviour = Behaviour(throttle=Rhythm.every(3))
    assert outcomes(client, 7) == ["ok", "ok", "Throttling", "ok", "ok", "Throttling", "ok"]


def test_a_share_of_calls_fails_evenly(client: Client) -> None:
    client.server.world.behaviour = Behaviour(server_error=Rhythm(0.4))
    assert outcomes(client, 10).count("InternalFailure") == 4


def test_a_dropped_connection_gets_no_answer(client: Client) -> None:
    client.server.world.behaviour = Behaviour(drop=Rhythm.every(2))
    assert outcomes(client, 4) == ["ok", "dropped", "ok", "dropped"]


def test_real_retries_get_through_it_all(show: Show) -> None:
    world = World(RequestLog.from_rows(ROWS), now=NOW.timestamp())
    world.behaviour = Behaviour(throttle=Rhythm.every(2), drop=Rhythm.every(3))
    client = show(world)
    cloudwatch = client.session.client("cloudwatch", endpoint_url=client.server.url)
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[DAILY],
        StartTime=at(DAY[0]),
        EndTime=at(DAY[1]),
    )
    cloudwatch.close()
    assert answer["MetricDataResults"][0]["Values"] == [24.0]


def test_one_api_operation_may_be_denied_while_others_work(client: Client) -> None:
    client.server.world.behaviour = Behaviour(access_denied=frozenset({"ListServices"}))
    signals = client.aws("application-signals")
    with pytest.raises(ClientError) as error:
        signals.list_services(StartTime=at(DAY[0]), EndTime=at(DAY[1]))
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "application-signals:ListServices" in error.value.response["Error"]["Message"]
    assert result(client)["StatusCode"] == "Complete"


@pytest.mark.parametrize("name", ["Latency", "GET /a", "SampleCount", "Latency:GET /a"])
def test_one_metric_may_be_forbidden_inside_a_call_that_works(client: Client, name: str) -> None:
    client.server.world.behaviour = Behaviour(forbidden=frozenset({name}))
    mine = query("Latency", "SampleCount", 3600, id="a", operation="GET /a")
    other = query("Fault", "Sum", 3600, id="b", operation="GET /b")
    first, second = client.data([mine, other], *DAY)["MetricDataResults"]
    assert (first["StatusCode"], first["Values"], first["Messages"][0]["Code"]) == ("Forbidden", [], "Forbidden")
    assert (second["StatusCode"], len(second["Values"])) == ("Complete", 12)


def test_an_internal_error_ends_after_so_many_reads(client: Client) -> None:
    client.server.world.behaviour = Behaviour(internal_error={"Latency": 2})
    assert [result(client)["StatusCode"] for _ in range(3)] == ["InternalError", "InternalError", "Complete"]


def test_an_internal_error_is_read_again_with_the_token(client: Client) -> None:
    client.server.world.behaviour = Behaviour(internal_error={"Latency:GET /a": 1})
    queries = [
        query("Latency", "SampleCount", 86400, id=f"q{number}", operation=name)
        for number, name in enumerate(("GET /a", "GET /b"))
    ]
    first = client.data(queries, *DAY)
    assert [entry["StatusCode"] for entry in first["MetricDataResults"]] == ["InternalError", "Complete"]
    second = client.data(queries, *DAY, NextToken=first["NextToken"])
    assert [(entry["Id"], entry["Values"]) for entry in second["MetricDataResults"]] == [("q0", [12.0])]
    assert "NextToken" not in second


def test_an_internal_error_that_never_ends_runs_out_of_tokens(client: Client) -> None:
    client.server.world.behaviour = Behaviour(internal_error={"Latency": None})
    pages = [client.data([HOURLY], *DAY)]
    while token := pages[-1].get("NextToken"):
        pages.append(client.data([HOURLY], *DAY, NextToken=token))
    assert len(pages) == 4
    assert {page["MetricDataResults"][0]["StatusCode"] for page in pages} == {"InternalError"}


def test_partial_answers_are_completed_on_the_second_page(client: Client) -> None:
    client.server.world.behaviour = Behaviour(partial=True)
    queries = [HOURLY, {**DAILY, "Id": "r"}]
    first = client.data(queries, *DAY)
    second = client.data(queries, *DAY, NextToken=first["NextToken"])
    shapes = [
        [(entry["Id"], entry["StatusCode"], len(entry["Values"])) for entry in page["MetricDataResults"]]
        for page in (first, second)
    ]
    assert shapes == [
        [("q", "PartialData", 12), ("r", "PartialData", 0)],
        [("q", "Complete", 12), ("r", "Complete", 1)],
    ]
    assert "NextToken" not in second


def test_a_result_may_stay_partial_without_a_token(client: Client) -> None:
    client.server.world.behaviour = Behaviour(partial_forever=frozenset({"Latency"}))
    answer = client.data([HOURLY], *DAY)
    (entry,) = answer["MetricDataResults"]
    assert (entry["StatusCode"], len(entry["Values"]), "NextToken" in answer) == ("PartialData", 12, False)


def test_pages_may_be_small(client: Client) -> None:
    client.server.world.behaviour = Behaviour(page_points=5)
    assert len(result(client)["Values"]) == 5


def test_messages_stand_in_every_answer(client: Client) -> None:
    client.server.world.behaviour = Behaviour(messages=(("MaxMetricsExceeded", "Too many"),))
    assert client.data([DAILY], *DAY)["Messages"] == [{"Code": "MaxMetricsExceeded", "Value": "Too many"}]


def test_what_lies_before_a_time_may_be_forgotten(client: Client) -> None:
    client.server.world.behaviour = Behaviour(forget=at("2026-11-03T20:00").timestamp())
    assert result(client)["Values"] == [1.0] * 4


def test_percentiles_may_be_missing(client: Client) -> None:
    client.server.world.behaviour = Behaviour(no_percentiles=True)
    stats = ("p99", "TC(:500)", "TM(10%:90%)", "PR(:5)", "IQM", "Sum", "Maximum")
    found = {stat: bool(client.values(query("Latency", stat, 86400), *DAY)) for stat in stats}
    assert [stat for stat, there in found.items() if there] == ["Sum", "Maximum"]


def test_a_span_may_be_counted_differently_when_read_coarsely(client: Client) -> None:
    span = (at("2026-11-03T10:00").timestamp(), at("2026-11-03T11:00").timestamp())
    client.server.world.behaviour = Behaviour(inconsistent=Inconsistent(*span, reads=1))
    fine = query("Latency", "SampleCount", 300)
    assert sum(client.values(fine, *DAY)) == 24
    assert [client.values(DAILY, *DAY) for _ in range(2)] == [[25.0], [24.0]]
    assert client.values(HOURLY, *DAY) == [1.0] * 24
    client.server.world.behaviour = Behaviour(inconsistent=Inconsistent(*span))
    assert [sum(client.values(asked, *DAY)) for asked in (HOURLY, DAILY, DAILY)] == [25, 25, 25]


def test_answers_may_wait(client: Client) -> None:
    client.server.world.behaviour = Behaviour(delay_ms=60)
    begun = time.monotonic()
    assert client.values(DAILY, *DAY) == [24.0]
    assert time.monotonic() - begun >= 0.06


def troubles(**told: Any) -> Troubles:
    clock = count(0)
    return Troubles(Behaviour(**told), lambda: next(clock) / 10)


def test_points_asked_for_in_one_second_have_a_quota() -> None:
    state = troubles(enforce_quota=True)
    state.spend_points(300_000, recent=False)
    with pytest.raises(AwsError) as error:
        state.spend_points(300_000, recent=False)
    assert error.value.code == "Throttling"
    for _ in range(6):
        state.spend_points(1, recent=True)
    state.spend_points(300_000, recent=False)


def test_discovery_has_ten_calls_a_second() -> None:
    state = Troubles(Behaviour(enforce_quota=True), lambda: 5.0)
    for _ in range(10):
        state.spend_discovery()
    with pytest.raises(AwsError):
        state.spend_discovery()


def test_quotas_hold_only_where_they_are_enforced() -> None:
    state = Troubles(Behaviour(), lambda: 5.0)
    for _ in range(50):
        state.spend_discovery()
        state.spend_points(396_000, recent=False)


def test_a_gateway_method_is_named_as_an_operation() -> None:
    key = MetricKey("AWS/ApiGateway", "Count", (("Method", "GET"), ("Resource", "/a")))
    assert "Count:GET /a" in names_of(key, "Sum")


def test_settings_are_read_as_they_are_written() -> None:
    told = Behaviour.parse(
        [
            "throttle=10%", "server-error=every:4", "drop=0.5", "fail=ListMetrics", "deny=ListServices",
            "deny=GetService", "expired-token", "forbid=Fault", "forbid=Latency:GET /a", "internal-error=2x:Latency",
            "internal-error=p99", "partial", "partial-forever=Error", "message=Some:two words", "delay=1.5s",
            "page-points=100", "forget=2026-05-04T00:00Z", "no-percentiles=yes",
            "inconsistent=2026-10-01T00:00Z/2026-10-02T00:00Z/3", "quota=no", "modern-codes",
        ]
    )  # fmt: skip
    day = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
    assert told == Behaviour(
        throttle=Rhythm(0.1),
        server_error=Rhythm(0.25),
        drop=Rhythm(0.5),
        fail=frozenset({"ListMetrics"}),
        access_denied=frozenset({"ListServices", "GetService"}),
        expired_token=True,
        forbidden=frozenset({"Fault", "Latency:GET /a"}),
        internal_error={"Latency": 2, "p99": None},
        partial=True,
        partial_forever=frozenset({"Error"}),
        messages=(("Some", "two words"),),
        delay_ms=1500,
        page_points=100,
        forget=datetime(2026, 5, 4, tzinfo=UTC).timestamp(),
        no_percentiles=True,
        inconsistent=Inconsistent(day, day + 86400, reads=3),
        enforce_quota=False,
        modern_codes=True,
    )


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("trottle=0.1", "no such behaviour"),
        ("throttle=2", "a share"),
        ("throttle=often", "a share"),
        ("throttle=every:0", "a share"),
        ("delay=100", "a time such as 100ms"),
        ("deny=", "an API operation"),
        ("forbid=", "a metric"),
        ("forget=yesterday", "a time such as 2026-05-04"),
        ("page-points=0", "a number of points"),
        ("message=alone", "CODE:TEXT"),
        ("partial=maybe", "yes or no"),
        ("inconsistent=2026-10-02T00:00Z/2026-10-01T00:00Z", "START/END"),
        ("", "no such behaviour"),
    ],
)
def test_a_setting_that_is_not_understood_says_what_is_wanted(setting: str, wanted: str) -> None:
    with pytest.raises(BadBehaviour) as error:
        Behaviour.parse([setting])
    assert wanted in str(error.value)
    assert repr(setting) in str(error.value)
