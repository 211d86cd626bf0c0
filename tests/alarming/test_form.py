"""An alarm's fields: what a put gets, and when two alarms are the same."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.alarming.form import differences, flat, form_of, merged, metrics_in, shape_of
from slactl.model.alarm import Actions, CompositeAlarm, Crossing, MathTerm, MetricAlarm, MetricTerm, Missing, Rings
from slactl.model.alarmplan import Shape
from slactl.model.metric import Metric
from tests.alarming.worlds import TOPIC, metric_alarm

LATENCY = Metric("ApplicationSignals", "Latency", (("Service", "api"), ("Environment", "lambda:prod")))


def percentile(metric: Metric = LATENCY, stat: str = "p95") -> MetricAlarm:
    """A single statistic."""
    terms = (MetricTerm("m", metric, stat, 300),)
    return MetricAlarm("n", "", terms, "m", Crossing.ABOVE, Fraction(2000), 3, 2, Missing.IGNORE, low_samples="ignore")


def test_a_single_statistic_is_written_flat() -> None:
    assert form_of(percentile()) == {
        "AlarmName": "n",
        "MetricName": "Latency",
        "Namespace": "ApplicationSignals",
        "Dimensions": [{"Name": "Environment", "Value": "lambda:prod"}, {"Name": "Service", "Value": "api"}],
        "ExtendedStatistic": "p95",
        "EvaluateLowSampleCountPercentile": "ignore",
        "Period": 300,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 2000.0,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "TreatMissingData": "ignore",
    }
    plain = form_of(percentile(stat="Sum"))
    assert (plain["Statistic"], plain.get("EvaluateLowSampleCountPercentile")) == ("Sum", None)


def test_another_accounts_metric_needs_a_query() -> None:
    form = form_of(percentile(replace(LATENCY, account_id="210987654321")))
    assert form["Metrics"] == [
        {
            "Id": "m",
            "ReturnData": True,
            "AccountId": "210987654321",
            "MetricStat": {
                "Metric": {
                    "MetricName": "Latency",
                    "Namespace": "ApplicationSignals",
                    "Dimensions": [
                        {"Name": "Environment", "Value": "lambda:prod"},
                        {"Name": "Service", "Value": "api"},
                    ],
                },
                "Period": 300,
                "Stat": "p95",
            },
        }
    ]


def test_mathematics_and_insights_are_queries() -> None:
    form = form_of(replace(metric_alarm("n"), timezone="Europe/Rome"))
    assert form["EvaluationWindow"] == {"WallClockWindow": {"Timezone": "Europe/Rome"}}
    queries = form["Metrics"]
    assert isinstance(queries, list)
    assert queries[2] == {
        "Id": "share",
        "ReturnData": True,
        "Expression": "100 * bad / all",
        "Label": "bad, in per cent",
    }
    assert [one["ReturnData"] for one in queries] == [False, False, True]
    insights = replace(metric_alarm("n"), terms=(MathTerm("share", "SELECT SUM(Fault)", period=3600),))
    assert form_of(insights)["Metrics"] == [
        {"Id": "share", "ReturnData": True, "Expression": "SELECT SUM(Fault)", "Period": 3600}
    ]


def test_a_composite_has_a_rule() -> None:
    alarm = CompositeAlarm("n", "why", Rings('a "b"'), Actions((TOPIC,), (TOPIC,)))
    assert shape_of(alarm) is Shape.COMPOSITE
    assert form_of(alarm) == {
        "AlarmName": "n",
        "AlarmDescription": "why",
        "AlarmRule": 'ALARM("a \\"b\\"")',
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
    }


def test_what_means_the_same_is_the_same() -> None:
    wanted = form_of(replace(percentile(), low_samples=None, missing=Missing.MISSING, datapoints=3))
    told = {**wanted, "ActionsEnabled": True, "OKActions": [], "StateValue": "OK", "AlarmDescription": "", "Unit": None}
    told |= {
        "Threshold": 2000,
        "EvaluateLowSampleCountPercentile": "evaluate",
        "EvaluationWindow": {"SlidingWindow": {}},
    }
    told["Dimensions"] = list(reversed(told["Dimensions"]))  # type: ignore[call-overload]
    for default in ("DatapointsToAlarm", "TreatMissingData"):
        assert differences(wanted, {key: value for key, value in told.items() if key != default}) == ()
    assert differences(wanted, told) == ()
    queries = form_of(metric_alarm("n"))["Metrics"]
    assert isinstance(queries, list)
    unsaid = [{key: value for key, value in one.items() if (key, value) != ("ReturnData", True)} for one in queries]
    assert len(unsaid[2]) < len(queries[2])
    assert differences({"Metrics": queries}, {"Metrics": unsaid}) == ()
    both = form_of(CompositeAlarm("n", "", Rings("a"), Actions(("arn:b", "arn:a"))))
    assert differences(both, {**both, "AlarmActions": ["arn:a", "arn:b"]}) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Threshold", 2000.0000000001),
        ("DatapointsToAlarm", 3),
        ("TreatMissingData", "breaching"),
        ("Unit", "Seconds"),
        ("EvaluateLowSampleCountPercentile", "evaluate"),
        ("InsufficientDataActions", [TOPIC]),
        ("EvaluationWindow", {"WallClockWindow": {"Timezone": "UTC"}}),
        ("EvaluationCriteria", {"PromQLCriteria": {"Query": "up"}}),
        ("Dimensions", [{"Name": "Service", "Value": "api"}]),
    ],
)
def test_what_differs_is_found(field: str, value: object) -> None:
    wanted = form_of(percentile())
    (found,) = differences(wanted, {**wanted, field: value})
    assert found.field.startswith(field)


def test_every_fraction_is_what_cloudwatch_holds() -> None:
    wanted = form_of(metric_alarm("n", Fraction(1, 3)))
    assert flat(wanted)["Threshold"] == 1 / 3
    assert differences(wanted, {**wanted, "Threshold": 0.3333333333333333}) == ()


def test_people_keep_their_own() -> None:
    wanted = form_of(metric_alarm("n"))
    kept = {"ActionsEnabled": False, "ActionsSuppressor": "arn:s", "ActionsSuppressorWaitPeriod": 0}
    told = {**wanted, **kept, "StateValue": "OK", "AlarmArn": "arn:n", "Unit": "None", "AlarmDescription": "old"}
    assert merged(wanted, told) == {**wanted, **kept}


def test_metrics_are_counted_as_they_are_paid() -> None:
    assert metrics_in(form_of(metric_alarm("n"))) == 2
    assert metrics_in(form_of(percentile())) == 1
    assert metrics_in(form_of(CompositeAlarm("n", "", Rings("a")))) == 0
