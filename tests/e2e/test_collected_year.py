"""A year collected while CloudWatch forgets, and its annual statement from evidence alone, against the oracle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from tests.e2e.collecting import DAY, HOUR, text_of
from tests.e2e.harness import world_of, write_configuration
from tests.failures.stage import Stage
from tests.oracle.examples import ENDPOINTS, ERRORS, LATENCY, P95, ROME, UPTIME, case_of, local
from tests.oracle.facts import Case, Request
from tests.oracle.improvements import improvements
from tests.oracle.times import instant, month_span, year_months
from tests.oracle.years import differences

NAMES = ("GET /items", "GET /items/{id}", "POST /orders")
YEARLY = {**UPTIME, "over": "year"}
MONTHLY = {**UPTIME, "id": "uptime-of-each-month"}
OUTAGES = (
    ("2026-02-11T10:00", "2026-02-11T10:35"),
    ("2026-03-29T01:30", "2026-03-29T04:10"),
    ("2026-05-31T23:40", "2026-06-01T00:25"),
    ("2026-10-07T02:05", "2026-10-07T03:50"),
    ("2026-10-25T01:45", "2026-10-25T03:20"),
    ("2026-10-31T23:40", "2026-11-01T00:25"),
    ("2026-11-08T10:00", "2026-11-08T10:35"),
    ("2026-11-20T02:05", "2026-11-20T03:50"),
)
WINDOWS = [
    {
        "id": "CHG-1",
        "start": "2026-10-07T02:00",
        "end": "2026-10-07T04:00",
        "announced": "2026-10-01T10:00",
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


@dataclass(frozen=True)
class Agreed:
    """What is owed since when, and the agreement year that is told of: by its last month and where it starts."""

    since: str
    last: str = "2026-12"
    starts: str = "01-01"

    @property
    def start(self) -> int:
        return instant(f"{self.since}T00:00", ROME)

    @property
    def end(self) -> int:
        return month_span(self.last, ROME)[1]

    @property
    def year(self) -> str:
        return self.months[0][:4]

    @property
    def months(self) -> list[str]:
        return year_months(self.last, self.starts)

    @property
    def owed(self) -> list[str]:
        return [label for label in self.months if label >= self.since[:7]]


WHOLE = Agreed("2026-01-01")
AUTUMN = Agreed("2026-10-01", "2026-11", "12-01")
NOVEMBER = Agreed("2026-11-01", "2026-11", "12-01")


def traffic(start: int, end: int, every: int = 1800) -> list[Request]:
    """Bursts, thin at night, with outages over edges of hours, months and clocks."""
    rng = Random(2026)
    made: list[Request] = []
    for second in range(start, end, every):
        for _ in range(rng.choice((1, 1, 2, 4))):
            at = second * 1000 + rng.randrange(every * 1000)
            status = rng.choices((200, 404, 503), (970, 25, 5))[0]
            made.append(Request(at, rng.choice(NAMES), round(rng.lognormvariate(5, 0.9), 3), status))
    for first, last in (local(*span) for span in OUTAGES):
        made += [Request(at * 1000, NAMES[0], 40.0, 503) for at in range(first, last, 60) if start <= at < end]
    return sorted(made, key=lambda one: one.at_ms)


def case_from(agreed: Agreed) -> Case:
    told = traffic(agreed.start, agreed.end, 1800 if agreed is WHOLE else 3600)
    made = case_of(
        told,
        (YEARLY, MONTHLY, LATENCY, P95, ERRORS, ENDPOINTS),
        now=agreed.end + 5 * DAY,
        month=agreed.last,
        maintenance={"notice": "48h", "windows": WINDOWS},
        since=agreed.since,
        year_starts=agreed.starts,
    )
    return replace(made, evidence=True)


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    yield made
    made.close()


class Year:
    """The year's world, and collects at instants of our choice."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch, agreed: Agreed, **evidence: str) -> None:
        self.stage, self.patch, self.agreed = stage, monkeypatch, agreed
        self.case = case_from(agreed)
        main = write_configuration(self.case, stage.directory)
        content = yaml.safe_load(main.read_text("utf-8"))
        content["evidence"] = {"store": "evidence/", "alarms": False, **evidence}
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

    def statement(self, way: str = "evidence") -> dict[str, Any]:
        """The annual statement; from evidence alone there is no CloudWatch any more."""
        self.at(self.case.now)
        assert self.stage.server is not None
        if way == "evidence":
            self.stage.server.stop()
            self.patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        asked = ("report", "--year", self.agreed.year, "--from", way, "--format", "json", "-o", "-")
        done = self.stage.run("-q", *asked)
        assert done.code == 0, done.err
        return done.report


def days(agreed: Agreed, step: int) -> Iterator[int]:
    """Every ``step`` days at 03:00 UTC from the day after the first, and the day on which the last month is closed."""
    yield from range(agreed.start + 28 * HOUR, agreed.end + 4 * DAY, step * DAY)
    yield agreed.end + 4 * DAY


@pytest.mark.parametrize(("agreed", "step"), [pytest.param(WHOLE, 1, marks=pytest.mark.soak), (AUTUMN, 20)])
def test_a_year_collected_is_the_year_that_its_requests_say(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, agreed: Agreed, step: int
) -> None:
    year = Year(stage, monkeypatch, agreed)
    closed = [one["month"] for now in days(agreed, step) for one in year.collect(now)["closed"]]
    assert closed == agreed.owed
    mixed, statement = year.statement("auto"), year.statement()
    assert differences(statement, year.case) == []
    assert [one["kind"] for one in mixed["sources"] if one["queries"]] == ["evidence", "cloudwatch"]
    for name in ("status", "results", "availability", "others", "gaps"):
        assert mixed[name] == statement[name]
    assert {gap["code"] for gap in statement["gaps"]} <= {"unexplained-silence"}


def lost_of(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What a collect, or its record, names as lost: the reason, first and last instant."""
    return [(one["why"], one["start"], one["end"]) for one in told["lost"]]


def recorded_losses(stage: Stage) -> list[tuple[str, str, str]]:
    """What the last record in the store names as lost."""
    paths = (stage.directory / "evidence" / "runs").rglob("*.json")
    records = [json.loads(path.read_text("utf-8")) for path in paths]
    return lost_of(max((one for one in records if one["complete"]), key=lambda one: one["at"]))


@pytest.mark.soak
def test_three_weeks_missed_cost_minutes_and_no_figure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    year = Year(stage, monkeypatch, NOVEMBER, resolution="1m")
    year.collect(NOVEMBER.start + 2 * DAY)
    before = NOVEMBER.start + 6 * DAY
    year.collect(before)
    back = before + 21 * DAY
    told = year.collect(back)
    lost = [("five-minutes", text_of((before - 3 * DAY) // DAY * DAY), text_of((back - 15 * DAY) // DAY * DAY + DAY))]
    assert lost_of(told) == recorded_losses(stage) == lost
    assert {one["bin"] for one in told["kept"]} == {60, 300}
    assert [one["month"] for one in year.collect(NOVEMBER.end + 4 * DAY)["closed"]] == NOVEMBER.owed
    statement = year.statement()
    assert differences(statement, year.case) == []
    assert {gap["code"] for gap in statement["gaps"]} <= {"unexplained-silence"}


@pytest.mark.parametrize(
    ("agreed", "gone", "step"),
    [pytest.param(WHOLE, "2026-03-09", 7, marks=pytest.mark.soak), (AUTUMN, "2026-10-02", 20)],
)
def test_ten_weeks_missed_are_named_and_no_figure_is_better_for_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, agreed: Agreed, gone: str, step: int
) -> None:
    year = Year(stage, monkeypatch, agreed)
    last = instant(f"{gone}T05:00", ROME)
    back = last + 70 * DAY
    for now in (now for now in days(agreed, step) if now < last):
        assert lost_of(year.collect(now)) == []
    year.collect(last)
    told = lost_of(year.collect(back))
    gone_for_good = ("hours-only", text_of(last - 600), text_of(back - 63 * DAY + HOUR))
    assert [why for why, _, _ in told] == ["provisional", "hours-only"]
    assert told[0][2] == gone_for_good[1]
    assert told[1] == gone_for_good
    assert recorded_losses(stage) == told
    for now in (now for now in days(agreed, step) if now > back):
        assert lost_of(year.collect(now)) == told
    statement = year.statement()
    assert improvements(statement, year.case) == []
    gaps = [(one["start"], one["end"]) for one in statement["gaps"] if one["code"] == "not-in-evidence"]
    assert gaps == [gone_for_good[1:]]
    statement["availability"][0]["months"][-1]["budget"]["used_at_most"] = 0
    statement["others"][0]["months"][-1]["status"] = "OK"
    noticed = improvements(statement, year.case)  # guards against claims that claim nothing
    assert [one.partition(" is ")[0] for one in noticed] == [
        f"missions-api / uptime: {agreed.last}: used at most",
        f"missions-api / api-latency: {agreed.last}: status",
    ]
