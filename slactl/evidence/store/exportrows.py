"""The tables of a month's metrics and of its samples of controls, for other tools.

The one rule: a row is a point, or a sample; what CloudWatch did not answer has no row, and nothing is added up.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.evidence.tables.engine import opened, quoted
from slactl.evidence.tables.metrics import METRIC, metric_text, read_metrics
from slactl.model.control import ControlSample
from slactl.model.evidence import CountsFacts
from slactl.model.metric import Metric
from slactl.workflows.collecting.controlday import read

if TYPE_CHECKING:
    import duckdb

FORMULAS = "^[ ]*[=+@\\t\\r\\-]"
"""What a spreadsheet would take for a formula; in CSV an apostrophe goes before it."""
NAMES = "(metric VARCHAR, namespace VARCHAR, name VARCHAR, dimensions VARCHAR, account VARCHAR, region VARCHAR)"


def write_metrics(key: str, files: Sequence[tuple[Path, CountsFacts]], made: Path, *, as_csv: bool) -> None:
    """Writes one row for each point of each statistic of the files.

    Args:
        key: the component, or service.
        files: each file and what it covers.
        made: what to write; beside it lies what is needed meanwhile.
        as_csv: CSV, else a JSON object a line.

    Raises:
        EvidenceFailure: if a file is no table of metrics, or nothing can be written.
    """
    with opened(made.parent) as engine:
        _name(engine, [path for path, _ in files], as_csv=as_csv)
        shown = "dimensions" if as_csv else "dimensions::JSON AS dimensions"
        parts = (_part(key, path, facts, shown) for path, facts in files)
        form = "FORMAT csv, HEADER" if as_csv else "FORMAT json"
        engine.execute(f"COPY ({' UNION ALL '.join(parts)}) TO {quoted(str(made))} ({form})")


def _name(engine: duckdb.DuckDBPyConnection, paths: Sequence[Path], *, as_csv: bool) -> None:
    """A table of the metrics' names, beside the texts that the files have of them."""
    metrics = dict.fromkeys(metric for path in paths for metric in read_metrics(engine, path))
    engine.execute(f"CREATE TABLE names {NAMES}")
    if metrics:
        engine.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?, ?)", [_named(one, as_csv) for one in metrics])


def _named(metric: Metric, as_csv: bool) -> list[str | None]:
    told = json.dumps(dict(metric.dimensions), ensure_ascii=False, sort_keys=True)
    shown = [metric.namespace, metric.name, told, metric.account_id, metric.region]
    return [metric_text(metric), *(_harmless(one) if as_csv and one is not None else one for one in shown)]


def _part(key: str, path: Path, facts: CountsFacts, dimensions: str) -> str:
    """The query of one file: a null is a bin without a point."""
    start, width = facts.span.start, facts.bin
    at = f"strftime(make_timestamp(({start} + (place - 1) * {width}) * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
    points = f"""
        SELECT metric, stat, unnest("values") AS value, generate_subscripts("values", 1) AS place
        FROM read_parquet({quoted(str(path))}, hive_partitioning = false) WHERE what = '{METRIC}'"""
    return f"""
        SELECT {at} AS time, {width} AS seconds, {quoted(key)} AS component,
            namespace, name, {dimensions}, account, region, stat, value
        FROM (
            SELECT * FROM ({points}) JOIN names USING (metric) WHERE value IS NOT NULL ORDER BY metric, stat, place
        )"""


def write_controls(bodies: Iterable[bytes], made: Path, *, as_csv: bool) -> None:
    """Writes one row for each sample of some documents, in order of time.

    Raises:
        ValueError: if one holds no samples.
        OSError: if nothing can be written.
    """
    samples = sorted((one for body in bodies for one in read(body)), key=_order)
    rows = [_row(one) for one in samples]
    with made.open("w", encoding="utf-8", newline="") as file:
        if as_csv:
            writer = csv.DictWriter(file, list(_row(samples[0])) if samples else [], lineterminator="\n")
            writer.writeheader()
            writer.writerows(_flat(row) for row in rows)
        else:
            file.writelines(json.dumps(row, ensure_ascii=False, sort_keys=False) + "\n" for row in rows)


def _order(one: ControlSample) -> tuple[int, str, str, str]:
    return one.at, one.control, one.target or "", one.asked


def _row(one: ControlSample) -> dict[str, Any]:
    return {
        "time": f"{datetime.fromtimestamp(one.at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "component": one.component,
        "control": one.control,
        "target": one.target,
        "held": one.held,
        "selected": one.selected,
        "failure": one.failure.code.value if one.failure else None,
        "asked": one.asked,
    }


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """The cells of a row: what was selected as JSON, nothing where there is nothing."""
    selected = "" if row["failure"] else json.dumps(row["selected"], ensure_ascii=False)
    held = "" if row["held"] is None else str(row["held"]).lower()
    told = row | {"selected": selected, "held": held}
    return {name: "" if value is None else _harmless(str(value)) for name, value in told.items()}


def _harmless(text: str) -> str:
    return f"'{text}" if re.match(FORMULAS, text) else text
