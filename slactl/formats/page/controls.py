"""What controls found: on how many days each held, what changed on which day, and the days nobody looked.

The one rule: a day without a sample is named; it is neither held nor missed.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from slactl.formats.clauses import held_text, outside
from slactl.formats.language import mark
from slactl.formats.page.parts import Cell, Table, figure, heads
from slactl.formats.times import short_day
from slactl.formats.units import COUNTS, counted
from slactl.model.control import ControlDetail
from slactl.model.general import Control, Expects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from slactl.formats.page.scene import Scene
    from slactl.model.control import Change
    from slactl.model.report import Result

EXPECTED = {
    Expects.EQUALS: mark("is {value}"),
    Expects.ONE_OF: mark("is one of {value}"),
    Expects.AT_LEAST: mark("is at least {value}"),
    Expects.AT_MOST: mark("is at most {value}"),
    Expects.PRESENT: mark("is there"),
    Expects.ABSENT: mark("none"),
    Expects.YOUNGER_THAN: mark("is younger than {value}"),
}
ENDINGS = {"_seconds": "s", "_ms": "ms"}
"""What the names of selected fields tell of their units."""

AWS_UNITS = {
    ("lambda:GetFunctionConfiguration", "Timeout"): "s",
    ("memorydb:DescribeClusters", "Clusters[0].SnapshotRetentionLimit"): "days",
}
"""The units that AWS gives fields whose names do not tell."""

MOST_CHANGES = 50
DAY = 86_400


def control_tables(scene: Scene, key: str, rows: Sequence[Result]) -> list[Table]:
    """A row for each control and target, then every change."""
    if not rows:
        return []
    parts = [row for row in rows if row.operation is not None]
    split = {row.objective for row in parts}
    told = [row for row in rows if row.operation is not None or row.objective not in split]
    changes = _changes(scene, key, told)
    return [_samples(scene, key, told), *([changes] if changes else [])]


def _samples(scene: Scene, key: str, rows: Sequence[Result]) -> Table:
    titles = heads(
        scene.say("Check of configuration"), scene.say("Expected"), scene.say("Found"), scene.say("Last seen"),
        scene.say("Days without a sample"), scene.say("Outcome"),
    )  # fmt: skip
    caption = scene.say("Checks of the configuration: {name}").format(name=scene.bearer(key) or outside(key))
    body = tuple(_sample(scene, row, row.detail) for row in rows if isinstance(row.detail, ControlDetail))
    return Table(f"controls-{scene.place(key)}", caption, titles, body, "stack")


def _sample(scene: Scene, row: Result, detail: ControlDetail) -> tuple[Cell, ...]:
    latest = detail.latest
    seen = Cell("\N{EN DASH}", "z")
    if latest is not None and latest.failure is None:
        seen = Cell(value_text(scene, latest.selected, _unit_of(scene, row)), "name", (scene.iso(latest.at),))
    return (
        Cell(scene.title(row), below=(outside(row.operation),) if row.operation is not None else ()),
        _expected(scene, row),
        Cell(held_text(row, scene.language), below=_missed(scene, row, detail)),
        seen,
        Cell(days_text(scene, detail.days_without) or "\N{EN DASH}", "" if detail.days_without else "z"),
        scene.verdict(row),
    )


def miss_text(scene: Scene, row: Result) -> tuple[str, ...]:
    """What it means that a control was missed; nothing of a row that is no control's, or was not missed."""
    control = _control(scene, row)
    if control is None or not isinstance(row.detail, ControlDetail) or not row.detail.missed_days:
        return ()
    told = control.miss.get(scene.language.code) or next(iter(control.miss.values()), "")
    return (outside(told),) if told else ()


def _control(scene: Scene, row: Result) -> Control | None:
    found = scene.objectives.get(row.objective)
    return found.indicator if found and isinstance(found.indicator, Control) else None


def _missed(scene: Scene, row: Result, detail: ControlDetail) -> tuple[str, ...]:
    """What a miss means, and on which days it was seen."""
    if not detail.missed_days:
        return scene.reasons((row.reason,))
    when = scene.say("missed on {days}").format(days=days_text(scene, detail.missed_days))
    hint = scene.say("Nothing was selected: the call may have named what is not there.") if _is_empty(detail) else ""
    return (when, *miss_text(scene, row), *filter(None, (hint,)), *scene.reasons((row.reason,)))


def _is_empty(detail: ControlDetail) -> bool:
    """Whether the last look was answered, missed, and selected nothing at all."""
    latest = detail.latest
    return latest is not None and latest.held is False and (latest.selected is None or latest.selected == [])


def _expected(scene: Scene, row: Result) -> Cell:
    """``is "PAY_PER_REQUEST"``; what is to be none, or to be compared, with what is selected under it."""
    control = _control(scene, row)
    if control is None:
        return Cell("\N{EN DASH}")
    plain_words = control.expects.how in (Expects.EQUALS, Expects.ONE_OF)
    return Cell(expectation_text(scene, control), below=() if plain_words else (outside(control.select),))


def expectation_text(scene: Scene, control: Control) -> str:
    """What a control expects: ``at most 180 s``."""
    expects, value = control.expects, control.expects.value
    if expects.how is Expects.YOUNGER_THAN and isinstance(value, int):
        return scene.say(EXPECTED[expects.how]).format(value=scene.length(value))
    return scene.say(EXPECTED[expects.how]).format(value=value_text(scene, value, _unit(control)))


def value_text(scene: Scene, value: object, unit: str = "") -> str:
    """A selected value as JSON, on one line and of bearable length; what is none, or empty, in words."""
    if value is None or value in ([], ""):
        return scene.say("an empty list") if value == [] else scene.say("no value")
    text = outside(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
    if not unit or isinstance(value, bool) or not isinstance(value, int | float):
        return text
    return counted(text, unit, scene.language) if unit in COUNTS else f"{text} {unit}"


def _unit_of(scene: Scene, row: Result) -> str:
    control = _control(scene, row)
    return _unit(control) if control else ""


def _unit(control: Control) -> str:
    """The unit of what is selected, as far as its own name or AWS's documentation tells it."""
    known = AWS_UNITS.get((control.call, control.select), "")
    return known or next((unit for end, unit in ENDINGS.items() if control.select.endswith(end)), "")


def days_text(scene: Scene, days: Sequence[date]) -> str:
    """``Mon 3 Oct – Thu 6 Oct, Sun 9 Oct``: runs of days by their ends."""
    return ", ".join(_run(scene, run) for run in _runs(days))


def _run(scene: Scene, run: Sequence[date]) -> str:
    ends = dict.fromkeys((run[0], run[-1]))
    return " \N{EN DASH} ".join(short_day(day, scene.language) for day in ends)


def _runs(days: Sequence[date]) -> Iterator[list[date]]:
    ordered = sorted(set(days))
    for _, run in groupby(enumerate(ordered), key=lambda one: one[1].toordinal() - one[0]):
        yield [day for _, day in run]


def _changes(scene: Scene, key: str, rows: Sequence[Result]) -> Table | None:
    told = [(row, change) for row in rows if isinstance(row.detail, ControlDetail) for change in row.detail.changes]
    if not told:
        return None
    told.sort(key=lambda one: one[1].at)
    titles = heads(
        scene.say("Seen"), scene.say("Check of configuration"), scene.say("Before"), scene.say("After"),
        scene.say("As expected"),
    )  # fmt: skip
    caption = scene.say("Changes seen: {name}").format(name=scene.bearer(key) or outside(key))
    left = len(told) - MOST_CHANGES
    note = "" if left <= 0 else scene.language.count(
        "And {n} more change; the JSON report lists every one.",
        "And {n} more changes; the JSON report lists every one.",
        left,
    )  # fmt: skip
    body = tuple(_change(scene, row, change) for row, change in told[:MOST_CHANGES])
    return Table(f"changes-{scene.place(key)}", caption, titles, body, note=note)


def _change(scene: Scene, row: Result, change: Change) -> tuple[Cell, ...]:
    held = {True: scene.say("yes"), False: scene.say("no"), None: scene.say("not known")}[change.held]
    name, unit = outside(change.target or row.operation or ""), _unit_of(scene, row)
    return (
        Cell(scene.iso(change.at), "t"),
        Cell(scene.title(row), below=(name,) if name else ()),
        Cell(value_text(scene, change.before, unit), "name"),
        Cell(value_text(scene, change.after, unit), "name"),
        Cell(held) if change.held is not None else figure(None),
    )
