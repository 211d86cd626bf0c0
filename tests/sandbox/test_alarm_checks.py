"""What PutMetricAlarm, PutCompositeAlarm and their neighbours refuse, one wrong thing at a time."""

from __future__ import annotations

from typing import Any

import pytest

from slactl.sandbox.alarms import answer
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.errors import AwsError
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.ringing import PLACE, START, TOPIC, fault_share, term

SINGLE: dict[str, Any] = {
    "AlarmName": "a",
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Dimensions": PLACE,
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 3,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
ALONE = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")
MATH = {name: value for name, value in SINGLE.items() if name not in ALONE} | {"Metrics": fault_share(300)}
SELECT = 'SELECT SUM(Fault) FROM SCHEMA("ApplicationSignals", Environment, Operation, Service)'
GROUPED = f"{SELECT} GROUP BY Operation ORDER BY SUM() DESC"


def without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


def select(text: str, **more: Any) -> dict[str, Any]:
    return MATH | {"Metrics": [{"Id": "q", "Expression": text, "Period": 300, "ReturnData": True}]} | more


def world(**behaviour: Any) -> World:
    return World(RequestLog.empty(), now=START, behaviour=Behaviour(**behaviour))


def ids(number: int) -> list[dict[str, Any]]:
    return [term(f"m{one}", "Sum", "Fault", 300) for one in range(number)]


def expression(text: str, name: str = "e", *, returned: bool = True) -> dict[str, Any]:
    return {"Id": name, "Expression": text, "ReturnData": returned}


GOOD = [
    SINGLE,
    SINGLE | {"AlarmName": "GET /missions/{id} – p95 €" + "x" * 229},
    SINGLE | {"AlarmDescription": "x" * 1024, "AlarmActions": [TOPIC] * 5},
    SINGLE | {"Period": 10, "EvaluationPeriods": 8640},
    SINGLE | {"Period": 3600, "EvaluationPeriods": 168},
    SINGLE | {"Period": 259_200, "EvaluationPeriods": 1},
    SINGLE | {"Period": 21_600, "EvaluationPeriods": 1, "DatapointsToAlarm": 1},
    SINGLE | {"Dimensions": [{"Name": f"n{one}", "Value": "v"} for one in range(30)]},
    SINGLE | {"AlarmActions": ["arn:aws:sns:us-east-1:999999999999:nobody-made-this-topic"]},
    *[
        without(SINGLE, "Statistic") | {"ExtendedStatistic": stat}
        for stat in ("p95", "p99.9", "tm90", "TM(10%:90%)", "TC(:300)", "PR(:1000)", "PR(100:)", "IQM")
    ],
    SINGLE | {"EvaluationWindow": {"SlidingWindow": {}}},
    SINGLE | {"EvaluationWindow": {"WallClockWindow": {"Timezone": "Europe/Rome"}}},
    MATH,
    MATH | {"Metrics": [*ids(10), *[expression("m0 + m1", f"e{one}", returned=one == 0) for one in range(10)]]},
    MATH | {"Metrics": [term("m", "p95", "Latency", 300, returned=True)]},
    select(GROUPED),
    select(
        f"{SELECT} WHERE Service = 'missions-api' AND Operation != 'GET /health' "
        "GROUP BY Operation ORDER BY SUM() ASC LIMIT 10"
    ),
    select('SELECT MAX(CPUUtilization) FROM "AWS/EC2"'),
    without(SINGLE, *ALONE, "EvaluationPeriods", "ComparisonOperator")
    | {"EvaluationCriteria": {"PromQLCriteria": {"Query": "up == 0"}}},
]
BAD = [
    SINGLE | {"AlarmName": ""},
    SINGLE | {"AlarmName": "x" * 256},
    SINGLE | {"AlarmName": "two\nlines"},
    SINGLE | {"AlarmName": "bell\x07"},
    SINGLE | {"AlarmDescription": "x" * 1025},
    SINGLE | {"OKActions": [TOPIC] * 6},
    SINGLE | {"AlarmActions": ["on-call"]},
    SINGLE | {"Tags": [{"Key": "aws:x", "Value": "1"}]},
    SINGLE | {"Tags": [{"Key": f"k{one}", "Value": "1"} for one in range(51)]},
    without(SINGLE, "MetricName"),
    without(SINGLE, "Namespace"),
    without(SINGLE, "Statistic"),
    without(SINGLE, "Period"),
    without(SINGLE, "Threshold"),
    without(SINGLE, "ComparisonOperator"),
    without(SINGLE, "EvaluationPeriods"),
    SINGLE | {"ExtendedStatistic": "p95"},
    SINGLE | {"Statistic": "p95"},
    *[
        without(SINGLE, "Statistic") | {"ExtendedStatistic": stat}
        for stat in ("Sum", "p101", "P95", "TM(5%:90%)", "TM(10%:95%)", "PR(10%:90%)", "TC", "tm(90)")
    ],
    SINGLE | {"Period": 45},
    SINGLE | {"Period": 90},
    SINGLE | {"Period": 0},
    SINGLE | {"Period": 60, "EvaluationPeriods": 1441},
    SINGLE | {"Period": 3600, "EvaluationPeriods": 169},
    SINGLE | {"Period": 2_592_000, "EvaluationPeriods": 1},
    SINGLE | {"EvaluationPeriods": 0},
    SINGLE | {"DatapointsToAlarm": 4},
    SINGLE | {"DatapointsToAlarm": 0},
    SINGLE | {"TreatMissingData": "breach"},
    SINGLE | {"EvaluateLowSampleCountPercentile": "maybe"},
    SINGLE | {"ComparisonOperator": "EqualToThreshold"},
    SINGLE | {"Dimensions": [{"Name": f"n{one}", "Value": "v"} for one in range(31)]},
    SINGLE | {"EvaluationWindow": {"SlidingWindow": {}, "WallClockWindow": {}}},
    SINGLE | {"EvaluationWindow": {"WallClockWindow": {"Timezone": "Rome"}}},
    SINGLE | {"Period": 600, "EvaluationWindow": {"WallClockWindow": {}}},
    SINGLE | {"Metrics": fault_share(300)},
    MATH | {"Period": 300},
    MATH | {"Metrics": [*ids(11), expression("m0")]},
    MATH | {"Metrics": [*ids(1), *[expression("m0", f"e{one}", returned=one == 0) for one in range(11)]]},
    MATH | {"Metrics": ids(2)},
    MATH | {"Metrics": [*ids(1), expression("m0", "e"), expression("m0", "f")]},
    MATH | {"Metrics": [term("m", "Sum", "Fault", 300), term("n", "Sum", "Fault", 60), expression("m + n")]},
    MATH | {"Metrics": [*ids(1), *ids(1), expression("m0")]},
    MATH | {"Metrics": [*ids(1), expression("m0 + m1")]},
    MATH | {"Metrics": [*ids(1), expression("[m0, m0]")]},
    MATH | {"Metrics": [*ids(1), expression("SUM(m0)")]},
    MATH | {"Metrics": [*ids(1), expression("SEARCH('{A,B}', 'Sum')")]},
    MATH | {"Metrics": [*ids(1), expression("e")]},
    MATH | {"Metrics": [term("m", "Sum", "Fault", 3600, returned=True)], "EvaluationPeriods": 169},
    select(f"{SELECT} GROUP BY Operation"),
    select("SELECT P95(Latency) FROM ApplicationSignals"),
    select("SELECT SUM(Fault) FROM"),
    select(f"{SELECT} WHERE Service LIKE 'x'"),
    select(GROUPED, AlarmActions=["arn:aws:automate:eu-west-1:ec2:stop"]),
    select(f"{GROUPED} LIMIT many"),
    MATH | {"Metrics": [{"Id": "q", "Expression": SELECT, "ReturnData": True}]},
]


@pytest.mark.parametrize("told", GOOD, ids=range(len(GOOD)))
def test_what_cloudwatch_takes(told: dict[str, Any]) -> None:
    made = world()
    answer(made, "PutMetricAlarm", told)
    assert list(made.alarms.alarms) == [told["AlarmName"]]


@pytest.mark.parametrize("told", BAD, ids=range(len(BAD)))
def test_what_cloudwatch_refuses_leaves_nothing_behind(told: dict[str, Any]) -> None:
    made = world()
    with pytest.raises(AwsError) as refused:
        answer(made, "PutMetricAlarm", told)
    assert (refused.value.code, made.alarms.alarms, made.alarms.history) == ("ValidationError", {}, [])


def children(number: int) -> World:
    made = world()
    for one in range(number):
        made.alarms.put("MetricAlarm", SINGLE | {"AlarmName": f"a{one}"}, START)
    return made


def any_of(number: int) -> str:
    return " OR ".join(f'ALARM("a{one}")' for one in range(number))


def put_composite(made: World, rule: str, name: str = "both", **more: Any) -> None:
    answer(made, "PutCompositeAlarm", {"AlarmName": name, "AlarmRule": rule, **more})


def refusal(made: World, rule: str, **more: Any) -> str:
    with pytest.raises(AwsError) as refused:
        put_composite(made, rule, **more)
    assert refused.value.code == "ValidationError"
    return refused.value.message


def test_a_rule_at_its_limits() -> None:
    made = children(101)
    put_composite(made, any_of(100))
    assert "100 distinct" in refusal(made, any_of(101))
    put_composite(made, any_of(1) + " " * (10_240 - len(any_of(1))), "long")
    assert "10240" in refusal(made, any_of(1) + " " * (10_241 - len(any_of(1))))
    put_composite(made, " OR ".join(["ALARM(a0)"] * 500), "wide")
    assert "500 elements" in refusal(made, " OR ".join(["ALARM(a0)"] * 501))


def test_the_children_of_a_composite_must_stand() -> None:
    made = children(1)
    message = refusal(made, "ALARM(a0) AND OK(a1) AND ALARM(both)")
    assert message == "Could not save the composite alarm as alarms [a1, both] in the alarm rule do not exist."
    assert "Invalid AlarmRule" in refusal(made, "ALARM(a0) AND")


def test_a_child_is_in_at_most_so_many_composites() -> None:
    made = children(1)
    for one in range(150):
        put_composite(made, "ALARM(a0)", f"c{one}")
    assert "150" in refusal(made, "ALARM(a0)", name="one-too-many")
    put_composite(made, "OK(a0)", "c0")


@pytest.mark.parametrize(
    "more",
    [
        {"ActionsSuppressor": "a0"},
        {"ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 60},
        {"ActionsSuppressor": "zzz", "ActionsSuppressorWaitPeriod": 0, "ActionsSuppressorExtensionPeriod": 0},
        {"AlarmActions": ["arn:aws:automate:eu-west-1:ec2:stop"]},
        {"AlarmActions": ["arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:x"]},
        {"AlarmDescription": "x" * 1025},
        {"name": "x" * 256},
    ],
)
def test_what_else_a_composite_cannot_have(more: dict[str, Any]) -> None:
    assert refusal(children(1), "ALARM(a0)", **more)


def test_an_alarm_of_another_type_keeps_its_name() -> None:
    made = children(1)
    assert refusal(made, "TRUE", name="a0") == "a0 is an alarm of another type."
    put_composite(made, "TRUE")
    with pytest.raises(AwsError, match="another type"):
        answer(made, "PutMetricAlarm", SINGLE | {"AlarmName": "both"})


def test_who_may_not_tag_may_not_make_an_alarm_with_tags() -> None:
    made = world(access_denied=frozenset({"TagResource"}))
    tags = {"Tags": [{"Key": "slactl:managed", "Value": "true"}]}
    with pytest.raises(AwsError, match="not authorized to perform: cloudwatch:TagResource"):
        answer(made, "PutMetricAlarm", SINGLE | tags)
    answer(made, "PutMetricAlarm", SINGLE)
    answer(made, "PutMetricAlarm", SINGLE | tags)  # tags of an update are not looked at
    assert made.alarms.alarms["a"].tags == {}


def test_composites_go_before_their_children() -> None:
    made = children(2)
    put_composite(made, "ALARM(a0)", "inner")
    put_composite(made, 'ALARM("inner") OR ALARM("a1")', "outer")
    for names in (["a1"], ["inner"], ["a0", "a1"], ["inner", "outer"], [f"n{one}" for one in range(101)]):
        with pytest.raises(AwsError):
            answer(made, "DeleteAlarms", {"AlarmNames": names})
    assert len(made.alarms.alarms) == 4
    for name in ("outer", "inner"):
        answer(made, "DeleteAlarms", {"AlarmNames": [name, "nobody"]})
    answer(made, "DeleteAlarms", {"AlarmNames": ["a0", "a1"]})
    assert made.alarms.alarms == {}


@pytest.mark.parametrize("asked", [{"MaxRecords": 101}, {"MaxRecords": -1}, {"AlarmNames": ["a"] * 101}])
def test_a_page_of_alarms_has_its_limits(asked: dict[str, Any]) -> None:
    with pytest.raises(AwsError):
        answer(world(), "DescribeAlarms", asked)


def mute_rule(**more: Any) -> dict[str, Any]:
    schedule = {"Expression": "cron(0 2 * * *)", "Duration": "PT2H"}
    return {"Name": "night", "Rule": {"Schedule": schedule}, "MuteTargets": {"AlarmNames": ["a0"]}} | more


@pytest.mark.parametrize(
    "more",
    [
        {"Name": ""},
        {"Name": "x" * 256},
        {"Description": "x" * 1025},
        {"Rule": {"Schedule": {"Expression": f"cron({','.join(['0'] * 150)} 2 * * *)", "Duration": "PT2H"}}},
        {"MuteTargets": {"AlarmNames": ["a0"] * 101}},
    ],
)
def test_what_a_mute_rule_cannot_have(more: dict[str, Any]) -> None:
    made = children(1)
    answer(made, "PutAlarmMuteRule", mute_rule())
    with pytest.raises(AwsError):
        answer(made, "PutAlarmMuteRule", mute_rule(**more))


def test_a_region_has_two_thousand_mute_rules() -> None:
    made = children(1)
    for one in range(2000):
        answer(made, "PutAlarmMuteRule", mute_rule(Name=f"r{one}"))
    with pytest.raises(AwsError, match="2000"):
        answer(made, "PutAlarmMuteRule", mute_rule())
    answer(made, "PutAlarmMuteRule", mute_rule(Name="r7", Description="again"))
