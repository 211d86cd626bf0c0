"""Evidence where CloudWatch has forgotten, CloudWatch where it still knows.

The one rule: of a span that CloudWatch no longer has finely enough, what evidence holds is taken from
evidence and only the rest is asked of CloudWatch; a piece is of one of them, never of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from slactl.evidence.reading.inventory import EvidenceInventory
from slactl.evidence.reading.keeping import EvidenceKeeping
from slactl.evidence.reading.listed import KeptDirectory
from slactl.evidence.reading.reader import EvidenceReader
from slactl.model.general import MetricTerm
from slactl.model.kept import Kept
from slactl.model.metric import LadderQuery, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.model.status import Code
from slactl.ports import Inventory, InventorySource, MetricReader
from slactl.ports.general import Listing, MetricDirectory
from slactl.reading.retention import CloudWatchKeeping, elsewhere_from, fine_from, minutes_from
from slactl.workflows.asking import ladders_by_series
from slactl.workflows.collecting.streams import is_merged

MINUTE = 60


@dataclass(slots=True)
class LayeredKeeping:
    """A ``Keeping`` over both; it remembers which spans it said were to be read from evidence.

    An ``eager`` one takes from evidence all that was there to be read in full, not only what CloudWatch has no more.
    ``chosen`` are spans of services, ``metered`` those of the metrics of components.
    """

    evidence: EvidenceKeeping
    cloudwatch: CloudWatchKeeping
    chosen: Spans = ()
    eager: bool = False
    metered: Spans = ()

    @property
    def absent(self) -> Code:
        return self.cloudwatch.absent

    @property
    def recorded(self) -> frozenset[str]:
        return self.evidence.recorded

    def readable(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        if not self._prefers_evidence(service, span):
            return self.cloudwatch.readable(service, source, span)
        kept = self._kept(service, source, span)
        reached = [piece.reach for piece in kept]
        if source is SourceKind.METRICS:
            self.metered = union((*self.metered, *reached))
        else:
            self.chosen = union((*self.chosen, *reached))
        holes = subtract((span,), (piece.span for piece in kept))
        rest = (piece for hole in holes for piece in self.cloudwatch.readable(service, source, hole))
        return tuple(sorted((*kept, *(_lone(piece, kept) for piece in rest)), key=lambda piece: piece.span))

    def _kept(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        if not self.eager:
            return self.evidence.readable(service, source, span)
        part = span.clip(Span(0, self.evidence.aged(service, source)))
        return self.evidence.readable(service, source, part) if part else ()

    def hourly(self, service: Service, span: Span) -> Spans:
        return subtract(self.cloudwatch.hourly(service, span), self.evidence.fine(service, span))

    def grid(self, service: Service, instant: int) -> int:
        kept = self.evidence.bin_at(service, instant)
        own = self.cloudwatch.grid(service, instant)
        return own if kept is None else min(kept, own)

    def rungs(self, service: Service, source: SourceKind, span: Span) -> tuple[str, ...] | None:
        return self.evidence.rungs(service, source, span) if self.uses_evidence(service, span) else None

    def final(self, service: Service, span: Span) -> bool:
        return not self.uses_evidence(service, span) or self.evidence.final(service, span)

    def holds(self, service: Service, span: Span) -> bool:
        return self.evidence.holds(service, span) or self.cloudwatch.holds(service, span)

    def closed(self, service: Service, span: Span) -> bool:
        return self.evidence.closed(service, span)

    def uses_evidence(self, service: Service, span: Span) -> bool:
        """Whether any of a span is read from evidence."""
        return self._prefers_evidence(service, span) and bool(self.evidence.readable(service, service.source, span))

    def _prefers_evidence(self, service: Service, span: Span) -> bool:
        """Whether CloudWatch no longer has a span as finely as evidence might, or nobody minds."""
        if self.eager:
            return span.start < self.evidence.aged(service, service.source)
        minutes = any(piece.finest <= MINUTE for piece in self.evidence.readable(service, service.source, span))
        now = self.cloudwatch.now
        line = elsewhere_from(service, now) or 0
        return span.start < max(line, minutes_from(now) if minutes else fine_from(now))


def _lone(piece: Kept, kept: Sequence[Kept]) -> Kept:
    """A piece without the hours over its edges that a piece of evidence holds."""
    spans = [one.reach for one in kept]
    head = piece.head if piece.head and not any(piece.head.meets(span) for span in spans) else None
    tail = piece.tail if piece.tail and not any(piece.tail.meets(span) for span in spans) else None
    return replace(piece, head=head, tail=tail)


@dataclass(slots=True)
class LayeredReader:
    """A ``MetricReader`` and ``LadderReader``; ``cloudwatch`` is made when it is first needed."""

    keeping: LayeredKeeping
    evidence: EvidenceReader
    cloudwatch: Callable[[], MetricReader]
    _made: list[MetricReader] = field(default_factory=list)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        mine = [self._from_evidence(query) for query in queries]
        kept = iter(self.evidence.read([query for query, own in zip(queries, mine, strict=True) if own]))
        others = iter(self._ask([query for query, own in zip(queries, mine, strict=True) if not own]))
        return [next(kept if own else others) for own in mine]

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        mine = [any(span.holds(query.span) for span in self.keeping.chosen) for query in queries]
        kept = iter(self.evidence.ladders([query for query, own in zip(queries, mine, strict=True) if own]))
        rest = [query for query, own in zip(queries, mine, strict=True) if not own]
        others = iter(ladders_by_series(self._ask, rest))
        return [next(kept if own else others) for own in mine]

    def use(self) -> tuple[SourceUse, ...]:
        return (*self.evidence.use(), *(use for made in self._made for use in made.use()))

    def _from_evidence(self, query: Query) -> bool:
        if any(span.holds(query.span) for span in self.keeping.metered) and self.evidence.meters(query):
            return True
        chosen = any(span.holds(query.span) for span in self.keeping.chosen)
        return chosen and self.evidence.covers(query.metrics, query.span)

    def _ask(self, queries: Sequence[Query]) -> list[Series]:
        """CloudWatch's answers; it knows nothing of streams that stand for several operations."""
        known = [replace(query, metrics=tuple(one for one in query.metrics if not is_merged(one))) for query in queries]
        asked = [query for query in known if query.metrics]
        if not asked:
            return [Series({}) for _ in queries]
        if not self._made:
            self._made.append(self.cloudwatch())
        answers = iter(self._made[0].read(asked))
        return [next(answers) if query.metrics else Series({}) for query in known]


@dataclass(frozen=True, slots=True)
class LayeredDirectory:
    """A ``MetricDirectory``: evidence alone of what it listed day by day, CloudWatch with what evidence knows else."""

    evidence: KeptDirectory
    live: MetricDirectory

    def metrics(self, terms: Sequence[MetricTerm], span: Span) -> list[Listing]:
        rest = [term for term in terms if not self.evidence.tells(term, span)]
        told = dict(zip(rest, self.live.metrics(rest, span) if rest else (), strict=True))
        kept = [term for term in terms if term not in told]
        told |= dict(zip(kept, self.evidence.metrics(kept, span), strict=True))
        return [told[term] for term in terms]

    def use(self) -> tuple[SourceUse, ...]:
        return self.live.use()


@dataclass(slots=True)
class LayeredInventory:
    """An ``InventorySource``: evidence's list of the days that are read from it, the other's of the rest."""

    keeping: LayeredKeeping
    evidence: EvidenceInventory
    other: Callable[[], InventorySource]
    _made: list[InventorySource] = field(default_factory=list)

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        if self.keeping.eager and (listed := self.evidence.latest(service, self.keeping.cloudwatch.now)) is not None:
            own = self.evidence.inventory(service, days)
            return _both(own, listed)
        kept = intersect(days, self.keeping.chosen)
        if not kept or not self.keeping.uses_evidence(service, Span(days[0].start, days[-1].end)):
            return self._other().inventory(service, days, names)
        own = self.evidence.inventory(service, kept)
        rest = [part for day in days for part in subtract((day,), kept)]
        return _both(own, self._other().inventory(service, rest, names)) if rest else own

    def use(self) -> tuple[SourceUse, ...]:
        return tuple(use for made in self._made for use in made.use())

    def _other(self) -> InventorySource:
        if not self._made:
            self._made.append(self.other())
        return self._made[0]


def _both(own: Inventory, other: Inventory) -> Inventory:
    streams = {stream.operation: stream for stream in (*own.operations, *other.operations)}
    found = tuple(streams[name] for name in sorted(streams, key=lambda name: name or ""))
    gaps = (*own.gaps, *other.gaps)
    return Inventory(found, other.total, own.total_decides, gaps, known=own.known or other.known)


def layered_inventories(
    keeping: LayeredKeeping,
    evidence: Mapping[SourceKind, EvidenceInventory],
    others: Callable[[], Mapping[SourceKind, InventorySource]],
) -> dict[SourceKind, InventorySource]:
    """One inventory for each kind of source."""
    return {kind: LayeredInventory(keeping, own, partial(_of_kind, others, kind)) for kind, own in evidence.items()}


def _of_kind(others: Callable[[], Mapping[SourceKind, InventorySource]], kind: SourceKind) -> InventorySource:
    return others()[kind]
