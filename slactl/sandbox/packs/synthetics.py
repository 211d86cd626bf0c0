"""CloudWatch Synthetics: canaries that call every five minutes, a run a sample.

The one rule: a run that did not happen leaves nothing; one that failed leaves 0.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slactl.sandbox.packs.answering import asked, json_answer, missing
from slactl.sandbox.packs.base import Make, Pack, Plan, Samples, Series, beats
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import Hook, World

NAMESPACE = "CloudWatchSynthetics"
CANARIES = ("missions-login", "missions-search")
_FIRST = CANARIES[0]
EVERY = 300


def _series(plan: Plan) -> Iterator[Series]:
    for name in CANARIES:
        broken = plan.broken("synthetics-success") and name == _FIRST
        failing = plan.told("synthetics-success", "share", 0.02) if broken else 0.0002
        yield Series(NAMESPACE, "SuccessPercent", {"CanaryName": name}, "Percent", _runs(failing))


def _runs(failing: float, left_out: float = 0.01) -> Make:
    """Every five minutes 100, or 0 of a run that failed; some runs don't happen."""

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = beats(day, EVERY) + 7_000
        chance = rng.random((2, len(times)))
        ran = chance[0] >= left_out
        return times[ran], np.where(chance[1] < failing, 0.0, 100.0)[ran]

    return make


def _hook(plan: Plan) -> Hook:
    """Canaries as AWS tells of them: in moto none ever runs."""

    def answer(world: World, request: Request) -> Answer | None:
        service, operation = asked(request)
        if request.scope[0] != world.region:
            return None
        if (service, operation.rstrip("/")) == ("synthetics", "POST /canaries"):
            return json_answer({"Canaries": [_canary(plan, name) for name in CANARIES]})
        if service != "synthetics" or not operation.startswith("GET /canary/"):
            return None
        name = operation.removeprefix("GET /canary/").strip("/")
        if name not in CANARIES:
            return missing("ResourceNotFoundException", f"Canary not found: {name}")
        return json_answer({"Canary": _canary(plan, name)})

    return answer


def _canary(plan: Plan, name: str) -> dict[str, object]:
    hurt = {entry for entry in PACK.breakable if plan.broken(entry) and name == _FIRST}
    state = "STOPPED" if "synthetics-running" in hurt else "RUNNING"
    every = "rate(1 hour)" if "synthetics-schedule" in hurt else "rate(5 minutes)"
    return {
        "Id": "00000000-0000-4000-8000-00000000c0de",
        "Name": name,
        "Schedule": {"Expression": every, "DurationInSeconds": 0, "RetryConfig": {"MaxRetries": 0}},
        "RunConfig": {"TimeoutInSeconds": 60, "MemoryInMB": 960},
        "Status": {"State": state},
    }


PACK = Pack(
    "synthetics",
    {"canaries": list(CANARIES)},
    ("synthetics-success", "synthetics-running", "synthetics-schedule"),
    _series,
    hook=_hook,
)
