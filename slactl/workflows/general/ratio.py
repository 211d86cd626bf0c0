"""Ratios of any metrics: good or bad of a total, from summed counts.

The one rule: counts are read hour by hour, so that a metric that stopped while others of its entry went on is
seen; what its entry does not call a zero is unknown there, and judged twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.amount import Amount, Number, whole_down, whole_up
from slactl.compliance.judging import Judgement, judge_counts, judge_interval, undetermined
from slactl.model.general import Ratio
from slactl.model.metric import Metric
from slactl.model.report import Case, Gap, Result
from slactl.model.status import Code, Reason
from slactl.workflows.general.counting import Counted, Counting, queries
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.reads import Reads
from slactl.workflows.general.rowing import plain_row, reading_of, rows_of, without_the_lost, yardstick_of
from slactl.workflows.rows.context import otherwise

__all__ = ["queries", "ratio_rows"]


def ratio_rows(entry: Entry, indicator: Ratio, reads: Reads, seen: frozenset[Metric]) -> tuple[list[Result], list[Gap]]:
    """The rows of a ratio, and what could not be read for them."""
    counting = Counting(entry, indicator, reads, Notes(entry), seen)
    judging = _Judging(entry, indicator, counting, seen)
    return rows_of(entry, judging.row), list(counting.notes.gaps())


@dataclass(frozen=True, slots=True)
class _Judging:
    """Judges the rows of one ratio."""

    entry: Entry
    indicator: Ratio
    counting: Counting
    seen: frozenset[Metric]

    def row(self, value: str | None) -> Result | None:
        """A row; None of a value that was only listed, and has nothing in the period."""
        entry = self.entry
        counted = self.counting.of(value, excluding=entry.excluding)
        if not counted.seen and value is not None and not entry.named(value):
            return None
        judgement = self._judged(counted, value)
        made = replace(
            plain_row(entry, value, without_the_lost(entry, judgement)), notes=zero_notes(entry, self.seen, value)
        )
        return self._with_other(self._with_counts(made, counted), value)

    def _with_counts(self, made: Result, counted: Counted) -> Result:
        """The row with its counts, where anybody knows them."""
        held = self._held(counted)
        if not counted.seen or counted.unbounded or held is None:
            return made
        good = whole_down(held.total) - whole_up(self._bad(held).high)
        return replace(made, good=max(0, good), total=whole_down(held.total))

    def _held(self, counted: Counted) -> Counted | None:
        """With a part that is one of the total; None where it can't be."""
        return counted.of_good() if self.indicator.counts_good else counted.of_bad()

    def _judged(self, counted: Counted, value: str | None) -> Judgement:
        held = self._held(counted)
        if not counted.unbounded and held is not None and not held.total:
            silent = silent_judgement(self.entry, self.seen, value)
            return silent if silent is not None else self._zero(value)
        unknown = unknown_judgement(self.entry, self.seen, value)
        if unknown is not None:
            return unknown
        if counted.unbounded:
            return undetermined(self.counting.notes.why)
        return self._too_many(counted) if held is None else self._between(held, value)

    def _between(self, held: Counted, value: str | None) -> Judgement:
        total, bad = _whole(held.total), self._bad(held)
        worst, best = (
            reading_of(self.entry, min(whole_up(end) if isinstance(total, int) else Fraction(end), total), total)
            for end in (bad.high, bad.low)
        )
        return judge_interval(yardstick_of(self.entry, value), worst, best, self._unit)

    def _too_many(self, counted: Counted) -> Judgement:
        """More good ones than there are: how many were bad is not told."""
        said = f"{float(counted.told):g} / {float(counted.total):g}"
        return undetermined(Reason.of(Code.IMPOSSIBLE_VALUE, metric=self.indicator.part[0].name, said=said))

    def _zero(self, value: str | None) -> Judgement:
        """Nothing happened, and that is a figure: none of it is bad, all of it is good."""
        judged = judge_counts(yardstick_of(self.entry, value), reading_of(self.entry, 0, 1))
        return replace(judged, reading=None, budget=None, allowed=None)

    def _bad(self, held: Counted) -> Amount:
        if not self.indicator.counts_good:
            return held.part
        return Amount(held.total - held.part.high, held.total - held.part.low)

    @property
    def _unit(self) -> str:
        """What decides where something is unknown: requests and seconds have words of their own."""
        return "requests" if self.indicator.unit == "operations" else self.indicator.unit

    def _with_other(self, made: Result, value: str | None) -> Result:
        """The row with the figure computed the other way beside it (rule 13)."""
        entry = self.entry
        if not entry.excluded:
            return made
        other = self.counting.of(value, excluding=not entry.excluding)
        if not other.total:
            return made
        judged = without_the_lost(entry, self._judged(other, value))
        return otherwise(made, Case(judged.value, judged.status), excluding=entry.excluding)


def _whole(total: Number) -> Number:
    """A total as a whole number where it is one, but for what summing doubles leaves."""
    return whole_down(total) if whole_down(total) == whole_up(total) else total
