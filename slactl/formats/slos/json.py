"""A plan for SLOs as JSON, ``slactl.slo-plan/1``.

The one rule: every key is always there. The published form is ``slo-plan.schema.json``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from slactl.formats.alarms.json import dumped
from slactl.model.slo import Act

if TYPE_CHECKING:
    from slactl.model.slo import SloChange, SloPlan
    from slactl.workflows.enforcing.slos import PlannedSlos

SCHEMA = "slactl.slo-plan/1"


def render(made: PlannedSlos) -> str:
    """The document, ending with a newline."""
    document: dict[str, object] = {
        "schema": SCHEMA,
        "account": made.account,
        "region": made.region,
        "prefix": made.prefix,
        "summary": counts(made.plan),
        "foreign": made.plan.foreign,
        "changes": [_change(one) for one in made.plan.changes],
        "limits": [
            {
                "service": one.service or None,
                "objective": one.objective or None,
                "code": one.code,
                "text": one.text,
                "made": one.made,
            }
            for one in made.limits
        ],
        "cautions": [{"code": one.code, "text": one.text, "slo": one.alarm} for one in made.plan.cautions],
    }
    return dumped(document)


def counts(plan: SloPlan) -> dict[str, int]:
    """How many changes of each kind, none left out."""
    found = Counter(one.act for one in plan.changes)
    return {act.value: found[act] for act in Act}


def _change(one: SloChange) -> dict[str, object]:
    return {
        "act": one.act.value,
        "name": one.name,
        "service": one.service or None,
        "objective": one.objective or None,
        "restarts": one.restarts,
        "text": one.text or None,
        "differences": [{"field": told.field, "old": told.old, "new": told.new} for told in one.differences],
        "tags": dict(one.tags),
        "untag": list(one.untag),
        "fields": dict(one.fields),
    }
