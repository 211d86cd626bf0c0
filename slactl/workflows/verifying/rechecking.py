"""Random hours of the kept counts, read again from where they came.

The one rule: which hours are drawn follows from a seed alone, and every stream and hour of the month
may be drawn, the empty ones too; what nobody keeps any more is counted as such and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isclose

from slactl.model.catalogue import Catalogue
from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, subtract
from slactl.ports import InventorySource, MetricReader
from slactl.ports.general import MetricDirectory
from slactl.reading.retention import HOUR, kept_from
from slactl.reading.terms import exact_metrics
from slactl.workflows.collecting.listing import sources_of
from slactl.workflows.collecting.metricneeds import CLOUDFLARE, bearers_of
from slactl.workflows.proof import QUANTITIES, metric_of
from slactl.workflows.verifying.differences import ABSENT, Figure
from slactl.workflows.verifying.moments import minute

DRAWS = 20
"""So many times as many hours are drawn at most, where evidence holds nothing of some."""


APART = 1e-9
"""Sums of the same points may differ by so much of themselves, by the order in which they are added up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an hour may be drawn of: its name, and each field with the metric and statistic that tell it.

    ``kept`` is what evidence holds of it, where that is known beforehand.
    """

    name: str
    asks: tuple[tuple[str, Metric, str], ...]
    kept: Spans | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour that may be drawn of a candidate."""

    of: Candidate
    span: Span

    @property
    def place(self) -> str:
        return f"{self.of.name} / {minute(self.span.start)}"

    @property
    def unkept(self) -> bool:
        """Whether evidence is known not to hold all of it."""
        return self.of.kept is not None and bool(subtract((self.span,), self.of.kept))


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What came of it: the figures of each hour that both sides hold, and how many hours were left aside.

    ``expired`` are hours that CloudWatch no longer keeps, ``unkept`` those that evidence does not hold,
    ``unread`` those that CloudWatch would not tell, with why.
    """

    seed: int
    figures: tuple[Figure, ...]
    hours: int
    expired: int
    unkept: int
    unread: tuple[str, ...]

    @property
    def false(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if not figure.true)


def hours_of(
    services: Sequence[Service], inventories: Mapping[SourceKind, InventorySource], month: Span
) -> list[Candidate]:
    """Every stream of which an hour may be drawn."""
    return [
        _of_stream(service, stream)
        for service in services
        for source in sources_of(service)
        for stream in _streams(inventories[source], service, month)
    ]


def _of_stream(service: Service, stream: Stream) -> Candidate:
    asks = tuple((quantity, *metric_of(stream, quantity)) for quantity in QUANTITIES)
    return Candidate(f"{service.key} / {stream.operation or '(whole)'}", asks)


def metrics_of(
    catalogue: Catalogue, directory: MetricDirectory, kept: Mapping[str, Spans], month: Span
) -> list[Candidate]:
    """Every metric of general objectives of which an hour may be drawn; CloudWatch alone is read again.

    ``kept`` is what evidence holds of each component or service, by its key.
    """
    found: dict[tuple[str, Metric], None] = {}
    for bearer in bearers_of(catalogue):
        terms = [one.term for one in bearer.asked() if not one.term.namespace.startswith(CLOUDFLARE)]
        for term, listing in zip(terms, directory.metrics(terms, month), strict=True):
            found.update(dict.fromkeys((bearer.key, metric) for metric in (*exact_metrics(term), *listing.metrics)))
    return [_of_metric(key, metric, kept.get(key, ())) for key, metric in found]


def _of_metric(key: str, metric: Metric, kept: Spans) -> Candidate:
    told = ", ".join(value for _, value in metric.dimensions)
    name = f"{key} / {metric.namespace}/{metric.name} ({told})"
    return Candidate(name, (("samples", metric, "SampleCount"), ("sum", metric, "Sum")), kept)


def recheck(
    candidates: Sequence[Candidate],
    month: Span,
    readers: tuple[MetricReader, MetricReader],
    wanted: int,
    seed: int,
    now: int,
) -> Rechecked:
    """Holds hours of evidence against CloudWatch.

    Args:
        candidates: what may be drawn.
        month: from when to when; hours that lie wholly in it.
        readers: evidence, then CloudWatch.
        wanted: how many hours.
        seed: what the draw follows from.
        now: the present; what CloudWatch keeps follows from it.

    Raises:
        AwsFailure: when no read can succeed.
    """
    evidence, live = readers
    held, unkept = _held(evidence, list(_drawn(candidates, month, wanted * DRAWS, seed)), wanted)
    fresh = [(hour, series) for hour, series in held if hour.span.start >= kept_from(now)]
    told = _read(live, [hour for hour, _ in fresh])
    pairs = [(hour, kept, found) for (hour, kept), found in zip(fresh, told, strict=True)]
    unread = tuple(_why(hour, found) for hour, _, found in pairs if any(one.failure for one in found))
    figures = tuple(figure for pair in pairs for figure in _figures(*pair))
    return Rechecked(seed, figures, len(fresh) - len(unread), len(held) - len(fresh), unkept, unread)


def _streams(inventory: InventorySource, service: Service, month: Span) -> list[Stream]:
    found = inventory.inventory(service, [month])
    return [*found.operations, *([found.total] if found.total_decides else [])]


def _drawn(candidates: Sequence[Candidate], month: Span, most: int, seed: int) -> Iterator[Hour]:
    """Different hours, in the order in which the seed draws them."""
    first, last = -(-month.start // HOUR), month.end // HOUR
    count = len(candidates) * max(0, last - first)
    seen: set[int] = set()
    for number in range(min(most, count) * DRAWS):
        place = int.from_bytes(sha256(f"{seed}/{number}".encode()).digest()) % count
        if place in seen:
            continue
        seen.add(place)
        start = (first + place // len(candidates)) * HOUR
        yield Hour(candidates[place % len(candidates)], Span(start, start + HOUR))
        if len(seen) == min(most, count):
            return


def _held(evidence: MetricReader, drawn: Sequence[Hour], wanted: int) -> tuple[list[tuple[Hour, list[Series]]], int]:
    """The first hours that evidence holds, with what it says, and how many it does not hold."""
    held: list[tuple[Hour, list[Series]]] = []
    known = [hour for hour in drawn if not hour.unkept]
    unkept = 0
    for first in range(0, len(known), wanted):
        some = known[first : first + wanted]
        for hour, series in zip(some, _read(evidence, some), strict=True):
            if any(one.failure for one in series):
                unkept += 1
            else:
                held.append((hour, series))
            if len(held) == wanted:
                return held, unkept
    return held, unkept


def _read(reader: MetricReader, hours: Sequence[Hour]) -> list[list[Series]]:
    queries = [Query((metric,), stat, HOUR, hour.span) for hour in hours for _, metric, stat in hour.of.asks]
    series = iter(reader.read(queries) if queries else [])
    return [[next(series) for _ in hour.of.asks] for hour in hours]


def _figures(hour: Hour, kept: Sequence[Series], found: Sequence[Series]) -> Iterator[Figure]:
    if any(one.failure for one in found):
        return
    for (field, *_), mine, theirs in zip(hour.of.asks, kept, found, strict=True):
        says = _value(mine, hour)
        yield Figure(hour.place, field, says, says if _same(mine, theirs, hour) else _value(theirs, hour))


def _same(mine: Series, theirs: Series, hour: Hour) -> bool:
    pair = mine.points.get(hour.span.start), theirs.points.get(hour.span.start)
    return pair[0] is not None and pair[1] is not None and isclose(pair[0], pair[1], rel_tol=APART)


def _value(series: Series, hour: Hour) -> str:
    value = series.points.get(hour.span.start)
    return ABSENT if value is None else f"{value:.17g}"


def _why(hour: Hour, found: Sequence[Series]) -> str:
    code = next(one.failure.code.value for one in found if one.failure)
    return f"{hour.place}: {code}"
