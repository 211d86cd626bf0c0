"""Reads one stream over a span: counts and extremes first, then the rungs that these leave open.

The one rule (rule 5): what is read in bins is held against a coarse read of the same span; what still
differs after one more read is not believed, and whoever asked is told where.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slactl.compliance.amount import as_written
from slactl.compliance.distribution import Rung
from slactl.compliance.ladder import written
from slactl.model.evidence import StreamBins
from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span, Spans, union
from slactl.model.status import Code, Reason
from slactl.workflows.collecting.weave import Asker

DAY, HOUR = 86_400, 3_600
Points = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One stream to read: over a span, in bins of ``bin`` seconds, with these rungs."""

    source: SourceKind
    stream: Stream
    span: Span
    bin: int
    rungs: Sequence[Rung]

    @property
    def coarse(self) -> int:
        """The period of the coarse read: days where the span is whole days, else hours."""
        return DAY if self.span.start % DAY == 0 and self.span.end % DAY == 0 else HOUR


@dataclass(frozen=True, slots=True)
class Failed:
    """A stream that could not be read, and why."""

    stream: Stream
    metric: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Disputed:
    """A stream of which two reads say different things, and where."""

    stream: Stream
    spans: Spans


Found = StreamBins | Failed | Disputed


def read_stream(wanted: Wanted) -> Asker[Found]:
    """Asks for everything of one stream."""
    plain = _plain(wanted)
    counted = {key: query for key, query in plain.items() if key[0] in _counts(wanted.stream)}
    answers = dict(zip(plain, (yield list(plain.values())), strict=True))
    if not _failed(wanted, answers) and _disputes(wanted, answers, wanted.coarse):
        again = counted | _coarse(wanted, HOUR)
        answers |= dict(zip(again, (yield list(again.values())), strict=True))
        where = _disputes(wanted, answers, HOUR)
        if where and not _failed(wanted, answers):
            return Disputed(wanted.stream, where)
    failure = _failed(wanted, answers) or _misplaced(wanted, answers)
    if failure:
        return failure
    fine = {name: series.points for (name, width), series in answers.items() if width == wanted.bin}
    rungs = open_rungs(wanted.rungs, fine.get("samples", fine["requests"]), fine["minimum"], fine["maximum"])
    queries = [_query(wanted, wanted.stream.latency, f"TC(:{written(rung)})", wanted.bin) for rung in rungs]
    ladder = (yield queries) if queries else []
    refused = next((series.failure for series in ladder if series.failure), None)
    if refused:
        return Failed(wanted.stream, wanted.stream.latency.name, refused)
    return _bins(wanted, fine, {written(rung): series.points for rung, series in zip(rungs, ladder, strict=True)})


def open_rungs(rungs: Sequence[Rung], samples: Points, minimum: Points, maximum: Points) -> tuple[Rung, ...]:
    """The rungs at which some bin's count is not settled by its extremes (rule 3); ``rungs`` rise."""
    found: set[int] = set()
    for start, count in samples.items():
        if count > 0:
            low, high = minimum.get(start), maximum.get(start)
            first = 0 if low is None else bisect_left(rungs, as_written(low))
            last = len(rungs) if high is None else bisect_left(rungs, as_written(high))
            found.update(range(first, last))
    return tuple(rungs[place] for place in sorted(found))


Key = tuple[str, int]
"""What is counted, and the period it is read in."""


def _metrics(stream: Stream) -> dict[str, tuple[Metric, str]]:
    found = {
        "requests": (stream.requests, stream.request_stat),
        "faults": (stream.faults, "Sum"),
        "errors": (stream.errors, "Sum"),
    }
    if stream.latency != stream.requests:
        found["samples"] = (stream.latency, "SampleCount")
    return found


def _counts(stream: Stream) -> tuple[str, ...]:
    return tuple(_metrics(stream))


def _plain(wanted: Wanted) -> dict[Key, Query]:
    fine = {
        (name, wanted.bin): _query(wanted, metric, stat, wanted.bin)
        for name, (metric, stat) in _metrics(wanted.stream).items()
    }
    latency = wanted.stream.latency
    fine["minimum", wanted.bin] = _query(wanted, latency, "Minimum", wanted.bin)
    fine["maximum", wanted.bin] = _query(wanted, latency, "Maximum", wanted.bin)
    return fine | _coarse(wanted, wanted.coarse)


def _coarse(wanted: Wanted, period: int) -> dict[Key, Query]:
    return {
        (name, period): _query(wanted, metric, stat, period) for name, (metric, stat) in _metrics(wanted.stream).items()
    }


def _query(wanted: Wanted, metric: Metric, stat: str, period: int) -> Query:
    return Query((metric,), stat, period, wanted.span)


def _failed(wanted: Wanted, answers: Mapping[Key, Series]) -> Failed | None:
    named = _metrics(wanted.stream)
    for (name, _), series in answers.items():
        if series.failure:
            metric = named[name][0] if name in named else wanted.stream.latency
            return Failed(wanted.stream, metric.name, series.failure)
    return None


def _misplaced(wanted: Wanted, answers: Mapping[Key, Series]) -> Failed | None:
    """A bin that does not start where one was asked for can't be kept."""
    grid = range(wanted.span.start, wanted.span.end, wanted.bin)
    for (name, period), series in answers.items():
        if period == wanted.bin and any(start not in grid for start in series.points):
            reason = Reason.of(Code.READ_FAILED, error="a bucket that was not asked for")
            return Failed(wanted.stream, name, reason)
    return None


def _disputes(wanted: Wanted, answers: Mapping[Key, Series], period: int) -> Spans:
    """The coarse buckets in which the bins say something else; only whole buckets are held against each other."""
    found: list[Span] = []
    for name in _counts(wanted.stream):
        fine, coarse = answers[name, wanted.bin].points, answers[name, period].points
        for start in _starts(wanted.span, period, coarse):
            inside = sum(fine.get(second, 0) for second in range(start, start + period, wanted.bin))
            if abs(inside - coarse.get(start, 0)) > 1e-6:
                found.append(Span(start, start + period))
    return union(found)


def _starts(span: Span, period: int, coarse: Points) -> range:
    """Where whole coarse buckets begin: at the span's start, unless CloudWatch showed that it anchors elsewhere."""
    anchored = all((start - span.start) % period == 0 for start in coarse)
    first = span.start if anchored else -(-span.start // period) * period
    return range(first, span.end - period + 1, period)


def _bins(wanted: Wanted, fine: Mapping[str, Points], ladder: Mapping[str, Points]) -> StreamBins:
    return StreamBins(
        source=wanted.source,
        stream=wanted.stream,
        bin=wanted.bin,
        span=wanted.span,
        requests=fine["requests"],
        faults=fine["faults"],
        errors=fine["errors"],
        minimum=fine["minimum"],
        maximum=fine["maximum"],
        samples=fine.get("samples"),
        ladder=ladder,
    )
