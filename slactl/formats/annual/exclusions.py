"""Chapter Planned maintenance and exclusions of a year: every window under its month.

The one rule: a window that reaches over the end of a month stands under both, each time with that month's part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.page.maintenance import both_ways, outcome_rows, recurring_text, rules, window_table
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, group, heads
from slactl.formats.sanitize import plain
from slactl.model.period import day_start
from slactl.model.span import Span, intersect, seconds

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene
    from slactl.model.statement import StatementMonth


def chapter(scene: AnnualScene) -> Chapter:
    """The agreement's rules, the months, the windows, and the figures both ways."""
    lead = scene.say(
        "Only what was announced in time is excluded; everything else is listed with its reason, and counts."
    )
    blocks = [Block(scene.say("Rules of the agreement"), facts=rules(scene)), _windows(scene)]
    rows = tuple(row for row in scene.report.results if row.with_exclusions or row.without_exclusions)
    if rows:
        blocks.append(Block(scene.say("Effect on the figures"), tables=(both_ways(scene, rows),)))
    return Chapter("maintenance", scene.say("Planned maintenance and exclusions"), lead, tuple(blocks))


def _windows(scene: AnnualScene) -> Block:
    title = scene.say("Windows")
    texts = tuple(recurring_text(scene, one) for one in scene.report.catalogue.maintenance.recurring)
    months = [one for one in scene.statement.months if one.exclusions]
    if not months:
        return Block(title, (scene.say("No maintenance window touches the period."), *texts))
    rows: list[tuple[Cell, ...]] = []
    for one in months:
        rows.append(group(scene.month(one.month)))
        rows += [row for outcome in one.exclusions for row in outcome_rows(scene, outcome)]
    return Block(title, texts, tables=(_by_month(scene), window_table(scene, tuple(rows))))


def _by_month(scene: AnnualScene) -> Table:
    """How much each month excluded, by service."""
    keys = [service.key for service in scene.report.services]
    titles = heads(scene.say("Month"), *(plain(key) for key in keys), numbers="-" + "n" * len(keys))
    rows = tuple(
        (
            Cell(scene.month(one.month)),
            *(_of_month(scene, one, key) for key in keys),
        )
        for one in scene.statement.months
    )
    return Table("exclusions-by-month", scene.say("Excluded in each month, by service"), titles, rows, "dense account")


def _of_month(scene: AnnualScene, month: StatementMonth, key: str) -> Cell:
    parts = [part for outcome in month.exclusions for part in outcome.services if part.service == key]
    owed = _owed(scene, month, key)
    if not parts or owed is None:
        return figure(None)
    length = seconds(intersect((span for part in parts for span in part.spans), (owed,)))
    admitted = sum(part.applied for part in parts)
    text = scene.say("{admitted} of {all} windows admitted").format(admitted=admitted, all=len(parts))
    return Cell(scene.length(length), "n", (text,))


def _owed(scene: AnnualScene, month: StatementMonth, key: str) -> Span | None:
    """What of a month lies after a service's start."""
    since = next((one.since for one in scene.report.catalogue.services if one.key == key), None)
    if since is None:
        return month.span
    start = max(month.span.start, day_start(since, scene.zone))
    return Span(start, month.span.end) if start < month.span.end else None
