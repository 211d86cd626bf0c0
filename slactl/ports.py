"""What the world must offer to the workflows.

Each port is small; whoever implements one answers failures with reasons, never with silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from slactl.model.metric import Query, Series, Stream
from slactl.model.report import Gap, SourceUse
from slactl.model.service import Service
from slactl.model.span import Span


@dataclass(frozen=True, slots=True)
class Inventory:
    """The operations that a source knew in a span, the stream of the whole, and what stayed unread.

    ``total_decides`` is true where the whole's own series is the total (an API Gateway stage) and
    false where a service is the sum of its operations.
    """

    operations: tuple[Stream, ...]
    total: Stream
    total_decides: bool
    gaps: tuple[Gap, ...] = ()
    known: bool = True


class MetricReader(Protocol):
    """Reads series; the answers stand in the order of the queries."""

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query, or its failure; raises only what makes every read hopeless."""
        ...

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        ...


class InventorySource(Protocol):
    """Finds the operations of a service."""

    def inventory(self, service: Service, days: Sequence[Span]) -> Inventory:
        """The union of what was invoked in each of the spans (days, usually)."""
        ...

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        ...


Progress = Callable[[str, int, int], None]
"""Called with a stage's name, steps done and steps in all."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Tells nobody."""
