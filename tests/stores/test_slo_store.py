"""SLOs over a sandbox in trouble: what is planned is reached in the end, foreign SLOs stay, and the pace is kept."""

from __future__ import annotations

from random import Random

import pytest

from slactl.alarming.slos.plan import plan
from slactl.model.slo import DesiredSlo, WantedSlos
from slactl.sandbox.app import Application
from slactl.sandbox.behaviour import Behaviour, Rhythm
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.slobook import Slo
from slactl.sandbox.world import World
from slactl.stores.slos import SignalsSloStore
from slactl.workflows.enforcing.applying import State
from slactl.workflows.enforcing.slos import SlosApplied, carry_out_slos
from tests.aws.clock import Clock
from tests.soaking import some
from tests.sources.sandboxed import over

NOW = 1_794_000_000
BEGINNING = "slactl "
NAMES = tuple(f"slactl shop {number}" for number in range(8))
TROUBLES = {
    "nothing": Behaviour(),
    "drops": Behaviour(drop=Rhythm(0.4)),
    "errors": Behaviour(server_error=Rhythm(0.7)),
    "throttling": Behaviour(throttle=Rhythm(0.7)),
    "no deletions": Behaviour(access_denied=frozenset({"DeleteServiceLevelObjective"})),
    "no tagging": Behaviour(access_denied=frozenset({"TagResource", "UntagResource"})),
    "no looking": Behaviour(fail=frozenset({"GetServiceLevelObjective"})),
}


def wish(name: str, goal: float) -> DesiredSlo:
    told = {"Namespace": "ApplicationSignals", "MetricName": "Latency", "Dimensions": []}

    def counts(which: str) -> list[dict[str, object]]:
        return [{"Id": which, "MetricStat": {"Metric": told, "Period": 60, "Stat": "SampleCount"}, "ReturnData": True}]

    metric = {
        "TotalRequestCountMetric": counts("total"),
        "MonitoredRequestCountMetric": {"BadCountMetric": counts("bad")},
    }
    calendar = {"StartTime": 1_793_491_200, "DurationUnit": "MONTH", "Duration": 1}
    fields = {
        "Name": name,
        "Description": "x",
        "RequestBasedSliConfig": {"RequestBasedSliMetricConfig": metric},
        "Goal": {"Interval": {"CalendarInterval": calendar}, "AttainmentGoal": goal, "WarningThreshold": 25.0},
        "BurnRateConfigurations": [{"LookBackWindowMinutes": 60}],
    }
    tags = {"slactl:managed": "true", "slactl:service": "shop", "slactl:clause": f"{goal}"}
    return DesiredSlo(name, "shop", "uptime", fields, tags)


def wishes(random: Random) -> WantedSlos:
    names = random.sample(NAMES, random.randrange(len(NAMES) + 1))
    return WantedSlos(tuple(wish(name, random.choice([99.0, 99.9])) for name in sorted(names)))


def applied(store: SignalsSloStore, wanted: WantedSlos) -> SlosApplied:
    made = plan(wanted, store.standing(BEGINNING), "slactl")
    return carry_out_slos(made, store, "slactl")


def opened(monkeypatch: pytest.MonkeyPatch, clock: Clock | None = None) -> tuple[SignalsSloStore, Application]:
    aws, app = over(World(RequestLog.empty(), now=NOW), monkeypatch, clock.timing if clock else None)
    return SignalsSloStore(aws), app


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("seed", some(range(4), 4))
def test_what_is_wanted_is_reached_and_foreign_slos_stay(
    monkeypatch: pytest.MonkeyPatch, trouble: str, seed: int
) -> None:
    random, (store, app) = Random(seed), opened(monkeypatch)
    foreign = {
        name: Slo(name, fields={"RequestBasedSliConfig": {"RequestBasedSliMetricConfig": {}}, "Goal": {}})
        for name in ("theirs", NAMES[0])
    }
    app.world.objectives.update(foreign)
    assert applied(store, wishes(random)).whole
    wanted = wishes(random)
    made = plan(wanted, store.standing(BEGINNING), "slactl")
    app.world.behaviour = TROUBLES[trouble]
    before = dict(app.world.objectives)
    done = carry_out_slos(made, store, "slactl")
    assert [one.change for one in done.outcomes] == list(made.to_do)
    for one in done.outcomes:
        if one.state is State.DONE:
            assert (one.change.name in app.world.objectives) is (one.change.act.value != "delete")
        else:
            assert one.text or done.failure
    if trouble == "no deletions":
        assert set(before) <= set(app.world.objectives)
    app.world.behaviour = Behaviour()
    assert applied(store, wanted).whole
    assert plan(wanted, store.standing(BEGINNING), "slactl").to_do == ()
    ours = {one.name for one in wanted.slos} - set(foreign)
    assert set(app.world.objectives) == ours | set(foreign)
    assert all(app.world.objectives[name] is kept for name, kept in foreign.items())


def test_looking_takes_a_call_for_fifty_and_two_for_each_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    store, app = opened(monkeypatch)
    app.world.objectives.update({f"their {number}": Slo(f"their {number}") for number in range(120)})
    assert applied(store, WantedSlos(tuple(wish(name, 99.0) for name in NAMES))).whole
    app.calls.clear()
    found = store.standing(BEGINNING)
    assert len(found) == 128
    names = [one.operation for one in app.calls]
    assert names.count("ListServiceLevelObjectives") == 3
    assert names.count("GetServiceLevelObjective") == names.count("ListTagsForResource") == len(NAMES)
    assert len(names) == 3 + 2 * len(NAMES)


def test_calls_keep_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    store, _app = opened(monkeypatch, clock)
    begun = clock.now
    assert applied(store, WantedSlos(tuple(wish(name, 99.0) for name in NAMES))).whole
    calls = 2 * len(NAMES) + 1
    assert clock.now - begun >= (calls - 5) / 4
