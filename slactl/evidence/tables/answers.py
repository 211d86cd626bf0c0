"""Writes the queries of a closed month and what was answered, as Parquet.

The one rule: a row is one query with its answer as it came, points and failure alike, in the order in
which they were asked; of a query asked twice the last answer counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slactl.evidence.tables.engine import opened, quoted
from slactl.model.metric import Metric, Query, Series

SCHEMA = "slactl.answers/1"
COLUMNS: Mapping[str, str] = {
    "metrics": "VARCHAR",
    "stat": "VARCHAR",
    "period": "BIGINT",
    "start": "BIGINT",
    "end": "BIGINT",
    "times": "BIGINT[]",
    "values": "DOUBLE[]",
    "failure": "VARCHAR",
    "figures": "VARCHAR",
}
"""``metrics`` and ``figures`` are JSON; times are bucket starts in seconds since the epoch."""
MEMORY = "256MiB"
"""Some hundred thousand points in lists that are read at once take more than a table of bins."""
SHORTEST = 256 * 1024
"""So many bytes a line may have in any case."""


def answers_body(answered: Iterable[tuple[Query, Series]]) -> bytes:
    """The Parquet file."""
    with TemporaryDirectory(prefix="slactl-") as folder:
        source, target = Path(folder) / "rows.json", Path(folder) / "answers.parquet"
        longest = 0
        with source.open("w", encoding="ascii") as file:
            for query, series in answered:
                longest = max(longest, file.write(f"{json.dumps(_row(query, series))}\n"))
        with opened(Path(folder), MEMORY) as engine:
            engine.execute(f"""
                COPY (FROM {rows(source, COLUMNS, longest)}) TO {quoted(str(target))} (
                    FORMAT parquet, COMPRESSION zstd, KV_METADATA {{slactl: {quoted(json.dumps({"schema": SCHEMA}))}}}
                )""")
        return target.read_bytes()


def rows(source: Path, columns: Mapping[str, str], longest: int = 0) -> str:
    """SQL that reads a file of one JSON object a line; the ``longest``, in bytes, decides how much memory it takes."""
    typed = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
    return (
        f"read_json({quoted(str(source))}, columns = {{{typed}}}, format = 'newline_delimited', "
        f"maximum_object_size = {max(SHORTEST, longest)})"
    )


def metrics_text(metrics: Iterable[Metric]) -> str:
    """Metrics in one way of writing; a region stands in it only where it is not the configured one."""
    return json.dumps([_told(one) for one in metrics], separators=(",", ":"))


def _told(metric: Metric) -> list[Any]:
    told = [metric.namespace, metric.name, metric.dimensions, metric.account_id]
    return told if metric.region is None else [*told, metric.region]


def _row(query: Query, series: Series) -> dict[str, Any]:
    failure = series.failure
    return {
        "metrics": metrics_text(query.metrics),
        "stat": query.stat,
        "period": query.period,
        "start": query.span.start,
        "end": query.span.end,
        "times": list(series.points),
        "values": list(series.points.values()),
        "failure": failure.code.value if failure else None,
        "figures": json.dumps(dict(failure.figures)) if failure else None,
    }
