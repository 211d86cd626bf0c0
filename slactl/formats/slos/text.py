"""A plan for SLOs for a terminal: what is changed first, then what AWS cannot express.

The one rule: nothing that changes is left out, and everything from outside is on one line and visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.words import difference
from slactl.formats.sanitize import plain
from slactl.formats.slos.json import counts
from slactl.model.slo import Act

if TYPE_CHECKING:
    from slactl.model.slo import Limit, SloChange, SloPlan
    from slactl.workflows.enforcing.slos import PlannedSlos

SIGNS = {Act.CREATE: "+", Act.UPDATE: "~", Act.REPLACE: "±", Act.DELETE: "-", Act.KEEP: "=", Act.FOREIGN: "!"}
LEGEND = "+ create   ~ update   ± delete and make anew   - delete   = stays   ! name taken"


def render(made: PlannedSlos) -> str:
    """The plan as text that ends with a newline."""
    return "\n".join(_lines(made)) + "\n"


def summary(plan: SloPlan) -> str:
    """The plan in one line."""
    if not plan.to_do:
        return "Nothing to do: every SLO stands as it should."
    found = counts(plan)
    told = ", ".join(f"{found[act]} to {act}" for act in ("create", "update", "replace", "delete") if found[act])
    return f"{told}, {found['keep']} stay as they are."


def _lines(made: PlannedSlos) -> Iterator[str]:
    yield LEGEND
    yield ""
    for one in made.plan.changes:
        yield f"{SIGNS[one.act]} {plain(one.name)}"
        yield from (f"    {plain(line)}" for line in _details(one))
    if made.plan.changes:
        yield ""
    yield f"Plan: {summary(made.plan)}"
    yield f"Account {made.account}, {made.region}; {made.plan.foreign:,} other SLOs are not touched."
    yield from _block("What AWS cannot express:", [_limit(one) for one in made.limits])
    cautions = [f"{one.code}: {one.text}" + (f" [{one.alarm}]" if one.alarm else "") for one in made.plan.cautions]
    yield from _block("Warnings:", cautions)


def _details(one: SloChange) -> Iterator[str]:
    if one.text:
        yield one.text
    yield from (difference(told) for told in one.differences)
    if one.act is Act.UPDATE:
        yield from (f"tag {key}: {value}" for key, value in sorted(one.tags.items()))
        yield from (f"tag {key} is taken away" for key in one.untag)


def _limit(one: Limit) -> str:
    subject = "/".join(part for part in (one.service, one.objective) if part) or "every SLO"
    return f"{subject}: {one.text}" + ("" if one.made else " (no SLO is made)")


def _block(head: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield head
        yield from (f"  {plain(line)}" for line in lines)
