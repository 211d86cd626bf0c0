"""Objectives: an indicator with a goal, and where the promise is written.

An indicator is one of a closed union of frozen classes; a new kind of figure is a new class here
and one evaluator in ``slactl.compliance``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from slactl.model.general import AlarmRecord, Control, Ratio, Statistic, WeightedAverage
from slactl.model.goal import Goal, Threshold


class Evaluation(StrEnum):
    """How availability is computed (rule 10)."""

    TIME_SLICES = "time-slices"
    REQUESTS = "requests"
    INTERVAL_AVERAGE = "interval-average"


class SilencePolicy(StrEnum):
    """What silence counts as (rule 11)."""

    EXPECTED = "expected"
    UP = "up"
    DOWN = "down"
    EXCLUDE = "exclude"


class ErrorCounts(StrEnum):
    """Which answers an error rate counts as bad (rule 19)."""

    FAULTS = "faults"
    FAULTS_AND_ERRORS = "faults+errors"


@dataclass(frozen=True, slots=True)
class Availability:
    """Uptime; ``slice_seconds`` divides an hour."""

    evaluation: Evaluation
    slice_seconds: int
    slice_goal: Goal
    no_traffic: SilencePolicy
    kind: str = "availability"


@dataclass(frozen=True, slots=True)
class LatencyShare:
    """The share of requests under a threshold."""

    threshold: Threshold
    kind: str = "latency"


@dataclass(frozen=True, slots=True)
class Percentile:
    """A latency percentile; ``rank`` is in (0, 1): p99 is 99/100. The objective's goal holds ms."""

    rank: Fraction
    kind: str = "percentile"

    @property
    def name(self) -> str:
        return f"p{float(self.rank * 100):g}"


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Bad answers over requests."""

    counts: ErrorCounts
    kind: str = "error-rate"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Seconds readable, or silent for a known reason, over the seconds of the period."""

    kind: str = "coverage"


OfRequests = Availability | LatencyShare | Percentile | ErrorRate | Coverage
"""What is judged on the requests of a service."""

General = Ratio | Statistic | WeightedAverage | Control | AlarmRecord
"""What is judged on anything else."""

Indicator = OfRequests | Ratio | Statistic | WeightedAverage | Control | AlarmRecord


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the promise is written."""

    document: str
    section: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """Half-open range of local dates in which an objective is judged (rule 25)."""

    start: date | None
    end: date | None

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Objective:
    """One promise.

    ``goal.limit`` is a ratio except for percentiles, where it is milliseconds. ``warning`` is the
    share of the error budget below which a met goal is a WARNING.
    """

    id: str
    title: Mapping[str, str]
    indicator: Indicator
    goal: Goal
    over_year: bool = False
    excludes_maintenance: bool = False
    per_operation: bool = False
    operation_class: str | None = None
    advisory: bool = False
    warning: Fraction = Fraction(1, 4)
    confidence: Fraction | None = None
    services: tuple[str, ...] | None = None
    in_force: InForce | None = None
    reference: Reference | None = None
    clauses: tuple[str, ...] = ()
    pack: str | None = None

    @property
    def general(self) -> bool:
        """Whether it is judged on something else than the requests of services."""
        return isinstance(self.indicator, General)

    def concerns(self, service: str) -> bool:
        return self.services is None or service in self.services

    def in_force_on(self, day: date) -> bool:
        return self.in_force is None or self.in_force.holds(day)
