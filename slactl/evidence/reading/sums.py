"""Sums of the counts of a service, made by DuckDB from its files.

The one rule: what all operations are asked for is summed in one pass over the files, which may begin
before it is waited for; only the sums come into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from slactl.evidence.reading.memory import Memory, key_of
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
LASTING = 4 * 86_400
"""Longer spans are those of months: shorter ones move with the clock, and are seldom asked for twice."""
MANY = 200_000
"""So many values are more quickly asked for than remembered."""

Value = float | None
Rows = list[Any]
Found = dict[str, dict[int, Sequence[Value]]]
"""By operation and bucket start, a value for each column; None where there is no data."""
Key = tuple[Wanted, Columns]


@dataclass(eq=False)
class Sums:
    """The sums of one service; ``engine`` is DuckDB, ``archive`` holds the files, ``pool`` reads them.

    ``memory`` has what files of the same digests came to before: a long span does so until the next collect.
    """

    engine: duckdb.DuckDBPyConnection
    archive: Archive
    pool: ThreadPoolExecutor
    memory: Memory
    _begun: dict[Key, Callable[[], Found]] = field(default_factory=dict)
    _rungs: dict[str, Rungs] = field(default_factory=dict)
    _version: str = field(default_factory=partial(version, "duckdb"))
    _present: dict[tuple[Span, SourceKind, str], set[str]] = field(default_factory=dict)

    def rungs(self, record: Record) -> Rungs:
        """The upper bounds of a file's ladder, rising."""
        if record.item.path not in self._rungs:
            found = self._rows([record], _schema, lasting=True)
            self._rungs[record.item.path] = tuple(sorted((name.removeprefix(BAND) for (name,) in found), key=float))
        return self._rungs[record.item.path]

    def every_rung(self, records: Iterable[Record]) -> Rungs:
        """The rungs that any of some files has."""
        ladders = dict.fromkeys(self.rungs(record) for record in records)
        if len(ladders) == 1:
            return next(iter(ladders))
        return tuple(sorted({rung for rungs in ladders for rung in rungs}, key=float))

    def prepare(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> Callable[[], Found]:
        """Begins to read what ``of_all`` will ask for."""
        key = wanted, columns
        if key not in self._begun:
            shown = shown_of(columns, self._rungs_for(records, columns))
            self._begun[key] = self.pool.submit(self._found, records, shown, wanted).result
        return self._begun[key]

    def prepare_together(self, wanted: Wanted, records: Sequence[Record], several: Iterable[Columns]) -> None:
        """Begins to read several sets of columns in one pass, which is quicker where there is little to hold."""
        kinds = list(several)
        if any((wanted, columns) in self._begun for columns in kinds):
            return
        each = {columns: shown_of(columns, self._rungs_for(records, columns)) for columns in kinds}
        shown = [one for names in each.values() for one in names]
        whole, first = self.pool.submit(self._found, records, shown, wanted), 0
        for columns, names in each.items():
            self._begun[wanted, columns] = partial(_part, whole, slice(first, first + len(names)))
            first += len(names)

    def of_all(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> Found:
        """The buckets of every operation; they are forgotten once they were told."""
        found = self.prepare(wanted, records, columns)()
        del self._begun[wanted, columns]
        return found

    def of_some(self, wanted: Wanted, operations: Iterable[str], records: Sequence[Record], columns: Columns) -> Found:
        """The buckets of a few operations."""
        named = ", ".join(map(quoted, sorted(operations)))
        shown = shown_of(columns, self._rungs_for(records, columns))
        return self._found(records, shown, wanted, f"WHERE operation IN ({named})")

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
            asked = where(Wanted(source, span, span.seconds))

            def told(paths: Sequence[str]) -> str:
                return f"SELECT DISTINCT operation FROM ({bins_of(paths)}) WHERE {asked}"

            found = self._rows([record], told, lasting=True)
            self._present[key] = {name for (name,) in found}
        return self._present[key]

    def _found(self, records: Sequence[Record], shown: Iterable[str], wanted: Wanted, some: str = "") -> Found:
        found: Found = {}
        columns = f"operation, {bucket(wanted)}, {', '.join(shown)}"

        def asked(paths: Sequence[str]) -> str:
            return f"SELECT {columns} FROM ({bins_of(paths)} {some}) WHERE {where(wanted)} GROUP BY ALL"

        for row in self._rows(records, asked, lasting=wanted.span.seconds > LASTING):
            found.setdefault(row[0], {})[row[1]] = row[2:]
        return found

    def _rows(self, records: Sequence[Record], asked: Callable[[Sequence[str]], str], *, lasting: bool) -> Rows:
        """What is asked of some files; ``lasting`` questions are asked again by whoever asks next."""
        if not lasting or self.memory.place is None:
            return self._asked(records, asked)
        digests = [record.item.sha256 for record in records]
        key = key_of([self._version, digests, asked([f"'{number}'" for number in range(len(digests))])])
        told = (self.memory.recall(key) or {}).get("rows")
        if not isinstance(told, list):
            told = self._asked(records, asked)
            if sum(map(len, told)) < MANY:
                self.memory.keep(key, {"rows": told})
        return told

    def _asked(self, records: Sequence[Record], asked: Callable[[Sequence[str]], str]) -> Rows:
        paths = [self._path(record) for record in records]
        with self.engine.cursor() as own:
            return own.execute(asked(paths)).fetchall()

    def _rungs_for(self, records: Sequence[Record], columns: Columns) -> Rungs:
        return self.every_rung(records) if columns is Columns.BANDS else ()

    def _bins(self, records: Iterable[Record]) -> str:
        return bins_of(map(self._path, records))

    def _path(self, record: Record) -> str:
        return quoted(str(self.archive.path(record.item)))


def _part(whole: Future[Found], columns: slice) -> Found:
    """Some columns of what was read in one pass."""
    found = whole.result()
    return {name: {start: values[columns] for start, values in buckets.items()} for name, buckets in found.items()}


def _schema(paths: Sequence[str]) -> str:
    (path,) = paths
    return f"SELECT name FROM parquet_schema({path}) WHERE starts_with(name, '{BAND}')"
