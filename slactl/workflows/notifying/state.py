"""What is remembered between checks: how each target stands, and which notices are still owed to whom.

The one rule: a notice is owed from the moment its change is written down until the channel took it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slactl.model.notice import Notice, Subject
from slactl.model.status import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target stands: since when (seconds since the epoch), and after how many changes.

    ``told`` is the last status that each channel was told of, or is still owed.
    """

    subject: Subject
    status: Status
    since: int
    changes: int = 0
    told: Mapping[str, Status] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice that a channel has not taken yet."""

    channel: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is remembered; ``owed`` is in the order in which it came about."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    owed: tuple[Owed, ...] = ()
