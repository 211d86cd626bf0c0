"""Whether a plan may be carried out: what it takes away, how much it changes, what it costs, how long it takes.

The one rule: nothing is refused silently; each objection says what it is about and what overrules it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from slactl.model.alarmplan import Bill, Create, Delete, Plan, Shape, Update

SHARE = Fraction(3, 10)
FEW = 10
PUTS_A_SECOND = 3
DELETED_AT_ONCE = 100


class Consent(StrEnum):
    """What overrules an objection."""

    YES = "yes"
    FORCE = "force"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a plan is not carried out just so; ``code`` is stable."""

    code: str
    text: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class Effort:
    """How many calls apply makes, and for how many seconds they keep it inside the API's rates."""

    puts: int
    tags: int
    deletions: int

    @property
    def seconds(self) -> int:
        return -(-(self.puts + self.deletions) // PUTS_A_SECOND)


def objections(
    plan: Plan, max_monthly_cost: Fraction | None = None, unread: Collection[str] = ()
) -> tuple[Objection, ...]:
    """What speaks against carrying it out.

    Deletions want a yes; updates and deletions of more than ten alarms and three tenths of those that stand want
    force, and so does taking alarms from a service that could not be looked at. What costs more than was allowed is
    refused whatever is said.

    Args:
        plan: with its bill.
        max_monthly_cost: in US dollars; None: no limit.
        unread: the keys of services whose operations or traffic could not all be read.
    """
    found = [_costs(plan.bill, max_monthly_cost), _deletes(plan), _changes(plan), _unread(plan, unread)]
    return tuple(one for one in found if one)


def changed_share(plan: Plan) -> Fraction:
    """The share of our standing alarms that a plan changes or deletes; 0 where none stands."""
    touched = len(_touched(plan))
    stand = touched + len({one.name for one in plan.keeps})
    return Fraction(touched, stand) if stand else Fraction(0)


def effort(plan: Plan) -> Effort:
    """The calls of a plan: new tags come with the put of a new alarm, metric alarms go by the hundred."""
    puts = sum(isinstance(one, Create) or (isinstance(one, Update) and one.fields is not None) for one in plan.to_do)
    tags = sum(bool(one.tags) + bool(one.untag) for one in plan.updates)
    metric = sum(one.shape is Shape.METRIC for one in plan.deletes)
    return Effort(puts, tags, len(plan.deletes) - metric - (-metric // DELETED_AT_ONCE))


def after(plan: Plan) -> int:
    """How many alarms the account has once the plan is carried out, foreign ones included."""
    return plan.foreign + len([one for one in plan.changes if not isinstance(one, Delete)]) - len(plan.blocked)


def _touched(plan: Plan) -> set[str]:
    return {one.name for one in plan.updates} | {one.name for one in plan.deletes}


def _costs(bill: Bill | None, most: Fraction | None) -> Objection | None:
    if bill is None or most is None or bill.total <= most:
        return None
    what = f"the alarms cost ${float(bill.total):.2f} a month, max_monthly_cost is ${float(most):.2f}"
    return Objection("too-dear", what, Consent.NOTHING)


def _deletes(plan: Plan) -> Objection | None:
    count = len(plan.deletes)
    if not count:
        return None
    return Objection("deletes", f"{count} alarm{'s' * (count > 1)} would be deleted", Consent.YES)


def _changes(plan: Plan) -> Objection | None:
    touched = len(_touched(plan))
    share = changed_share(plan)
    if touched <= FEW or share <= SHARE:
        return None
    what = f"{touched} of our alarms would change, {float(share * 100):.0f} % of those that stand"
    return Objection("too-many-changes", what, Consent.FORCE)


def _unread(plan: Plan, services: Collection[str]) -> Objection | None:
    """What nobody could see is not gone."""
    lost = [one for one in plan.deletes if one.about.service in services]
    if not lost:
        return None
    named = ", ".join(sorted({one.about.service for one in lost}))
    what = f"{named} could not be read in full: {len(lost)} of the alarms to delete may still be wanted"
    return Objection("unread", what, Consent.FORCE)
