"""General indicators: what any CloudWatch metric, any configuration and the alarm record can tell.

An entry of a pack, or of a user's own file, is an objective whose indicator is one of these. Its rows bear the
name of a *subject* (a part of the platform such as ``dynamodb``, or a service) where other rows bear a service's.
The one rule: a term says itself what the absence of its points means; nothing is taken for a zero unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

ANY = "*"
"""A dimension's value that fits every value; within a longer value ``*`` fits any run of characters."""


class Missing(StrEnum):
    """What it means that a metric has no point where another of its entry has some.

    ``UNKNOWN``: the span is a gap (rule 8). ``ZERO``: its publisher writes only when something happened.
    """

    UNKNOWN = "unknown"
    ZERO = "zero"


class Silence(StrEnum):
    """What it means that nothing of an entry has a single point, in the period or in a part of it.

    ``UNKNOWN``: nobody knows, as of a canary that runs whether anybody calls or not. A period without a point is
    INSUFFICIENT_DATA (rule 7), and what the metric's own pace would have brought in a part of it is judged twice.
    ``QUIET``: nobody asked, as of an endpoint that nobody called: hours are none of its business, a whole period is
    NOT_RATED. ``ZERO``: nothing happened, and the figure is zero. Both only where the metric is known to exist.
    """

    UNKNOWN = "unknown"
    QUIET = "quiet"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class MetricTerm:
    """One statistic of the metrics that fit: several are added up, and each is told apart by a breakdown.

    ``dimensions`` name every dimension of the metric (CloudWatch matches the exact set); a value of a dimension
    is a tuple of patterns, any of which fits. ``region`` None is the configured one, ``account_id`` None the
    caller's. ``scale`` multiplies every point (a percentage summed to a count: 1/100).
    """

    namespace: str
    name: str
    stat: str
    dimensions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    region: str | None = None
    account_id: str | None = None
    missing: Missing = Missing.UNKNOWN
    scale: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Good or bad of a total, each the sum of its terms; ``counts_good`` tells which one ``part`` is.

    With ``largest`` a value of the breakdown is held against the total of all of them (a tenant's share of the
    traffic), and the entry's own row is the greatest of these shares.
    """

    part: tuple[MetricTerm, ...]
    total: tuple[MetricTerm, ...]
    counts_good: bool
    unit: str = "requests"
    silence: Silence = Silence.UNKNOWN
    breakdown: str | None = None
    largest: bool = False
    kind: str = "ratio"


class Statistical(StrEnum):
    """Which statistic of a metric is judged; a percentile has its rank beside it."""

    PERCENTILE = "percentile"
    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic of one metric over the period, judged by value (a percentile by counts at its limit).

    ``scale`` takes the metric's unit to that of the goal and the page: µs to ms is 1/1000; a maximum over an
    account's limit of 1000 is 1/1000 with the unit ``ratio``. ``unit`` is ``ms``, ``us``, ``s``, ``ratio``,
    ``bytes``, ``count``. ``rank`` is set for percentiles, in (0, 1). ``beside`` is a metric of the same publisher that
    has points as soon as this one could: where it is known, a silence that is said to be a zero is believed.
    """

    term: MetricTerm
    of: Statistical
    unit: str
    scale: Fraction = Fraction(1)
    rank: Fraction | None = None
    silence: Silence = Silence.UNKNOWN
    breakdown: str | None = None
    beside: MetricTerm | None = None
    kind: str = "statistic"


@dataclass(frozen=True, slots=True)
class WeightedAverage:
    """A percentage metric weighted, bucket by bucket, by a count: CloudFront's rates by its requests.

    ``value`` is read as Average and ``scale``d to a ratio; ``weight`` is a count. Without a weight a bucket's value
    may be of any weight; a weight without a value is a gap.
    """

    value: MetricTerm
    weight: MetricTerm
    unit: str = "ratio"
    silence: Silence = Silence.UNKNOWN
    breakdown: str | None = None
    kind: str = "weighted-average"


class Expects(StrEnum):
    """How a selected value is held against what is expected."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    PRESENT = "present"
    ABSENT = "absent"
    YOUNGER_THAN = "younger_than"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a control expects; ``value`` is JSON (of ``ONE_OF`` a list, of ``YOUNGER_THAN`` seconds)."""

    how: Expects
    value: object = None


@dataclass(frozen=True, slots=True)
class Control:
    """A claim about configuration, looked at daily.

    ``call`` is ``service:Operation`` of the list in ``config/``, or a view that is made of such calls
    (``view:route53-routing``). ``parameters`` go with it as they are; for each of ``each`` (values of the variable
    named ``each_name``) one sample is taken with that value in its place. ``select`` is the JMESPath, the only thing
    that is kept of an answer. ``miss`` says what a miss means, by language. A row's unit is ``days``.
    """

    call: str
    select: str
    expects: Expectation
    parameters: Mapping[str, object] = field(default_factory=dict)
    each_name: str | None = None
    each: tuple[str, ...] = ()
    region: str | None = None
    miss: Mapping[str, str] = field(default_factory=dict)
    unit: str = "days"
    kind: str = "control"


class Recorded(StrEnum):
    """What is asked of the kept alarm history (pack ``monitoring``)."""

    WATCHED = "watched"
    NOTIFIED = "notified"
    PERCENTILES_READABLE = "percentiles-readable"
    ATTRIBUTED = "attributed"


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """A figure over the kept history of alarms, or over the report's own reads.

    ``WATCHED``: seconds in which an enabled alarm with an action stood, of each promise with a limit.
    ``NOTIFIED``: crossings that an action followed, of those recomputed from the evidence.
    ``PERCENTILES_READABLE``: requests whose latency has a distribution. ``ATTRIBUTED``: requests that an
    endpoint accounts for.
    """

    asks: Recorded
    unit: str = "seconds"
    kind: str = "alarm-record"


General = Ratio | Statistic | WeightedAverage | Control | AlarmRecord
Measured = Ratio | Statistic | WeightedAverage

KEPT_ELSEWHERE = {"Cloudflare/": 31 * 86_400}
"""How long those keep their metrics that are not CloudWatch, in seconds, by the beginning of a namespace."""


def terms_of(indicator: Measured) -> tuple[MetricTerm, ...]:
    """Every term of an indicator, each once."""
    match indicator:
        case Ratio():
            return tuple(dict.fromkeys((*indicator.part, *indicator.total)))
        case Statistic():
            return (indicator.term, *((indicator.beside,) if indicator.beside else ()))
        case WeightedAverage():
            return (indicator.value, indicator.weight)


def kept_for(indicators: Iterable[Measured]) -> int | None:
    """How long the metrics of some indicators are kept where none of them is CloudWatch's; None otherwise."""
    namespaces = {term.namespace for one in indicators for term in terms_of(one)}
    times = [_kept_for(namespace) for namespace in namespaces]
    known = [time for time in times if time is not None]
    return min(known) if known and len(known) == len(times) else None


def _kept_for(namespace: str) -> int | None:
    return next((time for start, time in KEPT_ELSEWHERE.items() if namespace.startswith(start)), None)
