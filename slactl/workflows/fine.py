"""The service's series of slices: the one fine series a report needs.

The one rule (rule 20, decision 4): the series without an operation serves only in tiles where it
equals the sum of the operations; elsewhere CloudWatch adds the operations up, and each sum is
held against the operations' own counts, because a hidden input that was refused just goes missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slactl.model.metric import Query, Series, Stream
from slactl.model.span import Span, Spans, union
from slactl.ports import MetricReader
from slactl.reading.packing import pieces
from slactl.workflows.asking import GapList, ask
from slactl.workflows.proof import QUANTITIES, Tiling, metric_of
from slactl.workflows.survey import FineSeries

TOGETHER = 100
Bins = list[int | None]


@dataclass(frozen=True, slots=True)
class FineRequest:
    """What to build: kept and ignored streams, the whole's own, and the tiles that prove them."""

    kept: Sequence[Stream]
    ignored: Sequence[Stream]
    whole: Stream
    whole_decides: bool
    span: Span
    bin: int


def read_fine(reader: MetricReader, wanted: FineRequest, tiling: Tiling, gaps: GapList) -> FineSeries:
    """Requests, faults and errors in bins over the span; None where they could not be proved."""
    whole = _read_whole(reader, wanted, gaps)
    agreed = {quantity: _agreed(wanted, tiling, whole[quantity], quantity) for quantity in QUANTITIES}
    made = {
        quantity: _quantity(reader, wanted, tiling, whole, quantity, agreed[quantity], gaps) for quantity in QUANTITIES
    }
    for quantity in ("faults", "errors"):
        made[quantity] = _reported(made[quantity], made["requests"])
    everywhere = all(parts == (wanted.span,) for parts in agreed.values())
    return FineSeries(wanted.span.start, wanted.bin, made["requests"], made["faults"], made["errors"], everywhere)


def _agreed(wanted: FineRequest, tiling: Tiling, series: Series, quantity: str) -> Spans:
    """Where the whole's own series may serve."""
    if wanted.whole_decides:
        return () if series.failure else (wanted.span,)
    return union(_agreeing(wanted, tiling, series, quantity))


def _reported(bad: Bins, requests: Bins) -> Bins:
    """Bad counts never above the requests."""
    return [
        None if value is None else min(value, asked) if asked is not None else value
        for value, asked in zip(bad, requests, strict=True)
    ]


def _read_whole(reader: MetricReader, wanted: FineRequest, gaps: GapList) -> dict[str, Series]:
    queries = {
        quantity: Query((metric,), stat, wanted.bin, wanted.span)
        for quantity in QUANTITIES
        for metric, stat in [metric_of(wanted.whole, quantity)]
    }
    found = ask(reader, queries)
    for quantity, series in found.items():
        if series.failure and wanted.whole_decides:
            gaps.failed(series.failure, None, queries[quantity].metrics[0].name, wanted.span)
    return found


def _quantity(
    reader: MetricReader,
    wanted: FineRequest,
    tiling: Tiling,
    whole: dict[str, Series],
    quantity: str,
    agreed: Spans,
    gaps: GapList,
) -> Bins:
    """One quantity in bins, from the whole's series where that is proved, else from sums."""
    series, requests = whole[quantity], whole["requests"]
    bins: Bins = [None] * (wanted.span.seconds // wanted.bin)
    if not series.failure:
        _lay(bins, wanted, wanted.span, series, requests)
    if not wanted.whole_decides:
        _rebuild(reader, wanted, tiling, quantity, bins, agreed, gaps)
    if wanted.ignored:
        _subtract(reader, wanted, tiling, quantity, bins, agreed, gaps)
    return bins


def _lay(bins: Bins, wanted: FineRequest, span: Span, series: Series, requests: Series) -> None:
    """Writes a series into the bins of a span; a bin with requests but no report stays unknown."""
    for start in range(span.start, span.end, wanted.bin):
        value = series.points.get(start)
        unknown = value is None and requests.points.get(start, 0) > 0
        bins[(start - wanted.span.start) // wanted.bin] = None if unknown else round(value or 0)


def _agreeing(wanted: FineRequest, tiling: Tiling, series: Series, quantity: str) -> Iterable[Span]:
    """The tiles in which the whole equals the sum of all its operations."""
    if series.failure:
        return
    for tile in tiling.tiles():
        parts = [tiling.tallies[stream].counts[quantity][tile.start] for stream in (*wanted.kept, *wanted.ignored)]
        inside = sum(series.points.get(start, 0) for start in range(tile.start, tile.end, wanted.bin))
        if None not in parts and round(inside) == sum(part or 0 for part in parts):
            yield tile


def _rebuild(
    reader: MetricReader, wanted: FineRequest, tiling: Tiling, quantity: str, bins: Bins, agreed: Spans, gaps: GapList
) -> None:
    """Adds the kept operations up wherever the whole's own series can't be believed."""
    doubtful = [tile for tile in tiling.tiles() if not any(part.holds(tile) for part in agreed)]
    sums = _sums(reader, wanted.kept, union(doubtful), wanted.bin, quantity, gaps)
    for tile in doubtful:
        expected = _expected(wanted.kept, tiling, quantity, tile)
        _write(bins, wanted, tile, sums, expected, gaps)


def _expected(streams: Sequence[Stream], tiling: Tiling, quantity: str, tile: Span) -> int | None:
    parts = [tiling.tallies[stream].counts[quantity][tile.start] for stream in streams]
    return None if None in parts else sum(part or 0 for part in parts)


def _write(
    bins: Bins, wanted: FineRequest, tile: Span, sums: dict[int, int] | None, expected: int | None, gaps: GapList
) -> None:
    """Writes a tile's sums if they are proved, else leaves it unknown and says so."""
    starts = range(tile.start, tile.end, wanted.bin)
    found = None if sums is None else sum(sums.get(start, 0) for start in starts)
    believed = found is not None and found == expected
    if found is not None and expected is not None and not believed:
        gaps.disagree(None, tile, expected, found)
    for start in starts:
        bins[(start - wanted.span.start) // wanted.bin] = sums.get(start, 0) if believed and sums is not None else None


def _subtract(
    reader: MetricReader, wanted: FineRequest, tiling: Tiling, quantity: str, bins: Bins, agreed: Spans, gaps: GapList
) -> None:
    """Takes the ignored operations out of the whole's series."""
    sums = _sums(reader, wanted.ignored, agreed, wanted.bin, quantity, gaps)
    for tile in tiling.tiles():
        if not any(part.holds(tile) for part in agreed):
            continue
        expected = _expected(wanted.ignored, tiling, quantity, tile)
        starts = range(tile.start, tile.end, wanted.bin)
        found = None if sums is None else sum(sums.get(start, 0) for start in starts)
        if found is not None and expected is not None and found != expected:
            gaps.disagree(None, tile, expected, found)
        for start in starts:
            place = (start - wanted.span.start) // wanted.bin
            held = bins[place]
            proved = sums is not None and found == expected and held is not None
            bins[place] = (
                max(0, held - sums.get(start, 0)) if proved and sums is not None and held is not None else None
            )


def _sums(
    reader: MetricReader, streams: Sequence[Stream], spans: Spans, bin_seconds: int, quantity: str, gaps: GapList
) -> dict[int, int] | None:
    """The streams' sum by bin over some spans; None if any part could not be read."""
    queries = list(_sum_queries(streams, spans, bin_seconds, quantity))
    sums: dict[int, int] = {}
    for query, series in zip(queries, reader.read(queries) if queries else [], strict=True):
        if series.failure:
            gaps.failed(series.failure, None, query.metrics[0].name, query.span)
            return None
        for start, value in series.points.items():
            sums[start] = sums.get(start, 0) + round(value)
    return sums


def _sum_queries(streams: Sequence[Stream], spans: Spans, bin_seconds: int, quantity: str) -> Iterable[Query]:
    for first in range(0, len(streams), TOGETHER):
        chosen = [metric_of(stream, quantity) for stream in streams[first : first + TOGETHER]]
        metrics = tuple(metric for metric, _ in chosen)
        for span in spans:
            for piece in pieces(span, bin_seconds, len(metrics)):
                yield Query(metrics, chosen[0][1], bin_seconds, piece)
