"""Hands out a month of a service or component: the files as they are kept, or tables for other tools.

The one rule: nothing leaves the store unverified; in a table of counts the bands between two rungs are added up to
the counts at or below each rung, and what is unknown stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from slactl.evidence.store.archive import CHECK, ShelfArchive
from slactl.evidence.store.exportrows import FORMULAS, write_controls, write_metrics
from slactl.evidence.store.layout import WORKSHOP
from slactl.evidence.store.local import LocalShelf
from slactl.evidence.tables.engine import opened, quoted
from slactl.model.evidence import CountsFacts, Item, Kind
from slactl.ports.archive import EvidenceFailure

BAND = "band_"
TOTAL = "at_or_below_"
PLAIN = ("requests", "faults", "errors", "samples", "minimum", "maximum")
SUMS = "SHA256SUMS"
TABLES = (Kind.COUNTS, Kind.METRICS, Kind.CONTROLS)
"""What there are tables of, a file each."""


class Form(StrEnum):
    """What is handed out."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


def export(archive: ShelfArchive, service: str, month: str, folder: Path, form: Form) -> tuple[Path, ...]:
    """Writes a month of a service or component below a folder; gives the files.

    Args:
        archive: the store.
        service: its key.
        month: a UTC month, 2026-10.
        folder: where to; it is made if it is not there.
        form: PARQUET copies all files of the month, with their digests in ``SHA256SUMS``; CSV and JSONL
            make a table of the counts, one of the metrics and one of the controls' samples, of what is kept.

    Raises:
        EvidenceFailure: if nothing is kept of it, or a file is not what was kept.
        OSError: if nothing can be written.
    """
    if form is Form.PARQUET:
        items = [item for kind in Kind for item in archive.items(kind, service, month)]
        return _copied(archive, _some(items, service, month), folder)
    found = {kind: list(archive.items(kind, service, month)) for kind in TABLES}
    _some([item for items in found.values() for item in items], service, month)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".slactl-", dir=folder) as scratch:
        names = {kind: f"{kind.value}-{service}-{month}.{form.value}" for kind, items in found.items() if items}
        for kind, name in names.items():
            _written(archive, kind, found[kind], Path(scratch) / name, form)
        for name in names.values():
            (Path(scratch) / name).replace(folder / name)
    return tuple(folder / name for name in names.values())


def _written(archive: ShelfArchive, kind: Kind, items: Sequence[Item], made: Path, form: Form) -> None:
    """One table of one kind."""
    key, as_csv = items[0].place.service, form is Form.CSV
    try:
        if kind is Kind.COUNTS:
            _convert(key, [archive.path(item) for item in items], made, form)
        elif kind is Kind.METRICS:
            write_metrics(key, [(archive.path(item), CountsFacts.of(item)) for item in items], made, as_csv=as_csv)
        else:
            write_controls([archive.body(item) for item in items], made, as_csv=as_csv)
    except ValueError as error:
        raise EvidenceFailure(f"{kind.value} of {key}: {error}", CHECK) from error


def _some(items: Sequence[Item], service: str, month: str) -> Sequence[Item]:
    if not items:
        raise EvidenceFailure(f"nothing is kept of {service} in {month}", "slactl evidence list tells what is")
    return items


def _copied(archive: ShelfArchive, items: Sequence[Item], folder: Path) -> tuple[Path, ...]:
    with _shelf(folder) as shelf:
        for item in items:
            shelf.put(item.path, archive.body(item), 0)
        shelf.put(SUMS, "".join(f"{item.sha256}  {item.path}\n" for item in items).encode(), 0)
    return tuple(folder / path for path in (*(item.path for item in items), SUMS))


@contextmanager
def _shelf(folder: Path) -> Iterator[LocalShelf]:
    """Files are whole or absent here as in a store."""
    shelf = LocalShelf(folder)
    try:
        yield shelf
    finally:
        workshop = folder / WORKSHOP
        if workshop.is_dir() and not any(workshop.iterdir()):
            workshop.rmdir()


def _convert(service: str, files: Sequence[Path], made: Path, form: Form) -> None:
    with opened(made.parent) as engine:
        parts = []
        for file in files:
            described = engine.execute("SELECT name FROM parquet_schema(?)", [str(file)]).fetchall()
            rungs = [name[len(BAND) :] for (name,) in described if name.startswith(BAND)]
            parts.append(_part(service, file, rungs, form))
        kind = "FORMAT csv, HEADER" if form is Form.CSV else "FORMAT json"
        engine.execute(f"COPY ({' UNION ALL BY NAME '.join(parts)}) TO {quoted(str(made))} ({kind})")


def _part(service: str, file: Path, rungs: Sequence[str], form: Form) -> str:
    """The query of one file. An unknown band is null, and the next known one counts from the last known."""
    running = [f"{' + '.join(filter(None, [_run(at), _known(rung)]))} AS run_{at + 1}" for at, rung in enumerate(rungs)]
    totals = [
        f'CASE WHEN "{BAND}{rung}" IS NOT NULL THEN run_{at} END AS "{TOTAL}{rung}"' for at, rung in enumerate(rungs, 1)
    ]
    risky = form is Form.CSV
    shown = f"CASE WHEN regexp_matches(operation, '{FORMULAS}') THEN '''' || operation ELSE operation END"
    columns = [
        "strftime(time, '%Y-%m-%dT%H:%M:%SZ') AS time",
        f"{quoted(service)} AS service",
        "source",
        f"{shown} AS operation" if risky else "operation",
        *PLAIN,
        *totals,
    ]
    added = ", ".join(["*", *running])
    inner = f"SELECT {added} FROM read_parquet({quoted(str(file))}, hive_partitioning = false)"
    return f"SELECT {', '.join(columns)} FROM ({inner})"


def _run(at: int) -> str:
    return f"run_{at}" if at else ""


def _known(rung: str) -> str:
    return f'coalesce("{BAND}{rung}", 0)'
