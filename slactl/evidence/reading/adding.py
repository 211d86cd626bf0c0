"""Sums of several operations, bucket by bucket, as metric math would give them.

The one rule: all sums of one column are made in one pass over the bins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slactl.evidence.reading.house import House
from slactl.evidence.reading.placing import place_all
from slactl.evidence.reading.records import Record
from slactl.evidence.reading.sql import Wanted
from slactl.model.metric import Query, Series
from slactl.model.service import SourceKind
from slactl.model.span import Span


@dataclass(frozen=True, slots=True)
class _Kind:
    """What sums have in common that are made together; ``phase`` is where buckets begin, modulo their length."""

    house: str
    source: SourceKind
    column: str
    period: int
    phase: int


@dataclass(frozen=True, slots=True)
class _Sum:
    position: int
    house: House
    names: frozenset[str]
    span: Span
    records: tuple[Record, ...]


def add_up(houses: Sequence[House], queries: Sequence[Query], positions: Iterable[int]) -> Iterable[tuple[int, Series]]:
    """The answers of the queries at some positions, as far as evidence holds them."""
    groups: dict[_Kind, list[_Sum]] = defaultdict(list)
    for position in positions:
        found = _read(houses, queries[position], position)
        if isinstance(found, Series):
            yield position, found
        elif found is not None:
            groups[found[0]].append(found[1])
    for kind, sums in groups.items():
        yield from _made(kind, sums)


def _read(houses: Sequence[House], query: Query, position: int) -> tuple[_Kind, _Sum] | Series | None:
    placed = place_all(houses, query.metrics, query.span)
    if placed is None:
        return None
    house, source = placed[0].house, placed[0].source
    columns = {one.additive(query.stat) for one in placed if one.where is not None}
    records = house.over(Wanted(source, query.span, query.period))
    if records is None or None in columns or len(columns) > 1:
        return None
    column = columns.pop() if columns else None
    if column is None:
        return Series({})
    names = frozenset(one.operation for one in placed if one.operation is not None)
    kind = _Kind(house.key, source, column, query.period, query.span.start % query.period)
    return kind, _Sum(position, house, names, query.span, tuple(records))


def _made(kind: _Kind, sums: Sequence[_Sum]) -> Iterable[tuple[int, Series]]:
    whole = Span(min(one.span.start for one in sums), max(one.span.end for one in sums))
    records = {record.item.path: record for one in sums for record in one.records}
    groups = list(dict.fromkeys(one.names for one in sums))
    wanted = Wanted(kind.source, whole, kind.period)
    made = sums[0].house.sums.together(wanted, groups, list(records.values()), kind.column)
    by_names = dict(zip(groups, made, strict=True))
    for one in sums:
        total = by_names[one.names]
        starts = range(one.span.start, one.span.end, kind.period)
        yield one.position, Series({start: total[start] for start in starts if start in total})
