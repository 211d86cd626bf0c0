"""Reads the streams of some tasks of one span together, and makes of each task the files to keep.

The one rule: a task is whole or it is not kept: one stream that can't be read or believed keeps the
task out, and the others go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from slactl.compliance.distribution import Rung
from slactl.model.evidence import CountsFacts, Kind, NewItem, Place, StreamBins
from slactl.model.metric import Stream
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, union
from slactl.ports import InventorySource, MetricReader
from slactl.ports.archive import CountsWriter, Tables
from slactl.workflows.collecting.doubt import Doubt
from slactl.workflows.collecting.listing import Listing, list_streams
from slactl.workflows.collecting.outcome import KeptSpan
from slactl.workflows.collecting.plan import FINAL_AFTER, Asked, Held, Task, day_name, superseded
from slactl.workflows.collecting.reading import Disputed, Failed, Found, Wanted, read_stream
from slactl.workflows.collecting.rungs import texts
from slactl.workflows.collecting.streams import Listed, streams_body
from slactl.workflows.collecting.veil import Veil
from slactl.workflows.collecting.weave import Asker, woven


@dataclass(frozen=True, slots=True)
class Tools:
    """What gathering needs from outside; ``reader`` looks through ``veil``, ``now`` is the run's instant."""

    reader: MetricReader
    inventories: Mapping[SourceKind, InventorySource]
    tables: Tables
    veil: Veil
    rungs: Sequence[Rung]
    now: int
    account: str
    region: str


@dataclass(slots=True)
class DayFile:
    """The counts of one day while they come in.

    ``before`` is what is kept of it already, ``kept`` are the streams that belong to it, by source.
    """

    span: Span
    writer: CountsWriter
    before: Sequence[Held] = ()
    kept: dict[SourceKind, list[Stream]] = field(default_factory=dict)
    requests: dict[SourceKind, int] = field(default_factory=dict)
    again: dict[SourceKind, int] = field(default_factory=dict)

    @property
    def streams(self) -> int:
        return sum(map(len, self.kept.values()))

    def count(self, source: SourceKind, requests: Mapping[int, float]) -> None:
        """Counts the requests of one operation, in all and in what was kept before."""
        spans = [one.facts.span for one in self.before]
        retold = (count for start, count in requests.items() if any(at.start <= start < at.end for at in spans))
        self.requests[source] = self.requests.get(source, 0) + round(sum(requests.values()))
        self.again[source] = self.again.get(source, 0) + round(sum(retold))

    def fewer(self, own: SourceKind) -> bool:
        """Whether less is told now of what was kept before: CloudWatch's counts of the past only grow."""
        edge = sum(self.again.values()) - self.again.get(own, 0)
        had = sum(one.requests for one in self.before), sum(one.edge for one in self.before)
        return self.again.get(own, 0) < had[0] or edge < had[1]


@dataclass(slots=True, eq=False)
class Gathering:
    """One task while it is read: its streams, and what went wrong."""

    task: Task
    service: Service
    asked: Asked
    earlier: Mapping[Span, Sequence[Listed]]
    held: Sequence[Held]
    doubt: Doubt
    tools: Tools
    listings: list[Listing] = field(default_factory=list)
    days: list[DayFile] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    disputed: list[Disputed] = field(default_factory=list)
    waiting: int = 0
    begun: bool = False
    over: bool = False

    @property
    def refused(self) -> bool:
        """Whether its streams could not be told, or have names that must not be kept."""
        return any(one.gaps or one.refused for one in self.listings)

    @property
    def stopped(self) -> bool:
        return bool(self.failed or self.disputed or self.refused)

    @property
    def disputes(self) -> Spans:
        return union(span for one in self.disputed for span in one.spans)

    def wanted(self) -> Iterator[Wanted]:
        """The streams to read; the inventory is asked when the first is wanted."""
        tools, task = self.tools, self.task
        self.begun = True
        self.listings = list_streams(self.service, task.days, tools.inventories, tools.veil, self.earlier)
        if self.refused:
            return
        rungs = texts(tools.rungs)
        self.days = [
            DayFile(day, tools.tables.counts(task.service, rungs, day, task.bin), self._before(day))
            for day in task.days
        ]
        for listing in self.listings:
            for stream in listing.streams:
                if self.stopped:
                    return
                yield Wanted(listing.source, stream, task.span, task.bin, tools.rungs)

    def _before(self, day: Span) -> tuple[Held, ...]:
        return superseded(day, self.held, self.doubt)

    def take(self, found: Found) -> None:
        """Takes what was found of a stream."""
        self.waiting -= 1
        match found:
            case Failed():
                self.failed.append(found)
            case Disputed():
                self.disputed.append(found)
            case StreamBins():
                if not self.stopped:
                    self._keep(found)

    def _keep(self, bins: StreamBins) -> None:
        listing = next(one for one in self.listings if one.source is bins.source)
        for day in self.days:
            part = bins if day.span == bins.span else within(bins, day.span)
            known = bins.stream in listing.by_day[day.span] and not listing.total_decides
            answered = bool(part.requests or part.samples)
            if bins.stream.operation is None or known or answered:
                day.writer.add(part)
            if bins.stream.operation is not None and (known or answered):
                day.kept.setdefault(bins.source, []).append(bins.stream)
                day.count(bins.source, part.requests)

    def items(self, day: DayFile) -> tuple[KeptSpan, tuple[NewItem, NewItem]]:
        """What is kept of a day, and its files."""
        tools, task = self.tools, self.task
        final = tools.now >= day.span.end + FINAL_AFTER
        own = day.requests.get(self.service.source, 0)
        facts = CountsFacts(day.span, task.bin, tools.now, final).facts
        told = facts | {
            "subject": self.asked.subject,
            "sources": self.asked.sources,
            "limits": self.asked.limits,
            "hiding": self.asked.hiding,
            "streams": day.streams,
            "requests": own,
            "edge": sum(day.requests.values()) - own,
        }
        place = Place(Kind.COUNTS, tools.account, tools.region, task.service, day_name(day.span), "counts.parquet")
        streams = replace(place, kind=Kind.STREAMS, name="streams.json")
        span = {"start": day.span.start, "end": day.span.end}
        kept = KeptSpan(task.service, day.span, task.bin, final, day.streams, own)
        return kept, (
            NewItem(place, day.writer.body(), told),
            NewItem(streams, streams_body(task.service, day.span, self._listed(day)), span),
        )

    def _listed(self, day: DayFile) -> list[Listed]:
        return [
            Listed(one.source, tuple(day.kept.get(one.source, ())), one.total, one.total_decides)
            for one in self.listings
        ]


def within(bins: StreamBins, span: Span) -> StreamBins:
    """The part of a stream's answers that lies in a span."""

    def cut(points: Mapping[int, float]) -> dict[int, float]:
        return {start: value for start, value in points.items() if span.start <= start < span.end}

    return replace(
        bins,
        span=span,
        requests=cut(bins.requests),
        faults=cut(bins.faults),
        errors=cut(bins.errors),
        minimum=cut(bins.minimum),
        maximum=cut(bins.maximum),
        samples=None if bins.samples is None else cut(bins.samples),
        ladder={rung: cut(points) for rung, points in bins.ladder.items()},
    )


def subject_of(service: Service) -> str:
    """How a service is named where its counts come from."""
    parts = (service.account_id or "", service.source.value, service.name, service.environment or "")
    stage = service.gateway
    return "|".join((*parts, stage.api, stage.stage) if stage else parts)


def gathered(gatherings: Iterable[Gathering], reader: MetricReader) -> Iterator[Gathering]:
    """Each task as soon as all its streams were read or it had to stop, in order."""
    line: deque[Gathering] = deque()
    owners: deque[Gathering] = deque()
    for found in woven(reader, _askers(gatherings, line, owners)):
        owners.popleft().take(found)
        yield from _ready(line)
    yield from line


def _askers(
    gatherings: Iterable[Gathering], line: deque[Gathering], owners: deque[Gathering]
) -> Iterator[Asker[Found]]:
    for one in gatherings:
        line.append(one)
        for wanted in one.wanted():
            one.waiting += 1
            owners.append(one)
            yield read_stream(wanted)
        one.over = True


def _ready(line: deque[Gathering]) -> Iterator[Gathering]:
    while line and line[0].over and not line[0].waiting:
        yield line.popleft()
