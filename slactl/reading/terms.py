"""Which exact metrics a term speaks of.

The one rule: CloudWatch matches the exact set of dimensions, so a metric fits only if it has every dimension
that the term names, no other, and of each a value that one of the term's patterns fits; only ``*`` is special.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from slactl.model.general import ANY, MetricTerm
from slactl.model.metric import Metric
from slactl.model.service import OperationRule


def is_exact(term: MetricTerm) -> bool:
    """Whether the term names its metrics itself, so that nobody has to list them."""
    return not any(ANY in pattern for _, patterns in term.dimensions for pattern in patterns)


def exact_metrics(term: MetricTerm) -> tuple[Metric, ...]:
    """The metrics that a term names itself: none where a dimension is left to patterns."""
    if not is_exact(term):
        return ()
    names = sorted(name for name, _ in term.dimensions)
    values = dict(term.dimensions)
    return tuple(metric_of(term, tuple(zip(names, chosen, strict=True))) for chosen in _chosen(names, values))


def _chosen(names: list[str], values: dict[str, tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    return product(*(dict.fromkeys(values[name]) for name in names))


def metric_of(term: MetricTerm, dimensions: tuple[tuple[str, str], ...]) -> Metric:
    """A metric of the term with these dimensions."""
    return Metric(term.namespace, term.name, tuple(sorted(dimensions)), term.account_id, term.region)


def fits(term: MetricTerm, metric: Metric) -> bool:
    """Whether a metric is one of those that the term speaks of."""
    told = (metric.namespace, metric.name, metric.account_id, metric.region)
    if told != (term.namespace, term.name, term.account_id, term.region):
        return False
    wanted, has = dict(term.dimensions), dict(metric.dimensions)
    return wanted.keys() == has.keys() and all(value_fits(wanted[name], value) for name, value in has.items())


def value_fits(patterns: Iterable[str], value: str) -> bool:
    """Whether any of the patterns fits a dimension's value."""
    return any(OperationRule(pattern).matches(value) for pattern in patterns)


def fixed_values(term: MetricTerm, dimension: str) -> tuple[str, ...]:
    """The values of a dimension that the term names without a pattern."""
    patterns = dict(term.dimensions).get(dimension, ())
    return tuple(dict.fromkeys(pattern for pattern in patterns if ANY not in pattern))


def likely_metrics(term: MetricTerm, known: Iterable[Metric]) -> tuple[Metric, ...]:
    """The metrics of a term that others tell of: of the same namespace, account and region, with all its dimensions.

    Lists forget what was silent for two weeks: who had requests on a table may have had its throttles too.
    """
    place, names = (term.namespace, term.account_id, term.region), {name for name, _ in term.dimensions}
    told = (one for one in known if (one.namespace, one.account_id, one.region) == place)
    tried = (tuple(pair for pair in one.dimensions if pair[0] in names) for one in told)
    found = dict.fromkeys(metric_of(term, pairs) for pairs in tried if len(pairs) == len(names))
    return tuple(metric for metric in found if fits(term, metric))
