"""What a check says: one judged row for each target, and how it was judged.

The one rule: a window shorter than a month is judged by its burn rate, never by the goal; a month or a
year by what it can still become.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slactl.model.burn import BurnPolicy
from slactl.model.catalogue import Catalogue
from slactl.model.report import Gap, Result, SourceUse
from slactl.model.span import Span
from slactl.model.status import Reason, Status


class Window(StrEnum):
    """What a check judges; the values are what people write."""

    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "month-to-date"
    YEAR = "year-to-date"

    @property
    def burns(self) -> bool:
        """Whether it is judged by its burn rate."""
        return self not in (Window.MONTH, Window.YEAR)


class Judged(StrEnum):
    """How a row was judged."""

    GOAL = "goal"
    BURN_RATE = "burn-rate"


@dataclass(frozen=True, slots=True)
class Target:
    """One line of a check: an objective of a service or class, or of one operation where that was asked for.

    ``row`` is the judged row; where the window burns its ``value``, ``good`` and ``total`` are the window's
    own and ``budget.used_ratio`` is the burn rate. ``status`` is what counts: the row's roll-up where it has
    one. ``month`` is the informative row of the running month beside a year's, None otherwise. ``operations``
    are the operations' rows behind it, the worst first.
    """

    row: Result
    status: Status
    judged: Judged
    title: str
    month: Result | None = None
    operations: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A window judged against the targets; ``targets`` are in order, the worst first.

    ``period`` is the window: what of it is settled ends at ``settled_until``. ``now`` is when it was asked
    for, seconds since the epoch. ``told`` is what a reader must know of where the figures come from: the age
    of a kept inventory, the head of a store.
    """

    catalogue: Catalogue
    window: Window
    period: Span
    settled_until: int
    now: int
    status: Status
    targets: tuple[Target, ...]
    gaps: tuple[Gap, ...] = ()
    sources: tuple[SourceUse, ...] = ()
    told: tuple[Reason, ...] = ()
    clock_set: bool = False
    policy: BurnPolicy | None = None
