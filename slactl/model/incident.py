"""Incidents: what people say of an outage, and which of what was measured they explain.

The one rule: an incident is a claim beside the figures. It never improves one; only where it declares
downtime (``add_downtime``) does it touch one at all, and then only to worsen it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.model.span import Span

if TYPE_CHECKING:
    from slactl.model.report import RowSpan


@dataclass(frozen=True, slots=True)
class CorrectiveAction:
    """What shall keep it from happening again, who owns it, until when, and when it was done."""

    action: str
    owner: str
    due: date | None = None
    done: date | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident; ``start`` and ``end`` are instants, ``end`` None while it goes on.

    ``objectives`` are those it explains when they are missed (None: any). With ``add_downtime`` its
    seconds count as down. ``sha256`` is the digest of the file that says all this.
    """

    id: str
    services: tuple[str, ...]
    start: int
    end: int | None
    cause: str
    ticket: str | None = None
    impact: str | None = None
    correction: str | None = None
    actions: tuple[CorrectiveAction, ...] = ()
    objectives: tuple[str, ...] | None = None
    add_downtime: bool = False
    sha256: str = ""

    def until(self, now: int) -> Span | None:
        """Its time so far; None before it began."""
        end = now if self.end is None else self.end
        return Span(self.start, end) if self.start < end else None

    def concerns(self, service: str) -> bool:
        return service in self.services

    def explains(self, objective: str) -> bool:
        """Whether a miss of the objective may be laid to it."""
        return self.objectives is None or objective in self.objectives


@dataclass(frozen=True, slots=True)
class Stretch:
    """A measured stretch of downtime with the ids of the incidents that overlap it.

    ``uncovered`` are its seconds that lie in none of them.
    """

    service: str
    span: Span
    requests: int
    faults: int
    incidents: tuple[str, ...]
    uncovered: int

    @property
    def explained(self) -> bool:
        return bool(self.incidents)


@dataclass(frozen=True, slots=True)
class Missed:
    """A row that is BREACHED, by what names it, with the ids of the incidents that explain it."""

    service: str
    objective: str
    operation: str | None
    operation_class: str | None
    span: RowSpan
    binding: bool
    incidents: tuple[str, ...]

    @property
    def row(self) -> tuple[object, ...]:
        """What names the row."""
        return (self.service, self.objective, self.operation, self.operation_class, self.span)

    @property
    def explained(self) -> bool:
        return bool(self.incidents)


@dataclass(frozen=True, slots=True)
class Declared:
    """Downtime that an incident declares of a service, as far as it lies in the settled period."""

    incident: str
    service: str
    span: Span


@dataclass(frozen=True, slots=True)
class Deviations:
    """What did not go as promised, and who explains it.

    ``incidents`` are those that touch the period or explain something; ``without_effect`` the ids of
    those that overlap nothing measured and declare nothing. In ``incomplete`` services stretches may be
    missing, because some of their time is unknown or kept by the hour.
    """

    stretches: tuple[Stretch, ...] = ()
    missed: tuple[Missed, ...] = ()
    declared: tuple[Declared, ...] = ()
    incidents: tuple[Incident, ...] = ()
    without_effect: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()

    @property
    def unexplained(self) -> int:
        """Stretches and missed rows that no incident explains."""
        everything: tuple[Stretch | Missed, ...] = (*self.stretches, *self.missed)
        return sum(not one.explained for one in everything)

    @property
    def longest(self) -> int | None:
        """The longest stretch in seconds; None without one."""
        return max((one.span.seconds for one in self.stretches), default=None)

    @property
    def mean_time_to_repair(self) -> Fraction | None:
        """The mean length of all measured stretches of all services, in seconds; None without one."""
        if not self.stretches:
            return None
        return Fraction(sum(one.span.seconds for one in self.stretches), len(self.stretches))


NO_DEVIATIONS = Deviations()
