"""The agreement year so far, from what can still be known (rule 22).

The one rule: months before the reported one are accounted for each by itself, with its own
exclusions: by slices while five minutes are kept, by bounds while hours are, and after that unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from slactl.compliance.availability import Tally
from slactl.compliance.exclusions import exclusions
from slactl.model.catalogue import Catalogue
from slactl.model.kept import Kept
from slactl.model.objective import Availability, Objective
from slactl.model.period import Month, Period, agreement_year, day_start
from slactl.model.report import Gap, Seconds
from slactl.model.service import Service
from slactl.model.span import Span, Spans, seconds, subtract
from slactl.model.status import Code, Reason
from slactl.reading.retention import fine_from, readable
from slactl.workflows.rows.availability import MonthOfYear, Year, add_up, cause_of
from slactl.workflows.survey import FineSeries, Survey
from slactl.workflows.surveying import World, fine_only
from slactl.workflows.timeline import Baseline, Frame, Timeline, divides, timeline

GRID = 300


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An earlier month: what is owed of it, and its timelines as the objective says and the other way.

    Both are None where nothing of it can be read any more.
    """

    month: Month
    owed: Span
    here: Timeline | None = None
    other: Timeline | None = None


def year_to_date(
    world: World,
    catalogue: Catalogue,
    found: Survey,
    objective: Objective,
    period: Period,
    month: tuple[Timeline, Timeline | None],
) -> Year:
    """The agreement year up to the period's end; ``month`` is the reported one, and the other way round."""
    service = found.service
    year = agreement_year(period.month, catalogue.report.year_starts, period.zone)
    earlier = [
        _earlier(world, catalogue, found, entry, one, year, period)
        for one in _months_before(period, year, service)
        if (entry := _in_force(catalogue, objective, one)) is not None
    ]
    known = [*(one.here for one in earlier if one.here is not None), month[0]]
    others = [*(one.other for one in earlier if one.other is not None), month[1] or month[0]]
    lost = _lost(earlier, objective)
    changed = any(one.account.tally.seconds.excluded for one in [*known, *others])
    return Year(
        add_up([*(one.account.tally for one in known), lost]),
        _to_come(catalogue, service, objective, period, year, world.now),
        None if lost.seconds.unknown or any(one.account.unread for one in known) else 0,
        _cause(known, lost=bool(lost.seconds.unknown)),
        _gaps(earlier, service, objective),
        add_up([*(one.account.tally for one in others), lost]) if changed else None,
        (*(_month_of_year(one, objective) for one in earlier), _reported(period, month[0])),
    )


def _month_of_year(one: _Earlier, objective: Objective) -> MonthOfYear:
    tally = _lost([one], objective) if one.here is None else one.here.account.tally
    return MonthOfYear(one.month.label, one.owed, tally, kept=one.here is not None)


def _reported(period: Period, here: Timeline) -> MonthOfYear:
    tally = here.account.tally
    return MonthOfYear(period.label, Span(period.span.end - tally.seconds.total, period.span.end), tally)


def _in_force(catalogue: Catalogue, objective: Objective, month: Month) -> Objective | None:
    """The entry of the objective that was in force on a month's first day (rule 25); without one nothing is owed."""
    entries = (one for one in catalogue.objectives if one.id == objective.id)
    return next((one for one in entries if one.in_force_on(month.first)), None)


def _lost(earlier: Sequence[_Earlier], objective: Objective) -> Tally:
    """The account of months of which nothing is kept: every second and every slice of them is unknown."""
    indicator = objective.indicator
    seconds_lost = sum(one.owed.seconds for one in earlier if one.here is None)
    width = indicator.slice_seconds if isinstance(indicator, Availability) else GRID
    slices = sum(-(-one.owed.seconds // width) for one in earlier if one.here is None)
    return Tally(Seconds(unknown=seconds_lost), slices=slices, share_high=Fraction(slices))


def _gaps(earlier: Sequence[_Earlier], service: Service, objective: Objective) -> tuple[Gap, ...]:
    """What of the months before is lost or unexplained."""
    gone = [
        Gap(Reason.of(Code.NO_LONGER_KEPT), service.key, None, one.owed, objective.id)
        for one in earlier
        if not one.here
    ]
    silent = [
        Gap(reason, service.key, None, span, objective.id)
        for one in earlier
        if one.here is not None
        for span, reason in one.here.silent_reasons()
    ]
    return (*gone, *silent)


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


def _earlier(
    world: World, catalogue: Catalogue, found: Survey, objective: Objective, month: Month, year: Span, period: Period
) -> _Earlier:
    """One earlier month, read by itself."""
    zone, service = period.zone, found.service
    owed = _owed(month.span(zone), year, service, zone)
    pieces = tuple(replace(piece, finest=max(piece.finest, GRID)) for piece in readable(owed, world.now))
    indicator = objective.indicator
    readable_slices = isinstance(indicator, Availability) and all(divides(indicator, one.finest) for one in pieces)
    if not pieces or not isinstance(indicator, Availability) or not readable_slices:
        return _Earlier(month, owed)
    applied = _applied(catalogue, service, month, year, world.now)
    fine = fine_only(world, service, found.source, pieces, found.gaps)
    frame = Frame(indicator, owed, (), owed.end, _baseline(world, found, fine, owed))
    plain = timeline(fine, frame)
    cleared = timeline(fine, replace(frame, excluded=applied)) if applied else plain
    ways = (cleared, plain) if objective.excludes_maintenance else (plain, cleared)
    return _Earlier(month, owed, *ways)


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
