"""A month of evidence of thousands of operations, made with numpy and DuckDB: nothing was collected.

The one rule: it is what a collect would have kept of realistic traffic: a few operations are asked often,
most seldom, latencies are lognormal and told as midpoints of a histogram, nights are quiet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from slactl.configuration import load_catalogue
from slactl.evidence.store import open_archive
from slactl.evidence.tables import DuckTables
from slactl.evidence.tables.counts import ROW_GROUP
from slactl.model.evidence import CountsFacts, Kind, NewItem, Place, StreamBins
from slactl.model.metric import Metric, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.workflows.collecting.plan import day_name
from slactl.workflows.collecting.rungs import ladder, texts
from slactl.workflows.collecting.streams import Listed, streams_body

DAY = 86_400
SERVICE = "missions-api"
FIRST = int(datetime(2026, 9, 30, tzinfo=UTC).timestamp())
MONTH = Span(FIRST, FIRST + 32 * DAY)
BUSIEST = 3000
"""Requests of the busiest operation in five minutes."""
Doubles = npt.NDArray[np.float64]


def stream(operation: str | None) -> Stream:
    """The metrics of an operation, as Application Signals names them."""
    own = (("Operation", operation),) if operation else ()
    dimensions = tuple(sorted((("Environment", "lambda:prod"), ("Service", SERVICE), *own)))
    latency, fault, error = (Metric("ApplicationSignals", name, dimensions) for name in ("Latency", "Fault", "Error"))
    return Stream(operation, latency, "SampleCount", fault, error, latency)


def keep(configuration: Path, operations: int, span: Span = MONTH, *, too_much: bool = False) -> list[Path]:
    """Keeps a span beside a configuration, day by day; the files of counts.

    It begins at midnight, UTC. With ``too_much`` the whole's own series counts half as much again, as on Lambda.
    """
    catalogue = load_catalogue(configuration)
    rungs = texts(ladder(catalogue.objectives))
    names = [f"GET /resources-{number:04d}/{{id}}" for number in range(operations)]
    first = configuration.parent / "first.parquet"
    first.write_bytes(_first(names, rungs, 1.5 if too_much else 1.0))
    paths = []
    with open_archive(str(configuration.parent / "evidence"), create=True) as archive:
        for number, start in enumerate(range(span.start, span.end, DAY)):
            day = Span(start, min(start + DAY, span.end))
            place = Place(Kind.COUNTS, "123456789012", "eu-west-1", SERVICE, day_name(day), "counts.parquet")
            listed = Listed(
                SourceKind.APPLICATION_SIGNALS, tuple(map(stream, names)), stream(None), total_decides=False
            )
            told = CountsFacts(day, 300, day.end + 4 * DAY, final=True).facts
            counts = NewItem(place, _turned(first, day, number, names), told | {"sources": ("application-signals",)})
            where = Place(Kind.STREAMS, place.account, place.region, SERVICE, place.when, "streams.json")
            streams = NewItem(where, streams_body(SERVICE, day, [listed]), {"start": day.start, "end": day.end})
            item, _ = archive.commit("bench", day.end, [counts, streams])
            paths.append(configuration.parent / "evidence" / item.path)
    first.unlink()
    return paths


def _first(names: list[str], rungs: tuple[str, ...], excess: float) -> bytes:
    """The counts of one day; the whole is the sum of the operations, times ``excess``."""
    day = Span(FIRST, FIRST + DAY)
    table = DuckTables().counts(SERVICE, rungs, day, 300)
    whole = np.zeros((288, 3 + len(rungs)))
    extremes = np.full((288, 2), np.nan)
    for bins, sums, ends in _traffic(names, rungs, day):
        table.add(bins)
        whole += sums
        extremes[:, 0] = np.fmin(extremes[:, 0], ends[:, 0])
        extremes[:, 1] = np.fmax(extremes[:, 1], ends[:, 1])
    whole = np.floor(whole * excess)
    table.add(_bins(stream(None), day, whole, extremes, rungs))
    return table.body()


def _traffic(names: list[str], rungs: tuple[str, ...], day: Span) -> Iterator[tuple[StreamBins, Doubles, Doubles]]:
    rng = np.random.default_rng(7)
    bounds = np.array([float(rung) for rung in rungs])
    midpoints = np.round(1.1 ** (np.arange(140) + 0.5), 4)
    hours = 0.25 + 0.75 * np.sin(np.arange(288) / 288 * np.pi) ** 2
    for number, name in enumerate(names):
        typical = rng.uniform(15, 400)
        asked = rng.poisson(BUSIEST / (number + 1) ** 0.9 * hours)
        sums, ends = np.zeros((288, 3 + len(rungs))), np.full((288, 2), np.nan)
        for place in np.flatnonzero(asked):
            exact = typical * np.exp(rng.normal(0, 0.6, asked[place]))
            told = np.sort(midpoints[np.clip((np.log(exact) / np.log(1.1)).astype(int), 0, 139)])
            sums[place, :3] = asked[place], rng.binomial(asked[place], 0.001), rng.binomial(asked[place], 0.01)
            sums[place, 3:] = np.searchsorted(told, bounds, side="right")
            ends[place] = told[0], told[-1]
        yield _bins(stream(name), day, sums, ends, rungs), sums, ends


def _bins(one: Stream, day: Span, sums: Doubles, ends: Doubles, rungs: tuple[str, ...]) -> StreamBins:
    starts = {int(place): day.start + int(place) * 300 for place in np.flatnonzero(sums[:, 0])}

    def points(column: Doubles) -> dict[int, float]:
        return {start: float(column[place]) for place, start in starts.items()}

    ladder_of = {rung: points(sums[:, 3 + number]) for number, rung in enumerate(rungs)}
    requests, faults, errors = (points(sums[:, number]) for number in range(3))
    least, most = points(ends[:, 0]), points(ends[:, 1])
    source = SourceKind.APPLICATION_SIGNALS
    return StreamBins(source, one, 300, day, requests, faults, errors, least, most, None, ladder_of)


def _turned(first: Path, day: Span, number: int, names: list[str]) -> bytes:
    """Another day or a part of one: the same traffic, of other operations."""
    target = first.with_name("turned.parquet")
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute("CREATE TABLE turn (operation VARCHAR, now VARCHAR)")
        turned = [(name, names[(place + 31 * number) % len(names)]) for place, name in enumerate(names)]
        engine.executemany("INSERT INTO turn VALUES (?, ?)", [*turned, ("", "")])
        engine.execute(f"""
            COPY (
                SELECT time + INTERVAL {(day.start - FIRST) // DAY} DAY AS time, source, now AS operation,
                    * EXCLUDE (time, source, operation, now)
                FROM '{first}' JOIN turn USING (operation)
                WHERE epoch_us(time) // 1000000 - {FIRST} < {day.seconds} ORDER BY source, now, time
            ) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})""")
    body = target.read_bytes()
    target.unlink()
    return body
