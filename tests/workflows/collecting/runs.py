"""Collects over fakes: the shop's requests, a store in memory, and what was kept, request by request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from slactl.model.catalogue import AwsSettings, Catalogue, ConfigFile, ReportSettings
from slactl.model.evidence import EvidenceSettings
from slactl.model.maintenance import MaintenanceCalendar
from slactl.model.objective import Objective
from slactl.model.service import OperationRule, Service, SourceKind
from slactl.model.span import Span
from slactl.ports import Inventory
from slactl.sources import application_signals
from slactl.workflows.collecting.collect import collect
from slactl.workflows.collecting.outcome import Outcome
from slactl.workflows.collecting.record import Made
from slactl.workflows.collecting.run import Machine
from slactl.workflows.collecting.wishes import Options
from tests.fakes import FakeInventory, FakeReader, Hit, instant
from tests.fakes_archive import JsonTables, MemoryStore
from tests.workflows.surveys import OBJECTIVES

DAY, HOUR = 86_400, 3_600
NOW = instant("2026-11-06T06:00:00Z")
TODAY = NOW // DAY * DAY
RULES = (
    OperationRule("GET /health", ignore=True),
    OperationRule("GET /users/*", name="GET /users/{id}", operation_class="read"),
    OperationRule("GET *", operation_class="read"),
)
SHOP = Service("shop", "shop", "eks:prod", rules=RULES)
NAMES = ("GET /a", "GET /health", "POST /b")
MADE = Made("test", "123456789012", "eu-west-1", "arn:aws:iam::123456789012:user/test", clock_set=True)


def traffic(days: int, seed: int = 1, names: Sequence[str] = NAMES, every: int = 600) -> list[Hit]:
    """Requests of the last days up to now."""
    rng = Random(seed)
    return [
        Hit(at, rng.choice(names), round(rng.lognormvariate(5, 1), 3), rng.choice([200] * 20 + [404, 503]))
        for at in range(TODAY - days * DAY, NOW, every)
    ]


def catalogue(*services: Service, objectives: Sequence[Objective] = OBJECTIVES, **more: Any) -> Catalogue:
    return Catalogue(
        report=ReportSettings(timezone="Europe/Rome"),
        aws=AwsSettings(),
        services=services or (SHOP,),
        objectives=tuple(objectives),
        maintenance=MaintenanceCalendar(),
        files=(ConfigFile("slactl.yaml", "0" * 64),),
        **more,
    )


class OwnInventory(FakeInventory):
    """Names the metrics of each service by itself."""

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        found = super().inventory(service, days, names)
        if self.kind is SourceKind.API_GATEWAY:
            return found
        own = tuple(application_signals.stream(service, one.operation) for one in found.operations)
        return replace(found, operations=own, total=application_signals.stream(service, None))


@dataclass
class Place:
    """A shop, its store, and one collect after the other."""

    hits: list[Hit]
    now: int = NOW
    catalogue: Catalogue = field(default_factory=catalogue)
    store: MemoryStore = field(default_factory=MemoryStore)
    reader: FakeReader = field(init=False)
    inventory: FakeInventory = field(init=False)
    edge: FakeInventory = field(init=False)
    made: Made = MADE
    told: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = sorted({hit.operation for hit in self.hits if hit.operation})
        self.reader = FakeReader(self.hits)
        self.inventory = OwnInventory(names)
        self.edge = FakeInventory(names, SourceKind.API_GATEWAY)

    def machine(self, **more: Any) -> Machine:
        inventories = {SourceKind.APPLICATION_SIGNALS: self.inventory, SourceKind.API_GATEWAY: self.edge}
        seen = replace(self.reader, hits=[hit for hit in self.hits if hit.at < self.now], _samples={})
        self.reader = seen
        return Machine(
            self.catalogue,
            self.store,
            JsonTables(),
            seen,
            inventories,
            self.made,
            self.now,
            progress=lambda *step: self.told.append(step),
            **more,
        )

    def collect(self, options: Options | None = None, **more: Any) -> Outcome:
        return collect(self.machine(**more), options or Options())

    def settled(self) -> int:
        return (self.now - 600) // 300 * 300


def counted(hits: Iterable[Hit], start: int, end: int, width: int = 300) -> Counter[tuple[str, int]]:
    """Requests by operation and bin, counted one by one."""
    return Counter((hit.operation or "", hit.at // width * width) for hit in hits if start <= hit.at < end)


def kept(store: MemoryStore, what: str = "requests", source: str = "application-signals") -> Counter[tuple[str, int]]:
    """What the store says, operations only."""
    found: Counter[tuple[str, int]] = Counter()
    for row in store.rows("shop"):
        if row["operation"] and row["source"] == source:
            found[row["operation"], row["time"]] += round(row[what] or 0)
    return +found


def minutes(service: Catalogue) -> Catalogue:
    return replace(service, evidence=EvidenceSettings("evidence", resolution=60))
