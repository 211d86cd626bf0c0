"""Metric alarms over a world that goes on: windows, statistics, math, missing data."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.evaluation import advance, evaluate_now
from slactl.sandbox.evaluation_metric import watch_of
from slactl.sandbox.evaluation_points import metric_points
from slactl.sandbox.evaluation_windows import Window, boundaries, zone_of
from slactl.sandbox.published import put_metric_data
from slactl.sandbox.queries import MetricQuery
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.statistics import compute, parse_stat
from slactl.sandbox.world import World
from tests.sandbox.asking import at
from tests.sandbox.ringing import PLACE, START, fault_share, minute, put, steady, term, told_of

HOUR, DAY = 3600, 86_400


def test_a_new_alarm_knows_nothing_until_the_next_full_minute() -> None:
    world = steady(30, {})
    put(world, "a")
    assert advance(world, START + 59) == []
    assert world.alarms.alarms["a"].state == "INSUFFICIENT_DATA"
    assert told_of(advance(world, START + 61), "a") == [(1, "OK")]
    assert world.now == START + 61


def test_the_clock_never_goes_back() -> None:
    world = steady(30, {})
    advance(world, minute(9))
    assert advance(world, minute(2)) == []
    assert world.now == minute(9)


def test_a_window_slides_by_the_minute() -> None:
    world = steady(200, dict.fromkeys(range(20, 30), 10))
    put(world, "hour", Metrics=fault_share(HOUR), Threshold=5.0, ComparisonOperator="GreaterThanOrEqualToThreshold")
    assert told_of(advance(world, minute(180)), "hour") == [(1, "OK"), (23, "ALARM"), (88, "OK")]
    entry = [one for one in world.alarms.history if one["HistoryItemType"] == "StateUpdate"][1]
    told = json.loads(entry["HistoryData"])["newState"]
    assert told["stateReason"] == (
        "Threshold Crossed: 1 out of the last 1 datapoints [5.0 (03/11/26 09:23:00)] was greater than or equal to "
        "the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert told["stateReasonData"] | {"evaluatedDatapoints": []} == {
        "version": "1.0",
        "queryDate": "2026-11-03T10:23:00.000+0000",
        "startDate": "2026-11-03T09:23:00.000+0000",
        "period": HOUR,
        "recentDatapoints": [5.0],
        "threshold": 5.0,
        "evaluatedDatapoints": [],
    }


def test_two_of_three_slices_of_five_minutes() -> None:
    bad = {**dict.fromkeys(range(10, 15), 10), **dict.fromkeys(range(40, 50), 10)}
    world = steady(120, bad)
    told: dict[str, Any] = {"Period": 300, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 5.0}
    put(world, "slices", **told)
    found = told_of(advance(world, minute(100)), "slices")
    assert found == _transitions([_naive_slices(bad, now) for now in range(1, 101)])
    assert found[:2] == [(1, "OK"), (16, "ALARM")]


def test_one_bad_slice_is_two_datapoints_to_a_sliding_window_and_one_to_the_wall_clock() -> None:
    world = steady(120, dict.fromkeys(range(10, 15), 10))
    told: dict[str, Any] = {"Period": 300, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 5.0}
    put(world, "sliding", **told)
    put(world, "clock", **told, EvaluationWindow={"WallClockWindow": {}})
    found = advance(world, minute(60))
    assert (16, "ALARM") in told_of(found, "sliding")
    assert told_of(found, "clock") == [(1, "OK")]


def _naive_slices(bad: dict[int, int], now: int) -> str:
    sums = [sum(bad.get(one, 0) for one in range(now - 5 * (k + 1), now - 5 * k)) for k in range(3)]
    return "ALARM" if sum(one > 5 for one in sums) >= 2 else "OK"


def _transitions(states: list[str]) -> list[tuple[int, str]]:
    before = ["", *states]
    return [(number, state) for number, state in enumerate(states, 1) if state != before[number - 1]]


def test_a_window_longer_than_a_day_is_looked_at_once_an_hour() -> None:
    world = steady(80 * 60, dict.fromkeys(range(70, 75), 10))
    put(world, "days", Metrics=fault_share(3 * DAY), Threshold=0.1, ComparisonOperator="GreaterThanOrEqualToThreshold")
    put(world, "day", Metrics=fault_share(DAY), Threshold=0.1, ComparisonOperator="GreaterThanOrEqualToThreshold")
    found = advance(world, minute(200))
    assert told_of(found, "days") == [(1, "OK"), (120, "ALARM")]  # 0.116 % since 75, seen at the full hour
    assert told_of(found, "day") == [(1, "OK"), (72, "ALARM")]


@pytest.mark.parametrize(
    "stat", ["Sum", "SampleCount", "Average", "p95", "TC(:300)", "TM(:300)", "TC(100:300)", "PR(:250)", "TM(10%:90%)"]
)
@pytest.mark.parametrize("period", [60, 300, HOUR])
def test_a_datapoint_is_what_its_very_samples_make(stat: str, period: int) -> None:
    rng = np.random.default_rng(7)
    times = np.sort(rng.integers((START - 3 * HOUR) * 1000, (START + HOUR) * 1000, 900))
    latency = rng.uniform(50, 400, 900)
    log = RequestLog.from_columns(times, np.zeros(900), latency, np.full(900, 200), ["GET /a"])
    world = World(log, now=START)
    kind = "Statistic" if stat in ("Sum", "SampleCount", "Average") else "ExtendedStatistic"
    put(world, "a", "Latency", Period=period, **{kind: stat})
    watch = watch_of(world.alarms.alarms["a"])
    assert watch
    for last in (START + 60, START + 50 * 60):  # read as rows of buckets, or added up from minutes
        look = watch.window.look(START + 60, last)
        rows = [list(zip(*one, strict=True)) for one in zip(look.starts, look.ends, strict=True)]
        wanted = [[_by_hand(stat, times, latency, start, end) for start, end in row] for row in rows]
        np.testing.assert_allclose(watch.terms.points(world, look), wanted)


def _by_hand(stat: str, times: Any, latency: Any, start: int, end: int) -> float:
    parsed = parse_stat(stat)
    assert parsed
    inside = latency[(times >= start * 1000) & (times < end * 1000)]
    points = compute(parsed, inside, np.array([0, len(inside)]))
    return float(points.value[0]) if len(points.value) else float("nan")


def test_an_alarm_on_what_callers_publish() -> None:
    world = steady(10, {})
    told: dict[str, Any] = {"Namespace": "slactl", "MetricName": "BudgetLeft", "Dimensions": [], "Statistic": "Minimum"}
    put(world, "budget", **told, Threshold=25.0, ComparisonOperator="LessThanThreshold", Period=300)
    assert told_of(advance(world, minute(5)), "budget") == []
    put_metric_data(world, {"Namespace": "slactl", "MetricData": [{"MetricName": "BudgetLeft", "Value": 20.0}]})
    assert told_of(advance(world, minute(7)), "budget") == [(6, "ALARM")]


def test_silence_rings_where_missing_data_break_the_promise() -> None:
    world = steady(240, {}, silent=range(60, 240))
    told: dict[str, Any] = {
        "Statistic": "SampleCount",
        "Threshold": 1.0,
        "ComparisonOperator": "LessThanThreshold",
        "Period": 300,
    }
    put(world, "breaching", **told, TreatMissingData="breaching")
    put(world, "missing", **told)
    put(world, "ignore", **told, TreatMissingData="ignore")
    put(world, "notBreaching", **told, TreatMissingData="notBreaching")
    found = advance(world, minute(120))
    # The two older datapoints of the evaluation range stand in for the missing one for ten minutes more.
    assert told_of(found, "breaching") == [(1, "OK"), (75, "ALARM")]
    assert told_of(found, "missing") == [(1, "OK"), (75, "INSUFFICIENT_DATA")]
    assert told_of(found, "ignore") == told_of(found, "notBreaching") == [(1, "OK")]
    assert world.alarms.alarms["breaching"].reason == (
        "Threshold Crossed: no datapoints were received for 1 period "
        "and 1 missing datapoint was treated as [Breaching]."
    )
    assert world.alarms.alarms["missing"].reason == "Insufficient Data: 1 datapoint was unknown."


def test_a_unit_that_nobody_published_shows_nothing() -> None:
    world = steady(10, dict.fromkeys(range(10), 10))
    put(world, "wrong", Unit="Seconds")
    put(world, "right", Unit="None")
    found = advance(world, minute(5))
    assert (told_of(found, "wrong"), told_of(found, "right")) == ([], [(1, "ALARM")])


def test_percentiles_may_be_absent() -> None:
    world = steady(10, {})
    world.behaviour = Behaviour(no_percentiles=True)
    put(world, "p95", "Latency", ExtendedStatistic="p95", Threshold=1.0)
    assert advance(world, minute(5)) == []


@pytest.mark.parametrize(("a_minute", "states"), [(39, []), (40, [(1, "ALARM")])])
def test_a_percentile_of_few_samples_changes_nothing_where_it_is_to_be_ignored(
    a_minute: int, states: list[Any]
) -> None:
    world = steady(10, {}, a_minute=a_minute)
    told: dict[str, Any] = {"Period": 300, "ExtendedStatistic": "p95", "Threshold": 1.0}
    put(world, "ignored", "Latency", **told, EvaluateLowSampleCountPercentile="ignore")
    put(world, "evaluated", "Latency", **told, EvaluateLowSampleCountPercentile="evaluate")
    found = advance(world, minute(5))
    assert (told_of(found, "ignored"), told_of(found, "evaluated")) == (states, [(1, "ALARM")])


def test_a_state_that_was_set_lasts_until_the_next_evaluation() -> None:
    world = steady(30, {})
    put(world, "a")
    advance(world, minute(3))
    world.alarms.rings("a", "ALARM", world.now, "a test of the pager")
    assert told_of(advance(world, minute(6)), "a") == [(4, "OK")]


def test_once_is_enough_to_know_how_things_stand() -> None:
    world = steady(30, {-1: 3})
    put(world, "a")
    assert [(change.at, change.after) for change in evaluate_now(world)] == [(START, "ALARM")]
    assert (world.now, evaluate_now(world)) == (START, [])


def test_requests_that_are_missing_leave_no_share() -> None:
    world = steady(60, {}, silent=range(10, 60))
    put(world, "share", Metrics=fault_share(60), Threshold=50.0)
    assert told_of(advance(world, minute(30)), "share") == [(1, "OK"), (13, "INSUFFICIENT_DATA")]


@pytest.mark.parametrize(
    ("expression", "rings"),
    [
        ("faults", 11),
        ("SUM([faults, faults])", 11),
        ("faults * MAX(faults)", 11),  # a number made of the whole range: no pointwise way
        ("SUM(faults) + 0 * faults", 11),
        ("IF(faults > 0, 1, 0)", 11),
        ("FILL(faults, 7)", 11),
        ("AVG(METRICS())", 11),
    ],
)
def test_math_pointwise_and_over_the_range(expression: str, rings: int) -> None:
    world = steady(60, {10: 10, 11: 10})
    metrics = [term("faults", "Sum", "Fault", 60), {"Id": "e", "Expression": expression, "ReturnData": True}]
    put(world, "math", Metrics=metrics)
    assert told_of(advance(world, minute(30)), "math")[1] == (rings, "ALARM")


def test_silence_that_is_filled_with_zeros_rings_at_once() -> None:
    """FILL reaches the newest datapoint, so no older one stands in for it; empty altogether, nothing is filled."""
    world = steady(240, {}, silent=range(60, 240))
    filled = {"Id": "e", "Expression": "FILL(requests, 0)", "ReturnData": True}
    metrics = [term("requests", "SampleCount", "Fault", 300), filled]
    told: dict[str, Any] = {"Metrics": metrics, "Threshold": 1.0, "ComparisonOperator": "LessThanThreshold"}
    put(world, "breaching", **told, TreatMissingData="breaching")
    put(world, "missing", **told)
    found = advance(world, minute(120))
    assert told_of(found, "breaching") == [(1, "OK"), (65, "ALARM")]
    assert told_of(found, "missing") == [(1, "OK"), (65, "ALARM"), (75, "INSUFFICIENT_DATA")]


def test_many_short_periods_notice_silence_sooner_than_one_long_one() -> None:
    """What an evaluation fetches beyond N is two periods, however long one is."""
    world = steady(30 * 60, {}, silent=range(60, 30 * 60))
    told: dict[str, Any] = {"Statistic": "SampleCount", "Threshold": 1.0, "TreatMissingData": "breaching"}
    told |= {"ComparisonOperator": "LessThanThreshold"}
    put(world, "one", **told, Period=4 * HOUR, EvaluationPeriods=1)
    put(world, "many", **told, Period=600, EvaluationPeriods=24)
    found = advance(world, minute(20 * 60))
    assert told_of(found, "one") == [(1, "OK"), (60 + 3 * 240, "ALARM")]
    assert told_of(found, "many") == [(1, "OK"), (60 + 26 * 10, "ALARM")]


def test_an_expression_over_the_range_sees_the_datapoints_of_its_evaluation_only() -> None:
    world = steady(60, {10: 10})
    over = {"Id": "e", "Expression": "SUM(faults) + 0 * faults", "ReturnData": True}
    put(world, "sum", Metrics=[term("faults", "Sum", "Fault", 60), over])
    assert told_of(advance(world, minute(30)), "sum") == [(1, "OK"), (11, "ALARM"), (14, "OK")]  # three datapoints


def test_days_of_the_wall_clock_change_with_the_clocks() -> None:
    zone = zone_of("Europe/Rome")
    assert zone
    first, last = (int(at(text).timestamp()) for text in ("2026-10-23T00:00", "2026-10-27T00:00"))
    told = [
        int(at(text).timestamp())
        for text in ("2026-10-23T22:00", "2026-10-24T22:00", "2026-10-25T23:00", "2026-10-26T23:00")
    ]
    assert boundaries(DAY, zone, first, last).tolist() == told
    weeks = boundaries(7 * DAY, zone, first - 14 * DAY, last).tolist()
    assert weeks == [int(at(text).timestamp()) for text in ("2026-10-11T22:00", "2026-10-18T22:00", "2026-10-25T23:00")]


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", 0), ("+05:30", 1800), ("UTC-03:00", 0), ("Asia/Kathmandu", 900), ("+05:45", 900)]
)
def test_hours_of_the_wall_clock(zone: str, hour: int) -> None:
    known = zone_of(zone)
    assert known
    assert {time % HOUR for time in boundaries(HOUR, known, START, START + DAY).tolist()} == {hour}


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "+05:33", "+15:00", "", "UTC+5"])
def test_what_is_no_time_zone(zone: str) -> None:
    assert zone_of(zone) is None


def test_a_day_of_the_wall_clock_is_judged_when_it_is_over() -> None:
    world = steady(60 * 60, {20: 1})  # 11:20 in Rome
    told: dict[str, Any] = {"Period": DAY, "EvaluationWindow": {"WallClockWindow": {"Timezone": "Europe/Rome"}}}
    put(world, "day", **told)
    midnight = int((at("2026-11-03T23:00").timestamp() - START) // 60)
    found = told_of(advance(world, minute(50 * 60)), "day")
    assert found == [(1, "OK"), (midnight, "ALARM"), (midnight + 24 * 60, "OK")]


def test_the_days_of_a_wall_clock_are_not_made_up_for_by_older_ones() -> None:
    world = steady(3 * 24 * 60, {}, silent=range(-11 * 60, 3 * 24 * 60))  # since 23:00 UTC, midnight in Rome
    told: dict[str, Any] = {
        "Period": DAY,
        "Statistic": "SampleCount",
        "TreatMissingData": "breaching",
        "Threshold": 1e9,
    }
    put(world, "backup", **told, EvaluationWindow={"WallClockWindow": {"Timezone": "Europe/Rome"}})
    midnight = int((at("2026-11-03T23:00").timestamp() - START) // 60)
    assert told_of(advance(world, minute(24 * 60)), "backup") == [(1, "OK"), (midnight, "ALARM")]


@pytest.mark.parametrize(
    ("period", "periods", "zone"), [(60, 3, None), (HOUR, 30, None), (3 * DAY, 1, None), (DAY, 2, "UTC")]
)
def test_no_evaluation_looks_into_the_future(period: int, periods: int, zone: str | None) -> None:
    look = Window(period, periods, zone_of(zone) if zone else None).look(START + 420, START + 2 * DAY)
    assert (look.ends <= look.instants[:, None]).all()
    assert (look.ends - look.starts == period).all()
    assert look.starts.shape[1] == periods + (0 if zone else 2)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 90), min_size=1, max_size=6),
    st.dictionaries(st.integers(-20, 90), st.integers(1, 10), max_size=30),
)
def test_it_does_not_matter_in_how_many_steps_the_clock_goes_on(stops: list[int], bad: dict[int, int]) -> None:
    found = []
    for way in ([90], [*sorted(stops), 90]):
        world = steady(100, bad, silent=range(60, 75))
        put(world, "a", EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="ignore")
        put(world, "b", Period=300, Threshold=8.0)
        found.append([change for stop in way for change in advance(world, minute(stop))])
    assert found[0] == found[1]


def test_a_month_of_minutes_is_played_in_parts() -> None:
    world = steady(3 * 24 * 60, {100: 1, 4000: 1}, a_minute=1)
    put(world, "wide", EvaluationPeriods=1440, DatapointsToAlarm=1)
    found = told_of(advance(world, minute(3 * 24 * 60)), "wide")
    assert found == [(1, "OK"), (101, "ALARM"), (100 + 1441, "OK"), (4001, "ALARM")]


def test_what_is_told_of_another_account_and_of_tables() -> None:
    other = steady(30, {5: 10})
    world = World(RequestLog.empty(), now=START, linked={"999999999999": other})
    metrics = [{**term("faults", "Sum", "Fault", 60, returned=True), "AccountId": "999999999999"}]
    put(world, "linked", Metrics=metrics)
    put(world, "table", Namespace="AWS/DynamoDB", MetricName="ThrottledRequests", Dimensions=PLACE)
    put(world, "treated", Namespace="AWS/DynamoDB", MetricName="ThrottledRequests", TreatMissingData="missing")
    for name in ("table", "treated"):
        world.alarms.rings(name, "ALARM", START, "told by hand")
    found = advance(world, minute(10))
    assert told_of(found, "linked") == [(1, "OK"), (6, "ALARM"), (7, "OK")]
    assert (told_of(found, "table"), told_of(found, "treated")) == ([], [(1, "INSUFFICIENT_DATA")])
    watch = watch_of(world.alarms.alarms["linked"])
    assert watch
    query = watch.terms.queries["faults"]
    assert isinstance(query, MetricQuery)
    assert np.isnan(metric_points(other, query, watch.window.look(START, START))).all()
