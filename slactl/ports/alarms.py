"""What a place that keeps alarms must tell.

The one rule: what could not be read is named beside what was read; a part that failed half-way is
missing as a whole, so that nobody takes half a list for all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from slactl.model.span import Span

Found = TypeVar("Found")


class AlarmKind(StrEnum):
    """What an alarm looks at: metrics, other alarms, or a query of logs."""

    METRIC = "metric"
    COMPOSITE = "composite"
    LOG = "log"


class Denial(StrEnum):
    """Why something is missing.

    ``ACCESS_DENIED``, ``READ_FAILED``: the next run tries again. ``NOT_OFFERED``: this region, or the
    boto3 at hand, doesn't know it. ``ELSEWHERE``: it belongs to another account or region.
    """

    ACCESS_DENIED = "access-denied"
    READ_FAILED = "read-failed"
    NOT_OFFERED = "not-offered"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """Something that is missing: ``what`` is stable (``history:composite``), ``text`` for people."""

    what: str
    why: Denial
    text: str


@dataclass(frozen=True, slots=True)
class Told(Generic[Found]):
    """What was read, or why it was not: then ``found`` is empty."""

    found: Found
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """An alarm as it stands.

    ``since`` is when its state last changed, seconds since the epoch; ``actions`` are all its ARNs,
    whatever sets them off. ``definition`` holds its fields as CloudWatch names them, instants as text.
    """

    name: str
    arn: str
    kind: AlarmKind
    state: str
    since: int | None = None
    description: str = ""
    actions: tuple[str, ...] = ()
    definition: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """Something that happened to an alarm; ``at`` is milliseconds since the epoch.

    ``what`` is StateUpdate, Action, ConfigurationUpdate or another word of CloudWatch's; ``data`` what
    it says of it, empty where that cannot be read.
    """

    at: int
    alarm: str
    kind: AlarmKind
    what: str
    summary: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MuteRule:
    """When the actions of some alarms are withheld; instants are seconds since the epoch."""

    name: str
    description: str
    expression: str
    duration: str
    timezone: str
    targets: tuple[str, ...]
    status: str
    starts: int | None = None
    expires: int | None = None
    updated: int | None = None


class AlarmSource(Protocol):
    """Knows alarms. Raises only what makes every read hopeless."""

    def alarms(self, kind: AlarmKind) -> Told[tuple[StandingAlarm, ...]]:
        """Every alarm of a kind."""
        ...

    def tags(self, arns: Sequence[str]) -> Told[Mapping[str, Mapping[str, str]]]:
        """The tags of alarms, by ARN; an alarm that is gone meanwhile has none."""
        ...

    def history(self, kind: AlarmKind, span: Span) -> Told[tuple[AlarmEvent, ...]]:
        """What happened to alarms of a kind in a span, deleted ones too, in order of time."""
        ...

    def mute_rules(self) -> Told[tuple[MuteRule, ...]]:
        """Every mute rule."""
        ...
