"""What a row is made of, each part of which can fall silent on its own: every value of a breakdown, every name.

The one rule: one canary's runs say nothing of another's, so whatever an entry tells apart, or names, is looked at by
itself; what it adds up under a pattern is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from itertools import product

from slactl.model.general import ANY, MetricTerm
from slactl.model.metric import Metric
from slactl.workflows.general.entries import Entry

Strand = tuple[tuple[str, str], ...]
"""Some dimensions with a value each, in order of their names."""


def strands_of(entry: Entry, value: str | None) -> tuple[Strand, ...]:
    """The strands of a row: those that were listed, and those that the entry names; one without a name at least."""
    names = _told_apart(entry)
    listed = {_cut(metric, names) for term in entry.judged for metric in entry.of_value(term, value)}
    return tuple(sorted(listed.union(_named(entry, names, value)))) or ((),)


def of_strand(entry: Entry, term: MetricTerm, value: str | None, strand: Strand) -> tuple[Metric, ...]:
    """The metrics of a term behind a strand of a row."""
    found = entry.of_value(term, value)
    return tuple(metric for metric in found if set(strand) <= set(metric.dimensions)) if strand else found


def narrowed(term: MetricTerm, strand: Strand) -> MetricTerm:
    """A term that speaks of a strand only."""
    own = {name: (value,) for name, value in strand}
    return replace(term, dimensions=tuple((name, own.get(name, patterns)) for name, patterns in term.dimensions))


def _told_apart(entry: Entry) -> tuple[str, ...]:
    """The dimensions that all terms have, and that are the breakdown's or have no pattern anywhere."""
    common = reduce(set.intersection, ({name for name, _ in term.dimensions} for term in entry.judged))
    return tuple(sorted(name for name in common if name == entry.breakdown or _is_named(entry, name)))


def _is_named(entry: Entry, name: str) -> bool:
    """Whether every term names the values of a dimension, without a pattern."""
    return not any(ANY in pattern for term in entry.judged for pattern in dict(term.dimensions)[name])


def _cut(metric: Metric, names: tuple[str, ...]) -> Strand:
    held = dict(metric.dimensions)
    return tuple((name, held[name]) for name in names)


def _named(entry: Entry, names: tuple[str, ...], value: str | None) -> Iterable[Strand]:
    """Every combination that a term names without a pattern; of a row only its own."""
    for term in entry.judged if names else ():
        patterns = [[one for one in dict(term.dimensions)[name] if ANY not in one] for name in names]
        for values in product(*patterns):
            strand = tuple(zip(names, values, strict=True))
            if value is None or dict(strand).get(entry.breakdown or "", value) == value:
                yield strand
