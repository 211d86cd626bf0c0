"""The SQL of sums over counts.

The one rule: what was not told is NULL and stays out of every sum; a rung at which any bin with samples
tells nothing is unknown in the whole bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from slactl.evidence.tables.counts import band_column
from slactl.evidence.tables.engine import quoted
from slactl.model.service import SourceKind
from slactl.model.span import Span

Rungs = tuple[str, ...]


class Columns(Enum):
    """Columns that are read together."""

    COUNTS = ("requests", "faults", "errors")
    EXTREMES = ("samples", "minimum", "maximum")
    BANDS = ("bands",)


EXTREME = {"minimum": "min", "maximum": "max"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Buckets of ``period`` seconds over a span, of one source."""

    source: SourceKind
    span: Span
    period: int

    def edges(self, record: Span) -> list[int]:
        """Where a bucket begins or ends inside a record."""
        skipped = max(0, -(-(record.start + 1 - self.span.start) // self.period))
        starts = range(self.span.start + skipped * self.period, min(record.end, self.span.end), self.period)
        return [edge for edge in (*starts, self.span.end) if record.start < edge < record.end]


def bins_of(paths: Iterable[str]) -> str:
    """The rows of some files; ``paths`` are quoted."""
    files = f"read_parquet([{', '.join(paths)}], union_by_name = true, hive_partitioning = false)"
    return f"SELECT *, epoch_us(time) // 1000000 AS start FROM {files}"


def where(wanted: Wanted) -> str:
    """The rows that belong to the buckets."""
    return f"source = {quoted(wanted.source.value)} AND start >= {wanted.span.start} AND start < {wanted.span.end}"


def bucket(wanted: Wanted) -> str:
    """The start of the bucket that a row belongs to."""
    first = wanted.span.start
    return f"{first} + (start - {first}) // {wanted.period} * {wanted.period}"


def segment_start(record: Span, edges: Iterable[int]) -> str:
    """The start of the segment that a row belongs to."""
    cases = " ".join(f"WHEN start >= {edge} THEN {edge}" for edge in sorted(edges, reverse=True))
    return f"CASE {cases} ELSE {record.start} END" if cases else str(record.start)


def of_bins(columns: Columns, rungs: Rungs, *, named: bool = False) -> list[str]:
    """What to select of bins; for bands the sums of all rungs, then how many bins tell nothing at each."""
    shown = {name: f"{EXTREME.get(name, 'sum')}({name})" for name in columns.value}
    if columns is Columns.BANDS:
        shown = {_sum(rung): f'sum("{band_column(rung)}")' for rung in rungs}
        shown |= {_untold(rung): f'count(samples) - count("{band_column(rung)}")' for rung in rungs}
        shown |= {"told": "count(samples)"}
    return [f'{value} AS "{name}"' if named else value for name, value in shown.items() if named or name != "told"]


def of_segments(columns: Columns, rungs: Rungs) -> list[str]:
    """The same of segments."""
    if columns is Columns.BANDS:
        return [f'sum("{name(rung)}")' for name in (_sum, _untold) for rung in rungs]
    return [f"{EXTREME.get(name, 'sum')}({name})" for name in columns.value]


def segments_of(tables: Sequence[tuple[str, Rungs]], columns: Columns, rungs: Rungs) -> str:
    """The rows of some tables of segments, each with its own rungs."""
    return " UNION ALL ".join(f"SELECT {', '.join(_shown(columns, rungs, own))} FROM {name}" for name, own in tables)


def _shown(columns: Columns, rungs: Rungs, own: Rungs) -> list[str]:
    shown = ["source", "operation", "start"]
    if columns is not Columns.BANDS:
        return [*shown, *columns.value]
    has = frozenset(own)
    shown += [f'"{_sum(rung)}"' if rung in has else f'NULL AS "{_sum(rung)}"' for rung in rungs]
    return shown + [f'"{_untold(rung)}"' if rung in has else f'told AS "{_untold(rung)}"' for rung in rungs]


def _sum(rung: str) -> str:
    return f"sum_{rung}"


def _untold(rung: str) -> str:
    return f"untold_{rung}"
