"""Chapter Availability: with and without exclusions, the budget, the calendar, the other definitions.

The one rule: the figure that decides and the figures computed otherwise stand side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.numbers import exact
from slactl.formats.page.budget import budget_bar
from slactl.formats.page.calendar import calendar, day_table
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.words import EVALUATIONS
from slactl.model.report import AvailabilityDetail, Result, RowSpan, ServiceReport

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import Case


def chapter(scene: Scene) -> Chapter:
    """A block for each service with availability rows or days."""
    blocks = tuple(_service(scene, service) for service in scene.report.services)
    lead = scene.say("The share of the counted time in which the service was up, and how each day went.")
    return Chapter("availability", scene.say("Availability"), lead, blocks)


def availability_rows(scene: Scene, service: str) -> tuple[Result, ...]:
    """The availability rows of a service."""
    return tuple(row for row in scene.service_rows(service) if row.indicator == "availability")


def _service(scene: Scene, service: ServiceReport) -> Block:
    rows = availability_rows(scene, service.key)
    tables = [table for row in rows if (table := _other_ways(scene, row))]
    if rows:
        tables.insert(0, _figures(scene, service, rows))
    pictures = (calendar(scene, service),) if service.days else ()
    if service.days:
        tables.append(day_table(scene, service))
    bars = tuple(bar for row in rows if (bar := budget_bar(scene, row)))
    return Block(plain(service.key), bars=bars, figures=pictures, tables=tuple(tables))


def _figures(scene: Scene, service: ServiceReport, rows: tuple[Result, ...]) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("Measured value"), scene.say("With exclusions"),
        scene.say("Without exclusions"), scene.say("Worst case"), scene.say("Best case"),
        scene.say("If all silence were downtime"),
        scene.say("Outcome"), numbers="-nnnnnnn-",
    )  # fmt: skip
    caption = scene.say("Availability with and without exclusions: {service}").format(service=plain(service.key))
    return Table(f"availability-{scene.place(service.key)}", caption, titles, tuple(_row(scene, row) for row in rows))


def _row(scene: Scene, row: Result) -> tuple[Cell, ...]:
    detail = row.detail if isinstance(row.detail, AvailabilityDetail) else None
    excluding = row.with_exclusions is None
    return (
        Cell(scene.title(row), below=tuple(filter(None, (scene.span_word(row),)))),
        figure(scene.goal_text(row)),
        figure(scene.value(row)),
        figure(scene.value(row)) if excluding else case_cell(scene, row.with_exclusions, row),
        case_cell(scene, row.without_exclusions, row) if excluding else figure(scene.value(row)),
        case_cell(scene, row.worst_case, row),
        case_cell(scene, row.best_case, row),
        figure(scene.other_value(detail.if_silent_down, row) if detail else None),
        scene.verdict(row),
    )


def case_cell(scene: Scene, case: Case | None, row: Result) -> Cell:
    """A figure computed another way, with the status it would have."""
    if case is None:
        return figure(None)
    return Cell(scene.other_value(case.value, row) or "–", "n", below=(scene.case_word(case, row),))


def _other_ways(scene: Scene, row: Result) -> Table | None:
    """The same month under the other definitions (rule 10)."""
    if not isinstance(row.detail, AvailabilityDetail) or row.span is not RowSpan.MONTH:
        return None
    titles = heads(scene.say("Definition"), scene.say("Figure"), numbers="-n")
    caption = scene.say("The month under other definitions: {service}, {title}").format(
        service=plain(row.service), title=scene.title(row)
    )
    rows = (*_evaluations(scene, row, row.detail), *_slice_goals(scene, row, row.detail))
    return Table(f"ways-{scene.anchor(row)}", caption, titles, rows, "account")


def _evaluations(scene: Scene, row: Result, detail: AvailabilityDetail) -> tuple[tuple[Cell, ...], ...]:
    deciding = getattr(getattr(scene.objectives.get(row.objective), "indicator", None), "evaluation", None)
    rows = []
    for name, value in detail.by_evaluation:
        word = scene.say(EVALUATIONS[name]) if name in EVALUATIONS else plain(name)
        told = (scene.say("this one decides"),) if name == deciding else ()
        rows.append((Cell(word, below=told), figure(scene.other_value(value, row))))
    return tuple(rows)


def _slice_goals(scene: Scene, row: Result, detail: AvailabilityDetail) -> tuple[tuple[Cell, ...], ...]:
    text = scene.say("by time slices, with a slice goal of {goal}")
    return tuple(
        (Cell(text.format(goal=f"{exact(goal * 100, scene.language)}%")), figure(scene.other_value(value, row)))
        for goal, value in detail.slice_goals
    )
