"""The words of a plan that every format uses.

The one rule: what is counted here is counted once, so that no two formats differ.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.alarming.saved import WORDS

if TYPE_CHECKING:
    from slactl.model.alarmplan import About, Bill, Change, Difference, Plan, Unwatched
    from slactl.workflows.enforcing.planning import Planned

SIGNS = {"create": "+", "update": "~", "delete": "-", "keep": "=", "left": "o", "blocked": "!"}
LEGEND = "+ create   ~ update   - delete   = stays   o kept by a stack   ! name taken"
LONGEST = 300


def word_of(change: Change) -> str:
    """What a change is called, in the plan's file too."""
    return WORDS[type(change)]


def counts(plan: Plan) -> dict[str, int]:
    """How many changes of each kind, none left out."""
    found = Counter(word_of(one) for one in plan.changes)
    return {word: found[word] for word in SIGNS}


def summary(plan: Plan) -> str:
    """The plan in one line."""
    if not plan.to_do:
        return "Nothing to do: every alarm stands as it should."
    found = counts(plan)
    return (
        f"{found['create']} to create, {found['update']} to update, {found['delete']} to delete, "
        f"{found['keep']} stay as they are."
    )


def purpose(about: About) -> str:
    """What an alarm is for, in short."""
    subject = "/".join(part for part in (about.service, about.objective) if part)
    return ", ".join(part for part in (about.kind, subject, about.severity) if part)


def difference(one: Difference) -> str:
    """A field's old and new value."""
    return f"{one.field}: {value(one.old)} -> {value(one.new)}"


def value(told: object) -> str:
    """A value as JSON has it, cut where it is long; nothing is a dash."""
    if told is None or told == "":
        return "-"
    if isinstance(told, Sequence) and not isinstance(told, str):
        return ", ".join(value(one) for one in told)
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    text = json.dumps(told, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def dollars(amount: Fraction) -> str:
    """An amount of money, rounded up to a cent, so that nobody pays more than he reads."""
    cents = -(-amount * 100 // 1)
    return f"${cents // 100:,}.{cents % 100:02}"


def cost_lines(bill: Bill) -> list[str]:
    """The bill, kind by kind."""
    kinds = [
        f"{one.kind}: {dollars(one.dollars)} for {_alarms(one.alarms)}"
        + (f" on {one.metrics} metric{'s' * (one.metrics != 1)}" if one.metrics else "")
        for one in bill.kinds
    ]
    free = [f"free: -{dollars(bill.free)}"] if bill.free else []
    return [*kinds, *free]


def room(planned: Planned) -> str:
    """The alarms against the quota."""
    told = planned.room
    known = "" if told.told else " (AWS's default; what this account has was not told)"
    return f"{told.after:,} of {told.quota:,} alarms that the region takes{known}"


def duration(seconds: int) -> str:
    """About how long, in whole minutes from two on."""
    if seconds < 60:
        return "less than a minute"
    minutes = -(-seconds // 60)
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"


def kept(plan: Plan) -> list[str]:
    """What stays, told in groups: nobody reads hundreds of names that do not change."""
    found = Counter((one.about.service or "slactl itself", one.about.kind) for one in plan.keeps)
    return [f"{_alarms(count)} of {service}, {kind}" for (service, kind), count in sorted(found.items())]


def unwatched(one: Unwatched) -> str:
    """A promise, or a kind of alarm for it, and why nothing watches."""
    subject = one.service + (f"/{one.objective}" if one.objective else "")
    return f"{subject}{f', {one.kind}' if one.kind else ''}: {one.text}"


def _alarms(count: int) -> str:
    return f"{count:,} alarm{'s' * (count != 1)}"
