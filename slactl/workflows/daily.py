"""Daily p95 and p99 of a service, from hourly counts.

The one rule (decision 5): days are local days, their counts are sums of hours that lie wholly inside
them, and only a series that was proved equal to the sum of the operations may stand for the service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import gcd, log
from zoneinfo import ZoneInfo

from slactl.compliance.amount import as_written
from slactl.compliance.distribution import Bucket, Distribution, Population, Rung
from slactl.compliance.ladder import bracket, tidy, written
from slactl.model.metric import Series, Stream
from slactl.model.period import local_days
from slactl.model.report import Bracket
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.reading.cover import Tiles
from slactl.workflows.asking import ask, tile_query
from slactl.workflows.survey import Survey

FEW_STREAMS = 20
STEP = 1.04
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
    read = {stream: _read(reader, stream, runs, rungs) for stream in (*add, *less)}
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


def _read(reader: MetricReader, stream: Stream, runs: Sequence[Tiles], rungs: Sequence[Rung]) -> Distribution | None:
    """One stream's buckets with counts at the rungs; None if anything of it could not be read."""
    parts = [_read_run(reader, stream, tiles, rungs) for tiles in runs]
    if any(part is None for part in parts):
        return None
    return Distribution({key: bucket for part in parts if part for key, bucket in part.buckets.items()})


def _read_run(reader: MetricReader, stream: Stream, tiles: Tiles, rungs: Sequence[Rung]) -> Distribution | None:
    stats = ["SampleCount", "Minimum", "Maximum", *(f"TC(:{written(rung)})" for rung in rungs)]
    found = ask(reader, {stat: tile_query(stream.latency, stat, tiles) for stat in stats})
    if any(series.failure for series in found.values()):
        return None
    made = Distribution()
    for start, count in found["SampleCount"].points.items():
        if count > 0:
            made.buckets[0, start] = Bucket(round(count), _ms(found["Minimum"], start), _ms(found["Maximum"], start))
    for rung in rungs:
        made.put(rung, 0, found[f"TC(:{written(rung)})"].points)
    return made


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
