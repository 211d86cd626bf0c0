"""An inventory of one operation only.

The one rule: whoever asks for one operation reads that one; it has no service's sum to be held against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slactl.model.report import SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span
from slactl.ports import Inventory, InventorySource


@dataclass(frozen=True, slots=True)
class OneOperation:
    """An ``InventorySource`` that knows one operation, by the name that it is counted under."""

    inner: InventorySource
    operation: str

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        found = self.inner.inventory(service, days, names)
        chosen = tuple(one for one in found.operations if service.place(one.operation or "").name == self.operation)
        return replace(found, operations=chosen, total_decides=False)

    def use(self) -> tuple[SourceUse, ...]:
        return self.inner.use()


def narrow_inventories(
    inventories: Mapping[SourceKind, InventorySource], operation: str | None
) -> Mapping[SourceKind, InventorySource]:
    """The inventories of one operation; all of them as they are where none is named."""
    if operation is None:
        return inventories
    return {kind: OneOperation(inner, operation) for kind, inner in inventories.items()}
