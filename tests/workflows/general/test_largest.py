"""The largest value's share of a total, end to end over the sandbox."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.model.general import Missing, Ratio, Silence
from slactl.model.status import Status

from .stage import END, HOUR, PERCENT, START, Put, Stage, catalogue, every, goal, objective, term

TRAFFIC = replace(term("Requests", Tenant="*"), missing=Missing.ZERO)
FAIR = goal("< 50", PERCENT)
SHARE = Ratio((TRAFFIC,), (TRAFFIC,), counts_good=False, silence=Silence.QUIET, breakdown="Tenant", largest=True)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def traffic(**requests: float) -> list[Put]:
    return [Put("App", "Requests", {"Tenant": name}, every(HOUR, each)) for name, each in requests.items()]


def test_the_entry_is_judged_by_the_largest_share(stage: Stage) -> None:
    rows = stage.rows(catalogue(objective(SHARE, FAIR)), traffic(acme=30.0, globex=60.0, initech=10.0))
    assert {name: row.value for name, row in rows.items()} == {
        None: Fraction(6, 10),
        "acme": Fraction(3, 10),
        "globex": Fraction(6, 10),
        "initech": Fraction(1, 10),
    }
    assert (rows[None].status, rows["globex"].status, rows["acme"].status) == (
        *(Status.BREACHED, Status.BREACHED),
        Status.OK,
    )
    assert {row.total for row in rows.values()} == {744 * 100}


def test_the_largest_is_that_of_the_month_and_not_of_an_hour(stage: Stage) -> None:
    first, second = every(HOUR, 100.0, end=START + 300 * HOUR), every(HOUR, 100.0, START + 300 * HOUR)
    seen = [(END + HOUR, 1.0)]  # lists tell of what published in the last two weeks
    puts = [Put("App", "Requests", {"Tenant": name}, some) for name, some in (("a", first + seen), ("b", second))]
    rows = stage.rows(catalogue(objective(SHARE, goal("< 60", PERCENT))), puts)
    assert (rows[None].value, rows[None].status) == (Fraction(444, 744), Status.WARNING)


def test_a_tenant_that_cannot_be_read_is_judged_twice(stage: Stage) -> None:
    stage.behaviour = replace(stage.behaviour, forbidden=frozenset({"Requests"}))
    rows = stage.rows(catalogue(objective(SHARE, FAIR)), traffic(acme=60.0, globex=40.0))
    assert (rows[None].status, rows[None].value) == (Status.INSUFFICIENT_DATA, None)


def test_without_any_traffic_nobody_has_a_share(stage: Stage) -> None:
    stage.remembers = True
    late = [Put("App", "Requests", {"Tenant": "acme"}, [(END + HOUR, 5.0)])]
    rows = stage.rows(catalogue(objective(SHARE, FAIR)), late)
    assert set(rows) == {None}
    assert rows[None].status is Status.NOT_RATED


def test_only_those_that_the_entry_names_make_the_total(stage: Stage) -> None:
    named = replace(TRAFFIC, dimensions=(("Tenant", ("acme", "globex")),))
    fixed = replace(SHARE, part=(named,), total=(named,))
    rows = stage.rows(catalogue(objective(fixed, FAIR)), traffic(acme=40.0, globex=60.0, other=900.0))
    assert rows[None].value == Fraction(6, 10)
