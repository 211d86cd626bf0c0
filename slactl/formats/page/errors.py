"""Chapter Error rate: the service's 5xx and 4xx rates, then one table with a row for each endpoint.

The one rule: 5xx decides where the agreement counts faults, and 4xx stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.numbers import percent, whole
from slactl.formats.page.budget import budget_bar
from slactl.formats.page.endpoints import endpoint_block
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.model.detail import ErrorRateDetail
from slactl.model.report import Result

if TYPE_CHECKING:
    from fractions import Fraction

    from slactl.formats.page.scene import Scene
    from slactl.model.report import ServiceReport


def chapter(scene: Scene) -> Chapter:
    """Rates of each service, then the endpoints of all."""
    blocks = tuple(_service(scene, service) for service in scene.report.services)
    lead = scene.say(
        "Server errors (5xx) and client errors (4xx) over all requests, for the service and for each endpoint."
    )
    endpoints = tuple(block for service in scene.report.services if (block := endpoint_block(scene, service)))
    return Chapter("errors", scene.say("Error rate"), lead, (*blocks, *endpoints))


def _service(scene: Scene, service: ServiceReport) -> Block:
    rows = tuple(row for row in scene.service_rows(service.key) if row.indicator == "error-rate")
    tables = (_figures(scene, service, rows),) if rows else ()
    bars = tuple(
        bar for row in rows if row.binding and not _by_endpoint(scene, row) and (bar := budget_bar(scene, row))
    )
    return Block(plain(service.key), bars=bars, tables=tables)


def _figures(scene: Scene, service: ServiceReport, rows: tuple[Result, ...]) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("Measured value"), scene.say("Requests"), "5xx",
        scene.say("5xx rate"), "4xx", scene.say("4xx rate"), scene.say("Further figures"), scene.say("Outcome"),
        numbers="-nnnnnnn--",
    )  # fmt: skip
    caption = scene.say("Error rates against their targets: {service}").format(service=plain(service.key))
    return Table(f"errors-{scene.place(service.key)}", caption, titles, tuple(_row(scene, row) for row in rows))


def _row(scene: Scene, row: Result) -> tuple[Cell, ...]:
    detail = (
        row.detail if isinstance(row.detail, ErrorRateDetail) else ErrorRateDetail(None, None, row.total, None, None)
    )
    return (
        Cell(scene.title(row)),
        figure(scene.goal_text(row)),
        figure(scene.value(row)),
        figure(_count(scene, detail.requests)),
        figure(_count(scene, detail.faults)),
        figure(_rate(scene, detail.fault_rate)),
        figure(_count(scene, detail.errors)),
        figure(_rate(scene, detail.error_rate)),
        Cell("", "why", tuple(_further(scene, row))),
        scene.verdict(row),
    )


def _count(scene: Scene, count: int | None) -> str | None:
    return None if count is None else whole(count, scene.language)


def _rate(scene: Scene, rate: Fraction | None) -> str | None:
    return None if rate is None else percent(rate, scene.language, up=True)


def _further(scene: Scene, row: Result) -> list[str]:
    told = scene.cases(row)
    if row.beside and row.beside.value is not None:
        value = scene.other_value(row.beside.value, row)
        told.append(scene.say("the service's own figure: {value}").format(value=value))
    return [*told, *scene.worst_endpoint(row)]


def _by_endpoint(scene: Scene, row: Result) -> bool:
    """Whether the objective is judged for every endpoint: then the service's own budget decides nothing."""
    found = scene.objectives.get(row.objective)
    return found is not None and found.per_operation
