"""The measures of ``slactl alarms plan``: how much is asked of a full account, and how long the pure planning takes.

The one rule: the least that can be asked is a hundred alarms a call, and a hundred of ours a call of the index of tags.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.alarming.cost import bill
from slactl.alarming.desired import desired
from slactl.alarming.form import form_of, shape_of
from slactl.alarming.plan import plan
from slactl.alarming.safety import objections
from slactl.configuration.alarmkinds import bundled_costs, bundled_kinds
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Plan, Shape, Wanted
from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.enforcement import Enforcement, KindSettings, Told
from slactl.model.maintenance import MaintenanceCalendar
from slactl.ports.enforcing import Seen
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.stores.alarms import CloudWatchAlarmStore
from slactl.workflows.enforcing.knowing import Known
from slactl.workflows.enforcing.planning import fields_of, make_plan
from tests.alarming.scenes import DAY, SERVICE, availability, errors, known, latency
from tests.bench.table import Table
from tests.sources.sandboxed import over

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
NOW = 1_794_000_000
ENDPOINTS, STANDING = 1000, 5000
TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
FOREIGN = {
    "Namespace": "X",
    "MetricName": "Y",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
}


def enforcement() -> Enforcement:
    """As shipped, with an alarm for each of the endpoints."""
    kinds = bundled_kinds()
    errors_ = kinds["endpoint-errors"]
    kinds = {**kinds, "endpoint-errors": KindSettings(errors_.severity, {**errors_.options, "top": ENDPOINTS})}
    return Enforcement(Told((TOPIC,), (TOPIC,)), kinds, costs=bundled_costs())


def catalogue() -> Catalogue:
    promises = (availability(), latency(), errors())
    return Catalogue(ReportSettings(), AwsSettings(), (SERVICE,), promises, MaintenanceCalendar())


def wanted(settings: Enforcement, seen: Seen) -> Wanted:
    watched = {"api": known(ENDPOINTS)}
    return desired(catalogue(), settings, watched, DAY, fields_of(seen, "slactl"))


def full(settings: Enforcement) -> World:
    """An account of 5,000 alarms: ours, of which some differ, and others'."""
    made = World(RequestLog.empty(), now=NOW)
    for number, one in enumerate(wanted(settings, Seen(())).alarms):
        _put(made, one if number % 10 else replace(one, tags={**one.tags, "slactl:clause": "Other"}))
    for number in range(STANDING - len(made.alarms.alarms)):
        made.alarms.put("MetricAlarm", {**FOREIGN, "AlarmName": f"theirs {number}"}, NOW)
    return made


def _put(made: World, one: DesiredAlarm) -> None:
    kind = "CompositeAlarm" if shape_of(one.alarm) is Shape.COMPOSITE else "MetricAlarm"
    tags = [{"Key": key, "Value": value} for key, value in one.tags.items()]
    made.alarms.put(kind, {**form_of(one.alarm), "Tags": tags}, NOW)


def test_plan_for_a_full_account(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = enforcement()
    made = full(settings)
    aws, app = over(made, monkeypatch)
    store = CloudWatchAlarmStore(aws)
    seen = store.standing("slactl")
    found = make_plan(wanted(settings, seen), seen, store, settings, Known({"api": known(ENDPOINTS)}))
    calls = Counter(one.operation for one in app.calls)
    ours = len(found.plan.keeps) + len(found.plan.updates)
    least = STANDING // 100 + -(-ours // 100)
    asked = calls["DescribeAlarms"] + calls["GetResources"] + calls["ListTagsForResource"]
    begun = time.process_time()
    again = _pure(settings, seen)
    took = time.process_time() - begun
    assert again.changes == found.plan.changes
    behind = f"{asked} calls, {least} at the least; {ours} alarms of ours among {STANDING}"
    good = [
        table.at_most("alarms plan: calls, times the least", asked / least, 1.2, behind),
        table.at_most("alarms plan: pure planning, s of CPU", took, 1, f"{ENDPOINTS} endpoints, {STANDING} alarms"),
    ]
    assert all(good)


def _pure(settings: Enforcement, seen: Seen) -> Plan:
    wishes = wanted(settings, seen)
    made = replace(plan(wishes.alarms, seen.alarms), bill=bill(wishes.alarms, settings.costs))
    objections(made, Fraction(10**6))
    return made
