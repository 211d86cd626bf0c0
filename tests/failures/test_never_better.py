"""The comparator itself: it must see what it is there to see."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.failures.never_better import improvements
from tests.failures.small import Mood
from tests.failures.stage import Json, Stage, undisturbed


def whole(report: Json, objective: str) -> Json:
    """The service's row of an objective."""
    (found,) = [row for row in report["results"] if (row["objective"], row["operation"]) == (objective, None)]
    return dict_of(found)


def dict_of(value: Any) -> Json:
    assert isinstance(value, dict)
    return value


def rise(report: Json, objective: str, by: float) -> None:
    whole(report, objective)["value"] += by


BETTER: dict[str, Callable[[Json], None]] = {
    "the report's status": lambda report: report.update(status="OK"),
    "a row's status": lambda report: whole(report, "error-rate").update(status="OK"),
    "a rated row, not rated": lambda report: whole(report, "p95").update(status="NOT_RATED"),
    "a roll-up": lambda report: whole(report, "error-rate-endpoints")["rollup"].update(status="WARNING"),
    "a share": lambda report: rise(report, "api-latency", 1e-9),
    "an uptime": lambda report: rise(report, "uptime", 1e-9),
    "an error rate": lambda report: rise(report, "error-rate", -1e-9),
    "a percentile under its bracket": lambda report: whole(report, "p95").update(value=1.0),
    "a figure without exclusions": lambda report: whole(report, "uptime")["without_exclusions"].update(value=1),
    "a row that is gone": lambda report: report["results"].pop(),
    "a figure of the unknown": lambda report: whole(report, "uptime").update(status="INSUFFICIENT_DATA"),
    "a worst case": lambda report: whole(report, "uptime").update(worst_case={"value": 1, "status": "OK"}),
    "a day": lambda report: report["services"][0]["days"][1].update(availability=1),
}


@pytest.mark.parametrize("change", BETTER.values(), ids=list(BETTER))
def test_it_sees_what_is_better(stage: Stage, change: Callable[[Json], None]) -> None:
    text = undisturbed(stage, Mood(), edge=False)
    changed = json.loads(text)
    change(changed)
    assert improvements(json.loads(text), changed) != []


def test_worse_and_unknown_are_no_improvement(stage: Stage) -> None:
    text = undisturbed(stage, Mood(), edge=False)
    changed = json.loads(text)
    rise(changed, "uptime", -0.5)
    rise(changed, "error-rate", 0.5)
    whole(changed, "p95").update(status="INSUFFICIENT_DATA", value=None)
    assert improvements(json.loads(text), changed) == []
