"""Writes the counts of one service and day as Parquet.

The one rule: rows stand by source, operation and time, whatever order they came in, and the same
counts give the same bytes. Streams wait as text in a scratch file, so that a day needs little memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from weakref import finalize

from slactl.evidence.tables.bands import Band, bands
from slactl.evidence.tables.engine import quoted, taken
from slactl.model.evidence import StreamBins
from slactl.model.span import Span

SCHEMA = "slactl.counts/1"
PLAIN = ("requests", "faults", "errors", "samples", "minimum", "maximum")
ROW_GROUP = 40_960
Chunk = tuple[str, str, int, int, int]
"""Source, operation, first second, and where its text begins and ends in the scratch file."""


BAND = "band_"


def band_column(rung: str) -> str:
    """The name of a rung's column."""
    return f"{BAND}{rung}"


class CountsFile:
    """A ``CountsWriter``.

    Raises:
        ValueError: if rungs don't rise, or a stream does not lie on the grid, or comes twice for a time.
    """

    def __init__(self, service: str, rungs: Sequence[str], span: Span, width: int) -> None:
        self._rungs = tuple(rungs)
        self._bounds = tuple(float(rung) for rung in rungs)
        if any(low >= high for low, high in zip(self._bounds, self._bounds[1:], strict=False)):
            raise ValueError("rungs must rise")
        self._said = {"schema": SCHEMA, "service": service, "start": span.start, "end": span.end, "bin": width}
        self._span, self._width = span, width
        self._chunks: list[Chunk] = []
        self._taken: dict[tuple[str, str], list[Span]] = {}
        self._spool = TemporaryFile()  # noqa: SIM115 - lives as long as the writer
        finalize(self, self._spool.close)

    def add(self, bins: StreamBins) -> None:
        starts = self._starts(bins)
        self._check_once(bins)
        text = "".join(self._lines(bins, starts, len(self._chunks) + 1)).encode()
        begins = self._spool.tell()
        self._spool.write(text)
        name = bins.stream.operation or ""
        self._chunks.append((bins.source.value, name, bins.span.start, begins, begins + len(text)))

    def body(self) -> bytes:
        with TemporaryDirectory(prefix="slactl-") as folder, self._spool:
            scratch = Path(folder)
            source, target = scratch / "rows.csv", scratch / "counts.parquet"
            self._write_rows(source)
            self._pack(source, target)
            return target.read_bytes()

    def _check_once(self, bins: StreamBins) -> None:
        """A stream's spans must not overlap: sums would hold the bins twice."""
        key = (bins.source.value, bins.stream.operation or "")
        seen = self._taken.setdefault(key, [])
        if any(span.meets(bins.span) for span in seen):
            raise ValueError(f"{key} comes twice for one time")
        seen.append(bins.span)

    def _starts(self, bins: StreamBins) -> list[int]:
        told = (bins.requests, bins.faults, bins.errors, bins.samples or {}, bins.minimum, bins.maximum)
        starts = sorted({start for series in told for start in series})
        fits = bins.bin == self._width and self._span.holds(bins.span)
        if not fits or any(start % self._width or not bins.span.start <= start < bins.span.end for start in starts):
            raise ValueError("a stream must lie in the file's span and on its grid")
        return starts

    def _lines(self, bins: StreamBins, starts: Sequence[int], number: int) -> Iterator[str]:
        samples = bins.requests if bins.samples is None else bins.samples
        plain = (bins.requests, bins.faults, bins.errors, samples, bins.minimum, bins.maximum)
        ladder: list[Mapping[int, float]] = [bins.ladder.get(rung, {}) for rung in self._rungs]
        for start in starts:
            row = [series.get(start) for series in plain]
            held = row[3]
            spread: list[Band] = [None] * len(ladder)
            if held is not None:
                spread = bands(self._bounds, held, (row[4], row[5]), ladder, start)
            yield f"{number},{start},{','.join(map(_text, (*row, *spread)))}\n"

    def _write_rows(self, path: Path) -> None:
        with path.open("wb") as file:
            for _, _, _, begins, ends in sorted(self._chunks):
                self._spool.seek(begins)
                file.write(self._spool.read(ends - begins))

    def _pack(self, source: Path, target: Path) -> None:
        values = [*PLAIN, *(band_column(rung) for rung in self._rungs)]
        columns = {"number": "INTEGER", "start": "BIGINT"} | dict.fromkeys(values, "DOUBLE")
        typed = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
        shown = ", ".join(f'"{name}"' for name in values)
        with taken(target.parent) as engine:
            engine.execute("SET VARIABLE sources = ?", [[chunk[0] for chunk in self._chunks]])
            engine.execute("SET VARIABLE operations = ?", [[chunk[1] for chunk in self._chunks]])
            engine.execute(f"""
                COPY (
                    SELECT make_timestamp(start * 1000000) AS time, getvariable('sources')[number] AS source,
                        getvariable('operations')[number] AS operation, {shown}
                    FROM read_csv({quoted(str(source))}, columns = {{{typed}}}, header = false, delim = ',',
                        quote = '', escape = '', auto_detect = false, parallel = false,
                        buffer_size = 1048576, max_line_size = 65536)
                ) TO {quoted(str(target))} (
                    FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP},
                    KV_METADATA {{slactl: {quoted(json.dumps(self._said, sort_keys=True))}}}
                )""")


def _text(value: Band) -> str:
    return "" if value is None else repr(value)
