"""Random hours of the kept counts, read again from where they came.

The one rule: which hours are drawn follows from a seed alone, and every stream and hour of the month
may be drawn, the empty ones too; what nobody keeps any more is counted as such and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from slactl.model.metric import Query, Series, Stream
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span
from slactl.ports import InventorySource, MetricReader
from slactl.reading.retention import HOUR, kept_from
from slactl.workflows.collecting.listing import sources_of
from slactl.workflows.proof import QUANTITIES, metric_of
from slactl.workflows.verifying.differences import ABSENT, Figure
from slactl.workflows.verifying.moments import minute

DRAWS = 20
"""So many times as many hours are drawn at most, where evidence holds nothing of some."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One stream and hour that may be drawn; the whole of a service has the operation ''."""

    service: str
    source: SourceKind
    stream: Stream
    span: Span

    @property
    def place(self) -> str:
        return " / ".join((self.service, self.stream.operation or "(whole)", minute(self.span.start)))


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
) -> list[tuple[Service, SourceKind, Stream]]:
    """Every stream of which an hour may be drawn."""
    return [
        (service, source, stream)
        for service in services
        for source in sources_of(service)
        for stream in _streams(inventories[source], service, month)
    ]


def recheck(
    streams: Sequence[tuple[Service, SourceKind, Stream]],
    month: Span,
    readers: tuple[MetricReader, MetricReader],
    wanted: int,
    seed: int,
    now: int,
) -> Rechecked:
    """Holds hours of evidence against CloudWatch.

    Args:
        streams: what may be drawn.
        month: from when to when; hours that lie wholly in it.
        readers: evidence, then CloudWatch.
        wanted: how many hours.
        seed: what the draw follows from.
        now: the present; what CloudWatch keeps follows from it.

    Raises:
        AwsFailure: when no read can succeed.
    """
    evidence, live = readers
    held, unkept = _held(evidence, list(_drawn(streams, month, wanted * DRAWS, seed)), wanted)
    fresh = [(hour, series) for hour, series in held if hour.span.start >= kept_from(now)]
    told = _read(live, [hour for hour, _ in fresh])
    pairs = [(hour, kept, found) for (hour, kept), found in zip(fresh, told, strict=True)]
    unread = tuple(_why(hour, found) for hour, _, found in pairs if any(one.failure for one in found))
    figures = tuple(figure for pair in pairs for figure in _figures(*pair))
    return Rechecked(seed, figures, len(fresh) - len(unread), len(held) - len(fresh), unkept, unread)


def _streams(inventory: InventorySource, service: Service, month: Span) -> list[Stream]:
    found = inventory.inventory(service, [month])
    return [*found.operations, *([found.total] if found.total_decides else [])]


def _drawn(streams: Sequence[tuple[Service, SourceKind, Stream]], month: Span, most: int, seed: int) -> Iterator[Hour]:
    """Different hours, in the order in which the seed draws them."""
    first, last = -(-month.start // HOUR), month.end // HOUR
    count = len(streams) * max(0, last - first)
    seen: set[int] = set()
    for number in range(min(most, count) * DRAWS):
        place = int.from_bytes(sha256(f"{seed}/{number}".encode()).digest()) % count
        if place in seen:
            continue
        seen.add(place)
        service, source, stream = streams[place % len(streams)]
        start = (first + place // len(streams)) * HOUR
        yield Hour(service.key, source, stream, Span(start, start + HOUR))
        if len(seen) == min(most, count):
            return


def _held(evidence: MetricReader, drawn: Sequence[Hour], wanted: int) -> tuple[list[tuple[Hour, list[Series]]], int]:
    """The first hours that evidence holds, with what it says, and how many it does not hold."""
    held: list[tuple[Hour, list[Series]]] = []
    unkept = 0
    for first in range(0, len(drawn), wanted):
        some = drawn[first : first + wanted]
        for hour, series in zip(some, _read(evidence, some), strict=True):
            if any(one.failure for one in series):
                unkept += 1
            else:
                held.append((hour, series))
            if len(held) == wanted:
                return held, unkept
    return held, unkept


def _read(reader: MetricReader, hours: Sequence[Hour]) -> list[list[Series]]:
    queries = [
        Query((metric,), stat, HOUR, hour.span)
        for hour in hours
        for metric, stat in (metric_of(hour.stream, quantity) for quantity in QUANTITIES)
    ]
    series = reader.read(queries) if queries else []
    return [series[index : index + len(QUANTITIES)] for index in range(0, len(series), len(QUANTITIES))]


def _figures(hour: Hour, kept: Sequence[Series], found: Sequence[Series]) -> Iterator[Figure]:
    if any(one.failure for one in found):
        return
    for quantity, mine, theirs in zip(QUANTITIES, kept, found, strict=True):
        yield Figure(hour.place, quantity, _value(mine, hour), _value(theirs, hour))


def _value(series: Series, hour: Hour) -> str:
    value = series.points.get(hour.span.start)
    return ABSENT if value is None else f"{value:.17g}"


def _why(hour: Hour, found: Sequence[Series]) -> str:
    code = next(one.failure.code.value for one in found if one.failure)
    return f"{hour.place}: {code}"
