"""GetMetricData: computing what a request asks for.

The one rule: every query is computed at most once and only when its turn on a page comes; a hidden
input that may not be read is simply missing in a sum, whose own status stays Complete.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slactl.sandbox.buckets import Buckets, buckets_for
from slactl.sandbox.errors import validation_error
from slactl.sandbox.expressions import BadExpression
from slactl.sandbox.mathematics import EMPTY, Line, evaluate
from slactl.sandbox.queries import (
    MAX_POINTS_A_CALL,
    MAX_RECENT_POINTS_A_CALL,
    DataRequest,
    MathQuery,
    MetricQuery,
    Query,
)
from slactl.sandbox.troubles import RECENT, Troubles
from slactl.sandbox.world import World

FORBIDDEN_MESSAGE = ("Forbidden", "The caller is not allowed to read this metric.")
ACCOUNT_MESSAGE = ("Forbidden", "The account is not linked to this monitoring account.")


@dataclass(frozen=True, slots=True)
class Result:
    """A computed query; points ascending."""

    line: Line
    status: str = "Complete"
    message: tuple[str, str] | None = None


class Reading:
    """One request being answered from a world as it is now."""

    def __init__(self, world: World, troubles: Troubles, request: DataRequest, region: str | None = None) -> None:
        """``region`` is where the request was sent; None means the world's."""
        self._world = world
        self._troubles = troubles
        self._request = request
        self._region = region or world.region
        self._queries = {query.id: query for query in request.queries}
        self._metric_ids = [query.id for query in request.queries if isinstance(query, MetricQuery)]
        self._results: dict[str, Result] = {}
        self._buckets: dict[int, Buckets | None] = {}

    def result(self, query: Query) -> Result:
        """What the query gives."""
        if query.id not in self._results:
            self._results[query.id] = self._math(query) if isinstance(query, MathQuery) else self._metric(query)
        return self._results[query.id]

    def forget(self, query: Query) -> None:
        """Lets the next ``result`` of the query be read anew."""
        self._results.pop(query.id, None)

    def _math(self, query: MathQuery) -> Result:
        failed: list[str] = []

        def lookup(name: str) -> Line:
            result = self.result(self._queries[name])
            if result.status in ("InternalError", "PartialData"):
                failed.append(result.status)
            return result.line

        self._results[query.id] = Result(EMPTY)  # an expression that names itself finds nothing
        try:
            line = evaluate(query.expression, lookup, self._metric_ids)
        except BadExpression as error:
            raise validation_error(f"Error in expression '{query.id}' [{error}]") from error
        return Result(EMPTY if "InternalError" in failed else line, min(failed, default="Complete"))

    def _metric(self, query: MetricQuery) -> Result:
        world = self._world
        if query.account not in (None, world.account):
            if query.account not in world.linked:
                return Result(EMPTY, "Forbidden", ACCOUNT_MESSAGE)
            world = world.linked[query.account]
        if self._troubles.is_forbidden(query.key, query.stat_text):
            return Result(EMPTY, "Forbidden", FORBIDDEN_MESSAGE)
        if self._troubles.has_internal_error(query.key, query.stat_text):
            return Result(EMPTY, "InternalError")
        line = self._line(world, query)
        if self._troubles.stays_partial(query.key, query.stat_text):
            half = len(line.times) // 2
            return Result(Line(line.times[half:], line.values[half:], line.period), "PartialData")
        return Result(line)

    def _line(self, world: World, query: MetricQuery) -> Line:
        metric = world.metrics_in(self._region).find(query.key)
        buckets = self._buckets_of(query.period)
        if metric is None or buckets is None or query.unit not in (None, metric.unit):
            return EMPTY
        if query.stat.needs_distribution and self._troubles.behaviour.no_percentiles:
            return EMPTY
        points = metric.stream.aggregate(metric.measure, query.stat, buckets, world.values)
        times = (buckets.first + points.bucket * buckets.step) // 1000
        line = Line(times, points.value, query.period)
        if query.stat.kind == "SampleCount" and self._troubles.behaviour.inconsistent:
            return self._misread(query, line)
        return line

    def _buckets_of(self, period: int) -> Buckets | None:
        if period not in self._buckets:
            world, asked = self._world, self._request
            self._buckets[period] = buckets_for(
                asked.start, asked.end, period, world.now, world.anchoring, world.known_from
            )
        return self._buckets[period]

    def _misread(self, query: MetricQuery, line: Line) -> Line:
        told = self._troubles.behaviour.inconsistent
        if told is None or query.period < told.period_at_least:
            return line
        touched = (line.times < told.end) & (line.times + query.period > told.start)
        if not touched.any() or not self._troubles.misreads(query.key):
            return line
        first = np.arange(len(line.times)) == np.argmax(touched)
        return line._replace(values=line.values + np.where(first, told.add, 0.0))


def check_points(request: DataRequest, troubles: Troubles, now: float) -> None:
    """Refuses a request that asks for too many points, alone or in this second.

    A further page of a request is not counted again.

    Raises:
        AwsError: ValidationError or Throttling.
    """
    recent = now - request.start <= RECENT
    most = MAX_RECENT_POINTS_A_CALL if recent else MAX_POINTS_A_CALL
    if request.points > most:
        raise validation_error(
            f"Too many datapoints requested: {request.points}, which exceeds the limit of {most}. "
            "You may reduce the datapoints requested by increasing Period, or decreasing the time range."
        )
    if request.token is None:
        troubles.spend_points(request.points, recent)
