"""What general entries are watched by: the same metrics that they are judged by.

The one rule: counts are summed and put into proportion in the alarm itself; what no single alarm can hold, of more
than ten metrics or of another region, is said to be not enforced, and never watched by a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from slactl.alarming.kind import Scene, Unfit
from slactl.alarming.shares import Counts, decimal, fast
from slactl.model import alarm
from slactl.model.general import Measured, MetricTerm, Ratio, Statistic, WeightedAverage
from slactl.model.goal import Comparison, Goal, Threshold
from slactl.model.metric import Metric
from slactl.model.objective import Objective

ELSEWHERE = "Cloudflare/"
"""Namespaces of what CloudWatch knows nothing of."""
VALUE, AVERAGE = "value", "average"


def terms_of(indicator: Measured) -> tuple[MetricTerm, ...]:
    """Every term of an indicator."""
    if isinstance(indicator, Ratio):
        return tuple(dict.fromkeys((*indicator.part, *indicator.total)))
    return (indicator.term,) if isinstance(indicator, Statistic) else (indicator.value, indicator.weight)


def obstacle_of(objective: Objective, indicator: Measured, scene: Scene) -> Unfit | None:
    """Why no alarm can look at what an entry is judged by."""
    for term in terms_of(indicator):
        metrics = scene.metrics.get(term)
        if term.namespace.startswith(ELSEWHERE):
            return Unfit(objective, "not-cloudwatch", f"{term.name} is Cloudflare's, alarms look at CloudWatch")
        if metrics is None:
            return Unfit(objective, "not-listed", f"nobody could list the metrics {term.name}")
        other = sorted({metric.region for metric in metrics if metric.region is not None})
        if other:
            what = f"{term.name} is published in {other[0]}, and an alarm must stand in its metric's region"
            return Unfit(objective, "other-region", what)
    whole = indicator.total if isinstance(indicator, Ratio) else terms_of(indicator)
    if not any(scene.metrics[term] for term in whole):
        return Unfit(objective, "no-metrics", "none of its metrics is published")
    return None


def values_of(indicator: Measured, scene: Scene, objective: Objective) -> tuple[str | None, ...]:
    """The values of the breakdown, where each has to keep the goal; else the whole alone."""
    name = indicator.breakdown
    if name is None or not objective.per_operation:
        return (None,)
    listed = {
        value
        for term in terms_of(indicator)
        for metric in scene.metrics[term]
        if (value := dict(metric.dimensions).get(name)) is not None
    }
    return tuple(sorted(listed))


@dataclass(slots=True)
class _Ids:
    """Names of the terms of an alarm, each metric's statistic once."""

    period: int
    terms: dict[tuple[Metric, str], alarm.MetricTerm] = field(default_factory=dict)

    def of(self, mark: str, metric: Metric, stat: str) -> str:
        key = metric, stat
        if key not in self.terms:
            number = sum(one.id.startswith(mark) for one in self.terms.values()) + 1
            self.terms[key] = alarm.MetricTerm(f"{mark}{number}", metric, stat, self.period)
        return self.terms[key].id


@dataclass(frozen=True, slots=True)
class Weighed:
    """The metrics of a weighted average, and the names of each value and its weight."""

    terms: tuple[alarm.MetricTerm, ...]
    pairs: tuple[tuple[str, str], ...]

    @property
    def total(self) -> str:
        return _added([weight for _, weight in self.pairs])

    @property
    def summed(self) -> str:
        return _added([f"{value} * {weight}" for value, weight in self.pairs])

    def counts(self, indicator: WeightedAverage, goal: Goal) -> Counts:
        """Of a share: what is bad of what is weighed."""
        part = f"({decimal(indicator.value.scale)} * {self.summed})"
        bad = part if _has_upper(goal) else f"({self.total} - {part})"
        return Counts(self.terms, bad, self.total)

    def average(self, goal: Goal, limit: Fraction, least: int) -> tuple[alarm.Term, ...]:
        """The average in the metric's own unit; as if it met its goal where less than ``least`` is weighed."""
        fine = decimal(Fraction(0) if _has_upper(goal) else limit + 1)
        expression = f"IF({self.total} >= {least}, {self.summed} / {self.total}, {fine})"
        return (*self.terms, alarm.MathTerm(AVERAGE, expression, "weighted by its counts"))


def _has_upper(goal: Goal) -> bool:
    return goal.comparison in (Comparison.BELOW, Comparison.AT_MOST)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, or a value of its breakdown, with the metrics behind its terms."""

    metrics: Mapping[MetricTerm, tuple[Metric, ...]]
    breakdown: str | None
    value: str | None

    def of(self, term: MetricTerm) -> Iterator[Metric]:
        """The metrics of a term; one without the breakdown's dimension is the same for every value."""
        for metric in self.metrics[term]:
            named = dict(metric.dimensions).get(self.breakdown or "")
            if self.value is None or named is None or named == self.value:
                yield metric

    def ratio(self, indicator: Ratio, period: int) -> Counts:
        """The counts of a ratio over windows of ``period`` seconds."""
        ids = _Ids(period)
        part, total = (
            self._sum(ids, mark, terms) for mark, terms in (("part", indicator.part), ("all", indicator.total))
        )
        bad = f"({total} - {part})" if indicator.counts_good else part
        return Counts(tuple(ids.terms.values()), bad, total)

    def over_limit(self, indicator: Statistic, limit: Threshold, period: int) -> Counts:
        """The values over a limit, in the metric's own unit, of all; what has no value under it counts as over."""
        ids = _Ids(period)
        metrics = tuple(self.of(indicator.term))
        samples = [ids.of("all", metric, "SampleCount") for metric in metrics]
        under = [ids.of("under", metric, f"TC(:{fast(limit)})") for metric in metrics]
        total = _added(samples)
        return Counts(tuple(ids.terms.values()), f"({total} - {_added(under)})", total)

    def extreme(self, term: MetricTerm, stat: str, period: int) -> tuple[tuple[alarm.Term, ...], str]:
        """The terms of the greatest or least of a window, and the one to be held against a limit."""
        ids = _Ids(period)
        names = [ids.of(VALUE, metric, stat) for metric in self.of(term)]
        if len(names) == 1:
            return tuple(ids.terms.values()), names[0]
        both = f"{'MIN' if stat == 'Minimum' else 'MAX'}([{', '.join(names)}])"
        return (*ids.terms.values(), alarm.MathTerm("extreme", both, "of all of them")), "extreme"

    def weighed(self, indicator: WeightedAverage, period: int) -> Weighed | None:
        """The averages of a window, each with its weight; None where one has not just one weight."""
        ids, pairs, weights = _Ids(period), [], tuple(self.of(indicator.weight))
        for metric in self.of(indicator.value):
            mine = [one for one in weights if _together(metric, one)]
            if len(mine) != 1:
                return None
            pairs.append((ids.of(VALUE, metric, "Average"), ids.of("weight", mine[0], indicator.weight.stat)))
        return Weighed(tuple(ids.terms.values()), tuple(pairs))

    def _sum(self, ids: _Ids, mark: str, terms: Sequence[MetricTerm]) -> str:
        parts = []
        for term in terms:
            names = [ids.of(mark, metric, term.stat) for metric in self.of(term)]
            if names and term.scale != 1:
                parts.append(f"{decimal(term.scale)} * {_added(names)}")
            else:
                parts += names
        return _added(parts) if parts else "0"


def crossing_of(comparison: Comparison) -> alarm.Crossing:
    """When a figure misses a goal."""
    return {
        Comparison.AT_LEAST: alarm.Crossing.BELOW,
        Comparison.ABOVE: alarm.Crossing.AT_MOST,
        Comparison.AT_MOST: alarm.Crossing.ABOVE,
        Comparison.BELOW: alarm.Crossing.AT_LEAST,
    }[comparison]


def too_many(objective: Objective, terms: int) -> Unfit:
    """That an alarm cannot hold so many metrics."""
    return Unfit(objective, "too-many-series", f"it is made of {terms} metrics, an alarm holds ten")


def _added(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 and " " not in parts[0] else f"({' + '.join(parts)})"


def in_metrics_unit(goal: Goal, indicator: Statistic | WeightedAverage) -> Fraction:
    """The goal's limit in the unit in which the metric is published."""
    if isinstance(indicator, Statistic):
        return goal.limit / (indicator.term.scale * indicator.scale)
    return goal.limit / indicator.value.scale


def _together(value: Metric, weight: Metric) -> bool:
    """Whether a weight is that of a value: they agree in every dimension that both have."""
    named = dict(weight.dimensions)
    return all(named.get(name, told) == told for name, told in value.dimensions)
