"""One entry of ``services`` in the JSON report: days, outages, silences, operations, distribution.

The one rule: what the page draws is here as numbers, so that no picture is the only source of a fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.figures import edge_difference
from slactl.formats.jsonparts import (
    Object,
    bracket_object,
    number,
    reason_object,
    seconds_object,
    span_object,
)

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.report import (
        DayFigure,
        IgnoredOperation,
        OperationFigure,
        Outage,
        Reconciliation,
        ServiceReport,
        Silence,
    )


def service_object(service: ServiceReport, language: Language) -> Object:
    """A service as plain objects."""
    missing = service.day_latency_missing
    return {
        "key": service.key,
        "name": service.name,
        "environment": service.environment,
        "source": service.source.value,
        "edge": service.edge,
        "resolution": service.resolution,
        "requests": service.requests,
        "seconds": seconds_object(service.seconds),
        "not_owed": service.not_owed,
        "days": [_day(day) for day in service.days],
        "day_latency_missing": reason_object(missing, language) if missing else None,
        "outages": [_outage(outage) for outage in service.outages],
        "silences": [silence_object(silence) for silence in service.silences],
        "operations": [_operation(operation) for operation in service.operations],
        "ignored": [_ignored(operation) for operation in service.ignored],
        "distribution": [{"ms": number(ms), "requests": count} for ms, count in service.distribution],
        "reconciliation": reconciliation_object(service.reconciliation),
    }


def _day(day: DayFigure) -> Object:
    return {
        "day": day.day.isoformat(),
        **(span_object(day.span) or {}),
        "requests": day.requests,
        "faults": day.faults,
        "errors": day.errors,
        "availability": number(day.availability),
        "seconds": seconds_object(day.seconds),
        "p95": bracket_object(day.p95),
        "p99": bracket_object(day.p99),
    }


def _outage(outage: Outage) -> Object:
    return {
        **(span_object(outage.span) or {}),
        "seconds": outage.span.seconds,
        "requests": outage.requests,
        "faults": outage.faults,
    }


def silence_object(silence: Silence) -> Object:
    """An hour or more without a request."""
    return {
        **(span_object(silence.span) or {}),
        "seconds": silence.span.seconds,
        "explained": silence.explained,
        "baseline": number(silence.baseline),
        "counted_as": silence.counted_as,
        "heartbeat": silence.heartbeat,
    }


def _operation(operation: OperationFigure) -> Object:
    return {
        "name": operation.name,
        "class": operation.operation_class,
        "members": list(operation.members),
        "requests": operation.requests,
        "faults": operation.faults,
        "errors": operation.errors,
        "p50": bracket_object(operation.p50),
        "p95": bracket_object(operation.p95),
        "p99": bracket_object(operation.p99),
    }


def _ignored(operation: IgnoredOperation) -> Object:
    return {
        "name": operation.name,
        "requests": operation.requests,
        "faults": operation.faults,
        "errors": operation.errors,
    }


def reconciliation_object(found: Reconciliation | None) -> Object | None:
    """The edge against the service."""
    return (
        None
        if found is None
        else {
            "edge_requests": found.edge_requests,
            "service_requests": found.service_requests,
            "unrouted": found.unrouted,
            "difference": edge_difference(found),
            "unexplained": found.unexplained,
            "share": number(found.share),
            "agrees": found.agrees,
        }
    )
