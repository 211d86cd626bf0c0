"""Judges all measured objectives of a catalogue together: listed in one go, read in one go, then judged each.

The one rule: reading knows nothing of goals and judging reads nothing that could have been read with the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
from slactl.workflows.general import climbing, forgetting, presence, ratio, statistic, weighted
from slactl.workflows.general.climbing import Climb, search_all
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.forgetting import beginnings
from slactl.workflows.general.percentile import percentile_rows
from slactl.workflows.general.presence import seen_metrics, unseen_terms
from slactl.workflows.general.reads import Reads
from slactl.workflows.together import aside

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
        seen = [seen_metrics(self.reads, self._of(entry), self._beside(entry)) for entry in self.entries]
        climbs = self._climb()
        pairs = zip(self.entries, seen, strict=True)
        self._list([term for entry, found in pairs for term in unseen_terms(entry, found)])
        for entry in self.entries:
            if any(entry.forgotten()):
                entry.begun = beginnings(self.reads, self._dated(entry))
        told = zip(self.entries, seen, climbs, strict=True)
        return [
            self._judged(entry, found) if climb is None else percentile_rows(climb, found)
            for entry, found, climb in told
        ]

    def _climb(self) -> list[Climb | None]:
        """The percentiles, searched together; None for whatever is none."""
        climbs = [
            Climb(entry, entry.indicator, self.reads)
            if isinstance(entry.indicator, Statistic) and entry.indicator.rank is not None
            else None
            for entry in self.entries
        ]
        search_all(self.reads, [climb for climb in climbs if climb is not None])
        return climbs

    def _list(self, terms: Iterable[MetricTerm]) -> None:
        """Asks for lists, each once, and tells every entry."""
        wanted = list(dict.fromkeys(terms))
        if not wanted:
            return
        listed = aside(self.reads.reader, self.directory, lambda: self.directory.metrics(wanted, self.span))()
        found = dict(zip(wanted, listed, strict=True))
        for entry in self.entries:
            entry.listings = {**entry.listings, **{term: found[term] for term in entry.terms if term in found}}

    def _guess_names(self) -> None:
        """Tries for each term the names that any other term's metrics have."""
        known = dict.fromkeys(one for entry in self.entries for term in entry.terms for one in entry.metrics(term))
        for entry in self.entries:
            entry.likely = {term: likely_metrics(term, known) for term in entry.terms if not is_exact(term)}

    def _of(self, entry: Entry) -> list[Query]:
        return list(queries_of(entry, self.reads.anchoring))

    def _beside(self, entry: Entry) -> list[Query]:
        return list(presence.queries(entry, self.reads.anchoring))

    def _dated(self, entry: Entry) -> list[Query]:
        """What tells since when there is something."""
        own = [] if forgetting.is_read_at_once(entry) else self._of(entry)
        return [*own, *forgetting.queries(entry, self.reads.anchoring)]

    def _all(self) -> list[Query]:
        anchoring = self.reads.anchoring
        kinds = (self._of, self._beside, lambda entry: forgetting.queries(entry, anchoring))
        return [query for entry in self.entries for kind in kinds for query in kind(entry)]

    def _read(self) -> None:
        anchor = self.reads.anchor
        self.reads.ask(self._all())
        if self.reads.anchoring is Anchoring.START and self.reads.misplaced():
            anchor.found = Anchoring.EPOCH
        if anchor.found is not self.reads.anchoring:
            self.reads.anchoring = anchor.found
            self.reads.ask(self._all())
        self.reads.ask_for_guesses()

    def _judged(self, entry: Entry, seen: frozenset[Metric]) -> Judged:
        match entry.indicator:
            case Ratio() as indicator:
                return ratio.ratio_rows(entry, indicator, self.reads, seen)
            case Statistic() as indicator:
                return statistic.statistic_rows(entry, indicator, self.reads, seen)
            case WeightedAverage() as indicator:
                return weighted.weighted_rows(entry, indicator, self.reads, seen)


def queries_of(entry: Entry, anchoring: Anchoring) -> Iterable[Query]:
    """What is read for an entry at once."""
    match entry.indicator:
        case Ratio():
            return ratio.queries(entry, anchoring)
        case Statistic() as indicator if indicator.rank is not None:
            return climbing.queries(entry, indicator, anchoring)
        case Statistic() as indicator:
            return statistic.queries(entry, indicator, anchoring)
        case WeightedAverage() as indicator:
            return weighted.queries(entry, indicator, anchoring)


def judge_measured(
    entries: Sequence[Entry], directory: MetricDirectory, reader: MetricReader, anchor: Anchor, span: Span
) -> list[Judged]:
    """Of each entry its rows and gaps; lists are asked about the span."""
    return Reading(entries, directory, Reads(reader, anchor, anchor.found), span).judged() if entries else []


def limitations_of(entries: Sequence[Entry]) -> tuple[Reason, ...]:
    """What the reader must know of the lists: what they may have forgotten."""
    names = sorted({name for entry in entries for name in entry.forgotten()})
    return (Reason.of(Code.LISTING_INCOMPLETE, metric=", ".join(names)),) if names else ()
