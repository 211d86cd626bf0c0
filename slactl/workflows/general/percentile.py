"""The rows of a percentile of any metric, from counts at thresholds (rule 18).

The one rule: the verdict is that of the counts at the goal's own limit; the bracket only shows where the value is,
and of both its ends the one that looks worse is the figure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from slactl.compliance.amount import whole_down, whole_up
from slactl.compliance.distribution import Bounds, Population, Rung, key_of
from slactl.compliance.judging import Judgement, judge_interval, undetermined
from slactl.compliance.ladder import bracket, bracket_at, close
from slactl.compliance.valued import Between, ByValue
from slactl.model.detail import PercentileDetail
from slactl.model.metric import Metric
from slactl.model.report import Bracket, Case, Gap, Result
from slactl.model.status import Code, Reason, Status
from slactl.workflows.general.climbing import Climb, Limit
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.rowing import plain_row, reading_of, rows_of, without_the_lost, yardstick_of
from slactl.workflows.rows.context import otherwise
from slactl.workflows.rows.latency import FEW


def percentile_rows(climb: Climb, seen: frozenset[Metric]) -> tuple[list[Result], list[Gap]]:
    """The rows of a percentile, and what could not be read for them."""
    entry = climb.entry
    rows = rows_of(entry, _Judging(entry, climb, seen).row)
    lost = [entry.gap(Reason.of(entry.absent), span) for span in entry.lost]
    found = [replace(gap, objective=entry.objective.id) for gap in climb.gaps.all()]
    return rows, [*entry.listing_gaps(), *lost, *found]


@dataclass(frozen=True)
class _Judging:
    """Judges the rows of one percentile."""

    entry: Entry
    climb: Climb
    seen: frozenset[Metric]

    @cached_property
    def limit(self) -> Limit:
        return self.climb.limit

    def row(self, value: str | None) -> Result | None:
        """A row; None of a value that was only listed, and has nothing in the period."""
        entry = self.entry
        found = self.climb.population(value, excluding=entry.excluding)
        if not found.samples and not found.unbounded:
            return self._silent(value)
        judged = without_the_lost(entry, self._judged(found, value, self.limit.rung))
        bad = self._bad(found.bounds(key_of(self.limit.rung)), found.samples)[0]
        made = replace(
            plain_row(entry, value, judged),
            good=found.samples - bad,
            total=found.samples,
            notes=(*self._notes(found, value, judged.status), *zero_notes(entry, self.seen, value)),
        )
        return self._with_other(self._with_bracket(made, value, found), value)

    def _silent(self, value: str | None) -> Result | None:
        if value is not None and not self.entry.named(value):
            return None
        silent = silent_judgement(self.entry, self.seen, value)
        judged = silent if silent is not None else ByValue(self.entry.objective.goal).judged(Between.of(Fraction(0)))
        return plain_row(self.entry, value, without_the_lost(self.entry, judged))

    def _judged(self, found: Population, value: str | None, rung: Rung) -> Judgement:
        unknown = unknown_judgement(self.entry, self.seen, value)
        if unknown is not None:
            return unknown
        if found.unbounded:
            told = self.climb.gaps.all()
            return undetermined(told[0].reason if told else Reason.of(Code.READ_FAILED))
        total = found.samples
        worst, best = self._bad(found.bounds(key_of(rung)), total)
        readings = reading_of(self.entry, worst, total), reading_of(self.entry, best, total)
        judged = judge_interval(yardstick_of(self.entry, value), *readings)
        return replace(judged, worst_case=_bare(judged.worst_case), best_case=_bare(judged.best_case))

    def _bad(self, under: Bounds, total: int) -> tuple[int, int]:
        """The most and the least that may be bad, where so many lie at or below the limit."""
        low, high = under
        if self.limit.wants_high:
            return min(total, whole_up(high)), whole_up(low)
        return total - whole_down(low), total - whole_down(high)

    def _notes(self, found: Population, value: str | None, status: Status) -> tuple[Reason, ...]:
        notes = []
        moved = () if self.entry.lean else self.limit.moved
        if status is not Status.INSUFFICIENT_DATA and any(
            self._judged(found, value, rung).status is not status for rung in moved
        ):
            notes.append(Reason.of(Code.WITHIN_INSTRUMENT_TOLERANCE))
        if found.samples < FEW.get(self.climb.rank, 0):
            notes.append(Reason.of(Code.FEW_REQUESTS, requests=found.samples, needed=FEW[self.climb.rank]))
        return tuple(notes)

    def _with_bracket(self, made: Result, value: str | None, found: Population) -> Result:
        ends = self._ends(value)
        open_case = made.status is Status.INSUFFICIENT_DATA
        notes = made.notes
        if ends is not None and not close(ends):
            notes = (*notes, Reason.of(Code.COARSE_LADDER if self.climb.steps else Code.WIDE_BRACKET))
        low, high = (None, None) if ends is None else (ends.low / self._unit, ends.high / self._unit)
        shown = low if self.limit.wants_high else high
        return replace(
            made,
            value=None if open_case else shown,
            low=low,
            high=high,
            notes=notes,
            detail=self._detail(found, made),
        )

    def _ends(self, value: str | None) -> Bracket | None:
        search = self.climb.searches.get(value)
        if search is None:
            return None
        if self.climb.steps is not None and (search.found is None or not close(search.found)):
            return bracket_at(search.population, search.rank, self.climb.steps)
        return search.found

    @property
    def _unit(self) -> Fraction:
        return self.climb.scales.goal

    def _detail(self, found: Population, made: Result) -> PercentileDetail:
        extremes = [part.extremes() for part in found.add if part.samples]
        lows = [low / self._unit for low, _ in extremes if low is not None]
        highs = [high / self._unit for _, high in extremes if high is not None]
        over = Fraction(found.samples - (made.good or 0), found.samples) if found.samples else None
        if found.assumed:  # what nobody told may lie beyond
            return PercentileDetail(None, None, over)
        return PercentileDetail(min(lows, default=None), max(highs, default=None), over)

    def _with_other(self, made: Result, value: str | None) -> Result:
        """The row with the figure computed the other way beside it (rule 13)."""
        entry = self.entry
        if not entry.excluded:
            return made
        found = self.climb.population(value, excluding=not entry.excluding)
        if not found.samples:
            return made
        judged = without_the_lost(entry, self._judged(found, value, self.limit.rung))
        ends = self._ends(value)
        known = {*self.limit.all, *((ends.low, ends.high) if ends else ())}
        other = bracket(found, self.climb.rank, known)
        shown = None if other is None else (other.low if self.limit.wants_high else other.high) / self._unit
        shown = None if judged.status is Status.INSUFFICIENT_DATA else shown
        return otherwise(made, Case(shown, judged.status), excluding=entry.excluding)


def _bare(case: Case | None) -> Case | None:
    """A case has a status but no value of its own: the judged share is not one."""
    return None if case is None else Case(None, case.status)
