"""Silences that leave a point in each hour that they touch."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.general import Ratio, Silence
from slactl.model.report import Result
from slactl.model.status import Code, Status
from slactl.workflows.general.thinning import lacking

from .stage import END, HOUR, START, Put, Stage, catalogue, every, goal, objective, term

RUNS = Ratio(
    (replace(term("Passed", "Sum", Name="x")),),
    (term("Passed", "SampleCount", Name="x"),),
    counts_good=True,
    silence=Silence.UNKNOWN,
)
GOAL = goal(">= 0.999")
TEN = START + 9 * 24 * HOUR + 10 * HOUR


def row(stage: Stage, *samples: list[tuple[int, float]], runs: Ratio = RUNS) -> Result:
    told = [sample for some in samples for sample in some]
    (found,) = stage.judged(catalogue(objective(runs, GOAL)), [Put("App", "Passed", {"Name": "x"}, told)]).results
    return found


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def test_two_hours_with_one_point_each_are_no_uptime(stage: Stage) -> None:
    """118 minutes of 44,700 are more than the 0.1 % that may fail; a minute of each hour was told."""
    found = row(stage, every(60, 1.0, end=TEN + 60), every(60, 1.0, TEN + 119 * 60))
    minutes = (END - START) // 60
    assert (found.status, found.reason and found.reason.code) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert found.worst_case is not None
    assert found.worst_case.value == 1 - Fraction(118, minutes)
    assert found.total == minutes


def test_what_is_within_the_allowance_is_told_and_no_more(stage: Stage) -> None:
    """Twenty minutes may have failed; the worse case is the figure (rule 8)."""
    found = row(stage, every(60, 1.0, end=TEN), every(60, 1.0, TEN + 20 * 60))
    assert (found.status, found.value) == (Status.OK, 1 - Fraction(20, (END - START) // 60))


def test_another_schedule_is_another_pace(stage: Stage) -> None:
    found = row(stage, every(60, 1.0, end=TEN), every(600, 1.0, TEN))
    assert found.status is Status.OK
    runs = (TEN - START) // 60 + (END - TEN) // 600
    assert found.total is not None
    assert runs <= found.total < runs + 24 * 60


def test_what_others_cause_has_no_pace(stage: Stage) -> None:
    quiet = replace(RUNS, silence=Silence.QUIET)
    assert row(stage, every(60, 1.0, end=TEN + 60), every(60, 1.0, TEN + 119 * 60), runs=quiet).status is Status.OK


@pytest.mark.parametrize(
    ("points", "lack"),
    [
        ([60] * 12 + [1] + [60] * 12, {12: 59}),
        ([60] * 12 + [45] + [60] * 12, {}),
        ([60] * 12 + [44] + [60] * 12, {12: 16}),
        ([4, 4, 2, 4, 4], {2: 2}),
        ([2, 2, 1, 2, 2], {}),
        ([1] * 5, {}),
        ([7], {}),
        ([60] * 30 + [6] * 30, None),
    ],
)
def test_what_an_hour_lacks(points: list[int], lack: dict[int, int] | None) -> None:
    found = lacking({place * HOUR: number for place, number in enumerate(points)})
    if lack is None:
        assert set(found) <= {place * HOUR for place in range(18, 42)}
    else:
        assert found == {place * HOUR: number for place, number in lack.items()}


@given(st.lists(st.integers(1, 60), max_size=40))
def test_an_hour_lacks_no_more_than_the_fullest_has(points: list[int]) -> None:
    told = {place * HOUR: number for place, number in enumerate(points)}
    for start, lack in lacking(told).items():
        assert 2 <= lack <= max(points) - told[start]
