"""What a collect did: what it kept, what is missing and why, what nobody can keep any more.

The one rule: what was not kept is named with its span and a reason, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from slactl.model.report import SourceUse
from slactl.model.span import Span


class Why(StrEnum):
    """Stable codes of what is missing or lost."""

    READ_FAILED = "read-failed"
    ACCESS_DENIED = "access-denied"
    DISCOVERY_INCOMPLETE = "discovery-incomplete"
    READS_DISAGREE = "reads-disagree"
    FEWER_THAN_KEPT = "fewer-than-kept"
    PERSONAL_NAMES = "personal-names"
    STOPPED = "stopped"
    NOT_CLOSED = "not-closed"
    HOURS_ONLY = "hours-only"
    EXPIRED = "expired"
    PROVISIONAL = "provisional"
    FIVE_MINUTES = "five-minutes"


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """What could be had and is not kept: the next run tries again. ``text`` says why, and what to do."""

    service: str
    span: Span
    why: Why
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Lost:
    """What can no longer be had so finely.

    ``why`` is HOURS_ONLY or EXPIRED for what only hours, or nothing, are left of at CloudWatch;
    PROVISIONAL for what was kept early and can't be read again; FIVE_MINUTES for what minutes were
    wanted of.
    """

    service: str
    span: Span
    why: Why


@dataclass(frozen=True, slots=True, order=True)
class KeptSpan:
    """What was read and kept of one service: streams of all sources, bins in seconds.

    Of metrics (``what`` is ``datapoints``) ``streams`` are metrics, and ``requests`` their points.
    """

    service: str
    span: Span
    bin: int
    final: bool
    streams: int
    requests: int
    what: str = "requests"


@dataclass(frozen=True, slots=True, order=True)
class Closed:
    """A month whose answers were kept; ``label`` is 2026-10."""

    service: str
    label: str
    answers: int


@dataclass(slots=True)
class Outcome:
    """One collect, as it went; ``uses`` is what was asked of AWS, ``kept_before`` the spans that needed nothing."""

    run: str
    at: int
    until: int
    kept: list[KeptSpan] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    uses: tuple[SourceUse, ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all that could be had is kept."""
        return not self.missing
