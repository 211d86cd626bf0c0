"""Which series a figure was read from, out of all that were asked.

The one rule: a query is listed only if it was really asked, as it was asked; what a figure needs is
told from its row and its survey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from slactl.compliance.ladder import written
from slactl.model.explanation import Ladder, Purpose, Read
from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series, Stream
from slactl.model.objective import ErrorRate
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.ports import LadderReader, MetricReader
from slactl.reading.cover import Cover, aligned
from slactl.workflows.asking import ladders_by_series, tile_query
from slactl.workflows.collecting.streams import is_merged
from slactl.workflows.explaining.requests import adding, limit_of
from slactl.workflows.proof import metric_of
from slactl.workflows.rows.context import RowContext
from slactl.workflows.survey import FineSeries, Operation, Survey

SLICED = ("requests", "faults")


class Remembering:
    """A ``MetricReader`` that remembers what was asked of another one, and how much came."""

    def __init__(self, reader: MetricReader) -> None:
        self._reader = reader
        self.asked: dict[Query, Series] = {}
        self._risen: dict[tuple[Metric, int, Span], tuple[LadderQuery, Rise]] = {}

    def read(self, queries: Sequence[Query]) -> list[Series]:
        found = self._reader.read(queries)
        self.asked.update(zip(queries, found, strict=True))
        return found

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        if not isinstance(self._reader, LadderReader):
            return ladders_by_series(self.read, queries)
        found = self._reader.ladders(queries)
        for query, rise in zip(queries, found, strict=True):
            self._risen[query.metric, query.period, query.span] = query, rise
        return found

    def use(self) -> tuple[SourceUse, ...]:
        return self._reader.use()

    def told(self, purpose: Purpose, queries: Iterable[Query]) -> Iterator[Read]:
        """Those of the queries that were asked, each once."""
        for query in dict.fromkeys(queries):
            series = self.asked.get(query) or self._rung(query)
            if series is not None:
                askable = not any(is_merged(metric) for metric in query.metrics)
                yield Read(purpose, query, len(series.points), series.failure, askable=askable)

    def _rung(self, query: Query) -> Series | None:
        """One rung of a ladder that was asked for as a whole."""
        held = self._risen.get((query.metrics[0], query.period, query.span))
        name = query.stat.removeprefix("TC(:").removesuffix(")")
        if held is None or len(query.metrics) > 1 or query.stat == name or name not in held[0].rungs:
            return None
        place, rise = held[0].rungs.index(name), held[1]
        points = {start: counts[place] for start, counts in rise.points.items()}
        return Series({start: count for start, count in points.items() if count is not None}, rise.failure)


def reads_of_counts(
    asked: Remembering, context: RowContext, operation: str | None, ladder: Ladder | None
) -> list[Read]:
    """The reads behind a figure of requests: of every series that it sums, over the period and what is excluded."""
    survey = context.survey
    streams = [one.stream for one in adding(context, operation).everyone]
    stats = list(_stats(context, ladder))
    found = list(asked.told(Purpose.COUNTS, _queries(streams, survey.cover, stats)))
    if context.excluding:
        found += asked.told(Purpose.EXCLUDED, _queries(streams, survey.cut_cover, stats))
    return found


def _stats(context: RowContext, ladder: Ladder | None) -> Iterator[str]:
    """What is counted: ``requests``, ``faults``, ``errors``, or a statistic of the latency."""
    if isinstance(context.objective.indicator, ErrorRate):
        yield from ("requests", "faults", "errors")
        return
    yield from ("requests", "SampleCount", "Minimum", "Maximum")
    limit = limit_of(context)
    if ladder is None:
        yield from ("faults", *([] if limit is None else [f"TC(:{written(limit)})"]))
    for rung in ladder.rungs if ladder else ():
        yield from _count_at(rung.limit)


def _count_at(limit: Fraction) -> Iterator[str]:
    """The statistic of a rung; none of an extreme that ends the ladder with more places than a rung has."""
    with suppress(ValueError):
        yield f"TC(:{written(limit)})"


def _queries(streams: Sequence[Stream], cover: Cover, stats: Sequence[str]) -> Iterator[Query]:
    for tiles in cover:
        for stream in streams:
            for stat in stats:
                yield tile_query(*_metric(stream, stat), tiles)


def _metric(stream: Stream, stat: str) -> tuple[Metric, str]:
    return metric_of(stream, stat) if stat in ("requests", "faults", "errors") else (stream.latency, stat)


def reads_of_slices(asked: Remembering, surveys: Iterable[Survey], span: Span | None) -> list[Read]:
    """The fine series that slices were cut from; of a ``span`` only, where one is asked for."""
    reads = [
        read
        for survey in surveys
        for piece, series in zip(survey.pieces, survey.fine, strict=True)
        for read in _fine(asked, survey, piece.reach, series)
    ]
    if span is None:
        return reads
    return [cut for read in reads if (cut := _cut(read, span, asked)) is not None]


def _fine(asked: Remembering, survey: Survey, reach: Span, series: FineSeries) -> Iterator[Read]:
    """The whole's own series; sums of operations, where these were asked for; and what is ignored."""
    wholes = [metric_of(survey.whole, quantity) for quantity in SLICED]
    yield from asked.told(Purpose.SLICES, (Query((metric,), stat, series.bin, reach) for metric, stat in wholes))
    beat = survey.service.heartbeat
    if beat and beat.metric.region is None:  # another region's is not asked again with the same line
        yield from asked.told(Purpose.SLICES, [Query((beat.metric,), beat.stat, series.bin, reach)])
    if not series.agreed:
        yield from asked.told(Purpose.SLICES, _sums(asked, survey.kept, reach, series.bin))
    yield from asked.told(Purpose.TAKEN, _sums(asked, survey.ignored, reach, series.bin))


def _sums(asked: Remembering, operations: Sequence[Operation], reach: Span, width: int) -> Iterator[Query]:
    """The fine queries of some operations, without those that only prove."""
    proofs = {(tiles.period, tiles.span) for tiles in aligned(reach, width)}
    wanted = {metric_of(one.stream, quantity)[0] for one in operations for quantity in SLICED}
    for query in asked.asked if operations else ():
        inside = query.period == width and reach.holds(query.span)
        if inside and wanted.issuperset(query.metrics) and (query.period, query.span) not in proofs:
            yield query


def _cut(read: Read, span: Span, asked: Remembering) -> Read | None:
    """A read narrowed to the bins that a span meets; None if it meets none."""
    query = read.query
    start = query.span.start + max(0, span.start - query.span.start) // query.period * query.period
    end = min(query.span.end, query.span.start - (query.span.start - span.end) // query.period * query.period)
    if start >= end:
        return None
    points = asked.asked[query].points
    inside = sum(start <= at < end for at in points)
    return replace(read, query=replace(query, span=Span(start, end)), points=inside)
