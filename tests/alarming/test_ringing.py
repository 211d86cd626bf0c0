"""The alarms in a CloudWatch that evaluates them: who is told of which outage, and when.

Requests come steadily, one a second and more; minutes are counted from the moment when the alarms are put. The times
are those of the SRE workbook: (1 - goal) / share of errors x window x factor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from slactl.alarming.plan import plan
from slactl.model.alarm import Severity
from slactl.model.alarmplan import Shape
from slactl.model.objective import Objective
from slactl.model.watched import Watched
from slactl.sandbox.evaluation import advance
from slactl.sandbox.published import put_metric_data
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.alarming.scenes import availability, enforcement, errors, known, latency, signals, wanted
from tests.sandbox.ringing import START, minute, steady

KINDS = {Shape.METRIC: "MetricAlarm", Shape.COMPOSITE: "CompositeAlarm"}
OWN = {"budget-left": Severity.NONE, "silent-checks": Severity.NONE}
PAGE, TICKET = "slactl api page", "slactl api ticket"
Rung = dict[str, list[int]]


def rung(
    world: World,
    minutes: int,
    promises: Sequence[Objective] = (availability(),),
    severities: Mapping[str, Severity] | None = None,
    watched: Watched | None = None,
) -> Rung:
    """The minutes in which each alarm began to ring."""
    chosen = enforcement(OWN if severities is None else severities)
    for change in plan(wanted(promises, watched or known(["GET /a"]), chosen).alarms, []).creates:
        world.alarms.put(KINDS[change.shape], dict(change.fields), world.now)
    start, found = world.now, Rung()
    for one in advance(world, minute(minutes)):
        if one.after == "ALARM":
            found.setdefault(one.alarm, []).append(int(one.at - start) // 60)
    return found


def test_quiet_hours_ring_nothing() -> None:
    assert rung(steady(360, dict.fromkeys(range(7, 360, 40), 1), 60), 360) == {}


def test_an_outage_wakes_somebody_within_the_workbooks_time() -> None:
    found = rung(steady(400, dict.fromkeys(range(60, 90), 60), 60), 180)
    assert found[PAGE] == [61]  # 0.1 % / 100 % x 60 min x 14.4 = 52 s
    assert found["slactl api uptime slices down 2 of 3"] == [70]  # the second slice is over
    assert found["slactl api uptime burn 6h/30m over 6h"] == [63]  # 0.1 % / 100 % x 360 min x 6 = 2.2 min
    assert found[TICKET] == [120]  # three days are looked at by the hour


@pytest.mark.parametrize(("bad", "begins"), [(3, 18), (6, 9), (12, 5)])
def test_a_smaller_share_takes_its_time(bad: int, begins: int) -> None:
    found = rung(steady(240, dict.fromkeys(range(61, 240), bad), 60), 180)
    share = bad / 60
    assert 0 <= 61 + 0.001 / share * 60 * 14.4 - found["slactl api uptime burn 1h/5m over 1h"][0] + 1 <= 1
    assert found[PAGE] == [61 + begins]


def test_a_slow_leak_is_found_by_the_longer_windows() -> None:
    found = rung(steady(400, dict.fromkeys(range(60, 400), 1), 100), 380)
    assert "slactl api uptime burn 1h/5m over 1h" not in found
    assert found["slactl api uptime burn 6h/30m over 6h"] == [276]  # 0.1 % / 1 % x 360 min x 6 = 216 min
    assert found[PAGE] == [276]


def test_the_slowest_is_a_ticket() -> None:
    world = steady(4400, dict.fromkeys(range(0, 4400, 10), 1), 50)  # 0.2 %
    found = rung(world, 2600)
    assert PAGE not in found
    assert found[TICKET] == [2160]  # 0.1 % / 0.2 % x 72 h = 36 h, a full hour


def test_one_bad_slice_pages_nobody() -> None:
    found = rung(steady(240, dict.fromkeys(range(60, 65), 4), 60), 180)
    assert PAGE not in found
    two = rung(steady(240, {**dict.fromkeys(range(60, 65), 4), **dict.fromkeys(range(70, 75), 4)}, 60), 180)
    assert two[PAGE] == two["slactl api uptime slices down 2 of 3"] == [75]


def test_a_single_failure_at_night_pages_nobody() -> None:
    found = rung(steady(600, {100: 1, 160: 1, 300: 1}, 1), 500)
    assert PAGE not in found


def test_after_an_outage_rare_failures_are_no_second_one() -> None:
    """Half an hour in which all of one request a minute fails, then, for days, one or two failures in six hours."""
    outage = dict.fromkeys(range(100, 130), 1)
    rare = {at + after: 1 for at in range(400, 4600, 400) for after in ((0, 3) if at % 800 else (0,))}
    found = rung(steady(4700, outage | rare, 1), 4700)
    assert found["slactl api uptime burn 3d/6h over 3d"] == [120]
    assert (found[PAGE], found[TICKET]) == ([110], [120])


@pytest.mark.parametrize("apart", [1, 2, 4, 6, 10])
def test_a_whole_outage_of_little_traffic_is_noticed_at_the_tenth_failure(apart: int) -> None:
    numbers = np.arange(-480 // apart, 480 // apart) * apart + 0.5
    status = np.where(numbers > 0, 500, 200)
    times = (START * 1000 + numbers * 60_000).astype(np.int64)
    log = RequestLog.from_columns(times, np.zeros(len(times)), np.full(len(times), 9.0), status, ["GET /a"])
    only = dict.fromkeys((kind for kind in enforcement().kinds if kind != "burn-rate"), Severity.NONE)
    assert rung(World(log, now=START), 240, severities=only)[PAGE] == [9 * apart + 1]


def test_silence_rings_when_its_window_is_over() -> None:
    found = rung(steady(240, {}, 60, silent=range(60, 240)), 120)
    assert found == {"slactl api uptime no traffic": [75], PAGE: [75]}


def test_health_checks_water_nothing_down() -> None:
    """Nine of ten requests are health checks, which the agreement ignores; of the others all fail."""
    numbers = np.arange(-240 * 60, 240 * 60)  # one request a second
    health = numbers % 10 != 0
    status = np.where(~health & (numbers >= 3600), 500, 200)
    times = (START + numbers) * 1000
    log = RequestLog.from_columns(
        times, health.astype(int), np.full(len(times), 9.0), status, ["GET /a", "GET /health"]
    )
    watched = replace(known(["GET /a"]), left_out=(signals("GET /health"),))
    assert rung(World(log, now=START), 180, watched=watched)[PAGE] == [62]  # ten failures, for the floor
    assert rung(World(log, now=START), 180)[PAGE] == [69]


def test_slow_requests_ring_too() -> None:
    """All requests take 100 ms: under a limit of 50 ms nothing is fast, and CloudWatch counts nothing there."""
    assert rung(steady(240, {}, 60), 30, [latency(limit="< 50ms")])[PAGE] == [1]
    assert rung(steady(240, {}, 60), 30, [latency(limit="<= 100ms")]) == {}


def test_an_endpoint_has_its_ticket() -> None:
    found = rung(steady(600, dict.fromkeys(range(60, 600), 1), 100), 500, [errors("< 0.5%")])
    assert found == {"slactl api errors endpoint errors GET /a": [240], TICKET: [240]}  # 0.5 % / 1 % x 360 min


def test_budgets_and_checks_that_nobody_tells_of_any_more() -> None:
    world = steady(10, {})
    names = [{"Name": "Window", "Value": "month-to-date"}]
    own = [*names, {"Name": "Service", "Value": "api"}, {"Name": "Objective", "Value": "uptime"}]
    data = [
        {"MetricName": "LastRun", "Value": 1.0, "Unit": "Seconds", "Dimensions": names},
        {"MetricName": "BudgetRemaining", "Value": 20.0, "Unit": "Percent", "Dimensions": own},
    ]
    put_metric_data(world, {"Namespace": "Slactl", "MetricData": data})
    only = dict.fromkeys(enforcement().kinds, Severity.NONE)
    found = rung(world, 60 * 40, severities={**only, "budget-left": Severity.TICKET, "silent-checks": Severity.TICKET})
    # Windows of 26 h are looked at by the hour: the first one still holds nothing, and the last that holds anything
    # ends after 26 h. A fifth that is left is little all the time, and so is what nobody knows; gone it never was.
    assert found["slactl silent-checks"] == [1, 27 * 60]
    assert found["slactl api uptime budget low"] == [1]
    assert "slactl api uptime budget gone" not in found


def test_a_budget_that_is_gone_is_told_by_itself() -> None:
    world = steady(10, {})
    place = {"Window": "month-to-date", "Service": "api", "Objective": "uptime"}
    own = [{"Name": name, "Value": value} for name, value in place.items()]
    data = [{"MetricName": "BudgetRemaining", "Value": -3.0, "Unit": "Percent", "Dimensions": own}]
    put_metric_data(world, {"Namespace": "Slactl", "MetricData": data})
    only = dict.fromkeys(enforcement().kinds, Severity.NONE)
    found = rung(world, 60 * 30, severities={**only, "budget-left": Severity.TICKET})
    assert set(found) == {"slactl api uptime budget low", "slactl api uptime budget gone"}


def test_a_budget_that_nobody_knows_hides_no_later_ticket() -> None:
    """A year that is INSUFFICIENT_DATA is never published: the alarm of its budget rings all the time."""
    world = steady(400, dict.fromkeys(range(60, 90), 60), 60)
    only = dict.fromkeys(enforcement().kinds, Severity.NONE)
    severities = {**only, "budget-left": Severity.TICKET, "slow-burn": Severity.TICKET}
    found = rung(world, 180, [availability(over_year=True)], severities)
    assert found["slactl api uptime budget low"] == [1]
    assert found[TICKET] == [120]
