"""Services, promises and what is known of them, small enough to compute by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from slactl.alarming.desired import desired
from slactl.alarming.kind import Cause, Scene, Unfit
from slactl.alarming.kinds import KINDS
from slactl.configuration.alarmkinds import bundled_costs, bundled_kinds
from slactl.configuration.quantities import share_of_bad, share_of_good, threshold
from slactl.model.alarm import Severity
from slactl.model.alarmplan import Form, Wanted
from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.enforcement import Enforcement, KindSettings, Option, ServiceAlarms, Told
from slactl.model.goal import Comparison, Goal
from slactl.model.maintenance import MaintenanceCalendar
from slactl.model.metric import Metric, Stream
from slactl.model.objective import (
    Availability,
    ErrorCounts,
    ErrorRate,
    Evaluation,
    LatencyShare,
    Objective,
    Percentile,
    Reference,
    SilencePolicy,
)
from slactl.model.service import Service
from slactl.model.watched import Endpoint, Watched

DAY = date(2026, 10, 14)
PAGE, TICKET = (f"arn:aws:sns:eu-west-1:123456789012:{name}" for name in ("page", "ticket"))
SERVICE = Service("api", "missions-api", "lambda:prod")
CLAUSE = Reference("ISMS SLA", "Uptime", "≥ 99,9% annuale")
BUSY = (500,) * 168


def signals(operation: str | None = None, account: str | None = None) -> Stream:
    """The series of Application Signals."""
    pairs = [("Environment", "lambda:prod"), ("Service", "missions-api")]
    pairs += [("Operation", operation)] if operation else []
    dimensions = tuple(sorted(pairs))
    latency, fault, error = (
        Metric("ApplicationSignals", name, dimensions, account) for name in ("Latency", "Fault", "Error")
    )
    return Stream(operation, latency, "SampleCount", fault, error, latency)


def gateway(method: str = "", resource: str = "") -> Stream:
    """The series of an API Gateway stage, or of one of its methods."""
    pairs = [("ApiName", "public"), ("Stage", "prod")]
    pairs += [("Method", method), ("Resource", resource)] if method else []
    dimensions = tuple(sorted(pairs))
    count, bad, wrong, latency = (
        Metric("AWS/ApiGateway", name, dimensions) for name in ("Count", "5XXError", "4XXError", "Latency")
    )
    return Stream(f"{method} {resource}" if method else None, count, "SampleCount", bad, wrong, latency)


def availability(goal: str = ">= 99.9%", slices: str = ">= 95%", **more: object) -> Objective:
    """An uptime by slices of five minutes."""
    indicator = Availability(Evaluation.TIME_SLICES, 300, share_of_good(slices), SilencePolicy.EXPECTED)
    return _objective("uptime", "Uptime", indicator, share_of_good(goal), reference=CLAUSE, **more)


def latency(goal: str = ">= 99%", limit: str = "< 1000ms", **more: object) -> Objective:
    """A share of fast requests."""
    return _objective("latency", "API latency", LatencyShare(threshold(limit)), share_of_good(goal), **more)


def errors(goal: str = "< 0.5%", counted: ErrorCounts = ErrorCounts.FAULTS, **more: object) -> Objective:
    """An error rate, of each operation."""
    more = {"per_operation": True} | more
    return _objective("errors", "Error rate", ErrorRate(counted), share_of_bad(goal), **more)


def percentile(rank: int = 95, sign: Comparison = Comparison.BELOW, **more: object) -> Objective:
    """A percentile under two seconds."""
    goal = Goal(sign, Fraction(2000), f"{sign} 2s")
    return _objective(f"p{rank}", f"Response time p{rank}", Percentile(Fraction(rank, 100)), goal, **more)


def _objective(key: str, title: str, indicator: object, goal: Goal, **more: object) -> Objective:
    return replace(Objective(key, {"en": title}, indicator, goal), **more)  # type: ignore[arg-type]


def known(endpoints: int | Sequence[str] = 0, weekly: Sequence[int] = BUSY, total: Stream | None = None) -> Watched:
    """What was found: endpoints, the first one busiest."""
    names = [f"GET /{number:04}" for number in range(endpoints)] if isinstance(endpoints, int) else list(endpoints)
    found = tuple(Endpoint(name, (signals(name),), len(names) - place) for place, name in enumerate(names))
    return Watched("api", total or signals(), found, tuple(weekly))


def settings(kind: str, **options: Option) -> KindSettings:
    """A kind as shipped, with some options of its own."""
    shipped = bundled_kinds()[kind]
    return KindSettings(shipped.severity, {**shipped.options, **options})


def made(
    kind: str,
    promises: Sequence[Objective],
    watched: Watched | None = None,
    service: Service = SERVICE,
    standing: Mapping[str, Form] | None = None,
    **options: Option,
) -> list[Cause | Unfit]:
    """What a kind makes of promises."""
    chosen = settings(kind, **options)
    scene = Scene(service, tuple(promises), watched, chosen, "Europe/Rome", standing=standing or {})
    return list(KINDS[kind].make(scene))


def enforcement(
    severities: Mapping[str, Severity] | None = None, services: Mapping[str, ServiceAlarms] | None = None
) -> Enforcement:
    """The shipped kinds, some with other severities."""
    kinds = {
        name: KindSettings((severities or {}).get(name, one.severity), one.options)
        for name, one in bundled_kinds().items()
    }
    return Enforcement(Told((PAGE,), (TICKET,)), kinds, services or {}, costs=bundled_costs())


def catalogue(promises: Sequence[Objective], services: Sequence[Service] = (SERVICE,)) -> Catalogue:
    """Services with the same promises."""
    report = ReportSettings(timezone="Europe/Rome")
    return Catalogue(report, AwsSettings(), tuple(services), tuple(promises), MaintenanceCalendar())


def wanted(promises: Sequence[Objective], watched: Watched | None = None, chosen: Enforcement | None = None) -> Wanted:
    """Everything that should ring for one service."""
    found = {"api": watched} if watched else {}
    return desired(catalogue(promises), chosen or enforcement(), found, DAY)
