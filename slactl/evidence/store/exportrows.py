"""The tables of a month's metrics and of its samples of controls, for other tools.

The one rule: a row is a metric's bin, or a sample; a statistic that CloudWatch did not answer stays empty, and nothing
is added up.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
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
COUNT = re.compile(r"TC\(:([0-9.]+)\)")
NAMES = "(metric VARCHAR, namespace VARCHAR, name VARCHAR, dimensions VARCHAR, account VARCHAR, region VARCHAR)"


def write_metrics(key: str, files: Sequence[tuple[Path, CountsFacts]], made: Path, *, as_csv: bool) -> None:
    """Writes one row for each bin of a metric in which it had any point, with a column for each statistic.

    Args:
        key: the component, or service.
        files: each file and what it covers.
        made: what to write; beside it lies what is needed meanwhile.
        as_csv: CSV, else a JSON object a line.

    Raises:
        EvidenceFailure: if a file is no table of metrics, or nothing can be written.
    """
    form = "FORMAT csv" if as_csv else "FORMAT json"
    shown = "dimensions" if as_csv else "dimensions::JSON AS dimensions"
    part = made.parent / "part"
    with opened(made.parent) as engine, made.open("wb") as whole:
        paths = [path for path, _ in files]
        _name(engine, paths, as_csv=as_csv)
        stats = sorted({stat for path in paths for stat in _stats(engine, path)}, key=_by_rung)
        # File by file: all of a month at once needs more memory than a table of evidence may take.
        for number, (path, facts) in enumerate(files):
            header = f", HEADER {number == 0}" if as_csv else ""
            engine.execute(f"COPY ({_part(key, path, facts, (shown, stats))}) TO {quoted(str(part))} ({form}{header})")
            with part.open("rb") as body:
                shutil.copyfileobj(body, whole)
            part.unlink()


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


def _stats(engine: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    told = f"SELECT DISTINCT stat FROM {_file(path)} WHERE what = '{METRIC}'"
    return [stat for (stat,) in engine.execute(told).fetchall()]


def _by_rung(stat: str) -> tuple[bool, float, str]:
    """Plain statistics by name, then counts by their thresholds."""
    found = COUNT.fullmatch(stat)
    return found is not None, float(found[1]) if found else 0.0, stat


def _part(key: str, path: Path, facts: CountsFacts, columns: tuple[str, Sequence[str]]) -> str:
    """The query of one file: a null is a bin without a point."""
    start, width = facts.span.start, facts.bin
    at = f"strftime(make_timestamp(({start} + (place - 1) * {width}) * 1000000), '%Y-%m-%dT%H:%M:%SZ')"
    dimensions, stats = columns
    wide = ", ".join(["place", *(f'max(value) FILTER (stat = {quoted(stat)}) AS "{stat}"' for stat in stats)])
    return f"""
        SELECT {at} AS time, {width} AS seconds, {quoted(key)} AS component,
            namespace, name, {dimensions}, account, region, told.* EXCLUDE (metric, place)
        FROM (
            SELECT metric, {wide} FROM (
                SELECT metric, stat, unnest("values") AS value, generate_subscripts("values", 1) AS place
                FROM {_file(path)} WHERE what = '{METRIC}'
            ) WHERE value IS NOT NULL GROUP BY metric, place
        ) AS told JOIN names USING (metric) ORDER BY metric, place"""


def _file(path: Path) -> str:
    return f"read_parquet({quoted(str(path))}, hive_partitioning = false)"


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
