"""Lays what did not go as promised to the incidents that explain it.

The one rule: an incident explains only what it overlaps in time, of a service that it names. It takes
nothing out of any figure; what it leaves uncovered is said.

A stretch of downtime is explained by every incident that shares a second with it. A missed
availability by time slices is explained through its stretches where they are known: by the incidents of
one of them, or by one that declares downtime. Any other miss (latencies, errors, a year to date) has no
stretch of its own: there an incident explains it that shares a second with the row's span. An incident
with ``objectives`` explains only these when they are missed, and stretches only if one of them is an
availability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from slactl.model.incident import Declared, Deviations, Incident, Missed, Stretch
from slactl.model.report import Outage, Result, RowSpan, ServiceReport
from slactl.model.span import Span, intersect, seconds
from slactl.model.status import Status

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Calendar:
    """The time that a report speaks of: ``period`` and ``year`` as far as they are settled, and now.

    Both are None where nothing is settled yet; ``year`` begins with the agreement's year.
    """

    period: Span | None
    year: Span | None
    now: int


def deviations(
    incidents: Sequence[Incident], services: Sequence[ServiceReport], results: Sequence[Result], calendar: Calendar
) -> Deviations:
    """Everything that was missed, with the ids of the incidents that explain it, first to begin first."""
    uptimes = frozenset(row.objective for row in results if row.indicator == "availability")
    known = _Known(sorted(incidents, key=lambda one: (one.start, one.id)), calendar, uptimes)
    stretches = tuple(known.stretch(service.key, one) for service in services for one in service.outages)
    missed = tuple(known.missed(row, stretches) for row in results if is_missed(row))
    declared = tuple(known.declared(services))
    laid: tuple[Stretch | Missed, ...] = (*stretches, *missed)
    used = set(chain.from_iterable(one.incidents for one in laid))
    here = tuple(one for one in known.incidents if one.id in used or known.meets(one, calendar.period))
    told = used | {one.incident for one in declared}
    return Deviations(
        stretches,
        missed,
        declared,
        here,
        tuple(one.id for one in here if one.id not in told),
        tuple(service.key for service in services if _incomplete(service)),
    )


def is_missed(row: Result) -> bool:
    """Whether a row is a missed objective: of a service or class, or of an operation where it counts."""
    return row.status is Status.BREACHED and (row.operation is None or row.binding)


def _incomplete(service: ServiceReport) -> bool:
    """Whether stretches may be missing: some time is unknown, or only hours tell that it was down."""
    by_hour = service.resolution >= HOUR
    return bool(service.seconds.unknown) or (by_hour and bool(service.seconds.down))


@dataclass(frozen=True, slots=True)
class _Known:
    """The incidents, in order of time, and the objectives that are availabilities."""

    incidents: Sequence[Incident]
    calendar: Calendar
    uptimes: frozenset[str]

    def meets(self, incident: Incident, span: Span | None) -> bool:
        """Whether the incident so far shares a second with a span."""
        so_far = incident.until(self.calendar.now)
        return span is not None and so_far is not None and so_far.meets(span)

    def overlapping(self, service: str, span: Span | None) -> list[Incident]:
        return [one for one in self.incidents if one.concerns(service) and self.meets(one, span)]

    def stretch(self, service: str, outage: Outage) -> Stretch:
        found = [one for one in self.overlapping(service, outage.span) if self._tells_of_time(one)]
        spans = [span for one in found if (span := one.until(self.calendar.now))]
        uncovered = outage.span.seconds - seconds(intersect((outage.span,), spans))
        return Stretch(service, outage.span, outage.requests, outage.faults, _ids(found), uncovered)

    def _tells_of_time(self, incident: Incident) -> bool:
        return incident.objectives is None or not self.uptimes.isdisjoint(incident.objectives)

    def missed(self, row: Result, stretches: Iterable[Stretch]) -> Missed:
        mine = [one for one in stretches if one.service == row.service]
        span = self.calendar.year if row.span is RowSpan.YEAR_TO_DATE else self.calendar.period
        found = [one for one in self.overlapping(row.service, span) if one.explains(row.objective)]
        if mine and _has_stretches(row):
            behind = set(chain.from_iterable(one.incidents for one in mine))
            found = [one for one in found if one.id in behind or one.add_downtime]
        where = (row.service, row.objective, row.operation, row.operation_class)
        return Missed(*where, row.span, row.binding, _ids(found))

    def declared(self, services: Iterable[ServiceReport]) -> Iterable[Declared]:
        """What incidents declare as downtime inside the settled period."""
        period = self.calendar.period
        for incident in self.incidents if period else ():
            so_far = incident.until(self.calendar.now)
            inside = so_far.clip(period) if so_far and period and incident.add_downtime else None
            if inside:
                yield from (Declared(incident.id, one.key, inside) for one in services if incident.concerns(one.key))


def _has_stretches(row: Result) -> bool:
    """Whether the report lists the stretches that a row was missed by."""
    return row.indicator == "availability" and row.unit == "seconds" and row.span is RowSpan.MONTH


def _ids(incidents: Iterable[Incident]) -> tuple[str, ...]:
    return tuple(one.id for one in incidents)
