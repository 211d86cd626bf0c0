"""Chapter Revisions: this revision, the ones before it, and what each row said before.

The one rule: what an earlier final report said stays visible beside what this one says, with the cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.page.parts import Block, Cell, Chapter, Table, heads
from slactl.formats.sanitize import plain
from slactl.formats.times import utc
from slactl.formats.words import objective_title
from slactl.model.revision import Cause
from slactl.model.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.formats.page.scene import Scene
    from slactl.model.report import Report
    from slactl.model.revision import Change, Told

CAUSES = {
    Cause.NEW_DATA: mark("new data"),
    Cause.WINDOW: mark("maintenance window changed"),
    Cause.TARGET: mark("target changed"),
    Cause.INCIDENT: mark("incident changed"),
    Cause.TOOL_VERSION: mark("other version of slactl"),
    Cause.CONFIGURATION: mark("configuration changed"),
    Cause.UNKNOWN: mark("cause not recorded"),
}
MOST_CHANGES = 100


def chapter(scene: Scene) -> Chapter:
    """This revision; what it replaces; what changed."""
    history = scene.report.history
    told = [
        scene.say("A report is final when all its data were read at least 72 hours after the end of the period."),
        scene.say("A correction carries the same identifier and a higher revision, and replaces this one."),
    ]
    if history.earlier:
        text = scene.say("Replaces revision {number}, which is kept as {name}.")
        last = history.earlier[-1]
        told.append(text.format(number=last.number, name=plain(last.name)))
        told += _causes(scene)
    tables = [_revisions(scene), *([_changes(scene)] if history.changes else [])]
    return Chapter("revisions", scene.say("Revisions"), "", (Block(texts=tuple(told), tables=tuple(tables)),))


def told_of(report: Report) -> dict[str, str]:
    """What a later run must know of this page without reading its tables."""
    return {
        "revision": str(report.revision),
        "final": "true" if report.period.final else "false",
        "generated": utc(report.generated_at),
        "figures": report.history.figures,
    }


def _causes(scene: Scene) -> list[str]:
    history = scene.report.history
    if not history.comparable:
        return [scene.say("That revision is there only as a page, so what changed since cannot be listed.")]
    why = ", ".join(scene.say(CAUSES[cause]) for cause in history.why)
    told = [scene.say("Causes: {list}.").format(list=why)] if why else []
    if not history.changes:
        told.append(scene.say("No row changed; exclusions, deviations, answers to clauses, gaps or daily figures did."))
    return told


def _revisions(scene: Scene) -> Table:
    report = scene.report
    state = scene.say("final") if report.period.final else scene.say("provisional")
    titles = heads(
        scene.say("Revision"), scene.say("Generated"), scene.say("State"), scene.say("Digest of the figures (SHA-256)"),
        scene.say("Kept as"),
    )  # fmt: skip
    rows = [
        (
            Cell(str(one.number)),
            Cell(plain(one.generated_at), "t"),
            Cell(scene.say("replaced")),
            Cell(one.figures, "mono"),
            Cell(plain(one.name)),
        )
        for one in report.history.earlier
    ]
    own = Cell(report.history.figures or "\N{EN DASH}", "mono")
    rows.append(
        (Cell(str(report.revision)), Cell(utc(report.generated_at), "t"), Cell(state), own, Cell(scene.say("this one")))
    )
    return Table("revision", scene.say("Revisions of this report"), titles, tuple(rows))


def _changes(scene: Scene) -> Table:
    changes = scene.report.history.changes
    titles = heads(scene.say("Row"), scene.say("Before"), scene.say("Now"), scene.say("Why"))
    rows = tuple(
        (_row(scene, one), _told(scene, one.old), _told(scene, one.new), _why(scene, one))
        for one in changes[:MOST_CHANGES]
    )
    more = scene.say("{n} more changed rows stand in the JSON report.").format(n=len(changes) - MOST_CHANGES)
    note = more if len(changes) > MOST_CHANGES else ""
    return Table("changes", scene.say("What changed since the revision before"), titles, rows, "stack", note=note)


def _row(scene: Scene, change: Change) -> Cell:
    title = plain(objective_title(scene.objectives.get(change.objective), change.objective, scene.language))
    parts: Sequence[str | None] = (
        change.service,
        change.operation,
        change.operation_class,
        scene.say("year to date") if change.span == "year-to-date" else None,
    )
    return Cell(title, below=tuple(plain(part) for part in parts if part))


def _told(scene: Scene, told: Told | None) -> Cell:
    if told is None:
        return Cell(scene.say("not in the report"))
    value = told.display or "\N{EN DASH}"
    known = told.status in Status.__members__
    word = scene.word(Status[told.status], missed=False) if known else told.status
    return Cell(plain(f"{value} · {word}"), below=(plain(told.goal),))


def _why(scene: Scene, change: Change) -> Cell:
    return Cell(", ".join(scene.say(CAUSES[cause]) for cause in change.why))
