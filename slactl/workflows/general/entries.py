"""What one general objective is judged on in one period: its spans, its metrics, its breakdown.

The one rule: a metric that nobody could list is not a quiet one, and what an entry names itself is read whether
it is listed or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from slactl.compliance.factors import Burning
from slactl.model.general import Measured, MetricTerm, Missing, Statistic, terms_of
from slactl.model.kept import Kept
from slactl.model.metric import Metric
from slactl.model.objective import Objective
from slactl.model.report import Gap
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans, intersect, subtract
from slactl.model.status import Code, Reason
from slactl.ports.general import Listing
from slactl.reading.terms import exact_metrics, fixed_values, is_exact
from slactl.workflows.rows.context import Subject


@dataclass
class Entry:
    """A measured objective in force, with what is known before anything is read.

    ``owed`` is the part of the period that concerns its bearer, ``settled`` what of it is over, ``kept`` what of
    that can still be read; ``excluded`` lies within what is kept. With ``lean`` only what a verdict needs is read.
    ``likely`` are metrics that other ones tell of, tried because lists forget; ``begun`` is where the first bucket
    with a point of each begins.
    """

    objective: Objective
    indicator: Measured
    bearer: Service
    owed: Span
    settled: Span
    kept: tuple[Kept, ...]
    excluded: Spans
    absent: Code
    burning: Burning | None = None
    lean: bool = False
    rungs: tuple[str, ...] | None = None
    listings: Mapping[MetricTerm, Listing] = field(default_factory=dict)
    likely: Mapping[MetricTerm, tuple[Metric, ...]] = field(default_factory=dict)
    begun: Mapping[Metric, int] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        return Subject(self.objective, self.bearer.key, SourceKind.METRICS)

    @property
    def excluding(self) -> bool:
        return self.objective.excludes_maintenance

    @property
    def running(self) -> bool:
        return self.settled.end < self.owed.end

    @property
    def terms(self) -> tuple[MetricTerm, ...]:
        return terms_of(self.indicator)

    @property
    def beside(self) -> tuple[MetricTerm, ...]:
        """What is looked at only to learn whether anybody could have published: no figure is made of it."""
        found = self.indicator.beside if isinstance(self.indicator, Statistic) else None
        return (found,) if found else ()

    @property
    def judged(self) -> tuple[MetricTerm, ...]:
        """The terms that figures are made of."""
        return tuple(term for term in self.terms if term not in self.beside)

    @property
    def spans(self) -> Spans:
        """What can be read, piece by piece."""
        return tuple(piece.span for piece in self.kept)

    @property
    def rest(self) -> Spans:
        """What can be read, without what is excluded of it; nothing where nothing is."""
        return subtract(self.spans, self.excluded) if self.excluded else ()

    @property
    def lost(self) -> Spans:
        """What of the settled span can't be read any more."""
        return subtract((self.settled,), self.spans)

    def least(self, span: Span) -> int:
        """The finest bin, in seconds, in which all of a span can be read."""
        return max(piece.finest for piece in self.kept if piece.span.meets(span))

    def metrics(self, term: MetricTerm) -> tuple[Metric, ...]:
        """What is read of a term: what it names itself, else what was listed and what is likely beside it."""
        if is_exact(term):
            return self._exact[term]
        listing = self.listings.get(term)
        return tuple(dict.fromkeys((*(listing.metrics if listing else ()), *self.likely.get(term, ()))))

    @cached_property
    def _exact(self) -> dict[MetricTerm, tuple[Metric, ...]]:
        return {term: exact_metrics(term) for term in self.terms}

    @property
    def breakdown(self) -> str | None:
        return self.indicator.breakdown

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The values of the breakdown's dimension: those that were listed, and those that the entry names."""
        name = self.breakdown
        if name is None:
            return ()
        named = {value for term in self.judged for value in fixed_values(term, name)}
        listed = {dict(metric.dimensions).get(name) for term in self.judged for metric in self.metrics(term)}
        return tuple(sorted(named | {value for value in listed if value is not None}))

    def named(self, value: str) -> bool:
        """Whether the entry names a value of its breakdown itself."""
        return any(value in fixed_values(term, self.breakdown or "") for term in self.judged)

    def of_value(self, term: MetricTerm, value: str | None) -> tuple[Metric, ...]:
        """The metrics of a term behind a row; a term without the breakdown's dimension is the same in every row."""
        found, name = self.metrics(term), self.breakdown
        if value is None or name not in dict(term.dimensions):
            return found
        return tuple(metric for metric in found if dict(metric.dimensions)[name] == value)

    def refused(self) -> tuple[MetricTerm, Reason] | None:
        """A term whose metrics nobody would list, and why."""
        for term in self.judged:
            listing = self.listings.get(term)
            if listing is not None and listing.failure is not None and not is_exact(term):
                return term, listing.failure
        return None

    def gap(self, reason: Reason, span: Span | None = None, operation: str | None = None) -> Gap:
        """A gap of this objective, of the whole settled span where none is given."""
        return Gap(reason, self.bearer.key, operation, span or self.settled, self.objective.id)

    def listing_gaps(self) -> Iterable[Gap]:
        """What could not be listed."""
        for term in self.judged:
            listing = self.listings.get(term)
            if listing is not None and listing.failure is not None and not is_exact(term):
                figures = dict(listing.failure.figures) | {"metric": term.name}
                yield self.gap(Reason.of(listing.failure.code, **figures))

    def forgotten(self) -> Iterable[str]:
        """The metrics that could not be listed as far back as the period reaches."""
        return (term.name for term in self.judged if self.forgotten_of(term))

    def forgotten_of(self, term: MetricTerm) -> Spans:
        """What of the settled span nobody lists a term's metrics of."""
        listing = self.listings.get(term)
        if listing is None or listing.failure is not None or is_exact(term):
            return ()
        return intersect(listing.forgotten, (self.settled,))

    def unpublished(self, term: MetricTerm) -> Reason:
        """That nobody publishes a term's metric."""
        wanted = ", ".join(f"{name}={'|'.join(patterns)}" for name, patterns in sorted(term.dimensions))
        told = {"dimensions": wanted} if wanted else {}
        return Reason.of(Code.NOT_PUBLISHED, metric=term.name, namespace=term.namespace, **told)

    @property
    def needed(self) -> tuple[MetricTerm, ...]:
        """The terms whose absence is not said to be a zero."""
        return tuple(term for term in self.judged if term.missing is Missing.UNKNOWN)
