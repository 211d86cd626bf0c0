"""Counts what a ratio is made of, hour by hour and strand by strand.

The one rule: what was published is counted as it was, in whatever hour; what was not, or can't be, is unknown, and no
surplus of one hour makes up for another's lack unless somebody would be the worse for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from slactl.compliance.amount import Amount, Number, exact, whole_up
from slactl.model.general import MetricTerm, Missing, Ratio, Silence
from slactl.model.metric import Metric, Query
from slactl.model.span import Span, Spans, seconds, subtract
from slactl.model.status import Code, Reason
from slactl.reading.cover import Anchoring, Tiles
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.noting import Notes
from slactl.workflows.general.presence import any_known, unlisted
from slactl.workflows.general.reads import HOUR, WEEK, Reads, hour_of, tiled, week_before
from slactl.workflows.general.silences import silent_in
from slactl.workflows.general.strands import Strand, narrowed, of_strand, strands_of
from slactl.workflows.general.thinning import lacking

POINTS = "SampleCount"
Part = tuple[str | None, Strand]
"""A value of the breakdown (None: the whole), and a strand of it."""


def queries(entry: Entry, anchoring: Anchoring) -> Iterable[Query]:
    """Every count of the entry, over what is kept and over what remains of it without exclusions."""
    for tiles in (*_cover(entry, entry.spans, anchoring), *_cover(entry, entry.rest, anchoring)):
        for term in entry.terms:
            yield from _asked(term, tiles, entry.metrics(term))


def _cover(entry: Entry, spans: Spans, anchoring: Anchoring) -> Sequence[Tiles]:
    return [tiles for span in spans for tiles in tiled(span, HOUR, anchoring, entry.least(span))]


def _asked(term: MetricTerm, tiles: Tiles, metrics: Iterable[Metric]) -> list[Query]:
    return [Query((metric,), term.stat, tiles.period, tiles.span) for metric in metrics]


@dataclass(frozen=True, slots=True)
class Counted:
    """What some spans hold: the total, and the good or bad part of it.

    ``told`` is what was published of the part, ``seen`` whether anything was; ``unbounded`` says that nobody knows
    how much there is.
    """

    total: Number = 0
    part: Amount = Amount()
    told: Number = 0
    seen: bool = False
    unbounded: bool = False

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            self.total + other.total,
            self.part + other.part,
            self.told + other.told,
            self.seen or other.seen,
            self.unbounded or other.unbounded,
        )

    def of_bad(self) -> Counted:
        """With no more bad ones than there are: what is known to be bad was asked for, so the total is no less."""
        total = max(self.total, self.part.low)
        return replace(self, total=total, part=Amount(self.part.low, min(self.part.high, total)))

    def of_good(self) -> Counted | None:
        """With no more good ones than there are; None where more were told: what is bad is not, then."""
        if whole_up(self.told) > whole_up(self.total):
            return None
        return replace(self, part=Amount(min(self.part.low, self.total), min(self.part.high, self.total)))


Sums = Mapping[int, Number | None] | Reason
"""A term's sums by bucket, None of one that can't be, or why there are none."""


@dataclass(slots=True)
class _Heard:
    """In which hours of a part anything was published, how much there was in each, and in the fullest."""

    hours: set[Span] = field(default_factory=set)
    totals: dict[Span, Number] = field(default_factory=dict)

    @property
    def fullest(self) -> Number:
        return max(self.totals.values(), default=0)


@dataclass(slots=True)
class Counting:
    """Counts one entry's spans, and notes what it could not tell."""

    entry: Entry
    indicator: Ratio
    reads: Reads
    notes: Notes
    seen: frozenset[Metric]
    known: dict[tuple[Spans, Part], Counted] = field(default_factory=dict)
    heard: dict[tuple[Spans, Part], _Heard] = field(default_factory=dict)

    def of(self, value: str | None, *, excluding: bool) -> Counted:
        """The counts behind a row, each part as it was told; the good or bad ones may be more than all."""
        own = self._of(value, excluding)
        return self._share(own, value, excluding) if self.indicator.largest else own

    def _share(self, own: Counted, value: str | None, excluding: bool) -> Counted:
        """A value's part of the total of all values; of the entry's own row the greatest part that any has."""
        whole = own if value is None else self._of(None, excluding)
        parts = [self._of(one, excluding) for one in self.entry.values] if value is None else [own]
        low, high = (max((end(one) for one in parts), default=0) for end in (_low, _high))
        part = Amount(min(low, whole.total), min(high, whole.total))
        unbounded = whole.unbounded or any(one.unbounded for one in parts)
        return Counted(whole.total, part, seen=own.seen, unbounded=unbounded)

    def _of(self, value: str | None, excluding: bool) -> Counted:
        strands = strands_of(self.entry, value)
        spans = self.entry.rest if excluding and self.entry.excluded else self.entry.spans
        found = sum((self._over(spans, (value, one)) for one in strands), Counted())
        if self.indicator.silence is not Silence.UNKNOWN or not found.seen:
            return found
        return sum((self._owed((value, one), excluding) for one in strands), found)

    def _over(self, spans: Spans, part: Part) -> Counted:
        key = spans, part
        if key not in self.known:
            self.heard[key] = _Heard()
            tiles = _cover(self.entry, spans, self.reads.anchoring)
            self.known[key] = sum((self._in(run, part, self.heard[key]) for run in tiles), Counted())
        return self.known[key]

    def _owed(self, part: Part, excluding: bool) -> Counted:
        """What a strand would have told by its own pace where it was silent: any of it may be good or bad."""
        self._over(self.entry.spans, part)
        heard = self.heard[self.entry.spans, part]
        if not heard.hours:
            return self._never(part)
        excluded = self.entry.excluded if excluding else ()
        silent = silent_in(heard.hours, self.entry.spans, excluded)
        for span in silent.spans:
            self.notes.note(silent.reason(self._name), span)
        owed = whole_up(heard.fullest * silent.hours + self._thin(heard, excluded))
        return Counted(owed, Amount(0, owed), seen=True, unbounded=bool(silent.hours and not heard.fullest))

    def _thin(self, heard: _Heard, excluded: Spans) -> Number:
        """What single hours lack of what the hours around them have, where points are what is counted."""
        if any(term.stat != POINTS for term in self.indicator.total):
            return 0
        missing: Number = 0
        whole = {hour.start: total for hour, total in heard.totals.items() if hour.seconds == HOUR}
        for start, lack in lacking(whole).items():
            left = subtract((Span(start, start + HOUR),), excluded)
            missing += lack * Fraction(seconds(left), HOUR)
            for span in left:
                self.notes.note(Reason.of(Code.METRIC_SILENT, metric=self._name), span)
        return missing

    def _never(self, part: Part) -> Counted:
        """A strand without a single point where others have some."""
        value, strand = part
        known = any(
            any_known(self.entry, term, self.seen, of_strand(self.entry, term, value, strand))
            for term in self.entry.judged
        )
        wanted = [narrowed(term, strand) for term in self.indicator.total]
        reason = Reason.of(Code.METRIC_SILENT, metric=self._name) if known else unlisted(self.entry, *wanted)
        for span in self.entry.spans:
            self.notes.note(reason, span)
        return Counted(seen=True, unbounded=True)

    @property
    def _name(self) -> str:
        return self.indicator.total[0].name

    def _in(self, tiles: Tiles, part: Part, heard: _Heard) -> Counted:
        """One run of tiles, bucket by bucket, as far as it could be read."""
        told = {term: self._sums(term, tiles, part) for term in self.entry.terms}
        if any(isinstance(told[term], Reason) for term in self.indicator.total):
            heard.hours.add(tiles.span)
            return self._guessed(tiles, part, None)
        starts = {start for one in told.values() if not isinstance(one, Reason) for start in one}
        return self._buckets(told, sorted(starts), tiles, part, heard)

    def _buckets(
        self, told: Mapping[MetricTerm, Sums], starts: Sequence[int], run: Tiles, part: Part, heard: _Heard
    ) -> Counted:
        found = Counted(seen=bool(starts))
        whole: Number = 0
        low: Number = 0
        high: Number = 0
        said: Number = 0
        for start in starts:
            hour = hour_of(run, start)
            heard.hours.add(hour)
            total = self._sum(told, self.indicator.total, hour)
            if total is None:
                found += self._guessed(run, part, start)
                continue
            heard.totals[hour] = total
            part_of = self._part(told, hour, total)
            least, most = self._ends(part_of, total)
            whole, low, high, said = whole + total, low + least, high + most, said + (part_of or 0)
        return found + Counted(whole, Amount(low, high), said)

    def _part(self, told: Mapping[MetricTerm, Sums], hour: Span, total: Number) -> Number | None:
        """The part of an hour's total; None where it is unknown: more than all of it can't be of the same metric."""
        part = self._sum(told, self.indicator.part, hour)
        if part is not None and part > total and self._one_clock:
            self._impossible(self.indicator.part[0].name, f"{float(part):g} / {float(total):g}", hour)
            return None
        return part

    def _ends(self, part: Number | None, total: Number) -> tuple[Number, Number]:
        """The least and the most of an hour.

        A surplus of one metric over another belongs to an hour nearby, by another clock: bad ones stay bad wherever
        they were counted, and good ones may make up for that hour or for none.
        """
        if part is None:
            return 0, total
        return (min(part, total), part) if self.indicator.counts_good else (part, part)

    @property
    def _one_clock(self) -> bool:
        """Whether every metric of the part is one of the total's."""
        return {_place(term) for term in self.indicator.part} <= {_place(term) for term in self.indicator.total}

    def _sums(self, term: MetricTerm, tiles: Tiles, part: Part) -> Sums:
        sums: dict[int, Number | None] = {}
        failure = None
        for query in _asked(term, tiles, of_strand(self.entry, term, *part)):
            series = self.reads.series(query)
            if series.failure is not None:
                failure = series.failure
                self.notes.failed(failure, term.name, tiles.span)
            for at, point in series.points.items():
                hour = hour_of(tiles, at)
                before = sums.get(hour.start, 0)
                if point < 0:
                    self._impossible(term.name, f"{point:g}", hour)
                sums[hour.start] = None if before is None or point < 0 else before + _scaled(term, point)
        return sums if failure is None else failure

    def _impossible(self, metric: str, said: str, hour: Span) -> None:
        self.notes.note(Reason.of(Code.IMPOSSIBLE_VALUE, metric=metric, said=said), hour)

    def _sum(self, told: Mapping[MetricTerm, Sums], terms: Sequence[MetricTerm], hour: Span) -> Number | None:
        """Some terms in an hour in which something was published; None where one of them is unknown."""
        found: Number = 0
        for term in terms:
            sums = told[term]
            if isinstance(sums, Reason):
                return None
            if hour.start not in sums and term.missing is Missing.UNKNOWN:
                self.notes.note(Reason.of(Code.METRIC_MISSING, metric=term.name), hour)
                return None
            one = sums.get(hour.start, 0)
            if one is None:
                return None
            found += one
        return found

    def _guessed(self, run: Tiles, part: Part, start: int | None) -> Counted:
        """What can't be read of the total, of one bucket or of a whole run: as much as a week before (rule 8)."""
        found: Number = 0
        told = False
        for term in self.indicator.total:
            for query in _asked(term, run, of_strand(self.entry, term, *part)):
                series = self.reads.answer(week_before(query))
                points = [
                    point
                    for at, point in series.points.items()
                    if start is None or hour_of(run, at + WEEK).start == start
                ]
                if series.failure is not None or any(point < 0 for point in points):
                    return Counted(seen=True, unbounded=True)
                told |= bool(points)
                found += sum(_scaled(term, point) for point in points)
        return Counted(found, Amount(0, found), seen=True) if told else Counted(seen=True, unbounded=True)


def _low(one: Counted) -> Number:
    return one.part.low


def _high(one: Counted) -> Number:
    return one.part.high


def _place(term: MetricTerm) -> tuple[object, ...]:
    return term.namespace, term.name, term.dimensions, term.region, term.account_id


def _scaled(term: MetricTerm, point: float) -> Number:
    return exact(point) if term.scale == 1 else exact(point) * term.scale
