"""Proves what was read: every stream's day tiles against its long buckets.

The one rule (rule 5): what is read twice must agree; what still differs after one more read is a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from slactl.compliance.counts import Counts
from slactl.model.kept import Kept
from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.span import Span, Spans
from slactl.ports import MetricReader
from slactl.reading.cover import Cover, Tiles, aligned
from slactl.workflows.asking import GapList, ask, tile_query
from slactl.workflows.survey import Operation

QUANTITIES = ("requests", "faults", "errors")


def metric_of(stream: Stream, quantity: str) -> tuple[Metric, str]:
    """The metric and statistic that count a quantity."""
    if quantity == "requests":
        return stream.requests, stream.request_stat
    return (stream.faults if quantity == "faults" else stream.errors), "Sum"


@dataclass(slots=True)
class Tally:
    """One stream's counts by tile start for each quantity; None where unknown."""

    counts: dict[str, dict[int, int | None]] = field(default_factory=lambda: {name: {} for name in QUANTITIES})

    def total(self, quantity: str, spans: Spans) -> int | None:
        """A quantity over some spans that cut no tile; None where any of it is unknown."""
        held = self.counts[quantity]
        if len(spans) == 1:
            start, end = spans[0].start, spans[0].end
            return _together([value for at, value in held.items() if start <= at < end])
        return _together([value for at, value in held.items() if any(one.start <= at < one.end for one in spans)])


@dataclass(frozen=True, slots=True)
class Tiling:
    """The aligned tiles of a span, and each stream's counts in them."""

    cover: Cover
    tallies: Mapping[Stream, Tally]

    def within(self, span: Span) -> Tiling:
        """The tiles inside a span, on whose edges others begin."""
        return Tiling(tuple(tiles for tiles in self.cover if span.holds(tiles.span)), self.tallies)

    def sums(self, streams: Sequence[Stream], quantity: str) -> dict[int, int | None]:
        """A quantity of some streams together by tile start; None where any of them is unknown."""
        held = [self.tallies[stream].counts[quantity] for stream in streams]
        return {tile.start: _together([counts[tile.start] for counts in held]) for tile in self.tiles()}

    def tiles(self) -> list[Span]:
        return [Span(start, start + tiles.period) for tiles in self.cover for start in tiles.starts]


def _together(parts: Sequence[int | None]) -> int | None:
    return None if None in parts else sum(part or 0 for part in parts)


def read_tiling(reader: MetricReader, streams: Sequence[Stream], pieces: Sequence[Kept]) -> Tiling:
    """Counts of each stream in the aligned tiles of some pieces."""
    cover = tuple(tiles for piece in pieces for part in piece.parts for tiles in aligned(part, piece.finest))
    found = ask(reader, dict(_queries(streams, cover)))
    return Tiling(cover, {stream: _tally(index, cover, found) for index, stream in enumerate(streams)})


Key = tuple[int, int, str]


def _queries(streams: Sequence[Stream], cover: Cover) -> list[tuple[Key, Query]]:
    return [
        ((index, run, quantity), tile_query(*metric_of(stream, quantity), tiles))
        for run, tiles in enumerate(cover)
        for index, stream in enumerate(streams)
        for quantity in QUANTITIES
    ]


def _tally(index: int, cover: Cover, found: Mapping[Key, Series]) -> Tally:
    tally = Tally()
    for run, tiles in enumerate(cover):
        requests = found[index, run, "requests"]
        for quantity in QUANTITIES:
            _fill(tally.counts[quantity], tiles, found[index, run, quantity], requests)
    return tally


def _fill(counts: dict[int, int | None], tiles: Tiles, series: Series, requests: Series) -> None:
    for start in tiles.starts:
        value = series.points.get(start)
        if series.failure or (value is None and requests.points.get(start, 0) > 0):
            counts[start] = None
        else:
            counts[start] = round(value or 0)


def proven(
    operations: Sequence[Operation],
    tiling: Tiling,
    again: Callable[[Sequence[Operation]], Tiling],
    spans: Spans,
    gaps: GapList,
) -> Tiling:
    """The tiling with suspicious streams read once more; what still disagrees becomes unknown."""
    suspects = [operation for operation in operations if _differs(operation, tiling, spans)]
    if not suspects:
        return tiling
    fresh = again(suspects)
    merged = Tiling(tiling.cover, {**tiling.tallies, **fresh.tallies})
    for operation in suspects:
        if _differs(operation, merged, spans):
            _disown(operation, merged.tallies[operation.stream], spans, gaps)
    return merged


def _differs(operation: Operation, tiling: Tiling, spans: Spans) -> bool:
    """Whether anything that was read both ways came out differently; what was not read proves nothing."""
    tally, counts = tiling.tallies[operation.stream], operation.whole.counts
    if counts.assumed or counts.unbounded:
        return False
    pairs = [(tally.total("requests", spans), counts.requests)]
    pairs += [
        (tally.total(quantity, spans), round(amount.low))
        for quantity, amount in (("faults", counts.faults), ("errors", counts.errors))
        if amount.known
    ]
    return any(fine is not None and fine != coarse for fine, coarse in pairs)


def _disown(operation: Operation, tally: Tally, spans: Spans, gaps: GapList) -> None:
    coarse, fine = operation.whole.counts.requests, tally.total("requests", spans) or 0
    for span in spans:
        gaps.disagree(operation.name, span, coarse, fine)
    operation.whole.counts = Counts.unread(max(coarse, fine))
    for bucket in operation.whole.latency.buckets.values():
        bucket.assumed = True
    for quantity in QUANTITIES:
        tally.counts[quantity] = dict.fromkeys(tally.counts[quantity])
