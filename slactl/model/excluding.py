"""Exclusion windows of native SLOs: which stand, and which are to be added or removed.

The one rule: ours are known by the beginning of their reason, because a window bears no tags; instants are seconds
since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.model.alarmplan import Form


@dataclass(frozen=True, slots=True, order=True)
class Exclusion:
    """A one-time window that is to stand; ``minutes`` is its length."""

    start: int
    minutes: int
    reason: str

    @property
    def end(self) -> int:
        return self.start + 60 * self.minutes


@dataclass(frozen=True, slots=True)
class StandingExclusion:
    """A window as it stands: ``fields`` as AWS tells them; ``window`` None of one that recurs or counts in months."""

    fields: Form
    window: Exclusion | None = None


@dataclass(frozen=True, slots=True)
class SloWindows:
    """An SLO of ours and its windows."""

    name: str
    arn: str
    service: str
    objective: str
    windows: tuple[StandingExclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class SloExclusions:
    """What is to be done of an SLO's windows; ``left`` wanted ones find no room."""

    slo: SloWindows
    add: tuple[Exclusion, ...] = ()
    remove: tuple[StandingExclusion, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class SlosSeen:
    """The SLOs of ours, and what could not be told of them."""

    slos: tuple[SloWindows, ...]
    doubts: tuple[str, ...] = ()
