"""Alarms of the packs' entries in a CloudWatch that evaluates them: quiet while all holds, and told of what is broken.

The packs are those of the sandbox: metrics in their own units, regions and numbers of series.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from slactl.alarming.desired import desired
from slactl.alarming.entries import terms_of
from slactl.alarming.plan import plan
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Shape, Wanted
from slactl.model.catalogue import Catalogue
from slactl.model.general import MetricTerm, Ratio, Statistic, WeightedAverage
from slactl.model.metric import Metric
from slactl.model.status import Status
from slactl.reading.terms import exact_metrics, fits, is_exact
from slactl.sandbox.evaluation import advance
from slactl.sandbox.packs import PACKS, add_packs, pack, variables
from slactl.sandbox.published import put_metric_data
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.workflows.publishing import NUMBERS
from tests.alarming.scenes import DAY, enforcement
from tests.fakes import instant
from tests.packs.february import configured

START = instant("2026-10-06T00:00:00+00:00")
A_DAY = 86_400
SHAPES = {Shape.METRIC: "MetricAlarm", Shape.COMPOSITE: "CompositeAlarm"}
MEASURED = Ratio | Statistic | WeightedAverage
US = "us-east-1"
HOME = {"cloudfront": US, "route53": US}
"""Where the metrics of a pack are published, and its alarms can stand."""
Faults = Mapping[str, Mapping[str, object]]


@cache
def agreed(name: str) -> Catalogue:
    """The pack with every measured entry binding, and nothing else."""
    found = configured({name: variables(name)})
    chosen = tuple(replace(one, advisory=False) for one in found.general if isinstance(one.indicator, MEASURED))
    return replace(found, objectives=chosen)


def listed(world: World, term: MetricTerm) -> tuple[Metric, ...]:
    """The metrics of a term where its alarms stand."""
    if is_exact(term):
        return tuple(replace(one, region=None) if one.region == world.region else one for one in exact_metrics(term))
    told = (
        Metric(key.namespace, key.name, key.dimensions, None, term.region)
        for key, _ in world.metrics_in(term.region or "")
    )
    return tuple(
        replace(one, region=None if one.region == world.region else one.region) for one in told if fits(term, one)
    )


def put(world: World, name: str, kinds: tuple[str, ...] = ("indicator",)) -> Wanted:
    """Makes the alarms of a pack's entries, as ``alarms apply`` does."""
    chosen, catalogue = enforcement(), agreed(name)
    terms = {
        term for one in catalogue.general if isinstance(one.indicator, MEASURED) for term in terms_of(one.indicator)
    }
    metrics = {term: listed(world, term) for term in terms}
    only = replace(chosen, kinds={kind: chosen.kinds[kind] for kind in kinds})
    found = desired(catalogue, only, {}, DAY, metrics=metrics)
    for change in plan(found.alarms, []).creates:
        world.alarms.put(SHAPES[change.shape], dict(change.fields), world.now)
    return found


def shown(name: str, faults: Faults | None = None) -> World:
    world = World(RequestLog.empty(), now=START, region=HOME.get(name, "eu-west-1"))
    add_packs(world, [name], faults=faults, since=START - 4 * A_DAY)
    return world


def told(world: World, found: Wanted, days: int) -> set[str]:
    """The entries of which every alarm of a pair rang, while somebody was told."""
    rang = {one.alarm for one in advance(world, START + days * A_DAY) if one.after == "ALARM"}
    called = {one.alarm for one in world.alarms.fired if one.state == "ALARM"}
    assert called == {one.name for one in found.alarms if one.alarm.actions.alarm and one.name in rang}
    pairs: dict[str, list[DesiredAlarm]] = {}
    for one in found.alarms:
        pairs.setdefault(one.name.partition(" over ")[0], []).append(one)
    whole = [pair[0].objective for pair in pairs.values() if all(one.name in rang for one in pair)]
    return {name for name in whole if name is not None} if called else set()


@pytest.mark.parametrize("name", [one for one in PACKS if one != "monitoring"])
def test_a_day_in_which_everything_holds_rings_nothing(name: str) -> None:
    world = shown(name)
    assert told(world, put(world, name), 1) == set()


@pytest.mark.parametrize(
    ("entry", "days", "also"),
    [
        ("lambda-throttles", 1, set()),
        ("lambda-errors", 1, set()),
        ("lambda-duration-p95", 1, {"lambda-duration-p99"}),
        ("lambda-concurrency", 1, set()),
        ("dynamodb-throttles", 1, set()),
        ("dynamodb-system-errors", 1, set()),
        ("dynamodb-latency-p99", 1, set()),
        ("memorydb-read-latency", 1, set()),
        ("idempotency-put-latency", 1, set()),
        ("rate-limits-throttled", 1, set()),
        ("cloudfront-5xx", 1, set()),
        ("cloudfront-origin-latency", 3, set()),
        ("route53-availability", 1, set()),
        ("api-gateway-cut-requests", 1, set()),
        ("synthetics-success", 3, set()),
    ],
)
def test_a_broken_entry_rings_its_own_alarms_and_no_other(entry: str, days: int, also: set[str]) -> None:
    name = next(one for one in PACKS if entry in pack(one).breakable)
    world = shown(name, {entry: {}})
    assert told(world, put(world, name), days) == {entry, *also}


@pytest.mark.parametrize("name", ["cloudfront", "route53"])
def test_metrics_of_another_region_get_no_alarm_that_would_look_at_nothing(name: str) -> None:
    world = World(RequestLog.empty(), now=START)
    add_packs(world, [name], since=START - A_DAY)
    found = put(world, name)
    assert found.alarms == ()
    assert {one.code for one in found.unwatched if one.kind} == {"other-region"}
    assert {one.objective for one in found.unwatched if not one.kind} == {one.id for one in agreed(name).general}


@pytest.mark.parametrize(("status", "rings"), [(Status.WARNING, False), (Status.BREACHED, True)])
def test_what_no_alarm_can_hold_rings_by_what_checks_publish_of_it(status: Status, rings: bool) -> None:
    world = shown("r2")
    found = put(world, "r2", ("entry-broken",))
    names = {"Window": "month-to-date", "Service": "r2", "Objective": "r2-errors"}
    own = [{"Name": name, "Value": value} for name, value in names.items()]
    datum = {"MetricName": "Status", "Value": float(NUMBERS[status]), "Unit": "None", "Dimensions": own}
    put_metric_data(world, {"Namespace": "Slactl", "MetricData": [datum]})
    assert told(world, found, 1) == ({"r2-errors"} if rings else set())
