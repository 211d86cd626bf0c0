"""What is kept of one service, and the sums that are made of it.

The one rule: a span is summed only from records that hold all of it, on the grid of their bins.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import nan

from slactl.evidence.reading.answers import Answers
from slactl.evidence.reading.records import Record, Records
from slactl.evidence.reading.sql import Columns, Rungs, Wanted
from slactl.evidence.reading.sums import Found, Sums
from slactl.model.service import SourceKind
from slactl.model.span import Span

FEW, MANY_BUCKETS = 20, 48
"""A fine series of so few operations is made from their own bins, in so many buckets."""

Stairs = dict[str, dict[int, "array[float]"]]
"""By operation and bucket start, the count at every rung; no number where unknown. Arrays hold them in little room."""


@dataclass(eq=False)
class House:
    """The evidence of one service; ``used`` are the files that it was asked for."""

    key: str
    records: Records
    sums: Sums
    answers: Answers
    _covered: dict[tuple[Span, SourceKind], bool] = field(default_factory=dict)
    _stairs: dict[Wanted, tuple[Rungs, Stairs]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _before: set[str] = field(default_factory=set)

    @property
    def used(self) -> set[str]:
        return self._before | self.lately

    @property
    def lately(self) -> set[str]:
        """The files that were asked for since the last ``put_aside``."""
        return self._used | self.answers.used

    def put_aside(self, paths: Iterable[str] = ()) -> None:
        """Begins ``lately`` anew, and takes some files for asked."""
        self._before |= self.lately | set(paths)
        self._used.clear()
        self.answers.used.clear()

    def covers(self, span: Span, source: SourceKind) -> bool:
        """Whether all of a span was read."""
        if (span, source) not in self._covered:
            self._covered[span, source] = self.records.covers(span, source)
        return self._covered[span, source]

    def over(self, wanted: Wanted) -> list[Record] | None:
        """The records that buckets can be summed from; None if they don't hold them all, or not so finely."""
        span = wanted.span
        if not self.covers(span, wanted.source):
            return None
        found = self.records.over(span, wanted.source)
        if any(instant % one.bin for one in found for instant in (span.start, span.end, wanted.period)):
            return None
        self._used.update(record.item.path for record in found)
        return found

    def prepare(self, wanted: Wanted, records: Sequence[Record], columns: Columns) -> None:
        """Begins to read columns of which all operations will be asked."""
        self.sums.prepare(wanted, records, columns)

    def prepare_together(self, wanted: Wanted, records: Sequence[Record], several: Iterable[Columns]) -> None:
        """Begins to read several sets of columns in one pass."""
        self.sums.prepare_together(wanted, records, several)

    def found(self, wanted: Wanted, operations: set[str], records: Sequence[Record], columns: Columns) -> Found:
        """The buckets of at least some operations."""
        if is_some(wanted, operations):
            return self.sums.of_some(wanted, operations, records, columns)
        return self.sums.of_all(wanted, records, columns)

    def stairs(self, wanted: Wanted, operations: set[str], records: Sequence[Record]) -> tuple[Rungs, Stairs]:
        """The rungs of a span, and the counts of at least some operations at each."""
        if wanted in self._stairs:
            return self._stairs[wanted]
        rungs = self.sums.every_rung(records)
        bands = self.found(wanted, operations, records, Columns.BANDS) if rungs else {}
        made: Stairs = {
            name: {start: _cumulative(row, len(rungs)) for start, row in buckets.items()}
            for name, buckets in bands.items()
        }
        if not is_some(wanted, operations):
            self._stairs[wanted] = rungs, made
        return rungs, made


def is_some(wanted: Wanted, operations: Iterable[str]) -> bool:
    """Whether it is a fine series of a few operations."""
    return len(set(operations)) <= FEW and wanted.span.seconds // wanted.period > MANY_BUCKETS


def _cumulative(row: Sequence[float | None], rungs: int) -> array[float]:
    """Counts at or below each rung, of a row of the bands between them and of the bins that tell nothing."""
    sums = accumulate(value or 0.0 for value in row[:rungs])
    return array("d", [nan if untold else count for count, untold in zip(sums, row[rungs:], strict=True)])
