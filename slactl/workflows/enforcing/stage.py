"""Planned alarms played over kept counts, service by service.

The one rule: what is played is what the report is made of, read through the same reader; an alarm whose counts could
not be read says so, and is never taken for silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from slactl.alarming.replaying.bins import Grid
from slactl.alarming.replaying.formula import Column
from slactl.alarming.replaying.needs import Row, is_query, rows_of
from slactl.alarming.replaying.playing import play, play_contributors
from slactl.alarming.replaying.telling import Found
from slactl.alarming.replaying.windows import reach
from slactl.model.alarm import DesiredAlarm, MetricAlarm
from slactl.model.catalogue import Catalogue
from slactl.model.metric import Metric, Query
from slactl.model.period import day_start
from slactl.model.replay import Coarse, Unfit
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.model.watched import Watched
from slactl.ports import MetricReader
from slactl.ports.archive import Keeping
from slactl.workflows.enforcing.knowing import source_of

DAY, HOUR, FIVE_MINUTES, FINE = 86_400, 3_600, 300, 63 * 86_400


@dataclass(frozen=True, slots=True)
class Stage:
    """What is played on: the reader, what is kept, the settled part of the month, and now (seconds)."""

    reader: MetricReader
    keeps: Keeping
    now: int
    span: Span


@dataclass(slots=True)
class _Rows:
    """Counts as they were read, on the grid of a service; ``failures`` say what could not be."""

    grid: Grid
    pieces: Spans
    rows: dict[Row, Column] = field(default_factory=dict)
    failures: dict[Row, str] = field(default_factory=dict)


def play_all(
    stage: Stage, catalogue: Catalogue, wanted: Sequence[DesiredAlarm], watched: Mapping[str, Watched]
) -> tuple[tuple[Coarse, ...], dict[str, Found]]:
    """How finely each service is known, and what each metric alarm did, by its name."""
    coarse: list[Coarse] = []
    rungs: dict[str, Found] = {}
    for service in (*catalogue.services, *(one.service for one in catalogue.components)):
        mine = [one for one in wanted if one.service == service.key and isinstance(one.alarm, MetricAlarm)]
        if service.source is SourceKind.METRICS and not mine:
            continue
        rows = _opened(stage, service, mine)
        if isinstance(rows, Unfit):
            rungs |= dict.fromkeys((one.name for one in mine), rows)
            continue
        owed = _owed(service, catalogue, stage.span)
        coarse.append(Coarse(service.key, rows.grid.width, intersect(rows.grid.unread, owed)))
        found = _played(stage, rows, mine, watched.get(service.key))
        rungs |= ((name, _within(rung, owed)) for name, rung in found)
    own = [one for one in wanted if not one.service and isinstance(one.alarm, MetricAlarm)]
    if own:
        rungs |= _played(stage, _by_themselves(stage, own), own, None)
    return tuple(coarse), rungs


def _owed(service: Service, catalogue: Catalogue, span: Span) -> Spans:
    """The part of the month since which the service is there: before, its alarms would not have stood."""
    begin = day_start(service.since, catalogue.report.zone) if service.since else span.start
    return intersect((span,), (Span(begin, max(begin + 1, span.end)),))


def _within(found: Found, owed: Spans) -> Found:
    if isinstance(found, Unfit):
        return found
    return replace(found, spans=intersect(found.spans, owed), doubt=intersect(found.doubt, owed))


def _opened(stage: Stage, service: Service, alarms: Sequence[DesiredAlarm]) -> _Rows | Unfit:
    """The grid of a service: as fine as the whole month is known."""
    whole = _with_past(stage, alarms)
    kept = stage.keeps.readable(service, source_of(service), whole)
    month = [piece for piece in kept if piece.span.meets(stage.span)]
    if not month:
        return Unfit("unread", f"nothing is kept of {service.key} in this month")
    width = max(piece.finest for piece in month)
    parts = [piece.span.shrink(width) for piece in kept if piece.finest <= width]
    pieces = union(part for part in parts if part)
    grid = _grid(whole, width)
    return _Rows(Grid(grid, width, subtract((grid,), pieces)), pieces)


def _by_themselves(stage: Stage, alarms: Sequence[DesiredAlarm]) -> _Rows:
    """What slactl publishes of itself is kept by CloudWatch alone."""
    whole = _with_past(stage, alarms)
    width = FIVE_MINUTES if whole.start > stage.now - FINE + HOUR else HOUR
    grid = _grid(whole, width)
    return _Rows(Grid(grid, width), (grid,))


def _with_past(stage: Stage, alarms: Iterable[DesiredAlarm]) -> Span:
    back = max((reach(one.alarm) for one in alarms if isinstance(one.alarm, MetricAlarm)), default=0)
    return Span((stage.span.start - back) // DAY * DAY, stage.span.end)


def _grid(whole: Span, width: int) -> Span:
    return Span(whole.start, max(whole.end // width * width, whole.start + width))


def _played(
    stage: Stage, rows: _Rows, alarms: Sequence[DesiredAlarm], watched: Watched | None
) -> Iterator[tuple[str, Found]]:
    needs = {one.name: _needs(one, watched) for one in alarms}
    asked = dict.fromkeys(row for need in needs.values() if not isinstance(need, Unfit) for row in need)
    whole = (
        {watched.total.requests, watched.total.latency, watched.total.faults, watched.total.errors} if watched else {}
    )
    _read(stage, rows, [row for row in asked if row[0] in whole])
    _read(stage, rows, [row for row in asked if row[0] not in whole])
    return ((one.name, _one(stage, rows, one, needs[one.name])) for one in alarms)


def _needs(one: DesiredAlarm, watched: Watched | None) -> tuple[Row, ...] | Unfit:
    assert isinstance(one.alarm, MetricAlarm)
    if not is_query(one.alarm):
        return rows_of(one.alarm)
    if watched is None or not watched.endpoints:
        return Unfit("query", "nobody knows the endpoints that its query would find")
    streams = [stream for endpoint in watched.endpoints for stream in endpoint.streams]
    return tuple(dict.fromkeys((stream.faults, "Sum") for stream in (*streams, *watched.left_out)))


def _one(stage: Stage, rows: _Rows, one: DesiredAlarm, needs: tuple[Row, ...] | Unfit) -> Found:
    if isinstance(needs, Unfit):
        return needs
    assert isinstance(one.alarm, MetricAlarm)
    for row in needs:
        if _published(row[0]) and (row in rows.failures or row not in rows.rows):
            return Unfit("not-published", "of the figures of slactl check --publish nothing is kept of this month")
        if row in rows.failures:
            return Unfit("unread", f"{_named(*row)}: {rows.failures[row]}")
    if is_query(one.alarm):
        return play_contributors(one.alarm, rows.grid, [rows.rows[row] for row in needs], stage.span)
    return play(one.alarm, rows.grid, rows.rows, stage.span)


def _named(metric: Metric, stat: str) -> str:
    of = ", ".join(value for _, value in metric.dimensions)
    return f"{stat} of {metric.namespace} {metric.name}" + (f" ({of})" if of else "")


def _read(stage: Stage, rows: _Rows, asked: Sequence[Row]) -> None:
    """Reads rows, piece by piece; what slactl publishes and nobody has is left out, not taken for silence."""
    queries = [Query((metric,), stat, rows.grid.width, piece) for piece in rows.pieces for metric, stat in asked]
    answers = iter(stage.reader.read(queries) if queries else [])
    points: dict[Row, dict[int, float]] = {row: {} for row in asked}
    for _ in rows.pieces:
        for row in asked:
            series = next(answers)
            points[row] |= series.points
            if series.failure is not None:
                rows.failures[row] = series.failure.code.value
    for row in asked:
        if points[row] or not _published(row[0]):
            rows.rows[row] = rows.grid.row(points[row])


def _published(metric: Metric) -> bool:
    """Whether it is a figure that slactl puts there, not the count of a service that may be silent."""
    return metric.name in ("BudgetRemaining", "LastRun", "Status")
