"""The answers that were recorded when a month was closed.

The one rule: a query is answered only by itself, the same metrics, statistic, period and span; of a
query that was asked twice the last answer counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from slactl.evidence.tables.answers import metrics_text
from slactl.evidence.tables.engine import quoted
from slactl.model.evidence import Item, Kind
from slactl.model.metric import Metric, Query, Series
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.archive import Archive

if TYPE_CHECKING:
    import duckdb

DAY = 86_400
BATCH = 10_000
Held = tuple[tuple[int, ...], tuple[float, ...], Reason | None]


@dataclass(eq=False)
class Answers:
    """The recorded answers of one service, month by month as they are needed."""

    engine: duckdb.DuckDBPyConnection
    archive: Archive
    service: str
    used: set[str] = field(default_factory=set)
    _months: dict[str, dict[bytes, Held]] = field(default_factory=dict)
    _texts: dict[tuple[Metric, ...], str] = field(default_factory=dict)
    _items: tuple[Item, ...] | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """The closed months' files."""
        if self._items is None:
            self._items = self.archive.items(Kind.ANSWERS, self.service)
        return self._items

    def of(self, query: Query) -> Series | None:
        """The recorded answer; None if the query was not asked."""
        for item in self.items:
            if _near(item, query.span) and (held := self._month(item).get(self._key(query))) is not None:
                self.used.add(item.path)
                times, values, failure = held
                return Series(dict(zip(times, values, strict=True)), failure)
        return None

    def _month(self, item: Item) -> dict[bytes, Held]:
        if item.path not in self._months:
            self._months[item.path] = dict(self._read(item))
        return self._months[item.path]

    def _read(self, item: Item) -> Iterator[tuple[bytes, Held]]:
        rows = self.engine.cursor().execute(f"""
            SELECT metrics, stat, period, start, "end", times, "values", failure, figures
            FROM read_parquet({quoted(str(self.archive.path(item)))}, hive_partitioning = false)""")
        while batch := rows.fetchmany(BATCH):
            for *asked, times, values, failure, figures in batch:
                reason = Reason.of(Code(failure), **json.loads(figures)) if failure else None
                yield _digest(*asked), (tuple(times), tuple(values), reason)

    def _key(self, query: Query) -> bytes:
        text = self._texts.get(query.metrics)
        if text is None:
            text = self._texts[query.metrics] = metrics_text(query.metrics)
        return _digest(text, query.stat, query.period, query.span.start, query.span.end)


def _digest(metrics: str, stat: str, period: int, start: int, end: int) -> bytes:
    return blake2b(f"{metrics} {stat} {period} {start} {end}".encode(), digest_size=16).digest()


def _near(item: Item, span: Span) -> bool:
    """Whether a span may have been asked for when the month was closed: it begins in it, or the month before."""
    month = datetime.fromisoformat(f"{item.place.when}-01T00:00:00+00:00").timestamp()
    return month - 70 * DAY <= span.start < month + 33 * DAY
