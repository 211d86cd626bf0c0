"""The metrics that general entries speak of, for the alarms that watch them.

The one rule: what an entry names itself needs nobody to list it; where nobody could, that is said, and no alarm that
stands is taken away for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from slactl.alarming.desired import entries_of
from slactl.alarming.entries import terms_of
from slactl.model.alarmplan import Caution
from slactl.model.catalogue import Catalogue
from slactl.model.general import MetricTerm, Ratio, Statistic, WeightedAverage
from slactl.model.metric import Metric
from slactl.model.objective import Objective
from slactl.model.span import Span
from slactl.ports.general import MetricDirectory
from slactl.reading.terms import exact_metrics, is_exact, likely_metrics

FOUR_WEEKS = 28 * 86_400
Metrics = Mapping[MetricTerm, tuple[Metric, ...]]


@dataclass(frozen=True, slots=True)
class Listed:
    """The metrics of each term; a term that nobody could list is missing, and its bearer ``unread``."""

    metrics: Metrics = field(default_factory=dict)
    doubts: tuple[Caution, ...] = ()
    unread: frozenset[str] = frozenset()


def listed(catalogue: Catalogue, directory: MetricDirectory | None, now: int, home: str | None) -> Listed:
    """What the binding entries are made of, over the four weeks before ``now``.

    Args:
        catalogue: the entries.
        directory: lists what entries leave open; None: nobody does.
        now: seconds since the epoch.
        home: the region in which alarms are made.
    """
    bearers = (*catalogue.services, *(one.service for one in catalogue.components))
    entries = [(bearer.key, _terms(one)) for bearer in bearers for one in entries_of(catalogue, bearer)]
    terms = list(dict.fromkeys(term for _, mine in entries for term in mine))
    metrics = {term: exact_metrics(term) for term in terms if is_exact(term)}
    metrics |= _open(directory, [term for term in terms if not is_exact(term)], now)
    for _, mine in entries:
        metrics |= _with_likely(mine, metrics)
    missing = [(key, term) for key, mine in entries for term in mine if term not in metrics]
    doubts = tuple(dict.fromkeys(_doubt(key, term) for key, term in missing))
    found = {term: _at_home(some, home) for term, some in metrics.items()}
    return Listed(found, doubts, frozenset(key for key, _ in missing))


def _open(directory: MetricDirectory | None, terms: list[MetricTerm], now: int) -> dict[MetricTerm, tuple[Metric, ...]]:
    """The metrics of terms that must be listed, as far as they could be."""
    if directory is None or not terms:
        return {}
    told = directory.metrics(terms, Span(now - FOUR_WEEKS, now))
    return {term: one.metrics for term, one in zip(terms, told, strict=True) if one.failure is None}


def _terms(one: Objective) -> tuple[MetricTerm, ...]:
    indicator = one.indicator
    return terms_of(indicator) if isinstance(indicator, Ratio | Statistic | WeightedAverage) else ()


def _with_likely(terms: Iterable[MetricTerm], known: Metrics) -> dict[MetricTerm, tuple[Metric, ...]]:
    """Of an entry's open terms those too that its other terms tell of: what never happened is not listed."""
    mine = list(terms)
    others = [metric for term in mine for metric in known.get(term, ())]
    return {
        term: tuple(dict.fromkeys((*known[term], *likely_metrics(term, others))))
        for term in mine
        if term in known and not is_exact(term)
    }


def _at_home(metrics: Iterable[Metric], home: str | None) -> tuple[Metric, ...]:
    return tuple(replace(one, region=None) if one.region == home else one for one in metrics)


def _doubt(key: str, term: MetricTerm) -> Caution:
    return Caution("metrics-unread", f"{key}: the metrics {term.name} could not all be listed: alarms may be missing")
