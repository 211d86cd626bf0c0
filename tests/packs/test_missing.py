"""Packs over what is not there, is quiet, or may not be looked at: none of it is ever a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from slactl.model.status import Code, Status
from slactl.sandbox.catalogue import Metric
from slactl.sandbox.packs import pack
from slactl.sandbox.packs.base import Make, Plan, SampleStream
from slactl.sandbox.packs.episodes import nothing
from slactl.sandbox.packs.route53 import CHECKS
from slactl.sandbox.world import Behaviour
from tests.packs.stage import BEGINNING, Platform, month_that_holds, not_fine, own_rows

NOWHERE: Mapping[str, Mapping[str, object]] = {
    "lambda": {"functions": ["missions-apii"], "insights": ["missions-apii"]},
    "dynamodb": {"tables": ["missionss"]},
    "memorydb": {"clusters": ["leaderbord"]},
    "idempotency": {"table": "idempotence"},
    "rate-limits": {"namespace": "Platform/Tenant"},
}
NOT_OF_THE_NAME = {"lambda-concurrency", "lambda-concurrency-limit", "rate-limits-plans"}
"""What is asked of the account, or of a name that is right."""


@pytest.mark.parametrize("name", NOWHERE)
def test_a_misspelt_name_is_no_quiet_one(name: str) -> None:
    platform = Platform(name, {}, NOWHERE[name])
    rows = own_rows(platform.report(platform.samples(1)))
    judged = {entry: row for entry, row in rows.items() if entry not in NOT_OF_THE_NAME}
    assert {row.status for row in judged.values()} == {Status.INSUFFICIENT_DATA}
    measured = {row.reason.code for row in judged.values() if row.reason and row.indicator != "control"}
    assert measured == {Code.NOT_PUBLISHED}


def test_a_control_of_what_is_not_there_says_so() -> None:
    platform = Platform("dynamodb", {}, NOWHERE["dynamodb"])
    row = own_rows(platform.report(platform.samples()))["dynamodb-on-demand"]
    assert (row.status, row.reason.code if row.reason else None) == (Status.INSUFFICIENT_DATA, Code.NOT_THERE)


@pytest.mark.parametrize("name", NOWHERE)
def test_nothing_is_said_of_metrics_that_may_not_be_read(name: str) -> None:
    platform = Platform(name, {}, options={"behaviour": Behaviour(forbidden=frozenset(_metrics(name)))})
    rows = own_rows(platform.report(month_that_holds(name)[1]))
    measured = {row.status for row in rows.values() if row.indicator != "control"}
    assert measured == {Status.INSUFFICIENT_DATA}


@pytest.mark.parametrize("name", ["dynamodb", "memorydb", "rate-limits"])
def test_nothing_is_said_of_metrics_that_may_not_be_listed(name: str) -> None:
    platform = Platform(name, {}, options={"behaviour": Behaviour(access_denied=frozenset({"ListMetrics"}))})
    rows = own_rows(platform.report(month_that_holds(name)[1]))
    assert {row.status for row in rows.values() if row.indicator != "control"} == {Status.INSUFFICIENT_DATA}


@pytest.mark.parametrize("name", ["memorydb", pytest.param("dynamodb", marks=pytest.mark.soak), "rate-limits"])
@pytest.mark.parametrize("options", [{"values": "histogram"}, {"anchoring": "epoch"}])
def test_it_holds_however_cloudwatch_keeps_it(name: str, options: dict[str, str]) -> None:
    platform = Platform(name, {}, options=options)
    assert not_fine(platform.report(month_that_holds(name)[1])) == {}


SILENT = (range(20_741, 20_743), range(20_741, 20_760))
"""Days since the epoch: the 15th and 16th of October, and all from there on."""


@pytest.mark.parametrize("days", SILENT)
def test_an_outside_view_that_went_silent_is_no_uptime(days: range) -> None:
    """The checker that sees the first region publishes nothing for some days, or never again."""
    platform = Platform("route53", {})
    told = Plan(since=BEGINNING)
    for series in pack("route53").series(told):
        if series.names["HealthCheckId"] == CHECKS[0]:
            stream = SampleStream(replace(series, make=_without(days, series.make)), "value", told)
            platform.world.metrics_to(series.region).add(series.key, Metric(stream, "value", series.unit))
    report = platform.report(())
    for entry in ("route53-availability", "route53-checkers"):
        assert own_rows(report)[entry].status is Status.INSUFFICIENT_DATA
        assert Code.METRIC_SILENT in {gap.reason.code for gap in report.gaps if gap.objective == entry}


def _without(days: range, make: Make) -> Make:
    return lambda rng, day: nothing(rng, day) if day in days else make(rng, day)


def _metrics(name: str) -> set[str]:
    return {series.name for series in pack(name).series(Plan())}
