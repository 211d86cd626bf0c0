"""Weighs a metric's values, bucket by bucket, with all that a bucket may leave open.

The one rule: a bucket is worth what its points say, between its ends; what it does not say is kept apart, so that it
can be judged either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slactl.compliance.amount import Number, as_written, exact, whole_up
from slactl.compliance.valued import Between
from slactl.model.general import MetricTerm, Missing, WeightedAverage
from slactl.model.metric import Metric, Query, Series
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Reason
from slactl.reading.cover import Anchoring, Tiles
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import any_known, unlisted
from slactl.workflows.general.reads import HOUR, Reads, hour_of, tiled, week_before
from slactl.workflows.general.silences import silent_in
from slactl.workflows.general.strands import Strand, narrowed, of_strand

AVERAGE, LEAST, MOST, COUNT = "Average", "Minimum", "Maximum", "SampleCount"
SHARE = "ratio"
MINUTE = 60
ELSEWHERE = "Cloudflare/"
"""Who keeps no ends of averages."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of buckets that is read, and up to when it is taken: what comes later is told by finer ones.

    It is read to its end all the same, so that it goes into one call with whatever else is asked of the span.
    """

    tiles: Tiles
    until: int

    @property
    def span(self) -> Span:
        return Span(self.tiles.span.start, min(self.until, self.tiles.span.end))


def cover(entry: Entry, indicator: WeightedAverage, anchoring: Anchoring) -> list[Run]:
    """Every piece of time in the finest buckets that are kept of it; in hours where even these are exact."""
    runs = []
    for piece in entry.kept:
        exact = of_itself(indicator) and not entry.excluded
        finest = max(HOUR, piece.finest) if exact else piece.finest
        line = None if of_itself(indicator) else piece.minutes_from
        until = piece.span.end if line is None else line
        runs += [Run(tiles, until) for tiles in tiled(piece.span, finest, anchoring, piece.finest)]
        if line is not None:
            runs += [Run(one, piece.span.end) for one in tiled(Span(line, piece.span.end), MINUTE, anchoring, MINUTE)]
    return [run for run in runs if run.tiles.span.start < run.until]


def of_itself(indicator: WeightedAverage) -> bool:
    """Whether a value is weighted by the number of its own points: then an average of a bucket is exact."""
    value, weight = indicator.value, indicator.weight
    return weight == replace(value, stat=COUNT, scale=weight.scale, missing=weight.missing)


def stats_of(indicator: WeightedAverage, tiles: Tiles) -> tuple[str, ...]:
    """What is asked of a value in buckets of a length: the ends only where there is something between them."""
    if tiles.period <= MINUTE or of_itself(indicator) or indicator.value.namespace.startswith(ELSEWHERE):
        return (AVERAGE,)
    return LEAST, MOST


@dataclass(slots=True)
class Weighed:
    """Weights, values (as published) times weights at both ends, and the weight of which nobody knows the value.

    ``loose`` are the values of which nobody knows the weight, from the least to the greatest; ``unbounded`` says that
    nobody knows how much weight there is, of which anything may be.
    """

    weight: Number = 0
    low: Number = 0
    high: Number = 0
    valueless: Number = 0
    loose: Between | None = None
    seen: bool = False
    unbounded: bool = False

    def add(self, other: Weighed) -> None:
        """Takes another sum into this one."""
        self.weight += other.weight
        self.low += other.low
        self.high += other.high
        self.valueless += other.valueless
        self.seen |= other.seen
        self.unbounded |= other.unbounded
        if other.loose is not None:
            self.loosen(other.loose)

    def loosen(self, value: Between) -> None:
        """Takes a value without a weight."""
        self.loose = value if self.loose is None else self.loose.around(value)


Pair = tuple[Metric | None, tuple[Metric, ...]]
"""A value's metric, if there is one, with its weights."""
Key = tuple[str | None, Strand, bool]
Ends = tuple[float, float] | None
"""The least and the greatest point of a bucket, None where these are not known."""


@dataclass(slots=True)
class _Heard:
    """In which hours anything was published, and the weight of each."""

    hours: dict[Span, Number] = field(default_factory=dict)

    def put(self, hour: Span, weight: Number) -> None:
        self.hours[hour] = self.hours.get(hour, 0) + weight


@dataclass(slots=True)
class Weighing:
    """Weighs the strands of one entry, and notes what could not be told."""

    entry: Entry
    indicator: WeightedAverage
    reads: Reads
    notes: Notes
    known: dict[Key, Weighed] = field(default_factory=dict)
    heard: dict[Key, _Heard] = field(default_factory=dict)

    def of(self, value: str | None, strand: Strand, *, excluding: bool) -> Weighed:
        """What a strand of a row weighs."""
        key = value, strand, excluding
        if key not in self.known:
            self.heard[key] = _Heard()
            self.known[key] = self._summed(key)
        return self.known[key]

    def owed(self, value: str | None, strand: Strand, seen: frozenset[Metric], *, excluding: bool) -> Weighed:
        """What a strand would have weighed by its own pace where it was silent: of any value."""
        self.of(value, strand, excluding=False)
        heard = self.heard[value, strand, False]
        if not heard.hours:
            return self._never(value, strand, seen)
        silent = silent_in(heard.hours, self.entry.spans, self.entry.excluded if excluding else ())
        for span in silent.spans:
            self.notes.note(silent.reason(self.indicator.weight.name), span)
        fullest = max(heard.hours.values())
        weight = whole_up(fullest * silent.hours)
        return Weighed(weight, valueless=weight, unbounded=bool(silent.hours and not fullest))

    def _never(self, value: str | None, strand: Strand, seen: frozenset[Metric]) -> Weighed:
        """A strand without a single point where others have some."""
        terms = self.indicator.value, self.indicator.weight
        known = any(any_known(self.entry, term, seen, of_strand(self.entry, term, value, strand)) for term in terms)
        silent = Reason.of(Code.METRIC_SILENT, metric=self.indicator.weight.name)
        reason = silent if known else unlisted(self.entry, *(narrowed(term, strand) for term in terms))
        for span in self.entry.spans:
            self.notes.note(reason, span)
        return Weighed(seen=True, unbounded=True)

    def _summed(self, key: Key) -> Weighed:
        value, strand, excluding = key
        found = Weighed()
        for run in cover(self.entry, self.indicator, self.reads.anchoring):
            later = Span(run.span.end, run.tiles.span.end) if run.span != run.tiles.span else None
            cut = _cut(run.tiles, (*(self.entry.excluded if excluding else ()), *((later,) if later else ())))
            bucketing = _Bucketing(self, run, cut, self.heard[key], float(1 / self.indicator.value.scale))
            for metric, weights in self._pairs(value, strand):
                bucketing.add(found, metric, weights)
        return found

    def _pairs(self, value: str | None, strand: Strand) -> Iterator[Pair]:
        """Each value's metric with the weights that have the same dimensions, as far as both name them."""
        weights = of_strand(self.entry, self.indicator.weight, value, strand)
        paired: set[Metric] = set()
        for metric in of_strand(self.entry, self.indicator.value, value, strand):
            mine = tuple(weight for weight in weights if _together(metric, weight))
            paired.update(mine)
            yield metric, mine
        alone = tuple(weight for weight in weights if weight not in paired)
        if alone:
            yield None, alone


@dataclass(frozen=True, slots=True)
class _Bucketing:
    """Weighs the buckets of one run of tiles, but for those that are cut out."""

    weighing: Weighing
    run: Run
    cut: frozenset[int]
    heard: _Heard
    most: float
    """What all of a share is published as."""

    @property
    def indicator(self) -> WeightedAverage:
        return self.weighing.indicator

    @property
    def tiles(self) -> Tiles:
        return self.run.tiles

    def add(self, found: Weighed, metric: Metric | None, weights: Sequence[Metric]) -> None:
        """Takes a value's metric with its weights."""
        values = self._values(metric)
        read = [self._read(self.indicator.weight, weight, self.indicator.weight.stat) for weight in weights]
        for one, series in zip(weights, read, strict=True):
            if series.failure is not None:
                self.heard.put(self.run.span, 0)
                self._guess(found, one)
        told = [series for series in read if series.failure is None]
        held = self._weights(told)
        for start in sorted(held.keys() | values.points.keys()):
            if start in self.cut:
                continue
            found.seen = True
            self.heard.put(hour_of(self.tiles, start), held.get(start) or 0)
            weight = held.get(start)
            if weight is not None:
                self._weighted(found, values, start, weight)
            elif len(told) == len(read):  # else what could not be read is guessed
                self._unweighted(found, values, start, wrong=start in held)

    def _weights(self, told: Iterable[Series]) -> dict[int, Number | None]:
        """The weight of each bucket, None of one that can't be."""
        held: dict[int, Number | None] = {}
        for start, point in (one for series in told for one in series.points.items() if one[0] not in self.cut):
            before = held.get(start, 0)
            if point < 0:
                self._impossible(self.indicator.weight.name, point, start)
            sure = before is not None and point >= 0
            held[start] = (before or 0) + exact(point) * self.indicator.weight.scale if sure else None
        return held

    def _weighted(self, found: Weighed, values: _Values, start: int, weight: Number) -> None:
        """A bucket of which the weight is known."""
        ends = values.points.get(start)
        found.weight += weight
        if ends is None and not values.failed and self.indicator.value.missing is Missing.ZERO:
            return
        if start not in values.points and not values.failed and weight:
            self._note(Reason.of(Code.METRIC_MISSING, metric=self.indicator.value.name), start)
        if ends is None:
            found.valueless += weight
            return
        low = as_written(ends[0]) * weight
        found.low += low
        found.high += low if ends[0] == ends[1] else as_written(ends[1]) * weight

    def _unweighted(self, found: Weighed, values: _Values, start: int, *, wrong: bool) -> None:
        """A bucket of which nobody knows the weight: none only where it is missing, and its entry says so."""
        if wrong:
            found.loosen(self._between(values.points.get(start)))
        elif self.indicator.weight.missing is Missing.UNKNOWN:
            found.loosen(self._between(values.points[start]))
            self._note(Reason.of(Code.METRIC_MISSING, metric=self.indicator.weight.name), start)

    def _values(self, metric: Metric | None) -> _Values:
        """The ends of every bucket: those of its points, in a short one its average."""
        if metric is None:
            return _Values({})
        read = {stat: self._read(self.indicator.value, metric, stat) for stat in stats_of(self.indicator, self.tiles)}
        low, high = (read[stat] if stat in read else read[AVERAGE] for stat in (LEAST, MOST))
        starts = (low.points.keys() | high.points.keys()) - self.cut
        points = {start: self._ends(start, low.points.get(start), high.points.get(start)) for start in starts}
        return _Values(points, any(series.failure is not None for series in read.values()))

    def _ends(self, start: int, low: float | None, high: float | None) -> Ends:
        """Both ends as they are published; None where one is not told, or can't be of a share."""
        if low is None or high is None:
            return None
        if self.indicator.unit != SHARE or (low >= 0 and high <= self.most):
            return low, high
        self._impossible(self.indicator.value.name, low if low < 0 else high, start)
        return None

    def _between(self, ends: Ends) -> Between:
        """Both ends in the row's unit; of a share that is not known any."""
        if ends is None:
            return Between(Fraction(0), Fraction(1)) if self.indicator.unit == SHARE else Between(None, None)
        scale = self.indicator.value.scale
        return Between(as_written(ends[0]) * scale, as_written(ends[1]) * scale)

    def _guess(self, found: Weighed, weight: Metric) -> None:
        """A weight that could not be read: as much as a week before, of any value (rule 8)."""
        reads, query = self.weighing.reads, self._query(weight, self.indicator.weight.stat)
        before = reads.answer(week_before(query))
        shift = query.span.start - week_before(query).span.start
        points = [point for start, point in before.points.items() if start + shift not in self.cut]
        found.seen = True
        if before.failure is not None or not points or min(points) < 0:
            found.unbounded = True
            return
        guessed = sum((exact(point) for point in points), 0) * self.indicator.weight.scale
        found.weight += guessed
        found.valueless += guessed

    def _read(self, term: MetricTerm, metric: Metric, stat: str) -> Series:
        series = self.weighing.reads.series(self._query(metric, stat))
        if series.failure is not None:
            self.weighing.notes.failed(series.failure, term.name, self.run.span)
        return series

    def _query(self, metric: Metric, stat: str) -> Query:
        return Query((metric,), stat, self.tiles.period, self.tiles.span)

    def _impossible(self, metric: str, value: float, start: int) -> None:
        self._note(Reason.of(Code.IMPOSSIBLE_VALUE, metric=metric, said=f"{value:g}"), start)

    def _note(self, reason: Reason, start: int) -> None:
        self.weighing.notes.note(reason, Span(start, start + self.tiles.period))


@dataclass(frozen=True, slots=True)
class _Values:
    """The ends of a value's buckets, and whether some of it could not be read."""

    points: Mapping[int, Ends]
    failed: bool = False


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
