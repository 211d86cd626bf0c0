"""What a run will cost, before it is made.

The one rule: the forecast is an upper bound: every rung of every stream counts as asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, union
from slactl.ports import InventorySource
from slactl.reading.packing import MAX_ENTRIES, MAX_POINTS
from slactl.workflows.collecting.listing import list_streams
from slactl.workflows.collecting.plan import Task
from slactl.workflows.collecting.veil import Veil

PLAIN = 9
"""Queries of a stream beside its rungs."""
POINTS_A_MINUTE = 300_000 * 60


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would read of one service."""

    service: str
    spans: Spans
    days: int
    streams: int
    calls: int
    minutes: int


def forecast(
    service: Service, tasks: Sequence[Task], inventories: Mapping[SourceKind, InventorySource], rungs: int
) -> Forecast:
    """The forecast of one service's tasks; its operations are looked up on the last of their days."""
    if not tasks:
        return Forecast(service.key, (), 0, 0, 0, 0)
    streams = _streams(service, tasks[-1].days[-1], inventories)
    queries = streams * (PLAIN + rungs)
    bins = [-(-task.span.seconds // task.bin) for task in tasks]
    calls = sum(-(-queries // max(1, min(MAX_ENTRIES, MAX_POINTS // each))) for each in bins)
    minutes = -(-queries * sum(bins) // POINTS_A_MINUTE)
    days = sum(len(task.days) for task in tasks)
    return Forecast(service.key, union(task.span for task in tasks), days, streams, calls, minutes)


def _streams(service: Service, day: Span, inventories: Mapping[SourceKind, InventorySource]) -> int:
    return sum(len(one.streams) for one in list_streams(service, [day], inventories, Veil(), {}))
