"""Stores with months in them, as collects leave them: real tables, facts, closed and open months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from slactl.evidence.store import open_archive
from slactl.evidence.tables import DuckTables
from slactl.model.evidence import CountsFacts, Kind, NewItem, Place, StreamBins
from slactl.model.metric import Metric, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span

DAY = 86_400
ACCOUNT, REGION = "123456789012", "eu-west-1"


def at(text: str) -> int:
    """Seconds since the epoch of a UTC time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def days(first: str, last: str) -> list[str]:
    """The days from the first to the last."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(begin + timedelta(days=step)).isoformat() for step in range((end - begin).days + 1)]


def stream(operation: str) -> Stream:
    metric = Metric("N", operation, ())
    return Stream(operation or None, metric, "SampleCount", metric, metric, metric)


def table(day: str, ladder: Mapping[str, Mapping[int, float]], operations: Iterable[str] = ("GET /a",)) -> bytes:
    """A day's counts: in its first bin four requests of 10 to 2000 ms, in its second none that is known."""
    start = at(day)
    span = Span(start, start + DAY)
    writer = DuckTables().counts("shop", tuple(ladder), span, 300)
    told = {rung: {start + offset: count for offset, count in points.items()} for rung, points in ladder.items()}
    for name in operations:
        writer.add(
            StreamBins(
                source=SourceKind.APPLICATION_SIGNALS,
                stream=stream(name),
                bin=300,
                span=span,
                requests={start: 4.0, start + 300: 2.0},
                faults={start: 1.0},
                errors={},
                minimum={start: 10.0, start + 300: 20.0},
                maximum={start: 2000.0, start + 300: 900.0},
                ladder=told,
            )
        )
    return writer.body()


LADDER = {"100": {0: 1.0, 300: 1.0}, "500": {0: 2.5}, "1000": {0: 3.0}}


def counts(day: str, service: str = "shop", *, body: bytes = b"", final: bool = True, end: int = DAY) -> NewItem:
    place = Place(Kind.COUNTS, ACCOUNT, REGION, service, day, "counts.parquet")
    span = Span(at(day), at(day) + end)
    return NewItem(place, body or day.encode(), CountsFacts(span, 300, span.end + 5 * DAY, final).facts)


def others(day: str, service: str = "shop") -> list[NewItem]:
    """The streams of a day and the record of its collect."""
    span = {"start": at(day), "end": at(day) + DAY}
    return [
        NewItem(Place(Kind.STREAMS, ACCOUNT, REGION, service, day, "streams.json"), day.encode(), span),
        NewItem(Place(Kind.RUN, ACCOUNT, REGION, "", day, "run-1.json"), day.encode()),
    ]


def answers(month: str, service: str = "shop") -> NewItem:
    return NewItem(Place(Kind.ANSWERS, ACCOUNT, REGION, service, month, "answers.parquet"), month.encode())


def store(root: Path, items: Iterable[NewItem], now: int = 1_900_000_000) -> Path:
    with open_archive(str(root), create=True) as archive:
        archive.commit("run", now, list(items))
    return root
