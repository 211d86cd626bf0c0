"""Ratios of published metrics, end to end over the sandbox."""

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.model.general import Missing, Ratio, Silence
from slactl.model.status import Status

from .stage import END, HOUR, PERCENT, START, Put, Stage, catalogue, every, goal, objective, term

BAD, ALL = term("Throttles", Table="*"), term("Requests", Table="*")
LAST = END - 5 * HOUR
ZERO = replace(BAD, missing=Missing.ZERO)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def throttled(part: object = ZERO, **told: object) -> Ratio:
    made = Ratio((part,), (ALL,), counts_good=False, silence=Silence.QUIET)  # type: ignore[arg-type]
    return replace(made, **told)  # type: ignore[arg-type]


def test_bad_of_all_is_summed_over_every_metric_that_fits(stage: Stage) -> None:
    puts = [
        Put("App", "Requests", {"Table": "a"}, every(HOUR, 100.0)),
        Put("App", "Requests", {"Table": "b"}, every(HOUR, 300.0)),
        Put("App", "Throttles", {"Table": "b"}, [(START + 7200, 298.0)]),
        Put("App", "Throttles", {"Table": "b", "Index": "i"}, every(HOUR, 50.0)),
    ]
    rows = stage.rows(catalogue(objective(throttled(breakdown="Table"), goal("< 0.1", PERCENT))), puts)
    total = 744 * 400
    whole = rows[None]
    assert (whole.good, whole.total, whole.value) == (total - 298, total, Fraction(298, total))
    assert whole.status is Status.BREACHED
    assert rows["a"].status is Status.OK
    assert rows["a"].value == 0
    assert rows["b"].status is Status.BREACHED
    assert not rows["b"].binding


def test_exactly_the_limit_misses_a_strict_goal(stage: Stage) -> None:
    stage.remembers = True
    puts = [
        Put("App", "Requests", {"Table": "a"}, [(LAST, 400.0)]),
        Put("App", "Throttles", {"Table": "a"}, [(LAST, 2.0)]),
    ]
    for sign, status in (("<", Status.BREACHED), ("<=", Status.WARNING)):
        rows = stage.rows(catalogue(objective(throttled(), goal(f"{sign} 0.5", PERCENT))), puts)
        assert rows[None].status is status
