"""A month of evidence, written in seconds, as collects would have left it.

The one rule: tables, lists, records and chain are written by what collect writes them with; only the
counts are made up, one pattern for each operation, the same on every day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from slactl.cli.papers import papers
from slactl.configuration import load_catalogue
from slactl.evidence.store import open_archive
from slactl.evidence.tables import DuckTables
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import CountsFacts, Kind, NewItem, Place, StreamBins
from slactl.model.metric import Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.sources import application_signals
from slactl.workflows.collecting.outcome import Outcome
from slactl.workflows.collecting.plan import day_name, days_of
from slactl.workflows.collecting.record import Made
from slactl.workflows.collecting.recording import Recorder
from slactl.workflows.collecting.rungs import ladder
from slactl.workflows.collecting.streams import Listed, streams_body

ACCOUNT, REGION = "123456789012", "eu-west-1"
SPARSE = 3
"""One bin of so many has requests."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The requests of an operation in each busy bin of a day: latencies in ms, rising, and how many failed."""

    bins: dict[int, tuple[tuple[float, ...], int]]


def pattern(rng: Random) -> Pattern:
    busy = range(0, 288, SPARSE)
    made = {
        number * 300: (tuple(sorted(round(rng.lognormvariate(5, 1), 1) for _ in range(8))), int(rng.random() < 0.01))
        for number in busy
    }
    return Pattern(made)


def bins(stream: Stream, told: Pattern, part: Span, rungs: Sequence[str]) -> StreamBins:
    midnight = part.start // 86_400 * 86_400
    every = ((midnight + offset, found) for offset, found in told.bins.items())
    at = {start: found for start, found in every if part.start <= start < part.end}
    limits = [(rung, float(rung)) for rung in rungs]
    return StreamBins(
        source=SourceKind.APPLICATION_SIGNALS,
        stream=stream,
        bin=300,
        span=part,
        requests={start: float(len(ms)) for start, (ms, _) in at.items()},
        faults={start: float(bad) for start, (_, bad) in at.items()},
        errors=dict.fromkeys(at, 0.0),
        minimum={start: ms[0] for start, (ms, _) in at.items()},
        maximum={start: ms[-1] for start, (ms, _) in at.items()},
        ladder={
            rung: {start: float(below) for start, (ms, _) in at.items() if (below := sum(one <= limit for one in ms))}
            for rung, limit in limits
        },
    )


def keep_month(main: Path, operations: int, span: Span, now: int) -> Catalogue:
    """Keeps a span of the only service of a configuration, with so many operations; gives the catalogue."""
    catalogue = load_catalogue(main)
    (service,) = catalogue.services
    rungs = tuple(f"{float(rung):.10g}" for rung in ladder(catalogue.objectives))
    names = [f"GET /resources-{number:04d}" for number in range(operations)]
    streams = [application_signals.stream(service, name) for name in names]
    patterns = [pattern(Random(name)) for name in names]
    whole = application_signals.stream(service, None)
    listed = [Listed(SourceKind.APPLICATION_SIGNALS, tuple(streams), whole, total_decides=False)]
    with open_archive(str(main.parent / "evidence"), create=True) as store:
        made = Made("0.1.0", ACCOUNT, REGION, "arn:aws:iam::123456789012:user/bench", clock_set=True)
        recorder = Recorder(store, catalogue, made, papers(catalogue, main))
        recorder.open(Outcome("bench", now, now))
        for day in days_of(span):
            part = day.clip(span)
            assert part is not None
            table = DuckTables().counts(service.key, rungs, part, 300)
            for stream, told in zip(streams, patterns, strict=True):
                table.add(bins(stream, told, part, rungs))
            place = Place(Kind.COUNTS, ACCOUNT, REGION, service.key, day_name(day), "counts.parquet")
            facts = CountsFacts(part, 300, now, final=True).facts | {"sources": ("application-signals",)}
            lists = Place(Kind.STREAMS, ACCOUNT, REGION, service.key, day_name(day), "streams.json")
            body = streams_body(service.key, part, listed)
            read = {"start": part.start, "end": part.end}
            store.commit("bench", now, [NewItem(place, table.body(), facts), NewItem(lists, body, read)])
    return catalogue
