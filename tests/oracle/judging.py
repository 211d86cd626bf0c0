"""From bad and allowed to a status, or to the statuses that the contract leaves possible.

Decides section 1's comparison, rule 8 (the unknown twice), rule 22 and rule 23. The one rule:
nothing is rounded, and a proven breach needs no more than the bad that is certain.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from .claims import (
    BREACHED,
    INSUFFICIENT,
    OK,
    WARNING,
    Number,
    Statuses,
    only,
)


@dataclass(frozen=True)
class Measure:
    """Bad against allowed, in seconds or requests.

    ``whole``: what the whole period may come to hold, in every reading the contract allows;
    empty when the period is over. ``strict``: met only when bad is less than allowed.
    """

    worst: Number
    best: Number
    total: Number
    rate: Number
    strict: bool
    warning: Number
    whole: tuple[Number, ...] = ()
    informative: bool = False

    def met(self, bad: Number, total: Number) -> bool:
        """Whether the goal is met."""
        allowed = self.rate * total
        return bad < allowed if self.strict else bad <= allowed

    def nearly_spent(self, bad: Number, total: Number) -> bool:
        """Whether less than the warning share of the budget is left."""
        allowed = self.rate * total
        return allowed > 0 and allowed - bad < self.warning * allowed

    @property
    def statuses(self) -> Statuses:
        """Rule 8: the status if worst and best agree, otherwise INSUFFICIENT_DATA."""
        if self.worst == self.best:
            return self._at(self.worst)
        pairs = product(self._at(self.worst), self._at(self.best))
        return only().union(*(self._agreed(*pair) for pair in pairs))

    def _agreed(self, worst: str, best: str) -> Statuses:
        if worst == best:
            return only(worst)
        if {worst, best} == {OK, WARNING} and not self.informative:
            return only(INSUFFICIENT, WARNING)
        return only(INSUFFICIENT)

    def _at(self, bad: Number) -> Statuses:
        if self.informative:
            return only(OK if self.met(bad, self.total) else WARNING)
        if self.whole:
            return frozenset(self._running(bad, whole) for whole in self.whole) | frozenset(
                self._running(bad, whole, own_budget=True) for whole in self.whole
            )
        if not self.met(bad, self.total):
            return only(BREACHED)
        return only(WARNING if self.nearly_spent(bad, self.total) else OK)

    def _running(self, bad: Number, whole: Number, own_budget: bool = False) -> str:
        if not self.met(bad, whole):
            return BREACHED
        budget = self.total if own_budget else whole
        missed_so_far = not self.met(bad, self.total)
        return WARNING if missed_so_far or self.nearly_spent(bad, budget) else OK


def chance(requests: int, bad: int, limit: Number) -> Number:
    """The exact binomial probability (0 to 1) of so many bad requests or more, at the limit's rate."""
    rate = Fraction(limit)
    hit, base = rate.numerator, rate.denominator
    miss = base - hit
    ways, fewer = 1, 0
    for k in range(bad):
        fewer += ways * hit**k * miss ** (requests - k)
        ways = ways * (requests - k) // (k + 1)
    return 1 - Fraction(fewer, base**requests)
