"""What was read of one service in one period: the nouns between the reads and the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from slactl.compliance.counts import Counts, add_up
from slactl.compliance.distribution import Distribution, Population, Steps
from slactl.compliance.heartbeat import NO_BEATS, Beats
from slactl.model.kept import Kept
from slactl.model.metric import Stream
from slactl.model.report import Bracket
from slactl.model.service import Placement, Service, SourceKind
from slactl.model.span import Span, Spans
from slactl.reading.cover import Cover
from slactl.reading.retention import HOUR
from slactl.workflows.asking import GapList


@dataclass(slots=True)
class Part:
    """One stream over one cover: its counts and latencies."""

    counts: Counts = field(default_factory=Counts)
    latency: Distribution = field(default_factory=Distribution)


@dataclass(slots=True)
class Operation:
    """One stream: over the whole counted span, and over what maintenance excludes of it.

    ``hints`` are CloudWatch's own percentiles over the whole, in ms, by statistic name.
    """

    stream: Stream
    placement: Placement
    whole: Part = field(default_factory=Part)
    cut: Part = field(default_factory=Part)
    hints: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.stream.operation or ""

    def counts(self, *, excluding: bool) -> Counts:
        return self.whole.counts.less(self.cut.counts) if excluding else self.whole.counts


@dataclass(slots=True)
class FineSeries:
    """Requests and faults of the service in bins of ``bin`` seconds; None where unknown.

    ``start`` is the first bin's start; the lists have the same length. ``errors`` are informative.
    ``agreed`` is false where the whole's own series had to be replaced by sums of operations;
    ``disputed`` are tiles in which it still says something else than the coarse reads. ``beats`` is what the service's
    heartbeat says.
    """

    start: int
    bin: int
    requests: list[int | None]
    faults: list[int | None]
    errors: list[int | None]
    agreed: bool = True
    disputed: Spans = ()
    beats: Beats = NO_BEATS

    @property
    def whole(self) -> Span:
        """All that the bins cover."""
        return Span(self.start, self.start + self.bin * len(self.requests))


def both_read(own: Sequence[FineSeries], edge: Sequence[FineSeries]) -> tuple[FineSeries, ...]:
    """The own series, unknown wherever the edge's is: of two sources a second is read only if both were."""
    return tuple(
        replace(mine, requests=_known(mine.requests, theirs), faults=_known(mine.faults, theirs))
        for mine, theirs in zip(own, edge, strict=True)
    )


def _known(values: Sequence[int | None], other: FineSeries) -> list[int | None]:
    return [
        None if requests is None or faults is None else value
        for value, requests, faults in zip(values, other.requests, other.faults, strict=True)
    ]


Quantity = Literal["requests", "faults", "errors"]


def sum_in(series: Sequence[FineSeries], span: Span, quantity: Quantity = "requests") -> int | None:
    """A quantity of a span, from the series that together cover it; None if any of it is unknown or cuts a bin."""
    found, covered = 0, 0
    for one in series:
        inside = span.clip(one.whole)
        if inside is None:
            continue
        if (inside.start - one.start) % one.bin or (inside.end - one.start) % one.bin:
            return None
        values: list[int | None] = getattr(one, quantity)
        held = values[(inside.start - one.start) // one.bin : (inside.end - one.start) // one.bin]
        if None in held:
            return None
        found += sum(filter(None, held))
        covered += inside.seconds
    return found if covered == span.seconds else None


UNROUTED = "(unrouted)"
"""The row of what a stage answered and no method explains."""

BracketKey = tuple[str | None, str | None, Fraction, bool]
"""Operation (None: all), class (None: any), rank, whether maintenance is excluded."""


@dataclass(slots=True)
class Survey:
    """Everything read of a service from one source.

    ``pieces`` are what is owed, settled and still kept of the period; ``excluded`` what maintenance
    takes out of it; ``whole`` is the stream without an operation, ``total`` the same where it decides.
    In ``undiscovered`` spans operations could not be looked for; ``incomplete`` says that some are
    indeed missing, because the whole saw more than they did. ``coarse`` are the brackets that stay wide
    because no other rungs are kept; ``kept_rungs`` are those (None: any), ``any_rung`` says that others may be
    asked for all the same; ``steps`` are the kept rungs, once they were read of everyone;
    of a ``lean`` one only the goals' own limits were read.
    """

    service: Service
    source: SourceKind
    pieces: tuple[Kept, ...]
    excluded: Spans
    operations: list[Operation]
    total: Operation | None
    whole: Stream
    cover: Cover = ()
    cut_cover: Cover = ()
    fine: tuple[FineSeries, ...] = ()
    rungs: set[Fraction] = field(default_factory=set)
    brackets: dict[BracketKey, Bracket] = field(default_factory=dict)
    gaps: GapList = field(default_factory=lambda: GapList(""))
    undiscovered: Spans = ()
    incomplete: bool = False
    coarse: set[BracketKey] = field(default_factory=set)
    kept_rungs: tuple[str, ...] | None = None
    any_rung: bool = True
    steps: Steps | None = None
    lean: bool = False

    @property
    def spans(self) -> Spans:
        """What was read, piece by piece."""
        return tuple(piece.span for piece in self.pieces)

    def least(self, span: Span) -> int:
        """The finest bin, in seconds, in which all of a span can be read."""
        return max((piece.finest for piece in self.pieces if piece.span.meets(span)), default=HOUR)

    @property
    def kept(self) -> list[Operation]:
        return [operation for operation in self.operations if not operation.placement.ignored]

    @property
    def ignored(self) -> list[Operation]:
        return [operation for operation in self.operations if operation.placement.ignored]

    def counts(self, *, excluding: bool) -> Counts:
        """The service's own counts (rule 20; at a gateway the stage's, less what is ignored)."""
        if self.total is None:
            return add_up(operation.counts(excluding=excluding) for operation in self.kept)
        ignored = add_up(operation.counts(excluding=excluding) for operation in self.ignored)
        return self.total.counts(excluding=excluding).less(ignored)

    def population(self, *, excluding: bool) -> Population:
        """The service's latencies."""
        if self.total is None:
            return population(self.kept, excluding=excluding)
        gone = population(self.ignored, excluding=excluding)
        whole = population([self.total], excluding=excluding)
        return Population((*whole.add, *gone.less), (*whole.less, *gone.add))

    def unrouted(self, *, excluding: bool) -> Population | None:
        """What a stage answered that none of its methods explains; None where there is no stage or nothing."""
        if self.total is None:
            return None
        methods = population(self.operations, excluding=excluding)
        whole = population([self.total], excluding=excluding)
        rest = Population((*whole.add, *methods.less), (*whole.less, *methods.add))
        return rest if rest.samples else None

    def groups(self) -> dict[str, list[Operation]]:
        """Kept operations by the name they are counted under."""
        found: dict[str, list[Operation]] = {}
        for operation in self.kept:
            found.setdefault(operation.placement.name, []).append(operation)
        return found


def population(operations: Iterable[Operation], *, excluding: bool) -> Population:
    """The latencies of some operations together."""
    held: Sequence[Operation] = list(operations)
    less = [operation.cut.latency for operation in held] if excluding else []
    return Population([operation.whole.latency for operation in held], less)
