"""What a store holds of one service: which spans were read, how finely, and of which streams.

The one rule: a span that no record covers was not read; nothing of it is ever taken to be zero.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from slactl.evidence.reading.sql import Columns
from slactl.model.evidence import CountsFacts, Item, Kind
from slactl.model.metric import Metric, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting.streams import Listed, read_streams

LATENCY = ("SampleCount", "Minimum", "Maximum")
CHECK = "slactl evidence check tells what is wrong with the store"


@dataclass(frozen=True, slots=True)
class Record:
    """The counts of a span of a day. ``sources`` are the kinds that were read."""

    item: Item
    facts: CountsFacts
    sources: frozenset[SourceKind]

    @property
    def span(self) -> Span:
        return self.facts.span

    @property
    def bin(self) -> int:
        return self.facts.bin


Column = tuple[Columns, int]
"""A column of counts: the set that it is read with, and its place there."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a metric's counts stand: the source, the operation ('' is the whole), and each statistic's column.

    ``ladder`` says that it is a latency, with counts at rungs.
    """

    source: SourceKind
    operation: str
    stats: Mapping[str, Column]
    ladder: bool = False


@dataclass(eq=False)
class Records:
    """All records of one service, in order of time; their streams are looked up when they are needed.

    Raises:
        EvidenceFailure: if an item doesn't say what it covers, or several accounts kept the service.
    """

    archive: Archive
    service: str
    _listed: dict[str, tuple[Listed, ...]] = field(default_factory=dict)
    _known: dict[Metric, Whereabouts] = field(default_factory=dict)
    _totals: dict[SourceKind, Listed] = field(default_factory=dict)
    _last: tuple[object, tuple[Listed, ...]] = (None, ())

    @cached_property
    def all(self) -> tuple[Record, ...]:
        items = self.archive.items(Kind.COUNTS, self.service)
        places = sorted({(item.place.account, item.place.region) for item in items})
        if len(places) > 1:
            told = ", ".join("/".join(place) for place in places)
            raise EvidenceFailure(
                f"the store holds {self.service} of several accounts or regions: {told}",
                "keep each account's evidence in a store of its own",
            )
        return tuple(_apart(map(_record, items)))

    @cached_property
    def _starts(self) -> list[int]:
        return [record.span.start for record in self.all]

    def over(self, span: Span, source: SourceKind | None = None) -> list[Record]:
        """The records that share a second with a span, in order of time."""
        first = max(0, bisect_right(self._starts, span.start) - 1)
        found = []
        for record in self.all[first:]:
            if record.span.start >= span.end:
                break
            if record.span.meets(span) and (source is None or source in record.sources):
                found.append(record)
        return found

    def reach(self, source: SourceKind) -> Span | None:
        """From the beginning of a source's first record to the end of its last; None where it has none."""
        mine = [record.span for record in self.all if source in record.sources]
        return Span(mine[0].start, mine[-1].end) if mine else None

    def covers(self, span: Span, source: SourceKind) -> bool:
        """Whether all of a span was read."""
        reached = span.start
        for record in self.over(span, source):
            if record.span.start > reached:
                return False
            reached = record.span.end
        return reached >= span.end

    def listed(self, record: Record) -> tuple[Listed, ...]:
        """The streams of a record; none where the store has no list of them."""
        if record.item.path not in self._listed:
            self._listed[record.item.path] = tuple(self._read(record))
            self._learn(self._listed[record.item.path])
        return self._listed[record.item.path]

    def total(self, source: SourceKind) -> Listed | None:
        """The source's streams as they were listed last, for what all of them share."""
        if source not in self._totals:
            for record in reversed(self.all):
                self.listed(record)
                if source in self._totals:
                    break
        return self._totals.get(source)

    def find(self, metric: Metric, span: Span) -> Whereabouts | None:
        """Where a metric stands that was listed of any record of a span."""
        if metric not in self._known:
            for record in self.over(span):
                self.listed(record)
        return self._known.get(metric)

    def source_like(self, metric: Metric) -> SourceKind | None:
        """The source that would have listed a metric: one of its whole's namespace, account and dimensions."""
        for source in SourceKind:
            listed = self.total(source)
            if listed is not None and _resembles(metric, listed.total.latency):
                return source
        return None

    def _read(self, record: Record) -> Iterator[Listed]:
        for item in self.archive.items(Kind.STREAMS, self.service, record.item.place.when):
            if (item.facts.get("start"), item.facts.get("end")) != (record.span.start, record.span.end):
                continue
            try:
                yield from self._parsed(self.archive.body(item))
            except (ValueError, KeyError, TypeError) as error:
                raise EvidenceFailure(f"{item.path}: {error}", CHECK) from error

    def _parsed(self, body: bytes) -> tuple[Listed, ...]:
        """The streams of a file; most days have the same as the day before, and nouns are dear."""
        told = json.loads(body)["sources"]
        if told != self._last[0]:
            self._last = told, read_streams(body)
        return self._last[1]

    def _learn(self, told: Sequence[Listed]) -> None:
        for listed in told:
            if self._totals.get(listed.source) is listed:
                continue
            self._totals[listed.source] = listed
            stats = _stats(listed.total)
            for stream in (listed.total, *listed.operations):
                name, metrics = stream.operation or "", (stream.requests, stream.faults, stream.errors, stream.latency)
                for metric, (columns, ladder) in zip(metrics, stats, strict=True):
                    self._known[metric] = Whereabouts(listed.source, name, columns, ladder)


def _record(item: Item) -> Record:
    try:
        facts = CountsFacts.of(item)
    except ValueError as error:
        raise EvidenceFailure(str(error), CHECK) from error
    sources = item.facts.get("sources")
    named = sources if isinstance(sources, tuple) else tuple(SourceKind)
    return Record(item, facts, frozenset(SourceKind(name) for name in named if name in tuple(SourceKind)))


def _apart(records: Iterable[Record]) -> list[Record]:
    """Records in order of time; of two that overlap the one that was read later counts."""
    kept: list[Record] = []
    for record in sorted(records, key=lambda one: (-one.facts.read_at, one.item.path)):
        if not any(record.span.meets(other.span) for other in kept):
            kept.append(record)
    return sorted(kept, key=lambda one: one.span)


def _stats(total: Stream) -> list[tuple[Mapping[str, Column], bool]]:
    """The statistics that are kept of requests, faults, errors and latency, and which of them has a ladder."""
    requests: dict[str, Column] = {total.request_stat: (Columns.COUNTS, 0)}
    latency: dict[str, Column] = {name: (Columns.EXTREMES, place) for place, name in enumerate(LATENCY)}
    if total.requests == total.latency:
        requests = latency = latency | requests
    bad: list[tuple[Mapping[str, Column], bool]] = [({"Sum": (Columns.COUNTS, place)}, False) for place in (1, 2)]
    return [(requests, requests is latency), *bad, (latency, True)]


def _resembles(metric: Metric, total: Metric) -> bool:
    same = metric.namespace == total.namespace and metric.account_id == total.account_id
    return same and set(total.dimensions) <= set(metric.dimensions)
