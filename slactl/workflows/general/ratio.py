"""Ratios of any metrics: good or bad of a total, from summed counts.

The one rule: counts are read hour by hour, so that a metric that stopped while others of its entry went on is
seen; what its entry does not call a zero is unknown there, and judged twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slactl.compliance.amount import Amount, Number, exact, whole_down, whole_up
from slactl.compliance.judging import Judgement, judge_counts, judge_interval, undetermined
from slactl.model.general import MetricTerm, Missing, Ratio
from slactl.model.metric import Metric, Query
from slactl.model.report import Case, Gap, Result
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Reason
from slactl.reading.cover import Anchoring, Tiles
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.reads import HOUR, WEEK, Reads, tiled, week_before
from slactl.workflows.general.rowing import plain_row, reading_of, rows_of, without_the_lost, yardstick_of
from slactl.workflows.rows.context import otherwise


def queries(entry: Entry, anchoring: Anchoring) -> Iterable[Query]:
    """Every count of the entry, over what is kept and over what is excluded of it."""
    for tiles in (*_cover(entry, entry.spans, anchoring), *_cover(entry, entry.excluded, anchoring)):
        for term in entry.terms:
            yield from _asked(entry, term, tiles)


def _cover(entry: Entry, spans: Spans, anchoring: Anchoring) -> Sequence[Tiles]:
    return [tiles for span in spans for tiles in tiled(span, HOUR, anchoring, entry.least(span))]


def _asked(entry: Entry, term: MetricTerm, tiles: Tiles, value: str | None = None) -> list[Query]:
    return [Query((metric,), term.stat, tiles.period, tiles.span) for metric in entry.of_value(term, value)]


def ratio_rows(entry: Entry, indicator: Ratio, reads: Reads, seen: frozenset[Metric]) -> tuple[list[Result], list[Gap]]:
    """The rows of a ratio, and what could not be read for them."""
    counting = _Counting(entry, indicator, reads, Notes(entry))
    judging = _Judging(entry, indicator, counting, seen)
    return rows_of(entry, judging.row), list(counting.notes.gaps())


@dataclass(frozen=True, slots=True)
class Counted:
    """What some spans hold: the total, and the good or bad part of it.

    ``seen`` is whether anything was published; ``unbounded`` says that nobody knows how much there is.
    """

    total: Number = 0
    part: Amount = Amount()
    seen: bool = False
    unbounded: bool = False

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            self.total + other.total,
            self.part + other.part,
            self.seen or other.seen,
            self.unbounded or other.unbounded,
        )

    def less(self, cut: Counted) -> Counted:
        """What remains without a part of it."""
        total = max(0, self.total - cut.total)
        rest = self.part.less(cut.part)
        part = Amount(min(rest.low, total), min(rest.high, total))
        return Counted(total, part, self.seen, self.unbounded or cut.unbounded)


Sums = Mapping[int, Number] | Reason
"""A term's sums by bucket, or why there are none."""


@dataclass(slots=True)
class _Counting:
    """Counts one entry's spans, and notes what it could not tell."""

    entry: Entry
    indicator: Ratio
    reads: Reads
    notes: Notes
    known: dict[tuple[Spans, str | None], Counted] = field(default_factory=dict)

    def of(self, value: str | None, *, excluding: bool) -> Counted:
        """The counts behind a row."""
        own = self._of(value, excluding)
        return self._share(own, value, excluding) if self.indicator.largest else own

    def _share(self, own: Counted, value: str | None, excluding: bool) -> Counted:
        """A value's part of the total of all values; of the entry's own row the greatest part that any has."""
        whole = own if value is None else self._of(None, excluding)
        parts = [self._of(one, excluding) for one in self.entry.values] if value is None else [own]
        low = min(max((one.part.low for one in parts), default=0), whole.total)
        part = Amount(low, min(max((one.part.high for one in parts), default=0), whole.total))
        return Counted(whole.total, part, own.seen, whole.unbounded or any(one.unbounded for one in parts))

    def _of(self, value: str | None, excluding: bool) -> Counted:
        whole = self._over(self.entry.spans, value)
        return whole.less(self._over(self.entry.excluded, value)) if excluding else whole

    def _over(self, spans: Spans, value: str | None) -> Counted:
        if (spans, value) not in self.known:
            self.known[spans, value] = self._summed(spans, value)
        return self.known[spans, value]

    def _summed(self, spans: Spans, value: str | None) -> Counted:
        parts = (self._in(tiles, value) for tiles in _cover(self.entry, spans, self.reads.anchoring))
        return sum(parts, Counted())

    def _in(self, tiles: Tiles, value: str | None) -> Counted:
        """One run of tiles, bucket by bucket, as far as it could be read."""
        told = {term: self._sums(term, tiles, value) for term in self.entry.terms}
        if any(isinstance(told[term], Reason) for term in self.indicator.total):
            return self._guessed(tiles, value, None)
        starts = {start for one in told.values() if not isinstance(one, Reason) for start in one}
        return self._buckets(told, sorted(starts), tiles, value)

    def _buckets(
        self, told: Mapping[MetricTerm, Sums], starts: Sequence[int], run: Tiles, value: str | None
    ) -> Counted:
        guessed = Counted(seen=bool(starts))
        whole: Number = 0
        low: Number = 0
        high: Number = 0
        for start in starts:
            total = self._sum(told, self.indicator.total, start, run)
            if total is None:
                guessed += self._guessed(run, value, start)
                continue
            part = self._sum(told, self.indicator.part, start, run)
            least, most = (0, total) if part is None else (min(part, total), min(part, total))
            whole, low, high = whole + total, low + least, high + most
        return guessed + Counted(whole, Amount(low, high))

    def _sums(self, term: MetricTerm, tiles: Tiles, value: str | None) -> Sums:
        sums: dict[int, Number] = {}
        failure = None
        for query in _asked(self.entry, term, tiles, value):
            series = self.reads.series(query)
            if series.failure is not None:
                failure = series.failure
                self.notes.failed(failure, term.name, tiles.span)
            for at, point in series.points.items():
                start = _hour(tiles, at)
                sums[start] = sums.get(start, 0) + _scaled(term, point)
        return sums if failure is None else failure

    def _sum(
        self, told: Mapping[MetricTerm, Sums], terms: Sequence[MetricTerm], start: int, run: Tiles
    ) -> Number | None:
        """Some terms in a bucket in which something was published; None where one of them is unknown."""
        found: Number = 0
        for term in terms:
            sums = told[term]
            if isinstance(sums, Reason):
                return None
            if start not in sums and term.missing is Missing.UNKNOWN:
                hour = Span(start, min(start + max(run.period, HOUR), run.span.end))
                self.notes.note(Reason.of(Code.METRIC_MISSING, metric=term.name), hour)
                return None
            found += sums.get(start, 0)
        return found

    def _guessed(self, run: Tiles, value: str | None, start: int | None) -> Counted:
        """What can't be read of the total, of one bucket or of a whole run: as much as a week before (rule 8)."""
        found: Number = 0
        told = False
        for term in self.indicator.total:
            for query in _asked(self.entry, term, run, value):
                before = week_before(query)
                series = self.reads.answer(before)
                points = [
                    point for at, point in series.points.items() if start is None or _hour(run, at + WEEK) == start
                ]
                if series.failure is not None:
                    return Counted(seen=True, unbounded=True)
                told |= bool(points)
                found += sum(_scaled(term, point) for point in points)
        return Counted(found, Amount(0, found), seen=True) if told else Counted(seen=True, unbounded=True)


def _hour(tiles: Tiles, at: int) -> int:
    """Where the hour begins that a bucket is counted in: what is missing is told by the hour, however finely read."""
    return at if tiles.period >= HOUR else tiles.span.start + (at - tiles.span.start) // HOUR * HOUR


def _scaled(term: MetricTerm, point: float) -> Number:
    return exact(point) if term.scale == 1 else exact(point) * term.scale


@dataclass(frozen=True, slots=True)
class _Judging:
    """Judges the rows of one ratio."""

    entry: Entry
    indicator: Ratio
    counting: _Counting
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
        if counted.seen:
            good = whole_down(counted.total) - whole_up(self._bad(counted).high)
            made = replace(made, good=max(0, good), total=whole_down(counted.total))
        return self._with_other(made, value)

    def _judged(self, counted: Counted, value: str | None) -> Judgement:
        if not counted.total and not counted.unbounded:
            silent = silent_judgement(self.entry, self.seen, value)
            return silent if silent is not None else self._zero(value)
        unknown = unknown_judgement(self.entry, self.seen, value)
        if unknown is not None:
            return unknown
        if counted.unbounded:
            return undetermined(self.counting.notes.why)
        total, bad = _whole(counted.total), self._bad(counted)
        worst, best = (
            reading_of(self.entry, min(whole_up(end) if isinstance(total, int) else Fraction(end), total), total)
            for end in (bad.high, bad.low)
        )
        return judge_interval(yardstick_of(self.entry, value), worst, best, self._unit)

    def _zero(self, value: str | None) -> Judgement:
        """Nothing happened, and that is a figure: none of it is bad, all of it is good."""
        judged = judge_counts(yardstick_of(self.entry, value), reading_of(self.entry, 0, 1))
        return replace(judged, reading=None, budget=None, allowed=None)

    def _bad(self, counted: Counted) -> Amount:
        if not self.indicator.counts_good:
            return counted.part
        return Amount(counted.total - counted.part.high, counted.total - counted.part.low)

    @property
    def _unit(self) -> str:
        return "seconds" if self.indicator.unit == "seconds" else "requests"

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
