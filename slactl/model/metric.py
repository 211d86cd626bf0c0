"""What is asked of a metric store, and what it answers.

The one rule: an answer is either points that were really returned or a failure with its reason;
a point that is absent stays absent, it is never a zero here.
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.model.span import Span
from slactl.model.status import Reason


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its exact set of dimensions.

    ``account_id`` None is the caller's own account, ``region`` None the configured one.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    account_id: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One statistic of some metrics over a span, in buckets of ``period`` seconds.

    With more than one metric CloudWatch adds them up, bucket by bucket, and only the sum returns.
    """

    metrics: tuple[Metric, ...]
    stat: str
    period: int
    span: Span

    @property
    def datapoints(self) -> int:
        """Points as the quota counts them: what is asked, hidden inputs included."""
        return -(-self.span.seconds // self.period) * len(self.metrics)

    @property
    def entries(self) -> int:
        """MetricDataQuery entries that it takes in a call."""
        return 1 if len(self.metrics) == 1 else len(self.metrics) + 1


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one query by bucket start (seconds since the epoch), or why there are none."""

    points: dict[int, float]
    failure: Reason | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """The metrics of one operation, or of a whole service (``operation`` None).

    ``request_stat`` is the statistic of ``requests`` that counts requests.
    """

    operation: str | None
    requests: Metric
    request_stat: str
    faults: Metric
    errors: Metric
    latency: Metric


@dataclass(frozen=True, slots=True)
class LadderQuery:
    """The counts of one metric at or below each of some latencies (``rungs``, in ms, rising), by bucket."""

    metric: Metric
    rungs: tuple[str, ...]
    period: int
    span: Span


@dataclass(frozen=True, slots=True)
class Rise:
    """The counts at the rungs of a ladder query by bucket start, None where unknown; or why there are none."""

    points: dict[int, tuple[float | None, ...]]
    failure: Reason | None = None
