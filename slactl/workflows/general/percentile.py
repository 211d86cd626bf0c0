"""Percentiles of any metric, from counts at thresholds (rule 18).

The one rule: the arithmetic is that of latencies: rungs are held in the goal's unit (milliseconds of seconds,
thousandths of a ratio) and asked for in the metric's own, so that a limit is the same limit in either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from slactl.compliance.amount import as_written, whole_down, whole_up
from slactl.compliance.distribution import Bounds, Bucket, Distribution, Population, Rung, Steps, key_of
from slactl.compliance.judging import Judgement, judge_interval, undetermined
from slactl.compliance.ladder import bracket, bracket_at, close
from slactl.compliance.valued import Between, ByValue
from slactl.model.detail import PercentileDetail
from slactl.model.general import Statistic
from slactl.model.metric import LadderQuery, Metric, Query, Series, Stream
from slactl.model.report import Bracket, Case, Gap, Result
from slactl.model.service import Placement
from slactl.model.span import Spans
from slactl.model.status import Code, Reason, Status
from slactl.reading.cover import Anchoring, Cover, Tiles
from slactl.workflows.asking import GapList, ask_ladders
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.presence import silent_judgement, unknown_judgement, zero_notes
from slactl.workflows.general.reads import Reads, at_once
from slactl.workflows.general.rowing import plain_row, reading_of, rows_of, without_the_lost, yardstick_of
from slactl.workflows.ladders import Ladder, Search, rung_stat, search_together
from slactl.workflows.rows.context import otherwise
from slactl.workflows.rows.latency import FEW
from slactl.workflows.searches import TOLERANCE
from slactl.workflows.survey import Operation, Survey, population

COUNT, LEAST, MOST = "SampleCount", "Minimum", "Maximum"
INNER = {"s": Fraction(1000), "ratio": Fraction(1000)}
"""How many of the rungs' unit are one of a goal's; of what is not here, one."""
STRICTLY = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Scales:
    """How the units go together: the rungs' of one of the metric's, and of one of the goal's."""

    metric: Fraction
    goal: Fraction

    @classmethod
    def of(cls, indicator: Statistic) -> Scales:
        goal = INNER.get(indicator.unit, Fraction(1))
        return cls(indicator.term.scale * indicator.scale * goal, goal)

    @property
    def strictly(self) -> Fraction:
        """What lies between below a limit and at it: a thousandth of the finer of both units."""
        return STRICTLY * min(Fraction(1), self.metric)


@dataclass(frozen=True, slots=True)
class Limit:
    """The rung at a goal's limit: what lies at or below it is good, or of a goal that wants high values bad."""

    rung: Rung
    moved: tuple[Rung, ...]
    wants_high: bool

    @classmethod
    def of(cls, entry: Entry, scales: Scales) -> Limit:
        comparison, limit = entry.objective.goal.comparison, entry.objective.goal.limit * scales.goal
        # Below a strict upper limit, and below a lower limit that may itself be met.
        step = scales.strictly if comparison.strict is not comparison.wants_high else 0
        moved = tuple(limit * factor - step for factor in TOLERANCE)
        return cls(limit - step, moved, comparison.wants_high)

    @property
    def all(self) -> tuple[Rung, ...]:
        return (self.rung, *self.moved)


def queries(entry: Entry, indicator: Statistic, anchoring: Anchoring) -> Iterable[Query]:
    """Counts and extremes over what is kept and what is excluded of it, and the counts at the goal's limit."""
    scales = Scales.of(indicator)
    limit = Limit.of(entry, scales)
    rungs = [rung_stat(rung, 1 / scales.metric) for rung in ((limit.rung,) if entry.lean else limit.all)]
    whole, cut = _cover(entry, entry.spans, anchoring), _cover(entry, entry.excluded, anchoring)
    hints = () if entry.lean else (_hint(indicator),)
    for metric in entry.metrics(indicator.term):
        for tiles in (*whole, *cut):
            yield from (_query(metric, stat, tiles) for stat in (COUNT, LEAST, MOST, *rungs))
        yield from (_query(metric, stat, _longest(whole)) for stat in hints)


def _hint(indicator: Statistic) -> str:
    assert indicator.rank is not None
    return f"p{float(indicator.rank * 100):.10g}"


def _longest(cover: Cover) -> Tiles:
    return max(cover, key=lambda tiles: tiles.span.seconds)


def _query(metric: Metric, stat: str, tiles: Tiles) -> Query:
    return Query((metric,), stat, tiles.period, tiles.span)


def _cover(entry: Entry, spans: Spans, anchoring: Anchoring) -> Cover:
    return tuple(tiles for span in spans for tiles in at_once(span, anchoring, entry.least(span)))


class Climb:
    """The distributions of one percentile's metrics, and the searches over them."""

    def __init__(self, entry: Entry, indicator: Statistic, reads: Reads) -> None:
        self.entry, self.indicator, self.reads = entry, indicator, reads
        self.scales = Scales.of(indicator)
        self.limit = Limit.of(entry, self.scales)
        self.gaps = GapList(entry.bearer.key)
        anchoring = reads.anchor.found
        self.covers = _cover(entry, entry.spans, anchoring), _cover(entry, entry.excluded, anchoring)
        self.operations = {metric: self._operation(metric) for metric in entry.metrics(indicator.term)}
        self.ladder = Ladder(reads, self._survey(), self.gaps, scale=1 / self.scales.metric)
        self.searches: dict[str | None, Search] = {}
        self.steps: Steps | None = None

    @property
    def rank(self) -> Fraction:
        assert self.indicator.rank is not None
        return self.indicator.rank

    def climb_limits(self) -> None:
        """Takes the counts at the goal's limit, which were read with the rest."""
        rungs = {self.limit.rung} if self.entry.lean else set(self.limit.all)
        members = list(self.operations.values())
        self.ladder.fixed(dict.fromkeys(range(len(members)), rungs), members)
        if not self.entry.lean:
            self.searches = {value: self._search(value) for value in (None, *self.entry.values)}

    def climb_kept(self, rungs: Sequence[str]) -> None:
        """Takes the counts at the rungs that are kept, where others may not be asked for."""
        steps = Steps.of(Fraction(rung) * self.scales.metric for rung in rungs)
        for metric, one in self.operations.items():
            for latency, cover in zip((one.whole.latency, one.cut.latency), self.covers, strict=True):
                asked = [LadderQuery(metric, tuple(rungs), tiles.period, tiles.span) for tiles in cover]
                for run, rise in enumerate(ask_ladders(self.reads, asked)):
                    latency.climb(run, steps, rise.points)
        self.steps = steps

    def members(self, value: str | None) -> list[Operation]:
        return [self.operations[metric] for metric in self.entry.of_value(self.indicator.term, value)]

    def population(self, value: str | None, *, excluding: bool) -> Population:
        """What a row counts."""
        return population(self.members(value), excluding=excluding)

    def _search(self, value: str | None) -> Search:
        members, excluding = self.members(value), self.entry.excluding
        hints = sorted(hint for one in members for hint in one.hints.values())
        middle = hints[len(hints) // 2 : len(hints) // 2 + 1]
        found = population(members, excluding=excluding)
        return Search(members, found, self.rank, middle, excluding, set(), set(self.limit.all))

    def _survey(self) -> Survey:
        """What the ladder reads over: the covers of a survey, and nothing else of one."""
        any_stream = _stream(Metric(self.indicator.term.namespace, self.indicator.term.name, ()))
        entry, members = self.entry, list(self.operations.values())
        survey = Survey(
            entry.bearer, entry.bearer.source, entry.kept, entry.excluded, members, None, any_stream, gaps=self.gaps
        )
        survey.cover, survey.cut_cover = self.covers
        return survey

    def _operation(self, metric: Metric) -> Operation:
        made = Operation(_stream(metric), Placement("", None, ignored=False))
        whole, cut = self.covers
        made.whole.latency, made.cut.latency = self._distribution(metric, whole), self._distribution(metric, cut)
        if not self.entry.lean and whole:
            told = self.reads.series(_query(metric, _hint(self.indicator), _longest(whole))).points.values()
            made.hints = {"": float(max(told)) * float(self.scales.metric)} if told else {}
        return made

    def _distribution(self, metric: Metric, cover: Cover) -> Distribution:
        made = Distribution()
        for run, tiles in enumerate(cover):
            read = {stat: self.reads.series(_query(metric, stat, tiles)) for stat in (COUNT, LEAST, MOST)}
            for series in read.values():
                if series.failure is not None:
                    self.gaps.failed(series.failure, None, metric.name, tiles.span)
            self._lay(made, run, tiles, read, metric)
        return made

    def _lay(self, made: Distribution, run: int, tiles: Tiles, read: Mapping[str, Series], metric: Metric) -> None:
        if read[COUNT].failure is not None:
            guess = self.reads.guess(_query(metric, COUNT, tiles))
            made.unbounded |= guess is None
            made.buckets[run, tiles.span.start] = Bucket(round(guess or 0), assumed=True)
            return
        for start, count in read[COUNT].points.items():
            if count > 0:
                low, high = (self._inner(read[stat].points.get(start)) for stat in (LEAST, MOST))
                made.buckets[run, start] = Bucket(round(count), low, high)

    def _inner(self, value: float | None) -> Fraction | None:
        return None if value is None else as_written(value) * self.scales.metric


def _stream(metric: Metric) -> Stream:
    return Stream(None, metric, COUNT, metric, metric, metric)


def search_all(reads: Reads, climbs: Sequence[Climb]) -> None:
    """Takes the limits of all, and searches all their percentiles in the same reads."""
    for climb in climbs:
        climb.climb_limits()
    searching = [(climb.ladder, list(climb.searches.values())) for climb in climbs if climb.searches]
    search_together(reads, searching)
    for ladder, searches in searching:
        ladder.other_way(searches)
    for climb in climbs:
        if climb.ladder.refused and climb.entry.rungs:
            climb.climb_kept(climb.entry.rungs)


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
