"""What ``slactl slo apply`` and ``destroy`` did: lines for people, and ``slactl.slo-apply/1``.

The one rule: every change of the plan is accounted for, done or not, with the reason why not; the published form is
``slo-apply.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slactl.formats.alarms.done import counted, told
from slactl.formats.alarms.json import dumped
from slactl.formats.language import speak
from slactl.formats.slos.text import SIGNS
from slactl.model.slo import Act
from slactl.workflows.enforcing.applying import State
from slactl.workflows.enforcing.slos import SloOutcome

if TYPE_CHECKING:
    from slactl.model.slo import SloPlan
    from slactl.workflows.enforcing.slos import SlosApplied

SCHEMA = "slactl.slo-apply/1"


@dataclass(frozen=True, slots=True)
class Ended:
    """A plan and what became of it; ``done`` None: nothing was begun; ``refused``: nobody said yes."""

    command: str
    account: str
    region: str
    prefix: str
    plan: SloPlan
    done: SlosApplied | None = None
    refused: bool = False


def lines(done: SlosApplied, language: str = "en") -> Iterator[str]:
    """A line for each change, and their sum."""
    spoken = speak(language)
    for one in done.outcomes:
        yield told(one.state, one.change.act.value, SIGNS[one.change.act], one.change.name, one.text, spoken)
    yield spoken.gettext("SLOs: {counts}.").format(counts=counted([one.state for one in done.outcomes], spoken))


def question(count: int, language: str = "en") -> str:
    """What is asked before SLOs or their histories are lost."""
    return speak(language).count(
        "Delete an SLO, or begin the history anew?", "Delete {n} SLOs, or begin the history anew?", count
    )


def render_json(ended: Ended) -> str:
    """The document, ending with a newline."""
    done = ended.done
    outcomes = done.outcomes if done else tuple(SloOutcome(one, State.NOT_TRIED) for one in ended.plan.to_do)
    return dumped(
        {
            "schema": SCHEMA,
            "command": ended.command,
            "account": ended.account,
            "region": ended.region,
            "prefix": ended.prefix,
            "result": _result(ended),
            "interrupted": bool(done and done.interrupted),
            "failure": str(done.failure) if done and done.failure else None,
            "summary": {state.value: sum(one.state is state for one in outcomes) for state in State},
            "changes": [_change(one) for one in outcomes],
            "kept": sum(one.act is Act.KEEP for one in ended.plan.changes),
            "not_made": [{"name": one.name, "why": one.text} for one in ended.plan.changes if one.act is Act.FOREIGN],
        }
    )


def _result(ended: Ended) -> str:
    if ended.refused:
        return "refused"
    if not ended.plan.to_do:
        return "nothing-to-do"
    return "done" if ended.done and ended.done.whole else "not-all-done"


def _change(one: SloOutcome) -> dict[str, object]:
    return {
        "act": one.change.act.value,
        "name": one.change.name,
        "service": one.change.service or None,
        "objective": one.change.objective or None,
        "restarts": one.change.restarts,
        "state": one.state.value,
        "why": one.text or None,
    }
