"""Tables of evidence: counts and recorded answers, Parquet written and read by DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slactl.evidence.tables.answers import answers_body
from slactl.evidence.tables.counts import CountsFile
from slactl.evidence.tables.metrics import metrics_body
from slactl.model.evidence import AskedTerm, MetricBins
from slactl.model.metric import Query, Series
from slactl.model.span import Span


class DuckTables:
    """The ``Tables`` port: bodies of Parquet files, the same bytes for the same content."""

    def counts(self, service: str, rungs: Sequence[str], span: Span, width: int) -> CountsFile:
        return CountsFile(service, rungs, span, width)

    def answers(self, answered: Iterable[tuple[Query, Series]]) -> bytes:
        return answers_body(answered)

    def metrics(
        self, key: str, span: Span, width: int, asked: Sequence[AskedTerm], found: Iterable[MetricBins]
    ) -> bytes:
        return metrics_body(key, span, width, asked, found)
