"""The kept ladder: every goal's limit, never more than sixty rungs, the same on every machine."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.goal import Threshold
from slactl.model.objective import LatencyShare, Objective, Percentile
from slactl.workflows.collecting.rungs import MOST, TooManyLimits, goal_limits, ladder, texts, usual
from tests.workflows.surveys import OBJECTIVES, objective

LIMITS = st.sets(st.integers(1, 120_000), max_size=MOST)


def promised(limits: set[int]) -> list[Objective]:
    return [objective(Percentile(Fraction(95, 100)), f"< {limit}") for limit in sorted(limits)]


def test_the_usual_ladder_rises_evenly_from_milliseconds_to_a_minute() -> None:
    rungs = usual()
    assert [float(rung) for rung in (rungs[0], rungs[-1])] == [5.0, 60_000.0]
    assert len(rungs) == 48
    assert all(Fraction(115, 100) < above / below < Fraction(13, 10) for below, above in pairwise(rungs))
    assert texts(rungs)[:4] == ("5", "6.11", "7.46", "9.11")


def test_limits_and_five_per_cent_beside_them_are_rungs() -> None:
    strict = Threshold(Fraction(1000), inclusive=False)
    rungs = ladder([objective(LatencyShare(strict), ">= 0.99")])
    assert {"949.999", "999.999", "1049.999"} <= set(texts(rungs))
    assert len(ladder(OBJECTIVES)) <= MOST
    assert ladder([]) == usual()


@given(LIMITS)
def test_a_limit_is_never_dropped(limits: set[int]) -> None:
    rungs = ladder(promised(limits))
    assert set(goal_limits(promised(limits))) <= set(rungs)
    assert len(rungs) <= MOST
    assert list(rungs) == sorted(set(rungs))


def test_more_limits_than_rungs_are_refused() -> None:
    with pytest.raises(TooManyLimits, match="61 different latency limits"):
        ladder(promised(set(range(1, 62))))


def test_what_is_thinned_leaves_no_hole() -> None:
    """Forty limits close together push out their neighbours, not the ends of the ladder."""
    rungs = [float(rung) for rung in ladder(promised(set(range(1000, 1020))))]
    assert max(above / below for below, above in pairwise(rungs)) < 2
    assert rungs[-1] == 60_000
