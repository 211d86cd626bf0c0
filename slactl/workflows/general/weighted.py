"""Averages of a metric weighted by a count, bucket by bucket, each piece of time as finely as it is kept.

The one rule: a percentage is only ever weighted by what it is a percentage of. What a bucket does not tell lies
between two ends: its least and greatest point where it is longer than they are, anything where there is no value, and
where there is no weight the average may be drawn to its value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

from slactl.compliance.amount import whole_down
from slactl.compliance.judging import Judgement, undetermined
from slactl.compliance.valued import Between, ByValue
from slactl.model.general import Silence, WeightedAverage
from slactl.model.metric import Metric, Query
from slactl.model.report import Case, Gap, Result
from slactl.model.status import Code, Reason, Status
from slactl.reading.cover import Anchoring
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.reads import Reads
from slactl.workflows.general.rowing import plain_row, rows_of, without_the_lost
from slactl.workflows.general.strands import strands_of
from slactl.workflows.general.weighing import MINUTE, SHARE, Weighed, Weighing, cover, of_itself, stats_of
from slactl.workflows.rows.context import otherwise


def queries(entry: Entry, indicator: WeightedAverage, anchoring: Anchoring) -> Iterable[Query]:
    """Values and weights in the finest buckets, with their ends where these are longer than a minute."""
    for tiles in (run.tiles for run in cover(entry, indicator, anchoring)):
        for metric in entry.metrics(indicator.value):
            yield from (Query((metric,), stat, tiles.period, tiles.span) for stat in stats_of(indicator, tiles))
        for metric in entry.metrics(indicator.weight):
            yield Query((metric,), indicator.weight.stat, tiles.period, tiles.span)


def weighted_rows(
    entry: Entry, indicator: WeightedAverage, reads: Reads, seen: frozenset[Metric]
) -> tuple[list[Result], list[Gap]]:
    """The rows of a weighted average, and what could not be read for them."""
    notes = Notes(entry)
    judging = _Judging(entry, indicator, Weighing(entry, indicator, reads, notes), seen, notes)
    return rows_of(entry, judging.row), list(notes.gaps())


@dataclass(frozen=True, slots=True)
class _Judging:
    """Judges the rows of one weighted average."""

    entry: Entry
    indicator: WeightedAverage
    weighing: Weighing
    seen: frozenset[Metric]
    notes: Notes

    def row(self, value: str | None) -> Result | None:
        """A row; None of a value that was only listed, and has nothing in the period."""
        entry = self.entry
        weighed = self._weighed(value, excluding=entry.excluding)
        if not weighed.seen and value is not None and not entry.named(value):
            return None
        judged = without_the_lost(entry, self._judged(weighed, value))
        notes = (*zero_notes(entry, self.seen, value), *self._averaged())
        made = self._with_ends(replace(plain_row(entry, value, judged), notes=notes), weighed)
        if not entry.excluded:
            return made
        other = self._weighed(value, excluding=not entry.excluding)
        told = without_the_lost(entry, self._judged(other, value))
        return otherwise(made, Case(told.value, told.status), excluding=entry.excluding) if other.weight else made

    def _with_ends(self, made: Result, weighed: Weighed) -> Result:
        """The row with its weight, and with both ends of the average where these differ."""
        if not weighed.weight or weighed.unbounded:
            return made
        ends = self._between(weighed)
        apart = not ends.known and made.status is not Status.NOT_RATED
        low, high = (ends.low, ends.high) if apart else (None, None)
        return replace(made, total=whole_down(weighed.weight), low=low, high=high)

    def _averaged(self) -> tuple[Reason, ...]:
        """That coarse buckets are judged by both their ends."""
        coarsest = max(piece.finest for piece in self.entry.kept)
        open_ended = coarsest > MINUTE and not of_itself(self.indicator)
        return (Reason.of(Code.AVERAGED_BUCKETS, seconds=coarsest),) if open_ended else ()

    def _weighed(self, value: str | None, *, excluding: bool) -> Weighed:
        found = Weighed()
        strands = strands_of(self.entry, value)
        for strand in strands:
            found.add(self.weighing.of(value, strand, excluding=excluding))
        if found.seen and self.indicator.silence is Silence.UNKNOWN:
            for strand in strands:
                found.add(self.weighing.owed(value, strand, self.seen, excluding=excluding))
        return found

    def _judged(self, weighed: Weighed, value: str | None) -> Judgement:
        entry = self.entry
        goal = ByValue(entry.objective.goal, mends=entry.running)
        if not weighed.weight and not weighed.unbounded and weighed.loose is None:
            silent = silent_judgement(entry, self.seen, value)
            return silent if silent is not None else goal.judged(Between.of(Fraction(0)))
        unknown = unknown_judgement(entry, self.seen, value)
        if unknown is not None:
            return unknown
        if weighed.unbounded:
            return undetermined(self.notes.why)
        return goal.judged(self._between(weighed))

    def _between(self, weighed: Weighed) -> Between:
        """Where the average lies; a share lies between none and all of it, anything else is open where unknown."""
        found = self._of_weights(weighed)
        ends = [one for one in (found, weighed.loose) if one is not None]
        return reduce(Between.around, ends)

    def _of_weights(self, weighed: Weighed) -> Between | None:
        if not weighed.weight:
            return None
        weight, scale = Fraction(weighed.weight), self.indicator.value.scale
        low, high = (Fraction(end) * scale / weight for end in (weighed.low, weighed.high))
        if not weighed.valueless:
            return Between(low, high)
        return Between(low, high + Fraction(weighed.valueless) / weight) if self.indicator.unit == SHARE else OPEN


OPEN = Between(None, None)
