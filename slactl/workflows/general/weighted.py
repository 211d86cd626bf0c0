"""Averages of a metric weighted by a count, bucket by bucket at the finest resolution that is kept.

The one rule: a percentage is only ever weighted by what it is a percentage of; a bucket whose weight is known and
whose value is not may have any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slactl.compliance.amount import Number, as_written, exact, whole_down
from slactl.compliance.judging import Judgement, undetermined
from slactl.compliance.valued import Between, ByValue
from slactl.model.general import MetricTerm, Missing, WeightedAverage
from slactl.model.metric import Metric, Query, Series
from slactl.model.report import Case, Gap, Result
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Reason
from slactl.reading.cover import Anchoring, Tiles
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.reads import Reads, tiled, week_before
from slactl.workflows.general.rowing import plain_row, rows_of, without_the_lost
from slactl.workflows.rows.context import otherwise

AVERAGE = "Average"
MINUTE = 60


def queries(entry: Entry, indicator: WeightedAverage, anchoring: Anchoring) -> Iterable[Query]:
    """Values and weights in the finest buckets."""
    for tiles in _cover(entry, anchoring):
        for metric in entry.metrics(indicator.value):
            yield _query(metric, AVERAGE, tiles)
        for metric in entry.metrics(indicator.weight):
            yield _query(metric, indicator.weight.stat, tiles)


def _query(metric: Metric, stat: str, tiles: Tiles) -> Query:
    return Query((metric,), stat, tiles.period, tiles.span)


def _cover(entry: Entry, anchoring: Anchoring) -> Sequence[Tiles]:
    return [tiles for piece in entry.kept for tiles in tiled(piece.span, piece.finest, anchoring, piece.finest)]


def weighted_rows(
    entry: Entry, indicator: WeightedAverage, reads: Reads, seen: frozenset[Metric]
) -> tuple[list[Result], list[Gap]]:
    """The rows of a weighted average, and what could not be read for them."""
    judging = _Judging(entry, indicator, reads, seen, Notes(entry))
    return rows_of(entry, judging.row), list(judging.notes.gaps())


@dataclass(slots=True)
class _Summed:
    """Weights, values times weights, and the weight of which nobody knows the value.

    ``unbounded`` says that nobody knows how much weight there is.
    """

    weight: Number = 0
    product: Number = 0
    valueless: Number = 0
    seen: bool = False
    unbounded: bool = False

    def add(self, other: _Summed) -> None:
        """Takes another sum into this one."""
        self.weight += other.weight
        self.product += other.product
        self.valueless += other.valueless
        self.seen |= other.seen
        self.unbounded |= other.unbounded


Pair = tuple[Metric | None, tuple[Metric, ...]]
"""A value's metric, if there is one, with its weights."""


@dataclass(frozen=True, slots=True)
class _Judging:
    """Judges the rows of one weighted average."""

    entry: Entry
    indicator: WeightedAverage
    reads: Reads
    seen: frozenset[Metric]
    notes: Notes
    known: dict[tuple[Pair, bool], _Summed] = field(default_factory=dict)

    def row(self, value: str | None) -> Result | None:
        """A row; None of a value that was only listed, and has nothing in the period."""
        entry = self.entry
        summed = self._summed(value, excluding=entry.excluding)
        if not summed.seen and value is not None and not entry.named(value):
            return None
        judged = without_the_lost(entry, self._judged(summed, value))
        notes = (*zero_notes(entry, self.seen, value), *self._averaged())
        made = replace(plain_row(entry, value, judged), notes=notes)
        if summed.weight:
            made = replace(made, total=whole_down(summed.weight))
        if not entry.excluded:
            return made
        other = self._summed(value, excluding=not entry.excluding)
        told = without_the_lost(entry, self._judged(other, value))
        return otherwise(made, Case(told.value, told.status), excluding=entry.excluding) if other.weight else made

    def _averaged(self) -> tuple[Reason, ...]:
        """That coarse buckets are averaged by CloudWatch, without weights."""
        coarsest = max(piece.finest for piece in self.entry.kept)
        return (Reason.of(Code.AVERAGED_BUCKETS, seconds=coarsest),) if coarsest > MINUTE else ()

    def _summed(self, value: str | None, *, excluding: bool) -> _Summed:
        found = _Summed()
        for pair in self._pairs(value):
            if (pair, excluding) not in self.known:
                self.known[pair, excluding] = self._of_pair(*pair, excluding=excluding)
            found.add(self.known[pair, excluding])
        return found

    def _of_pair(self, metric: Metric | None, weights: tuple[Metric, ...], *, excluding: bool) -> _Summed:
        found = _Summed()
        for tiles in _cover(self.entry, self.reads.anchoring):
            cut = _cut(tiles, self.entry.excluded if excluding else ())
            self._add(found, tiles, cut, metric, weights)
        return found

    def _pairs(self, value: str | None) -> Iterator[Pair]:
        """Each value's metric with the weights that have the same dimensions, as far as both name them."""
        weights = self.entry.of_value(self.indicator.weight, value)
        paired: set[Metric] = set()
        for metric in self.entry.of_value(self.indicator.value, value):
            mine = tuple(weight for weight in weights if _together(metric, weight))
            paired.update(mine)
            yield metric, mine
        alone = tuple(weight for weight in weights if weight not in paired)
        if alone:
            yield None, alone

    def _add(
        self, found: _Summed, tiles: Tiles, cut: frozenset[int], metric: Metric | None, weights: Sequence[Metric]
    ) -> None:
        value = Series({}) if metric is None else self._read(self.indicator.value, metric, AVERAGE, tiles)
        for weight in weights:
            series = self._read(self.indicator.weight, weight, self.indicator.weight.stat, tiles)
            if series.failure is not None:
                self._guess(found, _query(weight, self.indicator.weight.stat, tiles), cut)
                continue
            for start, point in series.points.items():
                if start not in cut:
                    self._bucket(found, value, start, exact(point) * self.indicator.weight.scale, tiles.period)

    def _bucket(self, found: _Summed, value: Series, start: int, weight: Number, period: int) -> None:
        found.seen = True
        if not weight:
            return
        found.weight += weight
        point = value.points.get(start)
        if point is not None:
            found.product += as_written(point) * weight
        elif value.failure is not None or self.indicator.value.missing is Missing.UNKNOWN:
            found.valueless += weight
            if value.failure is None:
                missing = Reason.of(Code.METRIC_MISSING, metric=self.indicator.value.name)
                self.notes.note(missing, Span(start, start + period))

    def _guess(self, found: _Summed, query: Query, cut: frozenset[int]) -> None:
        """A weight that could not be read: as much as a week before, of any value (rule 8)."""
        before = self.reads.answer(week_before(query))
        shift = query.span.start - week_before(query).span.start
        points = [point for start, point in before.points.items() if start + shift not in cut]
        found.seen = True
        if before.failure is not None or not points:
            found.unbounded = True
            return
        weight = sum((exact(point) for point in points), 0) * self.indicator.weight.scale
        found.weight += weight
        found.valueless += weight

    def _read(self, term: MetricTerm, metric: Metric, stat: str, tiles: Tiles) -> Series:
        series = self.reads.series(_query(metric, stat, tiles))
        if series.failure is not None:
            self.notes.failed(series.failure, term.name, tiles.span)
        return series

    def _judged(self, summed: _Summed, value: str | None) -> Judgement:
        entry = self.entry
        goal = ByValue(entry.objective.goal, mends=entry.running)
        if not summed.weight and not summed.unbounded:
            silent = silent_judgement(entry, self.seen, value)
            return silent if silent is not None else goal.judged(Between.of(Fraction(0)))
        unknown = unknown_judgement(entry, self.seen, value)
        if unknown is not None:
            return unknown
        if summed.unbounded:
            return undetermined(self.notes.why)
        return goal.judged(self._between(summed))

    def _between(self, summed: _Summed) -> Between:
        """A share lies between none and all of it; of anything else an unknown value leaves both ends open."""
        low = Fraction(summed.product) * self.indicator.value.scale / Fraction(summed.weight)
        if not summed.valueless:
            return Between.of(low)
        if self.indicator.unit != "ratio":
            return Between(None, None)
        return Between(low, low + Fraction(summed.valueless) / Fraction(summed.weight))


def _cut(tiles: Tiles, excluded: Spans) -> frozenset[int]:
    """The buckets of a run that share a second with what is excluded."""
    starts = tiles.starts
    near = (
        range((span.start - starts.start) // tiles.period, -(-(span.end - starts.start) // tiles.period))
        for span in excluded
    )
    return frozenset(starts[at] for places in near for at in places if 0 <= at < len(starts))


def _together(value: Metric, weight: Metric) -> bool:
    """Whether both have the same values of the dimensions that both name."""
    mine, theirs = dict(value.dimensions), dict(weight.dimensions)
    return all(mine[name] == theirs[name] for name in mine.keys() & theirs.keys())
