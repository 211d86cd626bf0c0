"""``slactl check`` and ``slactl report`` where there are components beside the services."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import yaml

from slactl.sandbox.packs import add_packs, variables
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.failures.stage import Stage

NOW = "2026-11-06T12:00:00Z"
EPOCH = int(datetime(2026, 11, 6, 12, tzinfo=UTC).timestamp())
SINCE = EPOCH - 10 * 86_400
PACKS = ("dynamodb", "cloudfront")


@pytest.fixture
def platform(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Two packs, one of them with metrics of another region, and a service that nobody calls."""
    monkeypatch.setenv("SLACTL_NOW", NOW)
    told = {
        "version": 1,
        "aws": {"region": "eu-west-1"},
        "services": {"api": {"environment": "prod"}},
        "packs": {name: variables(name) for name in PACKS},
    }
    stage.configure({"slactl.yaml": yaml.safe_dump(told)})
    world = World(RequestLog.empty(), now=EPOCH)
    add_packs(world, PACKS, faults={"dynamodb-throttles": {}}, since=SINCE)
    stage.show(world)
    return stage


def asked(stage: Stage) -> set[str]:
    """The operations that AWS was asked."""
    assert stage.server is not None
    return {call.operation for call in stage.server.calls}


def test_a_component_is_named_like_a_service(platform: Stage) -> None:
    """Nothing of a service is looked for, and nothing of another component is read."""
    done = platform.run("--quiet", "check", "--window", "24h", "--service", "cloudfront", "--format", "json")
    told = json.loads(done.out)
    assert {one["service"] for one in told["results"]} == {"cloudfront"}
    rate = next(one for one in told["results"] if one["objective"] == "cloudfront-5xx")
    assert (rate["status"], rate["judged"]) == ("OK", "goal")
    assert "ListServiceOperations" not in asked(platform)
    only = platform.run("--quiet", "check", "--objective", "dynamodb-throttles", "--format", "json")
    (target,) = json.loads(only.out)["results"]
    assert (target["service"], target["status"]) == ("dynamodb", "WARNING")
    assert target["reason"]["code"] == "below-goal-so-far"


@pytest.mark.parametrize("form", ["text", "junit", "prometheus"])
def test_what_is_judged_by_value_is_told_as_such(platform: Stage, form: str) -> None:
    """A window that burns says nothing of a rate where there is none."""
    done = platform.run("--quiet", "check", "--window", "24h", "--objective", "cloudfront-5xx", "--format", form)
    assert done.code == 0
    if form == "text":
        assert "'cloudfront_cloudfront-5xx'=0.077%;0.5" in done.out.splitlines()[0]
    assert "burn" not in done.out
    assert "cloudfront" in done.out


def test_a_component_that_is_not_there_is_a_mistake(platform: Stage) -> None:
    done = platform.run("--quiet", "check", "--service", "dynamo")
    assert done.code == 3
    assert "the configuration has api, cloudfront, dynamodb" in done.err
