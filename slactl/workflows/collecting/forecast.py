"""What a run will cost, before it is made.

The one rule: the forecast is an upper bound: every rung of every stream, every statistic of every metric counts as
asked for, and of nobody as shared with others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slactl.model.metric import Metric
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, union
from slactl.ports import InventorySource
from slactl.reading.packing import MAX_ENTRIES, MAX_POINTS
from slactl.workflows.collecting.listing import list_streams
from slactl.workflows.collecting.metricneeds import CLOUDFLARE
from slactl.workflows.collecting.metrics import Foreseen, Lister, chosen_of, foreseen, planned
from slactl.workflows.collecting.plan import Task
from slactl.workflows.collecting.run import Collect
from slactl.workflows.collecting.veil import Veil
from slactl.workflows.general.sampling import controls_of, targets_of

PLAIN = 9
"""Queries of a stream beside its rungs."""
POINTS_A_MINUTE = 300_000 * 60


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would read of one service, or component.

    ``what`` is ``counts``, ``metrics`` (``streams`` are metrics then) or ``controls`` (``streams`` are looks at
    configuration; how many calls each takes shows only when it is made, ``calls`` is None). ``trouble`` is what
    keeps from reading.
    """

    service: str
    spans: Spans
    days: int
    streams: int
    calls: int | None
    minutes: int
    what: str = "counts"
    trouble: str | None = None


def forecast(
    service: Service, tasks: Sequence[Task], inventories: Mapping[SourceKind, InventorySource], rungs: int
) -> Forecast:
    """The forecast of one service's tasks; its operations are looked up on the last of their days."""
    if not tasks:
        return Forecast(service.key, (), 0, 0, 0, 0)
    streams = _streams(service, tasks[-1].days[-1], inventories)
    queries = streams * (PLAIN + rungs)
    calls = sum(_calls(queries, _bins(task)) for task in tasks)
    minutes = -(-queries * sum(map(_bins, tasks)) // POINTS_A_MINUTE)
    return Forecast(service.key, union(task.span for task in tasks), _days(tasks), streams, calls, minutes)


def forecast_metrics(run: Collect, lister: Lister) -> list[Forecast]:
    """The forecasts of all that bears general objectives, in their order; what nobody has any more is told of ``run``.

    Their metrics are listed, once for all; an answer that Cloudflare gives in pages takes more calls.
    """
    found = []
    for bearer in chosen_of(run):
        plan = planned(run, bearer)
        run.outcome.lost += plan.lost
        found.append(_of_metrics(bearer.key, plan.tasks, foreseen(lister, bearer, plan.tasks)))
    return found


def _of_metrics(key: str, tasks: Sequence[Task], told: Foreseen) -> Forecast:
    calls = sum(_calls_of(pairs, _bins(task)) for task, pairs in told.wanted.items())
    points = sum(len(pairs) * _bins(task) for task, pairs in told.wanted.items())
    metrics = {metric for pairs in told.wanted.values() for metric, _ in pairs}
    spans, minutes = union(task.span for task in tasks), -(-points // POINTS_A_MINUTE)
    return Forecast(key, spans, _days(tasks), len(metrics), calls, minutes, "metrics", told.trouble)


def _calls_of(pairs: Sequence[tuple[Metric, str]], bins: int) -> int:
    """Each region has calls of its own; Cloudflare is asked one by one at most."""
    beyond = sum(metric.namespace.startswith(CLOUDFLARE) for metric, _ in pairs)
    regions = Counter(metric.region for metric, _ in pairs if not metric.namespace.startswith(CLOUDFLARE))
    return beyond + sum(_calls(queries, bins) for queries in regions.values())


def forecast_controls(run: Collect) -> list[Forecast]:
    """The looks at configuration that a run takes, by component: as many every day."""
    catalogue = run.machine.catalogue
    looks = Counter[str]()
    for objective, control in controls_of(catalogue, run.machine.now):
        looks[catalogue.bearer(objective).key] += len(targets_of(control))
    return [Forecast(key, (), 0, number, None, 0, "controls") for key, number in sorted(looks.items())]


def _bins(task: Task) -> int:
    return -(-task.span.seconds // task.bin)


def _calls(queries: int, bins: int) -> int:
    return -(-queries // max(1, min(MAX_ENTRIES, MAX_POINTS // bins)))


def _days(tasks: Sequence[Task]) -> int:
    return sum(len(task.days) for task in tasks)


def _streams(service: Service, day: Span, inventories: Mapping[SourceKind, InventorySource]) -> int:
    return sum(len(one.streams) for one in list_streams(service, [day], inventories, Veil(), {}))
