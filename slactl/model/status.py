"""How a figure stands against its goal, and the stable reasons for it.

The one rule: a set has the first present of BREACHED, INSUFFICIENT_DATA, WARNING, OK, so that a
proven breach is never hidden by something unread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The five verdicts of the contract."""

    OK = "OK"
    WARNING = "WARNING"
    BREACHED = "BREACHED"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
    NOT_RATED = "NOT_RATED"


WORST_FIRST = (Status.BREACHED, Status.INSUFFICIENT_DATA, Status.WARNING, Status.OK)


def worst(statuses: Iterable[Status]) -> Status:
    """The status of a set; of nothing rated, NOT_RATED."""
    present = set(statuses)
    return next((status for status in WORST_FIRST if status in present), Status.NOT_RATED)


class Code(StrEnum):
    """Stable reason codes; texts beside them may change, these never do."""

    LATE_ANNOUNCEMENT = "late-announcement"
    NOT_ANNOUNCED = "not-announced"
    CANCELLED = "cancelled"
    NOT_WORKED = "not-worked"
    PROOF_TOO_WEAK = "proof-too-weak"
    CAP_REACHED = "cap-reached"
    OUTSIDE_PERIOD = "outside-period"
    RECORDED_OTHERWISE = "recorded-otherwise"
    SHORTER_THAN_GRID = "shorter-than-grid"
    COVERED_BY_OTHER = "covered-by-other"
    AMBIGUOUS_LOCAL_TIME = "ambiguous-local-time"
    UNEXPLAINED_SILENCE = "unexplained-silence"
    NO_REQUESTS = "no-requests"
    READ_FAILED = "read-failed"
    ACCESS_DENIED = "access-denied"
    NO_LONGER_KEPT = "no-longer-kept"
    NO_DISTRIBUTION = "no-distribution"
    READS_DISAGREE = "reads-disagree"
    HOURS_ONLY = "hours-only"
    BELOW_ANNUAL_GOAL = "below-annual-goal"
    BELOW_GOAL_SO_FAR = "below-goal-so-far"
    BUDGET_LOW = "budget-low"
    SOURCES_DISAGREE = "sources-disagree"
    FEW_REQUESTS = "few-requests"
    WITHIN_INSTRUMENT_TOLERANCE = "within-instrument-tolerance"
    DEPENDS_ON_FAILED_REQUESTS = "depends-on-failed-requests"
    NOT_IN_FORCE = "not-in-force"
    NO_SUCH_CLASS = "no-such-class"
    NOTHING_SETTLED = "nothing-settled"
    WIDE_BRACKET = "wide-bracket"
    COARSE_LADDER = "coarse-ladder"
    NOT_IN_EVIDENCE = "not-in-evidence"
    FROM_EVIDENCE = "from-evidence"
    OTHER_SERVICE = "other-service"
    DISCOVERY_INCOMPLETE = "discovery-incomplete"
    UNKNOWN_DECIDES = "unknown-decides"
    DECLARED_DOWNTIME = "declared-downtime"
    DECLARED_NOT_COUNTED = "declared-not-counted"
    EACH_MONTH_DECIDES = "each-month-decides"
    BURNING = "burning"
    NO_BURN_RATE = "no-burn-rate"
    INVENTORY_KEPT = "inventory-kept"
    NO_DATAPOINTS = "no-datapoints"
    NOT_PUBLISHED = "not-published"
    COUNTED_AS_ZERO = "counted-as-zero"
    LISTING_INCOMPLETE = "listing-incomplete"
    METRIC_MISSING = "metric-missing"
    METRIC_SILENT = "metric-silent"
    IMPOSSIBLE_VALUE = "impossible-value"
    AVERAGED_BUCKETS = "averaged-buckets"
    NO_RECORD = "no-record"
    NO_CROSSINGS = "no-crossings"
    MONTH_MET = "month-met"
    MONTH_NOT_MISSED = "month-not-missed"
    REPORT_ONLY = "report-only"
    NOT_THERE = "not-there"
    NEVER_SAMPLED = "never-sampled"
    CANNOT_FAIL = "cannot-fail"


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code with the figures that its text needs; texts are made by the formats.

    ``figures`` holds plain values (numbers, names); numbers are exact or already judged.
    """

    code: Code
    figures: tuple[tuple[str, str | int | float], ...] = ()

    @classmethod
    def of(cls, code: Code, **figures: str | float) -> Reason:
        return cls(code, tuple(sorted(figures.items())))
