"""``slactl maintenance sync`` over a sandbox that mutes: what stands afterwards, and what failures become."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from slactl.model.muting import MuteForm
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.stores.muting import CloudWatchMutes
from tests.failures.small import EPOCH, configuration
from tests.failures.stage import Stage
from tests.maintenance.mutes import TOPIC

NIGHT = """notice: 24h
windows:
  - {id: CHG-9, start: 2026-11-10T02:00, end: 2026-11-10T03:00, announced: 2026-11-01T10:00, reason: Disks}
  - {id: LATE, start: 2026-11-06T23:00, end: 2026-11-06T23:30, announced: 2026-11-06T06:30, reason: Urgent}
  - {id: SUN, start: 2026-11-01T02:30, end: 2026-11-01T03:30, rrule: "FREQ=WEEKLY;BYDAY=SU", until: 2026-12-31,
     announced: 2026-10-01T09:00, reason: Patching}
"""
FIELDS: dict[str, Any] = {
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def tags(**more: str) -> list[dict[str, str]]:
    told = {"slactl:managed": "true", "slactl:service": "shop", **more}
    return [{"Key": key, "Value": value} for key, value in told.items()]


@pytest.fixture
def muted(stage: Stage) -> Stage:
    stage.configure({**configuration(), "maintenance.yaml": NIGHT})
    world = World(RequestLog.empty(), now=EPOCH)
    book = world.alarms
    book.put("MetricAlarm", {**FIELDS, "AlarmName": "slactl shop child", "Tags": tags()}, EPOCH - 9)
    page = {"AlarmName": "slactl shop page", "AlarmRule": 'ALARM("slactl shop child")', "AlarmActions": [TOPIC]}
    book.put("CompositeAlarm", {**page, "Tags": tags()}, EPOCH - 8)
    book.put("MetricAlarm", {**FIELDS, "AlarmName": "theirs", "AlarmActions": [TOPIC]}, EPOCH - 7)
    stage.show(world)
    return stage


def rules(stage: Stage) -> dict[str, Any]:
    assert stage.server
    return stage.server.world.alarms.rules


def sync(stage: Stage, *arguments: str) -> Any:
    done = stage.run("maintenance", "sync", "--format", "json", *arguments)
    forms = [
        json.loads((files("slactl.formats") / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("report", "maintenance-sync")
    ]
    known = Registry().with_resources((form["$id"], Resource.from_contents(form)) for form in forms)
    found = json.loads(done.out)
    Draft202012Validator(forms[1], registry=known).validate(found)
    return done.code, found


def test_windows_become_rules_over_our_alarms_and_the_second_sync_changes_nothing(muted: Stage) -> None:
    code, found = sync(muted)
    assert (code, [one["done"] for one in found["create"]]) == (0, [True] * 3)
    told = {name: rule.told for name, rule in rules(muted).items()}
    assert {name: one["Rule"]["Schedule"] for name, one in told.items()} == {
        "slactl maintenance CHG-9": {
            "Expression": "at(2026-11-10T02:00)",
            "Duration": "PT1H",
            "Timezone": "Europe/Rome",
        },
        "slactl maintenance LATE": {
            "Expression": "at(2026-11-06T23:00)",
            "Duration": "PT30M",
            "Timezone": "Europe/Rome",
        },
        "slactl maintenance SUN": {"Expression": "cron(30 2 * * SUN)", "Duration": "PT1H", "Timezone": "Europe/Rome"},
    }
    assert {tuple(one["MuteTargets"]["AlarmNames"]) for one in told.values()} == {("slactl shop page",)}
    code, found = sync(muted)
    assert (code, found["create"], found["update"], found["delete"]) == (0, [], [], [])
    assert len(found["keep"]) == 3
    assert muted.server
    tally = muted.server.tally
    assert (tally["PutAlarmMuteRule"], tally["DeleteAlarmMuteRule"]) == (3, 0)


def test_a_dry_run_says_everything_and_does_nothing(muted: Stage) -> None:
    done = muted.run("maintenance", "sync", "--dry-run")
    assert done.code == 0
    assert done.out.splitlines()[0] == "+ slactl maintenance CHG-9: at(2026-11-10T02:00) PT1H Europe/Rome, 1 alarm"
    assert "nothing was done" in done.err
    assert rules(muted) == {}


def test_what_leaves_the_calendar_leaves_cloudwatch(muted: Stage) -> None:
    sync(muted)
    assert muted.server
    muted.server.world.alarms.rules["hand made"] = muted.server.world.alarms.rules["slactl maintenance LATE"]
    muted.configure({"maintenance.yaml": NIGHT.replace("reason: Disks", "reason: Disks, cancelled: true")})
    done = muted.run("maintenance", "sync")
    assert "- slactl maintenance CHG-9" in done.out
    assert "CHG-9 mutes nothing: it was called off" in done.out
    assert set(rules(muted)) == {"slactl maintenance LATE", "slactl maintenance SUN", "hand made"}


def test_a_rule_of_somebody_else_with_our_name_is_left_and_ends_with_1(muted: Stage) -> None:
    sync(muted)
    rules(muted)["slactl maintenance LATE"].tags.clear()
    code, found = sync(muted)
    assert (code, found["blocked"]) == (1, ["slactl maintenance LATE"])
    muted.configure({"maintenance.yaml": "notice: 24h\n"})
    assert sync(muted)[0] == 0
    assert set(rules(muted)) == {"slactl maintenance LATE"}


@pytest.mark.parametrize("denied", ["PutAlarmMuteRule", "DeleteAlarmMuteRule"])
def test_what_fails_alone_is_told_and_ends_with_1(muted: Stage, denied: str) -> None:
    if denied == "DeleteAlarmMuteRule":
        sync(muted)
        muted.configure({"maintenance.yaml": "notice: 24h\n"})
    muted.misbehave(Behaviour(access_denied=frozenset({denied})))
    done = muted.run("maintenance", "sync")
    assert done.code == 1
    assert denied in done.err
    assert "failed" in done.err
    muted.misbehave(Behaviour())
    assert sync(muted)[0] == 0
    assert len(rules(muted)) == (0 if denied == "DeleteAlarmMuteRule" else 3)


@pytest.mark.parametrize("denied", ["ListAlarmMuteRules", "GetAlarmMuteRule", "ListTagsForResource", "DescribeAlarms"])
def test_what_makes_ownership_unknown_changes_nothing(muted: Stage, denied: str) -> None:
    sync(muted)
    muted.configure({"maintenance.yaml": "notice: 24h\n"})
    muted.misbehave(Behaviour(access_denied=frozenset({denied})))
    done = muted.run("maintenance", "sync")
    assert done.code == 1
    assert "hint:" in done.err
    assert len(rules(muted)) == 3


def test_where_the_index_of_tags_is_denied_each_alarm_is_asked_and_that_is_said(muted: Stage) -> None:
    muted.misbehave(Behaviour(access_denied=frozenset({"GetResources"})))
    code, found = sync(muted)
    assert (code, len(found["create"])) == (0, 3)
    assert any("asked for its tags" in one for one in found["doubts"])


def test_whoever_interrupts_finds_it_done_by_the_next_run(muted: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    put = CloudWatchMutes.put

    def once(self: CloudWatchMutes, form: MuteForm, tags: Mapping[str, str]) -> None:
        if rules(muted):
            raise KeyboardInterrupt
        put(self, form, tags)

    with monkeypatch.context() as patch:
        patch.setattr(CloudWatchMutes, "put", once)
        assert muted.run("maintenance", "sync").code == 130
    assert len(rules(muted)) == 1
    code, found = sync(muted)
    assert (code, len(found["create"]), len(found["keep"]), len(rules(muted))) == (0, 2, 1, 3)
