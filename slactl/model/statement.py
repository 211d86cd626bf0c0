"""The annual statement: an agreement year told month by month, and as a whole.

The one rule: a month's row is that month's own judgement, and the year is the sum of the months' seconds
and counts; the mean of the months is shown and never decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from slactl.model.maintenance import WindowOutcome
from slactl.model.objective import Evaluation
from slactl.model.period import Month
from slactl.model.report import Report, Result, Seconds
from slactl.model.span import Span


class MonthState(StrEnum):
    """How far a month of the year is."""

    ENDED = "ended"
    RUNNING = "running"
    TO_COME = "to-come"


@dataclass(frozen=True, slots=True)
class StatementMonth:
    """A month of the year: the report that was made of it, and its maintenance; no report of a month to come.

    ``data_digest`` is that of what the month was computed from, ``kinds`` the sources it was read from.
    """

    month: Month
    span: Span
    state: MonthState
    final: bool = False
    report_id: str | None = None
    data_digest: str | None = None
    kinds: tuple[str, ...] = ()
    exclusions: tuple[WindowOutcome, ...] = ()

    @property
    def label(self) -> str:
        return self.month.label


@dataclass(frozen=True, slots=True)
class Spent:
    """A month's part of the error budget, in the row's unit.

    ``allowed`` is the month's share of the year's allowance (its own where each month decides). ``used``
    is bad for certain, ``most`` if all that is unknown were bad; ``remaining`` is what of the allowance
    is left after the month with ``most`` used, ``remaining_best`` with ``used``.
    """

    allowed: Fraction
    used: Fraction
    most: Fraction
    remaining: Fraction
    remaining_best: Fraction


@dataclass(frozen=True, slots=True)
class UptimeMonth:
    """One month of a service's availability.

    ``seconds`` and ``not_owed`` sum to the month. ``goal`` is that of the entry in force, None without
    one. ``result`` is the row of the month's own report, None of a month to come or not owed.
    ``admitted`` and ``refused`` count the windows that touch the month; ``resolution`` is the coarsest
    bin, in seconds, that it was computed from.
    """

    month: Month
    seconds: Seconds
    not_owed: int
    goal: str | None = None
    result: Result | None = None
    spent: Spent | None = None
    admitted: int = 0
    refused: int = 0
    resolution: int | None = None


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of so many months' figures, with all that is unknown bad, and with all of it good."""

    worst: Fraction
    best: Fraction
    months: int


@dataclass(frozen=True, slots=True)
class UptimeYear:
    """A service's year under one availability objective.

    ``allowance`` is the whole year's, None where each month has its own; ``year`` the row that the
    statement judges. ``down`` and ``excluded`` of the year stand in its details.
    """

    service: str
    objective: str
    evaluation: Evaluation
    unit: str
    year: Result
    months: tuple[UptimeMonth, ...]
    mean: Mean | None = None
    allowance: Fraction | None = None

    @property
    def each_month_decides(self) -> bool:
        return self.allowance is None

    @property
    def rows(self) -> tuple[Result, ...]:
        """The rows of the months' own reports."""
        return tuple(one.result for one in self.months if one.result is not None)

    @property
    def seconds(self) -> Seconds:
        """The account of all that is owed of the year."""
        return sum((one.seconds for one in self.months), Seconds())

    @property
    def not_owed(self) -> int:
        return sum(one.not_owed for one in self.months)


@dataclass(frozen=True, slots=True)
class OtherYear:
    """A service's (or class's) year under an objective that each month decides.

    ``months`` has the row of each month's own report, None of a month to come or without one; ``year``
    has the sums of the counts, and no value for a percentile.
    """

    service: str
    objective: str
    operation_class: str | None
    year: Result
    months: tuple[Result | None, ...]

    @property
    def rows(self) -> tuple[Result, ...]:
        """The rows of the months' own reports."""
        return tuple(one for one in self.months if one is not None)


@dataclass(frozen=True, slots=True)
class Statement:
    """An agreement year, judged.

    ``whole`` tells the year in the nouns of a report: its rows (``span`` year-to-date), the services' sums,
    every gap, the sources. ``months`` are the twelve months, those to come included.
    """

    whole: Report
    months: tuple[StatementMonth, ...]
    uptimes: tuple[UptimeYear, ...]
    others: tuple[OtherYear, ...]
