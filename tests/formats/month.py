"""The measured month of the sample reports: days, operations and distributions, made by arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.model.period import local_days
from slactl.model.report import (
    Bracket,
    DayFigure,
    IgnoredOperation,
    OperationFigure,
    Outage,
    Reconciliation,
    Seconds,
    ServiceReport,
    Silence,
)
from slactl.model.service import SourceKind
from tests.formats.agreement import ENDPOINTS, MONTH, OUTAGES, ROME, SILENCES, exclusions

if TYPE_CHECKING:
    from datetime import date

    from slactl.model.span import Span


def _overlap(day: Span, spans: tuple[Span, ...]) -> int:
    return sum(part.seconds for span in spans if (part := span.clip(day)))


def days(
    scale: int, outages: tuple[Outage, ...], silences: tuple[Silence, ...], excluded: tuple[Span, ...]
) -> tuple[DayFigure, ...]:
    figures = []
    for number, (day, span) in enumerate(local_days(MONTH, ROME)):
        figures.append(_day(number, day, span, scale, outages, silences, excluded))
    return tuple(figures)


def _day(
    number: int,
    day: date,
    span: Span,
    scale: int,
    outages: tuple[Outage, ...],
    silences: tuple[Silence, ...],
    excluded: tuple[Span, ...],
) -> DayFigure:
    down = _overlap(span, tuple(outage.span for outage in outages))
    quiet = _overlap(span, tuple(one.span for one in silences if one.explained))
    unknown = _overlap(span, tuple(one.span for one in silences if not one.explained))
    off = _overlap(span, excluded)
    account = Seconds(span.seconds - down - quiet - unknown - off, down, quiet, off, unknown, 0)
    requests = scale * (70 + (number * 37) % 29 - (38 if day.weekday() > 4 else 0))
    faults = sum(outage.faults for outage in outages if outage.span.meets(span)) + requests // 2400
    p95 = Fraction(4200 + (number * 613) % 900 + (4200 if down > 1000 else 0), 10)
    missing = number == 18
    return DayFigure(
        day,
        span,
        requests,
        faults,
        requests // 70,
        account,
        None if not account.up else 1 - Fraction(down, span.seconds - off),
        None if missing else Bracket(p95 * Fraction(995, 1000), p95),
        None if missing else Bracket(p95 * 2, p95 * Fraction(202, 100)),
    )


def totals(figures: tuple[DayFigure, ...]) -> Seconds:
    return sum((day.seconds for day in figures), Seconds())


def operations(requests: int) -> tuple[OperationFigure, ...]:
    weights = [16, 13, 7, 5, 2, 12, 15, 9, 3, 2, 8, 4, 3, 1]
    made = []
    for place, ((name, kind), weight) in enumerate(zip(ENDPOINTS, weights, strict=True)):
        count = requests * weight // 100
        faults = count * (3 if name == "POST /reports/search" else 0) // 400 + count // (1900 + 130 * place)
        base = Fraction(380 + 1130 * (kind == "query") + (place * 771) % 500, 4)
        members = ("GET /users/17", "GET /users/42") if name == "GET /users/{id}" else ()
        made.append(operation_figure(name, kind, count, faults, base, members))
    return tuple(made)


def operation_figure(
    name: str, kind: str | None, count: int, faults: int, base: Fraction, members: tuple[str, ...] = ()
) -> OperationFigure:
    return OperationFigure(
        name,
        kind,
        count,
        faults,
        count // 64,
        Bracket(base, base * Fraction(102, 100)),
        Bracket(base * 4, base * Fraction(403, 100)),
        Bracket(base * 7, base * Fraction(705, 100)),
        members,
    )


def distribution(requests: int) -> tuple[tuple[Fraction, int], ...]:
    rungs = (5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 412, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000, 30000)
    shares = (0, 2, 31, 96, 190, 345, 480, 640, 741, 868, 950, 965, 984, 991, 995, 997, 998, 999, 1000, 1000)
    return tuple((Fraction(ms), requests * share // 1000) for ms, share in zip(rungs, shares, strict=True))


def missions() -> ServiceReport:
    off = tuple(
        span
        for outcome in exclusions()
        for part in outcome.services
        if part.service == "missions-api"
        for span in part.spans
    )
    figures = days(1200, OUTAGES, SILENCES, off)
    requests = sum(day.requests or 0 for day in figures)
    return ServiceReport(
        "missions-api",
        "missions-api",
        "lambda:prod",
        SourceKind.APPLICATION_SIGNALS,
        totals(figures),
        requests,
        figures,
        OUTAGES,
        SILENCES,
        operations(requests),
        (IgnoredOperation("GET /health", 44700, 0, 0), IgnoredOperation("InternalOperation", 1200, 3, 0)),
        distribution(requests),
        Reconciliation(requests + 1410, requests, 1100, 310, Fraction(310, requests + 1410), agrees=True),
        edge="missions-public/prod",
    )


def media() -> ServiceReport:
    off = tuple(
        span
        for outcome in exclusions()
        for part in outcome.services
        if part.service == "media-api"
        for span in part.spans
    )
    figures = days(300, (), (), off)
    requests = sum(day.requests or 0 for day in figures)
    return ServiceReport(
        "media-api",
        "media-api",
        None,
        SourceKind.API_GATEWAY,
        totals(figures),
        requests,
        figures,
        operations=(
            operation_figure("GET /media/{key}", None, requests - 420, 31, Fraction(44)),
            OperationFigure("(unrouted)", None, 420, 0, 420),
        ),
        distribution=distribution(requests),
    )
