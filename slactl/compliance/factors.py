"""Whom a burn rate wakes: the factors that the rate of a window reaches.

The one rule: exact counts are compared, a rate that is just the factor reaches it, and too few bad
requests never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slactl.model.burn import BurnFactors


@dataclass(frozen=True, slots=True)
class Burning:
    """From which rates on a window's burning counts, and how many bad requests that takes."""

    factors: BurnFactors
    least_bad: int

    def reached(self, share: Fraction, bad: Fraction | int, total: Fraction | int) -> Fraction | None:
        """The factor that so much bad reaches where ``share`` of it all is allowed: to page, for a ticket, or None."""
        if bad < self.least_bad:
            return None
        return next((one for one in (self.factors.page, self.factors.ticket) if bad >= one * share * total), None)
