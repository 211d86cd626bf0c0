"""Alarms as ``slactl collect`` keeps them, day after day, over a sandbox with alarms that ring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.e2e.collecting import DAY, HOUR, Shop, epoch, traffic
from tests.failures.stage import Stage

START = epoch("2026-09-30T22:00:00Z")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
WEBHOOK = "https://hooks.example.com/services/T000/sk_live_0123456789abcdef"
FAULTS: dict[str, Any] = {
    "AlarmName": "faults",
    "AlarmDescription": f"pages {WEBHOOK}",
    "AlarmActions": [TOPIC],
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "Tags": [{"Key": "clause", "Value": "Uptime"}],
}


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def shop(stage: Stage) -> Shop:
    """A shop with two alarms, one of them ringing every nine hours, and a topic that fails once."""
    made = Shop(stage, traffic(START, START + 5 * DAY, every=7200))
    book = made.world.alarms
    book.put("MetricAlarm", FAULTS, START)
    book.put("CompositeAlarm", {"AlarmName": "any", "AlarmRule": 'ALARM("faults")'}, START)
    for number in range(12):
        book.rings("faults", "OK" if number % 2 else "ALARM", START + (number + 1) * 9 * HOUR, f"number {number}")
    failed = [(START + 30 * HOUR) * 1000]
    made.world.add_series("AWS/SNS", "NumberOfNotificationsFailed", {"TopicName": "on-call"}, "Count", failed, [1.0])
    return made


def documents(shop: Shop) -> list[Any]:
    """What the chain of the store names, in order of the days."""
    held: dict[str, Any] = {}
    for path in sorted((shop.store / "manifest").glob("*.json")):
        manifest = json.loads(path.read_text())
        held |= {item["path"]: item for item in manifest["added"]}
        for item in manifest["dropped"]:
            held.pop(item["path"], None)
    paths = sorted(path for path in held if path.startswith("alarms/"))
    return [json.loads((shop.store / path).read_text()) for path in paths]


def test_every_change_is_kept_once_and_each_day_says_who_stood_watch(shop: Shop) -> None:
    for day in range(1, 5):
        done = shop.collect(START + day * DAY + 8 * HOUR)
        assert done.code == 0, done.err
    kept = documents(shop)
    assert [one["day"] for one in kept] == [f"2026-10-0{day}" for day in range(2, 6)]
    events = [event for one in kept for event in one["history"]["events"]]
    states = [event["new"]["reason"] for event in events if event["what"] == "StateUpdate"]
    assert states == [f"number {number}" for number in range(11)]
    assert [event["action"]["state"] for event in events if event["what"] == "Action"] == ["Succeeded"] * 6
    assert {event["alarm"] for event in events if event["what"] == "ConfigurationUpdate"} == {"faults", "any"}
    for one in kept:
        assert [(alarm["kind"], alarm["name"]) for alarm in one["alarms"]] == [
            ("composite", "any"),
            ("metric", "faults"),
        ]
        (watched,) = one["watched"]
        assert (watched["name"], watched["definition"]["Threshold"]) == ("faults", 5.0)
        assert watched["tags"] == {"clause": "Uptime"}
        assert one["missing"] == []
    failed = kept[1]["notifications"]["topics"][TOPIC]["NumberOfNotificationsFailed"]
    assert failed == {"2026-10-02T04:00:00Z": 1.0}


def test_nothing_private_is_kept(shop: Shop) -> None:
    assert shop.collect(START + DAY).code == 0
    files = [path for path in shop.store.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if b"sk_live" in path.read_bytes() or b"hooks.example" in path.read_bytes()]


def test_two_runs_at_one_instant_keep_it_once(shop: Shop) -> None:
    shop.collect(START + DAY)
    manifests = shop.manifests()
    shop.collect(START + DAY)
    assert shop.manifests() == manifests
    assert len(documents(shop)) == 1


def test_a_later_run_of_a_day_takes_the_earlier_ones_place(shop: Shop) -> None:
    shop.collect(START + DAY + 4 * HOUR)
    shop.collect(START + DAY + 16 * HOUR)
    (one,) = documents(shop)
    assert len(one["taken"]) == 2
    assert len([event for event in one["history"]["events"] if event["what"] == "StateUpdate"]) == 4
    assert shop.stage.run("evidence", "check").code == 0


def test_what_is_denied_is_named_and_the_counts_are_kept_all_the_same(shop: Shop) -> None:
    denied = frozenset({"DescribeAlarmHistory", "ListAlarmMuteRules"})
    shop.world.behaviour = Behaviour(access_denied=denied)
    done = shop.collect(START + DAY)
    assert done.code == 1
    assert "alarms" in done.err
    assert "DescribeAlarmHistory answered AccessDenied" in done.err
    assert shop.differences() == []
    (one,) = documents(shop)
    assert {(each["what"], each["why"]) for each in one["missing"]} == {
        *((f"history:{kind}", "access-denied") for kind in ("metric", "composite", "log")),
        ("mute-rules", "access-denied"),
    }
    assert [alarm["name"] for alarm in one["alarms"]] == ["any", "faults"]
    shop.world.behaviour = Behaviour()
    assert shop.collect(START + 2 * DAY).code == 0
    events = [event for one in documents(shop) for event in one["history"]["events"]]
    assert len([event for event in events if event["what"] == "StateUpdate"]) == 5
    assert documents(shop)[-1]["mute_rules"] == []


def test_alarms_may_be_left_out(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + DAY, every=7200), more=", alarms: false")
    assert shop.collect(START + DAY).code == 0
    assert documents(shop) == []
    assert stage.server is not None
    assert not [call for call in stage.server.calls if "Alarm" in call.operation]
