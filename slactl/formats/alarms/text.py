"""A plan for a terminal: deletions and updates first, then what is new, then what stays.

The one rule: nothing that changes is left out, and everything from outside is on one line and visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.words import (
    LEGEND,
    SIGNS,
    cost_lines,
    difference,
    dollars,
    duration,
    kept,
    purpose,
    room,
    summary,
    unwatched,
    word_of,
)
from slactl.formats.sanitize import plain
from slactl.model.alarmplan import Blocked, Delete, Left, Update, Why

if TYPE_CHECKING:
    from slactl.model.alarmplan import Change, Plan
    from slactl.workflows.enforcing.planning import Planned

ORDER = ("delete", "update", "create", "blocked", "left")


def render(planned: Planned) -> str:
    """The plan as text that ends with a newline."""
    return "\n".join(_lines(planned)) + "\n"


def _lines(planned: Planned) -> Iterator[str]:
    plan = planned.plan
    yield LEGEND
    yield ""
    yield from _changes(plan)
    yield f"Plan: {summary(plan)}"
    yield f"Account {planned.account}, {planned.region}; {plan.foreign:,} other alarms are not touched."
    if plan.bill:
        yield f"Cost: {dollars(plan.bill.total)} a month"
        yield from (f"  {line}" for line in cost_lines(plan.bill))
    yield f"Quota: {room(planned)}"
    if plan.to_do:
        yield f"Apply takes {duration(planned.seconds)}."
    if plan.elsewhere:
        yield f"Managed under another prefix, and not touched: {len(plan.elsewhere)}"
    yield from _notes(planned)


def _changes(plan: Plan) -> Iterator[str]:
    found = [one for word in ORDER for one in plan.changes if word_of(one) == word]
    for one in found:
        yield f"{SIGNS[word_of(one)]} {plain(one.name)}  ({plain(purpose(one.about))})"
        yield from (f"    {plain(line)}" for line in details(one))
    stays = kept(plan)
    yield from (f"= {plain(line)}" for line in stays)
    if found or stays:
        yield ""


def details(change: Change) -> Iterator[str]:
    """What more is to be said of a change, a line each."""
    match change:
        case Update() | Left():
            if isinstance(change, Left):
                yield f"a stack keeps it ({change.owner})" + (" and has it otherwise" if change.differences else "")
            yield from (difference(one) for one in change.differences)
        case Delete():
            yield (
                "an alarm of another type takes its name" if change.why is Why.REPLACED else "nobody wants it any more"
            )
        case Blocked():
            yield change.text
        case _:
            return


def _notes(planned: Planned) -> Iterator[str]:
    blocks = (
        ("Warnings:", [_caution(one.code, one.text, one.alarm) for one in planned.plan.warnings]),
        ("Not watched:", [unwatched(one) for one in planned.unwatched]),
        ("Before it is applied:", [f"{one.text} ({CONSENT[one.consent.value]})" for one in planned.objections]),
    )
    for head, lines in blocks:
        if lines:
            yield ""
            yield head
            yield from (f"  {plain(line)}" for line in lines)


CONSENT = {"yes": "asks first, or --yes", "force": "only with --force", "nothing": "refused"}
"""What overrules an objection, in words."""


def _caution(code: str, text: str, alarm: str | None) -> str:
    return f"{code}: {text}" + (f" [{alarm}]" if alarm else "")
