"""The platform's packs: a month in which everything holds, and one for each promise in which it alone is broken."""

from __future__ import annotations

import pytest

from slactl.model.status import Status
from slactl.sandbox.packs import pack
from tests.packs.stage import month_that_breaks, month_that_holds, not_fine, own_rows

PACKS = ("lambda", "dynamodb", "memorydb", "idempotency", "rate-limits")
BREAKABLE = [(name, entry) for name in PACKS for entry in pack(name).breakable]
BREAKS_TOO = {
    "lambda-throttles": {"lambda-no-throttles"},
    "lambda-duration-p95": {"lambda-duration-p99"},
    "lambda-start-up-p50": {"lambda-start-up-p99"},
}
"""What cannot hold where another promise is broken: a slow p95 has a slow p99, and many throttles are not none."""


@pytest.mark.parametrize("name", PACKS)
def test_a_month_in_which_everything_holds(name: str) -> None:
    report, _ = month_that_holds(name)
    assert not_fine(report) == {}
    assert all(row.service == name for row in report.results)
    assert report.status is Status.OK


@pytest.mark.parametrize(("name", "entry"), BREAKABLE)
def test_exactly_the_broken_promise_turns_red(name: str, entry: str) -> None:
    report = month_that_breaks(name, entry)
    red = {entry} | BREAKS_TOO.get(entry, set())
    assert not_fine(report) == dict.fromkeys(red, Status.BREACHED)
    binding = own_rows(report)[entry].binding
    assert report.status is (Status.BREACHED if binding else Status.OK)


def test_tables_on_demand_are_turned_away_for_no_capacity_and_no_cap() -> None:
    rows = own_rows(month_that_holds("dynamodb")[0])
    none = {"dynamodb-on-demand", "dynamodb-throttles-provisioned", "dynamodb-no-cap", "dynamodb-throttles-cap"}
    assert {name for name in none if rows[name].good == rows[name].total != 0} == none
    assert rows["dynamodb-throttles-key-range"].good != rows["dynamodb-throttles-key-range"].total


def test_the_table_that_is_broken_is_named() -> None:
    report = month_that_breaks("dynamodb", "dynamodb-throttles")
    rows = {row.operation: row.status for row in report.results if row.objective == "dynamodb-throttles"}
    assert rows == {None: Status.BREACHED, "missions": Status.BREACHED, "rewards": Status.OK}


@pytest.mark.soak
@pytest.mark.parametrize(("name", "entry"), BREAKABLE)
def test_a_promise_that_is_broken_on_every_day_turns_no_other_red(name: str, entry: str) -> None:
    red = {entry} | BREAKS_TOO.get(entry, set())
    assert set(not_fine(month_that_breaks(name, entry, 31))) == red
