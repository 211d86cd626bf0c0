"""Controls end to end: collected day by day, reported from evidence and live, denied, changed, forgotten, proven."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.packs.answering import asked, json_answer, missing, parameters
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import World
from tests.cli.gathered import at
from tests.failures.small import Mood, configuration, world
from tests.failures.stage import Outcome, Stage

SECRET = "hunter2"
QUIET = Mood(step=21_600)
ENTRY = """  - id: on-demand
    title: {it: A consumo, en: On demand}
    indicator: control
    service: shop
    call: dynamodb:DescribeTable
    with: {TableName: "{each}"}
    for_each: [missions, rewards]
    select: "Table.BillingModeSummary.BillingMode"
    expect: PAY_PER_REQUEST
    miss: {it: La capacità è fissa., en: Capacity is fixed.}
"""
DAYS = ("2026-10-29T05:00:00Z", "2026-10-30T05:00:00Z", "2026-10-31T05:00:00Z")


@dataclass
class Tables:
    """The tables of an account; one that is None is gone."""

    modes: dict[str, str | None] = field(
        default_factory=lambda: dict.fromkeys(("missions", "rewards"), "PAY_PER_REQUEST")
    )
    looks: int = 0

    def __call__(self, _: World, request: Request) -> Answer | None:
        service, operation = asked(request)
        if (service, operation) != ("dynamodb", "DescribeTable"):
            return None
        self.looks += 1
        mode = self.modes[parameters(request)["TableName"]]
        if mode is None:
            return missing("ResourceNotFoundException", "Requested resource not found", 400)
        return json_answer({"Table": {"BillingModeSummary": {"BillingMode": mode}, "TableName": SECRET}})


@dataclass
class Place:
    """A stage with controls and the tables that they look at."""

    stage: Stage
    patch: pytest.MonkeyPatch
    tables: Tables = field(default_factory=Tables)

    def collect(self, when: str, code: int = 0) -> Outcome:
        at(self.stage, self.patch, when)
        done = self.stage.run("collect")
        assert done.code == code, done.err
        return done

    def rows(self, *arguments: str, when: str = "2026-11-06T06:00:00Z") -> dict[str | None, dict[str, Any]]:
        at(self.stage, self.patch, when)
        done = self.stage.report(*arguments)
        assert done.code == 0, done.err
        return {row["operation"]: row for row in done.report["results"] if row["objective"] == "on-demand"}

    def kept(self) -> list[str]:
        return [name for name in self.stage.files() if name.startswith("evidence/controls/")]

    def misbehave(self, *denied: str) -> None:
        self.stage.misbehave(Behaviour(access_denied=frozenset(denied)))


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    stage = Stage(tmp_path, capsys, monkeypatch)
    made = Place(stage, monkeypatch)
    files = configuration()
    stage.configure(files | {"objectives.yaml": f"objectives:\n{ENTRY}"})
    shown = world(mood=QUIET)
    shown.hooks.append(made.tables)
    stage.show(shown)
    yield made
    stage.close()


def verdicts(rows: dict[str | None, dict[str, Any]]) -> dict[str | None, tuple[str, int | None, int | None]]:
    return {name: (row["status"], row["good"], row["total"]) for name, row in rows.items()}


def test_looked_at_daily_a_month_is_proven_a_change_told_with_its_day_and_all_of_it_verified(place: Place) -> None:
    place.collect(DAYS[0])
    place.tables.modes["rewards"] = "PROVISIONED"
    place.collect(DAYS[1])
    place.tables.modes["rewards"] = "PAY_PER_REQUEST"
    place.collect(DAYS[2])
    rows = place.rows("--from", "evidence")
    assert verdicts(rows) == {None: ("BREACHED", 2, 3), "missions": ("OK", 3, 3), "rewards": ("BREACHED", 2, 3)}
    assert rows["rewards"]["detail"] == {
        "samples": 3,
        "held": 2,
        "missed_days": ["2026-10-30"],
        "days_without_sample": [],
        "changes": [
            {"at": DAYS[1], "target": "rewards", "before": "PAY_PER_REQUEST", "after": "PROVISIONED", "held": False},
            {"at": DAYS[2], "target": "rewards", "before": "PROVISIONED", "after": "PAY_PER_REQUEST", "held": True},
        ],
        "latest": {"at": DAYS[2], "target": "rewards", "selected": "PAY_PER_REQUEST", "held": True},
    }
    assert len(place.kept()) == 3
    for name in place.kept():
        body = (place.stage.directory / name).read_text()
        assert SECRET not in body
        assert {one["target"] for one in json.loads(body)["samples"]} == {"missions", "rewards"}
    done = place.stage.run("bundle", "--month", "2026-10", "--output", "proof.zip", "--format", "json")
    assert done.code == 0, done.err
    with ZipFile(place.stage.directory / "proof.zip") as bundle:
        assert sum("/controls/" in name for name in bundle.namelist()) == 3
    verified = place.stage.run("verify", "proof.zip")
    assert verified.code == 1, verified.out + verified.err  # unsigned: all agrees, and nobody vouches for it


def test_denied_gone_and_forgotten_days_are_insufficient_data(place: Place) -> None:
    place.misbehave("DescribeTable")
    done = place.collect(DAYS[0], code=1)
    assert "control on-demand of missions: dynamodb:DescribeTable is not allowed" in done.err
    place.misbehave()
    place.tables.modes["rewards"] = None
    place.collect(DAYS[1], code=1)
    rows = place.rows("--from", "evidence")
    assert verdicts(rows) == {
        None: ("INSUFFICIENT_DATA", 0, 3),
        "missions": ("INSUFFICIENT_DATA", 1, 3),
        "rewards": ("INSUFFICIENT_DATA", 0, 3),
    }
    assert {row["reason"]["code"] for row in rows.values()} == {"access-denied"}
    assert "dynamodb:DescribeTable" in rows[None]["reason"]["text"]
    assert rows["missions"]["detail"]["days_without_sample"] == ["2026-10-29", "2026-10-31"]


def test_a_month_that_was_never_looked_at_is_no_pass_and_nobody_looks_now(place: Place) -> None:
    rows = place.rows()
    assert verdicts(rows)[None] == ("INSUFFICIENT_DATA", 0, 3)
    assert rows[None]["reason"]["code"] == "never-sampled"
    assert place.tables.looks == 0


def test_a_live_look_counts_for_today_only(place: Place) -> None:
    rows = place.rows(when="2026-10-29T12:00:00Z")
    assert verdicts(rows) == {None: ("OK", 1, 1), "missions": ("OK", 1, 1), "rewards": ("OK", 1, 1)}
    assert verdicts(place.rows(when="2026-10-30T12:00:00Z"))[None] == ("INSUFFICIENT_DATA", 1, 2)
