"""Questions and their answers, many of them in little memory.

The one rule: they come back as they went in, in the same order; what failed never goes in.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from slactl.model.metric import Metric, Query, Series
from slactl.model.span import Span

TOGETHER = 5_000


@dataclass(slots=True)
class Answered:
    """A list of (question, answer) that is kept compressed."""

    count: int = 0
    _metrics: dict[tuple[Metric, ...], int] = field(default_factory=dict)
    _packed: list[bytes] = field(default_factory=list)
    _open: list[Any] = field(default_factory=list)

    def put(self, query: Query, series: Series) -> None:
        number = self._metrics.setdefault(query.metrics, len(self._metrics))
        points = series.points
        self._open.append(
            (number, query.stat, query.period, query.span.start, query.span.end, list(points), list(points.values()))
        )
        self.count += 1
        if len(self._open) >= TOGETHER:
            self._packed.append(zlib.compress(json.dumps(self._open).encode()))
            self._open = []

    def __iter__(self) -> Iterator[tuple[Query, Series]]:
        metrics = list(self._metrics)
        for rows in (*map(_unpacked, self._packed), self._open):
            for number, stat, period, start, end, times, values in rows:
                query = Query(metrics[number], stat, period, Span(start, end))
                yield query, Series(dict(zip(times, values, strict=True)))


def _unpacked(packed: bytes) -> list[Any]:
    rows: list[Any] = json.loads(zlib.decompress(packed))
    return rows
