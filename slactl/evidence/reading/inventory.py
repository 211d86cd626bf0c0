"""The operations of a service as evidence lists them.

The one rule: of a day that counts only in part, an operation is there if anything was counted of it in
that part; a day whose list is missing is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slactl.evidence.reading.house import House
from slactl.evidence.reading.records import Record
from slactl.model.metric import Stream
from slactl.model.report import Gap, SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, intersect, union
from slactl.model.status import Code, Reason
from slactl.ports import Inventory
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting.streams import Listed

HOUR, DAY = 3600, 86_400
MISSING = Reason.of(Code.DISCOVERY_INCOMPLETE, error="the store has counts of this time, and no list of operations")


@dataclass(frozen=True, slots=True)
class EvidenceInventory:
    """An ``InventorySource`` over one kind of source in a store."""

    houses: dict[str, House]
    source: SourceKind

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        """The operations of some spans; what evidence lists is complete, so ``names`` are not needed.

        Raises:
            EvidenceFailure: if the store has nothing of the service from this source.
        """
        house = self.houses.get(service.key)
        latest = house.records.total(self.source) if house else None
        if house is None or latest is None:
            raise EvidenceFailure(f"the store lists no operations of {service.key}", "slactl collect keeps them")
        streams: dict[str, Stream] = {}
        gaps: list[Gap] = []
        spans = union(days)
        for record in house.records.over(Span(spans[0].start, spans[-1].end), self.source):
            for part in intersect(spans, (record.span,)):
                listed = _listed(house, record, self.source)
                gaps += [] if listed else [Gap(MISSING, service.key, None, part)]
                streams |= {stream.operation or "": stream for stream in _there(house, record, listed, part)}
        found = tuple(streams[name] for name in sorted(streams))
        return Inventory(found, latest.total, latest.total_decides, tuple(gaps), known=bool(found))

    def latest(self, service: Service, now: int) -> Inventory | None:
        """The operations of the last day that was collected; None if that ended more than a day before ``now``."""
        reach = self.reach(service)
        if reach is None or now - reach.end > DAY:
            return None
        return self.inventory(service, (Span(max(reach.start, reach.end - DAY), reach.end),))

    def reach(self, service: Service) -> Span | None:
        """From the first instant that was collected to the last; None where nothing was."""
        house = self.houses.get(service.key)
        return house.records.reach(self.source) if house else None

    def use(self) -> tuple[SourceUse, ...]:
        return ()


def _listed(house: House, record: Record, source: SourceKind) -> Listed | None:
    return next((one for one in house.records.listed(record) if one.source is source), None)


def _there(house: House, record: Record, listed: Listed | None, part: Span) -> Iterable[Stream]:
    """The listed operations of a record that were there in a part of it, rounded outward to the hour."""
    if listed is None:
        return ()
    reach = Span(part.start // HOUR * HOUR, -(-part.end // HOUR) * HOUR).clip(record.span)
    if reach in (None, record.span):
        return listed.operations
    assert reach is not None
    there = house.sums.present(reach, listed.source, record)
    return [stream for stream in listed.operations if stream.operation in there]
