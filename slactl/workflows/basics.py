"""Reads the plain statistics of streams over a cover: counts, extremes, and hints for the ladder.

The one rule: a bucket is believed only if it starts where it was asked to; if one does not,
CloudWatch anchors long buckets elsewhere and the whole cover is read again in aligned tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from slactl.compliance.amount import Amount, as_written
from slactl.compliance.counts import Counts, add_up
from slactl.compliance.distribution import Bucket, Distribution
from slactl.model.metric import Query, Series, Stream
from slactl.model.span import Span, Spans
from slactl.ports import MetricReader
from slactl.reading.cover import Anchoring, Cover, Tiles
from slactl.reading.cover import cover as cover_of
from slactl.workflows.asking import GapList, ask, misplaced, tile_query
from slactl.workflows.survey import Part

WEEK = 7 * 86_400
STATS = ("requests", "faults", "errors", "samples", "minimum", "maximum")
Read = dict[str, Series]


@dataclass(slots=True)
class Anchor:
    """How CloudWatch anchors buckets, as far as this run has seen."""

    found: Anchoring = Anchoring.START


@dataclass(frozen=True, slots=True)
class Reading:
    """One stream over one cover, with CloudWatch's percentiles where the cover is a single bucket."""

    part: Part
    hints: dict[str, float] = field(default_factory=dict)


def read_parts(
    reader: MetricReader,
    streams: Sequence[Stream],
    spans: Spans,
    least: Callable[[Span], int],
    anchor: Anchor,
    gaps: GapList,
    hints: Sequence[str] = (),
) -> tuple[Cover, list[Reading]]:
    """The cover that was used, and a reading for each stream over the spans; ``least`` tells the finest bin."""
    if not spans or not streams:
        return (), [Reading(Part()) for _ in streams]
    believed = anchor.found
    cover = tuple(tiles for span in spans for tiles in cover_of(span, believed, least(span)))
    found = ask(reader, _queries(streams, cover, hints))
    # While it was asked another may have found out, so what counts is what was believed then.
    if believed is Anchoring.START and any(misplaced(series, cover[run]) for (_, run, _), series in found.items()):
        anchor.found = Anchoring.EPOCH
        return read_parts(reader, streams, spans, least, anchor, gaps, hints)
    guesses = _guesses(reader, streams, cover, found)
    return cover, [_reading(index, stream, cover, found, guesses, gaps, hints) for index, stream in enumerate(streams)]


Keys = tuple[int, int, str]


def _queries(streams: Sequence[Stream], cover: Cover, hints: Sequence[str]) -> dict[Keys, Query]:
    longest = max(range(len(cover)), key=lambda run: cover[run].span.seconds)
    wanted: dict[Keys, Query] = {}
    for run, tiles in enumerate(cover):
        for index, stream in enumerate(streams):
            wanted[index, run, "requests"] = tile_query(stream.requests, stream.request_stat, tiles)
            wanted[index, run, "faults"] = tile_query(stream.faults, "Sum", tiles)
            wanted[index, run, "errors"] = tile_query(stream.errors, "Sum", tiles)
            if stream.latency != stream.requests:
                wanted[index, run, "samples"] = tile_query(stream.latency, "SampleCount", tiles)
            wanted[index, run, "minimum"] = tile_query(stream.latency, "Minimum", tiles)
            wanted[index, run, "maximum"] = tile_query(stream.latency, "Maximum", tiles)
            for hint in hints if run == longest else ():
                wanted[index, run, hint] = tile_query(stream.latency, hint, tiles)
    return wanted


def _guesses(
    reader: MetricReader, streams: Sequence[Stream], cover: Cover, found: dict[Keys, Series]
) -> dict[tuple[int, int], int | None]:
    """Requests that unreadable runs are taken to hold: those of the same span a week before (rule 8)."""
    unread = [(index, run) for (index, run, stat), series in found.items() if stat == "requests" and series.failure]
    earlier = {
        (index, run): tile_query(streams[index].requests, streams[index].request_stat, _week_before(cover[run]))
        for index, run in unread
    }
    return {key: _guess(series) for key, series in ask(reader, earlier).items()}


def _guess(series: Series) -> int | None:
    return None if series.failure or not series.points else round(sum(series.points.values()))


def _week_before(tiles: Tiles) -> Tiles:
    return Tiles(Span(tiles.span.start - WEEK, tiles.span.end - WEEK), tiles.period)


def _reading(
    index: int,
    stream: Stream,
    cover: Cover,
    found: dict[Keys, Series],
    guesses: dict[tuple[int, int], int | None],
    gaps: GapList,
    hints: Sequence[str],
) -> Reading:
    parts: list[Counts] = []
    latency = Distribution()
    told: dict[str, float] = {}
    for run, tiles in enumerate(cover):
        read = {stat: found[index, run, stat] for stat in (*STATS, *hints) if (index, run, stat) in found}
        _note_failures(stream, read, tiles, gaps)
        guess = guesses.get((index, run))
        parts.append(_counts(read, guess))
        _latencies(latency, run, read, tiles, guess)
        told |= {hint: max(read[hint].points.values()) for hint in hints if hint in read and read[hint].points}
    return Reading(Part(add_up(parts), latency), told)


def _note_failures(stream: Stream, read: Read, tiles: Tiles, gaps: GapList) -> None:
    for stat, series in read.items():
        if series.failure:
            metric = {"requests": stream.requests, "faults": stream.faults, "errors": stream.errors}.get(
                stat, stream.latency
            )
            gaps.failed(series.failure, stream.operation, metric.name, tiles.span)


def _counts(read: Read, guess: int | None) -> Counts:
    if read["requests"].failure:
        return Counts.unread(guess)
    requests = read["requests"].points
    total = round(sum(requests.values()))
    return Counts(total, _bad(read["faults"], requests), _bad(read["errors"], requests))


def _bad(series: Series, requests: dict[int, float]) -> Amount:
    """Bad answers; in a bucket with requests where nothing was reported all of them may be."""
    low = high = 0
    for start, asked in requests.items():
        most = round(asked)
        told = None if series.failure else series.points.get(start)
        low += 0 if told is None else min(round(told), most)
        high += most if told is None else min(round(told), most)
    return Amount(low, high)


def _latencies(latency: Distribution, run: int, read: Read, tiles: Tiles, guess: int | None) -> None:
    samples = read.get("samples", read["requests"])
    if samples.failure:
        held = read["requests"].points if not read["requests"].failure else {tiles.span.start: guess or 0}
        latency.unbounded |= bool(read["requests"].failure) and guess is None
        for start, count in held.items():
            latency.buckets[run, start] = Bucket(round(count), assumed=True)
        return
    for start, count in samples.points.items():
        if count > 0:
            low, high = read["minimum"].points.get(start), read["maximum"].points.get(start)
            latency.buckets[run, start] = Bucket(round(count), _ms(low), _ms(high))


def _ms(value: float | None) -> Fraction | None:
    return None if value is None else as_written(value)
