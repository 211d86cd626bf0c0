"""A year collected while CloudWatch forgets, and its annual statement from evidence alone, against the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.e2e.collecting import DAY, text_of
from tests.e2e.harness import world_of, write_configuration
from tests.failures.stage import Stage
from tests.oracle.examples import ENDPOINTS, ERRORS, LATENCY, P95, ROME, UPTIME, case_of, local
from tests.oracle.facts import Case, Request
from tests.oracle.times import instant
from tests.oracle.years import differences

NAMES = ("GET /items", "GET /items/{id}", "POST /orders")
YEARLY = {**UPTIME, "over": "year"}
MONTHLY = {**UPTIME, "id": "uptime-of-each-month"}
OUTAGES = (
    ("2026-02-11T10:00", "2026-02-11T10:35"),
    ("2026-03-29T01:30", "2026-03-29T04:10"),
    ("2026-05-31T23:40", "2026-06-01T00:25"),
    ("2026-09-16T02:05", "2026-09-16T03:50"),
    ("2026-10-25T01:45", "2026-10-25T03:20"),
)
WINDOWS = [
    {
        "id": "CHG-1",
        "start": "2026-09-16T02:00",
        "end": "2026-09-16T04:00",
        "announced": "2026-09-10T10:00",
        "reason": "x",
    },
    {
        "id": "CHG-2",
        "start": "2026-02-11T10:00",
        "end": "2026-02-11T11:00",
        "announced": "2026-02-11T09:00",
        "reason": "y",
    },
]


def a_year(every: int = 1800) -> list[Request]:
    """Bursts through the whole of 2026 in Rome, thin at night, with outages over edges of hours, months and clocks."""
    rng = Random(2026)
    down = [local(*span) for span in OUTAGES]
    made: list[Request] = []
    start, end = (instant(text, ROME) for text in ("2026-01-01T00:00", "2027-01-01T00:00"))
    for second in range(start, end, every):
        for _ in range(rng.choice((1, 1, 2, 4))):
            at = second * 1000 + rng.randrange(every * 1000)
            status = rng.choices((200, 404, 503), (970, 25, 5))[0]
            made.append(Request(at, rng.choice(NAMES), round(rng.lognormvariate(5, 0.9), 3), status))
    for first, last in down:
        made += [Request(second * 1000, NAMES[0], 40.0, 503) for second in range(first, last, 60)]
    return sorted(made, key=lambda one: one.at_ms)


def case_from(requests: list[Request], now: int, since: str) -> Case:
    maintenance = {"notice": "48h", "windows": WINDOWS}
    objectives = (YEARLY, MONTHLY, LATENCY, P95, ERRORS, ENDPOINTS)
    made = case_of(requests, objectives, now=now, month="2026-12", maintenance=maintenance, since=since)
    return replace(made, evidence=True)


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    yield made
    made.close()


class Year:
    """The year's world, and collects at instants of our choice."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch, since: str, more: str = "") -> None:
        self.stage, self.patch = stage, monkeypatch
        self.end = instant("2027-01-01T00:00", ROME)
        self.start = instant(f"{since}T00:00", ROME)
        told = [one for one in a_year() if one.at_ms >= self.start * 1000]
        self.case = case_from(told, self.end + 5 * DAY, since)
        main = write_configuration(self.case, stage.directory)
        content = yaml.safe_load(main.read_text("utf-8"))
        content["evidence"] = {"store": "evidence/", "alarms": False, **yaml.safe_load(f"{{{more}}}")}
        main.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
        self.world = world_of(self.case)
        stage.show(self.world)

    def at(self, now: int) -> None:
        self.world.now = now
        self.patch.setenv("SLACTL_NOW", text_of(now))

    def collect(self, now: int) -> dict[str, Any]:
        self.at(now)
        done = self.stage.run("collect", "--format", "json")
        assert done.code == 0, done.err
        return done.report

    def statement(self) -> dict[str, Any]:
        """From evidence alone: there is no CloudWatch any more."""
        self.at(self.case.now)
        assert self.stage.server is not None
        self.stage.server.stop()
        self.patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        done = self.stage.run("-q", "report", "--year", "2026", "--from", "evidence", "--format", "json", "-o", "-")
        assert done.code == 0, done.err
        return done.report


def days(year: Year, step: int) -> Iterator[int]:
    """Every ``step`` days at 03:00 UTC from the day after the first, and the day on which December is closed."""
    yield from range(year.start + 28 * 3600, year.end + 4 * DAY, step * DAY)
    yield year.end + 4 * DAY


@pytest.mark.parametrize(("since", "step"), [pytest.param("2026-01-01", 1, marks=pytest.mark.soak), ("2026-09-01", 20)])
def test_a_year_collected_is_the_year_that_its_requests_say(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, since: str, step: int
) -> None:
    year = Year(stage, monkeypatch, since)
    closed = [one["month"] for now in days(year, step) for one in year.collect(now)["closed"]]
    assert sorted(set(closed)) == [f"2026-{month:02}" for month in range(int(since[5:7]), 13)]
    statement = year.statement()
    assert differences(statement, year.case) == []
    assert {gap["code"] for gap in statement["gaps"]} <= {"unexplained-silence"}
