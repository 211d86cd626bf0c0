"""The pack of the watching itself: a month in which everything holds, and each of its promises broken in turn."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from slactl.configuration import load_catalogue
from slactl.configuration.calls import read_only_calls
from slactl.evidence.reading.alarmbook import KeptAlarms
from slactl.evidence.store import open_archive
from slactl.model.catalogue import Catalogue
from slactl.model.period import Month
from slactl.model.report import Report
from slactl.model.service import SourceKind
from slactl.model.status import Status
from slactl.ports.general import GeneralWorld
from slactl.sandbox.packs import add_packs, pack, variables
from slactl.sandbox.requests import DEFAULT_ENVIRONMENT, DEFAULT_SERVICE, RequestLog
from slactl.sandbox.world import World
from slactl.sources.alarms import CloudWatchAlarms
from slactl.sources.application_signals import ApplicationSignalsInventory
from slactl.sources.configuration import AwsConfiguration
from slactl.sources.metric_listing import ListedMetrics
from slactl.workflows.collecting.alarms import Desk, alarm_items
from slactl.workflows.general.sampling import controls_of, take
from slactl.workflows.report import make_report
from tests.fakes import instant
from tests.packs.stage import Kept, circumstances, reader_of
from tests.sources.sandboxed import over

OCTOBER = Month(2026, 10)
BEGINNING, LATER = instant("2026-09-25T00:00:00+00:00"), instant("2026-11-06T05:00:00+00:00")
LOOKS = (instant("2026-10-20T05:00:00+00:00"), LATER)
DAY = 86_400
OUTAGE = instant("2026-10-13T08:22:00+00:00"), instant("2026-10-13T09:00:00+00:00")
SLOW = instant("2026-10-15T13:00:00+00:00"), instant("2026-10-15T15:00:00+00:00")
"""The demo's great events of an October, in which requests come every half a minute."""
ENDPOINTS = ("GET /missions/{id}", "GET /missions", "GET /drones")


def _requests() -> RequestLog:
    usual = [(at, 100.0 + at % 7, 200) for at in range(BEGINNING, LATER, 1800)]
    failing = [(at, 100.0, 503 if at % 60 else 200) for at in range(*OUTAGE, 30)]
    slow = [(at, 3000.0 if at % 60 else 100.0, 200) for at in range(*SLOW, 30)]
    rows = [
        (at * 1000, ENDPOINTS[number % len(ENDPOINTS)], ms, status, DEFAULT_SERVICE, DEFAULT_ENVIRONMENT)
        for number, (at, ms, status) in enumerate(sorted([*usual, *failing, *slow]))
    ]
    return RequestLog.from_rows(rows)


def _catalogue() -> Catalogue:
    told = {
        "version": 1,
        "report": {"timezone": "Europe/Rome"},
        "aws": {"region": "eu-west-1"},
        "services": {DEFAULT_SERVICE: {"environment": DEFAULT_ENVIRONMENT}},
        "packs": {"monitoring": variables("monitoring")},
    }
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "slactl.yaml"
        path.write_text(yaml.safe_dump(told), encoding="utf-8")
        return load_catalogue(path)


@cache
def month(*broken: str) -> Report:
    """The report of October, of what two looks at the alarms kept of it."""
    world, catalogue = World(_requests(), now=LATER, first_seen=BEGINNING), _catalogue()
    add_packs(world, ("monitoring",), faults={one: {} for one in broken}, since=BEGINNING)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        made, _ = over(world, patch)
        reader = reader_of(made)
        with open_archive(place, create=True) as archive:
            for at in LOOKS:
                world.now = at
                desk = Desk(archive, CloudWatchAlarms(made), reader, catalogue, world.account, world.region, at)
                archive.commit(f"at-{at}", at, alarm_items(desk).added, ())
            controls = take(
                catalogue, controls_of(catalogue, LATER), AwsConfiguration(made, read_only_calls(), LATER), LATER
            )
            samples = Kept(tuple(replace(one, at=LATER - days * DAY) for days in range(1, 40) for one in controls))
            told = circumstances(LATER, GeneralWorld(ListedMetrics(made, LATER), samples, KeptAlarms(archive)))
            inventories = {SourceKind.APPLICATION_SIGNALS: ApplicationSignalsInventory(made)}
            return make_report(catalogue, OCTOBER, reader, inventories, told)


def own(report: Report) -> dict[str, Status]:
    return {
        one.objective: one.status for one in report.results if one.service == "monitoring" and one.operation is None
    }


def not_ok(report: Report) -> dict[str, Status]:
    return {name: status for name, status in own(report).items() if status is not Status.OK}


def test_a_month_in_which_everything_holds() -> None:
    report = month()
    assert not_ok(report) == {}
    assert set(own(report)) == set(pack("monitoring").breakable)
    told = {one.objective: one.crossings for one in report.watched or ()}
    assert [len(told[name]) for name in ("uptime", "api-latency")] == [1, 1]
    (outage,), (slow,) = told["uptime"], told["api-latency"]
    assert (outage.action, slow.action) == (OUTAGE[0] + 600, SLOW[0] + 600)
    assert OUTAGE[0] < outage.at < OUTAGE[0] + 900


CONTROLS = {"monitoring-actions", "monitoring-discovery"}
CASES = [
    pytest.param(entry, marks=pytest.mark.soak if entry in CONTROLS else ()) for entry in pack("monitoring").breakable
]


@pytest.mark.parametrize("entry", CASES)
def test_each_promise_broken_in_turn_turns_its_own_entry_red_and_no_other(entry: str) -> None:
    assert not_ok(month(entry)) == {entry: Status.BREACHED}
