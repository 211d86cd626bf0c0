"""The pairs of windows of the SRE workbook as alarms: how soon they notice, how soon they let go.

The one rule: a pair rings (1 - goal) / error ratio * window * factor after an outage began, at the evaluation after
that; nothing here is taken from what slactl plans.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.sandbox.evaluation import Change, advance
from slactl.sandbox.muterules import read_rule
from slactl.sandbox.world import World
from tests.sandbox.ringing import TOPIC, composite, fault_share, minute, put, steady, told_of

DAY = 24 * 60
PAIRS = {"fast": (60, 5, Fraction(72, 5)), "slow": (360, 30, Fraction(6)), "creeping": (3 * DAY, 360, Fraction(1))}
"""Long and short window in minutes, and the factor."""
GOAL = Fraction(999, 1000)


def watched(world: World, goal: Fraction = GOAL) -> World:
    """Puts the three pairs, and a page on the first two, a ticket on the last."""
    for name, (long, short, factor) in PAIRS.items():
        for what, window in (("long", long), ("short", short)):
            told: dict[str, Any] = {"Metrics": fault_share(60 * window), "TreatMissingData": "notBreaching"}
            told |= {"Threshold": float(100 * factor * (1 - goal)), "AlarmActions": []}
            put(world, f"{name} {what}", **told, ComparisonOperator="GreaterThanOrEqualToThreshold")
        composite(world, name, f'ALARM("{name} long") AND ALARM("{name} short")', AlarmActions=[])
    composite(world, "page", 'ALARM("fast") OR ALARM("slow")', OKActions=[TOPIC])
    composite(world, "ticket", 'ALARM("creeping")')
    return world


def outage(first: int, minutes: int, share: Fraction = Fraction(1), days: int = 4, a_minute: int = 20) -> World:
    bad = dict.fromkeys(range(first, first + minutes), int(share * a_minute))
    return watched(steady(days * DAY, bad, a_minute))


def rang(found: list[Change], name: str) -> list[int]:
    return [at for at, state in told_of(found, name) if state == "ALARM"]


def eased(found: list[Change], name: str) -> list[int]:
    return [at for at, state in told_of(found, name) if state == "OK"][1:]


def noticed(pair: str, share: Fraction, goal: Fraction = GOAL) -> Fraction:
    """Minutes that the workbook gives a pair to notice an outage: its long window decides."""
    long, _, factor = PAIRS[pair]
    return (1 - goal) / share * long * factor


def test_an_outage_of_forty_minutes_wakes_somebody_in_its_first_minute() -> None:
    world = outage(125, 40)
    found = advance(world, minute(10 * 60))
    assert noticed("fast", Fraction(1)) == Fraction(864, 1000)
    assert rang(found, "fast long") == rang(found, "fast short") == rang(found, "fast") == rang(found, "page") == [126]
    assert noticed("slow", Fraction(1)) == Fraction(216, 100)
    assert rang(found, "slow") == [125 + 3]
    assert noticed("creeping", Fraction(1)) == Fraction(432, 100)
    assert rang(found, "creeping") == [180]  # three days are looked at once an hour
    assert [(one.at, one.alarm, one.state) for one in world.alarms.fired] == [
        (minute(1), "page", "OK"),
        (minute(126), "page", "ALARM"),
        (minute(180), "ticket", "ALARM"),
        (minute(165 + 30), "page", "OK"),
    ]


def test_the_short_window_lets_go_first() -> None:
    found = advance(outage(125, 40), minute(10 * 60))
    assert eased(found, "fast short") == [165 + 5]
    assert eased(found, "fast") == [165 + 5]
    assert eased(found, "fast long") == [165 + 60]
    assert eased(found, "slow short") == [165 + 30]
    assert eased(found, "slow long") == [165 + 360 - 2]  # two minutes of it are less than the budget of the window
    assert eased(found, "creeping") == [165 + 360]


def test_fifteen_percent_for_ten_minutes() -> None:
    found = advance(outage(125, 10, Fraction(15, 100)), minute(5 * 60))
    assert rang(found, "fast short") == [126]
    assert rang(found, "fast long") == rang(found, "page") == [125 + 6]
    assert noticed("fast", Fraction(15, 100)) == Fraction(576, 100)
    assert eased(found, "fast short") == [135 + 5]
    assert eased(found, "fast long") == [135 + 60 - 5]
    assert rang(found, "slow") == rang(found, "ticket") == []


def test_a_burn_just_below_the_factor_never_rings() -> None:
    world = outage(0, 30 * 60, Fraction(14, 1000), days=3, a_minute=500)
    found = advance(world, minute(30 * 60))
    assert rang(found, "fast long") == []
    assert rang(found, "slow long") == [ceil(noticed("slow", Fraction(14, 1000)))]


@settings(max_examples=12, deadline=None)
@given(
    st.integers(1, 20),
    st.sampled_from([Fraction(99, 100), Fraction(995, 1000), Fraction(999, 1000)]),
    st.integers(0, 59),
)
def test_the_formula_of_the_workbook(failing: int, goal: Fraction, begins: int) -> None:
    share = Fraction(failing, 20)
    world = watched(steady(14 * 60, dict.fromkeys(range(begins, 12 * 60), failing), 20), goal)
    found = advance(world, minute(12 * 60))
    for pair in ("fast", "slow"):
        long, short, factor = PAIRS[pair]
        rings = share >= factor * (1 - goal)
        assert bool(rang(found, pair)) is rings
        if rings:
            late = rang(found, pair)[0] - begins - max(noticed(pair, share, goal), (1 - goal) * short * factor / share)
            assert 0 <= late <= 1, pair  # a share of exactly the limit may miss it by a rounding
            assert long


@pytest.mark.parametrize("a_minute", [1, 20])
def test_quiet_days_ring_nothing(a_minute: int) -> None:
    bad = dict.fromkeys(range(-4 * DAY, 4 * DAY, 3000), 1)
    found = advance(watched(steady(4 * DAY, bad if a_minute > 1 else {}, a_minute)), minute(3 * DAY))
    assert {change.after for change in found} == {"OK"}


def test_one_bad_minute_of_a_busy_day_wakes_nobody() -> None:
    found = advance(outage(125, 1, Fraction(1, 2)), minute(12 * 60))
    assert rang(found, "fast short") == [126]
    assert rang(found, "page") == []


@pytest.mark.parametrize(
    ("minutes", "ends", "pages"),
    [
        (40, 200, []),
        (40, 190, [(190, "ALARM"), (195, "OK")]),  # over at 165, but half an hour remembers it: it fires at the end
        (80, 190, [(190, "ALARM"), (205 + 30, "OK")]),
    ],
)
def test_announced_maintenance_wakes_somebody_only_where_it_still_burns_at_its_end(
    minutes: int, ends: int, pages: list[tuple[int, str]]
) -> None:
    world = outage(125, minutes)
    schedule = {"Expression": "at(2026-11-03T13:00)", "Duration": f"PT{ends - 120}M", "Timezone": "Europe/Rome"}
    told = {"Name": "night", "Rule": {"Schedule": schedule}, "MuteTargets": {"AlarmNames": ["page"]}}
    world.alarms.rules["night"] = read_rule(told, world.now)
    assert rang(advance(world, minute(4 * 60)), "page") == [126]
    fired = [(one.at, one.state) for one in world.alarms.fired if one.alarm == "page"]
    assert fired == [(minute(1), "OK"), *[(minute(at), state) for at, state in pages]]


def test_a_service_that_falls_silent_burns_nothing() -> None:
    world = watched(steady(2 * DAY, {}, silent=range(60, 2 * DAY)))
    found = advance(world, minute(DAY))
    assert {change.after for change in found} == {"OK"}
