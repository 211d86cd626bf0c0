"""Asking a reader for many series at once, and naming what it could not read.

The one rule: every failure becomes a gap that names service, operation, metric and span.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series
from slactl.model.report import Gap
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import LadderReader, MetricReader
from slactl.reading.cover import Tiles

Key = TypeVar("Key", bound=Hashable)


def tile_query(metric: Metric, stat: str, tiles: Tiles) -> Query:
    """One statistic of one metric over a run of tiles."""
    return Query((metric,), stat, tiles.period, tiles.span)


def ask(reader: MetricReader, wanted: Mapping[Key, Query]) -> dict[Key, Series]:
    """The series of each key."""
    return dict(zip(wanted, reader.read(list(wanted.values())), strict=True)) if wanted else {}


def ask_ladders(reader: MetricReader, queries: Sequence[LadderQuery]) -> list[Rise]:
    """Whole ladders, from a reader of either kind."""
    return reader.ladders(queries) if isinstance(reader, LadderReader) else ladders_by_series(reader.read, queries)


def ladders_by_series(read: Callable[[Sequence[Query]], list[Series]], queries: Sequence[LadderQuery]) -> list[Rise]:
    """Ladders from a reader that knows series only: a series for each rung."""
    asked = [
        Query((query.metric,), f"TC(:{rung})", query.period, query.span) for query in queries for rung in query.rungs
    ]
    found = iter(read(asked) if asked else [])
    return [_risen([next(found) for _ in query.rungs]) for query in queries]


def _risen(series: Sequence[Series]) -> Rise:
    failure = next((one.failure for one in series if one.failure), None)
    starts = sorted({start for one in series for start in one.points})
    return Rise({start: tuple(one.points.get(start) for one in series) for start in starts}, failure)


def misplaced(series: Series, tiles: Tiles) -> bool:
    """Whether a bucket came back that does not start where a tile does."""
    return any(start not in tiles.starts for start in series.points)


@dataclass(slots=True)
class GapList:
    """The gaps met so far, each told once."""

    service: str
    found: dict[tuple[object, ...], Gap] = field(default_factory=dict)

    def failed(self, failure: Reason, operation: str | None, metric: str, span: Span) -> None:
        """Notes a read that failed."""
        figures = dict(failure.figures) | {"metric": metric}
        self.note(Reason.of(failure.code, **figures), operation, span)

    def note(self, reason: Reason, operation: str | None, span: Span) -> None:
        gap = Gap(reason, self.service, operation, span)
        self.found.setdefault((reason.code, dict(reason.figures).get("metric"), operation, span), gap)

    def disagree(self, operation: str | None, span: Span, coarse: float, fine: float) -> None:
        """Notes a span that said two different things (rule 5)."""
        self.note(Reason.of(Code.READS_DISAGREE, coarse=coarse, fine=fine), operation, span)

    def all(self) -> tuple[Gap, ...]:
        return tuple(sorted(self.found.values(), key=lambda gap: (gap.span, gap.operation or "", gap.reason.code)))
