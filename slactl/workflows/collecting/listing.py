"""Which streams of a service there are to read on some days.

The one rule: an operation belongs to a day when its source names it on that day or it was answered
there; one that was kept before is never forgotten, and one whose name must not be kept stops the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from slactl.model.metric import Stream
from slactl.model.report import Gap
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span
from slactl.ports import Inventory, InventorySource
from slactl.workflows.collecting.names import Refused, refused
from slactl.workflows.collecting.streams import Listed, is_merged
from slactl.workflows.collecting.veil import Veil


@dataclass(slots=True)
class Listing:
    """The streams of one source by day, and what stands in the way."""

    source: SourceKind
    total: Stream
    total_decides: bool
    by_day: dict[Span, frozenset[Stream]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    refused: tuple[Refused, ...] = ()

    @property
    def streams(self) -> tuple[Stream, ...]:
        """All of them, the whole's own first, in order of name."""
        known = {stream for streams in self.by_day.values() for stream in streams}
        return (self.total, *sorted(known, key=lambda stream: stream.operation or ""))


def sources_of(service: Service) -> tuple[SourceKind, ...]:
    """Where a service's counts come from: its own source, and the edge where one is named."""
    edge = (SourceKind.API_GATEWAY,) if service.edge and service.source is not SourceKind.API_GATEWAY else ()
    return (service.source, *edge)


def list_streams(
    service: Service,
    days: Sequence[Span],
    inventories: Mapping[SourceKind, InventorySource],
    veil: Veil,
    earlier: Mapping[Span, Sequence[Listed]],
) -> list[Listing]:
    """The streams of each source; ``earlier`` are those that are kept of a day already."""
    found: list[Listing] = []
    names = {rule.match for rule in service.rules if "*" not in rule.match}
    for source in sources_of(service):
        names |= {stream.operation or "" for told in earlier.values() for stream in _kept(told, source)}
        listing = _listing(service, source, days, inventories[source], veil, earlier, sorted(names - {""}))
        names |= {stream.operation or "" for stream in listing.streams if not is_merged(stream.requests)}
        found.append(listing)
    return found


def _listing(
    service: Service,
    source: SourceKind,
    days: Sequence[Span],
    inventory: InventorySource,
    veil: Veil,
    earlier: Mapping[Span, Sequence[Listed]],
    names: Sequence[str],
) -> Listing:
    told = {day: inventory.inventory(service, [day], names) for day in days}
    last = told[days[-1]]
    listing = Listing(source, last.total, last.total_decides)
    operations: set[str] = set()
    for day, found in told.items():
        whole = _with_earlier(found, _kept(earlier.get(day, ()), source))
        here = {stream.operation or "" for stream in whole.operations}
        listing.refused = (*listing.refused, *refused(service, here)) if not here <= operations else listing.refused
        operations |= here
        listing.by_day[day] = frozenset(veil.over(service, whole))
        listing.gaps += found.gaps
    listing.refused = tuple(dict.fromkeys(listing.refused))
    return listing


def _with_earlier(found: Inventory, kept: Iterable[Stream]) -> Inventory:
    """With what was kept of the same subject before: a gateway forgets its methods after two weeks."""
    same = set(found.total.requests.dimensions)
    mine = (stream for stream in kept if same <= set(stream.requests.dimensions))
    operations = tuple(dict.fromkeys((*found.operations, *mine)))
    return Inventory(operations, found.total, found.total_decides, found.gaps, found.known)


def _kept(told: Iterable[Listed], source: SourceKind) -> list[Stream]:
    """The streams of a source that were kept, without those that stand for others."""
    return [
        stream for one in told if one.source is source for stream in one.operations if not is_merged(stream.requests)
    ]
