"""Percentiles and extremes of published metrics in every unit, end to end over the sandbox."""

import random
from fractions import Fraction
from math import ceil

import pytest

from slactl.model.general import MetricTerm, Silence, Statistic, Statistical
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Objective
from slactl.model.report import Result
from slactl.model.status import Code, Status
from tests.oracle.general import percentile

from .stage import END, HOUR, PERCENT, Put, Stage, catalogue, goal, objective, term

RECENT = END - 5 * 24 * HOUR
P99, P5 = Fraction(99, 100), Fraction(5, 100)
UNITS = {
    "memorydb-us": ("ms", Fraction(1, 1000), 1000.0),
    "alb-s": ("ms", Fraction(1000), 0.001),
    "lambda-ms": ("ms", Fraction(1), 1.0),
    "ms-as-s": ("s", Fraction(1, 1000), 1.0),
    "us": ("us", Fraction(1), 1.0),
    "percent": ("ratio", PERCENT, 1.0),
    "share-of-a-limit": ("ratio", Fraction(1, 3000), 1.0),
    "a-third": ("ms", Fraction(3), 1.0),
    "count": ("count", Fraction(1), 1.0),
}
"""The unit of the goal, what one of the metric is in it, and what a value of the same size is in the metric."""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def values(name: str, count: int = 2000) -> list[float]:
    """Values of one order of magnitude, in the metric's own unit."""
    chance, factor = random.Random(name), UNITS[name][2]
    return [round(chance.uniform(20.0, 90.0) * factor, 6) for _ in range(count)]


def of(name: str, rank: Fraction) -> Statistic:
    unit, scale, _ = UNITS[name]
    term = MetricTerm("App", name, "Sum", (("Node", ("*",)),))
    return Statistic(term, Statistical.PERCENTILE, unit, scale, rank, Silence.QUIET)


def limit(sign: str, value: Fraction) -> Goal:
    return Goal(Comparison(sign), value, f"{sign} {float(value)}")


def puts() -> list[Put]:
    found = []
    for name in UNITS:
        timed = [(RECENT + 60 * at, value) for at, value in enumerate(values(name))]
        found += [Put("App", name, {"Node": "1"}, timed[:1200]), Put("App", name, {"Node": "2"}, timed[1200:])]
    return found


def test_a_percentile_is_the_one_of_the_samples_in_every_unit(stage: Stage) -> None:
    """What the metric counts in, what the goal is written in; the limit itself is met by <= and missed by <."""
    stage.remembers = True
    objectives: list[Objective] = []
    placed = {name: sorted(Fraction(repr(value)) * UNITS[name][1] for value in values(name)) for name in UNITS}
    for name, found in placed.items():
        exact = found[1979]
        # A third of a unit has no decimals: a rung just below it counts the same samples.
        shown = Fraction(ceil(exact * 10**9) + 1, 10**9) if name == "share-of-a-limit" else exact
        for sign, rank, value in (("<=", P99, shown), ("<", P99, exact), (">=", P5, found[99]), (">", P5, found[99])):
            objectives.append(objective(of(name, rank), limit(sign, value), f"{name} {sign}"))
    rows = {row.objective: row for row in stage.judged(catalogue(*objectives), puts()).results}
    for name, found in placed.items():
        high, low = rows[f"{name} <="], rows[f"{name} >="]
        assert found[1979] == percentile(values(name), P99) * UNITS[name][1]
        assert _close(high, found[1979])
        assert _close(low, found[99])
        assert (high.value, low.value) == (high.high, low.low)
        told = {sign: rows[f"{name} {sign}"].status for sign in ("<=", "<", ">=", ">")}
        kept = {sign: status is not Status.BREACHED for sign, status in told.items()}
        assert kept == {"<=": True, "<": False, ">=": True, ">": False}, name
        assert Code.WITHIN_INSTRUMENT_TOLERANCE in {note.code for note in rows[f"{name} <"].notes}
        assert high.unit == UNITS[name][0]
        assert high.total == 2000


def _close(row: Result, exact: Fraction) -> bool:
    assert row.low is not None
    assert row.high is not None
    # A rung in a metric's own unit has twelve places; what a goal's unit makes endless is cut off there.
    nearly = Fraction(1, 10**9)
    return row.low - nearly <= exact <= row.high + nearly and row.high <= row.low * Fraction(101, 100)


def test_few_samples_are_told(stage: Stage) -> None:
    stage.remembers = True
    found = [(RECENT + 60 * at, 5.0) for at in range(999)]
    rows = stage.rows(
        catalogue(objective(of("lambda-ms", P99), goal("< 50"))), [Put("App", "lambda-ms", {"Node": "1"}, found)]
    )
    assert [note.code for note in rows[None].notes] == [Code.FEW_REQUESTS]


def test_extremes_and_sums_are_told_by_value(stage: Stage) -> None:
    """The whole, and of each value of the breakdown; the goal's own limit is no miss of <=."""
    stage.remembers = True
    told = {"a": [3.0, 9.5, 4.0], "b": [2.5, 1.0]}
    found = [
        Put("App", "Running", {"Name": name}, [(RECENT + 300 * at, value) for at, value in enumerate(held)])
        for name, held in told.items()
    ]
    term_ = term("Running", Name="*")
    scale = Fraction(1, 10)
    kinds = {
        Statistical.MAXIMUM: ("<= 0.95", "< 0.95", (Fraction(95, 100), Fraction(95, 100), Fraction(25, 100))),
        Statistical.MINIMUM: (">= 0.1", "> 0.1", (Fraction(1, 10), Fraction(3, 10), Fraction(1, 10))),
        Statistical.SUM: ("<= 2", "< 2", (Fraction(2), Fraction(165, 100), Fraction(35, 100))),
    }
    objectives = [
        objective(
            Statistic(term_, kind, "ratio", scale, None, Silence.QUIET, "Name"),
            goal(text),
            f"{kind} {text[:2].strip()}",
        )
        for kind, (kept, missed, _) in kinds.items()
        for text in (kept, missed)
    ]
    rows = {(row.objective, row.operation): row for row in stage.judged(catalogue(*objectives), found).results}
    for kind, (kept, missed, figures) in kinds.items():
        head, other = rows[f"{kind} {kept[:2].strip()}", None], rows[f"{kind} {missed[:2].strip()}", None]
        assert (head.status, other.status) == (Status.OK, Status.BREACHED)
        name = head.objective
        assert (head.value, rows[name, "a"].value, rows[name, "b"].value) == figures
