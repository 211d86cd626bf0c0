"""Whether Cloudflare lets its counts be read, where an entry asks for some.

The one rule: one cheap question for each owner of counts; the token is needed, and never told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slactl.model.catalogue import Catalogue
from slactl.model.general import MetricTerm, Ratio, Statistic, WeightedAverage, terms_of
from slactl.model.metric import Metric, Query
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.ports.general import MetricDirectory
from slactl.workflows.onboarding.checks import Check, ok, problem, unknown

SUBJECT = "cloudflare"
PREFIX = "Cloudflare/"
HOUR = 3600
ADVICE = "export CLOUDFLARE_API_TOKEN with a token that may read the analytics and the R2 buckets that packs name"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Who knows, and who reads, what is not CloudWatch's."""

    directory: MetricDirectory
    reader: MetricReader


def terms_elsewhere(catalogue: Catalogue) -> tuple[MetricTerm, ...]:
    """What entries ask of Cloudflare, each owner's first term only: zone or account stand first in its dimensions."""
    measured = (one.indicator for one in catalogue.general)
    terms = (term for one in measured if isinstance(one, Ratio | Statistic | WeightedAverage) for term in terms_of(one))
    found: dict[object, MetricTerm] = {}
    for term in (term for term in terms if term.namespace.startswith(PREFIX)):
        found.setdefault((term.namespace, term.dimensions[:1]), term)
    return tuple(found.values())


def elsewhere_checks(terms: tuple[MetricTerm, ...], asked: Elsewhere, now: int) -> Iterator[Check]:
    """A check for each owner: whether an hour of its counts can be read."""
    span = Span((now // HOUR - 2) * HOUR, (now // HOUR - 1) * HOUR)
    for term, listing in zip(terms, asked.directory.metrics(terms, span), strict=True):
        metrics = listing.metrics[:1]
        failure = listing.failure or _failure(asked.reader, metrics, span)
        subject = f"{term.namespace} {_owner(metrics)}".strip()
        yield _checked(subject, failure)


def _failure(reader: MetricReader, metrics: tuple[Metric, ...], span: Span) -> Reason | None:
    (series,) = reader.read([Query(metrics, "Sum", HOUR, span)])
    return series.failure


def _owner(metrics: tuple[Metric, ...]) -> str:
    named = [dict(one.dimensions) for one in metrics]
    return next((str(one.get("ZoneId") or one.get("AccountId") or "") for one in named), "")


def _checked(subject: str, failure: Reason | None) -> Check:
    if failure is None:
        return ok(SUBJECT, subject, "an hour of counts can be read")
    told = str(dict(failure.figures).get("error", failure.code.value))
    if failure.code is Code.ACCESS_DENIED:
        return problem(SUBJECT, subject, told, ADVICE)
    return unknown(SUBJECT, subject, told, "run it again; where it stays, look at what the pack names")
