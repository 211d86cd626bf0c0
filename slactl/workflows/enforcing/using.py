"""When a month that missed a promise can first have used up what the promise allows, from counts by the hour.

The one rule: before the bad counts of whole hours come to what the month's own counts allow, nothing can have told of
the miss; where an hour's counts are not known, the earliest hour and the latest are told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from slactl.alarming.replaying.noticing import gone_at
from slactl.compliance.ladder import written
from slactl.model.general import Ratio
from slactl.model.goal import Threshold
from slactl.model.metric import Query, Stream
from slactl.model.objective import ErrorCounts, ErrorRate, LatencyShare, Objective, Percentile
from slactl.model.report import Result
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span
from slactl.model.watched import Watched
from slactl.ports import InventorySource
from slactl.reading.terms import exact_metrics, is_exact
from slactl.workflows.enforcing.crossings import watched_over
from slactl.workflows.enforcing.stage import HOUR, Stage

COUNT = "SampleCount"


@dataclass(frozen=True, slots=True)
class UsedUp:
    """From when on (seconds) the allowance can have been used up, and when it surely was; None: nobody knows.

    ``counted`` is false where no counts say anything, and ``earliest`` is only the beginning.
    """

    earliest: int
    latest: int | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is counted as bad of a stream: the sums of some metrics, or the requests above a rung."""

    indicator: ErrorRate | LatencyShare | Percentile
    rung: str | None
    allowed: Fraction

    def queries(self, stream: Stream, span: Span) -> list[Query]:
        """Requests first, then what is bad, or what is not."""
        if self.rung is not None:
            stats = (COUNT, f"TC(:{self.rung})")
            return [Query((stream.latency,), stat, HOUR, span) for stat in stats]
        both = isinstance(self.indicator, ErrorRate) and self.indicator.counts is ErrorCounts.FAULTS_AND_ERRORS
        bad = (stream.faults, *((stream.errors,) if both else ()))
        requests = Query((stream.requests,), stream.request_stat, HOUR, span)
        return [requests, *(Query((metric,), "Sum", HOUR, span) for metric in bad)]


def used_up(
    stage: Stage,
    service: Service,
    objective: Objective,
    missed: Sequence[Result],
    inventories: Mapping[SourceKind, InventorySource],
) -> UsedUp:
    """When the first of the rows that missed can have done so.

    Args:
        stage: over the settled part of the period.
        service: that bears the promise.
        objective: a promise; of what is counted otherwise than in requests nobody knows when it was missed.
        missed: its rows that missed it.
        inventories: tell what the service consists of.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence can't be read.
    """
    unknown = UsedUp(stage.span.start, counted=False)
    if isinstance(objective.indicator, Ratio):
        return _of_entry(stage, objective.indicator, objective.goal.allowed_share, missed) or unknown
    asked = _asked(objective)
    if asked is None or not missed:
        return unknown
    watched = watched_over(service, stage, inventories)
    found = [_of_row(stage, asked, _streams(service, watched, row)) or unknown for row in missed]
    known = [one.latest for one in found if one.latest is not None]
    return UsedUp(min(one.earliest for one in found), min(known, default=None), all(one.counted for one in found))


def _asked(objective: Objective) -> _Asked | None:
    indicator = objective.indicator
    match indicator:
        case ErrorRate():
            return _Asked(indicator, None, objective.goal.allowed_share)
        case LatencyShare():
            return _Asked(indicator, written(indicator.threshold.rung), objective.goal.allowed_share)
        case Percentile():
            rung = Threshold(objective.goal.limit, not objective.goal.comparison.strict).rung
            return _Asked(indicator, written(rung), 1 - indicator.rank)
    return None


def of_outages(outages: Sequence[Span], allowed: Fraction | None, settled: Span) -> UsedUp:
    """When downtime used up what is allowed: from the beginning of the outage in which it did."""
    at = None if allowed is None else gone_at(outages, float(allowed))
    if at is None:
        return UsedUp(settled.start, counted=False)
    start = next(span.start for span in outages if span.start <= at <= span.end)
    return UsedUp(start, start)


def _of_entry(stage: Stage, indicator: Ratio, share: Fraction, missed: Sequence[Result]) -> UsedUp | None:
    """Of an entry that counts what is bad by metrics that it names; all values of a breakdown together."""
    totals = [row.total for row in missed if row.total]
    if indicator.counts_good or indicator.largest or not totals or not all(map(is_exact, indicator.part)):
        return None
    span = _hours(stage)
    terms = [(term, metric) for term in indicator.part for metric in exact_metrics(term)]
    bad: dict[int, Fraction] = {}
    for (term, _), told in zip(
        terms, stage.reader.read([Query((metric,), term.stat, HOUR, span) for term, metric in terms]), strict=True
    ):
        if told.failure is not None:
            return None
        for at, value in told.points.items():
            bad[at] = bad.get(at, Fraction(0)) + Fraction(value) * term.scale
    reached = _reached(bad, share * min(totals))
    return None if reached is None else UsedUp(reached, reached)


def _hours(stage: Stage) -> Span:
    start = stage.span.start // HOUR * HOUR
    return Span(start, max(start + HOUR, stage.span.end // HOUR * HOUR))


def _streams(service: Service, watched: Watched, row: Result) -> list[Stream]:
    """The series that a row is counted from; ignored operations may be among those of the whole."""
    if row.operation is None and row.operation_class is None:
        return [watched.total]
    return [
        stream
        for endpoint in watched.endpoints
        for stream in endpoint.streams
        if row.operation in (None, endpoint.operation)
        and row.operation_class in (None, service.place(stream.operation or "").operation_class)
    ]


def _of_row(stage: Stage, asked: _Asked, streams: Iterable[Stream]) -> UsedUp | None:
    """From the hours of some series; None where the hours that are known don't come to a miss."""
    span = _hours(stage)
    lows: dict[int, Fraction] = {}
    highs: dict[int, Fraction] = {}
    total = Fraction(0)
    for stream in streams:
        read = stage.reader.read(asked.queries(stream, span))
        if any(one.failure is not None for one in read):
            return None
        requests, *others = (one.points for one in read)
        for at, count in requests.items():
            low, high = _bad(Fraction(count), [other.get(at) for other in others], above=asked.rung is not None)
            lows[at], highs[at] = lows.get(at, Fraction(0)) + low, highs.get(at, Fraction(0)) + high
            total += Fraction(count)
    earliest, latest = (_reached(bad, asked.allowed * total) for bad in (highs, lows))
    return None if earliest is None else UsedUp(earliest, latest)


def _bad(requests: Fraction, told: Sequence[float | None], *, above: bool) -> tuple[Fraction, Fraction]:
    """The least and the most of an hour's requests that were bad."""
    if None in told:
        known = Fraction(0) if above else sum((Fraction(one) for one in told if one is not None), Fraction(0))
        return known, requests
    counted = sum((Fraction(one or 0) for one in told), Fraction(0))
    found = requests - counted if above else counted
    return max(Fraction(0), found), max(Fraction(0), found)


def _reached(bad: Mapping[int, Fraction], allowed: Fraction) -> int | None:
    """The hour in which the sum of what was bad came to what is allowed."""
    summed = Fraction(0)
    for at, count in sorted(bad.items()):
        summed += count
        if summed > 0 and summed >= allowed:
            return at
    return None
