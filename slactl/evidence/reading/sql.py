"""The SQL of sums over counts.

The one rule: what was not told is NULL and stays out of every sum; a rung at which any bin with samples
tells nothing is unknown in the whole bucket.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    if wanted.period >= wanted.span.seconds:
        return f"{first}"
    return f"{first} + (start - {first}) // {wanted.period} * {wanted.period}"


def shown_of(columns: Columns, rungs: Rungs) -> list[str]:
    """What to select; for bands the sums of all rungs, then how many bins tell nothing at each."""
    if columns is not Columns.BANDS:
        return [f"{EXTREME.get(name, 'sum')}({name})" for name in columns.value]
    sums = [f'sum("{band_column(rung)}")' for rung in rungs]
    return sums + [f'count(samples) - count("{band_column(rung)}")' for rung in rungs]
