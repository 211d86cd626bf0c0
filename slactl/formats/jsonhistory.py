"""The revisions of a report as JSON.

The one rule: what stood before is told by number, digest and name, and every changed row with both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.formats.jsonparts import Object
    from slactl.model.revision import Change, History, Told


def history_object(history: History) -> Object:
    """Three keys of the report: its own digest, the revisions before, and what changed since the last."""
    return {
        "figures_sha256": history.figures or None,
        "revisions": [
            {"revision": one.number, "generated_at": one.generated_at, "figures_sha256": one.figures, "name": one.name}
            for one in history.earlier
        ],
        "changes": {
            "comparable": history.comparable,
            "why": [cause.value for cause in history.why],
            "sections": list(history.other),
            "rows": [_change(change) for change in history.changes],
        }
        if history.earlier
        else None,
    }


def _change(change: Change) -> Object:
    return {
        "service": change.service,
        "objective": change.objective,
        "operation": change.operation,
        "class": change.operation_class,
        "span": change.span,
        "old": _told(change.old),
        "new": _told(change.new),
        "why": [cause.value for cause in change.why],
    }


def _told(told: Told | None) -> Object | None:
    if told is None:
        return None
    return {
        "value": told.value,
        "display": told.display,
        "status": told.status,
        "good": told.good,
        "total": told.total,
        "unit": told.unit,
        "goal": told.goal,
    }
