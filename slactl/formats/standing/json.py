"""A standing as JSON, ``slactl.status/1``: the check as ``slactl.check/1`` has it, and what stands around it.

The one rule: every key is always there, null where it has nothing to say; a figure that nobody knows is null,
never zero. The published form is ``status.schema.json``, which refers to the check's and the report's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.check.json import check_object
from slactl.formats.jsonoutlook import spender_object
from slactl.formats.jsonparts import Object, number, reason_object, span_object
from slactl.formats.jsontext import text
from slactl.formats.language import Language, speak
from slactl.formats.times import utc

if TYPE_CHECKING:
    from slactl.model.burn import Spent
    from slactl.model.check import Check, Target
    from slactl.model.standing import Change, Coming, Downtime, Handover, Standing, Taken

SCHEMA = "slactl.status/1"


def render(standing: Standing, language: str, handover: Handover | None = None) -> str:
    """The standing as JSON text that ends with a newline; with a handover also what changed since then.

    Raises:
        ValueError: if the language is unknown or a figure is not finite.
    """
    return text(standing_object(standing, speak(language), handover))


def standing_object(standing: Standing, language: Language, handover: Handover | None) -> Object:
    """The standing as plain objects, in the order in which they are written."""
    collected = standing.collected
    return {
        "schema": SCHEMA,
        "check": check_object(standing.check, language),
        "trend": [_trend(standing, target) for target in standing.check.targets] if standing.days else [],
        "windows": [_window(one, language) for one in standing.coming],
        "evidence": None if collected is None else {"until": utc(collected)},
        "handover": None if handover is None else _handover(handover),
    }


def _named(target: Target) -> Object:
    row = target.row
    return {"service": row.service, "objective": row.objective, "class": row.operation_class}


def _trend(standing: Standing, target: Target) -> Object:
    stretches = target.row.outlook.stretches if target.row.outlook else ()
    days = zip(standing.days, stretches, strict=False)
    return {**_named(target), "days": [{"day": day.isoformat(), **_spent(one)} for day, one in days]}


def _spent(spent: Spent) -> Object:
    """What a stretch took: ``bad`` is the worse reading of what is unknown, ``least_bad`` the better one."""
    return {
        "start": utc(spent.span.start),
        "end": utc(spent.span.end),
        "bad": number(spent.bad),
        "least_bad": number(spent.least),
        "total": number(spent.total),
        "allowed": number(spent.allowed),
        "rate": number(spent.rate),
    }


def _window(one: Coming, language: Language) -> Object:
    return {
        "id": one.window.id,
        **(span_object(one.window.span) or {}),
        "announced": None if one.window.announced is None else utc(one.window.announced),
        "services": list(one.services),
        "applied": one.applied,
        "reason": None if one.reason is None else reason_object(one.reason, language),
    }


def _handover(found: Handover) -> Object:
    return {
        "since": utc(found.since),
        "then": _then(found.then),
        "changes": [_change(one) for one in found.changes],
        "downtime": [_downtime(one) for one in found.downtime],
        "spent": [_taken(one) for one in found.taken],
        "burning": [_named(one) for one in found.burning],
        "incidents": [one.id for one in found.incidents],
    }


def _then(check: Check) -> Object:
    return {
        "period": {**(span_object(check.period) or {}), "settled_until": utc(check.settled_until)},
        "status": check.status.value,
        "results": [{**_named(one), "status": one.status.value} for one in check.targets],
    }


def _change(one: Change) -> Object:
    before = None if one.before is None else one.before.value
    return {**_named(one.target), "before": before, "now": one.target.status.value}


def _downtime(one: Downtime) -> Object:
    return {
        "service": one.service,
        **(span_object(one.outage.span) or {}),
        "requests": one.outage.requests,
        "faults": one.outage.faults,
        "incidents": list(one.incidents),
    }


def _taken(one: Taken) -> Object:
    unit, named = one.target.row.unit, one.spent.spent_by
    return {
        **_named(one.target),
        "unit": unit,
        **_spent(one.spent),
        "spent_by": [spender_object(who) for who in named],
    }
