"""Writes the metrics of one component and day as Parquet, and reads them.

The one rule: a row is one statistic of one metric, its values bin by bin from the span's start; a bin without a point
is null, and never a zero. What was asked stands beside it, so that a metric that nobody listed is told from one that
nobody asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from slactl.evidence.tables.answers import rows
from slactl.evidence.tables.engine import quoted, taken
from slactl.model.evidence import AskedTerm, MetricBins
from slactl.model.general import MetricTerm
from slactl.model.metric import Metric
from slactl.model.span import Span

if TYPE_CHECKING:
    import duckdb

SCHEMA = "slactl.metrics/1"
TERM, METRIC = "term", "metric"
COLUMNS: Mapping[str, str] = {
    "what": "VARCHAR",
    "metric": "VARCHAR",
    "stat": "VARCHAR",
    "listed": "BOOLEAN",
    "values": "DOUBLE[]",
}
"""``metric`` is JSON; of a term its values of dimensions are lists of patterns, and ``stat`` all that was asked."""
Values = tuple[float | None, ...]


def metrics_body(key: str, span: Span, width: int, asked: Sequence[AskedTerm], found: Iterable[MetricBins]) -> bytes:
    """The Parquet file; the same metrics give the same bytes, in whatever order they come.

    Raises:
        ValueError: if a point lies outside the span, or off its grid.
    """
    lines = sorted([*map(_asked_line, asked), *(_line(one, span, width) for one in found)], key=_order)
    said = {"schema": SCHEMA, "component": key, "start": span.start, "end": span.end, "bin": width}
    with TemporaryDirectory(prefix="slactl-") as folder:
        source, target = Path(folder) / "rows.json", Path(folder) / "metrics.parquet"
        with source.open("w", encoding="ascii") as file:
            file.writelines(f"{json.dumps(line)}\n" for line in lines)
        with taken(Path(folder)) as engine:
            engine.execute(f"""
                COPY (FROM {rows(source, COLUMNS)}) TO {quoted(str(target))} (
                    FORMAT parquet, COMPRESSION zstd,
                    KV_METADATA {{slactl: {quoted(json.dumps(said, sort_keys=True))}}}
                )""")
        return target.read_bytes()


def read_terms(engine: duckdb.DuckDBPyConnection, path: Path) -> tuple[AskedTerm, ...]:
    """What was asked when a file was made."""
    told = _rows(engine, path, "stat, listed", f"what = '{TERM}'")
    return tuple(AskedTerm(_term(metric), tuple(stat.split()), listed) for metric, stat, listed in told)


def read_metrics(engine: duckdb.DuckDBPyConnection, path: Path) -> tuple[Metric, ...]:
    """The metrics of a file: what was listed, and what else had a point."""
    return tuple(dict.fromkeys(_metric(metric) for (metric, _) in _rows(engine, path, "stat", f"what = '{METRIC}'")))


def read_values(
    engine: duckdb.DuckDBPyConnection, path: Path, wanted: Iterable[tuple[Metric, str]]
) -> dict[tuple[Metric, str], Values]:
    """The values of some statistics, bin by bin; nothing of what the file does not have."""
    by_text = {(metric_text(metric), stat): (metric, stat) for metric, stat in wanted}
    given = [sorted({metric for metric, _ in by_text}), sorted({stat for _, stat in by_text})]
    where = f"what = '{METRIC}' AND metric IN (SELECT unnest(?)) AND stat IN (SELECT unnest(?))"
    told = _rows(engine, path, 'stat, "values"', where, given)
    return {by_text[metric, stat]: tuple(values) for metric, stat, values in told if (metric, stat) in by_text}


def metric_text(metric: Metric) -> str:
    """A metric in one way of writing."""
    told = [metric.namespace, metric.name, metric.dimensions, metric.account_id, metric.region]
    return json.dumps(told, separators=(",", ":"))


def term_text(term: MetricTerm) -> str:
    """What a term asks for, in one way of writing; not what the absence of a point means, nor a scale."""
    told = [term.namespace, term.name, sorted(term.dimensions), term.account_id, term.region]
    return json.dumps(told, separators=(",", ":"))


def _rows(
    engine: duckdb.DuckDBPyConnection, path: Path, columns: str, where: str, given: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    file = f"read_parquet({quoted(str(path))}, hive_partitioning = false)"
    return engine.cursor().execute(f"SELECT metric, {columns} FROM {file} WHERE {where}", list(given)).fetchall()


def _asked_line(asked: AskedTerm) -> dict[str, Any]:
    stats = " ".join(sorted(asked.stats))
    return {"what": TERM, "metric": term_text(asked.term), "stat": stats, "listed": asked.listed, "values": []}


def _line(one: MetricBins, span: Span, width: int) -> dict[str, Any]:
    values: list[float | None] = [None] * (span.seconds // width) if one.points else []
    for at, value in one.points.items():
        if (at - span.start) % width or not span.start <= at < span.end:
            raise ValueError(f"{one.metric.name} has a point off the grid")
        values[(at - span.start) // width] = value
    return {"what": METRIC, "metric": metric_text(one.metric), "stat": one.stat, "listed": True, "values": values}


def _order(line: Mapping[str, Any]) -> tuple[str, str, str]:
    return line["what"], line["metric"], line["stat"]


def _metric(text: str) -> Metric:
    namespace, name, dimensions, account, region = json.loads(text)
    return Metric(namespace, name, tuple((key, value) for key, value in dimensions), account, region)


def _term(text: str) -> MetricTerm:
    namespace, name, dimensions, account, region = json.loads(text)
    patterns = tuple((key, tuple(values)) for key, values in dimensions)
    return MetricTerm(namespace, name, "", patterns, region, account)
