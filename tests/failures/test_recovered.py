"""What AWS mends on another try leaves no trace: the same bytes as an undisturbed run."""

from __future__ import annotations

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.failures.small import Mood
from tests.failures.stage import Stage, undisturbed
from tests.soaking import some

MENDED = [
    "throttle=10%",
    "throttle=every:3",
    "server-error=20%",
    "drop=20%",
    "partial=yes",
    "page-points=40",
    "internal-error=1x:Latency",
    "internal-error=3x:Fault",
    "internal-error=2x:SampleCount",
    "internal-error=2x:POST /orders",
    "delay=20ms",
    "quota=yes",
    "modern-codes=yes",
]


@pytest.mark.parametrize("edge", [False, True], ids=["service", "edge"])
@pytest.mark.parametrize("trouble", some(MENDED, 2))
def test_a_mended_failure_leaves_the_same_bytes(stage: Stage, trouble: str, edge: bool) -> None:
    expected = undisturbed(stage, Mood(), edge=edge)
    stage.misbehave(Behaviour.parse([trouble]))
    done = stage.report()
    assert (done.code, done.err) == (0, "")
    assert done.out == expected


def test_all_of_them_at_once(stage: Stage) -> None:
    expected = undisturbed(stage, Mood(), edge=True)
    stage.misbehave(Behaviour.parse(["throttle=7%", "server-error=every:9", "partial=yes", "internal-error=1x:Fault"]))
    assert stage.report().out == expected


def test_the_troubles_were_met(stage: Stage) -> None:
    """Guards against a sandbox that stays well-behaved: then the tests above would prove nothing."""
    undisturbed(stage, Mood(), edge=False)
    assert stage.server is not None
    stage.misbehave(Behaviour.parse(["throttle=every:5", "server-error=every:7"]))
    assert stage.report().code == 0
    outcomes = {call.outcome for call in stage.server.calls}
    assert {"ok", "Throttling", "InternalFailure"} <= outcomes
