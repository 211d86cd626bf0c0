"""Collects that are killed, or meet: whatever happens, nothing wrong is kept and the next run goes on.

The one rule: the command runs as a process of its own, and is killed as a machine kills: without a word; or as people
do, with Ctrl-C.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from slactl.evidence.store import open_archive
from slactl.sandbox.behaviour import Behaviour
from tests.cli.child import SLACTL, environment
from tests.e2e.collecting import DAY, Shop, epoch, rows_of, text_of, traffic
from tests.failures.stage import Stage
from tests.oracle import evidence

START = epoch("2026-09-30T22:00:00Z")
NOW = START + 5 * DAY
SAMPLES = range(START, NOW, 1800)
PARTS = """  - id: queue
    title: {en: Queue}
    indicator: ratio
    service: shop
    bad: [{namespace: Queue, metric: Failed, dimensions: {Name: "*"}, missing: zero}]
    total: [{namespace: Queue, metric: Sent, dimensions: {Name: "*"}}]
    goal: "< 1%"
  - id: no-alarms
    title: {en: No alarms}
    indicator: control
    call: cloudwatch:DescribeAlarms
    with: {AlarmNamePrefix: none}
    select: "length(MetricAlarms)"
    expect: 0
    miss: {en: There is one.}
maintenance: """


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop with a queue beside its requests, and a control."""
    stage = Stage(tmp_path, capsys, monkeypatch)
    made = Shop(stage, traffic(START, NOW))
    path = stage.directory / "slactl.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("maintenance: ", PARTS, 1), encoding="utf-8")
    times = [second * 1000 for second in SAMPLES]
    made.world.add_series("Queue", "Sent", {"Name": "a"}, "Count", times, [3.0] * len(times))
    yield made
    stage.close()


def begun(shop: Shop, instant: int) -> subprocess.Popen[str]:
    """A collect in a process of its own."""
    shop.at(instant)
    assert shop.stage.server
    more = {"SLACTL_NOW": text_of(instant), "AWS_ENDPOINT_URL": shop.stage.server.url}
    return subprocess.Popen(
        [*SLACTL, "collect"],
        cwd=shop.stage.directory,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = process.communicate(timeout=120)
    return process.returncode, told


def files(shop: Shop) -> int:
    """How many files there are in the store, half-written ones among them."""
    try:
        return sum(path.is_file() for path in shop.store.rglob("*"))
    except FileNotFoundError:  # a folder went while it was looked into
        return 0


def killed(shop: Shop, times: int, seed: int) -> None:
    """Kills or interrupts one run after the other, each shortly after some file of its own has appeared."""
    rng = Random(seed)
    for _ in range(times):
        until = files(shop) + rng.randint(0, 5)
        process = begun(shop, NOW)
        while process.poll() is None and files(shop) < until:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.05))
        process.send_signal(rng.choice((signal.SIGKILL, signal.SIGINT)))
        assert "Traceback" not in ended(process)[1]
        if (shop.store / "manifest").exists():
            assert shop.differences() == []


def everything_is_kept(shop: Shop) -> None:
    code, told = ended(begun(shop, NOW))
    assert code == 0, told
    spans = evidence.spans(shop.store, "shop")
    assert (spans[0][0], spans[-1][1]) == (START, NOW - 600)
    assert all(left[1] == right[0] for left, right in pairwise(spans))
    assert shop.differences() == []
    named = evidence.live(shop.store)
    parts_are_kept(shop, named)
    files = {str(path.relative_to(shop.store)) for path in shop.store.glob("*/**/*") if path.is_file()}
    assert {path for path in files if not path.startswith(("manifest/", ".tmp/"))} == set(named)


def parts_are_kept(shop: Shop, named: Mapping[str, Mapping[str, Any]]) -> None:
    """Every point of the queue once, and today's sample of the control once."""
    kept = sorted(
        (item["facts"]["start"], item["facts"]["end"], path) for path, item in named.items() if of(item) == "metrics"
    )
    assert (kept[0][0], kept[-1][1]) == (START, NOW - 600)
    assert all(left[1] == right[0] for left, right in pairwise(kept))
    lines = [row for *_, path in kept for row in rows_of(shop.store / path) if row["stat"] == "Sum"]
    sent = [value for row in lines for value in row["values"] if value is not None]
    assert sent == [3.0] * sum(second < NOW - 600 for second in SAMPLES)
    (looked,) = (json.loads((shop.store / path).read_text()) for path, item in named.items() if of(item) == "controls")
    assert [(one["control"], one["at"], one["held"]) for one in looked["samples"]] == [("no-alarms", NOW, True)]


def of(item: Mapping[str, Any]) -> str:
    """What kind of file it is."""
    return str(item["place"]["kind"])


def test_killed_at_random_points_the_next_run_goes_on(shop: Shop) -> None:
    killed(shop, times=3, seed=1)
    everything_is_kept(shop)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8))
def test_killed_at_many_random_points(shop: Shop, seed: int) -> None:
    killed(shop, times=12, seed=seed)
    everything_is_kept(shop)


def test_two_at_once_do_the_work_once(shop: Shop) -> None:
    shop.world.behaviour = Behaviour(delay_ms=150)
    one, other = begun(shop, NOW), begun(shop, NOW)
    ends = [ended(one), ended(other)]
    assert [code for code, _ in ends] == [0, 0], ends
    assert sum("another run is at work" in told for _, told in ends) == 1
    shop.world.behaviour = Behaviour()
    links = shop.manifests()
    everything_is_kept(shop)
    assert shop.manifests() == links


def test_a_run_that_finds_another_one_at_work_is_content(shop: Shop) -> None:
    assert shop.collect(NOW).code == 0
    with open_archive(str(shop.store), create=False) as held, held.exclusive():
        done = shop.collect(NOW + DAY, "--format", "json")
    assert done.code == 0
    assert done.report["status"] == "busy"
    assert "another run is at work" in done.err


def test_one_that_is_stuck_is_complained_of(shop: Shop) -> None:
    """A run that holds the store and has kept nothing for days is no reason to be content."""
    assert shop.collect(NOW).code == 0
    with open_archive(str(shop.store), create=False) as held, held.exclusive():
        done = shop.collect(NOW + 3 * DAY, "--quiet")
    assert done.code == 1
    assert "nothing has been kept for 72 hours" in done.err
