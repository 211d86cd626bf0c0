"""A figure is explained from evidence as from CloudWatch, without a single call, and says where it came from."""

from __future__ import annotations

import json

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.explaining.pasting import lines, paste
from tests.failures.small import configuration, world
from tests.failures.stage import Json, Stage

QUESTIONS = [
    ("uptime", "--at", "2026-10-30T03:40/04:10"),
    ("coverage",),
    ("error-rate",),
    ("error-rate", "--operation", "POST /orders", "--at", "2026-10-30T03:40/04:10"),
    ("api-latency", "--operation", "GET /items"),
    ("p95",),
    ("p50", "--operation", "GET /items"),
]


@pytest.fixture
def kept(stage: Stage) -> Stage:
    """A stage with a store, and a CloudWatch that answers nobody."""
    stage.configure(configuration(edge=True))
    stage.show(world(edge=True))
    assert stage.run("-q", "collect").code == 0
    return stage


def explained(stage: Stage, way: str, *question: str) -> Json:
    done = stage.run("-q", "explain", "shop", *question, "--month", "2026-10", "--from", way, "--format", "json")
    assert (done.code, done.err) == (0, "")
    found: Json = json.loads(done.out)
    return found


SAME = ("figure", "account", "summands", "ladder", "arithmetic", "moments", "members", "exclusions", "gaps")


def test_the_way_from_evidence_is_the_way_from_cloudwatch(kept: Stage) -> None:
    told = {question: explained(kept, "cloudwatch", *question) for question in QUESTIONS}
    assert kept.server is not None
    before = kept.server.tally.copy()
    kept.misbehave(Behaviour(expired_token=True))
    for question, found in told.items():
        again = explained(kept, "evidence", *question)
        differing = [name for name in SAME if again[name] != found[name]]
        assert differing == [], question
        assert [source["kind"] for source in again["sources"]] == ["evidence"]
        assert again["sources"][0]["store"]["items"] > 0
        assert [one["code"] for one in again["limitations"]] == ["from-evidence"]
        assert again["requests"]
    assert kept.server.tally == before
    kept.misbehave(Behaviour())
    _asks_again(kept, told["error-rate",])


def _asks_again(kept: Stage, found: Json) -> None:
    """The text names the store, and its line still asks CloudWatch."""
    done = kept.run("-q", "explain", "shop", "error-rate", "--month", "2026-10", "--from", "evidence")
    assert done.code == 0
    assert "evidence · 123456789012 / eu-west-1 · " in done.out
    assert "files of evidence, the head of their chain is " in done.out
    assert kept.server is not None
    (one,) = [paste(line, kept.server.url) for line in lines(done.out)]
    assert "--region" in one.words
    assert one.total("Count", "SampleCount") == found["figure"]["total"]
