"""Exclusion windows of native SLOs: the next ones that count, ten at most, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.alarming.excluding import MOST_WINDOWS, plan_slo, reason_of
from slactl.model.excluding import Exclusion, SloExclusions, SlosSeen, SloWindows, StandingExclusion
from slactl.ports.enforcing import NotDone
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.objectives import Objective
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.workflows.excluding import apply_exclusions
from tests.failures.small import EPOCH, configuration
from tests.failures.stage import Stage
from tests.maintenance.test_syncing import sync

NOW, HOUR = 1_800_000_000, 3600


def window(hours: int, reason: str = "slactl maintenance A: x", minutes: int = 60) -> Exclusion:
    return Exclusion(NOW + hours * HOUR, minutes, reason)


def standing(*windows: Exclusion | None) -> SloWindows:
    told = tuple(StandingExclusion({"number": number}, one) for number, one in enumerate(windows))
    return SloWindows("slactl shop uptime", "arn:slo/1", "shop", "uptime", told)


def applied(made: SloExclusions) -> SloWindows:
    kept = [one.window for one in made.slo.windows if one not in made.remove]
    return standing(*kept, *made.add)


def test_the_next_windows_are_added_and_those_that_were_called_off_go() -> None:
    made = plan_slo(standing(window(5), window(9)), [window(9), window(30)], NOW)
    assert made.add == (window(30),)
    assert [one.window for one in made.remove] == [window(5)]


def test_others_and_what_has_begun_stay_and_take_their_room() -> None:
    others = [window(hours, "by hand") for hours in range(4)]
    slo = standing(*others, None, window(-1, minutes=90))
    made = plan_slo(slo, [window(hours) for hours in range(1, 9)], NOW)
    assert (made.remove, len(made.add), made.left) == ((), 4, 4)


def test_what_is_over_makes_room_oldest_first_and_only_where_it_must() -> None:
    over = [window(-hours) for hours in range(2, 12)]
    assert plan_slo(standing(*over), [], NOW).remove == ()
    made = plan_slo(standing(*over), [window(1), window(2)], NOW)
    assert [one.window for one in made.remove] == [window(-11), window(-10)]


@given(
    st.lists(
        st.builds(window, st.integers(-5, 30), st.sampled_from(["slactl maintenance A: x", "by hand"])), max_size=10
    ),
    st.sets(st.builds(window, st.integers(-5, 30)), max_size=14),
)
def test_a_second_sync_changes_nothing_and_ten_are_never_passed(have: list[Exclusion], wanted: set[Exclusion]) -> None:
    slo = standing(*dict.fromkeys(have))
    made = plan_slo(slo, tuple(wanted), NOW)
    after = applied(made)
    assert len(after.windows) <= MOST_WINDOWS
    again = plan_slo(after, tuple(wanted), NOW)
    assert (again.add, again.remove, again.left) == ((), (), made.left)
    theirs = [one.window for one in slo.windows if one.window and one.window.reason == "by hand"]
    assert [one.window for one in after.windows if one.window and one.window.reason == "by hand"] == theirs
    assert all(one.start > NOW for one in made.add)


def test_reasons_are_within_what_aws_takes() -> None:
    assert reason_of("A", "x\ny") == "slactl maintenance A: x y"
    assert len(reason_of("A", "x" * 2000)) == 1024


class Slos:
    """A ``SloStore`` that refuses some SLOs, or everything."""

    def __init__(self, refused: Mapping[str, str], *, denied: bool = False) -> None:
        self.calls: list[tuple[int, int, int]] = []
        self._refused, self._denied = refused, denied

    def slos(self, prefix: str) -> SlosSeen:
        return SlosSeen(())

    def exclude(
        self, arns: Sequence[str], add: Sequence[Exclusion], remove: Sequence[StandingExclusion]
    ) -> Mapping[str, str]:
        if self._denied:
            raise NotDone("denied")
        self.calls.append((len(arns), len(add), len(remove)))
        return {arn: text for arn, text in self._refused.items() if arn in arns}


def test_slos_with_the_same_changes_share_calls_and_one_that_fails_is_told() -> None:
    slos = [SloWindows(f"s{number}", f"arn:{number}", "shop", "uptime") for number in range(60)]
    planned = [plan_slo(slo, [window(1)], NOW) for slo in slos]
    store = Slos({"arn:7": "NotFound: gone"})
    outcomes = apply_exclusions(planned, store)
    assert store.calls == [(50, 1, 0), (10, 1, 0)]
    assert [(one.change.slo.arn, one.text) for one in outcomes if one.text] == [("arn:7", "NotFound: gone")]
    assert {one.text for one in apply_exclusions(planned, Slos({}, denied=True))} == {"denied"}


CALENDAR = """notice: 24h
windows:
  - {id: CHG-9, start: 2026-11-10T02:00, end: 2026-11-10T03:02, announced: 2026-11-01T10:00, reason: Disks}
  - {id: LATE, start: 2026-11-06T23:00, end: 2026-11-06T23:30, announced: 2026-11-06T06:30, reason: Urgent}
"""
OTHER = {"Window": {"DurationUnit": "DAY", "Duration": 1}, "RecurrenceRule": {"Expression": "rate(7 days)"}}


@pytest.fixture
def native(stage: Stage) -> Stage:
    """An SLO that excludes maintenance, one that does not, and one of somebody else."""
    stage.configure({**configuration(), "maintenance.yaml": CALENDAR})
    world = World(RequestLog.empty(), now=EPOCH)
    for name, objective in (("slactl shop uptime", "uptime"), ("slactl shop p95", "p95"), ("slactl theirs", "uptime")):
        tags = {"slactl:managed": "true", "slactl:service": "shop", "slactl:objective": objective}
        own = tags if "shop" in name else {}
        world.objectives[name] = Objective(name, tags=own)
    world.objectives["slactl shop uptime"].windows = [OTHER]
    stage.show(world)
    return stage


def test_what_counts_stands_in_the_slo_and_a_second_sync_changes_nothing(native: Stage) -> None:
    code, found = sync(native)
    assert native.server
    assert (code, found["doubts"]) == (0, [])
    added = {one["name"]: one["add"] for one in found["slos"]}
    # On the grid of five minutes, announced in time, and only where the promise excludes maintenance.
    assert added == {
        "slactl shop p95": [],
        "slactl shop uptime": [
            {
                "start": "2026-11-10T01:00:00Z",
                "end": "2026-11-10T02:00:00Z",
                "reason": "slactl maintenance CHG-9: Disks",
            }
        ],
    }
    kept = native.server.world.objectives
    assert {name: len(slo.windows) for name, slo in kept.items() if slo.windows} == {"slactl shop uptime": 2}
    assert kept["slactl shop uptime"].windows[0] == OTHER
    code, found = sync(native)
    assert (code, [one["add"] + one["remove"] for one in found["slos"]]) == (0, [[], []])
    native.configure({"maintenance.yaml": CALENDAR.replace("reason: Disks", "reason: Disks, cancelled: true")})
    code, found = sync(native)
    assert (code, kept["slactl shop uptime"].windows) == (0, [OTHER])


def test_a_refusal_is_told_and_reading_that_is_denied_leaves_mute_rules_alone(native: Stage) -> None:
    native.misbehave(Behaviour(access_denied=frozenset({"BatchUpdateExclusionWindows"})))
    done = native.run("maintenance", "sync")
    assert (done.code, "exclusion windows of slactl shop uptime" in done.err) == (1, True)
    native.misbehave(Behaviour(access_denied=frozenset({"ListServiceLevelObjectives"})))
    done = native.run("maintenance", "sync")
    assert (done.code, "SLOs are not looked at" in done.err) == (0, True)
