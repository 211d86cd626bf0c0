"""The answers that general objectives are judged from, read together.

The one rule: no question is asked twice, whoever asks it, and all that may be asked at once goes into one read, so
that the calls are packed as full as can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

from slactl.model.metric import Query, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.reading.cover import Anchoring, Cover, Tiles, aligned
from slactl.workflows.basics import Anchor

HOUR = 3_600
WEEK = 7 * 86_400
COUNT = "SampleCount"
ADDITIVE = ("Sum", COUNT)
PLAIN = (*ADDITIVE, "Minimum", "Maximum", "Average")


def tiled(span: Span, width: int, anchoring: Anchoring, finest: int) -> Cover:
    """A span in buckets of a width, what is left over at its end in one bucket of its own.

    Where buckets start at multiples since the epoch, aligned ones of that width and finer.
    """
    if anchoring is Anchoring.EPOCH:
        return aligned(span, finest, max(width, finest))
    whole = span.seconds // width * width
    parts = [Tiles(Span(span.start, span.start + whole), width)] if whole else []
    if whole < span.seconds:
        rest = Span(span.start + whole, span.end)
        parts.append(Tiles(rest, rest.seconds))
    return tuple(parts)


def hour_of(tiles: Tiles, at: int) -> Span:
    """The hour that a bucket is counted in, from its run's beginning: silence is told by the hour, however finely."""
    start = at if tiles.period >= HOUR else tiles.span.start + (at - tiles.span.start) // HOUR * HOUR
    return Span(start, min(start + max(tiles.period, HOUR), tiles.span.end))


def at_once(span: Span, anchoring: Anchoring, finest: int) -> Cover:
    """A span in as few buckets as can be."""
    return tiled(span, span.seconds if anchoring is Anchoring.START else 86_400, anchoring, finest)


def misplaced(query: Query, series: Series) -> bool:
    """Whether a bucket came back that does not start where it was asked to."""
    starts = range(query.span.start, query.span.end, query.period)
    return any(start not in starts for start in series.points)


def believed(query: Query, series: Series) -> Series:
    """An answer without what can't be: a count below nothing, or what is no number.

    A count at a threshold is left out, for there an absent one is unknown (rule 3); anything else is a failure.
    """
    strange = [value for value in series.points.values() if not isfinite(value) or (value < 0 and query.stat == COUNT)]
    if not strange:
        return series
    points = {at: value for at, value in series.points.items() if value not in strange and isfinite(value)}
    if query.stat not in PLAIN:
        return Series(points, series.failure)
    reason = Reason.of(Code.IMPOSSIBLE_VALUE, metric=query.metrics[0].name, said=f"{strange[0]:g}")
    return Series(points, series.failure or reason)


def week_before(query: Query) -> Query:
    """The same question about the same span a week earlier."""
    return replace(query, span=Span(query.span.start - WEEK, query.span.end - WEEK))


@dataclass
class Reads:
    """What was read so far, by question.

    ``anchoring`` is the one by which it was read: what others find out later changes nothing of it.
    """

    reader: MetricReader
    anchor: Anchor
    anchoring: Anchoring
    found: dict[Query, Series] = field(default_factory=dict)

    def ask(self, queries: Iterable[Query]) -> None:
        """Reads what was not read yet, in one go."""
        fresh = [query for query in dict.fromkeys(queries) if query not in self.found]
        if fresh:
            told = zip(fresh, self.reader.read(fresh), strict=True)
            self.found.update((query, believed(query, series)) for query, series in told)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """The answers as a ``MetricReader`` gives them; what was read before is not asked again."""
        self.ask(queries)
        return [self.found[query] for query in queries]

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        return self.reader.use()

    def series(self, query: Query) -> Series:
        """An answer that was asked for."""
        return self.found[query]

    def misplaced(self) -> bool:
        """Whether any answer says that buckets are anchored elsewhere than it was asked for."""
        return any(misplaced(query, series) for query, series in self.found.items())

    def ask_for_guesses(self) -> None:
        """Reads, for what could not be read, what the same span held a week before (rule 8)."""
        self.ask([week_before(query) for query, told in self.found.items() if told.failure and query.stat in ADDITIVE])

    def answer(self, query: Query) -> Series:
        """An answer, asked for now if it was not before."""
        self.ask([query])
        return self.found[query]

    def guess(self, query: Query) -> float | None:
        """What a question may be taken to hold: as much as a week before; None where nobody knows."""
        before = self.answer(week_before(query))
        return None if before.failure or not before.points else sum(before.points.values())
