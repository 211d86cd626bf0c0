"""What planned alarms would have done in a past month.

The one rule: what rang is what surely rang at the instants that were looked at; what nobody can tell stands beside it
(``doubt``), and is never taken for silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slactl.model.alarm import Severity
from slactl.model.span import Span, Spans


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why an alarm is not replayed; ``code`` is stable."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Rung:
    """When an alarm was in ALARM, looked at every ``step`` seconds; 0: at the very instants at which CloudWatch looks.

    A span begins at the first instant at which it was seen ringing: it may have begun up to ``step`` seconds before,
    and ended as long before the span's end. ``doubt`` is when it may have been ringing besides.
    """

    spans: Spans
    doubt: Spans = ()
    step: int = 0


@dataclass(frozen=True, slots=True)
class AlarmReplay:
    """A planned alarm: when it rang, or why nobody can tell; ``tells`` says that it carries actions."""

    name: str
    kind: str
    service: str
    severity: Severity
    objective: str | None
    operation: str | None
    tells: bool
    rung: Rung
    unfit: Unfit | None = None


@dataclass(frozen=True, slots=True)
class CauseReplay:
    """A reason to tell somebody: the alarms that had to ring together, and when they did."""

    alarms: tuple[str, ...]
    kind: str
    service: str
    severity: Severity
    objective: str | None
    operation: str | None
    rung: Rung


@dataclass(frozen=True, slots=True)
class Ring:
    """Once that somebody would have been told.

    ``told_at`` is when its actions went out: later than it began where maintenance muted it then, None where it was
    over before they could. ``before`` and ``after``: it rang already when the month began, still when it ended.
    """

    alarm: str
    service: str
    severity: Severity
    span: Span
    step: int
    told_at: int | None
    before: bool = False
    after: bool = False
    causes: tuple[CauseReplay, ...] = ()

    @property
    def earliest(self) -> int:
        """After this instant it began."""
        return self.span.start if self.before else self.span.start - self.step


class Seen(StrEnum):
    """Whether somebody would have been told of something."""

    NOTICED = "noticed"
    MUTED = "muted"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that was measured, and whether an alarm told of it.

    Of a stretch of downtime ``span`` is the stretch; of a missed objective it is None, and its budget was gone at
    ``gone_at``, where that can be told. ``at`` is when somebody was told.
    """

    service: str
    objective: str | None
    operation: str | None
    span: Span | None
    seen: Seen
    gone_at: int | None = None
    at: int | None = None
    step: int = 0
    alarm: str | None = None
    severity: Severity | None = None

    @property
    def late(self) -> int | None:
        """How many seconds after its begin, at most, somebody was told; negative where before the budget was gone."""
        start = self.span.start if self.span else self.gone_at
        if self.at is None or start is None:
            return None
        return max(0, self.at - start) if self.span else self.at - start


class Agreement(StrEnum):
    """A replay held against what CloudWatch's kept history says."""

    RIGHTLY = "rang-and-should-have"
    WRONGLY = "rang-and-should-not"
    SILENT = "silent-and-should-have"
    UNKNOWN = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Compared:
    """One ring of either side."""

    alarm: str
    agreement: Agreement
    span: Span


@dataclass(frozen=True, slots=True)
class History:
    """What the kept history of alarms says of a month.

    ``read`` is of what it tells; ``absent`` are planned alarms that it knows nothing of: they did not stand.
    """

    read: Spans
    compared: tuple[Compared, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coarse:
    """How finely a service's month is known: bins of so many seconds, and what was not read."""

    service: str
    step: int
    unread: Spans = ()


@dataclass(frozen=True, slots=True)
class Replay:
    """A month played again; ``history`` is None where none is kept."""

    month: str
    span: Span
    timezone: str
    coarse: tuple[Coarse, ...]
    alarms: tuple[AlarmReplay, ...]
    rings: tuple[Ring, ...]
    noticed: tuple[Noticed, ...]
    history: History | None = None
    doubts: tuple[str, ...] = ()

    @property
    def unfit(self) -> tuple[AlarmReplay, ...]:
        """The alarms that could not be replayed."""
        return tuple(one for one in self.alarms if one.unfit is not None)
