"""Covers: how a span is cut into buckets that CloudWatch serves.

The one rule: a span is read as one long bucket where CloudWatch starts buckets at the StartTime of
the call; where it starts them at multiples of the period since the epoch, the same span is cut into
aligned days, hours and finest tiles. Both covers have the same counts, so figures don't depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from slactl.model.span import Span


class Anchoring(StrEnum):
    """Where CloudWatch starts its buckets."""

    START = "start"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Tiles:
    """A run of buckets of one period, aligned at ``span.start``."""

    span: Span
    period: int

    @property
    def starts(self) -> range:
        return range(self.span.start, self.span.end, self.period)


Cover = tuple[Tiles, ...]


def long_bucket(span: Span) -> Cover:
    """The whole span as one bucket."""
    return (Tiles(span, span.seconds),)


def aligned(span: Span, finest: int, coarsest: int = 86_400) -> Cover:
    """The fewest runs of day, hour and finest tiles, each starting on a multiple of its period.

    What is shorter than the finest tile at an end is left out: a tile never reaches over an end.
    """
    periods = [period for period in (86_400, 3_600, 300, 60) if finest <= period <= coarsest]
    return tuple(sorted(_tiles(span, periods), key=lambda tiles: tiles.span))


def _tiles(span: Span, periods: list[int]) -> Iterable[Tiles]:
    period, finer = periods[0], periods[1:]
    core = span.shrink(period)
    if core is None:
        if finer:
            yield from _tiles(span, finer)
        return
    yield Tiles(core, period)
    for start, end in ((span.start, core.start), (core.end, span.end)):
        if finer and start < end:
            yield from _tiles(Span(start, end), finer)


def cover(span: Span, anchoring: Anchoring, finest: int) -> Cover:
    """The cover of a span for a way of anchoring; ``finest`` is the least period its age allows."""
    return long_bucket(span) if anchoring is Anchoring.START else aligned(span, finest)
