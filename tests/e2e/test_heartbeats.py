"""Heartbeats over the sandbox: canaries that tell quiet hours from outages, held against a second computation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from slactl.formats.json import render
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.e2e.harness import SCHEMA, log_of, run
from tests.fakes import instant
from tests.oracle.facts import Request
from tests.oracle.heartbeat import Beat, heard
from tests.oracle.slices import slice_rule
from tests.oracle.times import Stretch, month_span
from tests.oracle.traffic import Placed, Population

MONTH, ZONE = "2026-11", "Europe/Rome"
NOW = instant("2026-12-04T06:00:00+00:00")
START, END = month_span(MONTH, ZONE)
FROM = START - 29 * 86_400
KEPT_FINELY = NOW - 63 * 86_400
CANARY = {"canary": "login"}
DAY = 86_400


def traffic(chance: Random) -> list[int]:
    """Seconds with a request: busy days, empty nights, and some hours of silence by day."""
    gaps = [START + chance.randrange(30) * DAY + chance.randrange(8, 18) * 3600 + 1800 for _ in range(12)]
    seconds = (at for at in range(FROM, END, 100) if 6 <= (at // 3600) % 24 < 20)
    return [at for at in seconds if not any(gap <= at < gap + 2 * 3600 for gap in gaps)]


def beats_of(chance: Random, every: int = 300) -> list[Beat]:
    """Runs on a schedule; some hours without any, some with failures."""
    found = []
    for hour in range(START, END, 3600):
        mood = chance.random()
        for at in range(hour + 7, hour + 3600, every):
            if mood < 0.25 or chance.random() < 0.1:
                continue
            found.append((at, not (mood > 0.85 and chance.random() < 0.5)))
    return found


def reported(
    place: Path,
    beats: list[Beat],
    seconds: list[int],
    service: dict[str, Any],
    objective: dict[str, Any],
    now: int = NOW,
) -> dict[str, Any]:
    """The JSON report of one service with a canary."""
    maintenance = {"notice": "48h", "windows": [_window(*span) for span in WINDOWS]}
    (place / "maintenance.yaml").write_text(yaml.safe_dump(maintenance), encoding="utf-8")
    told = {
        "version": 1,
        "report": {"timezone": ZONE},
        "aws": {"region": "eu-west-1"},
        "services": {"api": {"environment": "prod", **service}},
        "objectives": [{"id": "uptime", "indicator": "availability", "goal": ">= 99%", **objective}],
        "maintenance": "maintenance.yaml",
    }
    main = place / "slactl.yaml"
    main.write_text(yaml.safe_dump(told), encoding="utf-8")
    world = World(log_of([(at * 1000, "GET /a", 50.0, 200, "api", "prod") for at in seconds]), now=now)
    times, values = [at * 1000 for at, _ in beats], [100.0 if good else 0.0 for _, good in beats]
    world.add_series("CloudWatchSynthetics", "SuccessPercent", {"CanaryName": "login"}, "Percent", times, values)
    with Server(world, keep_params=False) as server, pytest.MonkeyPatch.context() as patch:
        report = run(main, MONTH, now, server.url, patch)
    document: dict[str, Any] = json.loads(render(report, "en"))
    SCHEMA.validate(document)
    return document


WINDOWS = [(START + 5 * DAY + 9 * 3600, START + 5 * DAY + 12 * 3600), (START + 20 * DAY, START + 20 * DAY + 1500)]


def _window(start: int, end: int) -> dict[str, str]:
    at = [datetime.fromtimestamp(one, UTC).isoformat() for one in (start, end, start - 7 * DAY)]
    return {"id": f"CHG-{start}", "start": at[0], "end": at[1], "announced": at[2], "reason": "x"}


def uptime(document: dict[str, Any]) -> dict[str, Any]:
    (row,) = (one for one in document["results"] if one["objective"] == "uptime" and one["span"] == "month")
    found: dict[str, Any] = row
    return found


@pytest.mark.parametrize(("seed", "cut"), [(1, "5m"), (2, "15m")])
def test_seconds_are_those_of_a_second_computation(tmp_path: Path, seed: int, cut: str) -> None:
    chance = Random(seed)
    seconds, beats = traffic(chance), beats_of(chance)
    objective = {"slice": cut, "exclude": "maintenance"}
    found = uptime(reported(tmp_path, beats, seconds, {"heartbeat": CANARY}, objective))["detail"]["seconds"]
    requests = Population(Placed(Request(at * 1000, "GET /a", 50.0, 200), "GET /a", None) for at in seconds)
    stretch = Stretch(START, END, START, NOW, KEPT_FINELY, ZONE, None)
    expected = heard(stretch, slice_rule({"slice": cut}), [*WINDOWS], requests, beats)
    assert (found["up"], found["down"], found["no_traffic"], found["unknown"]) == (
        expected.up,
        expected.down,
        expected.no_traffic,
        expected.unknown,
    )
    assert min(expected.down, expected.no_traffic, expected.unknown) > 0


GAP = START + 19 * DAY + 10 * 3600


def outage() -> list[int]:
    """Busy by day, of the agreement's zone, and two hours of silence on the 20th from ten o'clock."""
    by_day = [at for at in range(FROM, END, 100) if 8 <= datetime.fromtimestamp(at, ZoneInfo(ZONE)).hour < 22]
    return [at for at in by_day if not GAP <= at < GAP + 7200]


GOOD = [(at + 7, True) for at in range(GAP - 3600, GAP + 3 * 3600, 300)]
FAILED = [(at, False) for at, _ in GOOD]


@pytest.mark.parametrize(
    ("beats", "changed", "counted", "heartbeat"),
    [
        ([], {"unknown": 7200}, ["unknown"], [False]),
        (GOOD, {"no_traffic": 7200}, ["up"], [True]),
        (FAILED, {"down": 7200}, [], []),
        (GOOD[12:20], {"no_traffic": 2400, "unknown": 4800}, ["up", "unknown"], [True, False]),
        ([*GOOD[:24], *FAILED[24:]], {"no_traffic": 3600, "down": 3600}, ["up"], [True]),
    ],
    ids=["nothing was heard", "all was well", "all failed", "it fell silent itself", "it failed half-way"],
)
def test_a_silence_by_day(
    tmp_path: Path, beats: list[Beat], changed: dict[str, int], counted: list[str], heartbeat: list[bool]
) -> None:
    document = reported(tmp_path, beats, outage(), {"heartbeat": CANARY}, {})
    found = uptime(document)["detail"]["seconds"]
    nights = 30 * 10 * 3600
    expected = {"unknown": 0, "down": 0, "no_traffic": 0} | changed
    assert {name: found[name] for name in ("unknown", "down")} == {name: expected[name] for name in ("unknown", "down")}
    assert found["no_traffic"] == nights + expected["no_traffic"]
    (service,) = document["services"]
    day = [one for one in service["silences"] if _inside(one["start"])]
    assert [one["counted_as"] for one in day] == counted
    assert [one["heartbeat"] for one in day] == heartbeat
    down = [one for one in service["outages"] if one["requests"] == 0]
    assert sum(one["seconds"] for one in down) == expected["down"]


def _inside(text: str) -> bool:
    return GAP <= instant(text) < GAP + 7200


def test_without_a_heartbeat_the_canary_is_not_even_read(tmp_path: Path) -> None:
    with_it = tmp_path / "with"
    without = tmp_path / "without"
    with_it.mkdir()
    without.mkdir()
    heard_of = reported(with_it, FAILED, outage(), {"heartbeat": CANARY}, {})
    unheard = reported(without, FAILED, outage(), {}, {})
    assert uptime(unheard)["detail"]["seconds"]["unknown"] == 7200
    assert uptime(heard_of)["detail"]["seconds"]["unknown"] == 0
    queries = [
        sum(one["queries"] for one in document["sources"] if one["kind"] == "cloudwatch")
        for document in (heard_of, unheard)
    ]
    calls = [
        sum(one["calls"] for one in document["sources"] if one["kind"] == "cloudwatch")
        for document in (heard_of, unheard)
    ]
    assert queries[0] > queries[1]
    assert calls[0] == calls[1]


@pytest.mark.parametrize("policy", ["up", "down", "exclude"])
def test_where_the_agreement_says_what_silence_is_nobody_listens(tmp_path: Path, policy: str) -> None:
    seconds = [
        uptime(reported(tmp_path, FAILED, outage(), service, {"no_traffic": policy}))["detail"]["seconds"]
        for service in ({"heartbeat": CANARY}, {})
    ]
    assert seconds[0] == seconds[1]


def test_any_metric_may_be_a_heartbeat_and_one_that_nobody_publishes_changes_nothing(tmp_path: Path) -> None:
    metric = {
        "namespace": "CloudWatchSynthetics",
        "metric": "SuccessPercent",
        "dimensions": {"CanaryName": "login"},
        "stat": "Average",
        "goal": "> 99",
    }
    found = uptime(reported(tmp_path, GOOD, outage(), {"heartbeat": metric}, {}))["detail"]["seconds"]
    assert found["unknown"] == 0
    nobody = {**metric, "dimensions": {"CanaryName": "nobody"}}
    found = uptime(reported(tmp_path, GOOD, outage(), {"heartbeat": nobody}, {}))["detail"]["seconds"]
    assert found["unknown"] == 7200


@pytest.mark.parametrize(
    ("beats", "unknown"),
    [([], 7200), (GOOD, 0), (FAILED, 7200), ([*GOOD[:24], *FAILED[24:]], 3600)],
    ids=["nothing was heard", "all was well", "all failed", "it failed half-way"],
)
def test_where_only_hours_are_kept_a_failure_decides_nothing(tmp_path: Path, beats: list[Beat], unknown: int) -> None:
    later = NOW + 100 * DAY
    found = uptime(reported(tmp_path, beats, outage(), {"heartbeat": CANARY}, {}, later))["detail"]["seconds"]
    assert (found["unknown"], found["down"]) == (unknown, 0)
