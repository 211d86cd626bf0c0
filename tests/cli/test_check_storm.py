"""``slactl check --notify`` with everything failing at random: never a wrong 0, nothing told twice, nothing lost.

The one rule: a story is a seed; what a run must say is counted from the story's own requests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest

from slactl.cli.notifying import StateFile
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.cli.test_check_tells import CHECK, Receiver
from tests.failures.small import configuration
from tests.failures.stage import Stage

START = int(datetime(2026, 10, 31, 0, tzinfo=UTC).timestamp())
RUNS, STEP = 20, 30
TROUBLES = (
    "throttle=0.3", "drop=0.4", "server-error=0.3", "fail=GetMetricData", "forbid=Fault", "expired-token=yes",
    "internal-error=Fault", "partial-forever=Latency", "message=InternalError:trouble", "deny=ListServiceOperations",
    "fail=ListServiceOperations", "page-points=7",
)  # fmt: skip
OBJECTIVES = """objectives:
  - {id: error-rate, indicator: error-rate, counts: faults, goal: "< 0.5%"}
  - {id: api-latency, indicator: latency, threshold: "< 1000ms", goal: ">= 99%"}
"""


@dataclass(frozen=True)
class Moment:
    """One run: when it is, what is broken then, and how."""

    now: int
    troubles: tuple[str, ...]
    hook: bool
    disk: bool


def story(seed: int) -> tuple[list[tuple[int, int]], list[Moment]]:
    """Outages, and the runs among them; the last two runs are calm."""
    rng = Random(seed)
    outages = [(at, at + rng.randrange(300, 3600)) for at in rng.sample(range(START + 7200, START + 72_000), 4)]
    times = sorted(rng.sample(range(START + 10_000, START + 80_000), RUNS - 2))
    moments = [
        Moment(at, tuple(rng.sample(TROUBLES, rng.choice([0, 0, 1, 2]))), rng.random() < 0.7, rng.random() < 0.85)
        for at in times
    ]
    calm = [Moment(START + 81_000 + 300 * place, (), hook=True, disk=True) for place in range(2)]
    return outages, [*moments, *calm]


def requests(outages: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, str, int]]:
    """Second, operation and status of every request in a stretch of time."""
    for second in range(-(-start // STEP) * STEP, end, STEP):
        failed = any(begun <= second < over for begun, over in outages)
        yield second, "GET /items" if second % (2 * STEP) else "POST /orders", 503 if failed else 200


def world(outages: list[tuple[int, int]], now: int) -> World:
    seen = requests(outages, START, now)
    rows = [(second * 1000, name, 90.0, status, "shop", "eks:prod") for second, name, status in seen]
    return World(RequestLog.from_rows(rows), None, now=now)


def expected(outages: list[tuple[int, int]], now: int) -> str:
    """The status of the error rate over the last settled hour, counted by hand: 14.4 and 6 times 0.5 %."""
    settled = (now - 600) // 300 * 300
    statuses = [status for _, _, status in requests(outages, settled - 3600, settled)]
    bad = statuses.count(503)
    rate = bad / len(statuses) / 0.005
    return "OK" if bad < 10 or rate < 6 else "BREACHED" if rate >= 14.4 else "WARNING"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    made = Receiver()
    monkeypatch.setenv("HOOK", made.url)
    yield made
    made.close()


def full(self: StateFile, handle: int) -> None:
    raise OSError(28, "No space left on device")


def told(stage: Stage, hook: Receiver, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs a story and holds every run against what it should have said."""
    files = configuration() | {"objectives.yaml": OBJECTIVES}
    stage.configure(files | {"slactl.yaml": files["slactl.yaml"] + CHECK})
    outages, moments = story(seed)
    status = "OK"
    for moment in moments:
        status = expected(outages, moment.now)
        right = {"OK": 0, "WARNING": 1, "BREACHED": 2}[status]
        stage.show(world(outages, moment.now))
        monkeypatch.setenv("SLACTL_NOW", datetime.fromtimestamp(moment.now, UTC).isoformat())
        stage.misbehave(Behaviour.parse(moment.troubles))
        hook.works = moment.hook
        with monkeypatch.context() as disk:
            if not moment.disk:
                disk.setattr(StateFile, "_made_safe", full)
            done = stage.run("--quiet", "check", "--window", "1h", "--notify")
        assert "Traceback" not in done.err
        assert done.code in (right, 3), (seed, moment, done)
        if moment.troubles == () and moment.hook and moment.disk:
            assert done.code == right
    _nothing_twice_and_nothing_lost(hook, status)


def _nothing_twice_and_nothing_lost(hook: Receiver, last: str) -> None:
    keys = [one["key"] for one in hook.told]
    assert len(set(keys)) == len(keys), "a change is told once"
    by_target: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in hook.told:
        by_target[one["objective"] or "slactl"].append((one["from"], one["to"]))
    for target, changes in by_target.items():
        assert all(to == begun for (_, to), (begun, _) in pairwise(changes)), "a change begins where the last one ended"
        assert changes[-1][1] == (last if target == "error-rate" else "OK"), "the last change is not lost"
    assert last == "OK" or "error-rate" in by_target


@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_runs(seed: int, stage: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    told(stage, hook, seed, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 250))
def test_thousands_of_runs(seed: int, stage: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    told(stage, hook, seed, monkeypatch)
