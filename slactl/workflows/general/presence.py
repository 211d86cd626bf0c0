"""Whether a metric is quiet, or nobody publishes it.

The one rule (rule 7): an empty answer says neither; a metric counts as known when it has a point in the period, or
when it was listed, and one that is not known is never taken for a quiet one unasked.
"""

from __future__ import annotations

from collections.abc import Iterable

from slactl.compliance.judging import Judgement, undetermined
from slactl.model.general import MetricTerm, Missing, Silence
from slactl.model.metric import Metric, Query
from slactl.model.status import Code, Reason, Status
from slactl.reading.terms import is_exact
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.reads import Reads


def seen_metrics(reads: Reads, queries: Iterable[Query]) -> frozenset[Metric]:
    """The metrics that have a point, or whose reading failed: these are not to be looked for in lists."""
    return frozenset(query.metrics[0] for query in queries if (told := reads.found[query]).points or told.failure)


def unseen_terms(entry: Entry, seen: frozenset[Metric]) -> list[MetricTerm]:
    """The terms that name their metrics themselves and of which one was not seen: lists must tell of them."""
    exact = (term for term in entry.terms if is_exact(term) and term not in entry.listings)
    return [term for term in exact if any(metric not in seen for metric in entry.metrics(term))]


def is_known(entry: Entry, term: MetricTerm, seen: frozenset[Metric], value: str | None = None) -> bool:
    """Whether a term's metric, of one value of the breakdown or of any, exists."""
    metrics = entry.of_value(term, value)
    if any(metric in seen for metric in metrics):
        return True
    listing = entry.listings.get(term)
    return listing is not None and any(metric in listing.metrics for metric in metrics)


def unknown_judgement(entry: Entry, seen: frozenset[Metric], value: str | None = None) -> Judgement | None:
    """The judgement where a metric that is needed is not known; None where all are."""
    refused = entry.refused()
    if refused is not None:
        return undetermined(refused[1])
    for term in entry.needed:
        if not is_known(entry, term, seen, value):
            listing = entry.listings.get(term)
            failure = listing.failure if listing else None
            return undetermined(failure or entry.unpublished(term))
    return None


def silent_judgement(entry: Entry, seen: frozenset[Metric], value: str | None = None) -> Judgement | None:
    """The judgement of a row without a single point; None where silence is said to be a zero."""
    unknown = unknown_judgement(entry, seen, value)
    if unknown is not None:
        return unknown
    silence = entry.indicator.silence
    if silence is Silence.ZERO:
        return None
    if not any(is_known(entry, term, seen, value) for term in entry.terms):
        return undetermined(entry.unpublished(entry.terms[0]))
    status = Status.NOT_RATED if silence is Silence.QUIET else Status.INSUFFICIENT_DATA
    return Judgement(status, Reason.of(Code.NO_DATAPOINTS))


def zero_notes(entry: Entry, seen: frozenset[Metric], value: str | None = None) -> tuple[Reason, ...]:
    """A note for each namespace of which metrics were never seen and count as zero all the same."""
    unseen: dict[str, list[str]] = {}
    for term in entry.terms:
        if term.missing is Missing.ZERO and not is_known(entry, term, seen, value):
            unseen.setdefault(term.namespace, []).append(term.name)
    return tuple(
        Reason.of(Code.COUNTED_AS_ZERO, metric=", ".join(dict.fromkeys(names)), namespace=namespace)
        for namespace, names in unseen.items()
    )
