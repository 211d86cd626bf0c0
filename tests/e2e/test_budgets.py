"""Error budgets of whole reports, read over HTTP: days and months come to the very budget that was judged."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from slactl.formats.html import render as render_html
from slactl.formats.json import render
from slactl.formats.language import speak
from slactl.formats.page import budgets
from slactl.formats.page.balance import balance_of
from slactl.formats.page.charts import Chart
from slactl.formats.page.remaining import days_left
from slactl.formats.page.scene import Scene
from slactl.model.report import AvailabilityDetail, Report, Result, RowSpan
from slactl.sandbox.server import Server
from tests.e2e.harness import SCHEMA, run, world_of, write_configuration
from tests.e2e.test_year import four_months
from tests.oracle.examples import ROME
from tests.oracle.times import instant

if TYPE_CHECKING:
    from pathlib import Path

RUNNING = "2026-10-27T14:47:00+01:00"


def report_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str | None) -> Report:
    case = four_months(None if now is None else instant(now, ROME))
    with Server(world_of(case), keep_params=False) as server:
        return run(write_configuration(case, tmp_path), case.month, case.now, server.url, monkeypatch)


def rows_of(report: Report, indicator: str, span: RowSpan) -> list[Result]:
    return [row for row in report.results if row.operation is None and (row.indicator, row.span) == (indicator, span)]


@pytest.mark.parametrize("now", [None, RUNNING])
def test_the_days_of_a_month_come_to_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str | None
) -> None:
    """The night of the clocks was an outage of four real hours."""
    report = report_of(tmp_path, monkeypatch, now)
    scene = Scene(report, speak("it"))
    month = rows_of(report, "availability", RowSpan.MONTH)
    errors = [row for row in rows_of(report, "error-rate", RowSpan.MONTH) if row.objective == "error-rate"]
    assert len(month) == 2
    for row in (*month, *errors):
        assert row.budget is not None
        found = days_left(row, scene.objectives[row.objective].indicator, report.services[0])
        assert len(found) == 31
        assert found[-1].left == row.budget.remaining
        assert found[24].most >= 4 * 3600 if row.unit == "seconds" else found[24].most > 40
        assert sum(one.most for one in found if one.day.day.day != 25) == 0
    assert "ahead" not in render_html(report, "it").split("</style>")[1] or now is not None
    SCHEMA.validate(json.loads(render(report, "it")))


@pytest.mark.parametrize("now", [None, RUNNING])
def test_the_months_of_a_year_come_to_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str | None
) -> None:
    """Of August only hours are kept: its outage lies between nothing and an hour."""
    report = report_of(tmp_path, monkeypatch, now)
    (year,) = rows_of(report, "availability", RowSpan.YEAR_TO_DATE)
    assert isinstance(year.detail, AvailabilityDetail)
    months = year.detail.ledger.months
    assert [one.label for one in months] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert sum(one.used for one in months) == year.detail.down_seconds
    assert sum(one.most or 0 for one in months) == year.detail.down_seconds + year.detail.seconds.unknown
    assert [months[0].most, months[1].used, months[1].most] == [Fraction(0), Fraction(0), Fraction(3600)]
    balance = balance_of(year)
    assert balance is not None
    if year.budget is not None:
        assert (balance.allowed, balance.most) == (year.budget.allowed, year.budget.used)
    assert balance.allowed == year.detail.ledger.allowed
    blocks = budgets.chapter(Scene(report, speak("en"))).blocks
    figures = [one for block in blocks for one in block.figures if isinstance(one, Chart)]
    (drawn,) = [one for one in figures if one.id.startswith("burn-")]
    assert [kind for kind, _ in drawn.paths] == ["best", "curve"]
    assert len(drawn.areas) == 1


def test_an_allowance_is_of_the_whole_period_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """October has 745 hours, the agreement owes July to December; work took two hours, one of them in October."""
    report = report_of(tmp_path, monkeypatch, RUNNING)
    month = next(row for row in rows_of(report, "availability", RowSpan.MONTH) if row.objective == "uptime")
    (year,) = rows_of(report, "availability", RowSpan.YEAR_TO_DATE)
    assert month.budget is not None
    assert isinstance(month.detail, AvailabilityDetail)
    excluded = month.detail.excluded_seconds
    assert month.budget.allowed == month.detail.ledger.allowed == Fraction(745 * 3600 - excluded, 1000)
    assert isinstance(year.detail, AvailabilityDetail)
    whole = instant("2027-01-01T00:00", ROME) - instant("2026-07-01T00:00", ROME)
    assert year.detail.ledger.allowed == Fraction(whole - year.detail.excluded_seconds, 1000)
