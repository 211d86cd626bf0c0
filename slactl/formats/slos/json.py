"""A plan for SLOs as JSON, ``slactl.slo-plan/1``: what a saved plan is, and what AWS cannot express.

The one rule: a file that ``apply`` takes and what ``plan --format json`` prints are the same document; every key is
always there. The published form is ``slo-plan.schema.json``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from slactl.alarming.slos.saved import to_dict
from slactl.formats.alarms.json import dumped
from slactl.model.slo import Act

if TYPE_CHECKING:
    from slactl.model.slo import SavedSlos, SloPlan
    from slactl.workflows.enforcing.slos import PlannedSlos


def render(made: PlannedSlos, saved: SavedSlos) -> str:
    """The document, ending with a newline."""
    limits = [
        {
            "service": one.service or None,
            "objective": one.objective or None,
            "code": one.code,
            "text": one.text,
            "made": one.made,
        }
        for one in made.limits
    ]
    return dumped(to_dict(saved) | {"summary": counts(made.plan), "limits": limits})


def counts(plan: SloPlan) -> dict[str, int]:
    """How many changes of each kind, none left out."""
    found = Counter(one.act for one in plan.changes)
    return {act.value: found[act] for act in Act}
