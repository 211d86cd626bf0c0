"""Alarms, their history and mute rules, with real boto3, in each protocol of CloudWatch."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slactl.sandbox.alarmbook import Contributor
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.muterules import read_rule
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.scenario import demo_world
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Client, Show

PROTOCOLS = ["json", "smithy-rpc-v2-cbor", "query"]
KINDS = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
FAULTS: dict[str, Any] = {
    "AlarmName": "faults",
    "AlarmDescription": 'ISMS SLA, "Uptime" <& more>',
    "AlarmActions": [TOPIC],
    "OKActions": [],
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Dimensions": [{"Name": "Service", "Value": "missions-api"}],
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 1.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}
BOTH = {"AlarmName": "both", "AlarmRule": 'ALARM("faults") AND NOT OK("faults")', "ActionsEnabled": False}


def world(**behaviour: Any) -> World:
    return World(RequestLog.empty(), now=NOW.timestamp(), behaviour=Behaviour(**behaviour))


@pytest.fixture(params=PROTOCOLS)
def client(request: pytest.FixtureRequest, show: Show) -> Client:
    return show(world(), request.param)


def refusal(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**params)
    return str(error.value.response["Error"]["Code"])


def ago(**units: float) -> datetime:
    return NOW - timedelta(**units)


def test_an_alarm_is_kept_as_it_was_put_and_not_yet_evaluated(client: Client) -> None:
    aws = client.aws("cloudwatch")
    aws.put_metric_alarm(**FAULTS, Tags=[{"Key": "clause", "Value": "Uptime"}])
    (alarm,) = aws.describe_alarms()["MetricAlarms"]
    assert {name: alarm[name] for name in FAULTS} == FAULTS
    assert (alarm["StateValue"], alarm["ActionsEnabled"]) == ("INSUFFICIENT_DATA", True)
    assert alarm["StateUpdatedTimestamp"] == alarm["AlarmConfigurationUpdatedTimestamp"] == NOW
    assert alarm["AlarmArn"] == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:faults"
    assert aws.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "clause", "Value": "Uptime"}]


def test_terms_and_windows_of_an_alarm_travel_there_and_back(client: Client) -> None:
    aws = client.aws("cloudwatch")
    told = {name: value for name, value in FAULTS.items() if name not in ("Namespace", "MetricName", "Dimensions")}
    told = {name: value for name, value in told.items() if name not in ("Statistic", "Period")}
    metric = {name: FAULTS[name] for name in ("Namespace", "MetricName", "Dimensions")}
    terms = [
        {"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "e", "Expression": "m * 100", "Label": "<&>", "ReturnData": True},
    ]
    aws.put_metric_alarm(**told, Metrics=terms, EvaluationWindow={"WallClockWindow": {"Timezone": "Europe/Rome"}})
    (alarm,) = aws.describe_alarms()["MetricAlarms"]
    assert alarm["Metrics"] == terms
    assert alarm["EvaluationWindow"] == {"WallClockWindow": {"Timezone": "Europe/Rome"}}


def test_contributors_travel_too(client: Client) -> None:
    aws, book = client.aws("cloudwatch"), client.server.world.alarms
    aws.put_metric_alarm(**FAULTS)
    one = Contributor("c1", {"Operation": "GET /a", "Service": "x"})
    book.alarms["faults"].contributors["GET /a", "x"] = one
    book.change_contributor(book.alarms["faults"], one, "ALARM", NOW.timestamp(), "why")
    (told,) = aws.describe_alarm_contributors(AlarmName="faults")["AlarmContributors"]
    assert told == {
        "ContributorId": "c1",
        "ContributorAttributes": {"Operation": "GET /a", "Service": "x"},
        "StateReason": "why",
        "StateTransitionedTimestamp": NOW,
    }
    (entry,) = aws.describe_alarm_history(HistoryItemType="AlarmContributorStateUpdate")["AlarmHistoryItems"]
    assert (entry["AlarmContributorId"], entry["AlarmContributorAttributes"]) == ("c1", told["ContributorAttributes"])


def test_a_put_overwrites_all_but_state_and_tags(client: Client) -> None:
    aws = client.aws("cloudwatch")
    aws.put_metric_alarm(**FAULTS, Tags=[{"Key": "clause", "Value": "Uptime"}])
    aws.set_alarm_state(AlarmName="faults", StateValue="OK", StateReason="quiet")
    less = {name: value for name, value in FAULTS.items() if name not in ("AlarmActions", "TreatMissingData")}
    aws.put_metric_alarm(**less, Tags=[{"Key": "clause", "Value": "other"}])
    (alarm,) = aws.describe_alarms()["MetricAlarms"]
    assert (alarm["AlarmActions"], alarm.get("TreatMissingData"), alarm["StateValue"]) == ([], None, "OK")
    tags = aws.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    assert tags == [{"Key": "clause", "Value": "Uptime"}]


def test_tags_come_and_go(client: Client) -> None:
    aws = client.aws("cloudwatch")
    aws.put_metric_alarm(**FAULTS)
    arn = aws.describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    aws.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    aws.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert aws.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": ""}]
    assert "NotFound" in refusal(aws.list_tags_for_resource, ResourceARN=arn + "2")


def test_who_names_no_type_is_told_of_metric_alarms_only(client: Client) -> None:
    aws = client.aws("cloudwatch")
    aws.put_metric_alarm(**FAULTS)
    aws.put_composite_alarm(**BOTH)
    told = aws.describe_alarms()
    assert [len(told[kind]) for kind in ("MetricAlarms", "CompositeAlarms")] == [1, 0]
    (both,) = aws.describe_alarms(AlarmTypes=KINDS)["CompositeAlarms"]
    assert {name: both[name] for name in BOTH} == BOTH
    assert both["StateValue"] == "INSUFFICIENT_DATA"
    names = {item["AlarmName"] for item in aws.describe_alarm_history()["AlarmHistoryItems"]}
    assert names == {"faults"}
    composite = aws.describe_alarm_history(AlarmTypes=["CompositeAlarm"])["AlarmHistoryItems"]
    assert [(item["AlarmName"], item["AlarmType"]) for item in composite] == [("both", "CompositeAlarm")]


def test_alarms_are_chosen_and_paged(client: Client) -> None:
    aws = client.aws("cloudwatch")
    for number in range(5):
        aws.put_metric_alarm(**FAULTS | {"AlarmName": f"a{number}", "AlarmActions": [TOPIC] if number else []})
    pages = aws.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 2})
    assert [[alarm["AlarmName"] for alarm in page["MetricAlarms"]] for page in pages] == [
        ["a0", "a1"],
        ["a2", "a3"],
        ["a4"],
    ]
    assert len(aws.describe_alarms(ActionPrefix="arn:aws:sns")["MetricAlarms"]) == 4
    assert len(aws.describe_alarms(AlarmNames=["a1", "zzz"])["MetricAlarms"]) == 1
    assert len(aws.describe_alarms(AlarmNamePrefix="a", StateValue="OK")["MetricAlarms"]) == 0
    assert "Validation" in refusal(aws.describe_alarms, AlarmNames=["a1"], AlarmNamePrefix="a")


def test_the_history_of_an_alarm_from_made_to_deleted(client: Client) -> None:
    aws, shown = client.aws("cloudwatch"), client.server.world
    shown.now = ago(hours=5).timestamp()
    aws.put_metric_alarm(**FAULTS)
    for hours, state in ((4, "OK"), (3, "ALARM"), (2.5, "ALARM")):
        shown.now = ago(hours=hours).timestamp()
        aws.set_alarm_state(AlarmName="faults", StateValue=state, StateReason=f"it is {state}")
    shown.now = ago(hours=2).timestamp()
    aws.put_metric_alarm(**FAULTS | {"Threshold": 2.5})
    shown.now = ago(hours=1).timestamp()
    aws.delete_alarms(AlarmNames=["faults", "zzz"])
    items = aws.describe_alarm_history(ScanBy="TimestampAscending")["AlarmHistoryItems"]
    assert [(item["HistoryItemType"], item["Timestamp"]) for item in items] == [
        ("ConfigurationUpdate", ago(hours=5)),
        ("StateUpdate", ago(hours=4)),
        ("StateUpdate", ago(hours=3)),
        ("Action", ago(hours=3)),
        ("ConfigurationUpdate", ago(hours=2)),
        ("ConfigurationUpdate", ago(hours=1)),
    ]
    told = [json.loads(item["HistoryData"]) for item in items]
    assert told[2]["oldState"]["stateValue"] == "OK"
    assert told[2]["newState"] == {"stateValue": "ALARM", "stateReason": "it is ALARM"}
    assert (told[3]["actionState"], told[3]["notificationResource"]) == ("Succeeded", TOPIC)
    assert told[4]["originalUpdatedFields"] == {"threshold": 1.5}
    assert (told[4]["updatedAlarm"]["threshold"], told[5]["type"]) == (2.5, "Delete")
    assert aws.describe_alarms()["MetricAlarms"] == []


def test_history_by_span_type_name_and_page(client: Client) -> None:
    aws, book = client.aws("cloudwatch"), client.server.world.alarms
    aws.put_metric_alarm(**FAULTS)
    for hour in range(120, 0, -1):
        book.rings("faults", "OK" if hour % 2 else "ALARM", ago(hours=hour).timestamp(), "")
    span = {"StartDate": ago(hours=100), "EndDate": ago(hours=90)}
    found = aws.describe_alarm_history(**span, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    assert [item["Timestamp"] for item in found] == [ago(hours=hour) for hour in range(90, 101)], "newest first"
    pages = list(aws.get_paginator("describe_alarm_history").paginate(**span, PaginationConfig={"PageSize": 4}))
    assert [len(page["AlarmHistoryItems"]) for page in pages] == [4, 4, 4, 4, 1]
    assert aws.describe_alarm_history(AlarmName="other")["AlarmHistoryItems"] == []


def test_history_is_kept_for_thirty_days(client: Client) -> None:
    aws, shown = client.aws("cloudwatch"), client.server.world
    shown.now = ago(days=31).timestamp()
    aws.put_metric_alarm(**FAULTS)
    shown.now = ago(days=29).timestamp()
    aws.set_alarm_state(AlarmName="faults", StateValue="OK", StateReason="")
    shown.now = NOW.timestamp()
    items = aws.describe_alarm_history(StartDate=ago(days=90))["AlarmHistoryItems"]
    assert [item["HistoryItemType"] for item in items] == ["StateUpdate"]


def test_an_action_may_fail(show: Show) -> None:
    shown = world()
    shown.alarms.broken[TOPIC] = "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."
    aws = show(shown).aws("cloudwatch")
    aws.put_metric_alarm(**FAULTS)
    aws.set_alarm_state(AlarmName="faults", StateValue="ALARM", StateReason="x")
    (action,) = aws.describe_alarm_history(HistoryItemType="Action")["AlarmHistoryItems"]
    assert action["HistorySummary"].startswith(f"Failed to execute action {TOPIC}. Received error: ")
    assert json.loads(action["HistoryData"])["actionState"] == "Failed"


def test_what_cannot_be_is_refused(show: Show) -> None:
    aws = show(world()).aws("cloudwatch")
    assert refusal(aws.put_metric_alarm, **FAULTS | {"Period": 45}) == "ValidationError"
    assert refusal(aws.put_metric_alarm, **FAULTS | {"Period": 300, "EvaluationPeriods": 289}) == "ValidationError"
    aws.put_metric_alarm(**FAULTS | {"Period": 3600, "EvaluationPeriods": 168})
    assert refusal(aws.put_composite_alarm, AlarmName="faults", AlarmRule="TRUE") == "ValidationError"
    assert refusal(aws.set_alarm_state, AlarmName="x", StateValue="OK", StateReason="") == "ResourceNotFound"
    aws.put_composite_alarm(**BOTH)
    assert refusal(aws.delete_alarms, AlarmNames=["faults"]) == "ValidationError"
    aws.delete_alarms(AlarmNames=["both"])
    aws.delete_alarms(AlarmNames=["faults"])


def rule(expression: str, duration: str = "PT2H", zone: str = "Europe/Rome", **more: Any) -> dict[str, Any]:
    schedule = {"Expression": expression, "Duration": duration, "Timezone": zone}
    return {"Name": "night", "Rule": {"Schedule": schedule}, **more}


def test_a_mute_rule_withholds_actions_and_changes_no_state(show: Show) -> None:
    client = show(world())
    aws, shown = client.aws("cloudwatch"), client.server.world
    aws.put_metric_alarm(**FAULTS)
    aws.put_alarm_mute_rule(**rule("cron(0 2 * * *)", MuteTargets={"AlarmNames": ["faults"]}))
    for clock, active in (("00:59", False), ("01:00", True), ("02:59", True), ("03:00", False)):  # 02:00 in Rome
        shown.now = datetime.fromisoformat(f"2026-11-04T{clock}:00+00:00").timestamp()
        aws.set_alarm_state(AlarmName="faults", StateValue="OK", StateReason="")
        before = len(shown.alarms.history)
        aws.set_alarm_state(AlarmName="faults", StateValue="ALARM", StateReason="")
        assert len(shown.alarms.history) - before == (1 if active else 2), clock
        status = aws.get_alarm_mute_rule(AlarmMuteRuleName="night")["Status"]
        assert status == ("ACTIVE" if active else "SCHEDULED")


@pytest.mark.parametrize("protocol", ["json", "smithy-rpc-v2-cbor"])
def test_mute_rules_are_put_listed_told_and_deleted(show: Show, protocol: str) -> None:
    client = show(world(), protocol)
    aws = client.aws("cloudwatch")
    aws.put_metric_alarm(**FAULTS)
    targets = {"AlarmNames": ["faults"]}
    put = rule("at(2026-11-05T02:00)", "PT1H30M", Description="CHG-1", MuteTargets=targets, ExpireDate=ago(days=-9))
    aws.put_alarm_mute_rule(**put)
    aws.put_alarm_mute_rule(**rule("cron(0 2 * * SUN)") | {"Name": "weekly"})
    told = aws.get_alarm_mute_rule(AlarmMuteRuleName="night")
    assert {name: told[name] for name in put} == put
    assert (told["Status"], told["MuteType"], told["LastUpdatedTimestamp"]) == ("SCHEDULED", "ONE_TIME", NOW)
    listed = aws.list_alarm_mute_rules()["AlarmMuteRuleSummaries"]
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm-mute-rule:"
    assert [one["AlarmMuteRuleArn"] for one in listed] == [arn + "night", arn + "weekly"]
    assert len(aws.list_alarm_mute_rules(AlarmName="faults")["AlarmMuteRuleSummaries"]) == 1
    client.server.world.now = ago(days=-2).timestamp()
    assert len(aws.list_alarm_mute_rules(Statuses=["EXPIRED"])["AlarmMuteRuleSummaries"]) == 1
    aws.delete_alarm_mute_rule(AlarmMuteRuleName="night")
    aws.delete_alarm_mute_rule(AlarmMuteRuleName="night")
    assert refusal(aws.get_alarm_mute_rule, AlarmMuteRuleName="night") == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "bad",
    [
        rule("cron(0 2 * * ? *)"),
        rule("cron(0 2 * *)"),
        rule("cron(0 24 * * *)"),
        rule("cron(0 2 * * FOO)"),
        rule("cron(0/5 2 * * *)"),
        rule("at(2026-11-05T02:00:00)"),
        rule("rate(5 minutes)"),
        rule("cron(0 2 * * *)", "PT30S"),
        rule("cron(0 2 * * *)", "P16D"),
        rule("cron(0 2 * * *)", zone="Europe/Nowhere"),
        rule("cron(0 2 * * *)", MuteTargets={"AlarmNames": ["nobody"]}),
    ],
    ids=str,
)
def test_a_mute_rule_that_cannot_be_is_refused(show: Show, bad: dict[str, Any]) -> None:
    assert refusal(show(world()).aws("cloudwatch").put_alarm_mute_rule, **bad) == "ValidationError"


@pytest.mark.parametrize(
    ("expression", "at", "active"),
    [
        ("cron(30 1 1 * *)", "2026-11-01T02:00", True),
        ("cron(30 1 1 * *)", "2026-11-02T02:00", False),
        ("cron(0 2 * NOV MON-FRI)", "2026-11-07T02:00", False),
        ("cron(0 2 * NOV 6,7)", "2026-11-08T02:59", True),
        ("cron(0 2 13 * FRI)", "2026-11-06T02:01", True),
        ("cron(0 2 13 * FRI)", "2026-11-14T02:01", False),
    ],
)
def test_what_an_expression_names(expression: str, at: str, active: bool) -> None:
    found = read_rule(rule(expression, "PT1H", "UTC"), 0)
    assert found.active(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()) is active


def test_calls_may_be_denied(show: Show) -> None:
    aws = show(world(access_denied=frozenset({"DescribeAlarmHistory"}))).aws("cloudwatch")
    assert refusal(aws.describe_alarm_history) == "AccessDenied"


def test_alarms_stand_in_one_region(show: Show) -> None:
    client = show(world())
    client.aws("cloudwatch").put_metric_alarm(**FAULTS)
    assert client.aws("cloudwatch", "us-east-1").describe_alarms()["MetricAlarms"] == []


def test_the_demos_alarm_rang_in_each_outage() -> None:
    shown = demo_world(now=NOW.timestamp(), months=2)
    states = [
        json.loads(item["HistoryData"]) for item in shown.alarms.history if item["HistoryItemType"] == "StateUpdate"
    ]
    assert [one["newState"]["stateValue"] for one in states] == ["OK", "ALARM", "OK", "ALARM", "OK"]
    assert shown.alarms.alarms["missions-api-faults"].state == "OK"
