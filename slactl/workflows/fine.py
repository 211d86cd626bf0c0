"""The service's series of slices: the one fine series a report needs.

The one rule (rule 20, decision 4): the series without an operation serves only in tiles where it
equals the sum of the operations; elsewhere CloudWatch adds the operations up, and each sum is
held against the operations' own counts, because a hidden input that was refused just goes missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from slactl.compliance.heartbeat import NO_BEATS, Beats, beats_of
from slactl.model.metric import Query, Series, Stream
from slactl.model.service import Heartbeat
from slactl.model.span import Span, Spans, union
from slactl.ports import MetricReader
from slactl.reading.packing import pieces
from slactl.workflows.asking import GapList, ask
from slactl.workflows.proof import QUANTITIES, Tiling, metric_of
from slactl.workflows.survey import FineSeries

TOGETHER = 100
HEARTBEAT = "heartbeat"
Bins = list[int | None]


@dataclass(frozen=True, slots=True)
class FineRequest:
    """What to build: kept and ignored streams, the whole's own, and the tiles that prove them.

    In ``undiscovered`` spans there may be operations that nobody told of. A ``heartbeat`` is read with the whole.
    """

    kept: Sequence[Stream]
    ignored: Sequence[Stream]
    whole: Stream
    whole_decides: bool
    span: Span
    bin: int
    undiscovered: Spans = ()
    heartbeat: Heartbeat | None = None


def read_fine(reader: MetricReader, wanted: FineRequest, tiling: Tiling, gaps: GapList) -> FineSeries:
    """Requests, faults and errors in bins over the span; None where they could not be proved."""
    whole = _read_whole(reader, wanted, gaps)
    agreed = {quantity: union(_agreeing(wanted, tiling, whole[quantity], quantity)) for quantity in QUANTITIES}
    if wanted.whole_decides and any(parts != (wanted.span,) for parts in agreed.values()):
        whole = _read_whole(reader, wanted, gaps)
        agreed = {quantity: union(_agreeing(wanted, tiling, whole[quantity], quantity)) for quantity in QUANTITIES}
    builder = _Builder(reader, wanted, tiling, gaps)
    made = {quantity: builder.bins(quantity, whole, agreed[quantity]) for quantity in QUANTITIES}
    for quantity in ("faults", "errors"):
        made[quantity] = _reported(made[quantity], made["requests"])
    everywhere = all(parts == (wanted.span,) for parts in agreed.values())
    return FineSeries(
        wanted.span.start,
        wanted.bin,
        made["requests"],
        made["faults"],
        made["errors"],
        everywhere,
        union(builder.disputed),
        _beats(wanted, whole.get(HEARTBEAT)),
    )


def _beats(wanted: FineRequest, series: Series | None) -> Beats:
    """What the heartbeat said in each bin; nothing where it could not be read."""
    if wanted.heartbeat is None or series is None:
        return NO_BEATS
    starts = range(wanted.span.start, wanted.span.end, wanted.bin)
    values = (series.points.get(start) for start in starts)
    met = wanted.heartbeat.goal.met_by
    return beats_of(starts, wanted.bin, [None if value is None else met(Fraction(value)) for value in values])


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
    if wanted.heartbeat is not None:
        heartbeat = wanted.heartbeat
        queries[HEARTBEAT] = Query((heartbeat.metric,), heartbeat.stat, wanted.bin, wanted.span)
    found = ask(reader, queries)
    for quantity, series in found.items():
        if series.failure and (wanted.whole_decides or quantity == HEARTBEAT):
            gaps.failed(series.failure, None, queries[quantity].metrics[0].name, wanted.span)
    return found


@dataclass(slots=True)
class _Builder:
    """Builds one quantity after the other, and remembers the tiles that stay disputed."""

    reader: MetricReader
    wanted: FineRequest
    tiling: Tiling
    gaps: GapList
    disputed: list[Span] = field(default_factory=list)

    def bins(self, quantity: str, whole: dict[str, Series], agreed: Spans) -> Bins:
        """One quantity in bins, from the whole's series where that is proved, else from sums."""
        wanted, series = self.wanted, whole[quantity]
        bins: Bins = [None] * (wanted.span.seconds // wanted.bin)
        if not series.failure:
            _lay(bins, wanted, series, whole["requests"])
        doubtful = [tile for tile in self.tiling.tiles() if not any(part.holds(tile) for part in agreed)]
        if wanted.whole_decides:
            self._give_up(bins, doubtful, quantity, series)
        else:
            self._rebuild(bins, doubtful, quantity)
        if wanted.ignored:
            self._subtract(bins, quantity, agreed)
        return bins

    def _give_up(self, bins: Bins, doubtful: Sequence[Span], quantity: str, series: Series) -> None:
        """A stage has no parts that could stand for it: where its two reads differ it is unknown."""
        for tile in doubtful:
            coarse = self.tiling.tallies[self.wanted.whole].counts[quantity][tile.start]
            if coarse is not None and not series.failure:
                self._dispute(tile, coarse, _inside(series.points, tile, self.wanted.bin))
            self._fill(bins, tile, None)

    def _rebuild(self, bins: Bins, doubtful: Sequence[Span], quantity: str) -> None:
        """Adds the kept operations up wherever the whole's own series can't be believed."""
        wanted = self.wanted
        sums = _sums(self.reader, wanted.kept, union(doubtful), wanted.bin, quantity, self.gaps)
        told = self.tiling.sums(wanted.kept, quantity) if doubtful else {}
        for tile in doubtful:
            expected = told[tile.start]
            hidden = any(span.meets(tile) for span in wanted.undiscovered)
            proved = self._proved(tile, sums, expected) and not hidden
            self._fill(bins, tile, sums if proved else None)

    def _subtract(self, bins: Bins, quantity: str, agreed: Spans) -> None:
        """Takes the ignored operations out of the whole's series."""
        wanted = self.wanted
        sums = _sums(self.reader, wanted.ignored, agreed, wanted.bin, quantity, self.gaps)
        told = self.tiling.sums(wanted.ignored, quantity)
        for tile in self.tiling.tiles():
            if not any(part.holds(tile) for part in agreed):
                continue
            proved = self._proved(tile, sums, told[tile.start])
            for place, start in self._places(tile):
                held = bins[place]
                bins[place] = max(0, held - (sums or {}).get(start, 0)) if proved and held is not None else None

    def _proved(self, tile: Span, sums: dict[int, int] | None, expected: int | None) -> bool:
        """Whether a tile's sums are what the operations' own counts say; a difference is a gap."""
        if sums is None or expected is None:
            return False
        found = _inside(sums, tile, self.wanted.bin)
        if found != expected:
            self._dispute(tile, expected, found)
        return found == expected

    def _dispute(self, tile: Span, coarse: int, fine: int) -> None:
        self.gaps.disagree(None, tile, coarse, fine)
        self.disputed.append(tile)

    def _fill(self, bins: Bins, tile: Span, sums: dict[int, int] | None) -> None:
        for place, start in self._places(tile):
            bins[place] = None if sums is None else sums.get(start, 0)

    def _places(self, tile: Span) -> Iterable[tuple[int, int]]:
        for start in range(tile.start, tile.end, self.wanted.bin):
            yield (start - self.wanted.span.start) // self.wanted.bin, start


def _lay(bins: Bins, wanted: FineRequest, series: Series, requests: Series) -> None:
    """Writes a series into all bins; one with requests but no report stays unknown."""
    number = len(bins)
    bins[:] = [0] * number
    for place, asked in _placed(requests, wanted, number):
        if asked > 0:
            bins[place] = None
    for place, value in _placed(series, wanted, number):
        bins[place] = round(value)


def _placed(series: Series, wanted: FineRequest, number: int) -> Iterable[tuple[int, float]]:
    """The values of a series by the number of their bin; what starts elsewhere than a bin is none of them."""
    begun, width = wanted.span.start, wanted.bin
    for start, value in series.points.items():
        place, beside = divmod(start - begun, width)
        if not beside and 0 <= place < number:
            yield place, value


def _inside(points: Mapping[int, float], tile: Span, bin_seconds: int) -> int:
    return round(sum(filter(None, map(points.get, range(tile.start, tile.end, bin_seconds)))))


def _agreeing(wanted: FineRequest, tiling: Tiling, series: Series, quantity: str) -> Iterable[Span]:
    """The tiles in which the whole equals the sum of all its operations, or its own coarse read where it decides."""
    if series.failure:
        return
    streams = [wanted.whole] if wanted.whole_decides else [*wanted.kept, *wanted.ignored]
    sums = tiling.sums(streams, quantity)
    for tile in tiling.tiles():
        expected = sums[tile.start]
        if expected is not None and _inside(series.points, tile, wanted.bin) == expected:
            yield tile


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
