"""A metric alarm over a span: when it changes its state, and why.

The one rule: all its evaluations are computed at once and only then gone through in order, because a state may be
kept from the one before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from slactl.sandbox.alarmbook import Alarm, AlarmBook, Contributor
from slactl.sandbox.evaluation_points import metric_points
from slactl.sandbox.evaluation_reasons import (
    NO_DATA,
    Seen,
    contributors_reason,
    metric_reason,
    metric_reason_data,
)
from slactl.sandbox.evaluation_rule import ALARM, OK, OPERATORS, RETAIN, STATES, Codes, Rule, decide
from slactl.sandbox.evaluation_terms import Terms, contributor_points, read_terms
from slactl.sandbox.evaluation_windows import Look, Window, zone_of
from slactl.sandbox.queries import MetricQuery
from slactl.sandbox.requests import Floats
from slactl.sandbox.statistics import Stat
from slactl.sandbox.world import World


class Step(NamedTuple):
    """A change that an evaluation brings: when (seconds), of which alarm, between which states.

    ``write`` puts it into the book; ``whole`` is false for a change of a contributor only.
    """

    at: int
    alarm: str
    before: str
    after: str
    write: Callable[[AlarmBook], None]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """A metric alarm, read and ready to be evaluated."""

    alarm: Alarm
    terms: Terms
    window: Window
    rule: Rule

    def steps(self, world: World, first: int, last: int) -> Iterator[Step]:
        """What changes from one full minute to another, both included, in order."""
        look = self.window.look(first, last)
        if self.terms.insights and self.terms.insights.group_by:
            yield from self._contributors(world, look)
            return
        points = self.terms.points(world, look)
        codes = decide(self.rule, points)
        codes = np.where(_too_few(world, self, look), RETAIN, codes)
        state = self.alarm.state
        for row, after in changes(codes, state):
            yield self._step(int(look.instants[row]), state, after, self._seen(look, points, row))
            state = after

    def _step(self, at: int, before: str, after: str, seen: Seen) -> Step:
        reason = metric_reason(self.alarm.definition, before, after, seen)
        data = metric_reason_data(self.alarm.definition, self.terms.period, at, seen)
        return _whole(self.alarm.name, before, after, at, reason, data)

    def _seen(self, look: Look, points: Floats, row: int) -> Seen:
        real = np.flatnonzero(~np.isnan(points[row]))[: self.rule.periods]
        told = [(int(look.starts[row, at]), float(points[row, at])) for at in real]
        return Seen(told, int(self.rule.crossed(points[row, real]).sum()))

    def _contributors(self, world: World, look: Look) -> Iterator[Step]:
        assert self.terms.insights is not None
        found = contributor_points(world, self.terms.insights, look)
        known = list(dict.fromkeys([*self.alarm.contributors, *found]))
        nothing = np.full(look.starts.shape, np.nan)
        points = {name: found.get(name, nothing) for name in known}
        there = {name: ~np.isnan(values).all(axis=1) for name, values in points.items()}
        codes = {name: np.where(there[name], decide(self.rule, values), OK) for name, values in points.items()}
        found_steps = [step for name in known for step in self._of_one(name, look, codes[name], points[name])]
        yield from sorted([*found_steps, *self._of_all(look, codes, there)], key=lambda step: step.at)

    def _of_one(self, name: tuple[str, ...], look: Look, codes: Codes, points: Floats) -> Iterator[Step]:
        assert self.terms.insights is not None
        one = self.alarm.contributors.get(name)
        if one is None:
            attributes = dict(zip(self.terms.insights.group_by, name, strict=True))
            one = Contributor(hashlib.sha256("\0".join(name).encode()).hexdigest()[:16], attributes)
        state = one.state
        for row, after in changes(codes, state):
            at, seen = int(look.instants[row]), self._seen(look, points, row)
            reason = metric_reason(self.alarm.definition, state, after, seen) if seen.points else NO_DATA
            write = _contributor_writer(self.alarm, name, one, after, at, reason)
            yield Step(at, self.alarm.name, state, after, write, whole=False)
            state = after

    def _of_all(
        self, look: Look, codes: Mapping[tuple[str, ...], Codes], there: Mapping[tuple[str, ...], Any]
    ) -> Iterator[Step]:
        """The alarm itself: in ALARM where a contributor is, as missing data are treated where there is none."""
        size = len(look.instants)
        ringing = _added([one == ALARM for one in codes.values()], size)
        series = _added(list(there.values()), size)
        empty = decide(self.rule, np.full((1, self.window.points), np.nan))[0]
        together = np.where(ringing > 0, ALARM, np.where(series > 0, OK, empty))
        state = self.alarm.state
        for row, after in changes(together, state):
            reason = contributors_reason(int(ringing[row]), int(series[row]))
            yield _whole(self.alarm.name, state, after, int(look.instants[row]), reason)
            state = after


def _contributor_writer(
    alarm: Alarm, name: tuple[str, ...], one: Contributor, after: str, at: int, reason: str
) -> Callable[[AlarmBook], None]:
    def write(book: AlarmBook) -> None:
        alarm.contributors[name] = one
        book.change_contributor(alarm, one, after, at, reason)

    return write


def _whole(name: str, before: str, after: str, at: int, reason: str, data: str = "") -> Step:
    return Step(at, name, before, after, lambda book: book.change(name, after, at, reason, data))


def _added(flags: list[Any], size: int) -> Codes:
    return np.sum(flags, axis=0, dtype=np.int64) if flags else np.zeros(size, np.int64)


def changes(codes: Codes, state: str) -> Iterator[tuple[int, str]]:
    """The numbers of the evaluations that bring another state, and which."""
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    for row in starts.tolist():
        if codes[row] != RETAIN and STATES[codes[row]] != state:
            state = STATES[codes[row]]
            yield row, state


def watch_of(alarm: Alarm) -> Watch | None:
    """The alarm ready to be evaluated; None for what is not evaluated here: bands, PromQL, logs."""
    told = alarm.definition
    if told.get("ComparisonOperator") not in OPERATORS or not (told.get("MetricName") or told.get("Metrics")):
        return None
    terms, periods = read_terms(told), int(told["EvaluationPeriods"])
    wall = (told.get("EvaluationWindow") or {}).get("WallClockWindow")
    zone = zone_of(wall.get("Timezone") or "UTC") if wall is not None else None
    needed = int(told.get("DatapointsToAlarm") or periods)
    missing = told.get("TreatMissingData") or _missing_by_itself(told)
    rule = Rule(told["ComparisonOperator"], float(told["Threshold"]), needed, periods, missing)
    return Watch(alarm, terms, Window(terms.period, periods, zone), rule)


def _missing_by_itself(told: Mapping[str, Any]) -> str:
    return "ignore" if told.get("Namespace") == "AWS/DynamoDB" else "missing"


def _too_few(world: World, watch: Watch, look: Look) -> Any:
    """Which evaluations change nothing, because the newest datapoint is a percentile of too few samples."""
    told, query = watch.alarm.definition, watch.terms.queries.get(watch.terms.returned)
    if told.get("EvaluateLowSampleCountPercentile") != "ignore" or not isinstance(query, MetricQuery):
        return np.zeros(len(look.instants), bool)
    if query.stat.kind != "p":
        return np.zeros(len(look.instants), bool)
    counts = metric_points(world, _counted(query), Look(look.instants, look.starts[:, :1], look.ends[:, :1]))[:, 0]
    return counts < samples_needed(query.stat.low)  # none at all (NaN) is missing data, not few samples


def samples_needed(percent: float) -> float:
    """How many samples CloudWatch wants before a percentile means something."""
    share = percent / 100
    return 10 / (1 - share) if share >= 0.5 else 10 / share


def _counted(query: MetricQuery) -> MetricQuery:
    return replace(query, stat=Stat("SampleCount"), stat_text="SampleCount")
