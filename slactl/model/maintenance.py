"""Maintenance: what was announced, how it was proved, and the rules for applying it.

The one rule: a window is a claim; only ``slactl.compliance.exclusions`` decides what of it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from slactl.model.span import Span
from slactl.model.status import Reason


class Proof(IntEnum):
    """Grades of proof that a window was announced when it says, weakest first (rule 14)."""

    DECLARED = 1
    DOCUMENTED = 2
    RECORDED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Announcement:
    """How customers were told; ``sha256`` is set when ``file`` exists and was hashed."""

    channel: str | None = None
    to: str | None = None
    url: str | None = None
    file: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One announced window. ``announced`` is an instant; None means it never was.

    ``mute``: whether alarms are to keep quiet while it lasts, whether it counts or not.
    """

    id: str
    span: Span
    announced: int | None
    reason: str
    announcement: Announcement = Announcement()
    worked: Span | None = None
    cancelled: bool = False
    services: tuple[str, ...] | None = None
    proof: Proof = Proof.DECLARED
    note: Reason | None = None
    mute: bool = True

    def concerns(self, service: str) -> bool:
        return self.services is None or service in self.services


@dataclass(frozen=True, slots=True)
class RecurringWindow:
    """A window that repeats: ``start`` and ``end`` are naive local times of the first occurrence.

    ``until`` is a local instant (naive, inclusive for starts); ``rrule`` is RFC 5545 text.
    """

    template: Window
    start: datetime
    end: datetime
    rrule: str
    until: datetime | None
    timezone: str


@dataclass(frozen=True, slots=True)
class MaintenancePolicy:
    """The agreement's rules for windows; durations in seconds. ``notice`` is None without windows."""

    notice: int | None = None
    max_per_month: int | None = None
    max_per_year: int | None = None
    require_proof: Proof = Proof.DECLARED


@dataclass(frozen=True, slots=True)
class MaintenanceCalendar:
    """All windows and the policy that admits them."""

    policy: MaintenancePolicy = MaintenancePolicy()
    windows: tuple[Window, ...] = ()
    recurring: tuple[RecurringWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceExclusion:
    """What a window did for one service; ``requested`` is its length inside the month, seconds."""

    service: str
    applied: bool
    reason: Reason | None
    requested_seconds: int
    excluded_seconds: int
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowOutcome:
    """A window that touches the month, and what was applied of it for each service.

    ``proof_note`` is what kept records of collects say against its times; it leaves the decision as it is.
    """

    window: Window
    services: tuple[ServiceExclusion, ...]
    proof_note: Reason | None = None
