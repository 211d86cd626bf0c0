"""Judges all measured objectives of a catalogue together: listed in one go, read in one go, then judged each.

The one rule: reading knows nothing of goals and judging reads nothing that could have been read with the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slactl.compliance.judging import undetermined
from slactl.model.general import MetricTerm, Ratio, Statistic, WeightedAverage
from slactl.model.metric import Metric, Query
from slactl.model.report import Gap, Result
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.ports.general import MetricDirectory
from slactl.reading.cover import Anchoring
from slactl.reading.terms import is_exact, likely_metrics
from slactl.workflows.basics import Anchor
from slactl.workflows.general import ratio
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.presence import seen_metrics, unseen_terms
from slactl.workflows.general.reads import Reads
from slactl.workflows.general.rowing import plain_row, rows_of

Judged = tuple[list[Result], list[Gap]]


@dataclass(slots=True)
class Reading:
    """The entries of one period, and what they are judged from."""

    entries: Sequence[Entry]
    directory: MetricDirectory
    reads: Reads
    span: Span

    def judged(self) -> list[Judged]:
        """Of each entry its rows and gaps, in their order."""
        self._list([term for entry in self.entries for term in entry.terms if not is_exact(term)])
        self._guess_names()
        self._read()
        seen = [seen_metrics(self.reads, self._of(entry)) for entry in self.entries]
        pairs = zip(self.entries, seen, strict=True)
        self._list([term for entry, found in pairs for term in unseen_terms(entry, found)])
        return [self._judged(entry, found) for entry, found in zip(self.entries, seen, strict=True)]

    def _list(self, terms: Iterable[MetricTerm]) -> None:
        """Asks for lists, each once, and tells every entry."""
        wanted = list(dict.fromkeys(terms))
        if not wanted:
            return
        found = dict(zip(wanted, self.directory.metrics(wanted, self.span), strict=True))
        for entry in self.entries:
            entry.listings = {**entry.listings, **{term: found[term] for term in entry.terms if term in found}}

    def _guess_names(self) -> None:
        """Tries for each term the names that any other term's metrics have."""
        known = dict.fromkeys(one for entry in self.entries for term in entry.terms for one in entry.metrics(term))
        for entry in self.entries:
            entry.likely = {term: likely_metrics(term, known) for term in entry.terms if not is_exact(term)}

    def _of(self, entry: Entry) -> list[Query]:
        return list(queries_of(entry, self.reads.anchor.found))

    def _read(self) -> None:
        self.reads.ask(query for entry in self.entries for query in self._of(entry))
        if self.reads.misplaced():
            self.reads.anchor.found = Anchoring.EPOCH
            self.reads.ask(query for entry in self.entries for query in self._of(entry))
        self.reads.ask_for_guesses()

    def _judged(self, entry: Entry, seen: frozenset[Metric]) -> Judged:
        match entry.indicator:
            case Ratio() as indicator:
                return ratio.ratio_rows(entry, indicator, self.reads, seen)
            case Statistic() | WeightedAverage():
                return rows_of(entry, lambda value: plain_row(entry, value, undetermined(Reason.of(Code.READ_FAILED)))), []


def queries_of(entry: Entry, anchoring: Anchoring) -> Iterable[Query]:
    """What is read for an entry at once."""
    return ratio.queries(entry, anchoring) if isinstance(entry.indicator, Ratio) else ()


def judge_measured(
    entries: Sequence[Entry], directory: MetricDirectory, reader: MetricReader, anchor: Anchor, span: Span
) -> list[Judged]:
    """Of each entry its rows and gaps; lists are asked about the span."""
    return Reading(entries, directory, Reads(reader, anchor), span).judged() if entries else []
