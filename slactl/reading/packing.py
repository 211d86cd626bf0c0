"""Packing queries into calls.

The one rule: the queries of a call share its StartTime and EndTime, take at most 500 entries and
ask for at most 100,800 points, hidden inputs counted; so queries are grouped by span, and each group
is filled greedily in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slactl.model.metric import Query
from slactl.model.span import Span

MAX_ENTRIES = 500
MAX_POINTS = 100_800


@dataclass(frozen=True, slots=True)
class Call:
    """One GetMetricData call; ``indices`` say which of the packed queries it answers."""

    span: Span
    indices: tuple[int, ...]
    entries: int
    datapoints: int


def pack(queries: Sequence[Query]) -> tuple[Call, ...]:
    """Calls that hold every query once, in an order that doesn't depend on anything but the input."""
    by_span: dict[Span, list[int]] = {}
    for index, query in enumerate(queries):
        by_span.setdefault(query.span, []).append(index)
    return tuple(call for span, indices in by_span.items() for call in _fill(span, indices, queries))


def _fill(span: Span, indices: Iterable[int], queries: Sequence[Query]) -> Iterable[Call]:
    held: list[int] = []
    entries = points = 0
    for index in indices:
        query = queries[index]
        full = entries + query.entries > MAX_ENTRIES or points + query.datapoints > MAX_POINTS
        if held and full:
            yield Call(span, tuple(held), entries, points)
            held, entries, points = [], 0, 0
        held.append(index)
        entries += query.entries
        points += query.datapoints
    if held:
        yield Call(span, tuple(held), entries, points)


def pieces(span: Span, period: int, inputs: int, limit: int = MAX_POINTS) -> tuple[Span, ...]:
    """A span cut so that ``inputs`` series of ``period`` fit into one call each."""
    buckets = max(1, limit // max(1, inputs))
    step = buckets * period
    return tuple(Span(start, min(span.end, start + step)) for start in range(span.start, span.end, step))
