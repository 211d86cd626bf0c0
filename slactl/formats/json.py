"""The JSON report, ``slactl.report/1``: for programs, and the form every other format can be checked against.

The one rule: every row has every key, null where it has nothing to say; numbers are the nearest
float or whole, times UTC with ``Z``; the same report gives the same bytes. Only ``display``, texts
and titles speak the reader's language. The form is published in ``report.schema.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.jsonaws import budgets_object
from slactl.formats.jsonclauses import platform_object
from slactl.formats.jsondeviations import deviations_object
from slactl.formats.jsonhistory import history_object
from slactl.formats.jsonparts import Object, number, reason_object, span_object
from slactl.formats.jsonrows import result_object
from slactl.formats.jsonservices import service_object
from slactl.formats.jsontext import text
from slactl.formats.language import Language, speak
from slactl.formats.times import utc
from slactl.formats.words import goal_of

if TYPE_CHECKING:
    from slactl.model.maintenance import ServiceExclusion, WindowOutcome
    from slactl.model.objective import Objective
    from slactl.model.provenance import Provenance
    from slactl.model.report import Gap, Report, SourceUse

SCHEMA = "slactl.report/1"


def render(report: Report, language: str) -> str:
    """The report as JSON text that ends with a newline.

    Raises:
        ValueError: if the language is unknown or a figure is not finite.
    """
    return text(report_object(report, speak(language)))


def report_object(report: Report, language: Language) -> Object:
    """The report as plain objects, in the order in which they are written."""
    settings = report.catalogue.report
    return {
        "schema": SCHEMA,
        "report_id": report.report_id,
        "revision": report.revision,
        "title": settings.title,
        "language": language.code,
        "classification": settings.classification,
        "prepared_by": settings.prepared_by,
        "approved_by": settings.approved_by,
        "generated_at": utc(report.generated_at),
        "period": _period(report),
        "provisional": not report.period.final,
        "status": report.status.value,
        "results": [result_object(row, goal_of(report.catalogue, row), language) for row in report.results],
        "exclusions": [exclusion_object(outcome, language) for outcome in report.exclusions],
        "deviations": deviations_object(report.deviations, report.catalogue),
        "gaps": [gap_object(gap, language) for gap in report.gaps],
        "sources": [source_object(source) for source in report.sources],
        "objectives": [objective_object(objective) for objective in report.catalogue.objectives],
        "services": [service_object(service, language) for service in report.services],
        "limitations": [reason_object(reason, language) for reason in report.limitations],
        "provenance": _provenance(report.provenance, report),
        **history_object(report.history),
        "aws_budgets": budgets_object(report, language),
        **platform_object(report, language),
    }


def _period(report: Report) -> Object:
    period = report.period
    return {
        "label": period.label,
        "start": utc(period.span.start),
        "end": utc(period.span.end),
        "timezone": period.timezone,
        "seconds": period.span.seconds,
        "settled_until": utc(period.settled_until),
        "final": period.final,
    }


def exclusion_object(outcome: WindowOutcome, language: Language) -> Object:
    """A window and what was decided of it for each service."""
    window = outcome.window
    told = window.announcement
    return {
        "id": window.id,
        "start": utc(window.span.start),
        "end": utc(window.span.end),
        "announced": None if window.announced is None else utc(window.announced),
        "lead_seconds": None if window.announced is None else window.span.start - window.announced,
        "proof": window.proof.word,
        "announcement": {
            "channel": told.channel,
            "to": told.to,
            "url": told.url,
            "file": told.file,
            "sha256": told.sha256,
        },
        "description": window.reason,
        "worked": span_object(window.worked),
        "cancelled": window.cancelled,
        "note": reason_object(window.note, language) if window.note else None,
        "proof_note": reason_object(outcome.proof_note, language) if outcome.proof_note else None,
        "services": [_service_exclusion(part, language) for part in outcome.services],
    }


def _service_exclusion(part: ServiceExclusion, language: Language) -> Object:
    return {
        "service": part.service,
        "applied": part.applied,
        "reason": reason_object(part.reason, language) if part.reason else None,
        "requested_seconds": part.requested_seconds,
        "excluded_seconds": part.excluded_seconds,
        "spans": [span_object(span) for span in part.spans],
    }


def gap_object(gap: Gap, language: Language) -> Object:
    """Something that could not be read, and why."""
    return {
        **reason_object(gap.reason, language),
        "service": gap.service,
        "objective": gap.objective,
        "operation": gap.operation,
        "start": utc(gap.span.start),
        "end": utc(gap.span.end),
        "seconds": gap.span.seconds,
    }


def source_object(source: SourceUse) -> Object:
    """What was asked of a source."""
    return {
        "kind": source.kind,
        "account": source.account,
        "region": source.region,
        "caller": source.caller,
        "calls": source.calls,
        "queries": source.queries,
        "datapoints": source.datapoints,
        "received": source.received,
        "store": None if source.head is None else {"head": source.head, "items": source.items},
    }


def objective_object(objective: Objective) -> Object:
    """A promise, as the agreement words it."""
    reference = objective.reference
    return {
        "id": objective.id,
        "title": dict(objective.title),
        "indicator": objective.indicator.kind,
        "goal": objective.goal.text,
        "over": "year" if objective.over_year else "month",
        "exclude": "maintenance" if objective.excludes_maintenance else "none",
        "per": "operation" if objective.per_operation else "service",
        "class": objective.operation_class,
        "services": None if objective.services is None else list(objective.services),
        "pack": objective.pack,
        "clauses": list(objective.clauses),
        "advisory": objective.advisory,
        "warning": number(objective.warning),
        "confidence": number(objective.confidence),
        "reference": None
        if reference is None
        else {"document": reference.document, "section": reference.section, "quote": reference.quote},
    }


def _provenance(source: Provenance, report: Report) -> Object:
    return {
        "version": source.version,
        "data_sha256": source.data_digest,
        "config_sha256": source.config_digest,
        "config_files": [{"name": file.name, "sha256": file.sha256} for file in report.catalogue.files],
        "tzdata": source.tzdata,
        "python": source.python,
        "boto3": source.boto3,
        "clock_set": source.clock_set,
        "read_from": utc(source.read_from),
        "read_until": utc(source.read_until),
        "command": source.command,
    }
