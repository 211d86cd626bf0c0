"""The report: everything a format is given, and nothing that it has to compute.

The one rule: figures here are judged and exact (fractions and counts); a format only writes them,
rounded so that they never look better than the truth.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from slactl.model.answer import ClauseAnswer
from slactl.model.awsbudget import AwsBudgets
from slactl.model.burn import NO_LEDGER, Ledger, Outlook
from slactl.model.catalogue import Catalogue
from slactl.model.control import ControlDetail
from slactl.model.detail import ErrorRateDetail, LatencyDetail, PercentileDetail
from slactl.model.incident import NO_DEVIATIONS, Deviations
from slactl.model.maintenance import WindowOutcome
from slactl.model.period import Period
from slactl.model.provenance import Provenance
from slactl.model.revision import NO_HISTORY, History
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Reason, Status
from slactl.model.watch import WatchedPromise


class RowSpan(StrEnum):
    """The time a row speaks of."""

    MONTH = "month"
    YEAR_TO_DATE = "year-to-date"


@dataclass(frozen=True, slots=True)
class Budget:
    """The error budget in the row's unit (seconds or requests); ``used_ratio`` None if nothing is allowed."""

    allowed: Fraction
    used: Fraction

    @property
    def remaining(self) -> Fraction:
        return self.allowed - self.used

    @property
    def used_ratio(self) -> Fraction | None:
        return self.used / self.allowed if self.allowed else None


@dataclass(frozen=True, slots=True)
class Case:
    """A figure under one reading of the unknown (rule 8), or computed another way."""

    value: Fraction | None
    status: Status


@dataclass(frozen=True, slots=True)
class Rollup:
    """The worst of a service's row and of its operations, where these count."""

    status: Status
    worst_operation: str | None


@dataclass(frozen=True, slots=True)
class Seconds:
    """The account of a span's seconds (rule 9); they sum to the span."""

    up: int = 0
    down: int = 0
    no_traffic: int = 0
    excluded: int = 0
    unknown: int = 0
    not_yet: int = 0

    @property
    def total(self) -> int:
        return int(sum(astuple(self)))

    def __add__(self, other: Seconds) -> Seconds:
        return Seconds(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class AvailabilityDetail:
    """Beside an availability row. Values are ratios; ``slice_goals`` pairs a slice goal with the value under it.

    ``declared_seconds`` of the account are down, or may be, only because incidents say so. ``ledger``
    has what the whole period allows, and in the row of a year its months so far.
    """

    seconds: Seconds
    down_seconds: int
    excluded_seconds: int
    if_silent_down: Fraction | None
    by_evaluation: tuple[tuple[str, Fraction | None], ...]
    slice_goals: tuple[tuple[Fraction, Fraction | None], ...] = ()
    unknown_decides_seconds: int = 0
    declared_seconds: int = 0
    ledger: Ledger = NO_LEDGER


@dataclass(frozen=True, slots=True)
class CoverageDetail:
    """Beside a coverage row: the account of seconds it was taken from."""

    seconds: Seconds


Detail = AvailabilityDetail | LatencyDetail | PercentileDetail | ErrorRateDetail | CoverageDetail | ControlDetail


@dataclass(frozen=True, slots=True)
class Beside:
    """The service's own figure beside one judged at the edge (rule 21)."""

    source: SourceKind
    value: Fraction | None
    good: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """One row: a figure with its verdict.

    ``value`` is a ratio, or milliseconds for percentiles (then with ``low`` and ``high``). ``good`` and ``total``
    are the summed counts behind the verdict in ``unit``. ``with_exclusions`` and ``without_exclusions`` are the
    figure computed the other way: exactly one of them is set where the data allow it; ``without_declared`` is the
    one without downtime that incidents declare. ``operation`` and ``operation_class`` are both None in the
    service's row. ``outlook`` is set on the rows of services and classes of a running period.
    """

    service: str
    objective: str
    operation: str | None
    operation_class: str | None
    span: RowSpan
    indicator: str
    goal: str
    binding: bool
    status: Status
    unit: str
    value: Fraction | None = None
    reason: Reason | None = None
    notes: tuple[Reason, ...] = ()
    rollup: Rollup | None = None
    worst_case: Case | None = None
    best_case: Case | None = None
    good: int | None = None
    total: int | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    budget: Budget | None = None
    without_exclusions: Case | None = None
    with_exclusions: Case | None = None
    without_declared: Case | None = None
    detail: Detail | None = None
    beside: Beside | None = None
    outlook: Outlook | None = None
    source: SourceKind = SourceKind.APPLICATION_SIGNALS


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read, and why."""

    reason: Reason
    service: str | None
    operation: str | None
    span: Span
    objective: str | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """A percentile between two latencies, milliseconds."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One local day of a service. ``availability`` is None where nothing is counted or known."""

    day: date
    span: Span
    requests: int | None
    faults: int | None
    errors: int | None
    seconds: Seconds
    availability: Fraction | None
    p95: Bracket | None = None
    p99: Bracket | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch of downtime: consecutive down slices, with what was asked and failed in it."""

    span: Span
    requests: int
    faults: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of an hour or more without a request; ``baseline`` is the mean of the weeks before.

    A part of one is told apart where a heartbeat explains it and nothing else does (``heartbeat``).
    """

    span: Span
    explained: bool
    baseline: Fraction | None
    counted_as: str
    heartbeat: bool = False


@dataclass(frozen=True, slots=True)
class OperationFigure:
    """One operation (or ``(unrouted)``) over the period, without exclusions: counts and brackets."""

    name: str
    operation_class: str | None
    requests: int | None
    faults: int | None
    errors: int | None
    p50: Bracket | None = None
    p95: Bracket | None = None
    p99: Bracket | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IgnoredOperation:
    """An operation left out of every figure, with its counts."""

    name: str
    requests: int | None
    faults: int | None
    errors: int | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Requests at the edge, less the unrouted, against those at the service (rule 21); ``agrees`` None if unread."""

    edge_requests: int | None
    service_requests: int | None
    unrouted: int | None
    unexplained: int | None
    share: Fraction | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """All there is to say of one service beside its rows.

    ``distribution`` pairs a latency in ms with the requests at or below it, rising; ``operations`` are those of the
    source that decides error rates (the edge, if any). ``not_owed``: seconds before the service's start, in no account.
    """

    key: str
    name: str
    environment: str | None
    source: SourceKind
    seconds: Seconds
    requests: int | None
    days: tuple[DayFigure, ...] = ()
    outages: tuple[Outage, ...] = ()
    silences: tuple[Silence, ...] = ()
    operations: tuple[OperationFigure, ...] = ()
    ignored: tuple[IgnoredOperation, ...] = ()
    distribution: tuple[tuple[Fraction, int], ...] = ()
    reconciliation: Reconciliation | None = None
    resolution: int = 300
    edge: str | None = None
    day_latency_missing: Reason | None = None
    not_owed: int = 0


@dataclass(frozen=True, slots=True)
class SourceUse:
    """What was asked of one source; ``calls`` are planned calls, retries are not counted.

    Datapoints are as the quota counts them. Of evidence, samples and days of alarms too, ``head`` is the last
    manifest's digest, ``items`` files read.
    """

    kind: str
    account: str | None
    region: str | None
    caller: str | None
    calls: int
    queries: int
    datapoints: int
    received: int = 0
    head: str | None = None
    items: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """One month, judged; ``watched`` is what the kept history of alarms tells, None where there is none."""

    catalogue: Catalogue
    period: Period
    report_id: str
    revision: int
    generated_at: int
    status: Status
    results: tuple[Result, ...]
    services: tuple[ServiceReport, ...]
    exclusions: tuple[WindowOutcome, ...]
    gaps: tuple[Gap, ...]
    sources: tuple[SourceUse, ...]
    provenance: Provenance
    limitations: tuple[Reason, ...] = ()
    deviations: Deviations = NO_DEVIATIONS
    history: History = NO_HISTORY
    aws_budgets: AwsBudgets | None = None
    answers: tuple[ClauseAnswer, ...] = ()
    watched: tuple[WatchedPromise, ...] | None = None
