"""Maximum, minimum and sum of a metric over a period, judged by value.

The one rule: an extreme of what remains is read of what remains, for nothing can be taken away from it; and what
could not be read may be anything that the rest leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.amount import as_written
from slactl.compliance.judging import Judgement
from slactl.compliance.valued import Between, ByValue
from slactl.model.general import Statistic, Statistical
from slactl.model.metric import Metric, Query
from slactl.model.report import Case, Gap, Result
from slactl.model.span import Spans, subtract
from slactl.model.status import Code, Reason, Status
from slactl.reading.cover import Anchoring, Tiles
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.reads import Reads, at_once
from slactl.workflows.general.rowing import plain_row, rows_of
from slactl.workflows.rows.context import otherwise

STATS = {Statistical.MAXIMUM: "Maximum", Statistical.MINIMUM: "Minimum", Statistical.SUM: "Sum"}


def queries(entry: Entry, indicator: Statistic, anchoring: Anchoring) -> Iterable[Query]:
    """The statistic over what is kept, and over what remains of it without exclusions."""
    for tiles in (*_cover(entry, entry.spans, anchoring), *_cover(entry, _rest(entry), anchoring)):
        yield from _asked(entry, indicator, tiles)


def _rest(entry: Entry) -> Spans:
    return subtract(entry.spans, entry.excluded) if entry.excluded else ()


def _cover(entry: Entry, spans: Spans, anchoring: Anchoring) -> Sequence[Tiles]:
    return [tiles for span in spans for tiles in at_once(span, anchoring, entry.least(span))]


def _asked(entry: Entry, indicator: Statistic, tiles: Tiles, value: str | None = None) -> list[Query]:
    stat, metrics = STATS[indicator.of], entry.of_value(indicator.term, value)
    return [Query((metric,), stat, tiles.period, tiles.span) for metric in metrics]


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
        entry = self.entry
        spans = _rest(entry) if excluding and entry.excluded else entry.spans
        points: list[Fraction] = []
        failure = None
        for tiles in _cover(entry, spans, self.reads.anchoring):
            for query in _asked(entry, self.indicator, tiles, value):
                series = self.reads.series(query)
                points += map(as_written, series.points.values())
                if series.failure is not None:
                    failure = failure or series.failure
                    self.notes.failed(series.failure, self.indicator.term.name, tiles.span)
        return _Found(self._folded(points), failure)

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
