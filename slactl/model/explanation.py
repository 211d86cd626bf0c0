"""The whole way of one figure: from what was asked of a source, over what was counted, to the row of the report.

The one rule: everything here was computed by the judging itself; sums are written out so that whoever
reads them can add them up, and they come to the figure in the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from slactl.model.maintenance import WindowOutcome
from slactl.model.metric import Query
from slactl.model.objective import Objective
from slactl.model.period import Period
from slactl.model.provenance import Provenance
from slactl.model.report import Gap, Reconciliation, Result, Seconds, SourceUse
from slactl.model.service import Service
from slactl.model.span import Span, Spans
from slactl.model.status import Reason
from slactl.model.steps import Account
from slactl.model.watch import WatchedPromise

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Range:
    """A count that may be partly unknown: both ends are equal where it is known."""

    low: Number
    high: Number

    @property
    def known(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts that add up: ``under`` is the requests at or below a latency limit, where there is one.

    ``assumed`` of the requests lie in spans that could not be read; with ``unbounded`` nobody knows
    how many there are.
    """

    requests: int
    faults: Range
    errors: Range
    under: Range | None = None
    assumed: int = 0
    unbounded: bool = False


class Role(StrEnum):
    """What a summand does in a sum: added, or taken away."""

    ADDED = "added"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Summand:
    """One series of counts over the period.

    ``name`` is what the source calls the operation, None for the series of the whole. ``excluded`` is what
    maintenance takes out of ``whole``, None where the objective takes nothing out; ``net`` what counts.
    """

    name: str | None
    role: Role
    whole: Sums
    excluded: Sums | None
    net: Sums


@dataclass(frozen=True, slots=True)
class Rung:
    """Requests at or below a latency in ms.

    ``enough`` says whether the percentile's place is among them, None where nobody knows.
    """

    limit: Fraction
    count: Range
    enough: bool | None
    goal: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """How a percentile was found: its place among the sorted requests, and the rungs around it.

    ``minimum`` and ``maximum`` are the extremes in ms, which end the ladder where no rung does.
    """

    rank: Fraction
    requests: int
    place: int
    rungs: tuple[Rung, ...]
    minimum: Fraction | None = None
    maximum: Fraction | None = None


class What(StrEnum):
    """What a line or a term of the arithmetic counts."""

    OWED = "owed-seconds"
    EXCLUDED = "excluded-seconds"
    NOT_YET = "seconds-not-yet-settled"
    SILENT = "silent-seconds"
    UNKNOWN = "unknown-seconds"
    DOWN = "down-seconds"
    UNSEEN = "unseen-seconds"
    COUNTED = "counted-seconds"
    READ = "requests-read"
    ASSUMED = "requests-assumed"
    EXCLUDED_REQUESTS = "excluded-requests"
    TAKEN_REQUESTS = "requests-taken-away"
    REQUESTS = "requests"
    FAULTS = "faults"
    TAKEN_FAULTS = "faults-taken-away"
    ERRORS = "errors"
    TAKEN_ERRORS = "errors-taken-away"
    PERHAPS_BAD = "perhaps-bad"
    UNDER = "requests-under-the-limit"
    EXCLUDED_UNDER = "excluded-under-the-limit"
    TAKEN_UNDER = "under-the-limit-taken-away"
    ROUNDING = "rounding"
    NEVER_BELOW = "never-more-than-there-are"
    SLICES = "slices"
    FAILED_SHARES = "failed-shares"
    OPEN_SHARES = "open-shares"
    WITHIN = "samples-within-the-limit"
    BEYOND = "samples-beyond-the-limit"
    SAMPLES = "samples"
    MONTHS = "months"
    BAD = "bad"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Line:
    """One sum: the signed terms, and what they come to. A term's ``label`` names a month where it is one."""

    what: What
    terms: tuple[tuple[What, Number, str | None], ...]

    @property
    def total(self) -> Number:
        total = sum((amount for _, amount, _ in self.terms), Fraction(0))
        return int(total) if total.denominator == 1 else total


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """From sums to the figure: ``part / whole`` is the row's value, or the worse one where it is open.

    ``unit`` is the row's; ``part`` None where there is no quotient (a percentile has its ladder).
    """

    lines: tuple[Line, ...]
    unit: str
    part: Number | None = None
    whole: Number | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """The counts of what a row sums, in one bin; None where they could not be read."""

    span: Span
    requests: int | None
    faults: int | None
    errors: int | None
    under: Range | None = None


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A month of the agreement year; ``kept`` says whether any of it could be read, ``gaps`` what of it is unknown."""

    label: str
    owed: Span
    seconds: Seconds
    requests: int
    faults: int
    kept: bool
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class YearWay:
    """The year-to-date row and the months that it sums; ``to_come`` are the seconds of the year after them."""

    row: Result
    months: tuple[YearMonth, ...]
    to_come: int
    arithmetic: Arithmetic | None


class Purpose(StrEnum):
    """Why a series was asked for."""

    SLICES = "slices"
    TAKEN = "taken-away"
    COUNTS = "counts"
    EXCLUDED = "excluded"
    MOMENTS = "moments"


@dataclass(frozen=True, slots=True)
class Read:
    """A query behind the figure, how many points came, and why none did.

    ``askable`` is false for a series that evidence keeps for several operations, which CloudWatch doesn't know.
    """

    purpose: Purpose
    query: Query
    points: int
    failure: Reason | None = None
    askable: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a general figure is made from: a term, a call, a sample.

    ``role`` is good, bad, total, metric, value, weight, call, select, expects, sample or record; ``metrics`` how many
    metrics a term came to, None of what is no term.
    """

    role: str
    says: str
    metrics: int | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """What of the kept evidence a general figure was read from, and what was looked at besides.

    ``files`` are paths in the store, ``head`` the digest of the last manifest of their chain; ``looks`` are the calls
    of live looks, each with its instant.
    """

    files: tuple[str, ...] = ()
    head: str | None = None
    looks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure explained.

    ``row`` is the report's own; of the ``period``, ``owed`` is what the agreement covers, ``elapsed`` what of
    that is settled and ``counted`` what is left of it after the exclusions. ``exclusions`` are the windows that
    touch the month, as far as they concern the service. ``gaps`` are the period's; those of the months before
    stand with their month in ``year``. ``asked`` is the span that ``--at`` names;
    ``limitations`` are the report's own. Of what is asked of the alarms' record, ``promises`` are those it tells of.
    """

    service: Service
    objective: Objective
    period: Period
    row: Result
    owed: Span | None
    elapsed: Span | None
    counted: Spans
    exclusions: tuple[WindowOutcome, ...]
    gaps: tuple[Gap, ...]
    arithmetic: Arithmetic | None
    generated_at: int
    provenance: Provenance
    sources: tuple[SourceUse, ...]
    members: tuple[str, ...] = ()
    account: Account | None = None
    summands: tuple[Summand, ...] = ()
    ladder: Ladder | None = None
    limit: Fraction | None = None
    year: YearWay | None = None
    reconciliation: Reconciliation | None = None
    reads: tuple[Read, ...] = ()
    asked: Span | None = None
    moments: tuple[Moment, ...] = ()
    limitations: tuple[Reason, ...] = ()
    made_from: tuple[Part, ...] = ()
    papers: Papers = Papers()
    promises: tuple[WatchedPromise, ...] = ()
