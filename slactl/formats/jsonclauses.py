"""Components, clauses and watched promises in the JSON report.

The one rule: every clause has every key; ages are days, days are dates, texts are given in every language they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.figures import display
from slactl.formats.jsonparts import Object, number, reason_object
from slactl.formats.times import utc
from slactl.formats.words import goal_of
from slactl.model.answer import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.formats.language import Language
    from slactl.model.answer import ClauseAnswer, Found, Promised, Vouched
    from slactl.model.catalogue import Catalogue
    from slactl.model.component import Component
    from slactl.model.report import Report, Result
    from slactl.model.watch import Muted, WatchedPromise


def platform_object(report: Report, language: Language) -> Object:
    """The keys of the report that speak of the platform, of the document and of the record of alarms."""
    catalogue = report.catalogue
    return {
        "components": [component_object(one) for one in catalogue.components],
        "document": document_object(catalogue, report.answers),
        "clauses": [clause_object(one, catalogue, language) for one in report.answers],
        "watched": None if report.watched is None else [watched_object(one, language) for one in report.watched],
    }


def component_object(one: Component) -> Object:
    """A part of the platform, whose key stands where other rows have their service's."""
    return {"key": one.key, "title": dict(one.title), "pack": one.pack, "limits": dict(one.limits)}


def document_object(catalogue: Catalogue, answers: Sequence[ClauseAnswer]) -> Object | None:
    """The document, and how many of its clauses have which strongest answer; None without one."""
    document = catalogue.document
    if document is None:
        return None
    return {
        "id": document.id,
        "title": dict(document.title),
        "language": document.language,
        "clauses": len(answers),
        "counts": {kind.value: count for kind, count in counted(answers).items()},
        "not_rated": sum(one.not_rated for one in answers),
        "without_figure": sum(one.without_figure for one in answers),
    }


def clause_object(answer: ClauseAnswer, catalogue: Catalogue, language: Language) -> Object:
    """A clause with everything that answers it."""
    clause, wanted = answer.clause, answer.wanted
    return {
        "id": clause.id,
        "section": clause.section,
        "quote": clause.quote,
        "kind": answer.kind.value,
        "status": answer.status.value if answer.status else None,
        "informative": answer.informative.value if answer.informative else None,
        "parts": answer.parts.value if answer.parts else None,
        "finding": answer.is_finding,
        "found": [_found(one, catalogue, language) for one in answer.found],
        "attested": [_vouched(one) for one in answer.attested],
        "inherited": [_promised(one) for one in answer.inherited],
        "not_verifiable": dict(answer.not_verifiable),
        "note": dict(clause.note),
        "wanted": {
            "objectives": list(wanted.objectives),
            "pack": wanted.pack,
            "attested": dict(wanted.attestation),
            "inherited": dict(wanted.inheritance),
        },
    }


def _found(one: Found, catalogue: Catalogue, language: Language) -> Object:
    named = {"kind": one.kind.value, "objective": one.objective, "binding": one.binding, "observed": one.observed}
    status = None if one.status is None else one.status.value
    return {**named, "status": status, "row": None if one.row is None else _row(one.row, catalogue, language)}


def _row(row: Result, catalogue: Catalogue, language: Language) -> Object:
    """What names the row in ``results``, and its figure."""
    return {
        "service": row.service,
        "operation": row.operation,
        "class": row.operation_class,
        "span": row.span.value,
        "value": number(row.value),
        "display": display(row, goal_of(catalogue, row), language),
        "goal": row.goal,
        "unit": row.unit,
    }


def _vouched(one: Vouched) -> Object:
    told = one.attestation
    return {
        "by": told.by,
        "role": told.role,
        "on": told.on.isoformat(),
        "valid_until": told.valid_until.isoformat(),
        "evidence": told.evidence,
        "sha256": told.sha256,
        "age_days": one.age,
        "expired": one.expired,
        "early": one.early,
    }


def _promised(one: Promised) -> Object:
    told = one.inheritance
    return {
        "supplier": told.supplier,
        "document": told.document,
        "version": told.version,
        "date": told.on.isoformat(),
        "url": told.url,
        "age_days": one.age,
        "early": one.early,
    }


def watched_object(one: WatchedPromise, language: Language) -> Object:
    """A promise with what the record of alarms tells of it."""
    return {
        "service": one.service,
        "objective": one.objective,
        "operation": one.operation,
        "owed_seconds": one.owed,
        "watched_seconds": one.watched,
        "crossings": [
            {
                "at": utc(each.at),
                "action": None if each.action is None else utc(each.action),
                # the month ends at an instant that nobody measured
                "delay_seconds": None if one.by_month else each.delay,
            }
            for each in one.crossings
        ],
        "by_month": one.by_month,
        "unknown_crossings": one.unknown,
        "muted": [_muted(each) for each in one.muted],
        "reason": reason_object(one.reason, language) if one.reason else None,
    }


def _muted(one: Muted) -> Object:
    action = None if one.action is None else utc(one.action)
    return {"at": utc(one.at), "window": one.window, "admitted": one.admitted, "action": action}
