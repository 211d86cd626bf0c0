"""A plan for a pull request.

The one rule: every text passes through ``sanitize.markdown``; the summary stands first, because comments are folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.text import CONSENT, ORDER, details
from slactl.formats.alarms.words import cost_lines, dollars, duration, kept, purpose, room, summary, unwatched, word_of
from slactl.formats.sanitize import markdown

if TYPE_CHECKING:
    from slactl.model.alarmplan import Plan
    from slactl.workflows.enforcing.planning import Planned

HEADS = {
    "delete": "Deleted",
    "update": "Updated",
    "create": "Created",
    "blocked": "Not enforced: the name is taken",
    "left": "Kept by a stack",
}


def render(planned: Planned) -> str:
    """The plan as Markdown that ends with a newline."""
    return "\n".join(_lines(planned)) + "\n"


def _lines(planned: Planned) -> Iterator[str]:
    plan = planned.plan
    yield "## Alarms"
    yield ""
    yield f"**{markdown(summary(plan))}**"
    yield ""
    yield f"- Account {planned.account}, {planned.region}; {plan.foreign:,} other alarms are not touched"
    if plan.bill:
        yield f"- Cost: {markdown(dollars(plan.bill.total))} a month"
        yield from (f"  - {markdown(line)}" for line in cost_lines(plan.bill))
    yield f"- Quota: {markdown(room(planned))}"
    if plan.to_do:
        yield f"- Apply takes {duration(planned.seconds)}"
    yield from _listed(
        "Before it is applied", [f"{one.text} ({CONSENT[one.consent.value]})" for one in planned.objections]
    )
    yield from _listed("Warnings", [f"{one.code}: {one.text}" for one in plan.warnings])
    yield from _changes(plan)
    yield from _listed("Not watched", [unwatched(one) for one in planned.unwatched])
    yield from _listed("Unchanged", kept(plan))


def _listed(head: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"### {head}"
        yield ""
        yield from (f"- {markdown(' '.join(line.split()))}" for line in lines)


def _changes(plan: Plan) -> Iterator[str]:
    for word in ORDER:
        found = [one for one in plan.changes if word_of(one) == word]
        if not found:
            continue
        yield ""
        yield f"### {HEADS[word]} ({len(found)})"
        yield ""
        for one in found:
            yield f"- **{markdown(one.name)}** ({markdown(purpose(one.about))})"
            yield from (f"  - {markdown(line)}" for line in details(one))
