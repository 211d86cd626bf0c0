"""Daily p95 and p99 of a service, from hourly counts.

The one rule (decision 5): days are local days, their counts are sums of hours that lie wholly inside
them, and only a series that was proved equal to the sum of the operations may stand for the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from math import gcd, log
from zoneinfo import ZoneInfo

from slactl.compliance.amount import as_written
from slactl.compliance.distribution import Bucket, Distribution, Population, Rung, Steps
from slactl.compliance.ladder import bracket, tidy, written
from slactl.model.metric import LadderQuery, Series, Stream
from slactl.model.period import local_days
from slactl.model.report import Bracket
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.reading.cover import Tiles
from slactl.workflows.asking import ask, ask_ladders, tile_query
from slactl.workflows.survey import Survey

FEW_STREAMS = 20
STEP = 1.04
PLAIN = ("SampleCount", "Minimum", "Maximum")
P95, P99 = Fraction(95, 100), Fraction(99, 100)
DayBrackets = dict[date, tuple[Bracket | None, Bracket | None]]


@dataclass(frozen=True, slots=True)
class DailyLatency:
    """p95 and p99 of each day, or the reason why there are none."""

    days: DayBrackets
    missing: Reason | None = None


def daily_latency(reader: MetricReader, found: Survey, zone: ZoneInfo) -> DailyLatency:
    """The daily percentiles of a survey."""
    add, less = _streams(found)
    if len(add) + len(less) > FEW_STREAMS:
        return DailyLatency({}, Reason.of(Code.READS_DISAGREE, streams=len(add) + len(less)))
    days = local_days(Span(found.spans[0].start, found.spans[-1].end), zone)
    period = gcd(3600, *(day.start % 3600 for _, day in days), *(day.end % 3600 for _, day in days))
    if period < max(piece.finest for piece in found.pieces):
        return DailyLatency({}, Reason.of(Code.HOURS_ONLY))
    rungs = _rungs(found)
    if not rungs:
        return DailyLatency({}, Reason.of(Code.NO_DISTRIBUTION))
    runs = [Tiles(span, period) for span in found.spans]
    read: dict[Stream, Distribution | None] = {}
    if found.any_rung:
        read = {stream: _read(partial(_by_rung, reader, stream, rungs), runs) for stream in (*add, *less)}
    if found.kept_rungs and (not read or any(part is None for part in read.values())):
        rungs = [rung for rung in map(Fraction, found.kept_rungs) if rungs[0] <= rung <= rungs[-1]]
        read = {stream: _read(partial(_by_ladder, reader, stream, rungs), runs) for stream in (*add, *less)}
    return DailyLatency({day: _of_day(read, add, less, span, rungs) for day, span in days})


def _streams(found: Survey) -> tuple[list[Stream], list[Stream]]:
    """What to add up and what to take away."""
    if found.total is not None or (all(one.agreed for one in found.fine)):
        return [found.whole], [operation.stream for operation in found.ignored]
    return [operation.stream for operation in found.kept], []


def _rungs(found: Survey) -> list[Rung]:
    """Rungs in even proportion from well below the month's p95 to well above its p99."""
    ends = [
        ends
        for (operation, wanted, rank, _), ends in found.brackets.items()
        if operation is None and wanted is None and rank in (P95, P99)
    ]
    if not ends:
        return []
    low = float(min(end.low for end in ends)) / 2 or 1.0
    high = float(max(end.high for end in ends)) * 3
    steps = int(log(high / low) / log(STEP)) + 1
    return sorted({tidy(low * STEP**step) for step in range(steps + 1)})


def _read(read: Callable[[Tiles], Distribution | None], runs: Sequence[Tiles]) -> Distribution | None:
    """One stream's buckets with counts at the rungs; None if anything of it could not be read."""
    parts = [read(tiles) for tiles in runs]
    if any(part is None for part in parts):
        return None
    return Distribution({key: bucket for part in parts if part for key, bucket in part.buckets.items()})


def _by_rung(reader: MetricReader, stream: Stream, rungs: Sequence[Rung], tiles: Tiles) -> Distribution | None:
    """A run of buckets, the counts at each rung asked for as a series."""
    found = ask(reader, {stat: tile_query(stream.latency, stat, tiles) for stat in (*PLAIN, *map(_stat, rungs))})
    if any(series.failure for series in found.values()):
        return None
    made = _buckets(found)
    ladder = [found[_stat(rung)].points for rung in rungs]
    made.climb(0, Steps.of(rungs), {start: [points.get(start) for points in ladder] for _, start in made.buckets})
    return made


def _by_ladder(reader: MetricReader, stream: Stream, rungs: Sequence[Rung], tiles: Tiles) -> Distribution | None:
    """A run of buckets, the counts at all rungs asked for at once."""
    found = ask(reader, {stat: tile_query(stream.latency, stat, tiles) for stat in PLAIN})
    query = LadderQuery(stream.latency, tuple(map(written, rungs)), tiles.period, tiles.span)
    (rise,) = ask_ladders(reader, [query])
    if rise.failure or any(series.failure for series in found.values()):
        return None
    made = _buckets(found)
    made.climb(0, Steps.of(rungs), rise.points)
    return made


def _buckets(found: Mapping[str, Series]) -> Distribution:
    made = Distribution()
    for start, count in found["SampleCount"].points.items():
        if count > 0:
            made.buckets[0, start] = Bucket(round(count), _ms(found["Minimum"], start), _ms(found["Maximum"], start))
    return made


def _stat(rung: Rung) -> str:
    return f"TC(:{written(rung)})"


def _ms(series: Series, start: int) -> Fraction | None:
    value = series.points.get(start)
    return None if value is None else as_written(value)


def _of_day(
    read: dict[Stream, Distribution | None],
    add: Sequence[Stream],
    less: Sequence[Stream],
    day: Span,
    rungs: Sequence[Rung],
) -> tuple[Bracket | None, Bracket | None]:
    if any(part is None for part in read.values()):
        return None, None
    population = Population(
        [_inside(read[stream], day) for stream in add], [_inside(read[stream], day) for stream in less]
    )
    return bracket(population, P95, rungs), bracket(population, P99, rungs)


def _inside(whole: Distribution | None, day: Span) -> Distribution:
    held = {} if whole is None else whole.buckets
    return Distribution({key: bucket for key, bucket in held.items() if day.start <= key[1] < day.end})
