"""A shop whose time is kept as evidence, and its report from either side.

The one rule: what is kept is counted here, request by request; what CloudWatch would answer is the fake's.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from slactl.configuration import load_catalogue
from slactl.evidence.reading import Evidence, open_evidence
from slactl.evidence.store import open_archive
from slactl.evidence.tables import DuckTables
from slactl.formats.json import render
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import CountsFacts, Kind, NewItem, Place, StreamBins
from slactl.model.kept import Kept
from slactl.model.metric import Query, Series, Stream
from slactl.model.period import Month
from slactl.model.report import Report, SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans
from slactl.model.status import Code
from slactl.ports import Inventory, InventorySource
from slactl.ports.archive import Keeping
from slactl.workflows.collecting.plan import day_name, days_of
from slactl.workflows.collecting.streams import Listed, streams_body
from slactl.workflows.report import Circumstances, make_report
from tests.fakes import FakeInventory, FakeReader, Hit, instant, own_stream, stage_stream

DAY, HOUR = 86_400, 3_600
OWN, EDGE = SourceKind.APPLICATION_SIGNALS, SourceKind.API_GATEWAY
NAMES = ("GET /a", "GET /health", "GET /users/1", "GET /users/2", "POST /b")
OCTOBER = Month(2026, 10)
NOW = instant("2026-11-06T06:00:00Z")
RUNGS = "5 10 20 35 50 75 100 150 190 200 210 300 500 700 949.999 999.999 1049.999 1500 1899.999 1999.999 2099.999 5000"
CONFIGURATION = """version: 1
report: {{title: Shop, timezone: {zone}}}
services:
  shop:
    environment: eks:prod
{service}    operations:
      - {{match: "GET /health", ignore: true}}
      - {{match: "GET /users/*", as: "GET /users/{{id}}", class: read}}
      - {{match: "GET *", class: read}}
objectives:
  - {{id: uptime, indicator: availability, goal: ">= 99%", exclude: maintenance, over: {span}}}
  - {{id: share, indicator: latency, threshold: "< 1000ms", goal: ">= 95%", exclude: maintenance}}
  - {{id: p95, indicator: percentile, percentile: p95, goal: "< 2s"}}
  - {{id: p50, indicator: percentile, percentile: p50, class: read, goal: "<= 200ms", exclude: maintenance}}
  - {{id: errors, indicator: error-rate, per: operation, counts: faults+errors, confidence: 99%, goal: "< 9%"}}
  - {{id: coverage, indicator: coverage, goal: ">= 90%"}}
maintenance: maintenance.yaml
"""


def traffic(start: int, end: int, every: int = 1500, seed: int = 1, names: Sequence[str] = NAMES) -> list[Hit]:
    """Requests of lognormal latency, some failing, a burst of failures now and then."""
    rng = Random(seed)
    hits = []
    for at in range(start, end, every):
        bad = rng.random() < 0.01
        for _ in range(rng.choice((0, 1, 1, 2))):
            status = rng.choice((500, 200) if bad else (*([200] * 40), 404, 503))
            hits.append(Hit(at + rng.randrange(every), rng.choice(names), round(rng.lognormvariate(5, 1), 3), status))
    return sorted(hits, key=lambda hit: hit.at)


@dataclass
class Inventories(FakeInventory):
    """Knows the operations that were asked for, in hours around each span, as AWS rounds."""

    hits: Sequence[Hit] = ()

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        spans = [Span(day.start // HOUR * HOUR, -(-day.end // HOUR) * HOUR) for day in days]
        self.operations = sorted(
            {hit.operation for hit in self.hits if hit.operation and any(s.start <= hit.at < s.end for s in spans)}
        )
        return super().inventory(service, days, ())


@dataclass
class Shop:
    """A shop; ``hits`` are its requests, the edge's as well, ``over`` what only its own whole series counts.

    ``service`` are lines of its configuration, ``place`` is where its evidence is, if not in
    ``folder``, ``span`` what its availability is judged over.
    """

    folder: Path
    hits: list[Hit]
    zone: str = "Europe/Rome"
    service: str = ""
    windows: str = ""
    over: list[Hit] = field(default_factory=list)
    place: Path | None = None
    span: str = "month"

    @property
    def catalogue(self) -> Catalogue:
        (self.folder / "maintenance.yaml").write_text(f"notice: 24h\nwindows: [{self.windows}]\n")
        main = self.folder / "slactl.yaml"
        main.write_text(CONFIGURATION.format(zone=self.zone, service=self.service, span=self.span))
        return load_catalogue(main)

    @property
    def reader(self) -> FakeReader:
        return FakeReader(self.hits, over=self.over)

    @property
    def inventories(self) -> dict[SourceKind, InventorySource]:
        return {kind: Inventories((), kind, hits=self.hits) for kind in SourceKind}

    @property
    def store(self) -> str:
        return str(self.place or self.folder / "evidence")

    def keep(self, span: Span, width: int = 300, rungs: str = RUNGS, *, final: bool = True) -> None:
        """Keeps a span as evidence, day by day."""
        with open_archive(self.store, create=True) as archive:
            for day in days_of(span):
                part = day.clip(span)
                assert part is not None
                archive.commit("test", part.end, self._items(part, width, tuple(rungs.split()), final=final))

    def close(self, month: Month, now: int = NOW) -> None:
        """Keeps every question of a month's report and its answer."""
        catalogue = self.catalogue
        with open_archive(self.store, create=False) as archive:
            with open_evidence(archive, catalogue.services, catalogue.report.zone) as kept:
                recording = Recording(self.reader)
                closed = AsClosed(kept.keeping)
                make_report(catalogue, month, recording, dict(kept.inventories), made(now, closed))
            span = month.span(catalogue.report.zone)
            place = Place(Kind.ANSWERS, "123456789012", "eu-west-1", "shop", month.label, "answers.parquet")
            facts = {"start": span.start, "end": span.end}
            archive.commit("test", now, [NewItem(place, DuckTables().answers(recording.told), facts)])

    @contextmanager
    def evidence(self) -> Iterator[Evidence]:
        catalogue = self.catalogue
        with (
            open_archive(self.store, create=False) as archive,
            open_evidence(archive, catalogue.services, catalogue.report.zone, archive.head.sha256) as kept,
        ):
            yield kept

    def live(self, month: Month = OCTOBER, now: int = NOW) -> dict[str, Any]:
        """The month's report from CloudWatch."""
        return document(make_report(self.catalogue, month, self.reader, self.inventories, made(now)))

    def proved(self, month: Month = OCTOBER, now: int = NOW) -> dict[str, Any]:
        """The month's report from evidence alone."""
        with self.evidence() as kept:
            report = make_report(self.catalogue, month, kept.reader, dict(kept.inventories), made(now, kept.keeping))
        return document(report)

    def _items(self, span: Span, width: int, rungs: tuple[str, ...], *, final: bool) -> list[NewItem]:
        sources = [OWN, *([EDGE] if "edge" in self.service else [])]
        table = DuckTables().counts("shop", rungs, span, width)
        listed = []
        for source in sources:
            make = own_stream if source is OWN else stage_stream
            inside = [hit for hit in self.hits if span.start <= hit.at < span.end]
            there = sorted({hit.operation for hit in inside if hit.operation})
            whole = inside + [hit for hit in self.over if source is OWN and span.start <= hit.at < span.end]
            for stream, hits in [(make(None), whole), *((make(one), self._of(inside, one)) for one in there)]:
                table.add(counted(source, stream, hits, span, width, rungs))
            listed.append(Listed(source, tuple(make(one) for one in there), make(None), source is EDGE))
        place = Place(Kind.COUNTS, "123456789012", "eu-west-1", "shop", day_name(span), "counts.parquet")
        facts = CountsFacts(span, width, span.end + (4 * DAY if final else HOUR), final).facts
        facts |= {"sources": tuple(source.value for source in sources)}
        streams = replace(place, kind=Kind.STREAMS, name="streams.json")
        told = {"start": span.start, "end": span.end}
        return [NewItem(place, table.body(), facts), NewItem(streams, streams_body("shop", span, listed), told)]

    @staticmethod
    def _of(hits: Iterable[Hit], operation: str) -> list[Hit]:
        return [hit for hit in hits if hit.operation == operation]


def counted(
    source: SourceKind, stream: Stream, hits: Iterable[Hit], span: Span, width: int, rungs: tuple[str, ...]
) -> StreamBins:
    """What CloudWatch would tell of a stream in bins, counted one by one."""
    bins: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        bins[hit.at // width * width].append(hit)
    counts = {at: float(len(some)) for at, some in bins.items()}
    return StreamBins(
        source,
        stream,
        width,
        span,
        counts,
        {at: float(sum(hit.status >= 500 for hit in some)) for at, some in bins.items()},
        {at: float(sum(400 <= hit.status < 500 for hit in some)) for at, some in bins.items()},
        {at: min(hit.ms for hit in some) for at, some in bins.items()},
        {at: max(hit.ms for hit in some) for at, some in bins.items()},
        None if source is OWN else counts,
        {
            rung: {
                at: below for at, some in bins.items() if (below := float(sum(hit.ms <= float(rung) for hit in some)))
            }
            for rung in rungs
        },
    )


@dataclass
class Recording:
    """A ``MetricReader`` that keeps what it was asked and told."""

    reader: FakeReader
    told: list[tuple[Query, Series]] = field(default_factory=list)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        found = self.reader.read(queries)
        self.told += zip(queries, found, strict=True)
        return found

    def use(self) -> tuple[SourceUse, ...]:
        return self.reader.use()


@dataclass(frozen=True)
class AsClosed:
    """A ``Keeping`` under which every month is closed."""

    inner: Keeping

    @property
    def absent(self) -> Code:
        return self.inner.absent

    @property
    def recorded(self) -> frozenset[str]:
        return self.inner.recorded

    def readable(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        return self.inner.readable(service, source, span)

    def hourly(self, service: Service, span: Span) -> Spans:
        return self.inner.hourly(service, span)

    def grid(self, service: Service, instant: int) -> int:
        return self.inner.grid(service, instant)

    def rungs(self, service: Service, source: SourceKind, span: Span) -> tuple[str, ...] | None:
        return self.inner.rungs(service, source, span)

    def final(self, service: Service, span: Span) -> bool:
        return self.inner.final(service, span)

    def holds(self, service: Service, span: Span) -> bool:
        return self.inner.holds(service, span)

    def closed(self, service: Service, span: Span) -> bool:
        return True


def made(now: int, keeping: Keeping | None = None) -> Circumstances:
    return Circumstances(now, True, "test", "3", "1", "2026", "0" * 64, "slactl report", keeping=keeping)


def document(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(report, "en"))
    return found


def rows(document: dict[str, Any], *, brackets: bool = True) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows of a report by what they speak of; without brackets, what a percentile's row says beside them."""
    found = {}
    for one in document["results"]:
        row = dict(one)
        if not brackets and row["indicator"] == "percentile":
            for key in ("value", "display", "low", "high", "notes", "with_exclusions", "without_exclusions"):
                row.pop(key, None)
        found[row["objective"], row["operation"], row["class"], row["span"]] = row
    return found


def around(month: Month, zone: str, weeks: int = 4) -> Span:
    """A month and the weeks before it, in whole days of UTC."""
    from zoneinfo import ZoneInfo

    span = month.span(ZoneInfo(zone))
    return Span(span.start // DAY * DAY - weeks * 7 * DAY, -(-span.end // DAY) * DAY)
