"""The deviations of a year: those of its months, each told once.

The one rule: a stretch of downtime that goes on over the end of a month is one stretch, so that the mean
time to repair is not flattered by the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slactl.model.incident import Deviations, Stretch
from slactl.model.report import Report, RowSpan
from slactl.model.span import Span


def deviations_of(reports: Sequence[Report]) -> Deviations:
    """The months' deviations as the year's; rows of a year are taken from the last month alone."""
    told = [one.deviations for one in reports]
    missed = [row for one in told for row in one.missed if row.span is RowSpan.MONTH]
    missed += [row for row in told[-1].missed if row.span is not RowSpan.MONTH]
    incidents = dict.fromkeys(incident for one in told for incident in one.incidents)
    effective = {name for one in told for incident in one.incidents if (name := incident.id) not in one.without_effect}
    return Deviations(
        joined(stretch for one in told for stretch in one.stretches),
        tuple(missed),
        tuple(part for one in told for part in one.declared),
        tuple(incidents),
        tuple(one.id for one in incidents if one.id not in effective),
        tuple(dict.fromkeys(name for one in told for name in one.incomplete)),
    )


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches in order of time, those of a service that touch made one."""
    told: list[Stretch] = []
    for one in sorted(stretches, key=lambda stretch: (stretch.service, stretch.span)):
        goes_on = told and (told[-1].service, told[-1].span.end) == (one.service, one.span.start)
        told.append(_together(told.pop(), one) if goes_on else one)
    return tuple(sorted(told, key=lambda stretch: (stretch.span, stretch.service)))


def _together(before: Stretch, one: Stretch) -> Stretch:
    return Stretch(
        one.service,
        Span(before.span.start, one.span.end),
        before.requests + one.requests,
        before.faults + one.faults,
        tuple(dict.fromkeys((*before.incidents, *one.incidents))),
        before.uncovered + one.uncovered,
    )
