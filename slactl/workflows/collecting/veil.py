"""Reads operations whose names must not be kept as the one stream that stands for them.

The one rule: their counts are added up here, bin by bin, from each one's own answers; a bin in which
one of them is unknown is absent in the sum, because a part of a sum must never pass for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.report import SourceUse
from slactl.model.service import Service
from slactl.ports import Inventory, MetricReader
from slactl.workflows.collecting.names import hidden
from slactl.workflows.collecting.streams import is_merged, merged

_COUNT_AT = re.compile(r"TC\(:([0-9.]+)\)")
Points = Mapping[int, float]
Answers = Mapping[Query, Series]


@dataclass(slots=True)
class Veil:
    """Which streams stand for which, as far as a run has met them."""

    members: dict[Metric, dict[Metric, Stream]] = field(default_factory=dict)

    def over(self, service: Service, inventory: Inventory) -> tuple[Stream, ...]:
        """The operations of an inventory, those with names to hide behind the streams that stand for them."""
        names = hidden(service, (stream.operation or "" for stream in inventory.operations))
        shown = [stream for stream in inventory.operations if stream.operation not in names]
        stands: dict[str, Stream] = {}
        for stream in inventory.operations:
            pattern = names.get(stream.operation or "")
            if pattern is not None:
                stands[pattern] = merged(pattern, stream, inventory.total)
                self._note(stands[pattern], stream)
        taken = {stream.operation for stream in shown}
        for pattern in stands.keys() & taken:
            twin = next(stream for stream in shown if stream.operation == pattern)
            self._note(stands[pattern], twin)
            shown.remove(twin)
        return tuple(sorted((*shown, *stands.values()), key=lambda stream: stream.operation or ""))

    def _note(self, whole: Stream, member: Stream) -> None:
        pairs = ((whole.requests, member.requests), (whole.faults, member.faults))
        for stands, own in (*pairs, (whole.errors, member.errors), (whole.latency, member.latency)):
            self.members.setdefault(stands, {})[own] = member


@dataclass(frozen=True, slots=True)
class VeiledReader:
    """A ``MetricReader`` that answers for streams of the veil from their members' answers."""

    inner: MetricReader
    veil: Veil

    def read(self, queries: Sequence[Query]) -> list[Series]:
        if not any(is_merged(metric) for query in queries for metric in query.metrics):
            return self.inner.read(queries)
        wanted = list(dict.fromkeys(part for query in queries for part in self._parts(query)))
        answers = dict(zip(wanted, self.inner.read(wanted), strict=True))
        return [self._answer(query, answers) for query in queries]

    def use(self) -> tuple[SourceUse, ...]:
        return self.inner.use()

    def _parts(self, query: Query) -> Iterable[Query]:
        plain, stands = _sorted_out(query)
        if plain:
            yield Query(plain, query.stat, query.period, query.span)
        if stands and query.stat.startswith("p"):
            return  # CloudWatch's percentiles are hints, and none would be true of a sum
        for metric in stands:
            for member, stream in self._members(metric):
                yield _single(query, member, query.stat)
                yield from _beside(query, stream)

    def _members(self, metric: Metric) -> Iterable[tuple[Metric, Stream]]:
        return sorted(self.veil.members.get(metric, {}).items(), key=lambda pair: pair[0].dimensions)

    def _answer(self, query: Query, answers: Answers) -> Series:
        failure = next((series.failure for part in self._parts(query) if (series := answers[part]).failure), None)
        if failure:
            return Series({}, failure)
        plain, stands = _sorted_out(query)
        told: list[Points] = [answers[Query(plain, query.stat, query.period, query.span)].points] if plain else []
        if not query.stat.startswith("p"):
            told += [self._of(query, metric, answers) for metric in stands]
        return Series(_added(told) if len(told) > 1 else dict(told[0]) if told else {})

    def _of(self, query: Query, metric: Metric, answers: Answers) -> Points:
        """The points of one stream that stands for several."""
        parts = [(answers[_single(query, own, query.stat)].points, stream) for own, stream in self._members(metric)]
        if query.stat in ("Minimum", "Maximum"):
            return _extreme(min if query.stat == "Minimum" else max, [points for points, _ in parts])
        unknown = {start for points, stream in parts for start in _unknown(query, stream, points, answers)}
        sums = _added([points for points, _ in parts])
        return {start: value for start, value in sums.items() if start not in unknown}


def _sorted_out(query: Query) -> tuple[tuple[Metric, ...], tuple[Metric, ...]]:
    plain = tuple(metric for metric in query.metrics if not is_merged(metric))
    return plain, tuple(metric for metric in query.metrics if is_merged(metric))


def _single(query: Query, metric: Metric, stat: str) -> Query:
    return Query((metric,), stat, query.period, query.span)


def _beside(query: Query, stream: Stream) -> Iterable[Query]:
    """What tells an absent point that is none from one that is unknown."""
    if query.stat == "Sum":
        yield _single(query, stream.requests, stream.request_stat)
    elif _COUNT_AT.fullmatch(query.stat):
        yield _single(query, stream.latency, "Minimum")


def _unknown(query: Query, stream: Stream, points: Points, answers: Answers) -> Iterable[int]:
    """The bins in which a member has requests, but no answer where one is due (rule 3)."""
    if query.stat == "Sum":
        asked = answers[_single(query, stream.requests, stream.request_stat)].points
        return [start for start, count in asked.items() if count > 0 and start not in points]
    rung = _COUNT_AT.fullmatch(query.stat)
    if rung is None:
        return []
    least = answers[_single(query, stream.latency, "Minimum")].points
    bound = Fraction(rung[1])
    return [start for start, value in least.items() if start not in points and Fraction(repr(value)) <= bound]


def _added(parts: Iterable[Points]) -> dict[int, float]:
    sums: dict[int, float] = {}
    for points in parts:
        for start, value in points.items():
            sums[start] = sums.get(start, 0.0) + value
    return dict(sorted(sums.items()))


def _extreme(choose: Callable[[Iterable[float]], float], parts: Sequence[Points]) -> dict[int, float]:
    starts = sorted({start for points in parts for start in points})
    return {start: choose([points[start] for points in parts if start in points]) for start in starts}
