"""The agreement year so far, from what can still be known (rule 22).

The one rule: months before the reported one are accounted for each by itself, with its own
exclusions: by slices while five minutes are kept, by bounds while hours are, and after that unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from slactl.compliance.availability import Tally
from slactl.compliance.exclusions import exclusions
from slactl.model.catalogue import Catalogue
from slactl.model.objective import Availability, Objective
from slactl.model.period import Month, Period, agreement_year, day_start
from slactl.model.report import Gap, Seconds
from slactl.model.service import Service
from slactl.model.span import Span, Spans, seconds, subtract
from slactl.model.status import Code, Reason
from slactl.reading.retention import Kept, fine_from, readable
from slactl.workflows.rows.availability import Year, add_up, cause_of
from slactl.workflows.survey import FineSeries, Survey
from slactl.workflows.surveying import World, fine_only
from slactl.workflows.timeline import Baseline, Timeline, divides, timeline

GRID = 300


def year_to_date(
    world: World, catalogue: Catalogue, found: Survey, objective: Objective, period: Period, here: Timeline
) -> Year:
    """The tally of the agreement year up to the period's end, and the seconds still to come."""
    service = found.service
    year = agreement_year(period.month, catalogue.report.year_starts, period.zone)
    months = list(_months_before(period, year, service))
    earlier = [_month_timeline(world, catalogue, found, objective, one, year, period) for one in months]
    owed_spans = [_owed(one.span(period.zone), year, service, period.zone) for one in months]
    lost = sum(owed.seconds for owed, one in zip(owed_spans, earlier, strict=True) if one is None)
    known = [*(one for one in earlier if one is not None), here]
    tally = add_up([*(one.account.tally for one in known), Tally(Seconds(unknown=lost))])
    gone = (Code.NO_LONGER_KEPT, [owed for owed, one in zip(owed_spans, earlier, strict=True) if one is None])
    silent = (
        Code.UNEXPLAINED_SILENCE,
        [span for one in earlier if one is not None for span in sorted(one.unexplained)],
    )
    gaps = tuple(
        Gap(Reason.of(code), service.key, None, span, objective.id) for code, spans in (gone, silent) for span in spans
    )
    unread = None if lost or any(one.account.unread for one in known) else 0
    return Year(
        tally,
        _to_come(catalogue, service, objective, period, year, world.now),
        unread,
        _cause(known, lost=bool(lost)),
        gaps,
    )


def _months_before(period: Period, year: Span, service: Service) -> Iterator[Month]:
    """The months of the year before the reported one in which something is owed."""
    start = year.start if service.since is None else max(year.start, day_start(service.since, period.zone))
    month = period.month.shift(-1)
    months = []
    while month.span(period.zone).end > start:
        months.append(month)
        month = month.shift(-1)
    return reversed(months)


def _cause(known: Sequence[Timeline], *, lost: bool) -> Code | None:
    """What makes the year uncertain, if it is one thing."""
    causes = {cause_of(one) for one in known if one.account.tally.seconds.unknown}
    if Code.UNEXPLAINED_SILENCE in causes:
        return Code.UNEXPLAINED_SILENCE
    if lost:
        return None if causes else Code.NO_LONGER_KEPT
    return causes.pop() if len(causes) == 1 else None


def _month_timeline(
    world: World, catalogue: Catalogue, found: Survey, objective: Objective, month: Month, year: Span, period: Period
) -> Timeline | None:
    """One earlier month's timeline; None if nothing of it can be read any more."""
    zone, service = period.zone, found.service
    owed = _owed(month.span(zone), year, service, zone)
    pieces = tuple(replace(piece, finest=max(piece.finest, GRID)) for piece in readable(owed, world.now))
    indicator = objective.indicator
    if (
        not pieces
        or not isinstance(indicator, Availability)
        or not all(divides(indicator, one.finest) for one in pieces)
    ):
        return None
    excluded = _applied(catalogue, service, month, year, world.now) if objective.excludes_maintenance else ()
    fine = fine_only(world, service, found.source, pieces, found.gaps)
    return timeline(fine, indicator, owed, excluded, owed.end, _baseline(world, found, fine, owed))


def _owed(span: Span, year: Span, service: Service, zone: ZoneInfo) -> Span:
    """The part of a month inside the year and after the service's start."""
    start = max(span.start, year.start)
    if service.since is not None:
        start = max(start, day_start(service.since, zone))
    return Span(start, span.end)


def _baseline(world: World, found: Survey, fine: tuple[FineSeries, ...], owed: Span) -> Baseline:
    since = None if found.service.since is None else day_start(found.service.since, world.zone)

    def earlier(span: Span) -> tuple[FineSeries, ...]:
        return fine_only(world, found.service, found.source, (Kept(span, GRID),), found.gaps)

    return Baseline(fine, world.zone, since, fine_from(world.now), owed, earlier)


def _applied(catalogue: Catalogue, service: Service, month: Month, year: Span, now: int) -> Spans:
    span = month.span(catalogue.report.zone)
    found = exclusions(
        catalogue.maintenance, [service.key], span, year, catalogue.report.timezone, (GRID, fine_from(now))
    )
    return found.applied[service.key]


def _to_come(catalogue: Catalogue, service: Service, objective: Objective, period: Period, year: Span, now: int) -> int:
    """Seconds of the year after the period, without maintenance already announced for them."""
    if year.end <= period.span.end:
        return 0
    rest: Spans = (Span(period.span.end, year.end),)
    month = period.month.next
    while objective.excludes_maintenance and month.span(period.zone).start < year.end:
        rest = subtract(rest, _applied(catalogue, service, month, year, now))
        month = month.next
    return seconds(rest)
