"""How the promises stand, for people: a check with its last days, what is planned, and what changed in a shift.

The one rule: every figure is one of a check; nothing here is judged a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slactl.model.burn import Spent
from slactl.model.check import Check, Target
from slactl.model.incident import Incident
from slactl.model.maintenance import Window
from slactl.model.report import Outage
from slactl.model.status import Reason, Status


@dataclass(frozen=True, slots=True)
class Coming:
    """A window that is about to come, and whether it would be applied as it stands now.

    ``services`` are those it concerns of the ones that were asked for; ``reason`` says why nothing of it, or not
    all of it, is applied, or what must be known of it.
    """

    window: Window
    services: tuple[str, ...]
    applied: bool
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A check whose running budgets tell what each of the last ``days`` took of them, in the same order.

    ``collected`` is the instant up to which evidence is kept of every service; None without any.
    """

    check: Check
    days: tuple[date, ...] = ()
    coming: tuple[Coming, ...] = ()
    collected: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A target that stands otherwise than it did; ``before`` is None where it was no target then."""

    target: Target
    before: Status | None


@dataclass(frozen=True, slots=True)
class Downtime:
    """A stretch of downtime of a service, with the ids of the incidents that explain it."""

    service: str
    outage: Outage
    incidents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What the shift took of a target's budget."""

    target: Target
    spent: Spent


@dataclass(frozen=True, slots=True)
class Handover:
    """What whoever is on call next must know of the time ``since`` an instant (seconds since the epoch).

    ``then`` is the check as of that instant; ``burning`` are the targets whose budget still goes faster than it may.
    ``taken`` names a budget of which something was spent, or of which nobody knows; ``incidents`` still go on.
    """

    standing: Standing
    since: int
    then: Check
    changes: tuple[Change, ...] = ()
    downtime: tuple[Downtime, ...] = ()
    taken: tuple[Taken, ...] = ()
    burning: tuple[Target, ...] = ()
    incidents: tuple[Incident, ...] = ()
