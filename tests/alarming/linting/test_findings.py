"""What is wrong with an alarm, one finding at a time; and nothing on alarms as slactl makes them."""

from __future__ import annotations

from typing import Any

import pytest

from slactl.alarming.linting.checks import Account, lint
from slactl.alarming.linting.promises import promises_of
from slactl.alarming.linting.reading import looks
from slactl.alarming.linting.rules import Unreadable, possible
from slactl.model.alarm import Severity
from slactl.model.alarmplan import Shape, Standing
from slactl.model.metric import Metric
from tests.alarming.scenes import availability, enforcement, errors, known, latency, percentile, signals, wanted
from tests.alarming.simulator import stands

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
PLACE = [{"Name": "Environment", "Value": "lambda:prod"}, {"Name": "Service", "Value": "missions-api"}]
PROMISES = (availability(), latency(), errors(), percentile())
USUAL: dict[str, Any] = {
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Dimensions": PLACE,
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
    "AlarmActions": [TOPIC],
    "ActionsEnabled": True,
}
BUSY = Metric("ApplicationSignals", "Fault", tuple((one["Name"], one["Value"]) for one in PLACE))


def alarm(name: str = "theirs", **told: Any) -> Standing:
    fields = {key: value for key, value in (USUAL | told).items() if value is not None}
    return Standing(name, Shape.METRIC, fields, {})


def composite(rule: str, name: str = "above", **told: Any) -> Standing:
    return Standing(name, Shape.COMPOSITE, {"AlarmRule": rule, "AlarmActions": [TOPIC], **told}, {})


def codes(*alarms: Standing, account: Account | None = None) -> list[tuple[str, str]]:
    return [(one.alarm, one.code) for one in lint(alarms, account or Account({BUSY: True}))]


def test_nothing_is_wrong_with_a_plain_alarm() -> None:
    assert codes(alarm()) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"Threshold": 1.0, "Statistic": "Average"}, "threshold-out-of-range"),
        ({"Threshold": 5.0, "Statistic": "Average"}, "threshold-out-of-range"),
        ({"Threshold": 100.0, "Statistic": None, "ExtendedStatistic": "PR(:1000)"}, "threshold-out-of-range"),
        (
            {"Threshold": 0.0, "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "missing"},
            "threshold-out-of-range",
        ),
        ({"Threshold": 0.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}, "always-rings"),
        ({"EvaluationPeriods": 2, "DatapointsToAlarm": 3}, "too-many-datapoints"),
        ({"EvaluationPeriods": 289}, "window-too-long"),
        ({"Period": 86400, "EvaluationPeriods": 8}, "window-too-long"),
        ({"ActionsEnabled": False}, "actions-disabled"),
        ({"AlarmActions": []}, "no-action"),
        ({"AlarmActions": [], "OKActions": [TOPIC]}, "no-action"),
        ({"EvaluationState": "PARTIAL_DATA"}, "not-evaluated"),
        ({"Unit": "Percent", "StateValue": "INSUFFICIENT_DATA"}, "wrong-unit"),
        ({"ComparisonOperator": "LessThanThreshold", "Threshold": 1.0}, "gap-taken-for-health"),
        (
            {"ComparisonOperator": "LessThanThreshold", "Threshold": 1.0, "TreatMissingData": "ignore"},
            "gap-ignored",
        ),
    ],
)
def test_one_thing_is_wrong(told: dict[str, Any], code: str) -> None:
    assert codes(alarm(**told)) == [("theirs", code)]


@pytest.mark.parametrize(
    "told",
    [
        {"Threshold": 0.5, "Statistic": "Average"},
        {"Period": 86400, "EvaluationPeriods": 7},
        {"Unit": "Count", "StateValue": "OK"},
        {"ComparisonOperator": "LessThanThreshold", "Threshold": 1.0, "TreatMissingData": "breaching"},
        {"Namespace": "Own", "Threshold": -3.0, "ComparisonOperator": "LessThanThreshold", "Statistic": "Minimum"},
        {"ActionsEnabled": True, "EvaluationState": "OK"},
    ],
)
def test_what_is_right_is_not_found(told: dict[str, Any]) -> None:
    assert codes(alarm(**told)) == []


def test_a_metric_without_data_is_found_only_where_it_was_read() -> None:
    assert codes(alarm(), account=Account({BUSY: False})) == [("theirs", "metric-without-data")]
    assert codes(alarm(), account=Account({})) == []
    assert codes(alarm(TreatMissingData="breaching"), account=Account({BUSY: False})) == []


def test_metrics_of_math_are_looked_at_too() -> None:
    stat = {"Metric": {key: USUAL[key] for key in ("Namespace", "MetricName", "Dimensions")}, "Period": 60}
    queries = [
        {"Id": "a", "MetricStat": stat | {"Stat": "Sum"}, "ReturnData": False},
        {"Id": "b", "Expression": "a * 2", "ReturnData": True},
    ]
    plain: dict[str, Any] = dict.fromkeys(("Namespace", "MetricName", "Dimensions", "Statistic", "Period"))
    one = alarm(**plain, Metrics=queries, Threshold=-1.0)
    assert [(look.metric, look.stat, look.period, look.returned) for look in looks(one.fields)] == [
        (BUSY, "Sum", 60, False)
    ]
    assert codes(one, account=Account({BUSY: False})) == [("theirs", "metric-without-data")]


def test_a_topic_that_hears_nothing() -> None:
    account = Account({BUSY: True}, {TOPIC: "there is no such topic"})
    assert codes(alarm(OKActions=[TOPIC]), account=account) == [("theirs", "action-broken")]


def test_a_child_of_a_composite_needs_no_action() -> None:
    assert codes(alarm("child", AlarmActions=[]), composite('ALARM("child")')) == []
    assert (
        codes(
            alarm("quiet", AlarmActions=[]), composite("TRUE", ActionsSuppressor="arn:aws:cloudwatch:r:1:alarm:quiet")
        )
        == []
    )


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ('ALARM("gone")', "composite-never-true"),
        ('ALARM("a") AND OK("a")', "composite-never-true"),
        ('ALARM("dead")', "composite-never-true"),
        ('ALARM("a") AND ALARM("dead")', "composite-never-true"),
        ("FALSE", "composite-never-true"),
        ('AT_LEAST(2, ALARM, ("a", "dead"))', "composite-never-true"),
        ('ALARM("a") OR ALARM("gone")', "composite-names-missing"),
        (" OR ".join(f'ALARM("gone {number}")' for number in range(20)), "composite-never-true"),
    ],
)
def test_rules_that_cannot_be(rule: str, code: str) -> None:
    standing = (alarm("a"), alarm("dead", EvaluationPeriods=289), composite(rule))
    assert [found for name, found in codes(*standing) if name == "above"] == [code]


@pytest.mark.parametrize(
    "rule",
    [
        'ALARM("a") AND NOT OK("dead")',
        'NOT ALARM("gone")',
        "ALARM(a)",
        'ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a")',
        'AT_LEAST(50%, ALARM, ("a", "dead"))',
        'AT_LEAST(1, NOT ALARM, ("dead", "a"))',
        'WHATEVER("gone")',
    ],
)
def test_rules_that_can_be(rule: str) -> None:
    standing = (alarm("a"), alarm("dead", EvaluationPeriods=289), composite(rule))
    assert "composite-never-true" not in [found for name, found in codes(*standing) if name == "above"]


@pytest.mark.parametrize("rule", ["", "ALARM(", 'ALARM("a"', 'ALARM("a") ALARM("a")', "AT_LEAST(x, ALARM, (a))"])
def test_what_cannot_be_read_says_so(rule: str) -> None:
    with pytest.raises(Unreadable):
        possible(rule, {})


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"Statistic": "Average", "Threshold": 0.01}, True),
        ({"Statistic": "Average", "Threshold": 0.001}, False),
        ({"MetricName": "Latency", "Statistic": None, "ExtendedStatistic": "p95", "Threshold": 2500.0}, True),
        ({"MetricName": "Latency", "Statistic": None, "ExtendedStatistic": "p95", "Threshold": 2000.0}, False),
        ({"MetricName": "Latency", "Statistic": None, "ExtendedStatistic": "p99", "Threshold": 9000.0}, False),
        (
            {
                "MetricName": "Latency",
                "Statistic": None,
                "ExtendedStatistic": "PR(:999.999)",
                "Threshold": 95.0,
                "ComparisonOperator": "LessThanThreshold",
            },
            True,
        ),
    ],
)
def test_a_threshold_that_is_looser_than_the_promise(told: dict[str, Any], found: bool) -> None:
    promises = tuple(promises_of("api", (availability(), latency(), percentile()), (signals(),)))
    assert codes(alarm(**told), account=Account({}, {}, promises)) == [("theirs", "looser-than-promised")] * found


def test_our_own_alarms_have_no_findings() -> None:
    everything = dict.fromkeys(("p95", "p99", "slow-share", "daily"), Severity.TICKET)
    alarms = [stands(one) for one in wanted(PROMISES, known(60), enforcement(everything)).alarms]
    metrics = {look.metric: True for one in alarms for look in looks(one.fields)}
    streams = (signals(), *(endpoint.streams[0] for endpoint in known(60).endpoints))
    assert len(alarms) > 60
    assert lint(alarms, Account(metrics, {}, tuple(promises_of("api", PROMISES, streams)))) == ()
