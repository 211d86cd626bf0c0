"""Alarms by their tags, their relatives, their contributors and the quotas of their calls, with real boto3."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from slactl.sandbox.app import Application
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.evaluation import advance
from slactl.sandbox.inprocess import URL, connect
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Show
from tests.sandbox.ringing import START, TOPIC, composite, minute, put, steady, told_of

ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
MANAGED = {"Key": "slactl:managed", "Value": "true"}


def alarms(number: int, **behaviour: Any) -> World:
    world = World(RequestLog.empty(), now=NOW.timestamp(), behaviour=Behaviour(**behaviour))
    for one in range(number):
        put(world, f"a{one:03}", Tags=[MANAGED, {"Key": "slactl:kind", "Value": f"k{one % 2}"}])
    return world


def found(aws: Any, size: int = 100, **asked: Any) -> list[list[str]]:
    """The names of the alarms on each page."""
    told = {"ResourceTypeFilters": ["cloudwatch:alarm"], "ResourcesPerPage": size, **asked}
    pages = aws.get_paginator("get_resources").paginate(**told)
    return [[one["ResourceARN"].removeprefix(ARN) for one in page["ResourceTagMappingList"]] for page in pages]


def test_alarms_are_found_by_tag_page_by_page(show: Show) -> None:
    world = alarms(250)
    put(world, "foreign")
    put(world, "other", Tags=[{"Key": "team", "Value": "x"}])
    aws = show(world).aws("resourcegroupstaggingapi")
    assert [len(page) for page in found(aws, TagFilters=[{"Key": "slactl:managed"}])] == [100, 100, 50]
    kinds = [{"Key": "slactl:managed", "Values": ["true"]}, {"Key": "slactl:kind", "Values": ["k1", "k2"]}]
    assert found(aws, TagFilters=kinds) == [
        [f"a{one:03}" for one in range(1, 201, 2)],
        [f"a{one:03}" for one in range(201, 250, 2)],
    ]
    assert sum(len(page) for page in found(aws)) == 251
    assert found(aws, TagFilters=[{"Key": "slactl:managed", "Values": ["false"]}]) == [[]]
    (one,) = aws.get_resources(ResourceTypeFilters=["cloudwatch"], TagFilters=[{"Key": "team"}])[
        "ResourceTagMappingList"
    ]
    assert one == {"ResourceARN": f"{ARN}other", "Tags": [{"Key": "team", "Value": "x"}]}


def test_a_page_of_tags_has_its_limits(show: Show) -> None:
    client = show(alarms(1))
    aws = client.aws("resourcegroupstaggingapi")
    with pytest.raises(ClientError, match="ResourcesPerPage"):
        aws.get_resources(ResourceTypeFilters=["cloudwatch:alarm"], ResourcesPerPage=101)
    with pytest.raises(ClientError, match="next token"):
        aws.get_resources(ResourceTypeFilters=["cloudwatch:alarm"], PaginationToken="abc")
    assert found(client.aws("resourcegroupstaggingapi", "us-east-1")) == [[]]


def test_who_may_not_look_for_tags_is_told_which_permission_it_takes(show: Show) -> None:
    aws = show(alarms(1, access_denied=frozenset({"GetResources"}))).aws("resourcegroupstaggingapi")
    with pytest.raises(ClientError, match="not authorized to perform: tag:GetResources"):
        found(aws)


def test_what_is_no_alarm_is_looked_up_elsewhere(show: Show) -> None:
    client = show(alarms(1))
    topic = client.aws("sns").create_topic(Name="on-call", Tags=[MANAGED])["TopicArn"]
    told = client.aws("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=["sns"])["ResourceTagMappingList"]
    assert [one["ResourceARN"] for one in told] == [topic]


def test_the_relatives_of_an_alarm(show: Show) -> None:
    world = alarms(3)
    composite(world, "inner", 'ALARM("a000") OR ALARM("a001")')
    composite(world, "outer", 'ALARM("inner") AND ALARM("a002")')
    aws = show(world).aws("cloudwatch")
    below = aws.describe_alarms(ChildrenOfAlarmName="outer")
    assert [[one["AlarmName"] for one in below[kind]] for kind in ("MetricAlarms", "CompositeAlarms")] == [
        ["a002"],
        ["inner"],
    ]
    above = aws.describe_alarms(ParentsOfAlarmName="a000")
    assert [one["AlarmName"] for one in above["CompositeAlarms"]] == ["inner"]
    assert aws.describe_alarms(ParentsOfAlarmName="outer")["CompositeAlarms"] == []


def test_actions_that_are_held_back_are_told(show: Show) -> None:
    world = alarms(2)
    told = {"ActionsSuppressor": "a000", "ActionsSuppressorWaitPeriod": 0, "ActionsSuppressorExtensionPeriod": 60}
    composite(world, "page", "ALARM(a001)", **told)
    world.alarms.rings("a000", "ALARM", world.now, "deploying")
    (page,) = show(world).aws("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert (page["ActionsSuppressedBy"], page["ActionsSuppressor"]) == ("Alarm", "a000")


def quick(world: World, ticks: list[float]) -> Any:
    """A client whose sandbox has this clock for its quotas."""
    client: Any = boto3.Session("key", "secret", region_name="eu-west-1").client(
        "cloudwatch", endpoint_url=URL, config=Config(retries={"total_max_attempts": 1})
    )
    connect(client.meta.events, Application(world, ticks=lambda: ticks[0]))
    return client


def taken(aws: Any, **told: Any) -> bool:
    """Whether an alarm could be put; a refusal is one for going too fast."""
    try:
        aws.put_metric_alarm(**told)
    except ClientError as error:
        if error.response["Error"]["Code"] != "Throttling":
            raise
        return False
    return True


def test_three_alarms_a_second() -> None:
    ticks = [100.0]
    aws = quick(alarms(0, enforce_quota=True), ticks)
    told: dict[str, Any] = {
        "Namespace": "x",
        "MetricName": "m",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
    }
    told |= {"Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"}

    def puts(number: int) -> int:
        return sum(taken(aws, AlarmName=f"a{one}", **told) for one in range(number))

    assert puts(5) == 3
    aws.put_composite_alarm(AlarmName="both", AlarmRule="FALSE")  # a quota of its own
    ticks[0] += 0.5
    assert puts(5) == 1
    ticks[0] += 10
    assert puts(5) == 3


CALLS: dict[str, dict[str, Any]] = {
    "PutCompositeAlarm": {"AlarmName": "both", "AlarmRule": "FALSE"},
    "DeleteAlarms": {"AlarmNames": ["a000"]},
    "DescribeAlarms": {},
    "TagResource": {"ResourceARN": f"{ARN}a000", "Tags": [MANAGED]},
    "ListTagsForResource": {"ResourceARN": f"{ARN}a000"},
    "DisableAlarmActions": {"AlarmNames": ["a000"]},
    "DeleteAlarmMuteRule": {"AlarmMuteRuleName": "night"},
}


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(("setting", "code"), [("deny", "AccessDenied"), ("fail", "InternalFailure")])
def test_each_call_may_be_denied_or_fail_and_then_does_nothing(operation: str, setting: str, code: str) -> None:
    world = alarms(1)
    world.behaviour = Behaviour.parse([f"{setting}={operation}"])
    before = (list(world.alarms.alarms), list(world.alarms.history))
    aws = quick(world, [0.0])
    with pytest.raises(ClientError) as refused:
        getattr(aws, xform_name(operation))(**CALLS[operation])
    assert refused.value.response["Error"]["Code"] == code
    assert (list(world.alarms.alarms), list(world.alarms.history)) == before
    world.behaviour = Behaviour()
    getattr(aws, xform_name(operation))(**CALLS[operation])


GROUPED = (
    'SELECT SUM(Fault) FROM SCHEMA("ApplicationSignals", Environment, Operation, Service) '
    "WHERE Service = 'missions-api' GROUP BY Operation ORDER BY SUM() DESC"
)


def two_endpoints() -> World:
    """GET /a fails from minute 10 to 19; GET /b from 15 to 24, then it falls silent."""
    rows = []
    for number in range(-60, 60):
        for operation, failing, asked in (
            ("GET /a", 10 <= number < 20, True),
            ("GET /b", 15 <= number < 25, number < 25),
        ):
            rows += [
                ((START + 60 * number + one) * 1000, operation, 50.0, 500 if failing else 200)
                for one in range(5 * asked)
            ]
    return World(RequestLog.from_rows(rows), now=START)


def many(world: World, text: str = GROUPED, **more: Any) -> None:
    metrics = [{"Id": "q", "Expression": text, "Period": 60, "ReturnData": True}]
    put(world, "endpoints", Metrics=metrics, OKActions=[TOPIC], **more)


def test_each_contributor_has_a_state_of_its_own(show: Show) -> None:
    world = two_endpoints()
    many(world)
    changes = advance(world, minute(17))
    assert told_of(changes, "endpoints") == [(1, "OK"), (11, "ALARM")]
    told = show(world).aws("cloudwatch").describe_alarm_contributors(AlarmName="endpoints")["AlarmContributors"]
    assert [one["ContributorAttributes"] for one in told] == [{"Operation": "GET /a"}, {"Operation": "GET /b"}]
    assert {len(one["ContributorId"]) for one in told} == {16}
    assert "Threshold Crossed: 1 out of the last 1 datapoints [5.0" in told[0]["StateReason"]
    assert world.alarms.alarms["endpoints"].reason == "1 out of 2 time series evaluated to ALARM"
    assert told_of(advance(world, minute(40)), "endpoints") == [(28, "OK")]
    fired = [(int(one.at - START) // 60, one.state, bool(one.contributor)) for one in world.alarms.fired]
    # GET /b vanishes once its last three datapoints are gone: that is OK, and nobody knows better.
    assert fired == [(11, "ALARM", True), (16, "ALARM", True), (21, "OK", True), (28, "OK", True)]


def test_the_history_of_contributors_is_told_by_contributor(show: Show) -> None:
    world = two_endpoints()
    many(world)
    advance(world, minute(40))
    aws = show(world).aws("cloudwatch")
    told = aws.describe_alarm_history(HistoryItemType="AlarmContributorStateUpdate")["AlarmHistoryItems"]
    assert [one["HistorySummary"] for one in told] == ["Alarm updated from ALARM to OK"] * 2 + [
        "Alarm updated from OK to ALARM"
    ] * 2
    first = told[-1]
    assert first["AlarmContributorAttributes"] == {"Operation": "GET /a"}
    alone = aws.describe_alarm_history(AlarmContributorId=first["AlarmContributorId"])["AlarmHistoryItems"]
    kinds = sorted(one["HistoryItemType"] for one in alone)
    assert kinds == ["AlarmContributorAction"] * 2 + ["AlarmContributorStateUpdate"] * 2
    with pytest.raises(ClientError, match="Unknown alarm"):
        aws.describe_alarm_contributors(AlarmName="nobody")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "SELECT SUM(Fault) FROM SCHEMA(ApplicationSignals, Environment, Service)",
            [(1, "OK"), (11, "ALARM"), (26, "OK")],
        ),
        (
            "SELECT SUM(Fault) FROM ApplicationSignals WHERE Operation = 'GET /b'",
            [(1, "OK"), (16, "ALARM"), (28, "INSUFFICIENT_DATA")],
        ),
        (
            "SELECT COUNT(Fault) FROM ApplicationSignals WHERE Operation != 'GET /a'",
            [(1, "ALARM"), (28, "INSUFFICIENT_DATA")],
        ),
        (
            "SELECT MAX(Fault) FROM ApplicationSignals WHERE Operation = 'GET /a'",
            [(1, "OK"), (11, "ALARM"), (21, "OK")],
        ),
        (
            "SELECT AVG(Fault) FROM ApplicationSignals WHERE Operation = 'GET /a'",
            [(1, "OK"), (11, "ALARM"), (21, "OK")],
        ),
        (
            "SELECT MIN(Fault) FROM SCHEMA(ApplicationSignals, Environment, Service)",
            [(1, "OK"), (16, "ALARM"), (21, "OK")],
        ),
        ("SELECT SUM(Fault) FROM Nowhere", []),
    ],
)
def test_a_query_of_one_series(text: str, wanted: list[tuple[int, str]]) -> None:
    world = two_endpoints()
    many(world, text)
    assert told_of(advance(world, minute(40)), "endpoints") == wanted


@pytest.mark.parametrize(
    ("order", "wanted"),
    [("DESC", [(11, "GET /a"), (21, "GET /b")]), ("ASC", [(16, "GET /b"), (18, "GET /a")])],  # 18: both have as many
)
def test_only_the_first_series_count_where_there_is_a_limit(order: str, wanted: list[tuple[int, str]]) -> None:
    world = two_endpoints()
    many(world, GROUPED.replace("DESC", f"{order} LIMIT 1"))
    advance(world, minute(40))
    names = {one.id: one.attributes["Operation"] for one in world.alarms.alarms["endpoints"].contributors.values()}
    fired = [(one.at, names[one.contributor]) for one in world.alarms.fired if one.state == "ALARM"]
    assert fired == [(minute(at), name) for at, name in wanted]


@pytest.mark.parametrize(
    ("missing", "state"), [("missing", "INSUFFICIENT_DATA"), ("breaching", "ALARM"), ("notBreaching", "OK")]
)
def test_no_series_at_all_is_missing_data(missing: str, state: str) -> None:
    world = steady(5, {})
    many(world, GROUPED.replace("missions-api", "nobody"), TreatMissingData=missing)
    advance(world, minute(3))
    assert world.alarms.alarms["endpoints"].state == state


def test_a_query_sees_three_hours() -> None:
    world = steady(8 * 60, {-60 * 3 - 10: 10})
    text = "SELECT SUM(Fault) FROM SCHEMA(ApplicationSignals, Environment, Service)"
    metrics = [{"Id": "q", "Expression": text, "Period": 6 * 3600, "ReturnData": True}]
    put(world, "far", Metrics=metrics)
    assert advance(world, minute(5)) == []
