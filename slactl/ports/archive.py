"""What a place that keeps evidence must offer.

The one rule: a change is one commit; before it nothing of the change is evidence, after it all is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from slactl.model.evidence import AskedTerm, Dropped, Item, Kind, MetricBins, NewItem, StreamBins
from slactl.model.kept import Kept
from slactl.model.metric import Query, Series
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans
from slactl.model.status import Code


class EvidenceFailure(Exception):
    """Evidence that cannot be read, kept or trusted: ``message`` says what and where, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Busy(EvidenceFailure):
    """Another run holds the store: what is harmless for one that a scheduler starts again anyway."""


class Overtaken(EvidenceFailure):
    """A commit that another run got ahead of: it changed the same places. The store was read again; look anew."""


class Archive(Protocol):
    """A store of evidence. Every method raises ``EvidenceFailure`` with what to do."""

    def items(self, kind: Kind, service: str | None = None, when: str | None = None) -> tuple[Item, ...]:
        """What is kept of a kind, in order of place; ``when`` is a day or month, or how it begins."""
        ...

    def since(self, item: Item) -> int:
        """When an item was kept at the earliest, in seconds: the latest that a collect had told of by then."""
        ...

    def body(self, item: Item) -> bytes:
        """The bytes, held against the digest."""
        ...

    def path(self, item: Item) -> Path:
        """A file with these bytes, held against the digest; it lives as long as the store is open."""
        ...

    def commit(self, run: str, at: int, added: Sequence[NewItem], dropped: Sequence[Dropped] = ()) -> tuple[Item, ...]:
        """Keeps files and drops others, all or nothing; an item that is already kept just so is not added twice."""
        ...


class CountsWriter(Protocol):
    """Writes the counts of one service and day, stream by stream."""

    def add(self, bins: StreamBins) -> None:
        """Takes one stream; its answers may be forgotten afterwards."""
        ...

    def body(self) -> bytes:
        """The Parquet file; ends the writer."""
        ...


class Tables(Protocol):
    """Makes the bodies of tables."""

    def counts(self, service: str, rungs: Sequence[str], span: Span, width: int) -> CountsWriter:
        """A writer of one service's counts with these rungs (upper bounds in ms, rising)."""
        ...

    def answers(self, answered: Iterable[tuple[Query, Series]]) -> bytes:
        """A Parquet file of queries and what was answered, failures included."""
        ...

    def metrics(
        self, key: str, span: Span, width: int, asked: Sequence[AskedTerm], found: Iterable[MetricBins]
    ) -> bytes:
        """A Parquet file of the metrics of a component, or service, in bins of ``width`` seconds."""
        ...


class Keeping(Protocol):
    """What can be read of a service, and how finely."""

    def readable(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        """What of a span can be read: its pieces in order of time, each with its finest bin in seconds."""
        ...

    def hourly(self, service: Service, span: Span) -> Spans:
        """Where of a span no more than hours are kept (or nothing): exclusions are shrunk to hours there."""
        ...

    def grid(self, service: Service, instant: int) -> int:
        """The grid, in seconds, to which an exclusion that begins or ends at an instant is shrunk (rule 16)."""
        ...

    def rungs(self, service: Service, source: SourceKind, span: Span) -> tuple[str, ...] | None:
        """The latencies at which counts of a span are kept, rising; None where any may be asked for."""
        ...

    def final(self, service: Service, span: Span) -> bool:
        """Whether what is kept of a span was read 72 hours after its end, or will be, being still there to be read."""
        ...

    def holds(self, service: Service, span: Span) -> bool:
        """Whether anything at all of a span can be read."""
        ...

    def closed(self, service: Service, span: Span) -> bool:
        """Whether the answers to a report's own questions about a span are kept, whatever rungs they ask for."""
        ...

    @property
    def absent(self) -> Code:
        """Why what is not readable isn't: CloudWatch no longer keeps it, or evidence was asked alone and lacks it."""
        ...

    @property
    def recorded(self) -> frozenset[str]:
        """The windows whose times stand in evidence kept from before their start (rule 14)."""
        ...
