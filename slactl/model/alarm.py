"""Alarms as they ought to stand: what they look at, when they ring, whom they wake.

The one rule: an alarm says all of itself; what is not said here is what CloudWatch takes by itself, because a put
writes over everything but state and tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from slactl.model.metric import Metric


class Severity(StrEnum):
    """Whom an alarm concerns: somebody who is woken, somebody who looks at it in the morning, nobody."""

    PAGE = "page"
    TICKET = "ticket"
    NONE = "none"


class Missing(StrEnum):
    """What a datapoint that is not there counts as."""

    MISSING = "missing"
    IGNORE = "ignore"
    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"


class Crossing(StrEnum):
    """How a value is held against the threshold."""

    AT_LEAST = "GreaterThanOrEqualToThreshold"
    ABOVE = "GreaterThanThreshold"
    BELOW = "LessThanThreshold"
    AT_MOST = "LessThanOrEqualToThreshold"


@dataclass(frozen=True, slots=True)
class MetricTerm:
    """A statistic of a metric in an alarm; ``period`` in seconds."""

    id: str
    metric: Metric
    stat: str
    period: int


@dataclass(frozen=True, slots=True)
class MathTerm:
    """Metric math over other terms, or a Metrics Insights query (then ``period`` is set, in seconds)."""

    id: str
    expression: str
    label: str = ""
    period: int | None = None


Term = MetricTerm | MathTerm


@dataclass(frozen=True, slots=True)
class Actions:
    """The ARNs that a state sets off."""

    alarm: tuple[str, ...] = ()
    ok: tuple[str, ...] = ()
    insufficient_data: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.alarm, *self.ok, *self.insufficient_data)


SILENT = Actions()


@dataclass(frozen=True, slots=True)
class MetricAlarm:
    """An alarm on metrics: ``returned`` is the term whose values are held against the threshold.

    ``datapoints`` of the last ``evaluation_periods`` must cross. With a ``timezone`` its periods are those of the
    wall clock there; ``low_samples`` is what becomes of percentiles of few samples (``evaluate``, ``ignore``), None
    where no percentile is looked at.
    """

    name: str
    description: str
    terms: tuple[Term, ...]
    returned: str
    crossing: Crossing
    threshold: Fraction
    evaluation_periods: int
    datapoints: int
    missing: Missing
    actions: Actions = SILENT
    low_samples: str | None = None
    timezone: str | None = None

    @property
    def period(self) -> int:
        """The period of its terms, in seconds; all have the same."""
        return next(term.period for term in self.terms if term.period is not None)


@dataclass(frozen=True, slots=True)
class Rings:
    """Another alarm is in ALARM."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds."""

    parts: tuple[Rule, ...]


Rule = Rings | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class CompositeAlarm:
    """An alarm on other alarms."""

    name: str
    description: str
    rule: Rule
    actions: Actions = SILENT


Alarm = MetricAlarm | CompositeAlarm


@dataclass(frozen=True, slots=True)
class DesiredAlarm:
    """An alarm that should stand, and what for.

    ``kind`` is the name of its kind (``burn-rate``), ``objective`` the promise it watches, None where it watches the
    watching itself. ``severity`` is whom it concerns in the end: a child has no actions, its composite has.
    ``tags`` mark it as ours.
    """

    alarm: Alarm
    kind: str
    service: str
    severity: Severity
    objective: str | None = None
    operation: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.alarm.name
