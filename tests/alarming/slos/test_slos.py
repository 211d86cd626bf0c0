"""Which SLOs are made of objectives, how they are named, and what a plan makes of those that stand."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.alarming.slos.counting import MOST_QUERIES, counted
from slactl.alarming.slos.desired import month_begins, wanted_slos
from slactl.alarming.slos.form import differences, settled
from slactl.alarming.slos.naming import beginning, slo_name
from slactl.alarming.slos.plan import plan
from slactl.alarming.watching import watched_of
from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.goal import Comparison, Goal, Threshold
from slactl.model.maintenance import MaintenanceCalendar
from slactl.model.objective import (
    Availability,
    Coverage,
    ErrorCounts,
    ErrorRate,
    Evaluation,
    Indicator,
    LatencyShare,
    Objective,
    Percentile,
    SilencePolicy,
)
from slactl.model.service import OperationRule
from slactl.model.slo import PERIOD_BASED, Act, DesiredSlo, StandingSlo, WantedSlos
from slactl.sandbox.slochecks import NAME, check_fields
from tests.fakes import SHOP, own_stream

DAY = date(2026, 11, 6)
BEGINS = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
HEALTH = OperationRule("GET /health", ignore=True)
PATTERN = OperationRule("GET /internal/*", ignore=True)
READ = OperationRule("GET *", operation_class="read")
SERVICE = dataclasses.replace(SHOP, rules=(HEALTH, PATTERN, READ))
UPTIME = Availability(
    Evaluation.TIME_SLICES, 300, Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%"), SilencePolicy.UP
)


def objective(indicator: Indicator, comparison: Comparison, limit: Fraction, **more: Any) -> Objective:
    told: dict[str, Any] = {
        "id": indicator.kind,
        "title": {},
        "indicator": indicator,
        "goal": Goal(comparison, limit, "the goal"),
    }
    return Objective(**{**told, **more})


AVAILABILITY = objective(UPTIME, Comparison.AT_LEAST, Fraction(999, 1000))
SHARE = objective(LatencyShare(Threshold(Fraction(1000), inclusive=False)), Comparison.AT_LEAST, Fraction(99, 100))
P95 = objective(Percentile(Fraction(95, 100)), Comparison.AT_MOST, Fraction(2000))
ERRORS = objective(ErrorRate(ErrorCounts.FAULTS_AND_ERRORS), Comparison.BELOW, Fraction(5, 1000))


def catalogue(*objectives: Objective, timezone: str = "UTC") -> Catalogue:
    report = ReportSettings(timezone=timezone)
    return Catalogue(report, AwsSettings(), (SERVICE,), objectives, MaintenanceCalendar())


def made(*objectives: Objective, operations: tuple[str, ...] = (), timezone: str = "UTC") -> WantedSlos:
    seen = watched_of(SERVICE, own_stream(None), [own_stream(one) for one in operations], {}, ())
    return wanted_slos(catalogue(*objectives, timezone=timezone), {SERVICE.key: seen}, DAY, BEGINS, "slactl")


def metric(slo: DesiredSlo) -> Any:
    fields: Any = slo.fields
    return fields["RequestBasedSliConfig"]["RequestBasedSliMetricConfig"]


def stats(queries: Any) -> list[str]:
    return [one["MetricStat"]["Stat"] if "MetricStat" in one else one["Expression"] for one in queries]


def codes(wanted: WantedSlos) -> set[tuple[str, bool]]:
    return {(one.code, one.made) for one in wanted.limits if one.service}


def test_each_indicator_is_counted_as_the_report_counts_it() -> None:
    [availability] = made(AVAILABILITY).slos
    told = metric(availability)
    assert stats(told["TotalRequestCountMetric"]) == ["SampleCount"]
    assert stats(told["MonitoredRequestCountMetric"]["BadCountMetric"]) == ["Sum"]
    [share] = made(SHARE).slos
    assert stats(metric(share)["MonitoredRequestCountMetric"]["GoodCountMetric"]) == ["TC(:999.999)"]
    [percentile] = made(P95).slos
    assert stats(metric(percentile)["MonitoredRequestCountMetric"]["GoodCountMetric"]) == ["TC(:2000)"]
    [errors] = made(ERRORS).slos
    assert stats(metric(errors)["MonitoredRequestCountMetric"]["BadCountMetric"]) == ["Sum", "Sum", "bad1 + bad2"]


@pytest.mark.parametrize(
    ("promise", "goal"),
    [(AVAILABILITY, 99.9), (SHARE, 99.0), (P95, 95.0), (ERRORS, 99.5)],
    ids=lambda one: str(one)[:9],
)
def test_goal_warning_calendar_and_look_backs(promise: Objective, goal: float) -> None:
    [slo] = made(dataclasses.replace(promise, warning=Fraction(1, 5))).slos
    assert slo.fields["Goal"] == {
        "Interval": {"CalendarInterval": {"StartTime": BEGINS, "DurationUnit": "MONTH", "Duration": 1}},
        "AttainmentGoal": goal,
        "WarningThreshold": 20.0,
    }
    assert slo.fields["BurnRateConfigurations"] == [{"LookBackWindowMinutes": one} for one in (60, 360, 1440, 4320)]
    check_fields(dict(slo.fields))


def test_what_is_ignored_by_name_is_taken_off_and_what_a_pattern_ignores_is_told() -> None:
    wanted = made(AVAILABILITY, operations=("GET /health", "GET /internal/a", "GET /items"))
    [slo] = wanted.slos
    assert stats(metric(slo)["TotalRequestCountMetric"]) == ["SampleCount", "SampleCount", "total1 - total_ignored1"]
    [told] = [one for one in wanted.limits if one.code == "ignored"]
    assert "GET /internal/a" in told.text
    assert "health" not in told.text


def test_a_class_adds_up_its_operations_as_long_as_an_slo_holds_them() -> None:
    of_class = dataclasses.replace(AVAILABILITY, operation_class="read")
    fits = tuple(f"GET /{number}" for number in range(MOST_QUERIES - 1))
    [slo] = made(of_class, operations=(*fits, "POST /orders", "GET /health")).slos
    assert len(metric(slo)["TotalRequestCountMetric"]) == MOST_QUERIES
    check_fields(dict(slo.fields))
    too_many = made(of_class, operations=(*fits, "GET /more"))
    assert (too_many.slos, codes(too_many)) == ((), {("too-many-operations", False)})
    nothing = made(of_class)
    assert (nothing.slos, codes(nothing)) == ((), {("no-operations", False)})


def test_what_aws_cannot_express_is_told() -> None:
    whole = objective(UPTIME, Comparison.AT_LEAST, Fraction(1))
    assert codes(made(whole)) == {("nothing-allowed", False)}
    assert codes(made(objective(Coverage(), Comparison.AT_LEAST, Fraction(1, 2)))) == {("coverage", False)}
    assert codes(made(P95)) == {("percentile", True)}
    more = dataclasses.replace(ERRORS, per_operation=True, confidence=Fraction(99, 100), over_year=True)
    assert codes(made(more)) == {(one, True) for one in ("strict", "per-operation", "confidence", "annual")}
    exclusive = dataclasses.replace(AVAILABILITY, excludes_maintenance=True)
    assert codes(made(exclusive)) == {("slices", True), ("exclusions", True)}
    by_request = dataclasses.replace(UPTIME, evaluation=Evaluation.REQUESTS)
    assert codes(made(objective(by_request, Comparison.AT_LEAST, Fraction(99, 100)))) == set()
    assert [one.code for one in made(timezone="Europe/Rome").limits] == ["time-zone", "history"]
    assert [one.code for one in made().limits] == ["history"]


def test_what_is_not_in_force_or_not_owed_yet_has_no_slo() -> None:
    late = dataclasses.replace(SERVICE, since=date(2026, 11, 7))
    told = dataclasses.replace(catalogue(AVAILABILITY), services=(late,))
    assert wanted_slos(told, {}, DAY, BEGINS, "slactl") == WantedSlos((), wanted_slos(told, {}, DAY, BEGINS, "").limits)


def test_a_month_begins_at_midnight_of_utc() -> None:
    assert month_begins(BEGINS) == BEGINS
    assert month_begins(BEGINS - 1) == int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())


def test_nothing_is_counted_of_coverage_or_of_no_stream() -> None:
    assert counted(objective(Coverage(), Comparison.AT_LEAST, Fraction(1, 2)), [own_stream(None)]) is None
    assert counted(AVAILABILITY, []) is None


WORDS = st.text(min_size=1, max_size=90)


@given(WORDS, WORDS, WORDS)
def test_names_are_what_aws_takes(prefix: str, service: str, promise: str) -> None:
    name = slo_name(prefix, service, promise)
    assert NAME.fullmatch(name)
    assert len(name) <= 127
    assert name.startswith(beginning(prefix))
    assert name == slo_name(prefix, service, promise)
    if name != f"{prefix} {service} {promise}":
        assert re.search(r" [0-9a-f]{10}$", name)


def test_plain_names_stay_and_others_differ() -> None:
    assert slo_name("slactl", "missions-api", "uptime") == "slactl missions-api uptime"
    names = {slo_name("slactl", service, "uptime") for service in ("caffè", "caff", "caff.", "x" * 130, "x" * 131)}
    assert len(names) == 5


def stands(slo: DesiredSlo, **more: Any) -> StandingSlo:
    return dataclasses.replace(StandingSlo(slo.name, f"arn:slo/{slo.name}", fields=slo.fields, tags=slo.tags), **more)


def acts(wanted: WantedSlos, *standing: StandingSlo) -> dict[str, Act]:
    return {one.name: one.act for one in plan(wanted, standing, "slactl").changes}


WANTED = made(AVAILABILITY, SHARE, ERRORS)
NAMES = [one.name for one in WANTED.slos]


def test_what_stands_as_wanted_is_kept() -> None:
    found = plan(WANTED, [stands(one) for one in WANTED.slos], "slactl")
    assert {one.act for one in found.changes} == {Act.KEEP}
    assert (found.to_do, found.foreign, found.cautions) == ((), 0, ())


def test_an_earlier_month_is_as_good_and_another_day_is_not() -> None:
    [slo] = made(AVAILABILITY).slos
    goal: Any = slo.fields["Goal"]

    def begun(at: datetime) -> StandingSlo:
        calendar = {"CalendarInterval": {**goal["Interval"]["CalendarInterval"], "StartTime": int(at.timestamp())}}
        return stands(slo, fields={**slo.fields, "Goal": {**goal, "Interval": calendar}})

    assert acts(made(AVAILABILITY), begun(datetime(2026, 3, 1, tzinfo=UTC))) == {slo.name: Act.KEEP}
    [change] = plan(made(AVAILABILITY), [begun(datetime(2026, 3, 2, tzinfo=UTC))], "slactl").changes
    assert (change.act, change.restarts, list(change.fields)) == (Act.UPDATE, True, ["Goal"])
    assert [one.field for one in change.differences] == ["Goal.Interval.CalendarInterval.StartTime"]


def test_an_update_names_the_parts_that_differ_and_whether_the_history_is_lost() -> None:
    [slo] = made(AVAILABILITY).slos
    goal: Any = slo.fields["Goal"]
    there = stands(slo, fields={**slo.fields, "Goal": {**goal, "AttainmentGoal": 99.0}}, tags={**slo.tags, "team": "a"})
    [change] = plan(made(AVAILABILITY), [there], "slactl").changes
    assert (change.act, change.restarts, list(change.fields), change.tags) == (Act.UPDATE, False, ["Goal"], {})
    assert [(one.field, one.old, one.new) for one in change.differences] == [("Goal.AttainmentGoal", 99.0, 99.9)]
    other = stands(
        slo, fields={**slo.fields, "RequestBasedSliConfig": made(ERRORS).slos[0].fields["RequestBasedSliConfig"]}
    )
    [change] = plan(made(AVAILABILITY), [other], "slactl").changes
    assert (change.restarts, list(change.fields)) == (True, ["RequestBasedSliConfig"])
    assert plan(made(AVAILABILITY), [other], "slactl").losing == (change,)


def test_tags_of_ours_are_set_and_taken_away_and_peoples_stay() -> None:
    [slo] = made(AVAILABILITY).slos
    there = stands(slo, tags={"slactl:managed": "true", "slactl:old": "x", "team": "a"})
    [change] = plan(made(AVAILABILITY), [there], "slactl").changes
    assert (change.fields, change.untag) == ({}, ("slactl:old",))
    assert set(change.tags) == {"slactl:kind", "slactl:service", "slactl:objective"}


@pytest.mark.parametrize(
    "tags",
    [None, {}, {"slactl:managed": "no"}, {"slactl:managed": "true", "slactl:owner": "terraform"}],
    ids=["unread", "untagged", "no", "stack"],
)
def test_what_is_not_ours_is_told_and_never_touched(tags: dict[str, str] | None) -> None:
    foreign = [stands(one, tags=tags, fields={}) for one in WANTED.slos]
    unwanted = StandingSlo("slactl old", "arn", tags=tags)
    found = plan(WANTED, [*foreign, unwanted], "slactl")
    assert found.to_do == ()
    assert {one.act for one in found.changes} == {Act.FOREIGN}
    assert found.foreign == 4
    assert [one.alarm for one in found.cautions] == sorted(NAMES)


def test_ours_that_nobody_wants_goes_and_that_of_another_prefix_stays() -> None:
    tags = {"slactl:managed": "true", "slactl:service": "shop"}
    old, other = StandingSlo("slactl old", "arn", tags=tags), StandingSlo("slactl2 old", "arn", tags=tags)
    assert acts(WantedSlos(()), old, other) == {"slactl old": Act.DELETE}
    unread = WantedSlos((), unread=frozenset({"shop"}))
    assert acts(unread, old) == {"slactl old": Act.KEEP}
    assert [one.code for one in plan(unread, [old], "slactl").cautions] == ["unread"]


def test_the_type_is_never_switched() -> None:
    [slo] = made(AVAILABILITY).slos
    [change] = plan(made(AVAILABILITY), [stands(slo, evaluation=PERIOD_BASED, fields={})], "slactl").changes
    assert (change.act, change.fields, change.tags) == (Act.REPLACE, slo.fields, slo.tags)


def test_the_quotas_are_warned_of() -> None:
    one = made(AVAILABILITY).slos[0]
    many = tuple(dataclasses.replace(one, name=f"slactl {number}") for number in range(251))
    assert [told.code for told in plan(WantedSlos(many), [], "slactl").cautions] == ["quota", "quota-of-service"]
    assert plan(WantedSlos(many[:100]), [], "slactl").cautions == ()


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from([*NAMES, "slactl old", "theirs"])))
def test_a_plan_concerns_every_slo_once_and_foreign_ones_never(wanted: set[str], standing: set[str]) -> None:
    by_name = {one.name: one for one in WANTED.slos}
    want = WantedSlos(tuple(by_name[name] for name in sorted(wanted)))
    tags = {"slactl:managed": "true"}
    there = [stands(by_name[name]) if name in by_name else StandingSlo(name, "arn", tags=tags) for name in standing]
    found = plan(want, there, "slactl")
    names = [one.name for one in found.changes]
    assert sorted(names) == sorted(wanted | (standing - {"theirs"}))
    assert {one.name for one in found.changes if one.act is Act.CREATE} == wanted - standing
    assert {one.name for one in found.changes if one.act is Act.DELETE} == standing - wanted - {"theirs"}


def test_what_is_wanted_settles_on_what_stands() -> None:
    [slo] = made(AVAILABILITY).slos
    assert differences(settled(slo.fields, {}), slo.fields) == ()
