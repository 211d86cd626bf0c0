"""Whether a metric is quiet, or nobody publishes it.

The one rule (rule 7): an empty answer says neither; a metric counts as known when it has a point in the period, or
when it was listed, and where nothing of an entry is known its silence is never taken for a quiet one, nor for a zero.
"""

from __future__ import annotations

from collections.abc import Iterable

from slactl.compliance.judging import Judgement, undetermined
from slactl.model.general import MetricTerm, Missing, Silence
from slactl.model.metric import Metric, Query
from slactl.model.status import Code, Reason, Status
from slactl.reading.cover import Anchoring
from slactl.reading.terms import is_exact
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.reads import Reads, at_once

SUPPLIED = ("AWS/", "Cloudflare/", "CloudWatchSynthetics", "ECS/", "LambdaInsights", "ContainerInsights")
"""How the namespaces begin that suppliers publish to, each metric when there is something to tell."""


def queries(entry: Entry, anchoring: Anchoring) -> Iterable[Query]:
    """What is asked only to learn whether anybody could have published."""
    for metric in (metric for term in entry.beside for metric in entry.metrics(term)):
        for tiles in (tiles for span in entry.spans for tiles in at_once(span, anchoring, entry.least(span))):
            yield Query((metric,), "SampleCount", tiles.period, tiles.span)


def seen_metrics(reads: Reads, queries: Iterable[Query], beside: Iterable[Query] = ()) -> frozenset[Metric]:
    """The metrics that have a point, or whose reading failed: these are not to be looked for in lists.

    Of what stands ``beside`` a failure shows nothing.
    """
    own = {query.metrics[0] for query in queries if (told := reads.found[query]).points or told.failure}
    return frozenset(own.union(query.metrics[0] for query in beside if reads.found[query].points))


def unseen_terms(entry: Entry, seen: frozenset[Metric]) -> list[MetricTerm]:
    """The terms that name their metrics themselves and of which one was not seen: lists must tell of them."""
    exact = (term for term in entry.terms if is_exact(term) and term not in entry.listings)
    return [term for term in exact if any(metric not in seen for metric in entry.metrics(term))]


def is_known(entry: Entry, term: MetricTerm, seen: frozenset[Metric], value: str | None = None) -> bool:
    """Whether a term's metric, of one value of the breakdown or of any, exists."""
    return any_known(entry, term, seen, entry.of_value(term, value))


def any_known(entry: Entry, term: MetricTerm, seen: frozenset[Metric], metrics: Iterable[Metric]) -> bool:
    """Whether any of a term's metrics was seen or listed."""
    listing = entry.listings.get(term)
    listed = frozenset(listing.metrics if listing else ())
    return any(metric in seen or metric in listed for metric in metrics)


def unknown_judgement(entry: Entry, seen: frozenset[Metric], value: str | None = None) -> Judgement | None:
    """The judgement where a metric that is needed is not known; None where all are."""
    refused = entry.refused()
    if refused is not None:
        return undetermined(refused[1])
    missed = next((term for term in entry.needed if not is_known(entry, term, seen, value)), None) or next(
        (term for term in entry.judged if term.missing is Missing.ZERO and _is_strange(entry, term, seen)), None
    )
    return undetermined(unlisted(entry, missed)) if missed else None


def _is_strange(entry: Entry, term: MetricTerm, seen: frozenset[Metric]) -> bool:
    """Whether a metric that is no supplier's own has never been seen by its name.

    Suppliers' metrics exist whether something happened or not; the name of one's own may be misspelt, and what
    makes it may never have been set up.
    """
    if term.namespace.startswith(SUPPLIED):
        return False
    return not any(is_known(entry, other, seen) for other in entry.judged if _name(other) == _name(term))


def unlisted(entry: Entry, *terms: MetricTerm) -> Reason:
    """Why nothing is known of some terms: a list that was refused, or that nobody publishes the first of them."""
    failures = (listing.failure for term in terms if (listing := entry.listings.get(term)))
    return next((failure for failure in failures if failure), None) or entry.unpublished(terms[0])


def silent_judgement(entry: Entry, seen: frozenset[Metric], value: str | None = None) -> Judgement | None:
    """The judgement of a row without a single point; None where silence is said to be a zero, and can be one."""
    unknown = unknown_judgement(entry, seen, value)
    if unknown is not None:
        return unknown
    if not any(is_known(entry, term, seen, value) for term in entry.terms):
        return undetermined(unlisted(entry, *entry.terms))
    silence = entry.indicator.silence
    if silence is Silence.ZERO:
        return None
    status = Status.NOT_RATED if silence is Silence.QUIET else Status.INSUFFICIENT_DATA
    return Judgement(status, Reason.of(Code.NO_DATAPOINTS))


def zero_notes(entry: Entry, seen: frozenset[Metric], value: str | None = None) -> tuple[Reason, ...]:
    """A note for each namespace of which metrics were never seen and count as zero all the same.

    A metric that was seen with other dimensions, as a table's is beside its indexes', is no stranger.
    """
    known = {_name(term) for term in entry.judged if is_known(entry, term, seen, value)}
    unseen: dict[str, list[str]] = {}
    for term in entry.judged:
        if term.missing is Missing.ZERO and _name(term) not in known:
            unseen.setdefault(term.namespace, []).append(term.name)
    return tuple(
        Reason.of(Code.COUNTED_AS_ZERO, metric=", ".join(dict.fromkeys(names)), namespace=namespace)
        for namespace, names in unseen.items()
    )


def _name(term: MetricTerm) -> tuple[str, str]:
    return term.namespace, term.name
