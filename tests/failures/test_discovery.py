"""Operations that could not be looked for: nobody knows what they did, and nothing looks better for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.errors import internal_failure
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.signals import OPERATIONS, list_service_operations
from slactl.sandbox.world import World
from tests.failures.never_better import by_key, improvements
from tests.failures.small import ENVIRONMENT, EPOCH, FIRST, SERVICE, Mood, Row, rows
from tests.failures.stage import Json, Stage, undisturbed

DAY = 86_400
SECOND_DAY = FIRST + DAY


def test_no_day_could_be_asked_for(stage: Stage) -> None:
    before = json.loads(undisturbed(stage, Mood(), edge=False))
    stage.misbehave(Behaviour.parse(["fail=ListServiceOperations"]))
    report = stage.report().report
    assert [gap["code"] for gap in report["gaps"]].count("discovery-incomplete") == 3
    assert improvements(before, report) == []


def rare() -> World:
    """A shop with an operation that is called on the second day only, is slow and fails."""
    bad: list[Row] = [
        ((SECOND_DAY + 600 * step) * 1000, "POST /refunds", 2500.0, 500, SERVICE, ENVIRONMENT) for step in range(60)
    ]
    return World(RequestLog.from_rows([*rows(1, Mood()), *bad]), now=EPOCH)


@pytest.fixture
def reports(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> tuple[Json, Json]:
    """The report of that shop, and the one whose second day could not be asked for."""
    stage.configure()
    stage.show(rare())
    whole = stage.report().report

    def answer(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
        if SECOND_DAY <= params["StartTime"] < SECOND_DAY + DAY:
            raise internal_failure()
        return list_service_operations(world, params)

    monkeypatch.setitem(OPERATIONS, "ListServiceOperations", answer)
    return whole, stage.report().report


def test_the_day_that_could_not_be_asked_for_is_a_gap(reports: tuple[Json, Json]) -> None:
    _, part = reports
    (gap,) = [gap for gap in part["gaps"] if gap["code"] == "discovery-incomplete"]
    assert (gap["service"], gap["start"], gap["seconds"]) == (SERVICE, "2026-10-29T23:00:00Z", DAY)
    assert "InternalFailure" in gap["text"]


def test_an_operation_that_nobody_told_of_makes_no_figure_better(reports: tuple[Json, Json]) -> None:
    whole, part = reports
    assert improvements(whole, part) == []


def test_the_rare_operation_is_in_the_whole_report(reports: tuple[Json, Json]) -> None:
    """Guards the test above: what is hidden there must have been there."""
    whole, part = reports
    named = {key[2] for key in by_key(whole)} - {key[2] for key in by_key(part)}
    assert named == {"POST /refunds"}
