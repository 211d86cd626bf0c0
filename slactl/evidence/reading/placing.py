"""Finds where a metric's counts stand.

The one rule: an operation that was not listed in a span that was read had no request in it; of a span
that was not read nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slactl.evidence.reading.house import House
from slactl.evidence.reading.records import Whereabouts
from slactl.model.metric import Metric
from slactl.model.service import SourceKind
from slactl.model.span import Span


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a metric stands; ``where`` None is of an operation that nobody listed."""

    house: House
    source: SourceKind
    where: Whereabouts | None

    @property
    def operation(self) -> str | None:
        """Its operation, '' for the whole."""
        return self.where.operation if self.where else None

    def additive(self, stat: str) -> str | None:
        """The column of a statistic that adds up over operations, if it is one."""
        columns, place = self.where.stats.get(stat, (None, 0)) if self.where else (None, 0)
        return None if columns is None or stat in ("Minimum", "Maximum") else columns.value[place]


def place(houses: Sequence[House], metric: Metric, span: Span) -> Placed | None:
    """The house that holds a metric over all of a span."""
    for house in houses:
        where = house.records.find(metric, span)
        if where is not None and house.covers(span, where.source):
            return Placed(house, where.source, where)
    for house in houses:
        source = house.records.source_like(metric)
        if source is not None and house.covers(span, source):
            return Placed(house, source, None)
    return None


def place_all(houses: Sequence[House], metrics: Iterable[Metric], span: Span) -> list[Placed] | None:
    """Where each of some metrics stands; None unless one house holds them all, of one source."""
    found = [place(houses, metric, span) for metric in metrics]
    held = [one for one in found if one is not None]
    together = {(one.house.key, one.source) for one in held}
    return held if len(held) == len(found) and len(together) == 1 else None
