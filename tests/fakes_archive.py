"""A store of evidence and its tables in memory, for the tests of the inner rooms.

The one rule: it keeps what ``Archive`` and ``Tables`` promise; a commit is told to fail, nothing is random.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from slactl.model.evidence import AskedTerm, Dropped, Item, Kind, MetricBins, NewItem, StreamBins
from slactl.model.metric import Query, Series
from slactl.model.span import Span
from slactl.ports.archive import EvidenceFailure

Row = dict[str, Any]


@dataclass
class MemoryStore:
    """A ``Store``: what is kept by path, and how many commits there were.

    ``before_commit`` may raise, as a disk or another run would.
    """

    kept: dict[str, Item] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    commits: list[tuple[str, int, int]] = field(default_factory=list)
    before_commit: Callable[[MemoryStore, Sequence[NewItem]], None] = lambda store, added: None
    swept: int = 0
    name: str = "evidence"

    def items(self, kind: Kind, service: str | None = None, when: str | None = None) -> tuple[Item, ...]:
        found = (
            item
            for item in self.kept.values()
            if item.place.kind is kind
            and service in (None, item.place.service)
            and item.place.when.startswith(when or "")
        )
        return tuple(sorted(found, key=lambda item: (item.place, item.path)))

    def since(self, item: Item) -> int:
        at = item.facts.get("at")
        return at if isinstance(at, int) else 0

    def body(self, item: Item) -> bytes:
        if item.path not in self.bodies:
            raise EvidenceFailure(f"{item.path} is missing", "")
        return self.bodies[item.path]

    def path(self, item: Item) -> Path:
        raise NotImplementedError

    def commit(self, run: str, at: int, added: Sequence[NewItem], dropped: Sequence[Dropped] = ()) -> tuple[Item, ...]:
        self.before_commit(self, added)
        items = [_item(new) for new in added]
        fresh = [item for item in items if self.kept.get(item.path) != item]
        gone = [each.item for each in dropped if each.item not in items]
        if any(self.kept.get(item.path) != item for item in gone):
            raise EvidenceFailure("what is not kept can't be dropped", "")
        if fresh or gone:
            self.commits.append((run, len(fresh), len(gone)))
        for item in gone:
            del self.kept[item.path], self.bodies[item.path]
        for item, new in zip(items, added, strict=True):
            self.kept[item.path] = item
            self.bodies[item.path] = new.body
        return tuple(items)

    @contextmanager
    def exclusive(self, patience: float = 0.0) -> Iterator[None]:
        yield

    @property
    def head(self) -> str:
        return str(len(self.commits))

    def sweep(self, at: int) -> int:
        self.swept += 1
        return 0

    def rows(self, service: str, day: str | None = None) -> list[Row]:
        """All rows of counts of a service, as ``JsonTables`` wrote them."""
        found = self.items(Kind.COUNTS, service, day)
        return [row for item in found for row in json.loads(self.body(item))["rows"]]


@dataclass
class JsonTables:
    """``Tables`` that write JSON: rows as they came."""

    def counts(self, service: str, rungs: Sequence[str], span: Span, width: int) -> JsonCounts:
        return JsonCounts(service, tuple(rungs), span, width)

    def answers(self, answered: Iterable[tuple[Query, Series]]) -> bytes:
        told = [[repr(query), sorted(series.points.items()), repr(series.failure)] for query, series in answered]
        return json.dumps(told).encode()

    def metrics(
        self, key: str, span: Span, width: int, asked: Sequence[AskedTerm], found: Iterable[MetricBins]
    ) -> bytes:
        bins = [[repr(one.metric), one.stat, sorted(one.points.items())] for one in found]
        return json.dumps([key, [span.start, span.end], width, [repr(one) for one in asked], bins]).encode()


@dataclass
class JsonCounts:
    """A ``CountsWriter``."""

    service: str
    rungs: tuple[str, ...]
    span: Span
    width: int
    rows: list[Row] = field(default_factory=list)

    def add(self, bins: StreamBins) -> None:
        assert bins.bin == self.width
        assert bins.span == self.span
        assert set(bins.ladder) <= set(self.rungs)
        plain = {name: getattr(bins, name) for name in ("requests", "faults", "errors", "minimum", "maximum")}
        starts = sorted({start for points in plain.values() for start in points})
        assert all(self.span.start <= start < self.span.end and start % self.width == 0 for start in starts)
        self.rows += [
            {
                "source": bins.source.value,
                "operation": bins.stream.operation or "",
                "time": start,
                **{name: points.get(start) for name, points in plain.items()},
                "ladder": {rung: points[start] for rung, points in bins.ladder.items() if start in points},
            }
            for start in starts
        ]

    def body(self) -> bytes:
        rows = sorted(self.rows, key=lambda row: (row["source"], row["operation"], row["time"]))
        return json.dumps({"service": self.service, "rungs": self.rungs, "rows": rows}).encode()


def _item(new: NewItem) -> Item:
    digest = sha256(new.body).hexdigest()
    place = new.place
    path = "/".join((place.kind.value, place.account, place.service, place.when, f"{digest[:12]}-{place.name}"))
    return Item(replace(place), path, digest, len(new.body), dict(new.facts))
