"""The counts of a figure of requests, bin by bin, in a span that somebody asks for.

The one rule: these are read beside the figure, to look closer; the figure itself is taken from the whole
period at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slactl.compliance.amount import as_written
from slactl.compliance.distribution import Bucket, Rung
from slactl.compliance.ladder import written
from slactl.model.explanation import Moment, Purpose, Range, Read
from slactl.model.metric import Query, Series, Stream
from slactl.model.span import Span
from slactl.reading.cover import Tiles
from slactl.workflows.asking import ask, tile_query
from slactl.workflows.explaining.reads import Remembering
from slactl.workflows.explaining.requests import adding, limit_of
from slactl.workflows.proof import QUANTITIES, metric_of
from slactl.workflows.rows.context import RowContext

Key = tuple[Stream, str]


@dataclass(frozen=True, slots=True)
class _Bins:
    """The bins to read of a piece that is kept, and what was read of them."""

    tiles: Tiles
    found: Mapping[Key, Series]
    limit: Rung | None


def moments(
    reader: Remembering, context: RowContext, operation: str | None, span: Span
) -> tuple[tuple[Moment, ...], tuple[Read, ...]]:
    """The bins that meet a span, as far as they are settled and kept, and the reads that they were made from."""
    found = adding(context, operation)
    added, taken = ([one.stream for one in some] for some in (found.added, found.taken))
    limit = limit_of(context)
    made: list[Moment] = []
    queries: list[Query] = []
    for tiles in _tiles(context, span):
        wanted = dict(_wanted([*added, *taken], tiles, limit))
        queries += wanted.values()
        bins = _Bins(tiles, ask(reader, wanted), limit)
        made += [_moment(bins, start, added, taken) for start in tiles.starts]
    return tuple(made), tuple(reader.told(Purpose.MOMENTS, queries))


def _tiles(context: RowContext, span: Span) -> Iterator[Tiles]:
    for piece in context.survey.pieces:
        width, start = piece.finest, piece.span.start
        first = start + (max(span.start, start) - start) // width * width
        last = min(piece.span.end, start - (start - span.end) // width * width)
        if first < last:
            yield Tiles(Span(first, last), width)


def _wanted(streams: Iterable[Stream], tiles: Tiles, limit: Rung | None) -> Iterator[tuple[Key, Query]]:
    for stream in streams:
        for quantity in QUANTITIES:
            yield (stream, quantity), tile_query(*metric_of(stream, quantity), tiles)
        for stat in () if limit is None else ("SampleCount", "Minimum", "Maximum", f"TC(:{written(limit)})"):
            yield (stream, stat), tile_query(stream.latency, stat, tiles)


def _moment(bins: _Bins, start: int, added: Sequence[Stream], taken: Sequence[Stream]) -> Moment:
    span = Span(start, start + bins.tiles.period)
    counts = [_difference(bins, start, quantity, added, taken) for quantity in QUANTITIES]
    return Moment(span, counts[0], counts[1], counts[2], _under(bins, start, added, taken))


def _difference(bins: _Bins, start: int, quantity: str, added: Sequence[Stream], taken: Sequence[Stream]) -> int | None:
    plus = [_count(bins, start, stream, quantity) for stream in added]
    minus = [_count(bins, start, stream, quantity) for stream in taken]
    if None in plus or None in minus:
        return None
    return max(0, sum(one or 0 for one in plus) - sum(one or 0 for one in minus))


def _count(bins: _Bins, start: int, stream: Stream, quantity: str) -> int | None:
    """A stream's count in one bin; a bin with requests where nothing was reported stays unknown."""
    series, requests = bins.found[stream, quantity], bins.found[stream, "requests"]
    value = series.points.get(start)
    if series.failure or requests.failure or (value is None and requests.points.get(start, 0) > 0):
        return None
    return round(value or 0)


def _under(bins: _Bins, start: int, added: Sequence[Stream], taken: Sequence[Stream]) -> Range | None:
    """Requests at or below the objective's limit, from the same buckets as a figure's."""
    if bins.limit is None:
        return None
    plus, minus = ([_bucket(bins, start, stream) for stream in some] for some in (added, taken))
    if None in plus or None in minus:
        return None
    more, less = ([one.count(bins.limit) for one in some if one is not None] for some in (plus, minus))
    low = sum(one.low for one in more) - sum(one.high for one in less)
    high = sum(one.high for one in more) - sum(one.low for one in less)
    return Range(max(0, low), max(0, high))


def _bucket(bins: _Bins, start: int, stream: Stream) -> Bucket | None:
    limit = bins.limit
    assert limit is not None
    stats = ("SampleCount", "Minimum", "Maximum", f"TC(:{written(limit)})")
    found = [bins.found[stream, stat] for stat in stats]
    if any(series.failure for series in found):
        return None
    samples, least, most, below = (series.points.get(start) for series in found)
    low, high = (None if value is None else as_written(value) for value in (least, most))
    bucket = Bucket(round(samples or 0), low, high)
    if below is not None:
        bucket.put(limit, below)
    return bucket
