"""Maximum, minimum and sum of a metric over a period, judged by value.

The one rule: an extreme of what remains is read of what remains, for nothing can be taken away from it; and what
could not be read may be anything that the rest leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slactl.compliance.amount import as_written
from slactl.compliance.judging import Judgement
from slactl.compliance.valued import Between, ByValue
from slactl.model.general import Silence, Statistic, Statistical
from slactl.model.metric import Metric, Query, Series
from slactl.model.report import Case, Gap, Result
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Reason, Status
from slactl.reading.cover import Anchoring, Tiles
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.reads import HOUR, Reads, at_once, hour_of, tiled
from slactl.workflows.general.rowing import plain_row, rows_of
from slactl.workflows.general.silences import silent_in
from slactl.workflows.general.strands import Strand, of_strand, strands_of
from slactl.workflows.rows.context import otherwise

COUNTED = ("count", "bytes")
"""Units of which there is nothing below none."""
STATS = {Statistical.MAXIMUM: "Maximum", Statistical.MINIMUM: "Minimum", Statistical.SUM: "Sum"}


def queries(entry: Entry, indicator: Statistic, anchoring: Anchoring) -> Iterable[Query]:
    """The statistic over what is kept, and over what remains of it without exclusions."""
    for tiles in (*_cover(entry, entry.spans, anchoring), *_cover(entry, entry.rest, anchoring)):
        yield from _asked(indicator, tiles, entry.metrics(indicator.term))


def _cover(entry: Entry, spans: Spans, anchoring: Anchoring) -> Sequence[Tiles]:
    """At once, or by the hour where a silence of hours says something."""
    if entry.indicator.silence is Silence.UNKNOWN:
        return [tiles for span in spans for tiles in tiled(span, HOUR, anchoring, entry.least(span))]
    return [tiles for span in spans for tiles in at_once(span, anchoring, entry.least(span))]


def _asked(indicator: Statistic, tiles: Tiles, metrics: Iterable[Metric]) -> list[Query]:
    return [Query((metric,), STATS[indicator.of], tiles.period, tiles.span) for metric in metrics]


def statistic_rows(
    entry: Entry, indicator: Statistic, reads: Reads, seen: frozenset[Metric]
) -> tuple[list[Result], list[Gap]]:
    """The rows of an extreme or a sum, and what could not be read for them."""
    judging = _Judging(entry, indicator, reads, seen, Notes(entry))
    return rows_of(entry, judging.row), list(judging.notes.gaps())


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read: the value of it, if there was any point, and the first reason of what was not."""

    value: Fraction | None
    failure: Reason | None = None


@dataclass(slots=True)
class _Told:
    """The points of a strand, the hours that have any, and why there are not all of them."""

    points: list[Fraction] = field(default_factory=list)
    hours: set[Span] = field(default_factory=set)
    failure: Reason | None = None

    def failed(self, reason: Reason, span: Span) -> None:
        """Takes a span that could not be read; it is no silent one."""
        self.failure = self.failure or reason
        self.hours.add(span)


@dataclass(frozen=True, slots=True)
class _Judging:
    """Judges the rows of one statistic."""

    entry: Entry
    indicator: Statistic
    reads: Reads
    seen: frozenset[Metric]
    notes: Notes

    def row(self, value: str | None) -> Result | None:
        """A row; None of a value that was only listed, and has nothing in the period."""
        entry = self.entry
        found = self._found(value, excluding=entry.excluding)
        if found == _Found(None) and value is not None and not entry.named(value):
            return None
        made = replace(plain_row(entry, value, self._judged(found, value)), notes=zero_notes(entry, self.seen, value))
        if not entry.excluded:
            return made
        other = self._found(value, excluding=not entry.excluding)
        if other.value is None:
            return made
        judged = self._judged(other, value)
        return otherwise(made, Case(judged.value, judged.status), excluding=entry.excluding)

    def _found(self, value: str | None, *, excluding: bool) -> _Found:
        spans = self.entry.rest if excluding and self.entry.excluded else self.entry.spans
        told = [self._told(value, strand, spans) for strand in strands_of(self.entry, value)]
        points = [point for one in told for point in one.points]
        silent = self._silence(told, spans) if points else None
        failures = (one.failure for one in told if one.failure is not None)
        return _Found(self._folded(points), next(failures, silent))

    def _told(self, value: str | None, strand: Strand, spans: Spans) -> _Told:
        """What was published of a strand in some spans, as far as it can be."""
        told = _Told()
        for tiles in _cover(self.entry, spans, self.reads.anchoring):
            metrics = of_strand(self.entry, self.indicator.term, value, strand)
            for query in _asked(self.indicator, tiles, metrics):
                self._take(told, tiles, self.reads.series(query))
        return told

    def _take(self, told: _Told, tiles: Tiles, series: Series) -> None:
        name = self.indicator.term.name
        negative = [point for point in series.points.values() if point < 0 and self.indicator.unit in COUNTED]
        told.points += (as_written(point) for point in series.points.values() if point not in negative)
        told.hours.update(hour_of(tiles, at) for at in series.points)
        if series.failure is not None:
            told.failed(series.failure, tiles.span)
            self.notes.failed(series.failure, name, tiles.span)
        elif negative:
            reason = Reason.of(Code.IMPOSSIBLE_VALUE, metric=name, said=f"{negative[0]:g}")
            told.failed(reason, tiles.span)
            self.notes.note(reason, tiles.span)

    def _silence(self, told: Sequence[_Told], spans: Spans) -> Reason | None:
        """Why nobody knows all of it, where some strand was silent for longer than it usually is."""
        if self.indicator.silence is not Silence.UNKNOWN:
            return None
        name, found = self.indicator.term.name, None
        for one in told:
            silent = silent_in(one.hours, spans)
            reason = silent.reason(name)
            for span in silent.spans:
                self.notes.note(reason, span)
                found = reason
        return found

    def _folded(self, points: Sequence[Fraction]) -> Fraction | None:
        if not points:
            return None
        if self.indicator.of is Statistical.SUM:
            raw = sum(points, Fraction(0))
        else:
            raw = max(points) if self.indicator.of is Statistical.MAXIMUM else min(points)
        return raw * self.indicator.term.scale * self.indicator.scale

    def _judged(self, found: _Found, value: str | None) -> Judgement:
        entry = self.entry
        lost = Reason.of(entry.absent) if entry.lost else None
        open_ended = found.failure or lost
        goal = ByValue(entry.objective.goal, entry.running and self._mends)
        if found.value is None and open_ended is None:
            silent = silent_judgement(entry, self.seen, value)
            return silent if silent is not None else self._in_window(goal.judged(Between.of(Fraction(0))))
        unknown = unknown_judgement(entry, self.seen, value)
        if unknown is not None:
            return unknown
        return self._in_window(goal.judged(self._between(found.value, unsure=open_ended is not None), open_ended))

    def _in_window(self, judged: Judgement) -> Judgement:
        """In a window shorter than a month a miss that more time would mend says nothing: an hour without a count."""
        if self.entry.burning is None or not self._mends or judged.status is Status.OK:
            return judged
        return Judgement(Status.NOT_RATED, Reason.of(Code.NO_BURN_RATE), judged.value)

    def _between(self, value: Fraction | None, *, unsure: bool) -> Between:
        if not unsure:
            return Between(value, value)
        return Between(None, value) if self.indicator.of is Statistical.MINIMUM else Between(value, None)

    @property
    def _mends(self) -> bool:
        """Whether more of the period can turn a miss: an extreme only ever grows, a sum of counts too."""
        wants_high = self.entry.objective.goal.comparison.wants_high
        return wants_high is not (self.indicator.of is Statistical.MINIMUM)
