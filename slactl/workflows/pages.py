"""What the page says of a service beside its rows: days, outages, silences, operations, distribution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from slactl.compliance.amount import whole_down, whole_up
from slactl.compliance.availability import Tally
from slactl.compliance.counts import Counts, add_up
from slactl.compliance.declared import by_slices
from slactl.compliance.slices import Slices, SliceState
from slactl.model.period import local_days
from slactl.model.report import (
    Bracket,
    DayFigure,
    IgnoredOperation,
    OperationFigure,
    Reconciliation,
    Seconds,
    ServiceReport,
)
from slactl.model.service import Service
from slactl.model.span import Span, intersect
from slactl.workflows.daily import DailyLatency, daily_latency
from slactl.workflows.rows.errors import unrouted
from slactl.workflows.survey import UNROUTED, BracketKey, Quantity, Survey, sum_in
from slactl.workflows.surveying import World
from slactl.workflows.timeline import Timeline

P50, P95, P99 = Fraction(1, 2), Fraction(95, 100), Fraction(99, 100)


def service_page(
    world: World,
    own: Survey,
    deciding: Survey,
    shown: Timeline,
    agreed: Reconciliation | None,
    spans: tuple[Span, Span],
) -> ServiceReport:
    """The page of a service; ``deciding`` is the edge's survey where there is one.

    ``spans`` are what is owed of the period, and the whole period.
    """
    service, zone, (owed, whole) = own.service, world.zone, spans
    latency = daily_latency(world.reader, own, zone)
    counts = deciding.counts(excluding=False)
    stage = service.edge or service.gateway
    asked = counts.unbounded or counts.requests > 0
    return ServiceReport(
        key=service.key,
        name=service.name,
        environment=service.environment or (stage.stage if stage else None),
        source=deciding.source,
        seconds=shown.account.tally.seconds,
        requests=None if counts.unbounded else counts.requests,
        days=tuple(_days(deciding, shown, owed, zone, latency, asked=asked)),
        outages=shown.account.outages,
        silences=shown.silences
        if asked
        else tuple(replace(one, explained=False, counted_as="unknown") for one in shown.silences),
        operations=tuple(_operations(deciding, own)),
        ignored=tuple(_ignored(deciding)),
        distribution=_distribution(own),
        reconciliation=agreed,
        resolution=max(piece.finest for piece in deciding.pieces),
        edge=f"{service.edge.api}/{service.edge.stage}" if service.edge else None,
        day_latency_missing=latency.missing,
        not_owed=whole.seconds - owed.seconds,
    )


def lean_page(service: Service, deciding: Survey) -> ServiceReport:
    """The page of a service of which only verdicts were asked for."""
    counts = deciding.counts(excluding=False)
    asked = None if counts.unbounded else counts.requests
    stage = service.edge or service.gateway
    environment = service.environment or (stage.stage if stage else None)
    return ServiceReport(service.key, service.name, environment, deciding.source, Seconds(), asked)


def _days(
    found: Survey, shown: Timeline, owed: Span, zone: ZoneInfo, latency: DailyLatency, *, asked: bool
) -> Iterable[DayFigure]:
    for day, span in local_days(owed, zone):
        seconds = _seconds_of_day(shown, span)
        made = _day(found, day, span, seconds, shown, latency)
        yield made if asked else replace(made, availability=None)


def _day(found: Survey, day: date, span: Span, seconds: Seconds, shown: Timeline, latency: DailyLatency) -> DayFigure:
    tally = Tally(seconds)
    worst, _ = tally.by_time(shown.policy)
    value = 1 - Fraction(worst.bad) / Fraction(worst.total) if worst.total else None
    p95, p99 = latency.days.get(day, (None, None))
    return DayFigure(
        day,
        span,
        _sum(found, "requests", span),
        _sum(found, "faults", span),
        _sum(found, "errors", span),
        seconds,
        value,
        p95,
        p99,
    )


def _sum(found: Survey, quantity: Quantity, day: Span) -> int | None:
    """A day's count, as far as it is settled; None if any of it is unknown, or the day has not begun."""
    end = found.fine[-1].whole.end
    inside = day.clip(Span(day.start, end)) if day.start < end else None
    return None if inside is None else sum_in(found.fine, inside, quantity)


def _seconds_of_day(shown: Timeline, day: Span) -> Seconds:
    """A day's account: of its slices, or where only hours are kept nothing but what is unknown."""
    slices = shown.slices
    if slices is None:
        return Seconds(unknown=day.seconds)
    first = max(0, (day.start - slices.span.start) // slices.width)
    last = -(-(day.end - slices.span.start) // slices.width)
    sums = [0] * len(SliceState)
    for index in range(first, min(last, len(slices.state))):
        sums[shown.account.states[index]] += _counted_in(slices, index, day)
    seconds = Seconds(
        up=sums[SliceState.UP],
        down=sums[SliceState.DOWN],
        no_traffic=sums[SliceState.NO_TRAFFIC],
        excluded=day.seconds - sum(sums),
        unknown=sums[SliceState.UNKNOWN],
        not_yet=sums[SliceState.NOT_YET],
    )
    return by_slices(seconds, slices, shown.account.states, shown.policy, intersect(shown.declared, (day,)))


def _counted_in(slices: Slices, index: int, day: Span) -> int:
    """The counted seconds of a slice inside a day: a day may begin inside a slice of an hour."""
    if day.holds(slices.whole(index)):
        return slices.counted[index]
    return sum(part.seconds for piece in slices.left(index) if (part := piece.clip(day)))


def _operations(deciding: Survey, own: Survey) -> Iterable[OperationFigure]:
    """The operations of the source that decides error rates, with their percentiles."""
    brackets = _brackets(own)
    for name, members in sorted(deciding.groups().items()):
        counts = add_up(member.counts(excluding=False) for member in members)
        p50, p95, p99 = (brackets.get((name, rank)) for rank in (P50, P95, P99))
        raw = tuple(sorted(member.name for member in members if member.name != name))
        yield OperationFigure(name, members[0].placement.operation_class, *_figures(counts), p50, p95, p99, raw)
    rest = unrouted(deciding, excluding=False)
    if rest is not None:
        yield OperationFigure(UNROUTED, None, *_figures(rest))


def _figures(counts: Counts) -> tuple[int | None, int | None, int | None]:
    if counts.unbounded:
        return None, None, None
    return counts.requests, whole_up(counts.faults.high), whole_up(counts.errors.high)


def _brackets(found: Survey) -> dict[tuple[str | None, Fraction], Bracket]:
    """The percentiles by operation and rank, of whatever objective asked for them, without exclusions first."""
    best: dict[tuple[str | None, Fraction], BracketKey] = {}
    for key in found.brackets:
        known = best.get((key[0], key[2]))
        if known is None or (key[3], key[1] or "") < (known[3], known[1] or ""):
            best[key[0], key[2]] = key
    return {place: found.brackets[key] for place, key in best.items()}


def _ignored(found: Survey) -> Iterable[IgnoredOperation]:
    for operation in sorted(found.ignored, key=lambda one: one.name):
        yield IgnoredOperation(operation.name, *_figures(operation.counts(excluding=False)))


def _distribution(found: Survey) -> tuple[tuple[Fraction, int], ...]:
    """Requests at or below each rung that was read for everyone, rising."""
    population = found.population(excluding=False)
    rungs: Sequence[Fraction] = sorted(found.rungs)
    known = population.counts_at(found.steps) if found.steps and found.steps.rungs == tuple(rungs) else None
    if known is not None:
        return tuple((rung, whole_down(count)) for rung, count in zip(rungs, known, strict=True))
    counts = [(rung, population.count(rung)) for rung in rungs]
    return tuple((rung, whole_down(count.low)) for rung, count in counts if count.known)
