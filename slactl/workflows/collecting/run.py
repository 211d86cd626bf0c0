"""One run of collect: what it works with and what it means to do.

The one rule: it is made once, before anything is read; what happens is told to its outcome alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from slactl.compliance.distribution import Rung
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import NewItem
from slactl.model.service import Service, SourceKind
from slactl.ports import InventorySource, MetricReader, Progress, no_progress
from slactl.ports.archive import Tables
from slactl.workflows.collecting.gathering import Tools
from slactl.workflows.collecting.holdings import Holdings, Store
from slactl.workflows.collecting.outcome import Outcome
from slactl.workflows.collecting.plan import Task, Wish
from slactl.workflows.collecting.record import Made
from slactl.workflows.collecting.recording import Paper
from slactl.workflows.collecting.veil import Veil, VeiledReader
from slactl.workflows.collecting.wishes import Wishing


class Closer(Protocol):
    """Closes what months can be closed, and tells the outcome of it."""

    def __call__(self, run: Collect, *, final: bool) -> list[Task]:
        """What to read once more before it is called again: nothing, the second time (``final``)."""
        ...


Extra = Callable[["Collect"], Sequence[NewItem]]
"""What else is kept every day (alarms), with its own look at what is kept already."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a collect works with; ``papers`` are the configuration's files and the announcements'.

    ``first`` is kept before anything is read, because nobody can have it later; ``extras`` after the counts.
    """

    catalogue: Catalogue
    store: Store
    tables: Tables
    reader: MetricReader
    inventories: Mapping[SourceKind, InventorySource]
    made: Made
    now: int
    papers: Sequence[Paper] = ()
    progress: Progress = no_progress
    first: Sequence[Extra] = ()
    extras: Sequence[Extra] = ()
    close: Closer | None = None


@dataclass(slots=True)
class Collect:
    """One run."""

    machine: Machine
    wishing: Wishing
    outcome: Outcome
    rungs: tuple[Rung, ...]
    wishes: dict[str, Wish]
    tasks: list[Task]
    veil: Veil = field(default_factory=Veil)
    done: int = 0

    @property
    def services(self) -> Mapping[str, Service]:
        return {service.key: service for service in self.wishing.services}

    @property
    def tools(self) -> Tools:
        machine = self.machine
        reader = VeiledReader(machine.reader, self.veil)
        place = machine.made.account, machine.made.region
        return Tools(reader, machine.inventories, machine.tables, self.veil, self.rungs, machine.now, *place)

    def holdings(self, service: str) -> Holdings:
        return Holdings(self.machine.store, service)
