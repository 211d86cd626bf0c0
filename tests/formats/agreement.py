"""The agreement of the sample reports: services, objectives, maintenance windows and what became of them."""

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
from slactl.model.period import Month
from slactl.model.report import (
    Gap,
    Outage,
    Silence,
)
from slactl.model.service import GatewayStage, OperationRule, Service, SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason

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
