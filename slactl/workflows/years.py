"""The agreement year so far, from what can still be known (rule 22).

The one rule: months before the reported one are accounted for each by itself, with its own
exclusions: by slices while five minutes are kept, by bounds while hours are, and after that unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from zoneinfo import ZoneInfo

from slactl.compliance.availability import Tally
from slactl.compliance.declared import declared_downtime
from slactl.compliance.exclusions import exclusions
from slactl.model.catalogue import Catalogue
from slactl.model.kept import Kept
from slactl.model.objective import Availability, Objective
from slactl.model.period import Month, Period, agreement_year, day_start
from slactl.model.report import Gap, Seconds
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, seconds, subtract
from slactl.model.status import Code, Reason
from slactl.ports.archive import Keeping
from slactl.workflows.asking import GapList
from slactl.workflows.rows.uptime import cause_of
from slactl.workflows.rows.year import MonthOfYear, Year, sum_of
from slactl.workflows.scope import grid_of, in_bins
from slactl.workflows.survey import FineSeries
from slactl.workflows.surveying import World, fine_only, is_fine
from slactl.workflows.timeline import Baseline, Frame, Timeline, divides, timeline

GRID = 300


@dataclass(frozen=True, slots=True)
class Whose:
    """The service whose year it is, where its answers are read, and where what is missing is noted."""

    service: Service
    source: SourceKind
    gaps: GapList


def year_to_date(
    world: World,
    catalogue: Catalogue,
    whose: Whose,
    objective: Objective,
    period: Period,
    month: MonthOfYear,
) -> Year:
    """The agreement year up to the period's end; ``month`` is the reported one."""
    service = whose.service
    year = agreement_year(period.month, catalogue.report.year_starts, period.zone)
    earlier = [
        _earlier(world, catalogue, whose, entry, one, year)
        for one in _months_before(period, year, service)
        if (entry := in_force(catalogue, service, objective.id, one)) is not None
    ]
    to_come = _to_come(catalogue, service, objective, period, year, world.keeps)
    return sum_of([*earlier, month], to_come, _gaps(earlier, service, objective))


def month_read(
    label: str,
    owed: Span,
    here: Timeline,
    other: Timeline | None,
    measured: Timeline | None,
    lost: Iterable[tuple[Span, Reason]] = (),
) -> MonthOfYear:
    """A month that was read: its timelines as the objective says, the other way round, and without declarations.

    ``lost`` are the spans of it that can't be read, each with its reason.
    """
    tally = here.account.tally
    return MonthOfYear(
        label,
        owed,
        tally,
        (other or here).account.tally,
        measured.account.tally if measured else None,
        unread=bool(here.account.unread),
        cause=cause_of(here) if tally.seconds.unknown else None,
        silent=tuple(here.silent_reasons()),
        lost=tuple(lost),
    )


def month_lost(
    label: str, owed: Span, settled: Span, objective: Objective, absent: Code, declared: Spans = ()
) -> MonthOfYear:
    """A month of which nothing is kept: what is settled of it is unknown, but for what incidents declare.

    ``absent`` says why nothing is.
    """
    indicator = objective.indicator
    width = indicator.slice_seconds if isinstance(indicator, Availability) else GRID
    slices, down = -(-settled.seconds // width), seconds(intersect(declared, (settled,)))
    ahead = owed.seconds - settled.seconds
    nothing = Tally(Seconds(unknown=settled.seconds, not_yet=ahead), slices=slices, share_high=Fraction(slices))
    lost = ((settled, Reason.of(absent)),)
    if not down:
        return MonthOfYear(label, owed, nothing, nothing, kept=False, cause=absent, lost=lost)
    told = replace(nothing, seconds=Seconds(down=down, unknown=settled.seconds - down, not_yet=ahead))
    return MonthOfYear(label, owed, told, told, nothing, kept=False, cause=absent, lost=lost)


def in_force(catalogue: Catalogue, service: Service, objective: str, month: Month) -> Objective | None:
    """The entry of an objective in force on a month's first day (rule 25); without one nothing is owed."""
    entries = (one for one in catalogue.objectives_of(service) if one.id == objective)
    return next((one for one in entries if one.in_force_on(month.first)), None)


def _gaps(earlier: Sequence[MonthOfYear], service: Service, objective: Objective) -> tuple[Gap, ...]:
    """What of the months before is lost or unexplained."""
    gone = [Gap(reason, service.key, None, span, objective.id) for one in earlier for span, reason in one.lost]
    silent = [Gap(reason, service.key, None, span, objective.id) for one in earlier for span, reason in one.silent]
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


def _earlier(
    world: World, catalogue: Catalogue, whose: Whose, objective: Objective, month: Month, year: Span
) -> MonthOfYear:
    """One earlier month: as it was already accounted for, else read by itself.

    One of which something is to be told but its account is accounted for anew whenever it is asked for.
    """
    key = (whose.service.key, objective.id, month.label)
    known = world.accounts.get(key)
    if known is not None:
        return known
    told = len(whose.gaps.found)
    made = _accounted(world, catalogue, whose, objective, month, year)
    if len(whose.gaps.found) == told:
        world.accounts[key] = made
    return made


def _accounted(
    world: World, catalogue: Catalogue, whose: Whose, objective: Objective, month: Month, year: Span
) -> MonthOfYear:
    zone, service = catalogue.report.zone, whose.service
    owed = _owed(month.span(zone), year, service, zone)
    indicator = objective.indicator
    widths = [indicator.slice_seconds] if isinstance(indicator, Availability) else []
    applied = applied_in(catalogue, service, month, year, world.keeps)
    pieces = in_bins(world.keeps.readable(service, whose.source, owed), widths, applied)
    declared = declared_downtime(catalogue.incidents, service.key, world.now)
    readable_slices = isinstance(indicator, Availability) and all(divides(indicator, one.finest) for one in pieces)
    if not pieces or not isinstance(indicator, Availability) or not readable_slices:
        left = subtract(declared, applied if objective.excludes_maintenance else ())
        return month_lost(month.label, owed, owed, objective, world.keeps.absent, left)
    fine = fine_only(world, service, whose.source, pieces, whose.gaps)
    frame = Frame(indicator, owed, (), owed.end, _baseline(world, whose, fine, owed), declared)
    frames = frame, replace(frame, excluded=applied)
    here, other = reversed(frames) if objective.excludes_maintenance else frames
    made = timeline(fine, here)
    measured = timeline(fine, here.measured) if declared else None
    lost = lost_of(world, owed, pieces)
    return month_read(month.label, owed, made, timeline(fine, other) if applied else None, measured, lost)


def lost_of(world: World, settled: Span, pieces: Sequence[Kept]) -> tuple[tuple[Span, Reason], ...]:
    """What of a settled span is in none of the pieces that can be read, and why."""
    holes = subtract((settled,), (piece.span for piece in pieces))
    return tuple((span, Reason.of(world.keeps.absent)) for span in holes)


def _owed(span: Span, year: Span, service: Service, zone: ZoneInfo) -> Span:
    """The part of a month inside the year and after the service's start."""
    start = max(span.start, year.start)
    if service.since is not None:
        start = max(start, day_start(service.since, zone))
    return Span(start, span.end)


def _baseline(world: World, whose: Whose, fine: tuple[FineSeries, ...], owed: Span) -> Baseline:
    since = None if whose.service.since is None else day_start(whose.service.since, world.zone)

    def earlier(span: Span) -> tuple[FineSeries, ...]:
        pieces = world.fine_pieces(whose.service, whose.source, span)
        return fine_only(world, whose.service, whose.source, pieces, whose.gaps)

    return Baseline(fine, world.zone, since, partial(is_fine, world, whose.service), owed, earlier)


def applied_in(catalogue: Catalogue, service: Service, month: Month, year: Span, keeping: Keeping) -> Spans:
    """What maintenance takes out of a service's month."""
    span = month.span(catalogue.report.zone)
    timezone, grid = catalogue.report.timezone, grid_of([service], keeping)
    found = exclusions(catalogue.maintenance, [service.key], span, year, timezone, grid, keeping.recorded)
    return found.applied[service.key]


def _to_come(
    catalogue: Catalogue, service: Service, objective: Objective, period: Period, year: Span, keeping: Keeping
) -> int:
    """Seconds of the year after the period that will be owed, without maintenance already announced for them."""
    rest: Spans = (Span(period.span.end, year.end),) if period.span.end < year.end else ()
    month = period.month.next
    while month.span(period.zone).start < year.end:
        entry = in_force(catalogue, service, objective.id, month)
        if entry is None:
            rest = subtract(rest, (month.span(period.zone),))
        elif entry.excludes_maintenance:
            rest = subtract(rest, applied_in(catalogue, service, month, year, keeping))
        month = month.next
    return seconds(rest)
