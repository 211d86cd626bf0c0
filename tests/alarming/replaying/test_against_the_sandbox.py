"""Planned alarms replayed from counts, held against the sandbox's evaluator over the same requests.

The one rule: at every instant that a replay looks at, an alarm rings in both or in neither; by the minute that is
every instant there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.alarming.plan import plan
from slactl.alarming.replaying.bins import Grid
from slactl.alarming.replaying.formula import Column
from slactl.alarming.replaying.needs import Row, rows_of
from slactl.alarming.replaying.playing import play
from slactl.alarming.replaying.telling import composites
from slactl.model.alarm import DesiredAlarm, MetricAlarm, Severity
from slactl.model.alarmplan import Shape
from slactl.model.replay import Rung, Unfit
from slactl.model.span import Span
from slactl.sandbox.evaluation import advance
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.alarming.scenes import availability, enforcement, errors, known, latency, percentile, wanted
from tests.sandbox.ringing import START

NAMES = {Shape.METRIC: "MetricAlarm", Shape.COMPOSITE: "CompositeAlarm"}
BEFORE, AFTER = 26 * 60, 20 * 60
OFF, ON = ("budget-left", "silent-checks"), ("p95", "slow-share", "daily")
KINDS = dict.fromkeys(OFF, Severity.NONE) | dict.fromkeys(ON, Severity.TICKET)
PROMISES = (availability(), latency(), errors(), percentile())


@dataclass(frozen=True)
class Traffic:
    """Requests by time (ms), with their latencies (ms) and status."""

    times: Any
    latencies: Any
    status: Any

    @property
    def world(self) -> World:
        log = RequestLog.from_columns(self.times, np.zeros(len(self.times)), self.latencies, self.status, ["GET /a"])
        return World(log, now=START)

    def row(self, row: Row, grid: Grid) -> Column:
        """A statistic by bins, counted here and nowhere else."""
        metric, stat = row
        chosen = np.ones(len(self.times), bool)
        weights = (self.status >= 500).astype(float) if metric.name == "Fault" and stat == "Sum" else chosen * 1.0
        if stat.startswith("TC"):
            weights = (self.latencies <= float(stat[4:-1])) * 1.0
        bins = (self.times // 1000 - grid.span.start) // grid.width
        sums = np.bincount(bins, weights=weights, minlength=grid.bins)
        some = np.bincount(bins, weights=weights if stat.startswith("TC") else chosen, minlength=grid.bins)
        return [float(value) if there else None for value, there in zip(sums, some, strict=True)]


def traffic(
    seed: int, bad: Mapping[range, float], slow: Mapping[range, float], silent: tuple[range, ...], count: int = 30_000
) -> Traffic:
    """So many requests; minutes are counted from START."""
    rng = np.random.default_rng(seed)
    times = np.sort(rng.integers((START - BEFORE * 60) * 1000, (START + AFTER * 60) * 1000, count))
    minutes = (times // 1000 - START) // 60
    quiet = np.isin(minutes, [minute for part in silent for minute in part])
    times, minutes = times[~quiet], minutes[~quiet]
    failing, slowing = np.full(len(times), 0.0005), np.full(len(times), 0.002)
    for parts, shares in ((bad, failing), (slow, slowing)):
        for part, share in parts.items():
            shares[np.isin(minutes, part)] = share
    status = np.where(rng.random(len(times)) < failing, 500, 200)
    latencies = np.where(rng.random(len(times)) < slowing, 2500.0, 100.0)
    return Traffic(times, latencies, status)


def alarms() -> tuple[DesiredAlarm, ...]:
    return wanted(PROMISES, known(["GET /a"]), enforcement(KINDS)).alarms


def ringing(world: World) -> dict[str, set[int]]:
    """The minutes at which each alarm rings, by the sandbox."""
    chosen = alarms()
    for put in plan(chosen, []).creates:
        world.alarms.put(NAMES[put.shape], dict(put.fields), world.now)
    end = START + AFTER * 60
    found: dict[str, set[int]] = {one.name: set() for one in chosen}
    begun: dict[str, int] = {}
    for change in advance(world, end):
        if change.after == "ALARM":
            begun[change.alarm] = change.at
        elif change.alarm in begun:
            found[change.alarm].update(range(begun.pop(change.alarm), change.at, 60))
    for name, at in begun.items():
        found[name].update(range(at, end + 1, 60))
    return found


def replayed(made: Traffic, width: int) -> dict[str, Rung]:
    """The same by a replay from bins of so many seconds."""
    grid = Grid(Span(START - 10 * 86_400, START + AFTER * 60), width)
    month = Span(START, START + AFTER * 60)
    found: dict[str, Rung | Unfit] = {}
    for one in alarms():
        if isinstance(one.alarm, MetricAlarm):
            rows = rows_of(one.alarm)
            assert not isinstance(rows, Unfit)
            found[one.name] = play(one.alarm, grid, {row: made.row(row, grid) for row in rows}, month)
    every = composites(alarms(), found, month)
    return {name: rung for name, rung in every.items() if isinstance(rung, Rung)}


def differing(made: Traffic, width: int) -> dict[str, list[int]]:
    """The minutes, from START, at which the two do not say the same of an alarm."""
    theirs, ours = ringing(made.world), replayed(made, width)
    assert ours.keys() == theirs.keys()
    wrong = {}
    for name, rung in ours.items():
        instants = range(START + width, START + AFTER * 60, width)
        here = {at for at in instants if any(span.start <= at < span.end for span in rung.spans)}
        there = {at for at in instants if at in theirs[name]}
        assert not rung.doubt
        if here != there:
            wrong[name] = sorted((at - START) // 60 for at in here ^ there)
    return wrong


SCENES = {
    "outage": traffic(1, {range(120, 150): 1.0}, {}, ()),
    "half of it, twice": traffic(2, {range(33, 51): 0.4, range(300, 307): 0.5}, {}, ()),
    "slow": traffic(3, {}, {range(200, 260): 0.3}, ()),
    "silent": traffic(4, {range(410, 420): 0.6}, {}, (range(100, 417), range(500, 504))),
    "slow and busy": traffic(6, {}, {range(400, 430): 0.2, range(460, 470): 0.06}, (), 160_000),
    "a leak": traffic(5, {range(60, 1200): 0.01}, {}, ()),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("width", [60, 300])
def test_the_same_rings(scene: str, width: int) -> None:
    assert differing(SCENES[scene], width) == {}


def test_these_scenes_ring_what_they_should() -> None:
    """Comparing what never rings would compare nothing."""
    found = {name for made in SCENES.values() for name, rung in replayed(made, 60).items() if rung.spans}
    assert found >= {one.name for one in alarms()}


parts = st.builds(lambda start, length: range(start, start + length), st.integers(0, 1100), st.integers(1, 90))
shares = st.dictionaries(parts, st.sampled_from([0.02, 0.1, 0.5, 1.0]), max_size=3)


@given(st.integers(0, 10**6), shares, shares, st.lists(parts, max_size=2).map(tuple))
@settings(max_examples=6, deadline=None)
def test_the_same_rings_of_any_traffic(
    seed: int, bad: dict[range, float], slow: dict[range, float], silent: tuple[range, ...]
) -> None:
    assert differing(traffic(seed, bad, slow, silent), 60) == {}
