"""Chapter Alarms and notifications: whether each promise was watched, and whether somebody was told when it broke.

The one rule: shown only where the record tells something; what no history covers is said to be unknown.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.clauses import outside
from slactl.formats.numbers import percent, whole
from slactl.formats.page.components import general_rows
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.words import objective_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.formats.page.scene import Scene
    from slactl.model.report import Result
    from slactl.model.watch import Muted, WatchedPromise

ALARM_RECORD = "alarm-record"
MOST = 60
NOTHING = Cell("\N{EN DASH}", "z")


def record_rows(scene: Scene) -> list[Result]:
    """The rows over the record of alarms."""
    return [row for rows in general_rows(scene).values() for row in rows if row.indicator == ALARM_RECORD]


def is_told(scene: Scene) -> bool:
    """Whether there is anything to say."""
    return bool(scene.report.watched) or bool(record_rows(scene))


def chapter(scene: Scene) -> Chapter:
    """The objectives over the record, then each promise with a limit."""
    lead = scene.say(
        "Whether an enabled alarm with an action watched each promise with a limit, and whether it told anybody when "
        "the limit was crossed."
    )
    rows, watched = record_rows(scene), scene.report.watched or ()
    tables = [_rows(scene, rows)] if rows else []
    tables += [_watched(scene, watched)] if watched else []
    return Chapter("alarms", scene.say("Alarms and notifications"), lead, (Block(tables=tuple(tables)),))


def _rows(scene: Scene, rows: Sequence[Result]) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("Measured value"), scene.say("Outcome"),
        scene.say("Reason"), numbers="-nn--",
    )  # fmt: skip
    body = tuple(
        (
            Cell(scene.title(row), below=(outside(scene.part(row.objective, row.operation)),) if row.operation else ()),
            figure(scene.goal_text(row)),
            figure(scene.value(row)),
            scene.verdict(row),
            Cell("", "why", scene.reasons((row.reason, *row.notes))),
        )
        for row in rows
    )
    return Table("alarm-records", scene.say("What is known of the watching"), titles, body, "stack")


def _watched(scene: Scene, watched: Sequence[WatchedPromise]) -> Table:
    titles = heads(
        scene.say("Promise"), scene.say("Time watched"), scene.say("Share"), scene.say("Crossings of the limit"),
        scene.say("First action"), scene.say("Delay"), scene.say("Crossings without notification"),
        scene.say("Muted by maintenance"), numbers="-nnn-n--",
    )  # fmt: skip
    ordered = sorted(watched, key=lambda one: (-len(one.untold), one.watched is not None))
    body = tuple(_promise(scene, one) for one in ordered[:MOST])
    left = len(ordered) - MOST
    note = scene.language.count("And {n} more promise.", "And {n} more promises.", left) if left > 0 else ""
    caption = scene.say("Promises with a limit, and the alarms that watched them")
    return Table("watched", caption, titles, body, note=note)


def _promise(scene: Scene, one: WatchedPromise) -> tuple[Cell, ...]:
    objective = next((entry for entry in scene.report.catalogue.objectives if entry.id == one.objective), None)
    where = " \N{MIDDLE DOT} ".join(filter(None, (scene.bearer(one.service), outside(one.operation or ""))))
    told, reason = (where,) if where else (), scene.reasons((one.reason,))
    share = None if one.watched is None or not one.owed else Fraction(min(one.watched, one.owed), one.owed)
    first = one.first
    delay = first.delay if first and not one.by_month else None
    return (
        Cell(outside(objective_title(objective, one.objective, scene.language)), "name", (*told, *reason)),
        figure(_length(scene, one.watched)),
        figure(None if share is None else percent(share, scene.language, up=False)),
        _crossings(scene, one),
        Cell(scene.iso(first.action), "t") if first and first.action is not None else NOTHING,
        figure(None if delay is None else scene.length(delay)),
        _untold(scene, one),
        _muted(scene, one),
    )


def _length(scene: Scene, seconds: int | None) -> str:
    return scene.say("not known") if seconds is None else scene.length(seconds)


def _crossings(scene: Scene, one: WatchedPromise) -> Cell:
    """How often the limit was crossed; of a promise that no condition watches only the month can tell."""
    if one.watched is None:
        return figure(None)
    count = whole(len(one.crossings), scene.language)
    left = scene.language.count("{n} more not known", "{n} more not known", one.unknown) if one.unknown else ""
    text = scene.say("{n} (by the month)").format(n=count) if one.by_month else count
    return replace(figure(text), below=(left,) if left else ())


def _muted(scene: Scene, one: WatchedPromise) -> Cell:
    if one.watched is None or not one.muted:
        return NOTHING
    told = tuple(_window(scene, each) for each in one.muted)
    return Cell(whole(len(told), scene.language), "b", _few(told))


def _window(scene: Scene, one: Muted) -> str:
    """When it was crossed, and the window; one that is not admitted excuses nothing."""
    refused = () if one.admitted else (scene.say("not admitted"),)
    acted = () if one.action is None else (_acted(scene, one.action),)
    return f"{scene.iso(one.at)} ({'; '.join((', '.join((outside(one.window), *refused)), *acted))})"


def _acted(scene: Scene, at: int) -> str:
    return scene.say("an alarm acted all the same: {at}").format(at=scene.iso(at))


def _few(lines: tuple[str, ...]) -> tuple[str, ...]:
    return lines[:5] + (("\N{HORIZONTAL ELLIPSIS}",) if len(lines) > 5 else ())


def _untold(scene: Scene, one: WatchedPromise) -> Cell:
    if one.watched is None:
        return NOTHING
    if not one.untold:
        return Cell(scene.say("none"))
    if one.by_month:
        times: tuple[str, ...] = (scene.say("at the end of the period: the month missed it"),)
    else:
        times = tuple(scene.iso(crossing.at) for crossing in one.untold)
    return Cell(whole(len(times), scene.language), "b", _few(times))
