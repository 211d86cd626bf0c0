"""Burn rates and what they lead to: how fast an error budget is spent, and when it ends.

The one rule: a burn rate of 1 spends the whole budget in exactly its period (SRE workbook, "Alerting on
SLOs"): the share of bad in a look-back over the share that the goal allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.model.span import Span

if TYPE_CHECKING:
    from slactl.model.report import Outage


@dataclass(frozen=True, slots=True)
class Lookback:
    """A stretch of time that ends now, as people write it: ``1h``."""

    name: str
    seconds: int


@dataclass(frozen=True, slots=True)
class BurnFactors:
    """From which burn rate on a window's speed wakes somebody (``page``), or is written down (``ticket``)."""

    window: Lookback
    page: Fraction
    ticket: Fraction


@dataclass(frozen=True, slots=True)
class BurnPolicy:
    """How burn rates are judged and shown.

    ``least_bad`` requests must be bad before a rate means anything; ``shown`` are the look-backs that stand
    beside a budget; ``pace`` is the one of them whose rate tells when the budget ends.
    """

    factors: tuple[BurnFactors, ...]
    least_bad: int
    shown: tuple[Lookback, ...]
    pace: Lookback

    def of(self, window: str) -> BurnFactors | None:
        """The factors of a window by its name, None where it has none."""
        return next((one for one in self.factors if one.window.name == window), None)


@dataclass(frozen=True, slots=True)
class BurnRate:
    """How fast a budget was spent over a look-back; ``span`` is what of it counts.

    ``bad`` of ``total`` (seconds, slices or requests) is the worse reading of what is unknown, ``high`` its
    rate, ``low`` the better one's; None where nothing was counted or nothing is allowed, or nobody knows.
    """

    lookback: Lookback
    span: Span
    bad: Fraction
    total: Fraction
    low: Fraction | None
    high: Fraction | None


class Course(StrEnum):
    """Where a budget is heading at the present rate, until its period ends."""

    SPENT = "spent"
    ENDS = "ends"
    LASTS = "lasts"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Spender:
    """An endpoint that spent some of the budget: its bad requests, and their share of all that endpoints spent."""

    operation: str
    bad: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Spent:
    """What a stretch of time took of a budget, judged like a period of its own.

    ``bad`` of ``total`` (seconds, slices or requests) is the worse reading of what is unknown, ``least`` the
    better one's bad; all None where nobody knows. ``allowed`` is what the goal allows of ``total``. ``outages``
    are the measured stretches of downtime, of a budget of time.
    """

    span: Span
    bad: Fraction | None = None
    least: Fraction | None = None
    total: Fraction | None = None
    allowed: Fraction | None = None
    spent_by: tuple[Spender, ...] = ()
    outages: tuple[Outage, ...] = ()

    @property
    def rate(self) -> Fraction | None:
        """Bad over allowed; None where nobody knows, or nothing was counted or is allowed."""
        return self.bad / self.allowed if self.bad is not None and self.allowed else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of a running budget.

    ``rates`` are in the order of the policy; ``ends_at`` (seconds since the epoch) is set where the budget
    ends before its period does at the rate of ``pace``. ``spent_by`` names the endpoints that spent most,
    the first one most; of a budget of seconds by their failed requests, because endpoints have no seconds.
    ``stretches`` are those that were asked for, as far as they are settled and owed.
    """

    rates: tuple[BurnRate, ...]
    course: Course
    pace: Lookback
    ends_at: int | None = None
    spent_by: tuple[Spender, ...] = ()
    stretches: tuple[Spent, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthSpent:
    """What a month took of a year's budget: ``used`` for certain, and ``most`` with all that is unknown of it.

    ``span`` is what of the month is owed; ``most`` is None where nobody knows how many requests there were.
    """

    label: str
    span: Span
    used: Fraction
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a budget allows altogether, told even where the verdict is open, and what each month of a year took.

    ``allowed`` is None where it depends on what is unknown, or nothing was counted.
    """

    allowed: Fraction | None = None
    months: tuple[MonthSpent, ...] = ()


NO_LEDGER = Ledger()
