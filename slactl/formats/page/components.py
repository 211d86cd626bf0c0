"""Chapter Platform components: what general objectives found of each part of the platform.

The one rule: of a long breakdown the largest parts are shown and everything that is not met; what is left out is
counted, and was met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.clauses import outside
from slactl.formats.dimensions import dimension_word
from slactl.formats.numbers import whole
from slactl.formats.page.budget import budget_sentence
from slactl.formats.page.controls import control_tables, miss_text
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.page.scene import Scene, deciding_status
from slactl.formats.sanitize import plain
from slactl.formats.units import GENERAL, counted
from slactl.formats.words import GLYPHS
from slactl.model.control import ControlDetail
from slactl.model.detail import PercentileDetail
from slactl.model.general import Ratio
from slactl.model.status import WORST_FIRST, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slactl.model.report import Result

LETTERS = {Status.BREACHED: "b", Status.INSUFFICIENT_DATA: "i", Status.WARNING: "w"}
MOST = 12


def general_rows(scene: Scene) -> dict[str, list[Result]]:
    """The rows of general objectives by whose they are, components before services, each in the report's order."""
    found: dict[str, list[Result]] = {one.key: [] for one in scene.report.catalogue.components}
    for row in scene.report.results:
        if row.indicator in GENERAL:
            found.setdefault(row.service, []).append(row)
    return {key: rows for key, rows in found.items() if rows}


def is_told(scene: Scene) -> bool:
    """Whether there is a row of any."""
    return bool(general_rows(scene))


def chapter(scene: Scene) -> Chapter:
    """A block for each part: its objectives, its breakdowns, its controls."""
    lead = scene.say("What was promised of the parts of the platform, from their own metrics and their configuration.")
    blocks = tuple(_block(scene, key, rows) for key, rows in general_rows(scene).items())
    return Chapter("components", scene.say("Platform components"), lead, blocks)


def _block(scene: Scene, key: str, rows: Sequence[Result]) -> Block:
    whole_rows = [row for row in rows if row.operation is None]
    tables = [_objectives(scene, key, whole_rows)] if whole_rows else []
    tables += _breakdowns(scene, key, rows)
    tables += control_tables(scene, key, [row for row in rows if isinstance(row.detail, ControlDetail)])
    return Block(scene.bearer(key) or outside(key), _limits(scene, key), tables=tuple(tables))


def _limits(scene: Scene, key: str) -> tuple[str, ...]:
    """What the source of a component cannot tell."""
    known = {one.key: one.limits for one in scene.report.catalogue.components}
    texts = known.get(key, {})
    told = texts.get(scene.language.code) or next(iter(texts.values()), "")
    return (plain(told),) if told else ()


def _objectives(scene: Scene, key: str, rows: Sequence[Result]) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("Measured value"), scene.say("Good of total"),
        scene.say("Outcome"), scene.say("Notes"), numbers="-nnn--",
    )  # fmt: skip
    caption = scene.say("Objectives: {name}").format(name=scene.bearer(key) or outside(key))
    return Table(f"component-{scene.place(key)}", caption, titles, tuple(_row(scene, row) for row in rows), "stack")


def _row(scene: Scene, row: Result) -> tuple[Cell, ...]:
    weight = () if row.binding else (scene.say("informative"),)
    return (
        Cell(scene.title(row), below=weight),
        figure(scene.goal_text(row)),
        Cell(scene.value(row) or "\N{EN DASH}", "n", tuple(_bracket(scene, row))),
        figure(counts_text(scene, row)),
        scene.verdict(row),
        Cell("", "why", tuple(dict.fromkeys(_notes(scene, row)))),
    )


def _bracket(scene: Scene, row: Result) -> Iterator[str]:
    if row.value is None and _same_ends(row):  # the figure shows both ends itself
        return
    ends = [scene.other_value(value, row) for value in (row.low, row.high) if value is not None]
    if len(ends) == 2 and ends[0] != ends[1]:
        yield scene.say("from {first} to {last}").format(first=ends[0], last=ends[1])


def _same_ends(row: Result) -> bool:
    """Whether the worst and the best case are the ends of the bracket."""
    cases = [case.value for case in (row.worst_case, row.best_case) if case is not None]
    return len(cases) == 2 and None not in cases and set(cases) == {row.low, row.high}


def counts_text(scene: Scene, row: Result) -> str | None:
    """``1,203,920 of 1,204,331 operations``: good ones, of all that were counted; of the largest part its own."""
    if row.good is None or row.total is None:
        return None
    language, text = scene.language, scene.say("{good} of {total}")
    if row.unit == "seconds":
        return text.format(good=scene.length(row.good), total=scene.length(row.total))
    total = counted(whole(row.total, language), scene.count_unit(row), language)
    if not _is_of_largest(scene, row):
        return text.format(good=whole(row.good, language), total=total)
    own = text.format(good=whole(row.total - row.good, language), total=total)
    return own if row.operation is not None else scene.say("the largest: {counts}").format(counts=own)


def _is_of_largest(scene: Scene, row: Result) -> bool:
    """Whether the figure is a part's share of all, and what is good of it is what the others have."""
    found = scene.objectives.get(row.objective)
    indicator = found.indicator if found else None
    return isinstance(indicator, Ratio) and indicator.largest and not indicator.counts_good


def _notes(scene: Scene, row: Result) -> Iterator[str]:
    yield from miss_text(scene, row)
    yield from scene.worst_endpoint(row)
    if row.budget is not None and row.budget.allowed:
        yield budget_sentence(scene, row, row.budget)
    if row.value is not None and not _same_ends(row):  # otherwise both ends are shown already
        yield from scene.cases(row)
    if isinstance(row.detail, PercentileDetail) and row.detail.maximum is not None:
        yield scene.say("largest: {value}").format(value=scene.other_value(row.detail.maximum, row))
    if other := row.with_exclusions or row.without_exclusions:
        text = (
            scene.say("without maintenance: {value}")
            if row.with_exclusions
            else scene.say("maintenance included: {value}")
        )
        yield text.format(value=scene.other_value(other.value, row) or "\N{EN DASH}")
    yield from scene.reasons((row.reason, *row.notes))


def _breakdowns(scene: Scene, key: str, rows: Sequence[Result]) -> list[Table]:
    """One table for the objectives that are broken down by the same parts."""
    groups: dict[frozenset[str], list[str]] = {}
    parts: dict[str, dict[str, Result]] = {}
    for row in rows:
        if row.operation is not None and not isinstance(row.detail, ControlDetail):
            parts.setdefault(row.objective, {})[row.operation] = row
    for name, found in parts.items():
        groups.setdefault(frozenset(found), []).append(name)
    tables = [[parts[name] for name in names] for names in groups.values()]
    dimensions = [_dimension(scene, _firsts(columns)[0]) for columns in tables]
    return [
        _breakdown(scene, key, place, columns, named=dimensions.count(dimension) > 1)
        for place, (columns, dimension) in enumerate(zip(tables, dimensions, strict=True))
    ]


def _firsts(columns: Sequence[dict[str, Result]]) -> list[Result]:
    return [next(iter(column.values())) for column in columns]


def _breakdown(scene: Scene, key: str, place: int, columns: Sequence[dict[str, Result]], *, named: bool) -> Table:
    """The parts by size; ``named``: another table has the same caption but for the objectives."""
    names = sorted(columns[0], key=lambda name: (-_size(columns, name), name))
    kept = [name for number, name in enumerate(names) if number < MOST or _troubled(columns, name)]
    firsts = _firsts(columns)
    roomy = len(columns) < 3
    dimension = _dimension(scene, firsts[0])
    titles = heads(dimension, *(scene.title(row) for row in firsts), numbers="-" + "n" * len(firsts))
    body = tuple(
        (
            Cell(outside(scene.part(firsts[0].objective, name)), "name"),
            *(_part(scene, column.get(name), reasons=roomy) for column in columns),
        )
        for name in kept
    )
    told = [scene.bearer(key) or outside(key), *((scene.title(row) for row in firsts) if named else ())]
    caption = scene.say("{name}: {dimension}, in order of size").format(name=", ".join(told), dimension=dimension)
    left, kind = len(names) - len(kept), "lean account" if roomy else "lean"
    note = ""
    if left:
        note = scene.language.count(
            "And {n} more, met or not rated; the JSON report lists every one.",
            "And {n} more, all met or not rated; the JSON report lists every one.",
            left,
        )
    return Table(f"parts-{scene.place(key)}-{place}", caption, titles, body, kind, note=note)


def _dimension(scene: Scene, row: Result) -> str:
    found = scene.objectives.get(row.objective)
    name = getattr(found.indicator, "breakdown", None) if found else None
    return outside(dimension_word(name, scene.language)) if name else scene.say("Part")


def _size(columns: Sequence[dict[str, Result]], name: str) -> int:
    return max((column[name].total or 0 for column in columns if name in column), default=0)


def _troubled(columns: Sequence[dict[str, Result]], name: str) -> bool:
    return any(deciding_status(column[name]) in WORST_FIRST[:3] for column in columns if name in column)


def _part(scene: Scene, row: Result | None, *, reasons: bool) -> Cell:
    if row is None:
        return figure(None)
    status = deciding_status(row)
    word = () if status is Status.OK else (scene.word(status, missed=scene.misses(row)),)
    counts = counts_text(scene, row)
    below = (*word, *((counts,) if counts else ()), *(scene.reasons((row.reason,)) if reasons else ()))
    return Cell(scene.value(row) or "", LETTERS.get(status, ""), below, GLYPHS[status])
