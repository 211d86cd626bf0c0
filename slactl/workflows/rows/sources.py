"""The edge held against the service behind it (rule 21).

The one rule: what the edge answered and neither its unrouted requests nor the service explain is a doubt
about both, beyond a thousandth.
"""

from __future__ import annotations

from fractions import Fraction

from slactl.model.report import Reconciliation
from slactl.workflows.rows.errors import unrouted
from slactl.workflows.survey import Survey

TOLERATED = Fraction(1, 1000)


def reconciled_with(edge: Survey, own: Survey) -> Reconciliation:
    """Requests at the edge against requests at the service (rule 21)."""
    answered, arrived = edge.counts(excluding=False), own.counts(excluding=False)
    if answered.unbounded or arrived.unbounded:
        return Reconciliation(None, None, None, None, None, agrees=None)
    rest = unrouted(edge, excluding=False)
    lost = rest.requests if rest else 0
    unexplained = abs(answered.requests - lost - arrived.requests)
    share = Fraction(unexplained, answered.requests) if answered.requests else None
    agrees = share is None or share <= TOLERATED
    return Reconciliation(answered.requests, arrived.requests, lost, unexplained, share, agrees)
