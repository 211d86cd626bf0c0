"""The kept metrics of components, and what is answered from them.

The one rule: an answer is made of files that hold all of its span, each of which was asked for the metric and the
statistic; a metric that was asked for and not listed had no point, one that nobody asked for is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING

from slactl.evidence.tables.metrics import Values, read_metrics, read_terms, read_values
from slactl.model.evidence import AskedTerm, CountsFacts, Item, Kind
from slactl.model.metric import Metric, Query, Series
from slactl.model.span import Span
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.reading.terms import fits

if TYPE_CHECKING:
    import duckdb

CHECK = "slactl evidence check tells what is wrong with the store"
COUNT, SUM, LEAST, MOST, AVERAGE = "SampleCount", "Sum", "Minimum", "Maximum", "Average"
COUNT_AT = "TC(:"
Pair = tuple[Metric, str]


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """A file of metrics: what it covers, and the thresholds of its counts."""

    item: Item
    facts: CountsFacts

    @property
    def span(self) -> Span:
        return self.facts.span

    @property
    def bin(self) -> int:
        return self.facts.bin

    @property
    def rungs(self) -> tuple[str, ...]:
        return _words(self.item, "rungs")


@dataclass(eq=False)
class MetricHouse:
    """What is kept of one component's (or service's) metrics; ``used`` are the files that were read for answers.

    Raises:
        EvidenceFailure: if a file does not say what it covers.
    """

    key: str
    engine: duckdb.DuckDBPyConnection
    archive: Archive
    used: set[str] = field(default_factory=set)
    _over: dict[Span, list[MetricRecord]] = field(default_factory=dict)
    _terms: dict[str, tuple[AskedTerm, ...]] = field(default_factory=dict)
    _metrics: dict[str, frozenset[Metric]] = field(default_factory=dict)
    _kept: dict[tuple[tuple[str, ...], Metric], frozenset[str]] = field(default_factory=dict)

    @cached_property
    def records(self) -> tuple[MetricRecord, ...]:
        """Every file, in order of time."""
        made = (record_of(item) for item in self.archive.items(Kind.METRICS, self.key))
        return tuple(sorted(made, key=lambda one: one.span))

    @property
    def reach(self) -> Span | None:
        """From the beginning of the first file to the end of the last."""
        return Span(self.records[0].span.start, self.records[-1].span.end) if self.records else None

    def over(self, span: Span) -> list[MetricRecord]:
        """The files that share a second with a span."""
        if span not in self._over:
            self._over[span] = [one for one in self.records if one.span.meets(span)]
        return self._over[span]

    def holds(self, query: Query) -> list[MetricRecord] | None:
        """The files that a query can be answered from; None if they don't hold all of it, or not so finely."""
        (metric,) = query.metrics
        found = self.over(query.span)
        reached = query.span.start
        for one in found:
            edges = (query.span.start, query.span.end, query.period)
            if one.span.start > reached or any(edge % one.bin for edge in edges):
                return None
            if not _needs(query) <= self._stats(one, metric):
                return None
            reached = one.span.end
        return found if found and reached >= query.span.end else None

    def answers(self, asked: Mapping[int, tuple[Query, Sequence[MetricRecord]]]) -> dict[int, Series]:
        """The answers to questions that ``holds`` gave files for, by their numbers."""
        wanted: dict[str, tuple[MetricRecord, set[Pair]]] = {}
        for query, records in asked.values():
            pairs = {(query.metrics[0], stat) for stat in _needs(query)}
            for one in records:
                wanted.setdefault(one.item.path, (one, set()))[1].update(pairs)
        told = {path: self._values(record, pairs) for path, (record, pairs) in wanted.items()}
        self.used.update(told)
        return {
            number: _answer(query, [(one, told[one.item.path]) for one in records])
            for number, (query, records) in asked.items()
        }

    def terms(self, record: MetricRecord) -> tuple[AskedTerm, ...]:
        """What was asked when a file was made; days that asked the same are looked at once."""
        told = " ".join(_words(record.item, "limits")) or record.item.path
        if not record.item.facts.get("listed"):
            told = record.item.path
        if told not in self._terms:
            self._terms[told] = read_terms(self.engine, self.archive.path(record.item))
        return self._terms[told]

    def metrics(self, record: MetricRecord) -> frozenset[Metric]:
        """The metrics of a file."""
        path = record.item.path
        if path not in self._metrics:
            self.used.add(path)
            self._metrics[path] = frozenset(read_metrics(self.engine, self.archive.path(record.item)))
        return self._metrics[path]

    def _stats(self, record: MetricRecord, metric: Metric) -> frozenset[str]:
        """What was asked of a metric."""
        key = _words(record.item, "limits"), metric
        if key not in self._kept:
            mine = (one for one in self.terms(record) if fits(one.term, metric))
            self._kept[key] = frozenset(stat for one in mine for stat in one.stats)
        return self._kept[key]

    def _values(self, record: MetricRecord, pairs: Iterable[Pair]) -> dict[Pair, Values]:
        return read_values(self.engine, self.archive.path(record.item), pairs)


def record_of(item: Item) -> MetricRecord:
    """A file of metrics.

    Raises:
        EvidenceFailure: if it does not say what it covers.
    """
    try:
        return MetricRecord(item, CountsFacts.of(item))
    except ValueError as error:
        raise EvidenceFailure(str(error), CHECK) from error


def _words(item: Item, fact: str) -> tuple[str, ...]:
    found = item.facts.get(fact)
    return found if isinstance(found, tuple) else ()


def _needs(query: Query) -> frozenset[str]:
    """The kept statistics that an answer is made of; a hint of a percentile is none, but needs the metric."""
    if query.stat.startswith(COUNT_AT):
        return frozenset((query.stat, COUNT, LEAST, MOST))
    if query.stat == AVERAGE:
        return frozenset((AVERAGE, COUNT, SUM))
    return frozenset((COUNT,)) if _is_hint(query.stat) else frozenset((query.stat,))


def _is_hint(stat: str) -> bool:
    return stat[:1] == "p" and stat[1:2].isdigit()


Told = Sequence[tuple[MetricRecord, Mapping[Pair, Values]]]


def _answer(query: Query, told: Told) -> Series:
    """The bins of some files in the buckets of a query."""
    if _is_hint(query.stat):
        return Series({})
    parts = {stat: _buckets(query, stat, told) for stat in _needs(query)}
    starts = sorted({start for one in parts.values() for start in one})
    made = ((start, _folded(query.stat, {stat: one.get(start, {}) for stat, one in parts.items()})) for start in starts)
    return Series({start: value for start, value in made if value is not None})


def _buckets(query: Query, stat: str, told: Told) -> dict[int, dict[int, float]]:
    """The points of one statistic by bucket, and in it by bin."""
    found: dict[int, dict[int, float]] = {}
    pair, (first, last) = (query.metrics[0], stat), (query.span.start, query.span.end)
    for record, values in told:
        for place, value in enumerate(values.get(pair, ())):
            at = record.span.start + place * record.bin
            if value is not None and first <= at < last:
                start = first + (at - first) // query.period * query.period
                found.setdefault(start, {})[at] = value
    return found


def _folded(stat: str, bins: Mapping[str, Mapping[int, float]]) -> float | None:
    """One bucket's value; None where it has none, or not all of it is known."""
    if stat.startswith(COUNT_AT):
        return _counted(stat, bins)
    if stat == AVERAGE and len(bins[COUNT]) > 1:
        count = fsum(bins[COUNT].values())
        return fsum(bins[SUM].values()) / count if count else None
    points = bins[stat].values()
    if not points:
        return None
    return min(points) if stat == LEAST else max(points) if stat == MOST else fsum(points)


def _counted(stat: str, bins: Mapping[str, Mapping[int, float]]) -> float | None:
    """The samples at or below a threshold, as far as counts or extremes tell of every bin (rule 3)."""
    limit, found = float(stat[len(COUNT_AT) : -1]), []
    for at, samples in bins[COUNT].items():
        least, most = bins[LEAST].get(at), bins[MOST].get(at)
        if most is not None and most <= limit:
            found.append(samples)
        elif least is not None and least > limit:
            found.append(0.0)
        elif at in bins[stat]:
            found.append(bins[stat][at])
        elif samples:
            return None
    return fsum(found) if found else None
