"""The digest of everything that was read.

The one rule: it is taken over the answers in the order in which they were planned, written in one
canonical way, so that the same answers give the same digest on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.ports import MetricReader
from slactl.workflows.asking import ask_ladders


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

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        found = ask_ladders(self._reader, queries)
        for query, rise in zip(queries, found, strict=True):
            self._digest.update(_ladder_line(query, rise).encode())
        return found

    def use(self) -> tuple[SourceUse, ...]:
        return self._reader.use()

    @property
    def hex(self) -> str:
        """SHA-256 so far, in hexadecimal."""
        return self._digest.hexdigest()


def _ladder_line(query: LadderQuery, rise: Rise) -> str:
    failure = None if rise.failure is None else rise.failure.code.value
    asked = [[_told(query.metric)], query.rungs, query.period, query.span.start, query.span.end]
    return json.dumps([asked, failure, sorted(rise.points.items())], separators=(",", ":")) + "\n"


def _told(metric: Metric) -> list[object]:
    return [metric.namespace, metric.name, metric.dimensions, metric.account_id]


def _line(query: Query, series: Series) -> str:
    metrics = [_told(metric) for metric in query.metrics]
    failure = None if series.failure is None else series.failure.code.value
    asked = [metrics, query.stat, query.period, query.span.start, query.span.end]
    return json.dumps([asked, failure, sorted(series.points.items())], separators=(",", ":")) + "\n"
