"""Percentiles, extremes, sums and weighted averages of published metrics, end to end over the sandbox."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.model.general import Statistic, Statistical, WeightedAverage
from slactl.model.status import Code, Status

from .stage import END, HOUR, PERCENT, Put, Stage, catalogue, every, goal, objective, term

RECENT = END - 5 * 24 * HOUR


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def samples(count: int, low: float, high: float, seed: int = 1) -> list[tuple[int, float]]:
    chance = random.Random(seed)
    return [(RECENT + 60 * at, round(chance.uniform(low, high), 3)) for at in range(count)]


def percentile(unit: str, scale: Fraction = Fraction(1), rank: Fraction = Fraction(99, 100)) -> Statistic:
    return Statistic(term("Read", Node="*"), Statistical.PERCENTILE, unit, scale, rank)


@pytest.mark.parametrize(
    ("unit", "scale", "factor"),
    [
        ("ms", Fraction(1, 1000), 1000.0),
        ("ms", Fraction(1000), 0.001),
        ("ms", Fraction(1), 1.0),
        ("s", Fraction(1, 1000), 1.0),
        ("us", Fraction(1), 1.0),
        ("ratio", PERCENT, 1.0),
    ],
)
def test_a_percentile_is_the_same_in_every_unit(stage: Stage, unit: str, scale: Fraction, factor: float) -> None:
    """What the metric counts in, what the goal is written in: the figure is the one of the samples."""
    found = [(at, round(value * factor, 6)) for at, value in samples(2000, 0.2, 0.9)]
    placed = sorted(Fraction(repr(value)) * scale for _, value in found)
    exact = placed[1979]
    puts = [Put("App", "Read", {"Node": "1"}, found[:1200]), Put("App", "Read", {"Node": "2"}, found[1200:])]
    indicator = percentile(unit, scale)
    just_above = catalogue(objective(indicator, goal(f"<= {float(exact)!r}")))
    row = stage.rows(just_above, puts)[None]
    assert row.status in (Status.OK, Status.WARNING)
    assert (row.total, row.unit) == (2000, unit)
    assert row.low is not None
    assert row.high is not None
    assert row.low <= exact <= row.high <= row.low * Fraction(101, 100)
    assert row.value == row.high
    missed = stage.rows(catalogue(objective(indicator, goal(f"< {float(placed[1978])!r}"))), puts)[None]
    assert missed.status is Status.BREACHED
    assert Code.WITHIN_INSTRUMENT_TOLERANCE in {note.code for note in missed.notes}
