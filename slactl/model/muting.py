"""Quiet while people work: which alarms keep quiet when, and what stands of it.

The one rule: a mute rule withholds actions and nothing else; no figure depends on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slactl.model.span import Span


@dataclass(frozen=True, slots=True)
class Repeat:
    """When a recurring window begins: every naive local start, from the first to the last; and for how long."""

    starts: tuple[datetime, ...]
    length: timedelta


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time at which it is to be quiet; ``day`` is the occurrence's date, None of a single window."""

    span: Span
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """A window that mutes: the services it is for (None: all), and the occasions that are not over yet."""

    window: str
    reason: str
    services: tuple[str, ...] | None
    occasions: tuple[Occasion, ...]
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class Unmuted:
    """A window for which nothing is muted; ``why`` is for people."""

    window: str
    why: str


@dataclass(frozen=True, slots=True)
class Mutable:
    """An alarm of ours that has actions, the service that it is for, and whom it concerns (``page``, ``ticket``)."""

    name: str
    service: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class MuteForm:
    """All that is put of a mute rule; ``minutes`` is how long it mutes, instants are seconds since the epoch."""

    name: str
    description: str
    expression: str
    minutes: int
    timezone: str
    targets: tuple[str, ...]
    starts: int | None = None
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class StandingMute:
    """A mute rule as it stands; ``tags`` None: nobody knows them. ``minutes`` 0: nobody can read its duration."""

    form: MuteForm
    arn: str
    tags: Mapping[str, str] | None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class MutePlan:
    """What is put (those that stand otherwise are in ``updates``), what is deleted, what stays.

    ``blocked`` are wanted rules whose name somebody else's rule bears; ``doubts`` are what could not be told of
    alarms: one whose tags nobody could read is not muted.
    """

    creates: tuple[MuteForm, ...] = ()
    updates: tuple[MuteForm, ...] = ()
    keeps: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    unmuted: tuple[Unmuted, ...] = ()
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        return len(self.creates) + len(self.updates) + len(self.deletes)
