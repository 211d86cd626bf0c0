"""What stays unread is a gap by name, and no figure is better for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.failures.never_better import improvements
from tests.failures.small import SERVICE, Mood
from tests.failures.stage import Json, Stage, undisturbed
from tests.soaking import some

EVERY = "GET /items", "GET /search", "POST /orders"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A misbehaviour, and the gaps that it must leave: their code, their metric, their operations."""

    text: str
    code: str
    metric: str
    operations: tuple[str, ...] = EVERY
    word: str = ""


UNREAD = [
    Trouble("forbid=Fault", "access-denied", "Fault"),
    Trouble("forbid=Error", "access-denied", "Error"),
    Trouble("forbid=Latency", "access-denied", "Latency"),
    Trouble("forbid=SampleCount", "access-denied", "Latency"),
    Trouble("forbid=Minimum", "access-denied", "Latency"),
    Trouble("forbid=TC(:999.999)", "access-denied", "Latency"),
    Trouble("forbid=POST /orders", "access-denied", "Latency", ("POST /orders",)),
    Trouble("forbid=Latency:POST /orders", "access-denied", "Latency", ("POST /orders",)),
    Trouble("forbid=Fault:POST /orders", "access-denied", "Fault", ("POST /orders",)),
    Trouble("internal-error=Latency", "read-failed", "Latency", word="InternalError"),
    Trouble("internal-error=Fault", "read-failed", "Fault", word="InternalError"),
    Trouble("internal-error=POST /orders", "read-failed", "Latency", ("POST /orders",), "InternalError"),
    Trouble("internal-error=Fault:POST /orders", "read-failed", "Fault", ("POST /orders",), "InternalError"),
    Trouble("partial-forever=Latency", "read-failed", "Latency", word="PartialData"),
    Trouble("partial-forever=Fault:POST /orders", "read-failed", "Fault", ("POST /orders",), "PartialData"),
    Trouble("partial-forever=GET /items", "read-failed", "Latency", ("GET /items",), "PartialData"),
    Trouble("fail=GetMetricData", "read-failed", "Latency", word="InternalFailure"),
    Trouble("message=Trouble:somewhere", "read-failed", "Latency", word="Trouble: somewhere"),
]


IDS = [trouble.text for trouble in UNREAD]


def disturbed(stage: Stage, trouble: Trouble, *, edge: bool) -> tuple[Json, Json]:
    """The undisturbed report and the disturbed one."""
    before = json.loads(undisturbed(stage, Mood(), edge=edge))
    stage.misbehave(Behaviour.parse([trouble.text]))
    done = stage.report()
    assert done.code == 0, done.err
    return before, done.report


@pytest.mark.parametrize("trouble", UNREAD, ids=IDS)
def test_the_gap_names_what_was_not_read_and_no_figure_is_better(stage: Stage, trouble: Trouble) -> None:
    before, report = disturbed(stage, trouble, edge=False)
    assert improvements(before, report) == []
    for operation in trouble.operations:
        found = [gap for gap in _gaps(report, operation) if gap["code"] == trouble.code]
        assert found, f"no gap of {operation}"
        named = [gap for gap in found if trouble.metric in _told(gap)]
        assert named, f"no gap of {operation} names {trouble.metric}: {found[0]}"
        assert all(trouble.word in gap["text"] for gap in named)
        assert all(gap["start"] < gap["end"] and gap["seconds"] > 0 for gap in named)


@pytest.mark.parametrize("trouble", some(UNREAD, 3, IDS))
def test_no_figure_is_better_behind_an_edge(stage: Stage, trouble: Trouble) -> None:
    before, report = disturbed(stage, trouble, edge=True)
    assert improvements(before, report) == []


def _gaps(report: Json, operation: str) -> list[Json]:
    return [gap for gap in report["gaps"] if gap["service"] == SERVICE and gap["operation"] == operation]


def _told(gap: Json) -> str:
    return json.dumps({name: value for name, value in gap.items() if name not in ("operation", "service")})


def test_a_span_read_in_two_ways_that_stays_different_is_a_gap(stage: Stage) -> None:
    before = json.loads(undisturbed(stage, Mood(), edge=False))
    stage.misbehave(Behaviour.parse(["inconsistent=2026-10-29T10:00Z/2026-10-29T12:00Z"]))
    report = stage.report().report
    assert {gap["code"] for gap in report["gaps"]} == {"reads-disagree"}
    assert improvements(before, report) == []


def test_a_span_that_agrees_on_the_second_read_is_none(stage: Stage) -> None:
    before = json.loads(undisturbed(stage, Mood(), edge=False))
    stage.misbehave(Behaviour.parse(["inconsistent=2026-10-29T10:00Z/2026-10-29T12:00Z/1"]))
    report = stage.report().report
    assert report["gaps"] == []
    assert [_figures(row) for row in report["results"]] == [_figures(row) for row in before["results"]]


def _figures(row: Json) -> list[Any]:
    return [row[name] for name in ("objective", "operation", "value", "status", "good", "total")]


def test_absent_percentiles_leave_no_better_figure(stage: Stage) -> None:
    before = json.loads(undisturbed(stage, Mood(), edge=False))
    stage.misbehave(Behaviour.parse(["no-percentiles=yes"]))
    report = stage.report().report
    assert improvements(before, report) == []
    shares = [row for row in report["results"] if row["indicator"] == "percentile" and row["operation"] is None]
    assert [row["status"] for row in shares] == ["INSUFFICIENT_DATA"] * len(shares)
    assert all(row["reason"] for row in shares)
