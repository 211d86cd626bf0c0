"""What collect keeps, held against the single requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from slactl.sandbox.behaviour import Behaviour, Inconsistent, Rhythm
from tests.e2e.collecting import DAY, HOUR, Shop, epoch, traffic
from tests.failures.stage import Stage
from tests.oracle import evidence

START = epoch("2026-09-30T22:00:00Z")


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    yield made
    made.close()


def whole(shop: Shop) -> bool:
    """Whether what is kept is one piece."""
    return all(left[1] == right[0] for left, right in pairwise(evidence.spans(shop.store, "shop")))


def test_daily_collects_keep_every_request_of_service_and_edge(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 7 * DAY), edge=traffic(START, START + 7 * DAY, seed=2))
    for day in range(1, 7):
        done = shop.collect(START + day * DAY + 6 * HOUR)
        assert done.code == 0, done.err
    spans = evidence.spans(shop.store, "shop")
    assert spans[0][0] == START
    assert whole(shop)
    assert shop.differences() == []
    assert [final for _, _, final in spans] == [True] * 4 + [False] * 4


def test_three_weeks_of_absence_are_caught_up(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 30 * DAY, every=3600))
    for day in (1, 23, 24):
        assert shop.collect(START + day * DAY + 6 * HOUR).code == 0
    assert whole(shop)
    assert shop.differences() == []


def test_after_ten_weeks_what_is_lost_is_named_and_nothing_is_made_up(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 20 * DAY))
    assert shop.collect(START + 2 * DAY).code == 0
    until = ("--until", "2026-10-16T00:00:00Z")
    done = shop.collect(START + 72 * DAY, "--format", "json", *until)
    assert done.code == 0
    told = [one for one in done.report["lost"] if one["service"] == "shop"]
    assert {one["why"] for one in told} == {"hours-only", "provisional"}
    assert "can no longer be had" in done.err
    gone = [(epoch(one["start"]), epoch(one["end"])) for one in told if one["why"] == "hours-only"]
    assert len(gone) == 1
    spans = evidence.spans(shop.store, "shop")
    assert not any(start < gone[0][1] and gone[0][0] < end for start, end, _ in spans)
    assert sum(end - start for start, end, _ in spans) + gone[0][1] - gone[0][0] == spans[-1][1] - START
    assert shop.differences() == []
    quiet = shop.collect(START + 72 * DAY, *until)
    assert "can no longer be had" not in quiet.err


def test_a_second_run_writes_nothing(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 3 * DAY))
    assert shop.collect(START + 3 * DAY).code == 0
    links, files = shop.manifests(), stage.files()
    again = shop.collect(START + 3 * DAY, "--format", "json")
    assert again.code == 0
    assert again.report["kept"] == []
    assert (shop.manifests(), stage.files()) == (links, files)


def test_a_dry_run_says_what_it_would_read_and_writes_nothing(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 3 * DAY))
    before = stage.files()
    done = shop.collect(START + 3 * DAY, "--dry-run", "--format", "json")
    assert done.code == 0
    assert done.report["status"] == "planned"
    (one,) = done.report["plan"]
    assert (one["service"], one["days"], one["streams"]) == ("shop", 4, 5)
    assert 0 < one["calls"] < 30
    assert stage.files() == before


def test_minutes_where_they_are_wanted(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 2 * DAY), more=", resolution: 1m")
    assert shop.collect(START + 2 * DAY).code == 0
    assert shop.differences(width=60) == []


def test_buckets_that_begin_elsewhere(stage: Stage) -> None:
    """Where CloudWatch anchors long buckets at the epoch, only whole ones are held against the bins."""
    shop = Shop(stage, traffic(START, START + 3 * DAY), options={"anchoring": "epoch"})
    assert shop.collect(START + 2 * DAY + 5 * HOUR).code == 0
    assert shop.collect(START + 3 * DAY).code == 0
    assert whole(shop)
    assert shop.differences() == []


def test_until_and_since_bound_what_is_read(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 9 * DAY))
    done = shop.collect(START + 9 * DAY, "--since", "2026-10-03", "--until", "2026-10-05T12:02:00Z")
    assert done.code == 0
    spans = evidence.spans(shop.store, "shop")
    assert (spans[0][0], spans[-1][1]) == (epoch("2026-10-02T22:00:00Z"), epoch("2026-10-05T12:00:00Z"))
    assert shop.collect(START + 9 * DAY).code == 0
    assert evidence.spans(shop.store, "shop")[0][0] == START
    assert whole(shop)
    assert shop.differences() == []


@pytest.mark.parametrize(
    "arguments", [("--service", "nobody"), ("--since", "yesterday"), ("--until", "2026-10-05T12:00")]
)
def test_wrong_words_are_wrong_usage(stage: Stage, arguments: tuple[str, ...]) -> None:
    shop = Shop(stage, [])
    done = shop.collect(START, *arguments)
    assert done.code == 2
    assert "hint:" in done.err
    assert not shop.store.exists()


def test_a_throttled_account_is_collected_all_the_same(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 3 * DAY))
    shop.world.behaviour = Behaviour(throttle=Rhythm(0.3))
    assert shop.collect(START + 3 * DAY).code == 0
    assert shop.differences() == []


def test_a_metric_that_may_not_be_read_keeps_the_days_out_and_is_named(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 3 * DAY))
    shop.world.behaviour = Behaviour(forbidden=frozenset({"Fault:POST /orders"}))
    done = shop.collect(START + 3 * DAY, "--format", "json")
    assert done.code == 1
    assert {one["why"] for one in done.report["missing"]} == {"access-denied"}
    assert "POST /orders" in done.err
    assert evidence.spans(shop.store, "shop") == []
    shop.world.behaviour = Behaviour()
    assert shop.collect(START + 3 * DAY).code == 0
    assert shop.differences() == []


def test_reads_that_disagree_keep_only_their_hours_out(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 4 * DAY))
    hour = START + 2 * DAY + 10 * HOUR
    shop.world.behaviour = Behaviour(inconsistent=Inconsistent(hour, hour + HOUR))
    done = shop.collect(START + 4 * DAY, "--format", "json")
    assert done.code == 1
    assert [(epoch(one["start"]), epoch(one["end"])) for one in done.report["missing"]] == [(hour, hour + HOUR)]
    assert {one["why"] for one in done.report["missing"]} == {"reads-disagree"}
    spans = evidence.spans(shop.store, "shop")
    assert not any(start < hour + HOUR and hour < end for start, end, _ in spans)
    assert shop.differences() == []
    shop.world.behaviour = Behaviour()
    assert shop.collect(START + 4 * DAY).code == 0
    assert whole(shop)
    assert shop.differences() == []


def test_what_aws_refuses_altogether_ends_the_run_and_is_recorded(stage: Stage) -> None:
    shop = Shop(stage, traffic(START, START + 3 * DAY))
    assert shop.collect(START + 2 * DAY).code == 0
    shop.world.behaviour = Behaviour(access_denied=frozenset({"GetMetricData"}))
    done = shop.collect(START + 3 * DAY)
    assert done.code == 1
    assert "Traceback" not in done.err
    runs = sorted(shop.store.glob("runs/**/*.json"))
    last = max((json.loads(path.read_bytes()) for path in runs), key=lambda told: str(told["at"]))
    assert {one["why"] for one in last["missing"]} == {"stopped"}
