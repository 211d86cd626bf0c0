"""Hundreds of small months under random failures: no figure is ever better than in the undisturbed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.failures.never_better import improvements
from tests.failures.small import configuration, world
from tests.failures.stage import Json, Stage
from tests.soak.troubles import Case, case

pytestmark = pytest.mark.soak

CASES, TOGETHER = 300, 10


@pytest.mark.parametrize("first", range(0, CASES, TOGETHER))
def test_no_figure_is_better(stage: Stage, first: int, record_property: Callable[[str, object], None]) -> None:
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(first, first + TOGETHER):
        wrong += _played(stage, case(number), seen)
    for name, count in seen.items():
        record_property(name, count)
    assert wrong == [], "\n".join(wrong)


def _played(stage: Stage, played: Case, seen: Counter[str]) -> list[str]:
    stage.configure(configuration(edge=played.edge))
    stage.show(world(played.seed, played.mood, edge=played.edge))
    whole = stage.report().report
    stage.misbehave(Behaviour.parse(played.troubles))
    done = stage.report()
    if done.code:
        return [f"{played}: ended with {done.code}: {done.err}"]
    seen["reports"] += 1
    seen[_kind(whole, done.report)] += 1
    return [f"{played}: {one}" for one in improvements(whole, done.report)]


def _kind(whole: Json, part: Json) -> str:
    if part["gaps"]:
        return "with gaps"
    return "untouched" if part["results"] == whole["results"] else "changed without a gap"
