"""Chapter Outcome of a statement: each objective's year, its mean of months, and how many months met it.

The one rule: what decides and what is shown for information stand in columns of their own.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, group, heads
from slactl.formats.page.scene import deciding_status
from slactl.formats.words import GLYPHS, KINDS
from slactl.model.statement import UptimeYear
from slactl.model.status import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.formats.annual.scene import AnnualScene
    from slactl.model.report import Result
    from slactl.model.statement import Mean, OtherYear
    from slactl.model.status import Reason


def chapter(scene: AnnualScene) -> Chapter:
    """Binding objectives first, informative ones in a table of their own."""
    rows = scene.report.results
    tables = [_table(scene, "outcome-binding", scene.say("Binding objectives"), [row for row in rows if row.binding])]
    if informative := [row for row in rows if not row.binding]:
        tables.append(_table(scene, "outcome-informative", scene.say("Informative objectives"), informative))
    lead = scene.say(
        "The year is the sum of its months' seconds and counts, and that sum decides; the mean of the months is "
        "shown beside it. Where an objective is agreed for the month, each month decides."
    )
    return Chapter("outcome", scene.say("Outcome"), lead, (Block(tables=tuple(tables)),))


def _table(scene: AnnualScene, anchor: str, caption: str, rows: list[Result]) -> Table:
    titles = (
        scene.say("Objective"), scene.say("Target"), scene.say("Year, by sums"), scene.say("Mean of the months"),
        scene.say("Months met"), scene.say("Outcome"), scene.say("Reason"),
    )  # fmt: skip
    return Table(anchor, caption, heads(*titles, numbers="-nnnn--"), tuple(_grouped(scene, rows)), "stack")


def _grouped(scene: AnnualScene, rows: list[Result]) -> Iterator[tuple[Cell, ...]]:
    for service, found in groupby(rows, key=lambda row: row.service):
        if scene.several:
            yield group(scene.bearer(service))
        yield from (_row(scene, row) for row in found)


def _row(scene: AnnualScene, row: Result) -> tuple[Cell, ...]:
    year = year_of(scene, row)
    mean = year.mean if isinstance(year, UptimeYear) else None
    return (
        Cell(scene.title(row)),
        figure(scene.goal_text(row)),
        figure(scene.value(row)),
        figure(mean_text(scene, row, mean)),
        figure(scene.months_met(year.rows)),
        _verdict(scene, row, year),
        Cell("", "why", scene.reasons(_reasons(row))),
    )


def _verdict(scene: AnnualScene, row: Result, year: UptimeYear | OtherYear) -> Cell:
    if isinstance(year, UptimeYear) and not year.each_month_decides:
        return scene.verdict(row)
    months = [one.result for one in year.months] if isinstance(year, UptimeYear) else year.months
    status = deciding_status(row)
    return Cell(scene.word_of_year(row, months), f"s {KINDS[status]}", glyph=GLYPHS[status])


def _reasons(row: Result) -> tuple[Reason | None, ...]:
    """The row's reasons; that each month decides is said where some month did not do well."""
    figures = dict(row.reason.figures) if row.reason else {}
    each = row.reason is not None and row.reason.code is Code.EACH_MONTH_DECIDES
    fine = each and not figures.get("missed") and not figures.get("undetermined")
    return row.notes if fine else (row.reason, *row.notes)


def year_of(scene: AnnualScene, row: Result) -> UptimeYear | OtherYear:
    """The year that a row of the statement sums up."""
    every: tuple[UptimeYear | OtherYear, ...] = (*scene.statement.uptimes, *scene.statement.others)
    return next(one for one in every if one.year is row)


def mean_text(scene: AnnualScene, row: Result, mean: Mean | None) -> str | None:
    """The mean of the months; a range where something is unknown."""
    if mean is None:
        return None
    worst, best = (scene.other_value(value, row) or "–" for value in (mean.worst, mean.best))
    return worst if mean.worst == mean.best else scene.say("from {first} to {last}").format(first=worst, last=best)
