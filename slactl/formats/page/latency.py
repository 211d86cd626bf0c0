"""Chapter Response times: objectives with their brackets, the distribution, and p95 and p99 by day.

The one rule: a percentile is printed as the upper end of its bracket, and the bracket beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.numbers import milliseconds, percent, whole
from slactl.formats.page.budget import budget_bar
from slactl.formats.page.daily import daily_chart
from slactl.formats.page.distribution import distribution_chart, distribution_table
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.texts import reason_text
from slactl.formats.times import short_day
from slactl.model.detail import LatencyDetail, PercentileDetail
from slactl.model.report import Result

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import Bracket, DayFigure, ServiceReport

INDICATORS = frozenset({"latency", "percentile"})


def chapter(scene: Scene) -> Chapter:
    """A block for each service."""
    blocks = tuple(_service(scene, service) for service in scene.report.services)
    lead = scene.say("How long the requests took: the objectives, the whole distribution, and each day.")
    return Chapter("latency", scene.say("Response times"), lead, blocks)


def latency_rows(scene: Scene, service: str) -> tuple[Result, ...]:
    """The latency and percentile rows of a service and its classes."""
    return tuple(row for row in scene.service_rows(service) if row.indicator in INDICATORS)


def _service(scene: Scene, service: ServiceReport) -> Block:
    rows = latency_rows(scene, service.key)
    tables, pictures = [], []
    if rows:
        tables.append(_figures(scene, service, rows))
    if service.distribution and service.distribution[-1][1]:
        pictures.append(distribution_chart(scene, service, rows))
        tables.append(distribution_table(scene, service))
    if any(day.p95 or day.p99 for day in service.days):
        pictures.append(daily_chart(scene, service, rows))
        tables.append(_days(scene, service))
    texts = (reason_text(service.day_latency_missing, scene.language),) if service.day_latency_missing else ()
    bars = tuple(bar for row in rows if row.binding and (bar := budget_bar(scene, row)))
    return Block(plain(service.key), texts=texts, bars=bars, figures=tuple(pictures), tables=tuple(tables))


def _figures(scene: Scene, service: ServiceReport, rows: tuple[Result, ...]) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Target"), scene.say("Measured value"), scene.say("Bracket"),
        scene.say("Within the limit"), scene.say("Requests"), scene.say("Further figures"), scene.say("Outcome"),
        numbers="-nnnnn--",
    )  # fmt: skip
    caption = scene.say("Response times against their targets: {service}").format(service=plain(service.key))
    return Table(f"latency-{scene.place(service.key)}", caption, titles, tuple(_row(scene, row) for row in rows))


def _row(scene: Scene, row: Result) -> tuple[Cell, ...]:
    return (
        Cell(scene.title(row)),
        figure(scene.goal_text(row)),
        figure(scene.value(row)),
        figure(_bracket(scene, row)),
        figure(_count(scene, row.good)),
        figure(_count(scene, row.total)),
        Cell("", "why", tuple(_further(scene, row))),
        scene.verdict(row),
    )


def _count(scene: Scene, count: int | None) -> str | None:
    return None if count is None else whole(count, scene.language)


def _bracket(scene: Scene, row: Result) -> str | None:
    if row.low is None or row.high is None:
        return None
    return f"{milliseconds(row.low, scene.language)} – {milliseconds(row.high, scene.language)}"


def _further(scene: Scene, row: Result) -> list[str]:
    told = scene.cases(row)
    if isinstance(row.detail, LatencyDetail) and row.detail.without_failed is not None:
        value = scene.other_value(row.detail.without_failed, row)
        told.append(scene.say("without failed requests: {value}").format(value=value))
    if isinstance(row.detail, PercentileDetail):
        told += _extremes(scene, row.detail)
    return told


def _extremes(scene: Scene, detail: PercentileDetail) -> list[str]:
    told = []
    if detail.over_limit_share is not None:
        text = scene.say("at or over the limit: {value}")
        told.append(text.format(value=percent(detail.over_limit_share, scene.language, up=True)))
    if detail.maximum is not None:
        told.append(scene.say("slowest: {value}").format(value=milliseconds(detail.maximum, scene.language)))
    return told


def _days(scene: Scene, service: ServiceReport) -> Table:
    titles = heads(scene.say("Day"), scene.say("Requests"), "p95", "p99", "5xx", "4xx", numbers="-nnnnn")
    caption = scene.say("Days: response times and errors, {service}").format(service=plain(service.key))
    rows = tuple(_day(scene, day) for day in service.days)
    return Table(f"latency-days-{scene.place(service.key)}", caption, titles, rows, "dense")


def _day(scene: Scene, day: DayFigure) -> tuple[Cell, ...]:
    return (
        Cell(short_day(day.day, scene.language)),
        figure(_count(scene, day.requests)),
        figure(_high(scene, day.p95)),
        figure(_high(scene, day.p99)),
        figure(_count(scene, day.faults)),
        figure(_count(scene, day.errors)),
    )


def _high(scene: Scene, bracket: Bracket | None) -> str | None:
    return milliseconds(bracket.high, scene.language) if bracket else None
