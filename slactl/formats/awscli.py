"""Queries as lines for the AWS command line, that anyone can paste.

The one rule: a line is plain ASCII in POSIX quotes, so that no name of an operation, whoever wrote it,
is more than data in it; and it is short enough for every shell to take.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slactl.formats.times import utc
from slactl.model.metric import Query
from slactl.model.span import Span
from slactl.reading.entries import entries
from slactl.reading.packing import MAX_ENTRIES, MAX_POINTS, pieces

MAX_SIGNS = 100_000
"""Linux takes no argument of 128 KiB or more."""


@dataclass(frozen=True, slots=True)
class Call:
    """One GetMetricData call; ``queries`` are answered by it in their order, as ``q0``, ``q1`` and so on."""

    region: str | None
    span: Span
    queries: tuple[Query, ...]

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The MetricDataQuery entries."""
        return [entry for place, query in enumerate(self.queries) for entry in entries(place, query)]

    @property
    def document(self) -> dict[str, Any]:
        """The call as ``aws cloudwatch get-metric-data --cli-input-json`` takes it."""
        return {
            "StartTime": utc(self.span.start),
            "EndTime": utc(self.span.end),
            "ScanBy": "TimestampAscending",
            "MetricDataQueries": self.entries,
        }

    @property
    def line(self) -> str:
        """The call as one line for a POSIX shell."""
        begin, end = utc(self.span.start), utc(self.span.end)
        words = [*self._words, "--start-time", begin, "--end-time", end, "--scan-by", "TimestampAscending"]
        return shlex.join([*words, "--metric-data-queries", _compact(self.entries)])

    def from_file(self, path: str) -> str:
        """The line that takes the call from a file of its ``document``."""
        return shlex.join([*self._words, "--cli-input-json", f"file://{path}"])

    @property
    def _words(self) -> list[str]:
        return ["aws", "cloudwatch", "get-metric-data", *(["--region", self.region] if self.region else [])]


def calls(queries: Sequence[Query], region: str | None) -> list[Call]:
    """The calls that ask all the queries, in order of span and none too long for a line.

    Metrics that name no region are asked for in ``region``.
    """
    by_place: dict[tuple[str | None, Span], list[Query]] = {}
    for query in queries:
        place = query.metrics[0].region or region
        for span in pieces(query.span, query.period, len(query.metrics)):
            by_place.setdefault((place, span), []).append(Query(query.metrics, query.stat, query.period, span))
    return [Call(place, span, tuple(some)) for (place, span), held in by_place.items() for some in _fill(held)]


def _fill(queries: Sequence[Query]) -> Iterator[list[Query]]:
    held: list[Query] = []
    used = (0, 0, 0)
    for query in queries:
        need = (query.entries, query.datapoints, len(_compact(list(entries(len(held), query)))))
        full = any(a + b > most for a, b, most in zip(used, need, (MAX_ENTRIES, MAX_POINTS, MAX_SIGNS), strict=True))
        if held and full:
            yield held
            held, used = [], (0, 0, 0)
        held.append(query)
        used = (used[0] + need[0], used[1] + need[1], used[2] + need[2])
    if held:
        yield held


def _compact(document: object) -> str:
    return json.dumps(document, separators=(",", ":"))
