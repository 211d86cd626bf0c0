"""Chapter Other objectives month by month: latency, error rates, coverage; a row each, a column a month.

The one rule: what stands in a cell is that month's own judgement; a column for the year holds sums of
counts, and is empty for percentiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.page.scene import deciding_status
from slactl.formats.sanitize import plain
from slactl.formats.words import GLYPHS
from slactl.model.status import Status

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene
    from slactl.model.report import Result
    from slactl.model.statement import OtherYear

LETTERS = {Status.BREACHED: "b", Status.INSUFFICIENT_DATA: "i", Status.WARNING: "w"}


def chapter(scene: AnnualScene) -> Chapter:
    """A table for each service."""
    lead = scene.say(
        "Each month is judged by itself, as in its own report. Shares and rates of the year are computed from summed "
        "counts; percentiles do not add up, so the year has none."
    )
    keys = dict.fromkeys(one.service for one in scene.statement.others)
    blocks = tuple(_block(scene, key) for key in keys)
    if not blocks:
        blocks = (Block(texts=(scene.say("No other objective is in force in this year."),)),)
    return Chapter("others", scene.say("Other objectives month by month"), lead, blocks)


def _block(scene: AnnualScene, service: str) -> Block:
    months = [scene.short_month(one.month) for one in scene.statement.months]
    titles = heads(scene.say("Objective"), *months, scene.say("Year"), numbers="-nnnnnnnnnnnnn")
    rows = tuple(_row(scene, one) for one in scene.statement.others if one.service == service)
    caption = scene.say("Month by month: {service}").format(service=plain(service))
    table = Table(f"others-{scene.place(service)}", caption, titles, rows, "lean")
    return Block(scene.bearer(service) if scene.several else "", tables=(table,), kind="wide")


def _row(scene: AnnualScene, one: OtherYear) -> tuple[Cell, ...]:
    weight = () if one.year.binding else (scene.say("informative"),)
    name = Cell(scene.title(one.year), below=(scene.goal_text(one.year), *weight))
    return (name, *(_month(scene, row, index) for index, row in enumerate(one.months)), _year(scene, one))


def _month(scene: AnnualScene, row: Result | None, index: int) -> Cell:
    """The month's figure; a word below it wherever the verdict is not plainly good."""
    if row is None:
        return figure(None)
    status, value = deciding_status(row), scene.value(row)
    if status is Status.NOT_RATED and value is None:
        return figure(None)
    word = () if status is Status.OK else (scene.word_of_month(row, index),)
    own = () if row.goal == _goal(scene, row) else (scene.goal_text(row),)
    return Cell(value or "", LETTERS.get(status, ""), (*word, *own), GLYPHS[status])


def _goal(scene: AnnualScene, row: Result) -> str:
    """The goal of the year's row, to tell months that had another."""
    same = (row.service, row.objective, row.operation_class)
    years = (one for one in scene.statement.others if (one.service, one.objective, one.operation_class) == same)
    return next((one.year.goal for one in years), row.goal)


def _year(scene: AnnualScene, one: OtherYear) -> Cell:
    status, value = deciding_status(one.year), scene.value(one.year)
    met = scene.say("months met: {count}").format(count=scene.months_met(one.rows))
    return Cell(value or "", LETTERS.get(status, ""), (scene.word_of_year(one.year, one.months), met), GLYPHS[status])
