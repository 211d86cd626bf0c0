"""The digest of everything that was read.

The one rule: it is taken over the answers in the order in which they were planned, written in one
canonical way, so that the same answers give the same digest on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from slactl.model.metric import Query, Series
from slactl.model.report import SourceUse
from slactl.ports import MetricReader


class Digesting:
    """A ``MetricReader`` that takes the digest of what another one reads."""

    def __init__(self, reader: MetricReader) -> None:
        self._reader = reader
        self._digest = sha256()

    def read(self, queries: Sequence[Query]) -> list[Series]:
        found = self._reader.read(queries)
        for query, series in zip(queries, found, strict=True):
            self._digest.update(_line(query, series).encode())
        return found

    def use(self) -> tuple[SourceUse, ...]:
        return self._reader.use()

    @property
    def hex(self) -> str:
        """SHA-256 so far, in hexadecimal."""
        return self._digest.hexdigest()


def _line(query: Query, series: Series) -> str:
    metrics = [[metric.namespace, metric.name, metric.dimensions, metric.account_id] for metric in query.metrics]
    failure = None if series.failure is None else series.failure.code.value
    asked = [metrics, query.stat, query.period, query.span.start, query.span.end]
    return json.dumps([asked, failure, sorted(series.points.items())], separators=(",", ":")) + "\n"
