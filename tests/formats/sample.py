"""Whole reports for the tests of the formats: made by arithmetic, the same on every day.

``rich`` is an Italian month with everything in it, ``empty`` one without a request, ``large`` one
with many operations, ``hostile`` one whose every outside text attacks something.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from slactl.model.catalogue import AwsSettings, Catalogue, ConfigFile, ReportSettings
from slactl.model.goal import Comparison, Goal, Threshold
from slactl.model.maintenance import (
    Announcement,
    MaintenanceCalendar,
    MaintenancePolicy,
    Proof,
    RecurringWindow,
    ServiceExclusion,
    Window,
    WindowOutcome,
)
from slactl.model.objective import (
    Availability,
    Coverage,
    ErrorCounts,
    ErrorRate,
    Evaluation,
    LatencyShare,
    Objective,
    Percentile,
    Reference,
    SilencePolicy,
)
from slactl.model.period import Month, Period, local_days
from slactl.model.report import (
    AvailabilityDetail,
    Beside,
    Bracket,
    Budget,
    Case,
    CoverageDetail,
    DayFigure,
    ErrorRateDetail,
    Gap,
    IgnoredOperation,
    LatencyDetail,
    OperationFigure,
    Outage,
    PercentileDetail,
    Provenance,
    Reconciliation,
    Report,
    Result,
    Rollup,
    RowSpan,
    Seconds,
    ServiceReport,
    Silence,
    SourceUse,
)
from slactl.model.service import GatewayStage, OperationRule, Service, SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason, Status

ROME = ZoneInfo("Europe/Rome")
OCTOBER = Month(2026, 10)
MONTH = OCTOBER.span(ROME)
ENDPOINTS = (
    ("GET /missions", "read"),
    ("GET /missions/{id}", "read"),
    ("POST /missions", None),
    ("PUT /missions/{id}", None),
    ("DELETE /missions/{id}", None),
    ("GET /users/{id}", "read"),
    ("GET /leaderboard", "read"),
    ("POST /missions/{id}/complete", None),
    ("POST /reports", "query"),
    ("POST /reports/search", "query"),
    ("GET /media/{key}", "read"),
    ("POST /auth/token", None),
    ("GET /campaigns", "read"),
    ("AllOtherOperations", None),
)
HOSTILE = (
    "GET /<script>alert(1)</script>",
    "GET /\"quoted\"'single'",
    "GET /line\nbreak\r\nGET /second",
    "GET /\x1b[31mred\x1b]0;title\x07",
    '=cmd|"/c calc"!A1',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "\t=1",
    "GET /api/[id]",
    "GET /[bold]x[/bold]",
    "GET /" + "x" * 995,
    "GET /\u202egnp.exe",
    "GET /שלום/مرحبا",
    "GET /a|b`c`<d>**e**__f__",
    "GET /{{ 7*7 }}{% raw %}",
    "GET /\x00null\ufeff",
    "GET /é/日本/🚀",
    "GET /`; DROP TABLE--",
    "GET /]]><![CDATA[",
)


def at(text: str) -> int:
    """A local wall time of Rome as seconds since the epoch."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ROME).timestamp())


def goal(comparison: Comparison, text: str, limit: str) -> Goal:
    return Goal(comparison, Fraction(limit), text)


UPTIME = Objective(
    "uptime",
    {"it": "Disponibilità", "en": "Uptime"},
    Availability(Evaluation.TIME_SLICES, 300, goal(Comparison.AT_LEAST, ">= 95%", "0.95"), SilencePolicy.EXPECTED),
    goal(Comparison.AT_LEAST, ">= 99.9%", "0.999"),
    over_year=True,
    excludes_maintenance=True,
    reference=Reference("ISMS SLA", "Uptime", "≥ 99,9% annuale"),
)
LATENCY = Objective(
    "api-latency",
    {"it": "Latenza delle API", "en": "API latency"},
    LatencyShare(Threshold(Fraction(1000), inclusive=False)),
    goal(Comparison.AT_LEAST, ">= 99%", "0.99"),
    reference=Reference("ISMS KPI list", "API latency", "≥ 99% richieste completate in < 1000ms"),
)
P99 = Objective(
    "api-latency-p99",
    {"it": "Latenza delle API, p99", "en": "API latency, p99"},
    Percentile(Fraction(99, 100)),
    goal(Comparison.BELOW, "< 1000ms", "1000"),
    advisory=True,
)
RESPONSE = Objective(
    "response-time",
    {"it": "Tempo di risposta, p95", "en": "Response time, p95"},
    Percentile(Fraction(95, 100)),
    goal(Comparison.BELOW, "< 2s", "2000"),
    reference=Reference("ISMS KPI list", "Response time", "Target p95: < 2 secondi"),
)
READ = Objective(
    "response-time-read",
    {"it": "Tempo di risposta in lettura, p50", "en": "Response time of reads, p50"},
    Percentile(Fraction(1, 2)),
    goal(Comparison.BELOW, "< 200ms", "200"),
    operation_class="read",
    advisory=True,
)
QUERY = Objective(
    "response-time-query",
    {"it": "Tempo di risposta delle query, p95", "en": "Response time of queries, p95"},
    Percentile(Fraction(95, 100)),
    goal(Comparison.BELOW, "< 2s", "2000"),
    operation_class="query",
)
ERRORS = Objective(
    "error-rate",
    {"it": "Tasso di errore", "en": "Error rate"},
    ErrorRate(ErrorCounts.FAULTS),
    goal(Comparison.BELOW, "< 0.5%", "0.005"),
    reference=Reference("ISMS KPI list", "Error rate", "< 0,5%"),
)
ENDPOINT_ERRORS = Objective(
    "error-rate-endpoints",
    {"it": "Tasso di errore per endpoint", "en": "Error rate per endpoint"},
    ErrorRate(ErrorCounts.FAULTS),
    goal(Comparison.BELOW, "< 0.5%", "0.005"),
    per_operation=True,
    confidence=Fraction(99, 100),
)
COVERAGE = Objective(
    "monitoring-coverage",
    {"it": "Copertura del monitoraggio", "en": "Monitoring coverage"},
    Coverage(),
    goal(Comparison.AT_LEAST, ">= 99%", "0.99"),
    advisory=True,
)
OBJECTIVES = (UPTIME, LATENCY, P99, RESPONSE, READ, QUERY, ERRORS, ENDPOINT_ERRORS, COVERAGE)

CHANGE = Window(
    "CHG-1042",
    Span(at("2026-10-14T02:00"), at("2026-10-14T04:00")),
    at("2026-10-09T10:00"),
    "Aggiornamento del motore della base dati",
    Announcement(
        "status-page", "clienti", "https://status.example.com/incidents/1042", "proofs/CHG-1042.eml", "3f" * 32
    ),
    worked=Span(at("2026-10-14T02:10"), at("2026-10-14T03:40")),
    services=("missions-api",),
    proof=Proof.DOCUMENTED,
)
LATE = Window(
    "CHG-1057",
    Span(at("2026-10-21T23:00"), at("2026-10-22T00:30")),
    at("2026-10-21T17:00"),
    "Rotazione dei certificati",
    Announcement("e-mail", "clienti"),
)
CANCELLED = Window(
    "CHG-1049",
    Span(at("2026-10-17T02:00"), at("2026-10-17T03:00")),
    at("2026-10-10T09:00"),
    "Migrazione annullata",
    cancelled=True,
)
PATCHING = Window(
    "WEEKLY",
    Span(at("2026-10-04T02:30"), at("2026-10-04T03:00")),
    at("2026-09-01T09:00"),
    "Aggiornamenti di sicurezza",
    Announcement("status-page", "clienti"),
    proof=Proof.RECORDED,
)
RECURRING = RecurringWindow(
    PATCHING, datetime(2026, 10, 4, 2, 30), datetime(2026, 10, 4, 3, 0), "FREQ=WEEKLY;BYDAY=SU",  # noqa: DTZ001
    datetime(2026, 12, 31), "Europe/Rome",  # noqa: DTZ001
)  # fmt: skip
SUNDAYS = tuple(date(2026, 10, day) for day in (4, 11, 18, 25))
OUTAGES = (
    Outage(Span(at("2026-10-08T10:35"), at("2026-10-08T11:20")), 8214, 3120),
    Outage(Span(at("2026-10-21T23:15"), at("2026-10-21T23:30")), 1190, 604),
)
SILENCES = (
    Silence(Span(at("2026-10-05T03:00"), at("2026-10-05T04:10")), True, Fraction(5, 2), "up"),
    Silence(Span(at("2026-10-27T15:00"), at("2026-10-27T16:05")), False, Fraction(8140), "unknown"),
)
GAP = Gap(
    Reason.of(Code.READ_FAILED, error="InternalError after 8 attempts"),
    "missions-api",
    "POST /reports/search",
    Span(at("2026-10-19T09:00"), at("2026-10-19T10:00")),
)


def settings(**changes: object) -> ReportSettings:
    base = ReportSettings(
        title="Missions platform – livelli di servizio",
        classification="Interno",
        prepared_by="Platform engineering",
        approved_by="CISO",
        language="it",
        timezone="Europe/Rome",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def catalogue() -> Catalogue:
    rules = (OperationRule("GET /health", ignore=True), OperationRule("GET /users/*", name="GET /users/{id}"))
    missions = Service(
        "missions-api",
        "missions-api",
        "lambda:prod",
        since=date(2026, 5, 4),
        edge=GatewayStage("missions-public", "prod"),
        rules=rules,
    )
    public = Service(
        "media-api",
        "media-api",
        None,
        source=SourceKind.API_GATEWAY,
        gateway=GatewayStage("media-public", "prod"),
    )
    return Catalogue(
        settings(),
        AwsSettings(region="eu-west-1"),
        (missions, public),
        OBJECTIVES,
        MaintenanceCalendar(
            MaintenancePolicy(notice=48 * 3600, max_per_month=8 * 3600), (CHANGE, LATE, CANCELLED), (RECURRING,)
        ),
        (
            ConfigFile("slactl.yaml", "a1" * 32),
            ConfigFile("isms.yaml", "b2" * 32),
            ConfigFile("maintenance.yaml", "c3" * 32),
        ),
    )


def exclusions() -> tuple[WindowOutcome, ...]:
    applied = Span(at("2026-10-14T02:10"), at("2026-10-14T03:40"))
    late = Reason.of(Code.LATE_ANNOUNCEMENT, given_seconds=6 * 3600, notice_seconds=48 * 3600)
    cancelled = Reason.of(Code.CANCELLED)
    both = ("missions-api", "media-api")
    weekly = tuple(_weekly(day, both) for day in SUNDAYS)
    return (
        *weekly[:2],
        WindowOutcome(CHANGE, (ServiceExclusion("missions-api", True, None, 7200, 5400, (applied,)),)),
        WindowOutcome(CANCELLED, tuple(ServiceExclusion(key, False, cancelled, 3600, 0) for key in both)),
        weekly[2],
        WindowOutcome(LATE, tuple(ServiceExclusion(key, False, late, 5400, 0) for key in both)),
        weekly[3],
    )


def _weekly(day: date, services: tuple[str, ...]) -> WindowOutcome:
    span = Span(at(f"{day}T02:30"), at(f"{day}T03:00"))
    note = None
    if day == SUNDAYS[3]:
        note = Reason.of(
            Code.AMBIGUOUS_LOCAL_TIME, excludes="less", local_start=f"{day}T02:30:00", local_end=f"{day}T03:00:00"
        )
        span = Span(at(f"{day}T03:00") - 1800, at(f"{day}T03:00"))
    window = replace(PATCHING, id=f"WEEKLY@{day}", span=span, note=note)
    parts = tuple(ServiceExclusion(key, True, note, 1800, 1800, (span,)) for key in services)
    return WindowOutcome(window, parts)


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
    number: int, day: date, span: Span, scale: int,
    outages: tuple[Outage, ...], silences: tuple[Silence, ...], excluded: tuple[Span, ...],
) -> DayFigure:  # fmt: skip
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
        day, span, requests, faults, requests // 70, account,
        None if not account.up else 1 - Fraction(down, span.seconds - off),
        None if missing else Bracket(p95 * Fraction(995, 1000), p95),
        None if missing else Bracket(p95 * 2, p95 * Fraction(202, 100)),
    )  # fmt: skip


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
        made.append(_operation(name, kind, count, faults, base, members))
    return tuple(made)


def _operation(
    name: str, kind: str | None, count: int, faults: int, base: Fraction, members: tuple[str, ...] = ()
) -> OperationFigure:
    return OperationFigure(
        name, kind, count, faults, count // 64,
        Bracket(base, base * Fraction(102, 100)),
        Bracket(base * 4, base * Fraction(403, 100)),
        Bracket(base * 7, base * Fraction(705, 100)),
        members,
    )  # fmt: skip


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
        "missions-api", "missions-api", "lambda:prod", SourceKind.APPLICATION_SIGNALS, totals(figures), requests,
        figures, OUTAGES, SILENCES, operations(requests),
        (IgnoredOperation("GET /health", 44700, 0, 0), IgnoredOperation("InternalOperation", 1200, 3, 0)),
        distribution(requests),
        Reconciliation(requests + 1410, requests, 310, Fraction(310, requests + 1410), agrees=True),
        edge="missions-public/prod",
    )  # fmt: skip


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
        "media-api", "media-api", None, SourceKind.API_GATEWAY, totals(figures), requests, figures,
        operations=(_operation("GET /media/{key}", None, requests - 420, 31, Fraction(44)), OperationFigure("(unrouted)", None, 420, 0, 420)),
        distribution=distribution(requests),
    )  # fmt: skip


def availability_rows(service: ServiceReport) -> tuple[Result, ...]:
    account = service.seconds
    counted = account.total - account.excluded
    down = account.down
    value = 1 - Fraction(down + account.unknown, counted)
    best = 1 - Fraction(down, counted)
    met = value >= UPTIME.goal.limit
    decided = met or best < UPTIME.goal.limit
    reason = None if met else Reason.of(Code.BELOW_ANNUAL_GOAL)
    silent = 1 - Fraction(down + account.unknown + account.no_traffic, counted)
    detail = AvailabilityDetail(
        account, down, account.excluded, silent,
        (("time-slices", value), ("requests", Fraction(99912, 100000)), ("interval-average", Fraction(99893, 100000))),
        ((Fraction(99, 100), value - Fraction(1, 2000)), (Fraction(9, 10), min(Fraction(1), value + Fraction(1, 9000)))),
        account.unknown,
    )  # fmt: skip
    unsure = not decided
    row = Result(
        service.key, "uptime", None, None, RowSpan.MONTH, "availability", ">= 99.9%", False,
        Status.OK if met else Status.INSUFFICIENT_DATA if unsure else Status.WARNING, "seconds",
        value=None if unsure else value,
        reason=Reason.of(Code.UNKNOWN_DECIDES, seconds=account.unknown) if unsure else reason,
        rollup=Rollup(Status.OK if met else Status.WARNING, None),
        worst_case=Case(value, Status.WARNING) if account.unknown else None,
        best_case=Case(best, Status.OK) if account.unknown else None,
        good=counted - down - account.unknown, total=counted,
        budget=Budget(Fraction(counted, 1000), Fraction(down + account.unknown)),
        without_exclusions=Case(1 - Fraction(down + account.unknown + 3600, account.total), Status.WARNING),
        detail=detail,
    )  # fmt: skip
    year = counted + 13_000_000
    lost = down + account.unknown + (3000 if account.unknown else 900)
    so_far = 1 - Fraction(lost, year)
    return row, Result(
        service.key, "uptime", None, None, RowSpan.YEAR_TO_DATE, "availability", ">= 99.9%", True,
        Status.OK, "seconds", value=so_far, good=year - lost, total=year,
        rollup=Rollup(Status.OK, None),
        budget=Budget(Fraction(21_000), Fraction(lost)),
        without_exclusions=Case(so_far - Fraction(1, 5000), Status.OK),
        detail=replace(detail, seconds=Seconds(year - lost, lost, 0, account.excluded, 0, 0), down_seconds=lost, slice_goals=(), unknown_decides_seconds=0, if_silent_down=None),
    )  # fmt: skip


def error_row(service: ServiceReport, objective: Objective, operation: OperationFigure | None) -> Result:
    requests = operation.requests if operation else service.requests
    faults = operation.faults if operation else sum(day.faults or 0 for day in service.days)
    errors = operation.errors if operation else sum(day.errors or 0 for day in service.days)
    assert requests is not None
    assert faults is not None
    rate = Fraction(faults, requests)
    met = objective.goal.met_by(rate)
    missed = Status.BREACHED if objective is ENDPOINT_ERRORS or not operation else Status.WARNING
    return Result(
        service.key, objective.id, operation.name if operation else None, None, RowSpan.MONTH, "error-rate", objective.goal.text,
        binding=not operation or objective.per_operation,
        status=Status.OK if met else missed, unit="requests", value=rate,
        reason=Reason.of(Code.FEW_REQUESTS, bad=faults, requests=requests) if missed is Status.WARNING and not met else None,
        good=requests - faults, total=requests,
        budget=Budget(requests * objective.goal.limit, Fraction(faults)),
        detail=ErrorRateDetail(faults, errors, requests, rate, Fraction(errors or 0, requests), Fraction(1, 300) if not met else None),
        beside=None if operation or not service.edge else Beside(SourceKind.APPLICATION_SIGNALS, rate, requests - faults, requests),
    )  # fmt: skip


def percentile_row(
    service: ServiceReport,
    objective: Objective,
    bracket: Bracket | None,
    requests: int,
    operation: str | None,
    kind: str | None,
) -> Result:
    value = bracket.high if bracket else None
    good = requests * 97 // 100 if bracket else 0
    status = Status.NOT_RATED if value is None else Status.OK if objective.goal.met_by(value) else Status.BREACHED
    return Result(
        service.key, objective.id, operation, kind, RowSpan.MONTH, "percentile", objective.goal.text,
        not objective.advisory and not operation, status, "ms", value=value,
        reason=None if bracket else Reason.of(Code.NO_SUCH_CLASS, name=kind or ""),
        notes=(Reason.of(Code.FEW_REQUESTS, requests=requests),) if 0 < requests < 200 else (),
        good=good, total=requests, low=bracket.low if bracket else None, high=value,
        budget=Budget(requests * Fraction(1, 20), Fraction(requests - good)) if bracket else None,
        detail=PercentileDetail(Fraction(21, 10), Fraction(128_413, 10), Fraction(requests - good, requests)) if bracket else None,
    )  # fmt: skip


def latency_row(service: ServiceReport, operation: OperationFigure | None) -> Result:
    requests = (operation.requests if operation else service.requests) or 0
    share = Fraction(991, 1000) - (Fraction(1, 40) if operation and operation.operation_class == "query" else 0)
    good = int(requests * share)
    value = Fraction(good, requests) if requests else None
    met = value is not None and LATENCY.goal.met_by(value)
    return Result(
        service.key, "api-latency", operation.name if operation else None, None, RowSpan.MONTH, "latency", ">= 99%",
        operation is None, Status.NOT_RATED if value is None else Status.OK if met else Status.BREACHED, "requests",
        value=value, good=good, total=requests,
        reason=Reason.of(Code.NO_REQUESTS) if value is None else None,
        notes=() if operation else (Reason.of(Code.WITHIN_INSTRUMENT_TOLERANCE),),
        budget=Budget(Fraction(requests, 100), Fraction(requests - good)),
        with_exclusions=None if operation or value is None else Case(value + Fraction(1, 9000), Status.OK),
        detail=LatencyDetail(12, value),
    )  # fmt: skip


def operation_rows(service: ServiceReport, operation: OperationFigure) -> tuple[Result, ...]:
    requests = operation.requests or 0
    rows = [
        latency_row(service, operation),
        percentile_row(service, P99, operation.p99, requests, operation.name, None),
    ]
    rows += [percentile_row(service, RESPONSE, operation.p95, requests, operation.name, None)]
    if requests:
        rows += [error_row(service, ERRORS, operation), error_row(service, ENDPOINT_ERRORS, operation)]
    return tuple(rows)


def service_rows(service: ServiceReport) -> tuple[Result, ...]:
    requests = service.requests or 0
    coverage = 1 - Fraction(service.seconds.unknown, service.seconds.total)
    bracket = Bracket(Fraction(4101, 10), Fraction(4125, 10))
    rows = [
        *availability_rows(service),
        latency_row(service, None),
        percentile_row(service, P99, Bracket(Fraction(961), Fraction(968)), requests, None, None),
        percentile_row(service, RESPONSE, bracket, requests, None, None),
        percentile_row(
            service,
            READ,
            Bracket(Fraction(1013, 10), Fraction(1022, 10)) if service.edge else None,
            requests if service.edge else 0,
            None,
            "read",
        ),
        percentile_row(
            service,
            QUERY,
            Bracket(Fraction(1901), Fraction(1912)) if service.edge else None,
            180 if service.edge else 0,
            None,
            "query",
        ),
        error_row(service, ERRORS, None),
    ]
    worst = "POST /reports/search" if service.edge else None
    rows.append(
        replace(
            error_row(service, ENDPOINT_ERRORS, None), rollup=Rollup(Status.BREACHED if worst else Status.OK, worst)
        )
    )
    rows.append(
        Result(service.key, "monitoring-coverage", None, None, RowSpan.MONTH, "coverage", ">= 99%", False, Status.OK, "seconds",
               value=coverage, good=service.seconds.total - service.seconds.unknown, total=service.seconds.total,
               budget=Budget(Fraction(service.seconds.total, 100), Fraction(service.seconds.unknown)), detail=CoverageDetail(service.seconds))
    )  # fmt: skip
    return tuple(rows) + tuple(row for operation in service.operations for row in operation_rows(service, operation))


def provenance() -> Provenance:
    return Provenance(
        "0.1.0", "9f2c4d1e77ab0c55d3f18b6a21e05c946a3b12d7e8f09b41c6d23e5f7081a2b4", "5c" * 32, "2026.6", "3.11.7", "1.44.5",
        clock_set=False, read_from=at("2026-11-04T06:58"), read_until=at("2026-11-04T07:00"),
        command="slactl report --month 2026-10 --lang it",
    )  # fmt: skip


def rich() -> Report:
    """October 2026 in Rome, final, with a breach, outages, silences, a gap and windows of every fate."""
    services = (missions(), media())
    return Report(
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


def provisional() -> Report:
    """The same month while it runs: nothing final, days still to come."""
    report, until = rich(), at("2026-10-20T12:00")
    running = replace(report.period, settled_until=until, final=False)
    rows = tuple(
        replace(row, status=Status.WARNING, reason=Reason.of(Code.BELOW_GOAL_SO_FAR))
        if row.objective == "error-rate" and row.operation is None
        else row
        for row in report.results
    )
    services = tuple(
        replace(service, days=tuple(_until(day, until) for day in service.days)) for service in report.services
    )
    services = tuple(replace(service, seconds=totals(service.days)) for service in services)
    return replace(
        report, period=running, results=rows, services=services, generated_at=until + 600, status=Status.WARNING
    )


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
            "missions-api", objective.id, None, objective.operation_class, RowSpan.MONTH, objective.indicator.kind,
            objective.goal.text, not objective.advisory, Status.INSUFFICIENT_DATA, "seconds", reason=gone,
        )
        for objective in OBJECTIVES
    )  # fmt: skip
    return replace(
        report,
        results=rows,
        services=(service,),
        exclusions=(),
        gaps=(Gap(gone, "missions-api", None, MONTH),),
        status=Status.INSUFFICIENT_DATA,
        limitations=(),
    )


def large(count: int = 1000) -> Report:
    """The rich month with so many operations, six objectives each."""
    report = rich()
    base = report.services[0]
    requests = (base.requests or 0) // count + 211
    many = tuple(
        _operation(f"GET /v{number % 7}/resources/{{id}}/part-{number:04d}", None, requests + number, (number * 7) % 11, Fraction(60 + number % 90))
        for number in range(count)
    )  # fmt: skip
    service = replace(base, operations=many)
    return replace(report, services=(service,), results=service_rows(service))


def hostile() -> Report:
    """Every outside text is an attack: operations, titles, reasons, announcements, messages."""
    report = rich()
    base = report.services[0]
    bad = HOSTILE[0] + HOSTILE[4] + HOSTILE[12] + HOSTILE[3]
    many = tuple(_operation(name, None, 1000 + place, 3, Fraction(80)) for place, name in enumerate(HOSTILE))
    service = replace(base, operations=many, ignored=tuple(IgnoredOperation(name, 1, 0, 0) for name in HOSTILE))
    window = replace(
        CHANGE, id=bad, reason=bad, announcement=Announcement(bad, bad, "javascript:alert(1)", bad, "ff" * 32)
    )
    told = replace(
        report.catalogue,
        report=settings(
            title=bad, classification='"; } body { display: none } </style>', prepared_by=bad, approved_by=bad
        ),
    )
    return replace(
        report,
        catalogue=told,
        services=(service,),
        results=service_rows(service),
        exclusions=(WindowOutcome(window, exclusions()[2].services),),
        gaps=tuple(replace(GAP, operation=name, reason=Reason.of(Code.READ_FAILED, error=name)) for name in HOSTILE),
        sources=(replace(report.sources[0], caller=bad),),
        provenance=replace(report.provenance, command=bad),
    )


SAMPLES = {"rich": rich, "provisional": provisional, "empty": empty, "hostile": hostile}
