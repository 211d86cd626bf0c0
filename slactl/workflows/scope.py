"""What of a period concerns a service, and the rows of one of which nothing was read.

The one rule: before a service's ``since`` nothing is owed, and what is no longer kept is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from slactl.compliance.exclusions import Grid
from slactl.model.catalogue import Catalogue
from slactl.model.kept import Kept
from slactl.model.objective import Objective
from slactl.model.period import Period, day_start
from slactl.model.report import Gap, Result, RowSpan, Seconds, ServiceReport
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Reason, Status
from slactl.ports.archive import Keeping
from slactl.reading.retention import FIVE_MINUTES
from slactl.workflows.rows.context import rolled_up


@dataclass(frozen=True, slots=True)
class JudgedService:
    """A service's rows, its page, and what could not be read."""

    results: tuple[Result, ...]
    page: ServiceReport
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a period that concerns a service.

    ``owed`` begins at its ``since``; ``settled`` is what of it is over; ``kept`` what of that is still kept.
    """

    owed: Span
    settled: Span
    kept: tuple[Kept, ...]


def kept_of(keeping: Keeping, service: Service, span: Span) -> tuple[Kept, ...]:
    """What of a span can be read of a service and, where it has one, of its edge."""
    own = keeping.readable(service, service.source, span)
    return _common(own, keeping.readable(service, SourceKind.API_GATEWAY, span)) if service.edge else own


def in_bins(pieces: Iterable[Kept], widths: Iterable[int], excluded: Spans) -> tuple[Kept, ...]:
    """Pieces with the bins to read them in: five minutes, one where slices or exclusions want it, or hours."""
    edges = (edge for span in excluded for edge in (span.start, span.end))
    minutes = any(seconds % FIVE_MINUTES for seconds in (*widths, *edges))
    return tuple(pieces) if minutes else tuple(replace(one, finest=max(one.finest, FIVE_MINUTES)) for one in pieces)


def grid_of(services: Iterable[Service], keeping: Keeping) -> Grid:
    """The grid that exclusions are shrunk to (rule 16), of each of some services."""
    known = {service.key: service for service in services}
    return lambda key, instant: keeping.grid(known[key], instant)


def _common(own: tuple[Kept, ...], edge: tuple[Kept, ...]) -> tuple[Kept, ...]:
    """What can be read of both, as finely as of both."""
    return own if own == edge else tuple(part for one in own for other in edge if (part := _shared(one, other)))


def _shared(one: Kept, other: Kept) -> Kept | None:
    coarse = max(one, other, key=lambda kept: kept.finest)
    common = one.span.clip(other.span)
    span = common.shrink(coarse.finest) if common else None
    if span is None:
        return None
    head = coarse.head if span.start == coarse.span.start else None
    return Kept(span, coarse.finest, head, coarse.tail if span.end == coarse.span.end else None)


def scope_of(service: Service, period: Period, keeping: Keeping) -> Scope | None:
    """The service's part of the period; None if nothing is owed or nothing is settled yet."""
    start = (
        period.span.start if service.since is None else max(period.span.start, day_start(service.since, period.zone))
    )
    if start >= period.span.end:
        return None
    settled_until = start + (period.settled_until - start) // 300 * 300 if period.running else period.span.end
    if settled_until <= start:
        return None
    settled = Span(start, settled_until)
    return Scope(Span(start, period.span.end), settled, kept_of(keeping, service, settled))


Entry = tuple[Objective, bool]


def entries_of(catalogue: Catalogue, service: Service, period: Period) -> list[Entry]:
    """The objectives to show, and whether each is in force on the month's first day (rule 25)."""
    mine = catalogue.objectives_of(service)
    day = period.month.first
    live = {objective.id for objective in mine if objective.in_force_on(day)}
    chosen: dict[str, Objective] = {}
    for objective in mine:
        if objective.in_force_on(day) or objective.id not in live:
            chosen.setdefault(objective.id, objective)
    return [(objective, objective.id in live) for objective in chosen.values()]


def bare(
    service: Service,
    entries: Sequence[Entry],
    said_of_all: tuple[Status, Code],
    whole: Span,
    seconds: Seconds,
    gaps: tuple[Gap, ...] = (),
) -> JudgedService:
    """Rows that all say the same, of a service of which nothing of the ``whole`` period was read."""
    results = [
        result
        for objective, live in entries
        for result in said(service, objective, *(said_of_all if live else (Status.NOT_RATED, Code.NOT_IN_FORCE)))
    ]
    environment = service.environment or (service.gateway.stage if service.gateway else None)
    name, source = service.name, service.source
    page = ServiceReport(service.key, name, environment, source, seconds, None, not_owed=whole.seconds - seconds.total)
    return JudgedService(tuple(results), page, gaps)


def said(service: Service, objective: Objective, status: Status, code: Code) -> list[Result]:
    """An objective's rows with a status and a reason, and no figure."""
    spans = (RowSpan.MONTH, RowSpan.YEAR_TO_DATE) if objective.over_year else (RowSpan.MONTH,)
    made = Result(
        service=service.key,
        objective=objective.id,
        operation=None,
        operation_class=objective.operation_class,
        span=RowSpan.MONTH,
        indicator=objective.indicator.kind,
        goal=objective.goal.text,
        binding=not objective.advisory,
        status=status,
        unit="seconds",
        reason=Reason.of(code),
        source=service.source,
    )
    last = spans[-1]
    return [
        rolled_up([replace(made, span=span, binding=made.binding and span is last)], per_operation=False)[0]
        for span in spans
    ]
