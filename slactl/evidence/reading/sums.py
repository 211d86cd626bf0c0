"""Sums of the counts of a service, made by DuckDB from its files.

The one rule: what all operations are asked for is summed in one pass over the files, which may begin
before it is waited for; only the sums come into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slactl.evidence.reading.records import Record
from slactl.evidence.reading.sql import Columns, Rungs, Wanted, bins_of, bucket, shown_of, where
from slactl.evidence.tables.counts import BAND
from slactl.evidence.tables.engine import quoted
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.ports.archive import Archive

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 2

Value = float | None
Found = dict[str, dict[int, Sequence[Value]]]
"""By operation and bucket start, a value for each column; None where there is no data."""
Key = tuple[Wanted, Columns]


@dataclass(eq=False)
class Sums:
    """The sums of one service; ``engine`` is DuckDB, ``archive`` holds the files, ``pool`` reads them."""

    engine: duckdb.DuckDBPyConnection
    archive: Archive
    pool: ThreadPoolExecutor
    _begun: dict[Key, Future[Found]] = field(default_factory=dict)
    _rungs: dict[str, Rungs] = field(default_factory=dict)
    _present: dict[tuple[Span, SourceKind, str], set[str]] = field(default_factory=dict)

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
        ladders = dict.fromkeys(self.rungs(record) for record in records)
        if len(ladders) == 1:
            return next(iter(ladders))
        return tuple(sorted({rung for rungs in ladders for rung in rungs}, key=float))

    def prepare(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> Future[Found]:
        """Begins to read what ``of_all`` will ask for."""
        key = wanted, columns
        if key not in self._begun:
            source, rungs = self._bins(records), self._rungs_for(records, columns)
            self._begun[key] = self.pool.submit(self._found, source, columns, rungs, wanted)
        return self._begun[key]

    def of_all(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> Found:
        """The buckets of every operation; they are forgotten once they were told."""
        found = self.prepare(wanted, records, columns).result()
        del self._begun[wanted, columns]
        return found

    def of_some(self, wanted: Wanted, operations: Iterable[str], records: Sequence[Record], columns: Columns) -> Found:
        """The buckets of a few operations."""
        named = ", ".join(map(quoted, sorted(operations)))
        source = f"{self._bins(records)} WHERE operation IN ({named})"
        return self._found(source, columns, self._rungs_for(records, columns), wanted)

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
        key = span, source, record.item.path
        if key not in self._present:
            asked, bins = where(Wanted(source, span, span.seconds)), self._bins([record])
            found = self.engine.execute(f"SELECT DISTINCT operation FROM ({bins}) WHERE {asked}").fetchall()
            self._present[key] = {name for (name,) in found}
        return self._present[key]

    def _found(self, source: str, columns: Columns, rungs: Rungs, wanted: Wanted) -> Found:
        shown = ", ".join(shown_of(columns, rungs))
        found: Found = {}
        with self.engine.cursor() as own:
            rows = own.execute(f"""
                SELECT operation, {bucket(wanted)}, {shown} FROM ({source}) WHERE {where(wanted)}
                GROUP BY ALL""").fetchall()
        for name, start, *values in rows:
            found.setdefault(name, {})[start] = values
        return found

    def _rungs_for(self, records: Sequence[Record], columns: Columns) -> Rungs:
        return self.every_rung(records) if columns is Columns.BANDS else ()

    def _bins(self, records: Iterable[Record]) -> str:
        return bins_of(map(self._path, records))

    def _path(self, record: Record) -> str:
        return quoted(str(self.archive.path(record.item)))
