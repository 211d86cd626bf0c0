"""Which of Cloudflare's metrics a term speaks of.

The one rule: Cloudflare lists none, so a term names every value; a pattern is refused, and what is named is taken to
exist, for an answer without rows is a count of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from slactl.model.general import MetricTerm
from slactl.model.metric import Metric
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.general import Listing
from slactl.sources.cloudflare.datasets import wanted


class CloudflareDirectory:
    """A ``MetricDirectory`` of the namespaces that begin with ``Cloudflare/``."""

    def metrics(self, terms: Sequence[MetricTerm], span: Span) -> list[Listing]:
        """One listing a term."""
        del span
        return [_listing(term) for term in terms]

    def use(self) -> tuple[SourceUse, ...]:
        """Nothing was asked: what there is stands in the terms."""
        return ()


def _listing(term: MetricTerm) -> Listing:
    if any("*" in value for _, values in term.dimensions for value in values):
        return _refused("Cloudflare lists no values: name them, without *")
    names = [name for name, _ in term.dimensions]
    found = tuple(
        Metric(term.namespace, term.name, tuple(sorted(zip(names, values, strict=True))), term.account_id, term.region)
        for values in product(*(values for _, values in term.dimensions))
    )
    try:
        for metric in found:
            wanted(metric)
    except ValueError as error:
        return _refused(str(error))
    return Listing(found)


def _refused(why: str) -> Listing:
    return Listing((), known=False, failure=Reason.of(Code.READ_FAILED, error=why))
