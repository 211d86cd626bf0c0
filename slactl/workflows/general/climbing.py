"""The distributions of one metric's percentile: in which unit, at which rungs, searched with all the others.

The one rule: the arithmetic is that of latencies: rungs are held in the goal's unit (milliseconds of seconds,
thousandths of a ratio) and asked for in the metric's own, so that a limit is the same limit in either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from slactl.compliance.amount import as_written
from slactl.compliance.distribution import Bucket, Distribution, Population, Rung, Steps
from slactl.model.general import Silence, Statistic
from slactl.model.metric import LadderQuery, Metric, Query, Series, Stream
from slactl.model.service import Placement
from slactl.model.span import Span, Spans
from slactl.reading.cover import Anchoring, Cover, Tiles
from slactl.workflows.asking import GapList, ask_ladders
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.reads import HOUR, Reads, at_once, hour_of, tiled
from slactl.workflows.general.silences import silent_in
from slactl.workflows.general.strands import Strand, of_strand, strands_of
from slactl.workflows.ladders import Ladder, Search, rung_stat, search_together
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
    hours = _hours(entry, anchoring)
    for metric in entry.metrics(indicator.term):
        yield from (_query(metric, COUNT, tiles) for tiles in hours)
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


def _hours(entry: Entry, anchoring: Anchoring) -> Cover:
    """By the hour, where a silence of hours says something."""
    if entry.indicator.silence is not Silence.UNKNOWN:
        return ()
    return tuple(tiles for span in entry.spans for tiles in tiled(span, HOUR, anchoring, entry.least(span)))


class Climb:
    """The distributions of one percentile's metrics, and the searches over them."""

    def __init__(self, entry: Entry, indicator: Statistic, reads: Reads) -> None:
        self.entry, self.indicator, self.reads = entry, indicator, reads
        self.scales = Scales.of(indicator)
        self.limit = Limit.of(entry, self.scales)
        self.gaps = GapList(entry.bearer.key)
        anchoring = reads.anchoring
        self.covers = _cover(entry, entry.spans, anchoring), _cover(entry, entry.excluded, anchoring)
        self.operations = {metric: self._operation(metric) for metric in entry.metrics(indicator.term)}
        self.ladder = Ladder(reads, self._survey(), self.gaps, scale=1 / self.scales.metric)
        self.searches: dict[str | None, Search] = {}
        self.steps: Steps | None = None
        self.owed: dict[tuple[str | None, bool], list[Distribution]] = {}

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
        """What a row counts, and what it owes: where a strand was silent for longer than it usually is."""
        found = population(self.members(value), excluding=excluding)
        key = value, excluding
        if key not in self.owed:
            self.owed[key] = self._owed(value, excluding) if found.samples else []
        return replace(found, add=(*found.add, *self.owed[key])) if self.owed[key] else found

    def _owed(self, value: str | None, excluding: bool) -> list[Distribution]:
        if self.indicator.silence is not Silence.UNKNOWN:
            return []
        return [one for strand in strands_of(self.entry, value) if (one := self._silent(value, strand, excluding))]

    def _silent(self, value: str | None, strand: Strand, excluding: bool) -> Distribution | None:
        """As many unknown samples as a strand's own pace would have brought where it was silent."""
        hours = self._heard(of_strand(self.entry, self.indicator.term, value, strand))
        silent = silent_in(hours, self.entry.spans, self.entry.excluded if excluding else ())
        for span in silent.spans:
            self.gaps.note(silent.reason(self.indicator.term.name), None, span)
        owed = ceil(max(hours.values(), default=0) * silent.hours)
        unbounded = bool(silent.hours and not owed)
        return Distribution({(0, 0): Bucket(owed, assumed=True)}, unbounded) if silent.hours else None

    def _heard(self, metrics: Iterable[Metric]) -> dict[Span, int]:
        """The hours in which some metrics were heard, with their samples; what can't be read is not called silent."""
        found: dict[Span, int] = {}
        for query, tiles in (
            (_query(metric, COUNT, tiles), tiles)
            for metric in metrics
            for tiles in _hours(self.entry, self.reads.anchoring)
        ):
            series = self.reads.series(query)
            if series.failure is not None:
                found.setdefault(tiles.span, 0)
            for at, count in series.points.items():
                hour = hour_of(tiles, at)
                found[hour] = found.get(hour, 0) + round(count)
        return found

    def _search(self, value: str | None) -> Search:
        members, excluding = self.members(value), self.entry.excluding
        hints = sorted(hint for one in members for hint in one.hints.values())
        middle = hints[len(hints) // 2 : len(hints) // 2 + 1]
        found = self.population(value, excluding=excluding)
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
