"""Alarms from entries over any metric: the same metrics, the same limit, and what no alarm can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from slactl.alarming.desired import desired
from slactl.alarming.form import form_of
from slactl.alarming.kinds import KINDS
from slactl.model.alarm import Crossing, MathTerm, MetricAlarm, Severity
from slactl.model.alarm import MetricTerm as AlarmTerm
from slactl.model.alarmplan import Wanted
from slactl.model.component import Component
from slactl.model.enforcement import KindSettings
from slactl.model.general import (
    AlarmRecord,
    Control,
    Expectation,
    Expects,
    General,
    MetricTerm,
    Ratio,
    Recorded,
    Statistic,
    Statistical,
    WeightedAverage,
)
from slactl.model.goal import Comparison, Goal
from slactl.model.metric import Metric
from slactl.model.objective import Objective
from slactl.reading.terms import exact_metrics
from tests.alarming.scenes import DAY, catalogue, enforcement

TABLES = ("TableName", ("missions", "keys"))
THROTTLES = MetricTerm("AWS/DynamoDB", "ReadThrottleEvents", "Sum", (TABLES,))
REQUESTS = MetricTerm("AWS/DynamoDB", "SuccessfulRequestLatency", "SampleCount", (TABLES,))
RATIO = Ratio((THROTTLES,), (REQUESTS,), counts_good=False)
BELOW = Goal(Comparison.BELOW, Fraction(1, 1000), "< 0.1%")


def of(**fields: Any) -> Ratio:
    """The ratio of other metrics."""
    part, total = (replace(term, **fields) for term in (THROTTLES, REQUESTS))
    return Ratio((part,), (total,), counts_good=False)


def entry(indicator: General, goal: Goal = BELOW, **more: object) -> Objective:
    made = Objective("dynamodb-throttles", {"en": "Throttles"}, indicator, goal, services=("dynamodb",))
    return replace(made, **more)  # type: ignore[arg-type]


def wanted(
    one: Objective,
    metrics: Mapping[MetricTerm, tuple[Metric, ...]] | None = None,
    kinds: tuple[str, ...] = ("indicator",),
) -> Wanted:
    agreed = replace(catalogue([one], []), components=(Component("dynamodb"),))
    indicator = one.indicator
    named = metrics if metrics is not None else {term: exact_metrics(term) for term in _terms(indicator)}
    chosen = enforcement()
    return desired(agreed, replace(chosen, kinds={name: chosen.kinds[name] for name in kinds}), {}, DAY, metrics=named)


def _terms(indicator: object) -> tuple[MetricTerm, ...]:
    match indicator:
        case Ratio(part, total):
            return (*part, *total)
        case Statistic(term):
            return (term,)
        case WeightedAverage(value, weight):
            return (value, weight)
    return ()


def alarm(found: Wanted, number: int = 0) -> MetricAlarm:
    one = found.alarms[number].alarm
    assert isinstance(one, MetricAlarm)
    return one


def why(found: Wanted) -> set[str]:
    assert found.alarms == ()
    return {one.code for one in found.unwatched} - {"not-enforced"}


def test_a_ratio_burns_as_a_service_does() -> None:
    found = wanted(entry(RATIO))
    assert [one.name for one in found.alarms] == [
        "slactl dynamodb dynamodb-throttles burn 6h/30m over 6h",
        "slactl dynamodb dynamodb-throttles burn 6h/30m over 30m",
        "slactl dynamodb dynamodb-throttles burn 3d/6h over 3d",
        "slactl dynamodb dynamodb-throttles burn 3d/6h over 6h",
        "slactl dynamodb ticket",
    ]
    first = alarm(found)
    assert (first.period, first.threshold, first.crossing) == (21_600, Fraction(6, 10), Crossing.AT_LEAST)
    math = first.terms[-1]
    assert isinstance(math, MathTerm)
    bad, total = "(part1 + part2)", "(all1 + all2)"
    assert math.expression == f"IF({bad} >= 10, 100 * {bad} / {total}, 0)"
    assert [(one.metric.name, one.stat) for one in first.terms if isinstance(one, AlarmTerm)] == [
        ("ReadThrottleEvents", "Sum"), ("ReadThrottleEvents", "Sum"),
        ("SuccessfulRequestLatency", "SampleCount"), ("SuccessfulRequestLatency", "SampleCount"),
    ]  # fmt: skip
    assert found.alarms[0].tags["slactl:service"] == "dynamodb"
    assert found.alarms[-1].alarm.actions.alarm
    assert found.unwatched == ()


def test_good_of_a_total_with_a_scale_is_taken_off_it() -> None:
    runs = MetricTerm("CloudWatchSynthetics", "SuccessPercent", "SampleCount", (("CanaryName", ("a",)),))
    good = replace(runs, stat="Sum", scale=Fraction(1, 100))
    goal = Goal(Comparison.AT_LEAST, Fraction(99, 100), ">= 99%")
    math = alarm(wanted(entry(Ratio((good,), (runs,), counts_good=True), goal))).terms[-1]
    assert isinstance(math, MathTerm)
    assert "100 * (all1 - (0.01 * part1)) / all1" in math.expression


def test_a_metric_that_counts_twice_is_held_once() -> None:
    indicator = Ratio((THROTTLES,), (THROTTLES, REQUESTS), counts_good=False)
    terms = alarm(wanted(entry(indicator))).terms
    assert sum(isinstance(one, AlarmTerm) for one in terms) == 4


READS = MetricTerm("AWS/MemoryDB", "SuccessfulReadRequestLatency", "p99", (("NodeName", ("a", "b")),))


def test_a_percentile_of_several_metrics_is_decided_by_counts_in_the_metrics_own_unit() -> None:
    indicator = Statistic(READS, Statistical.PERCENTILE, "ms", Fraction(1, 1000), Fraction(99, 100))
    found = wanted(entry(indicator, Goal(Comparison.BELOW, Fraction(1), "< 1ms")))
    one = alarm(found)
    assert (one.period, one.threshold, one.crossing) == (3600, Fraction(1), Crossing.ABOVE)
    stats = [term.stat for term in one.terms if isinstance(term, AlarmTerm)]
    assert stats == ["SampleCount", "SampleCount", "TC(:999.999)", "TC(:999.999)"]


@pytest.mark.parametrize(
    ("of", "goal", "stat", "crossing"),
    [
        (Statistical.MAXIMUM, Goal(Comparison.BELOW, Fraction(8, 10), "< 80%"), "Maximum", Crossing.AT_LEAST),
        (Statistical.MAXIMUM, Goal(Comparison.AT_MOST, Fraction(8, 10), "<= 80%"), "Maximum", Crossing.ABOVE),
        (Statistical.MINIMUM, Goal(Comparison.AT_LEAST, Fraction(8, 10), ">= 80%"), "Minimum", Crossing.BELOW),
    ],
)
def test_extremes_are_held_against_the_limit(of: Statistical, goal: Goal, stat: str, crossing: Crossing) -> None:
    term = MetricTerm("AWS/Lambda", "ClaimedAccountConcurrency", stat)
    one = alarm(wanted(entry(Statistic(term, of, "ratio", Fraction(1, 1000)), goal)))
    (looked,) = one.terms
    assert isinstance(looked, AlarmTerm)
    assert (looked.stat, one.threshold, one.crossing) == (stat, Fraction(800), crossing)
    assert form_of(one)["Statistic"] == stat


def test_averages_are_weighed_and_a_few_bad_ones_at_night_are_none() -> None:
    rate = MetricTerm("Edge", "5xxErrorRate", "Average", (("Id", ("a",)),), scale=Fraction(1, 100))
    weight = MetricTerm("Edge", "Requests", "Sum", (("Id", ("a",)),))
    goal = Goal(Comparison.BELOW, Fraction(5, 1000), "< 0.5%")
    found = wanted(entry(WeightedAverage(rate, weight), goal))
    one = alarm(found)
    assert (one.period, one.threshold, one.crossing) == (21_600, Fraction(3), Crossing.AT_LEAST)
    bad = "(0.01 * (value1 * weight1))"
    assert math_of(one) == f"IF({bad} >= 10, 100 * {bad} / weight1, 0)"
    both = (("Id", ("a", "b")),)
    rates, weights = replace(rate, dimensions=both), replace(weight, dimensions=both)
    summed, total = "(value1 * weight1 + value2 * weight2)", "(weight1 + weight2)"
    hits = Goal(Comparison.ABOVE, Fraction(8, 10), "> 80%")
    good = wanted(entry(WeightedAverage(rates, weights), hits))
    assert {one.code for one in good.unwatched} == {"out-of-reach"}
    assert (alarm(good).period, alarm(good).threshold) == (3 * 86_400, Fraction(20))
    bad = f"({total} - (0.01 * {summed}))"
    assert math_of(alarm(good)) == f"IF({bad} >= 10, 100 * {bad} / {total}, 0)"
    slow = WeightedAverage(replace(rates, scale=Fraction(1)), weights, "ms")
    (figure,) = (one.alarm for one in wanted(entry(slow, Goal(Comparison.BELOW, Fraction(5), "< 5ms"))).alarms[:1])
    assert isinstance(figure, MetricAlarm)
    assert (figure.period, figure.threshold) == (3600, Fraction(5))
    assert math_of(figure) == f"IF({total} >= 10, {summed} / {total}, 0)"
    assert why(wanted(entry(WeightedAverage(rates, weight), goal))) == {"several-averages"}
    many = (("Id", tuple("abcdef")),)
    six = WeightedAverage(replace(rate, dimensions=many), replace(weight, dimensions=many))
    assert why(wanted(entry(six, goal))) == {"too-many-series"}


def math_of(one: MetricAlarm) -> str:
    math = one.terms[-1]
    assert isinstance(math, MathTerm)
    return math.expression


def test_each_value_that_has_to_keep_the_goal_has_alarms_of_its_own() -> None:
    found = wanted(entry(replace(RATIO, breakdown="TableName"), per_operation=True))
    assert {one.operation for one in found.alarms} == {"missions", "keys", None}
    assert sum(isinstance(one, AlarmTerm) for one in alarm(found).terms) == 2
    assert len({one.name for one in found.alarms}) == 9


def test_what_no_alarm_can_watch_is_said() -> None:
    many = tuple(str(number) for number in range(6))
    assert why(wanted(entry(of(dimensions=(("TableName", many),))))) == {"too-many-series"}
    assert why(wanted(entry(replace(RATIO, largest=True, breakdown="TableName")))) == {"largest"}
    assert why(wanted(entry(RATIO, Goal(Comparison.AT_MOST, Fraction(0), "<= 0%")))) == {"nothing-allowed"}
    assert why(wanted(entry(RATIO), {})) == {"not-listed"}
    assert why(wanted(entry(RATIO), {THROTTLES: (), REQUESTS: ()})) == {"no-metrics"}
    assert why(wanted(entry(of(region="us-east-1")))) == {"other-region"}
    assert why(wanted(entry(of(namespace="Cloudflare/R2")))) == {"not-cloudwatch"}
    total = Statistic(THROTTLES, Statistical.SUM, "count")
    assert why(wanted(entry(total, Goal(Comparison.AT_LEAST, Fraction(1), ">= 1")))) == {"sum"}


def test_a_promise_that_no_alarm_watches_is_named_as_such() -> None:
    found = wanted(entry(RATIO), {})
    assert [(one.service, one.objective, one.code) for one in found.unwatched if not one.kind] == [
        ("dynamodb", "dynamodb-throttles", "not-enforced")
    ]


def test_what_binds_nobody_and_what_is_no_metric_rings_for_nobody() -> None:
    for one in (entry(RATIO, advisory=True), entry(LOOK, advisory=True)):
        assert (wanted(one).alarms, wanted(one).unwatched) == ((), ())
    (unwatched,) = wanted(entry(LOOK)).unwatched
    assert (unwatched.code, unwatched.objective) == ("not-enforced", "dynamodb-throttles")
    assert unwatched.text.startswith("AWS has no metric of it: only the kind entry-broken watches it")


LOOK = Control("dynamodb:DescribeTable", "Table", Expectation(Expects.PRESENT))


@pytest.mark.parametrize("indicator", [LOOK, of(region="us-east-1")])
def test_what_no_alarm_can_hold_is_watched_by_what_checks_publish_of_it(indicator: General) -> None:
    found = wanted(entry(indicator), kinds=("indicator", "entry-broken"))
    (one,) = found.alarms
    assert isinstance(one.alarm, MetricAlarm)
    (looked, math) = one.alarm.terms
    assert isinstance(looked, AlarmTerm)
    named = {"Window": "month-to-date", "Service": "dynamodb", "Objective": "dynamodb-throttles"}
    assert (looked.metric.namespace, looked.metric.name, dict(looked.metric.dimensions)) == ("Slactl", "Status", named)
    assert isinstance(math, MathTerm)
    assert (math.expression, one.alarm.threshold, one.alarm.crossing) == (
        "FILL(status, 0)",
        Fraction(2),
        Crossing.AT_LEAST,
    )
    assert one.alarm.actions.alarm
    assert "not-enforced" not in {each.code for each in found.unwatched}


def test_what_only_a_report_judges_is_not_enforced() -> None:
    record = AlarmRecord(Recorded.WATCHED, "seconds")
    assert why(wanted(entry(record), kinds=("indicator", "entry-broken"))) == {"report-only"}


def test_the_kind_can_be_switched_off_and_on() -> None:
    settings = enforcement().kinds["indicator"]
    assert settings.severity is Severity.TICKET
    assert set(settings.options) == set(KINDS["indicator"].options)
    agreed = replace(catalogue([entry(RATIO)], []), components=(Component("dynamodb"),))
    off = replace(enforcement(), kinds={"indicator": KindSettings(Severity.NONE, settings.options)})
    assert desired(agreed, off, {}, DAY).alarms == ()
