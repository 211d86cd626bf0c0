"""Which metrics there were, from the lists of the days that are kept.

The one rule: a day's list tells of that day alone; a span is known in whole only where every day of it, as far as
anything is kept, was listed and asked for the very term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from slactl.evidence.reading.metrics import MetricHouse, MetricRecord, record_of
from slactl.evidence.tables.engine import opened
from slactl.evidence.tables.metrics import read_metrics, term_text
from slactl.model.evidence import Kind
from slactl.model.general import MetricTerm
from slactl.model.metric import Metric
from slactl.model.report import SourceUse
from slactl.model.span import Span, Spans, subtract, union
from slactl.model.status import Code, Reason
from slactl.ports.archive import Archive
from slactl.ports.general import Listing
from slactl.reading.terms import fits, is_exact
from slactl.workflows.collecting.metrics import VISIBLE

UNKNOWN = Listing((), known=False, failure=Reason.of(Code.NOT_IN_EVIDENCE))


@dataclass(frozen=True, slots=True)
class KeptDirectory:
    """A ``MetricDirectory`` over kept files, and nothing else."""

    houses: Sequence[MetricHouse]

    def metrics(self, terms: Sequence[MetricTerm], span: Span) -> list[Listing]:
        return [self._listing(term, span) for term in terms]

    def use(self) -> tuple[SourceUse, ...]:
        return ()

    def seen(self, term: MetricTerm, span: Span) -> frozenset[Metric]:
        """The metrics of a term that any file of a span lists."""
        found = (house.metrics(record) for house, record in self._files(term, span))
        return frozenset(metric for some in found for metric in some if fits(term, metric))

    def days(self, term: MetricTerm, span: Span) -> Spans:
        """What of a span was listed in whole, and in time."""
        return union(record.span for house, record in self._files(term, span) if _in_time(house, record, term))

    def earlier(self, term: MetricTerm, span: Span) -> tuple[frozenset[Metric], Spans]:
        """What is remembered of a term over a span: its metrics, and the days that tell of it in whole."""
        return self.seen(term, span), self.days(term, span)

    def tells(self, term: MetricTerm, span: Span) -> bool:
        """Whether every day of a span was listed in whole."""
        return not subtract((span,), self.days(term, span))

    def _listing(self, term: MetricTerm, span: Span) -> Listing:
        files = [record for _, record in self._files(term, span)]
        if not files:
            return UNKNOWN
        found = tuple(sorted(self.seen(term, span), key=lambda metric: metric.dimensions))
        reach = Span(span.start, max(span.start + 1, min(span.end, max(one.span.end for one in files))))
        forgotten = () if is_exact(term) else subtract((reach,), self.days(term, span))
        return Listing(found, known=bool(found), forgotten=forgotten)

    def _files(self, term: MetricTerm, span: Span) -> Iterator[tuple[MetricHouse, MetricRecord]]:
        """The files of a span that were asked for a term."""
        text = term_text(term)
        for house in self.houses:
            for record in house.over(span):
                if any(term_text(one.term) == text for one in house.terms(record)):
                    yield house, record


def _in_time(house: MetricHouse, record: MetricRecord, term: MetricTerm) -> bool:
    text = term_text(term)
    listed = any(one.listed for one in house.terms(record) if term_text(one.term) == text)
    at = record.item.facts.get("listed_at")
    return listed and isinstance(at, int) and at <= record.span.start + VISIBLE


@dataclass
class KeptLists:
    """The metrics that files list, for who is about to take their place; each file is read once."""

    archive: Archive
    _known: dict[str, frozenset[Metric]] = field(default_factory=dict)

    def __call__(self, key: str, span: Span) -> tuple[frozenset[Metric], frozenset[Metric]]:
        """The metrics in the files of a span, and those in the files next to it, two weeks away at most.

        Raises:
            EvidenceFailure: if a file can't be read.
        """
        records = sorted((record_of(item) for item in self.archive.items(Kind.METRICS, key)), key=lambda one: one.span)
        own = [one for one in records if one.span.meets(span)]
        before = [one for one in records if span.start - VISIBLE <= one.span.end <= span.start][-1:]
        after = [one for one in records if span.end <= one.span.start <= span.end + VISIBLE][:1]
        self._learn([*own, *before, *after])
        return self._of(own), self._of([*before, *after])

    def _of(self, records: Sequence[MetricRecord]) -> frozenset[Metric]:
        return frozenset(metric for one in records for metric in self._known[one.item.path])

    def _learn(self, records: Sequence[MetricRecord]) -> None:
        fresh = [one.item for one in records if one.item.path not in self._known]
        if fresh:
            with TemporaryDirectory(prefix="slactl-") as scratch, opened(Path(scratch)) as engine:
                for item in fresh:
                    self._known[item.path] = frozenset(read_metrics(engine, self.archive.path(item)))
