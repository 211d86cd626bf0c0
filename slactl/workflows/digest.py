"""The digest of everything that was read.

The one rule: it is taken over the answers in the order in which they were planned, written in one
canonical way, so that the same answers give the same digest on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256

from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.model.status import Reason
from slactl.ports import MetricReader
from slactl.workflows.asking import ask_ladders

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


class Digesting:
    """A ``MetricReader`` that takes the digest of what another one reads."""

    def __init__(self, reader: MetricReader) -> None:
        self._reader = reader
        self._digest = sha256()
        self._texts: dict[int, tuple[Metric, str]] = {}

    def read(self, queries: Sequence[Query]) -> list[Series]:
        found = self._reader.read(queries)
        for query, series in zip(queries, found, strict=True):
            metrics = ",".join(map(self._told, query.metrics))
            asked = f'[[{metrics}],"{query.stat}",{query.period},{query.span.start},{query.span.end}]'
            self._take(
                asked, series.failure, (f"[{start},{series.points[start]!r}]" for start in sorted(series.points))
            )
        return found

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        found = ask_ladders(self._reader, queries)
        for query, rise in zip(queries, found, strict=True):
            rungs = _ENCODE(query.rungs)
            asked = f"[[{self._told(query.metric)}],{rungs},{query.period},{query.span.start},{query.span.end}]"
            self._take(
                asked, rise.failure, (f"[{start},{_ENCODE(rise.points[start])}]" for start in sorted(rise.points))
            )
        return found

    def use(self) -> tuple[SourceUse, ...]:
        return self._reader.use()

    @property
    def hex(self) -> str:
        """SHA-256 so far, in hexadecimal."""
        return self._digest.hexdigest()

    def _told(self, metric: Metric) -> str:
        """A metric as JSON, written once; it is remembered by what it is, and kept so that nothing takes its place."""
        known = self._texts.get(id(metric))
        if known is None:
            abroad = [] if metric.region is None else [metric.region]
            text = _ENCODE([metric.namespace, metric.name, metric.dimensions, metric.account_id, *abroad])
            known = self._texts[id(metric)] = metric, text
        return known[1]

    def _take(self, asked: str, failure: Reason | None, points: Iterable[str]) -> None:
        """Takes one canonical line: what was asked, and what came."""
        told = "null" if failure is None else f'"{failure.code.value}"'
        self._digest.update(f"[{asked},{told},[{','.join(points)}]]\n".encode())
