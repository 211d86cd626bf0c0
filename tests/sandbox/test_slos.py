"""SLOs of the sandbox: what is kept, what is refused, what an update leaves alone, and budget reports."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from slactl.sandbox.requests import RequestLog
from slactl.sandbox.slobook import Slo
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Client, Show, at

ROWS = [("2026-11-03T10:00:00Z", "GET /a", 1.0, 503)] + [
    (f"2026-11-03T11:00:{second:02}Z", "GET /a", float(second), 200) for second in range(59)
]
SERVICE = [{"Name": "Environment", "Value": "lambda:prod"}, {"Name": "Service", "Value": "missions-api"}]


def query(name: str, metric: str, stat: str) -> dict[str, Any]:
    told = {"Namespace": "ApplicationSignals", "MetricName": metric, "Dimensions": SERVICE}
    return {"Id": name, "MetricStat": {"Metric": told, "Period": 60, "Stat": stat}, "ReturnData": True}


TOTAL, BAD = [query("total", "Latency", "SampleCount")], [query("bad", "Fault", "Sum")]
CALENDAR = {
    "CalendarInterval": {"StartTime": datetime(2026, 11, 1, tzinfo=UTC), "DurationUnit": "MONTH", "Duration": 1}
}
SLI = {
    "RequestBasedSliMetricConfig": {
        "TotalRequestCountMetric": TOTAL,
        "MonitoredRequestCountMetric": {"BadCountMetric": BAD},
    }
}
GOOD: dict[str, Any] = {
    "Name": "slactl shop uptime",
    "Description": "x",
    "RequestBasedSliConfig": SLI,
    "Goal": {"Interval": CALENDAR, "AttainmentGoal": 95.0, "WarningThreshold": 25.0},
    "BurnRateConfigurations": [{"LookBackWindowMinutes": 60}],
    "Tags": [{"Key": "a", "Value": "b"}],
}
BY_PERIOD = {
    "SliMetricConfig": {"MetricDataQueries": BAD, "PeriodSeconds": 300},
    "MetricThreshold": 1.0,
    "ComparisonOperator": "LessThan",
}


@pytest.fixture
def client(show: Show) -> Client:
    return show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()))


@pytest.fixture
def signals(client: Client) -> Any:
    return client.aws("application-signals")


def refused(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Code"])


def changed(**more: Any) -> dict[str, Any]:
    return {key: value for key, value in {**copy.deepcopy(GOOD), **more}.items() if value is not None}


def metric(**more: Any) -> dict[str, Any]:
    return {"RequestBasedSliMetricConfig": {**SLI["RequestBasedSliMetricConfig"], **more}}


def test_an_slo_is_kept_told_listed_and_deleted(signals: Any) -> None:
    made = signals.create_service_level_objective(**GOOD)["Slo"]
    told = signals.get_service_level_objective(Id="slactl shop uptime")["Slo"]
    assert made == told
    assert told["Goal"] == GOOD["Goal"]
    assert told["RequestBasedSli"]["RequestBasedSliMetric"] == SLI["RequestBasedSliMetricConfig"]
    assert signals.get_service_level_objective(Id=told["Arn"])["Slo"] == told
    assert signals.list_tags_for_resource(ResourceArn=told["Arn"])["Tags"] == GOOD["Tags"]
    [listed] = signals.list_service_level_objectives()["SloSummaries"]
    assert (listed["Name"], listed["EvaluationType"]) == ("slactl shop uptime", "RequestBased")
    signals.delete_service_level_objective(Id="slactl shop uptime")
    assert refused(signals.get_service_level_objective, Id="slactl shop uptime") == "ResourceNotFoundException"
    assert refused(signals.delete_service_level_objective, Id="slactl shop uptime") == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "more",
    [
        {"Name": "-a"},
        {"Name": "a" * 129},
        {"Name": "é b"},
        {"RequestBasedSliConfig": None},
        {"SliConfig": BY_PERIOD},
        {
            "RequestBasedSliConfig": None,
            "SliConfig": {"SliMetricConfig": {"PeriodSeconds": 60}},
            "BurnRateConfigurations": [{"LookBackWindowMinutes": 10_081}],
        },
        {"RequestBasedSliConfig": metric(TotalRequestCountMetric=[])},
        {"RequestBasedSliConfig": metric(TotalRequestCountMetric=[*TOTAL, *BAD])},
        {
            "RequestBasedSliConfig": metric(
                TotalRequestCountMetric=[query(f"q{one}", "Latency", "Sum") for one in range(21)]
            )
        },
        {"RequestBasedSliConfig": metric(TotalRequestCountMetric=[query("q", "Latency", "nonsense")])},
        {"Goal": {"AttainmentGoal": 100.0}},
        {"Goal": {"Interval": {"RollingInterval": {"DurationUnit": "HOUR", "Duration": 1}}}},
        {"BurnRateConfigurations": [{"LookBackWindowMinutes": 60}] * 11},
        {"Tags": [{"Key": "aws:x", "Value": ""}]},
    ],
    ids=range(14),
)
def test_what_aws_refuses_is_refused(signals: Any, more: dict[str, Any]) -> None:
    assert refused(signals.create_service_level_objective, **changed(**more)) == "ValidationException"
    assert signals.list_service_level_objectives()["SloSummaries"] == []


def test_look_backs_are_multiples_of_the_period(signals: Any) -> None:
    config = {"RequestBasedSliConfig": None, "SliConfig": BY_PERIOD}
    signals.create_service_level_objective(**changed(**config))
    odd = changed(**config, Name="odd one", BurnRateConfigurations=[{"LookBackWindowMinutes": 61}])
    assert refused(signals.create_service_level_objective, **odd) == "ValidationException"


def test_names_are_taken_once_and_a_region_takes_so_many(signals: Any, client: Client) -> None:
    signals.create_service_level_objective(**GOOD)
    assert refused(signals.create_service_level_objective, **GOOD) == "ConflictException"
    for number in range(249):
        client.server.world.objectives[f"slo {number}"] = Slo(f"slo {number}")
    last = changed(Name="one more")
    assert refused(signals.create_service_level_objective, **last) == "ServiceQuotaExceededException"
    pages = [page["SloSummaries"] for page in signals.get_paginator("list_service_level_objectives").paginate()]
    assert [len(page) for page in pages] == [50] * 5


def test_an_update_keeps_what_it_does_not_name_and_never_the_type(signals: Any) -> None:
    before = signals.create_service_level_objective(**GOOD)["Slo"]
    after = signals.update_service_level_objective(Id=before["Name"], Goal={"AttainmentGoal": 99.0})["Slo"]
    assert after["Goal"] == {**before["Goal"], "AttainmentGoal": 99.0}
    assert {**after, "Goal": before["Goal"]} == before
    told = {"Id": before["Name"], "SliConfig": BY_PERIOD}
    assert refused(signals.update_service_level_objective, **told) == "ValidationException"
    unknown = {"Id": "none such", "Description": "y"}
    assert refused(signals.update_service_level_objective, **unknown) == "ResourceNotFoundException"


def test_tags_are_set_and_taken_away(signals: Any) -> None:
    arn = signals.create_service_level_objective(**GOOD)["Slo"]["Arn"]
    signals.tag_resource(ResourceArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    signals.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert signals.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}]
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    assert refused(signals.tag_resource, ResourceArn=arn, Tags=many) == "ServiceQuotaExceededException"
    assert refused(signals.list_tags_for_resource, ResourceArn=f"{arn}x") == "ResourceNotFoundException"


def report(signals: Any, when: str, *names: str) -> Any:
    return signals.batch_get_service_level_objective_budget_report(Timestamp=at(when), SloIds=list(names))


def test_a_budget_report_counts_from_the_creation_on(signals: Any, client: Client) -> None:
    client.server.world.now = at("2026-11-03T09:00").timestamp()
    signals.create_service_level_objective(**GOOD)
    signals.create_service_level_objective(**changed(Name="rolling", Goal={"AttainmentGoal": 95.0}))
    client.server.world.now = NOW.timestamp()
    answer = report(signals, "2026-11-30T23:59:59", "slactl shop uptime", "rolling", "none such")
    told = {one["Name"]: one for one in answer["Reports"]}
    assert told["slactl shop uptime"]["BudgetStatus"] == "OK"
    assert told["slactl shop uptime"]["Attainment"] == pytest.approx(100 * 59 / 60)
    assert told["slactl shop uptime"]["TotalBudgetRequests"] == 3
    assert told["slactl shop uptime"]["BudgetRequestsRemaining"] == 2
    assert told["rolling"]["BudgetStatus"] == "INSUFFICIENT_DATA"
    assert [one["Name"] for one in answer["Errors"]] == ["none such"]
    [before] = report(signals, "2026-10-31T23:59:59", "slactl shop uptime")["Reports"]
    assert (before["BudgetStatus"], "Attainment" in before) == ("INSUFFICIENT_DATA", False)


def test_an_slo_that_is_made_later_sees_less(signals: Any) -> None:
    signals.create_service_level_objective(**GOOD)
    [told] = report(signals, "2026-11-30T23:59:59", "slactl shop uptime")["Reports"]
    assert told["BudgetStatus"] == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(("goal", "status"), [(98.0, "WARNING"), (99.0, "BREACHED"), (95.0, "OK")])
def test_good_and_bad_counts_tell_the_same(signals: Any, client: Client, goal: float, status: str) -> None:
    client.server.world.now = at("2026-11-03T09:00").timestamp()
    fast = metric(MonitoredRequestCountMetric={"GoodCountMetric": [query("good", "Latency", "TC(:57)")]})
    rules = {"Goal": {"Interval": CALENDAR, "AttainmentGoal": goal, "WarningThreshold": 25.0}}
    signals.create_service_level_objective(**changed(Name="fast", RequestBasedSliConfig=fast, **rules))
    signals.create_service_level_objective(**changed(Name="up", **rules))
    client.server.world.now = NOW.timestamp()
    fast_told, up = report(signals, "2026-11-30T23:59:59", "fast", "up")["Reports"]
    assert (fast_told["BudgetStatus"], up["BudgetStatus"]) == (status, status)
    assert fast_told["Attainment"] == pytest.approx(up["Attainment"])
