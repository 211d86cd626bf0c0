"""Sums of the counts of a service, made by DuckDB from its files.

The one rule: a file is read once for each set of columns, and what stays in memory are sums over
segments of a day; a bucket is a sum of whole segments, or else it is made from the bins themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from slactl.evidence.reading.records import Record
from slactl.evidence.reading.sql import (
    Columns,
    Rungs,
    Wanted,
    bins_of,
    bucket,
    of_bins,
    of_segments,
    segment_start,
    segments_of,
    where,
)
from slactl.evidence.tables.counts import BAND
from slactl.evidence.tables.engine import quoted
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.ports.archive import Archive

if TYPE_CHECKING:
    import duckdb

HOUR = 3600
MOST_EDGES = 40
"""A day that is cut into more pieces is summed from its bins, not from segments."""
AT_ONCE = 2

Value = float | None
Found = dict[str, dict[int, Sequence[Value]]]
"""By operation and bucket start, a value for each column; None where there is no data."""


@dataclass
class _Segments:
    """A table of sums over the segments between some instants, made or in the making."""

    edges: frozenset[int]
    table: Future[str]


@dataclass
class Sums:
    """The sums of one service; ``engine`` is DuckDB, ``archive`` holds the files, ``pool`` reads them."""

    engine: duckdb.DuckDBPyConnection
    archive: Archive
    pool: ThreadPoolExecutor
    prefix: str
    _segments: dict[tuple[str, Columns], _Segments] = field(default_factory=dict)
    _rungs: dict[str, Rungs] = field(default_factory=dict)
    _made: int = 0

    def rungs(self, record: Record) -> Rungs:
        """The upper bounds of a file's ladder, rising."""
        if record.item.path not in self._rungs:
            found = self.engine.execute(
                f"SELECT name FROM parquet_schema({self._path(record)}) WHERE starts_with(name, '{BAND}')"
            ).fetchall()
            self._rungs[record.item.path] = tuple(sorted((name.removeprefix(BAND) for (name,) in found), key=float))
        return self._rungs[record.item.path]

    def every_rung(self, records: Iterable[Record]) -> Rungs:
        """The rungs that any of some files has."""
        return tuple(sorted({rung for record in records for rung in self.rungs(record)}, key=float))

    def prepare(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> None:
        """Begins to read what ``of_all`` will ask for."""
        if not self._fine(wanted, records):
            self._begun(wanted, records, columns)

    def of_all(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> Found:
        """The buckets of every operation."""
        rungs = self._rungs_for(records, columns)
        if self._fine(wanted, records):
            return self._found(self._bins(records), of_bins(columns, rungs), wanted)
        tables = [
            (one.table.result(), self._own(record, rungs)) for one, record in self._begun(wanted, records, columns)
        ]
        return self._found(segments_of(tables, columns, rungs), of_segments(columns, rungs), wanted)

    def of_some(self, wanted: Wanted, operations: Iterable[str], records: Sequence[Record], columns: Columns) -> Found:
        """The buckets of a few operations, from the bins."""
        named = ", ".join(map(quoted, sorted(operations)))
        shown = of_bins(columns, self._rungs_for(records, columns))
        return self._found(f"{self._bins(records)} WHERE operation IN ({named})", shown, wanted)

    def together(
        self, wanted: Wanted, groups: Sequence[frozenset[str]], records: Sequence[Record], column: str
    ) -> list[dict[int, float]]:
        """The sum of one column over each group of operations, by bucket."""
        members = [(number, name) for number, group in enumerate(groups) for name in sorted(group)]
        self.engine.execute("CREATE OR REPLACE TEMP TABLE member (number INTEGER, operation VARCHAR)")
        self.engine.execute(
            "INSERT INTO member SELECT unnest(?::INTEGER[]), unnest(?::VARCHAR[])", list(zip(*members, strict=True))
        )
        found = self.engine.execute(f"""
            SELECT number, {bucket(wanted)}, sum({column}) FROM ({self._bins(records)}) JOIN member USING (operation)
            WHERE {where(wanted)} AND {column} IS NOT NULL GROUP BY ALL""").fetchall()
        sums: list[dict[int, float]] = [{} for _ in groups]
        for number, start, total in found:
            sums[number][start] = total
        return sums

    def present(self, span: Span, source: SourceKind, record: Record) -> set[str]:
        """The operations with anything in a part of a record."""
        asked = where(Wanted(source, span, span.seconds))
        found = self.engine.execute(f"SELECT DISTINCT operation FROM ({self._bins([record])}) WHERE {asked}").fetchall()
        return {name for (name,) in found}

    def _found(self, source: str, shown: Sequence[str], wanted: Wanted) -> Found:
        rows = self.engine.execute(f"""
            SELECT operation, {bucket(wanted)}, {", ".join(shown)} FROM ({source}) WHERE {where(wanted)}
            GROUP BY ALL""").fetchall()
        found: Found = {}
        for name, start, *values in rows:
            found.setdefault(name, {})[start] = values
        return found

    def _rungs_for(self, records: Sequence[Record], columns: Columns) -> Rungs:
        return self.every_rung(records) if columns is Columns.BANDS else ()

    def _own(self, record: Record, rungs: Rungs) -> Rungs:
        return self.rungs(record) if rungs else ()

    def _fine(self, wanted: Wanted, records: Sequence[Record]) -> bool:
        return any(len(wanted.edges(record.span)) > MOST_EDGES for record in records)

    def _begun(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> list[tuple[_Segments, Record]]:
        return [
            (self._segments_of(record, columns, frozenset(wanted.edges(record.span))), record) for record in records
        ]

    def _segments_of(self, record: Record, columns: Columns, edges: frozenset[int]) -> _Segments:
        """The table of a file's sums that has the edges; a day that is cut at all is cut by the hour as well."""
        known = self._segments.get((record.item.path, columns))
        if known is not None and edges <= known.edges:
            return known
        wider = edges | (known.edges if known else frozenset())
        if edges:
            wider |= frozenset(range(record.span.start // HOUR * HOUR + HOUR, record.span.end, HOUR))
        self._made += 1
        name, rungs = f"{self.prefix}_{self._made}", self._rungs_for([record], columns)
        made = _Segments(wider, self.pool.submit(partial(self._make, name, record, columns, wider, rungs)))
        self._segments[record.item.path, columns] = made
        return made

    def _make(self, name: str, record: Record, columns: Columns, edges: frozenset[int], rungs: Rungs) -> str:
        start = segment_start(record.span, edges)
        shown = ", ".join(of_bins(columns, rungs, named=True))
        with self.engine.cursor() as own:
            own.execute(f"""
                CREATE TABLE {name} AS SELECT source, operation, {start} AS start, {shown}
                FROM ({self._bins([record])}) GROUP BY ALL""")
        return name

    def _bins(self, records: Iterable[Record]) -> str:
        return bins_of(map(self._path, records))

    def _path(self, record: Record) -> str:
        return quoted(str(self.archive.path(record.item)))
