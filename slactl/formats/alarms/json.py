"""A plan as JSON, ``slactl.alarms-plan/1``: what a saved plan is, and all that was known with it.

The one rule: a file that ``apply`` takes and what ``plan --format json`` prints are the same document; every key is
always there. The published form is ``alarms-plan.schema.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from slactl.alarming.safety import Consent, Objection
from slactl.alarming.saved import Unfit, to_dict
from slactl.formats.alarms.words import counts
from slactl.formats.jsontext import text

if TYPE_CHECKING:
    from slactl.model.alarmplan import SavedPlan
    from slactl.workflows.enforcing.planning import Planned


def render(planned: Planned, saved: SavedPlan) -> str:
    """The document, ending with a newline."""
    return dumped(to_dict(saved) | _known(planned))


def objections_of(document: Mapping[str, object]) -> tuple[Objection, ...]:
    """What speaks against a plan, as its file has it.

    Raises:
        Unfit: if it does not say.
    """
    told = document.get("objections")
    if not isinstance(told, list):
        raise Unfit("the plan does not say what speaks against it")
    try:
        return tuple(Objection(str(one["code"]), str(one["text"]), Consent(one["consent"])) for one in told)
    except (KeyError, TypeError, ValueError) as failure:
        raise Unfit(f"the plan is not whole: {failure!r}") from failure


def dumped(document: object) -> str:
    """A document as text; what no UTF-8 can hold is escaped."""
    return text(document)


def _known(planned: Planned) -> dict[str, object]:
    return {
        "summary": counts(planned.plan),
        "quota": {"alarms": planned.room.after, "quota": planned.room.quota, "told": planned.room.told},
        "seconds": planned.seconds,
        "objections": [
            {"code": one.code, "text": one.text, "consent": one.consent.value} for one in planned.objections
        ],
        "unwatched": [
            {
                "service": one.service,
                "objective": one.objective,
                "kind": one.kind,
                "code": one.code,
                "text": one.text,
            }
            for one in planned.unwatched
        ],
    }
