"""What a metric alarm looks at: one metric, metric math, or a Metrics Insights query with contributors.

The one rule: terms are read as GetMetricData reads its queries, so an alarm and a read never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from slactl.sandbox.evaluation_points import metric_points, stream_points
from slactl.sandbox.evaluation_windows import Look
from slactl.sandbox.expressions import Apply, BadExpression, Node
from slactl.sandbox.insights import Insights, is_insights, parse_insights
from slactl.sandbox.mathematics import EMPTY, Line, evaluate
from slactl.sandbox.queries import MathQuery, MetricQuery, Query, read_query
from slactl.sandbox.requests import Floats, Int64s
from slactl.sandbox.statistics import Stat
from slactl.sandbox.world import World

_LOOK_BACK = 3 * 3600
"""A Metrics Insights query of an alarm sees no further back, in seconds."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an alarm by id, which of them is held against the threshold, and their period in seconds."""

    queries: Mapping[str, Query]
    returned: str
    period: int
    insights: Insights | None = None

    def points(self, world: World, look: Look) -> Floats:
        """The values at each datapoint of the evaluations, NaN where there is none."""
        if self.insights:
            return next(iter(contributor_points(world, self.insights, look).values()), _nothing(look))
        term = self.queries[self.returned]
        if isinstance(term, MetricQuery):
            return metric_points(world, term, look)
        return self._computed(world, term, look)

    def _computed(self, world: World, term: MathQuery, look: Look) -> Floats:
        read = {name: metric_points(world, one, look) for name, one in self._metrics().items()}
        named = {name: one for name, one in self.queries.items() if isinstance(one, MathQuery)}
        if all(_is_pointwise(one.expression.root) for one in named.values()):
            cells = 60 * np.arange(look.starts.size, dtype=np.int64)
            flat = {name: values.ravel() for name, values in read.items()}
            return _solve(self, named, term, cells, flat).reshape(look.starts.shape)
        rows = [
            _solve(
                self, named, term, look.starts[number, ::-1], {name: one[number, ::-1] for name, one in read.items()}
            )
            for number in range(len(look.instants))
        ]
        return np.array(rows).reshape(look.starts.shape)[:, ::-1]

    def _metrics(self) -> dict[str, MetricQuery]:
        return {name: one for name, one in self.queries.items() if isinstance(one, MetricQuery)}


def read_terms(definition: Mapping[str, Any]) -> Terms:
    """The terms of an alarm as it was put.

    Raises:
        AwsError: ValidationError, if a term cannot be read.
        BadInsights: if a Metrics Insights query cannot be read.
    """
    given = definition.get("Metrics")
    if not given:
        query = read_query({"Id": "m", "MetricStat": _only_metric(definition)})
        return Terms({"m": query}, "m", definition["Period"])
    selects = [item for item in given if is_insights(item.get("Expression") or "")]
    if selects:
        item = selects[0]
        return Terms({}, item["Id"], item.get("Period") or 60, parse_insights(item["Expression"]))
    queries = {item["Id"]: read_query(item) for item in given}
    returned = next((name for name, query in queries.items() if query.returned), "")
    period = next((query.period for query in queries.values() if isinstance(query, MetricQuery)), 60)
    return Terms(queries, returned, period)


def _only_metric(definition: Mapping[str, Any]) -> dict[str, Any]:
    metric = {name: definition.get(name) for name in ("Namespace", "MetricName", "Dimensions")}
    stat = definition.get("Statistic") or definition.get("ExtendedStatistic")
    return {"Metric": metric, "Period": definition.get("Period"), "Stat": stat, "Unit": definition.get("Unit")}


def contributor_points(world: World, query: Insights, look: Look) -> dict[tuple[str, ...], Floats]:
    """The values of each contributor, NaN where there is none or where the limit leaves the contributor out."""
    groups = query.groups(world.catalogue)
    found = {name: _grouped(world, query, metrics, look) for name, metrics in groups.items()}
    if len(found) <= query.limit:
        return found
    names, values = list(found), np.stack(list(found.values()))
    totals = np.nansum(values, axis=2) * (1 if query.ascending else -1)
    ranks = np.argsort(np.argsort(totals, axis=0, kind="stable"), axis=0)
    kept = np.where((ranks < query.limit)[:, :, None], values, np.nan)
    return dict(zip(names, kept, strict=True))


def _grouped(world: World, query: Insights, metrics: list[Any], look: Look) -> Floats:
    def read(stat: str, merge: Callable[..., Floats]) -> Floats:
        series = np.stack([stream_points(world, metric, Stat(stat), look) for metric in metrics])
        return np.asarray(merge(series, axis=0))

    some = ~np.isnan(read("SampleCount", np.fmax.reduce))
    if query.function in ("MIN", "MAX"):
        values = read("Minimum", np.fmin.reduce) if query.function == "MIN" else read("Maximum", np.fmax.reduce)
    else:
        counts = read("SampleCount", np.nansum)
        sums = counts if query.function == "COUNT" else read("Sum", np.nansum)
        values = sums / np.where(some, counts, 1.0) if query.function == "AVG" else sums
    seen = some & (look.starts >= look.instants[:, None] - _LOOK_BACK)
    return np.where(seen, values, np.nan)


def _nothing(look: Look) -> Floats:
    return np.full(look.starts.shape, np.nan)


def _solve(
    terms: Terms, named: Mapping[str, MathQuery], term: MathQuery, times: Int64s, read: Mapping[str, Floats]
) -> Floats:
    """The values of an expression at some times, of its inputs there; nothing where it is no series."""
    known: dict[str, Line] = {}

    def lookup(name: str) -> Line:
        if name not in known:
            known[name] = EMPTY  # an expression that names itself finds nothing
            known[name] = _line(times, read[name], terms.period) if name in read else compute(named[name])
        return known[name]

    def compute(one: MathQuery) -> Line:
        return evaluate(one.expression, lookup, list(read), times)

    try:
        line = compute(term)
    except BadExpression:
        line = EMPTY
    values = np.full(len(times), np.nan)
    at = np.minimum(np.searchsorted(times, line.times), len(times) - 1)
    kept = times[at] == line.times
    values[at[kept]] = line.values[kept]
    return values


def _line(times: Int64s, values: Floats, period: int) -> Line:
    some = ~np.isnan(values)
    return Line(times[some], values[some], period)


def _is_pointwise(node: Node) -> bool:
    """Whether each value of an expression follows from the values at the very same time."""
    if not isinstance(node, Apply):
        return True
    if node.function == "FILL":
        return False
    reduces = node.function in ("SUM", "AVG", "MIN", "MAX")
    if reduces and not (isinstance(node.arguments[0], Apply) and node.arguments[0].function in ("[]", "METRICS")):
        return False
    return all(_is_pointwise(argument) for argument in node.arguments)
