"""Whole reports for the tests of the formats: made by arithmetic, the same on every day.

``rich`` is an Italian month with everything in it, ``empty`` one without a request, ``large`` one
with many operations, ``hostile`` one whose every outside text attacks something.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from slactl.model.incident import CorrectiveAction
from slactl.model.maintenance import (
    Announcement,
    WindowOutcome,
)
from slactl.model.period import Period
from slactl.model.provenance import Provenance
from slactl.model.report import (
    DayFigure,
    Gap,
    IgnoredOperation,
    Report,
    Result,
    RowSpan,
    Seconds,
    ServiceReport,
    SourceUse,
)
from slactl.model.service import SourceKind
from slactl.model.status import Code, Reason, Status
from tests.formats.agreement import (
    CHANGE,
    GAP,
    HOSTILE,
    MONTH,
    OBJECTIVES,
    OCTOBER,
    at,
    catalogue,
    exclusions,
    settings,
)
from tests.formats.month import media, missions, operation_figure, totals
from tests.formats.outlooks import with_outlooks
from tests.formats.rows import service_rows
from tests.formats.stories import UNREACHABLE, told


def provenance() -> Provenance:
    return Provenance(
        "0.1.0",
        "9f2c4d1e77ab0c55d3f18b6a21e05c946a3b12d7e8f09b41c6d23e5f7081a2b4",
        "5c" * 32,
        "2026.6",
        "3.11.7",
        "1.44.5",
        clock_set=False,
        read_from=at("2026-11-04T06:58"),
        read_until=at("2026-11-04T07:00"),
        command="slactl report --month 2026-10 --lang it",
    )


def rich() -> Report:
    """October 2026 in Rome, final, with a breach, outages, silences, a gap and windows of every fate."""
    services = (missions(), media())
    report = Report(
        catalogue(),
        Period("2026-10", MONTH, "Europe/Rome", MONTH.end, final=True, month=OCTOBER),
        "SLA-2026-10",
        1,
        at("2026-11-04T07:00"),
        Status.BREACHED,
        tuple(row for service in services for row in service_rows(service)),
        services,
        exclusions(),
        (GAP,),
        (
            SourceUse(
                "cloudwatch",
                "123456789012",
                "eu-west-1",
                "arn:aws:sts::123456789012:assumed-role/slactl-report/cron",
                12,
                640,
                41_000,
                39_118,
            ),
        ),
        provenance(),
        (Reason.of(Code.DISCOVERY_INCOMPLETE, error="ListServices stopped on 2026-10-19"),),
    )
    return told(report)


def provisional() -> Report:
    """The same month while it runs: nothing final, days still to come."""
    report, until = rich(), at("2026-10-20T12:00")
    running = replace(report.period, settled_until=until, final=False)
    services = tuple(
        replace(service, days=tuple(_until(day, until) for day in service.days)) for service in report.services
    )
    services = tuple(
        replace(service, seconds=totals(service.days), requests=sum(day.requests or 0 for day in service.days))
        for service in services
    )
    rows = tuple(
        replace(row, status=Status.WARNING, reason=Reason.of(Code.BELOW_GOAL_SO_FAR))
        if row.objective == "error-rate" and row.operation is None
        else row
        for service in services
        for row in service_rows(service)
    )
    made = replace(
        report, period=running, results=rows, services=services, generated_at=until + 600, status=Status.WARNING
    )
    return with_outlooks(told(made))


def _until(day: DayFigure, until: int) -> DayFigure:
    if day.span.end <= until:
        return day
    if day.span.start >= until:
        return replace(
            day,
            requests=None,
            faults=None,
            errors=None,
            seconds=Seconds(not_yet=day.span.seconds),
            availability=None,
            p95=None,
            p99=None,
        )
    later = day.span.end - until
    account = replace(day.seconds, up=day.seconds.up - later, not_yet=later)
    return replace(day, seconds=account)


def empty() -> Report:
    """A month of which nothing could be read."""
    report = rich()
    nothing = Seconds(unknown=MONTH.seconds)
    service = ServiceReport(
        "missions-api", "missions-api", "lambda:prod", SourceKind.APPLICATION_SIGNALS, nothing, None
    )
    gone = Reason.of(Code.NO_LONGER_KEPT)
    rows = tuple(
        Result(
            "missions-api",
            objective.id,
            None,
            objective.operation_class,
            RowSpan.MONTH,
            objective.indicator.kind,
            objective.goal.text,
            not objective.advisory,
            Status.INSUFFICIENT_DATA,
            "seconds",
            reason=gone,
        )
        for objective in OBJECTIVES
    )
    return told(
        replace(
            report,
            results=rows,
            services=(service,),
            exclusions=(),
            gaps=(Gap(gone, "missions-api", None, MONTH),),
            status=Status.INSUFFICIENT_DATA,
            limitations=(),
        ),
        (),
    )


def large(count: int = 1000) -> Report:
    """The rich month with so many operations, six objectives each."""
    report = rich()
    base = report.services[0]
    requests = (base.requests or 0) // count + 211
    many = tuple(
        operation_figure(
            f"GET /v{number % 7}/resources/{{id}}/part-{number:04d}",
            None,
            requests + number,
            (number * 7) % 11,
            Fraction(60 + number % 90),
        )
        for number in range(count)
    )
    service = replace(base, operations=many)
    return told(replace(report, services=(service,), results=service_rows(service)))


def hostile() -> Report:
    """Every outside text is an attack: operations, titles, reasons, announcements, messages."""
    report = rich()
    base = report.services[0]
    bad = HOSTILE[0] + HOSTILE[4] + HOSTILE[12] + HOSTILE[3]
    many = tuple(operation_figure(name, None, 1000 + place, 3, Fraction(80)) for place, name in enumerate(HOSTILE))
    service = replace(base, operations=many, ignored=tuple(IgnoredOperation(name, 1, 0, 0) for name in HOSTILE))
    window = replace(
        CHANGE, id=bad, reason=bad, announcement=Announcement(bad, bad, "javascript:alert(1)", bad, "ff" * 32)
    )
    said = tuple(
        replace(
            UNREACHABLE,
            id=f"INC-{place}",
            cause=name,
            ticket=name,
            impact=name,
            correction=name,
            actions=(CorrectiveAction(name, name),),
        )
        for place, name in enumerate(HOSTILE)
    )
    agreed = replace(
        report.catalogue,
        report=settings(
            title=bad, classification='"; } body { display: none } </style>', prepared_by=bad, approved_by=bad
        ),
    )
    made = replace(
        report,
        catalogue=agreed,
        services=(service,),
        results=service_rows(service),
        exclusions=(WindowOutcome(window, exclusions()[2].services),),
        gaps=tuple(replace(GAP, operation=name, reason=Reason.of(Code.READ_FAILED, error=name)) for name in HOSTILE),
        sources=(replace(report.sources[0], caller=bad),),
        provenance=replace(report.provenance, command=bad),
    )
    return told(made, said)


SAMPLES = {"rich": rich, "provisional": provisional, "empty": empty, "hostile": hostile}
