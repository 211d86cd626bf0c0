"""What must be known of services before their alarms are chosen: their series, endpoints and usual traffic.

The one rule: what could not be read is not known, and said; a service of which nothing is known still gets the alarms
that need to know nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from slactl.alarming.watching import HOUR, WEEK, WEEKS, watched_of, weekly_of
from slactl.model.alarmplan import Caution
from slactl.model.catalogue import Catalogue
from slactl.model.metric import Query, Series, Stream
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span
from slactl.model.watched import Watched
from slactl.ports import Inventory, InventorySource, MetricReader
from slactl.workflows.enforcing.listed import Listed, Metrics

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Known:
    """What was found, by the keys of the services; ``unread`` are those that could not be read in full.

    ``metrics`` are those of the terms of general entries, without a region where it is the alarms' own.
    """

    watched: Mapping[str, Watched]
    doubts: tuple[Caution, ...] = ()
    unread: frozenset[str] = frozenset()
    metrics: Metrics = field(default_factory=dict)


def know(
    catalogue: Catalogue,
    reader: MetricReader,
    inventories: Mapping[SourceKind, InventorySource],
    now: int,
    listed: Listed | None = None,
) -> Known:
    """Looks at every service over the four weeks before ``now`` (seconds since the epoch)."""
    end = now // HOUR * HOUR
    found = {one.key: _inventory(one, inventories, end) for one in catalogue.services}
    queries = [query for one in found.values() for query in _queries(one, end)]
    answers = iter(reader.read(queries) if queries else [])
    watched: dict[str, Watched] = {}
    doubts: dict[str, list[Caution]] = {}
    for service in catalogue.services:
        inventory = found[service.key]
        hours, *totals = (next(answers) for _ in range(1 + len(inventory.operations)))
        watched[service.key] = _watched(service, inventory, hours, totals, end)
        doubts[service.key] = _doubts(service, inventory, (hours, *totals))
    unread = frozenset(key for key, found_there in doubts.items() if found_there)
    beside = listed or Listed()
    told = (*(one for key in doubts for one in doubts[key]), *beside.doubts)
    return Known(watched, told, unread | beside.unread, beside.metrics)


def source_of(service: Service) -> SourceKind:
    """Where a service is watched: at the edge, where there is one."""
    return SourceKind.API_GATEWAY if service.edge or service.gateway else service.source


def _inventory(service: Service, inventories: Mapping[SourceKind, InventorySource], end: int) -> Inventory:
    days = [Span(start, start + DAY) for start in range(end - WEEKS * WEEK, end, DAY)]
    exact = tuple(rule.match for rule in service.rules if "*" not in rule.match)
    return inventories[source_of(service)].inventory(service, days, exact)


def _queries(inventory: Inventory, end: int) -> list[Query]:
    """The whole by the hour, each operation by the day: whole days, because CloudWatch aligns them."""
    total, weeks = inventory.total, Span(end - WEEKS * WEEK, end)
    midnight = end // DAY * DAY
    days = Span(midnight - WEEKS * WEEK, midnight)
    whole = Query((total.requests,), total.request_stat, HOUR, weeks)
    return [whole, *(Query((one.requests,), one.request_stat, DAY, days) for one in inventory.operations)]


def _watched(service: Service, inventory: Inventory, hours: Series, totals: Sequence[Series], end: int) -> Watched:
    requests = {
        one.operation or "": round(sum(series.points.values()))
        for one, series in zip(inventory.operations, totals, strict=True)
    }
    weekly = () if hours.failure else weekly_of(hours.points, end)
    return watched_of(service, inventory.total, _named(inventory.operations), requests, weekly)


def _named(operations: Sequence[Stream]) -> list[Stream]:
    """What reached no method has a row in reports, and no series of its own."""
    return [one for one in operations if one.operation]


def _doubts(service: Service, inventory: Inventory, read: Sequence[Series]) -> list[Caution]:
    found = []
    if not inventory.known or inventory.gaps:
        why = inventory.gaps[0].reason.code.value if inventory.gaps else "unknown"
        text = f"{service.key}: its operations could not all be listed ({why}): endpoints may be missing"
        found.append(Caution("operations-unread", text))
    failures = [one.failure for one in read if one.failure]
    if failures:
        text = f"{service.key}: its traffic of the last four weeks could not all be read ({failures[0].code.value})"
        found.append(Caution("traffic-unread", text))
    return found
