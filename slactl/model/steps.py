"""The slices and hours of an account of seconds, and the rule that decided each.

The one rule: the seconds of the steps of an account add up to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from slactl.model.goal import Goal
from slactl.model.report import Seconds, Silence
from slactl.model.span import Span, Spans


class Fate(StrEnum):
    """What became of a stretch of time; ``MIXED`` where its seconds have more than one fate."""

    UP = "up"
    DOWN = "down"
    NO_TRAFFIC = "no_traffic"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    MIXED = "mixed"


class Because(StrEnum):
    """The rule that decided a slice or an hour; stable codes."""

    NO_FAULT = "no-fault"
    SHARE_MET = "share-met"
    SHARE_MISSED = "share-missed"
    JOINED_MET = "joined-met"
    JOINED_MISSED = "joined-missed"
    JOINED_UNREAD = "joined-unread"
    UNREAD = "unread"
    FAULTS_WITHOUT_REQUESTS = "faults-without-requests"
    SILENCE_EXPLAINED = "silence-explained"
    SILENCE_UNEXPLAINED = "silence-unexplained"
    SILENCE_BY_POLICY = "silence-by-policy"
    HEARTBEAT_HEARD = "heartbeat-heard"
    HEARTBEAT_FAILED = "heartbeat-failed"
    MAINTENANCE = "maintenance"
    NOT_SETTLED = "not-settled"
    HOUR_WITHOUT_FAULT = "hour-without-fault"
    HOUR_BETWEEN_BOUNDS = "hour-between-bounds"
    HOUR_NOT_SEPARABLE = "hour-not-separable"
    DECLARED = "declared-by-an-incident"

    @property
    def rules(self) -> tuple[int, ...]:
        """The contract's rules behind it."""
        return RULES[self]


RULES: dict[Because, tuple[int, ...]] = {
    Because.NO_FAULT: (10,),
    Because.SHARE_MET: (10,),
    Because.SHARE_MISSED: (10,),
    Because.JOINED_MET: (10,),
    Because.JOINED_MISSED: (10,),
    Because.JOINED_UNREAD: (8, 10),
    Because.UNREAD: (7, 8),
    Because.FAULTS_WITHOUT_REQUESTS: (5, 8),
    Because.SILENCE_EXPLAINED: (11,),
    Because.SILENCE_UNEXPLAINED: (8, 11),
    Because.SILENCE_BY_POLICY: (11,),
    Because.HEARTBEAT_HEARD: (11,),
    Because.HEARTBEAT_FAILED: (11,),
    Because.MAINTENANCE: (13, 14, 15, 16),
    Because.NOT_SETTLED: (23,),
    Because.HOUR_WITHOUT_FAULT: (12,),
    Because.HOUR_BETWEEN_BOUNDS: (8, 12),
    Because.HOUR_NOT_SEPARABLE: (8, 12),
    Because.DECLARED: (),
}


@dataclass(frozen=True, slots=True)
class Joined:
    """The run that a thin slice was judged with, itself included.

    ``earlier`` are the slices before it that had requests, first to last; with ``unread`` the one that
    ends the run could not be read.
    """

    earlier: Spans
    requests: int
    faults: int
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A slice, an hour, or a run of them with one fate.

    ``seconds`` accounts for the whole span, excluded time included; ``requests`` and ``faults`` are what was
    read outside the exclusions, None where nothing was. ``because`` counts the slices that each rule
    decided. ``windows`` are the ids of the maintenance that took seconds of it; ``joined`` is set for
    a single slice, ``bounds`` (least and most slices down) for a single hour.
    """

    span: Span
    slices: int
    fate: Fate
    seconds: Seconds
    requests: int | None
    faults: int | None
    because: tuple[tuple[Because, int], ...]
    windows: tuple[str, ...] = ()
    joined: Joined | None = None
    bounds: tuple[int, int] | None = None

    @property
    def share(self) -> Fraction | None:
        """Requests without a fault over requests; None without any."""
        if not self.requests or self.faults is None:
            return None
        return 1 - Fraction(min(self.faults, self.requests), self.requests)


@dataclass(frozen=True, slots=True)
class Account:
    """The seconds of what is owed of a period: stretches that sum to it.

    ``width`` is a slice's length in seconds, ``goal`` what its requests are held against; ``singles`` are every
    slice (or hour) of the span that was asked for.
    """

    width: int
    goal: Goal
    seconds: Seconds
    steps: tuple[Step, ...]
    singles: tuple[Step, ...] = ()
    silences: tuple[Silence, ...] = ()
