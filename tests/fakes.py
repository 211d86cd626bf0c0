"""Stands-in for AWS in the tests of the inner rooms: a metric store and an inventory over plain lists.

The one rule: a fake keeps what ``MetricReader`` and ``InventorySource`` promise, and
tests/contracts holds it against the real reader; what goes wrong is told to it, nothing is random.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from operator import itemgetter
from zoneinfo import ZoneInfo

from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.report import Gap, SourceUse
from slactl.model.service import GatewayStage, Service, SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import Inventory
from slactl.reading.cover import Anchoring
from slactl.sources import api_gateway, application_signals

FAULTS, ERRORS = {"Fault", "5XXError", "5xx"}, {"Error", "4XXError", "4xx"}
REFUSED = Reason.of(Code.ACCESS_DENIED, error="refused")
FAILED = Reason.of(Code.READ_FAILED, error="InternalError")


def instant(text: str) -> int:
    """Seconds since the epoch of an RFC 3339 time."""
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())


def zone(name: str) -> ZoneInfo:
    """A time zone of the tz database."""
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class Hit:
    """One request: when (seconds since the epoch), of which operation, how long (ms), how answered.

    ``operation`` None reached no method of a gateway.
    """

    at: int
    operation: str | None = "GET /a"
    ms: float = 100.0
    status: int = 200


@dataclass(frozen=True, slots=True)
class Misread:
    """Counts told too high: of an operation (None: of the whole) and statistic, in coarse buckets only.

    ``reads`` is how many times each query is misread; None is always. ``period`` bounds are seconds.
    """

    operation: str | None
    stat: str = "SampleCount"
    add: float = 1.0
    period_at_least: int = 3600
    period_at_most: int = 10**9
    reads: int | None = None

    def concerns(self, query: Query) -> bool:
        """Whether this read of one metric is told too high, its count of reads apart."""
        fits = self.period_at_least <= query.period <= self.period_at_most
        return fits and query.stat == self.stat and operation_of(query.metrics[0]) == self.operation


def operation_of(metric: Metric) -> str | None:
    """The operation or method that a metric belongs to; None for a whole."""
    named = dict(metric.dimensions)
    return f"{named['Method']} {named['Resource']}" if "Method" in named else named.get("Operation")


def never(query: Query) -> Reason | None:
    """Refuses nothing."""
    return None


@dataclass
class FakeReader:
    """A ``MetricReader`` over a list of requests.

    Attributes:
        hits: the requests; every operation-less series and every stage sees all of them.
        over: what only an operation-less series counts, as Lambda's does.
        anchoring: where long buckets begin.
        shift: seconds by which every bucket comes back misplaced.
        refuse: why a query fails, or None; in a sum it is asked of the whole query.
        hidden: metrics (by operation) that a sum silently goes without, as CloudWatch does.
        absent: points (query, bucket start) that do not come.
        misreads: counts told too high.
        known_from: nothing before this time is there, seconds since the epoch.
    """

    hits: Sequence[Hit]
    over: Sequence[Hit] = ()
    anchoring: Anchoring = Anchoring.START
    shift: int = 0
    refuse: Callable[[Query], Reason | None] = never
    hidden: frozenset[str] = frozenset()
    absent: Callable[[Query, int], bool] = lambda query, start: False
    misreads: Sequence[Misread] = ()
    known_from: int = 0
    asked: list[Query] = field(default_factory=list)
    batches: int = 0
    _reads: Counter[tuple[Misread, Query]] = field(default_factory=Counter)
    _samples: dict[Metric, list[tuple[int, float]]] = field(default_factory=dict)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query, in order."""
        self.asked += queries
        self.batches += 1
        return [self._answer(query) for query in queries]

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        points = sum(query.datapoints for query in self.asked)
        queries = sum(len(query.metrics) for query in self.asked)
        return (SourceUse("fake", "123456789012", "eu-west-1", "arn", self.batches, queries, points),)

    def _answer(self, query: Query) -> Series:
        failure = self.refuse(query)
        if failure:
            return Series({}, failure)
        if len(query.metrics) == 1:
            refused = operation_of(query.metrics[0]) in self.hidden
            return Series({}, REFUSED) if refused else Series(self._points(query))
        sums: Counter[int] = Counter()
        seen = [metric for metric in query.metrics if operation_of(metric) not in self.hidden]
        for metric in seen:
            sums.update(self._points(Query((metric,), query.stat, query.period, query.span)))
        return Series(dict(sorted(sums.items())))

    def _points(self, query: Query) -> dict[int, float]:
        held: defaultdict[int, list[float]] = defaultdict(list)
        origin = query.span.start if self.anchoring is Anchoring.START else 0
        first = origin + (query.span.start - origin) // query.period * query.period
        last = query.span.end if self.anchoring is Anchoring.START else first + self._reach(query, first)
        samples, told_of = self._of(query.metrics[0]), statistic(query.stat)
        begun, ended = (bisect_left(samples, at, key=itemgetter(0)) for at in (max(first, self.known_from), last))
        for at, value in samples[begun:ended]:
            held[origin + (at - origin) // query.period * query.period].append(value)
        found = {start: told_of(values) for start, values in held.items()}
        told = self._misread(query, {start: value for start, value in found.items() if value is not None})
        return {start + self.shift: value for start, value in told.items() if not self.absent(query, start)}

    def _reach(self, query: Query, first: int) -> int:
        """Seconds from the first bucket's start to the last one's end: buckets are whole."""
        return -(-(query.span.end - first) // query.period) * query.period

    def _misread(self, query: Query, points: dict[int, float]) -> dict[int, float]:
        for misread in self.misreads:
            if points and misread.concerns(query):
                self._reads[misread, query] += 1
                if misread.reads is None or self._reads[misread, query] <= misread.reads:
                    start = next(iter(points))
                    points = points | {start: points[start] + misread.add}
        return points

    def _of(self, metric: Metric) -> list[tuple[int, float]]:
        if metric not in self._samples:
            operation = operation_of(metric)
            hits = [*self.hits, *self.over] if operation is None else self.hits
            chosen = [hit for hit in hits if operation in (None, hit.operation)]
            samples = [(hit.at, measured(metric.name, hit)) for hit in chosen]
            self._samples[metric] = sorted(samples, key=itemgetter(0))
        return self._samples[metric]


def measured(name: str, hit: Hit) -> float:
    """A request's sample in a metric."""
    if name in FAULTS:
        return float(hit.status >= 500)
    if name in ERRORS:
        return float(400 <= hit.status < 500)
    return hit.ms if name == "Latency" else 1.0


def statistic(stat: str) -> Callable[[list[float]], float | None]:
    """What tells a statistic of the samples of one bucket; None where CloudWatch gives no point.

    Raises:
        ValueError: for a statistic that slactl has no use for.
    """
    plain: dict[str, Callable[[list[float]], float]] = {
        "SampleCount": lambda some: float(len(some)),
        "Sum": sum,
        "Minimum": min,
        "Maximum": max,
    }
    if stat in plain:
        return plain[stat]
    if found := re.fullmatch(r"TC\(:([0-9.]+)\)", stat):
        limit = float(found[1])
        return lambda values: float(sum(value <= limit for value in values)) or None
    if found := re.fullmatch(r"p([0-9.]+)", stat):
        rank = float(found[1]) / 100
        return lambda values: sorted(values)[max(1, ceil(rank * len(values))) - 1]
    raise ValueError(f"no such statistic: {stat}")


SHOP = Service("shop", "shop", "eks:prod")
STAGE = GatewayStage("shop-public", "prod")


def own_stream(operation: str | None) -> Stream:
    """The metrics of an operation of the shop, or of the shop as a whole."""
    return application_signals.stream(SHOP, operation)


def stage_stream(route: str | None) -> Stream:
    """The metrics of a method of the shop's stage (``GET /a``), or of the stage as a whole."""
    pair = None if route is None else tuple(route.split(" "))
    return api_gateway.stream(SHOP, STAGE, api_gateway.REST, pair)  # type: ignore[arg-type]


@dataclass
class FakeInventory:
    """An ``InventorySource`` that knows what it is told; ``forgets`` lists what only ``names`` bring back."""

    operations: Sequence[str]
    kind: SourceKind = SourceKind.APPLICATION_SIGNALS
    forgets: frozenset[str] = frozenset()
    gaps: tuple[Gap, ...] = ()
    tried: list[tuple[str, ...]] = field(default_factory=list)
    days: list[Sequence[Span]] = field(default_factory=list)

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        """What it knows, and of a gateway what may be there as well."""
        self.tried.append(tuple(names))
        self.days.append(days)
        edge = self.kind is SourceKind.API_GATEWAY
        known = {name for name in self.operations if name not in self.forgets}
        known |= {name for name in names if edge and " " in name}
        make = stage_stream if edge else own_stream
        return Inventory(tuple(make(name) for name in sorted(known)), make(None), edge, self.gaps)

    def use(self) -> tuple[SourceUse, ...]:
        """Nothing that counts."""
        return ()


def hourly(start: int, hours: int, each: Iterable[Hit]) -> list[Hit]:
    """The same requests in every hour; ``at`` of ``each`` is seconds after the hour's start."""
    wanted = list(each)
    return [
        Hit(start + hour * 3600 + one.at, one.operation, one.ms, one.status) for hour in range(hours) for one in wanted
    ]
