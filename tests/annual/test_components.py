"""Components in the annual statement: each month's row, and the year where counts add up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.compliance.exclusions import Exclusions
from slactl.formats.annual import ANNUAL_FORMATS, render
from slactl.model.objective import Objective
from slactl.model.period import Month
from slactl.model.report import Result
from slactl.model.service import SourceKind
from slactl.model.statement import OtherYear
from slactl.model.status import Status
from slactl.workflows.annual.others import other_years
from slactl.workflows.annual.statement import make_statement
from slactl.workflows.annual.year import AnnualYear, MonthOnFile
from tests.annual.years import UPTIME, Case, beat
from tests.fakes import FakeInventory, FakeReader, instant
from tests.formats.platforms import COMPONENTS, CONCURRENCY, ON_DEMAND, READS, THROTTLES, row
from tests.formats.sample import rich

PROMISES = (THROTTLES, ON_DEMAND, READS, CONCURRENCY)
NOBODY = Exclusions({}, ())


def years(*months: tuple[Result, ...]) -> dict[str, OtherYear]:
    """What the year says of rows that stand in its first months."""
    report = rich()
    agreed = replace(report.catalogue, objectives=PROMISES, components=COMPONENTS)
    on_file = [
        MonthOnFile(month, month.span(agreed.report.zone), NOBODY, replace(report, catalogue=agreed, results=rows))
        for month, rows in zip((Month(2026, number) for number in range(1, 13)), months, strict=False)
    ]
    return {one.objective: one for one in other_years(AnnualYear(agreed, tuple(on_file), {}))}


def counted(promise: Objective, good: int, total: int, status: Status = Status.OK) -> Result:
    bad = promise is THROTTLES
    return row(promise, Fraction(total - good if bad else good, total), status, good=good, total=total)


def test_counts_of_a_year_add_up_and_extremes_do_not() -> None:
    found = years(
        (counted(THROTTLES, 999, 1000), counted(ON_DEMAND, 31, 31), row(READS, "0.4"), row(CONCURRENCY, "0.5")),
        (counted(THROTTLES, 9000, 9000), counted(ON_DEMAND, 26, 28, Status.BREACHED), row(READS, "0.6")),
    )
    assert found["dynamodb-throttles"].year.value == Fraction(1, 10_000)
    assert (found["dynamodb-on-demand"].year.good, found["dynamodb-on-demand"].year.total) == (57, 59)
    assert found["dynamodb-on-demand"].year.status is Status.BREACHED
    assert (found["memorydb-read-latency"].year.value, found["lambda-concurrency"].year.value) == (None, None)
    assert [len(one.rows) for one in found.values()] == [2, 2, 2, 1]
    assert [one.service for one in found.values()] == ["dynamodb", "dynamodb", "memorydb", "lambda"]


@pytest.mark.parametrize("form", ANNUAL_FORMATS)
def test_a_statement_names_every_component(form: str) -> None:
    year = Case(beat("2026-01-31T22:00:00Z", "2026-02-02T22:00:00Z"), instant("2026-02-20T00:00:00Z"))
    agreed = replace(year.catalogue, objectives=(UPTIME, *PROMISES), components=COMPONENTS)
    inventories = {kind: FakeInventory(["GET /a"], kind) for kind in SourceKind}
    made = make_statement(agreed, 2026, FakeReader(year.hits), inventories, year.made)
    assert {one.service for one in made.others} == {"dynamodb", "memorydb", "lambda"}
    assert {row.service for row in made.whole.results} >= {"shop", "dynamodb", "memorydb", "lambda"}
    if ANNUAL_FORMATS[form].binary:
        return
    said = render(ANNUAL_FORMATS[form], made, "it")
    assert "Letture rifiutate" in said or "dynamodb-throttles" in said
