"""Random plans carried out over the sandbox, which refuses what CloudWatch refuses; answers fail and get lost."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from slactl.alarming.plan import plan
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Shape, Standing
from slactl.sandbox.behaviour import Behaviour, Rhythm
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.stores.alarms import CloudWatchAlarmStore
from slactl.workflows.enforcing.applying import Applied, State, carry_out
from tests.sources.sandboxed import over
from tests.workflows.enforcing.wishes import wishes, world

NOW = 1_794_000_000
TOLD = ("AlarmArn", "StateValue")
TROUBLES = {
    "nothing": Behaviour(),
    "drops": Behaviour(drop=Rhythm(0.5)),
    "errors": Behaviour(server_error=Rhythm(0.9)),
    "throttling": Behaviour(throttle=Rhythm(0.9)),
    "no deletions": Behaviour(access_denied=frozenset({"DeleteAlarms"})),
    "no composites": Behaviour(access_denied=frozenset({"PutCompositeAlarm"})),
    "no tagging": Behaviour(access_denied=frozenset({"TagResource", "UntagResource"})),
    "no looking": Behaviour(fail=frozenset({"ListTagsForResource"})),
}


def filled(alarms: Mapping[str, Standing]) -> World:
    """A sandbox that holds these alarms, children first."""
    made = World(RequestLog.empty(), now=NOW)
    for one in sorted(alarms.values(), key=lambda alarm: alarm.shape is Shape.COMPOSITE):
        kind = "CompositeAlarm" if one.shape is Shape.COMPOSITE else "MetricAlarm"
        fields: dict[str, Any] = {key: value for key, value in one.fields.items() if key not in TOLD}
        tags = [{"Key": key, "Value": value} for key, value in (one.tags or {}).items()]
        made.alarms.put(kind, fields | {"Tags": tags}, NOW)
    return made


def theirs(made: World) -> dict[str, object]:
    """What is not ours, with all its fields and tags."""
    book = made.alarms.alarms
    return {
        name: (dict(one.definition), dict(one.tags))
        for name, one in book.items()
        if one.tags.get("slactl:managed") != "true"
    }


def apply(wanted: tuple[DesiredAlarm, ...], store: CloudWatchAlarmStore) -> Applied:
    return carry_out(plan(wanted, store.standing("slactl").alarms), store, "slactl")


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_goes_wrong_the_next_run_goes_on(trouble: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(f"{trouble} {seed}")
    wanted = wishes(random)
    made = filled(world(random, wanted))
    aws, _ = over(made, monkeypatch)
    store = CloudWatchAlarmStore(aws)
    before = theirs(made)
    first = plan(wanted, store.standing("slactl").alarms)
    made.behaviour = TROUBLES[trouble]
    done = carry_out(first, store, "slactl")
    made.behaviour = Behaviour()
    assert done.failure is None or "endpoint" in str(done.failure)
    assert theirs(made) == before
    if trouble == "nothing":
        assert done.whole, [one for one in done.outcomes if one.state is not State.DONE]
    assert apply(wanted, store).whole
    assert plan(wanted, store.standing("slactl").alarms).to_do == ()
    assert theirs(made) == before


def test_the_troubles_do_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against troubles that nobody meets."""
    for trouble in ("no deletions", "no composites", "no looking", "errors"):
        assert any(_fails(trouble, seed, monkeypatch) for seed in range(3)), trouble


def _fails(trouble: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    random = Random(f"{trouble} {seed}")
    wanted = wishes(random)
    made = filled(world(random, wanted))
    aws, _ = over(made, monkeypatch)
    store = CloudWatchAlarmStore(aws)
    first = plan(wanted, store.standing("slactl").alarms)
    made.behaviour = TROUBLES[trouble]
    return not carry_out(first, store, "slactl").whole
