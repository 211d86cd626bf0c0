"""Chapter Outcome: one verdict, and one row for each binding objective of a service or class.

The one rule: the verdict is the report's own status; nothing here weighs it anew, unexplained deviations neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from slactl.formats.language import mark_many
from slactl.formats.page.controls import miss_text
from slactl.formats.page.incidents import unexplained_sentence
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, group, heads
from slactl.formats.page.scene import Scene, deciding_status
from slactl.formats.words import GLYPHS, KINDS
from slactl.model.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.model.report import Result

SENTENCES = {
    Status.BREACHED: mark_many(
        "{n} of {all} binding objectives is not met", "{n} of {all} binding objectives are not met"
    ),
    Status.INSUFFICIENT_DATA: mark_many(
        "{n} of {all} binding objectives cannot be determined", "{n} of {all} binding objectives cannot be determined"
    ),
    Status.WARNING: mark_many(
        "all {all} binding objectives are met, {n} with a remark",
        "all {all} binding objectives are met, {n} with remarks",
    ),
    Status.OK: mark_many("the binding objective is met", "all {all} binding objectives are met"),
}
AT_RISK = mark_many(
    "{n} of {all} binding objectives is at risk or has a remark",
    "{n} of {all} binding objectives are at risk or have a remark",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The bar at the top: sign, word and the sentences beside it."""

    kind: str
    glyph: str
    word: str
    texts: tuple[str, ...]


def verdict(scene: Scene) -> Verdict:
    """The report's status with the count of objectives behind it."""
    status = scene.report.status
    word = scene.word(status, missed=_missed(scene))
    return Verdict(KINDS[status], GLYPHS[status], word, tuple(_sentences(scene, status)))


def _missed(scene: Scene) -> bool:
    """Whether a binding figure misses its goal although it only warns."""
    warned = (row for row in binding_rows(scene) if deciding_status(row) is Status.WARNING)
    return any(scene.misses(row) for row in warned)


def _sentences(scene: Scene, status: Status) -> list[str]:
    statuses = [deciding_status(row) for row in binding_rows(scene)]
    told = [_sentence(scene, status, statuses)]
    if status is Status.BREACHED and Status.INSUFFICIENT_DATA in statuses:
        told.append(_sentence(scene, Status.INSUFFICIENT_DATA, statuses))
    unexplained = unexplained_sentence(scene)
    return [*told, unexplained] if unexplained else told


def _sentence(scene: Scene, status: Status, statuses: list[Status]) -> str:
    if status not in SENTENCES:
        return scene.say("no binding objective could be rated")
    rated = sum(found is not Status.NOT_RATED for found in statuses)
    count = rated if status is Status.OK else statuses.count(status)
    risky = status is Status.WARNING and (scene.report.period.running or _missed(scene))
    text = scene.language.ngettext(*(AT_RISK if risky else SENTENCES[status]), count)
    return text.format(n=count, all=rated)


def binding_rows(scene: Scene) -> tuple[Result, ...]:
    """The rows that decide: of services and classes, binding."""
    return tuple(row for row in scene.report.results if row.operation is None and row.binding)


def chapter(scene: Scene) -> Chapter:
    """Binding rows first, informative ones in a table of their own."""
    informative = tuple(row for row in scene.report.results if row.operation is None and not row.binding)
    tables = [_table(scene, "outcome-binding", scene.say("Binding objectives"), binding_rows(scene))]
    if informative:
        tables.append(_table(scene, "outcome-informative", scene.say("Informative objectives"), informative))
    return Chapter("outcome", scene.say("Outcome"), "", (Block(tables=tuple(tables)),))


def _table(scene: Scene, anchor: str, caption: str, rows: tuple[Result, ...]) -> Table:
    titles = (
        scene.say("Objective"), scene.say("Target"), scene.say("Measured value"),
        scene.say("Margin"), scene.say("Outcome"), scene.say("Reason"),
    )  # fmt: skip
    return Table(anchor, caption, heads(*titles, numbers="-nnn--"), tuple(_grouped(scene, rows)), "stack")


def _grouped(scene: Scene, rows: tuple[Result, ...]) -> Iterator[tuple[Cell, ...]]:
    """The rows, each service's under its name where there is more than one."""
    places = list(dict.fromkeys(row.service for row in rows))
    ordered = sorted(rows, key=lambda row: places.index(row.service))
    for service, found in groupby(ordered, key=lambda row: row.service):
        if scene.several:
            yield group(scene.bearer(service))
        yield from (_row(scene, row) for row in found)


def _row(scene: Scene, row: Result) -> tuple[Cell, ...]:
    where = scene.span_word(row)
    return (
        Cell(scene.title(row), below=(where,) if where else ()),
        figure(scene.goal_text(row)),
        figure(scene.value(row)),
        figure(scene.margin(row)),
        scene.verdict(row),
        Cell("", "why", _why(scene, row)),
    )


def _why(scene: Scene, row: Result) -> tuple[str, ...]:
    return (*miss_text(scene, row), *scene.worst_endpoint(row), *scene.reasons((row.reason, *row.notes)))
