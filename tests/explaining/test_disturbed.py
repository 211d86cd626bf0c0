"""Figures of which something could not be read: explained all the same, and what is unknown adds up too."""

from __future__ import annotations

from collections import Counter

import pytest

from slactl.configuration import load_catalogue
from slactl.model.report import RowSpan
from slactl.model.steps import Because
from slactl.sandbox.behaviour import Behaviour, Inconsistent
from tests.explaining.adding_up import check, check_said
from tests.explaining.months import Desk
from tests.failures.small import END, EPOCH, FIRST, configuration, world
from tests.failures.stage import Stage
from tests.soak.troubles import case

TROUBLES = [
    "forbid=Fault",
    "forbid=Latency:POST /orders",
    "forbid=TC(:999.999)",
    "internal-error=Minimum",
    "partial-forever=GET /items",
    "fail=GetMetricData",
]


def explained(stage: Stage, behaviour: Behaviour) -> Counter[Because]:
    """Explains every row of the shop; the rules that decided its slices, with how many each did."""
    stage.misbehave(behaviour)
    made = Desk(load_catalogue(stage.directory / "slactl.yaml"), "2026-10", EPOCH)
    seen: Counter[Because] = Counter()
    # A trouble that passes is another one when the month is read again, so there is one reading.
    for row in made.open("shop").report.results:
        found = made.explain(row)
        check(row, found)
        if row.operation is None and row.span is RowSpan.MONTH:
            check_said(found)
        if found.account is not None:
            seen.update({because: many for step in found.account.steps for because, many in step.because})
    return seen


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_row_of_a_month_with_a_trouble(stage: Stage, trouble: str) -> None:
    stage.configure(configuration(edge=True))
    stage.show(world(edge=True))
    explained(stage, Behaviour.parse([trouble]))


def test_slices_that_could_not_be_read_say_so(stage: Stage) -> None:
    stage.configure(configuration())
    stage.show(world())
    seen = explained(stage, Behaviour(forbidden=frozenset({"Fault"})))
    assert seen[Because.UNREAD] > 100
    assert not seen[Because.NO_FAULT]


def test_a_thin_slice_after_one_that_was_read_in_two_ways_says_so(stage: Stage) -> None:
    """Of an hour that is read differently nothing is known, nor of a thin slice with a fault soon after."""
    stage.configure(configuration())
    stage.show(world())
    outage = (FIRST + 100_000) // 3600 * 3600
    assert FIRST < outage < END
    seen = explained(stage, Behaviour(inconsistent=Inconsistent(outage - 3600, outage, period_at_least=3600)))
    assert seen[Because.UNREAD]


@pytest.mark.soak
@pytest.mark.parametrize("number", range(40))
def test_every_row_of_many_disturbed_months(stage: Stage, number: int) -> None:
    made = case(number)
    stage.configure(configuration(edge=made.edge))
    stage.show(world(made.seed, made.mood, edge=made.edge))
    explained(stage, Behaviour.parse(made.troubles))
