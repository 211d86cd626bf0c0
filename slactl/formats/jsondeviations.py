"""Deviations and incidents as JSON: the section ``deviations``.

The one rule: what no incident explains has ``incidents: null``, and the summary counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.jsonparts import number
from slactl.formats.times import utc

if TYPE_CHECKING:
    from datetime import date

    from slactl.formats.jsonparts import Object
    from slactl.model.catalogue import Catalogue
    from slactl.model.incident import CorrectiveAction, Declared, Deviations, Incident, Missed, Stretch


def deviations_object(found: Deviations, catalogue: Catalogue) -> Object:
    """The section; the catalogue knows the names of the files that incidents stand in."""
    files = {file.sha256: file.name for file in catalogue.files}
    return {
        "summary": _summary(found),
        "outages": [_stretch(one) for one in found.stretches],
        "missed": [_missed(one) for one in found.missed],
        "declared": [_declared(one) for one in found.declared],
        "incidents": [_incident(one, found, files.get(one.sha256)) for one in found.incidents],
    }


def _summary(found: Deviations) -> Object:
    return {
        "outages": len(found.stretches),
        "missed": len(found.missed),
        "unexplained": found.unexplained,
        "longest_outage_seconds": found.longest,
        "mean_time_to_repair_seconds": number(found.mean_time_to_repair),
        "incomplete": list(found.incomplete),
    }


def _stretch(one: Stretch) -> Object:
    return {
        "service": one.service,
        "start": utc(one.span.start),
        "end": utc(one.span.end),
        "seconds": one.span.seconds,
        "requests": one.requests,
        "faults": one.faults,
        "incidents": list(one.incidents) or None,
        "uncovered_seconds": one.uncovered,
    }


def _missed(one: Missed) -> Object:
    return {
        "service": one.service,
        "objective": one.objective,
        "operation": one.operation,
        "class": one.operation_class,
        "span": one.span.value,
        "binding": one.binding,
        "incidents": list(one.incidents) or None,
    }


def _declared(one: Declared) -> Object:
    return {
        "incident": one.incident,
        "service": one.service,
        "start": utc(one.span.start),
        "end": utc(one.span.end),
        "seconds": one.span.seconds,
    }


def _incident(one: Incident, found: Deviations, file: str | None) -> Object:
    return {
        "id": one.id,
        "services": list(one.services),
        "objectives": None if one.objectives is None else list(one.objectives),
        "start": utc(one.start),
        "end": None if one.end is None else utc(one.end),
        "ticket": one.ticket,
        "cause": one.cause,
        "impact": one.impact,
        "correction": one.correction,
        "corrective_actions": [_action(action) for action in one.actions],
        "add_downtime": one.add_downtime,
        "measured_effect": one.id not in found.without_effect,
        "file": file,
        "sha256": one.sha256 or None,
    }


def _action(one: CorrectiveAction) -> Object:
    return {"action": one.action, "owner": one.owner, "due": _day(one.due), "done": _day(one.done)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
