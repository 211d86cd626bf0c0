"""The hours since the last collect: everything that a check can ask of them, read at once.

The one rule: additive counts in bins of five minutes answer every question about whole bins; what they can't
answer is asked of CloudWatch as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from slactl.compliance.ladder import written
from slactl.evidence.reading import Evidence
from slactl.model.catalogue import Catalogue
from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.objective import Objective
from slactl.model.report import SourceUse
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.workflows.collecting.rungs import goal_limits

BIN = 300
Key = tuple[Metric, str]
Fold = Callable[[Iterable[float]], float]
FOLDS: Mapping[str, Fold] = {"Minimum": min, "Maximum": max}


@dataclass(slots=True)
class TailReader:
    """A ``MetricReader`` that reads the tail of some streams at its first question about it."""

    inner: MetricReader
    wanted: Mapping[Key, Span]
    _bins: dict[Key, Series] = field(default_factory=dict)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        mine = [self._answers(query) for query in queries]
        if any(mine) and not self._bins:
            self._fetch()
        asked = [query for query, own in zip(queries, mine, strict=True) if not own]
        others = iter(self.inner.read(asked) if asked else [])
        return [self._summed(query) if own else next(others) for query, own in zip(queries, mine, strict=True)]

    def use(self) -> tuple[SourceUse, ...]:
        return self.inner.use()

    def _answers(self, query: Query) -> bool:
        whole = not (query.period % BIN or query.span.start % BIN or query.span.seconds % query.period)
        return whole and all(_holds(self.wanted.get((metric, query.stat)), query.span) for metric in query.metrics)

    def _fetch(self) -> None:
        asked = [Query((metric,), stat, BIN, span) for (metric, stat), span in self.wanted.items()]
        self._bins = dict(zip(self.wanted, self.inner.read(asked), strict=True))

    def _summed(self, query: Query) -> Series:
        parts = [self._bins[metric, query.stat] for metric in query.metrics]
        failure = next((part.failure for part in parts if part.failure), None)
        if failure:
            return Series({}, failure)
        fold = FOLDS.get(query.stat, sum)
        if query.period >= query.span.seconds:
            inside = [value for part in parts for at, value in part.points.items() if _inside(query.span, at)]
            return Series({query.span.start: float(fold(inside))} if inside else {})
        found: dict[int, list[float]] = {}
        for part in parts:
            for start, value in part.points.items():
                if _inside(query.span, start):
                    place = (start - query.span.start) // query.period * query.period + query.span.start
                    found.setdefault(place, []).append(value)
        return Series({start: float(fold(found[start])) for start in sorted(found)})


def _inside(span: Span, instant: int) -> bool:
    return span.start <= instant < span.end


def _holds(span: Span | None, part: Span) -> bool:
    return span is not None and span.holds(part)


def wanted_of(streams: Iterable[Stream], objectives: Sequence[Objective], span: Span) -> dict[Key, Span]:
    """What a check may ask of some streams: counts, extremes, and counts at the goals' limits."""
    rungs = [f"TC(:{written(rung)})" for rung in goal_limits(objectives)]
    found: dict[Key, Span] = {}
    for stream in streams:
        found[stream.requests, stream.request_stat] = span
        found |= dict.fromkeys(((stream.faults, "Sum"), (stream.errors, "Sum")), span)
        found |= dict.fromkeys(((stream.latency, stat) for stat in ("SampleCount", "Minimum", "Maximum", *rungs)), span)
    return found


@dataclass(frozen=True, slots=True)
class Tails:
    """What evidence does not have yet of the services of a catalogue: what may be asked of it, and how old lists are.

    ``listed_until`` is when the oldest list was made, in seconds since the epoch; None where none is needed.
    """

    wanted: Mapping[Key, Span]
    listed_until: int | None = None

    def told(self, now: int) -> tuple[Reason, ...]:
        """How old the lists of operations are that stand for those of now."""
        return () if self.listed_until is None else (Reason.of(Code.INVENTORY_KEPT, seconds=now - self.listed_until),)


def tails(catalogue: Catalogue, held: Evidence, settled: int) -> Tails:
    """The tails of every service and source, unless its evidence ended too long ago to tell its operations."""
    wanted: dict[Key, Span] = {}
    ends: list[int] = []
    until = settled // BIN * BIN
    for service in catalogue.services:
        for source in (service.source, *((SourceKind.API_GATEWAY,) if service.edge else ())):
            inventory = held.inventories[source]
            reach, listed = inventory.reach(service), inventory.latest(service, settled)
            first = held.keeping.aged(service, source)
            if reach is not None and listed is not None and first < until:
                streams = (listed.total, *listed.operations)
                wanted |= wanted_of(streams, catalogue.objectives_of(service), Span(first, until))
                ends.append(reach.end)
    return Tails(wanted, min(ends, default=None))
