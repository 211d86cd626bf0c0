"""The one table of endpoints: a row for each, worst first, the objectives as columns.

The one rule: thousands of cells are open at once, so a cell is as lean as HTML allows: its text, its
sign, and a one-letter class only where something is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.numbers import milliseconds, whole
from slactl.formats.page.parts import Block
from slactl.formats.sanitize import plain
from slactl.formats.units import GENERAL
from slactl.formats.words import GLYPHS, KINDS
from slactl.model.report import Result, RowSpan
from slactl.model.status import WORST_FIRST, Status

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import Bracket, OperationFigure, ServiceReport

LETTERS = {"miss": "b", "unsure": "i", "warn": "w"}


@dataclass(frozen=True, slots=True)
class LeanCell:
    """A figure with its sign; ``letter`` is its class."""

    text: str
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row of the table."""

    name: str
    below: str
    cells: tuple[LeanCell, ...]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The table, with its legend and the objectives that head its columns."""

    id: str
    caption: str
    legend: str
    first: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[Endpoint, ...]
    form: str = "endpoints"


def endpoint_block(scene: Scene, service: ServiceReport) -> Block | None:
    """The endpoints of a service; None where it has none."""
    if not service.operations:
        return None
    title = scene.say("Endpoints: {service}").format(service=plain(service.key))
    return Block(title, figures=(endpoints(scene, service),), kind="wide")


def endpoints(scene: Scene, service: ServiceReport) -> Endpoints:
    """All endpoints, worst first."""
    rows = _rows_by_operation(scene, service.key)
    columns = _columns(scene, rows)
    ranked = sorted(service.operations, key=lambda one: _badness(one, rows.get(one.name, {})))
    counted = scene.language.count("{n} endpoint, worst first", "{n} endpoints, worst first", len(ranked))
    words = ", ".join(f"{GLYPHS[status]} {_word(scene, status)}" for status in Status)
    plain_heads = tuple((text, "") for text in (scene.say("Requests"), "5xx", "4xx", "p50, ms", "p95, ms", "p99, ms"))
    return Endpoints(
        f"endpoints-{scene.place(service.key)}",
        scene.say("All endpoints of {service}: {count}").format(service=plain(service.key), count=counted),
        words,
        scene.say("Endpoint"),
        plain_heads + tuple(_head(scene, row) for row in columns.values()),
        tuple(_endpoint(scene, one, rows.get(one.name, {}), tuple(columns)) for one in ranked),
    )  # fmt: skip


def _word(scene: Scene, status: Status) -> str:
    if status is not Status.WARNING:
        return scene.word(status, missed=False)
    both = dict.fromkeys(scene.word(status, missed=missed) for missed in (False, True))
    return scene.say(" or ").join(both)


def _head(scene: Scene, row: Result) -> tuple[str, str]:
    unit = ", ms" if row.indicator == "percentile" else ""
    return f"{scene.title(row)}{unit}", scene.goal_text(row)


def _rows_by_operation(scene: Scene, service: str) -> dict[str, dict[str, Result]]:
    found: dict[str, dict[str, Result]] = {}
    for row in scene.report.results:
        if row.indicator in GENERAL:  # its parts are no endpoints
            continue
        if row.service == service and row.operation is not None and row.span is RowSpan.MONTH:
            found.setdefault(row.operation, {})[row.objective] = row
    return found


def _columns(scene: Scene, rows: dict[str, dict[str, Result]]) -> dict[str, Result]:
    seen = {row.objective: row for found in rows.values() for row in found.values()}
    order = [objective.id for objective in scene.report.catalogue.objectives]
    return {name: seen[name] for name in sorted(seen, key=lambda one: order.index(one) if one in order else len(order))}


def _badness(operation: OperationFigure, rows: dict[str, Result]) -> tuple[int, int, Fraction, int, str]:
    """Binding verdicts first, then all verdicts, then the share of 5xx, then traffic, then the name."""
    rate = Fraction(operation.faults or 0, operation.requests) if operation.requests else Fraction(0)
    bound = _rank(row.status for row in rows.values() if row.binding)
    return bound, _rank(row.status for row in rows.values()), -rate, -(operation.requests or 0), operation.name


def _rank(statuses: object) -> int:
    present = set(statuses)  # type: ignore[call-overload]
    return next((place for place, status in enumerate(WORST_FIRST) if status in present), len(WORST_FIRST))


def _endpoint(scene: Scene, operation: OperationFigure, rows: dict[str, Result], columns: tuple[str, ...]) -> Endpoint:
    counts = (operation.requests, operation.faults, operation.errors)
    cells = [LeanCell("–" if count is None else whole(count, scene.language)) for count in counts]
    cells += [LeanCell(_high(scene, bracket)) for bracket in (operation.p50, operation.p95, operation.p99)]
    cells += [_judged(scene, rows.get(column)) for column in columns]
    return Endpoint(plain(operation.name), plain(operation.operation_class or ""), tuple(cells))


def _high(scene: Scene, bracket: Bracket | None) -> str:
    return bare(milliseconds(bracket.high, scene.language)) if bracket else "–"


def bare(text: str) -> str:
    """A latency without its unit, which stands in the head of the column."""
    return text.removesuffix(" ms")


def _judged(scene: Scene, row: Result | None) -> LeanCell:
    if row is None:
        return LeanCell("–")
    shown = bare(scene.value(row) or "")
    return LeanCell(f"{shown} {GLYPHS[row.status]}".strip(), LETTERS.get(KINDS[row.status], ""))
