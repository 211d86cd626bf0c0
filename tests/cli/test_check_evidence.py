"""A check over evidence: the same verdicts as from CloudWatch, and one call for what was not collected yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.failures.small import ENVIRONMENT, SERVICE, Mood, configuration, world
from tests.failures.small import rows as small_rows
from tests.failures.stage import Stage
from tests.soaking import some

COLLECTED, NOW = "2026-10-31T08:00:00Z", "2026-10-31T20:00:00Z"
Row = dict[str, Any]


def at(stage: Stage, monkeypatch: pytest.MonkeyPatch, instant: str, *, edge: bool) -> None:
    shown = world(mood=Mood(), edge=edge)
    shown.now = datetime.fromisoformat(instant).astimezone(UTC).timestamp()
    stage.show(shown)
    monkeypatch.setenv("SLACTL_NOW", instant)


def rows(stage: Stage, *arguments: str) -> tuple[list[Row], Row]:
    done = stage.run("--quiet", "check", "--format", "json", *arguments)
    assert done.err == ""
    found = json.loads(done.out)
    return found["results"], found


@pytest.fixture(params=[False, True], ids=["alone", "behind an edge"])
def collected(request: pytest.FixtureRequest, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    edge = bool(request.param)
    stage.configure(configuration(edge=edge))
    at(stage, monkeypatch, COLLECTED, edge=edge)
    assert stage.run("--quiet", "collect").code in (0, 1), "alarms of the sandbox are none"
    at(stage, monkeypatch, NOW, edge=edge)
    return stage


@pytest.mark.parametrize("window", some(["year-to-date", "month-to-date", "1h", "24h"], 2))
def test_evidence_and_cloudwatch_agree(collected: Stage, window: str) -> None:
    ours, _ = rows(collected, "--window", window)
    theirs, _ = rows(collected, "--window", window, "--from", "cloudwatch")
    assert len(ours) == len(theirs) > 5
    assert ours == theirs


@pytest.mark.parametrize(("account", "region"), [("999999999999", "eu-west-1"), ("123456789012", "eu-central-1")])
def test_evidence_is_not_topped_up_from_another_place(collected: Stage, account: str, region: str) -> None:
    assert collected.server is not None
    collected.server.world.account = account
    path = collected.directory / "slactl.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("eu-west-1", region), encoding="utf-8")
    done = collected.run("--quiet", "check", "--window", "24h")
    assert done.code == 3
    assert f"these credentials are of account {account} in {region}" in done.err
    assert done.out.startswith("SLACTL UNKNOWN - ")


def test_one_call_for_what_was_not_collected(collected: Stage) -> None:
    assert collected.server is not None
    collected.server.tally.clear()
    _, found = rows(collected)
    assert collected.server.tally["GetMetricData"] == 1
    assert collected.server.tally["ListServiceOperations"] == 0
    assert [one["code"] for one in found["told"]] == ["inventory-kept"]
    assert "12 h" in found["told"][0]["text"]


def test_what_was_collected_is_not_lost_with_cloudwatch(collected: Stage) -> None:
    """Without its tail a window is not known, and no figure of the past makes up for it."""
    collected.misbehave(Behaviour.parse(["fail=GetMetricData"]))
    done = collected.run("--quiet", "check", "--window", "1h")
    assert done.code == 3


def test_a_list_that_is_too_old_is_made_again(collected: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert collected.server is not None
    edge = "edge" in (collected.directory / "slactl.yaml").read_text()
    at(collected, monkeypatch, "2026-11-01T10:00:00Z", edge=edge)
    collected.server.tally.clear()
    _, found = rows(collected, "--window", "24h")
    assert "inventory-kept" not in [one["code"] for one in found["told"]]
    asked = collected.server.tally["ListServiceOperations"] + collected.server.tally["ListMetrics"]
    assert asked > 0


def test_what_came_late_is_not_missed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of the last hour before a collect may reach CloudWatch after it was made."""
    stage.configure()
    at(stage, monkeypatch, COLLECTED, edge=False)
    stage.run("--quiet", "collect")
    moment = datetime.fromisoformat(NOW).astimezone(UTC).timestamp()
    before = int(datetime.fromisoformat(COLLECTED).astimezone(UTC).timestamp())
    late = [((before - 3000 + n) * 1000, "GET /items", 90.0, 503, SERVICE, ENVIRONMENT) for n in range(40)]
    stage.show(World(RequestLog.from_rows([*small_rows(1, Mood()), *late]), None, now=moment))
    monkeypatch.setenv("SLACTL_NOW", NOW)
    ours, _ = rows(stage)
    theirs, _ = rows(stage, "--from", "cloudwatch")
    assert ours == theirs
    bad = {row["objective"]: row["total"] - row["good"] for row in ours if row["objective"] == "error-rate"}
    assert bad["error-rate"] >= 40
