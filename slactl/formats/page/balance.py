"""What of a row's error budget is used and left, with all that is unknown bad, and with all of it good.

The one rule: where the row has a budget it is that very budget; where its verdict is open, what is known
of it is told as two ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slactl.formats.page.budget import Part
from slactl.model.report import AvailabilityDetail, Result

MOST_BLUR = 2


@dataclass(frozen=True, slots=True)
class Balance:
    """A budget in its row's unit: ``used`` for certain, ``most`` with all that is unknown."""

    allowed: Fraction
    used: Fraction
    most: Fraction

    @property
    def left(self) -> Fraction:
        """What is left for certain; negative where it is overspent."""
        return self.allowed - self.most

    @property
    def left_best(self) -> Fraction:
        return self.allowed - self.used

    @property
    def part(self) -> Part:
        return Part(self.used, self.most, self.left, self.left_best)

    @property
    def blurred(self) -> bool:
        """Whether so much is unknown that a drawing of all of it would show nothing else."""
        return self.most - self.used > MOST_BLUR * self.allowed


def balance_of(row: Result) -> Balance | None:
    """The balance of a row; None where nobody knows it."""
    if not isinstance(row.detail, AvailabilityDetail):
        return None if row.budget is None else Balance(row.budget.allowed, row.budget.used, row.budget.used)
    found = _spent(row, row.detail)
    if row.budget is not None:
        sure, most = found if found is not None and found[1] == row.budget.used else (row.budget.used, row.budget.used)
        return Balance(row.budget.allowed, sure, most)
    allowed = row.detail.ledger.allowed
    return None if allowed is None or found is None else Balance(allowed, *found)


def _spent(row: Result, detail: AvailabilityDetail) -> tuple[Fraction, Fraction] | None:
    """What is used for certain, and at most: the sum of a year's months, or the month's own seconds."""
    months = detail.ledger.months
    if months:
        known = [one.most for one in months if one.most is not None]
        whole = sum(known, Fraction(0)) if len(known) == len(months) else None
        return None if whole is None else (sum((one.used for one in months), Fraction(0)), whole)
    if row.unit != "seconds":
        return None
    return Fraction(detail.down_seconds), Fraction(detail.down_seconds + detail.seconds.unknown)
