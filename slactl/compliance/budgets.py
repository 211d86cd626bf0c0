"""What a goal allows to be bad, and what is left of it.

The one rule: every goal becomes a share of the total that may be bad (1 - g for shares of good, the
limit for rates of bad, 1 - NN % for pNN), and one sign that says whether exactly that much still is met.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slactl.model.general import Ratio, Statistic
from slactl.model.goal import Goal
from slactl.model.objective import ErrorRate, Indicator, Percentile
from slactl.model.report import Budget

Amount = Fraction | int
"""Seconds or requests; fractional only while a share of requests is still being summed."""


@dataclass(frozen=True)
class Allowance:
    """The share of the total that may be bad; ``strict`` when exactly that much is too much."""

    share: Fraction
    strict: bool

    @classmethod
    def of(cls, goal: Goal, indicator: Indicator) -> Allowance:
        """The allowance of a goal on an indicator; the sign of a percentile goal belongs to its limit."""
        if isinstance(indicator, Percentile):
            return cls(1 - indicator.rank, strict=False)
        if isinstance(indicator, Statistic) and indicator.rank is not None:
            return cls.of_rank(indicator.rank, wants_high=goal.comparison.wants_high)
        return cls(goal.allowed_share, goal.comparison.strict)

    @classmethod
    def of_rank(cls, rank: Fraction, *, wants_high: bool) -> Allowance:
        """The allowance of a percentile: where it shall be high, what lies under the limit must not reach its place."""
        return cls(rank, strict=True) if wants_high else cls(1 - rank, strict=False)

    def met(self, bad: Amount, total: Amount) -> bool:
        """Whether so much bad of so much in all is allowed, on exact values."""
        if isinstance(bad, int) and isinstance(total, int):
            spent, allowed = bad * self.share.denominator, self.share.numerator * total
            return spent < allowed if self.strict else spent <= allowed
        share = self.share * total
        return bad < share if self.strict else bad <= share

    def budget(self, bad: Amount, total: Amount) -> Budget:
        """The error budget in the unit of ``bad`` and ``total``."""
        return Budget(self.share * total, Fraction(bad))

    def nearly_spent(self, bad: Amount, total: Amount, warning: Fraction) -> bool:
        """Whether less than ``warning`` of the budget is left; never where nothing is allowed."""
        if isinstance(bad, int) and isinstance(total, int):
            allowed = self.share.numerator * total
            left = allowed - bad * self.share.denominator
            return allowed > 0 and left * warning.denominator < warning.numerator * allowed
        return nearly_spent(self.budget(bad, total), warning)


def budget(goal: Goal, indicator: Indicator, bad: Amount, total: Amount) -> Budget:
    """The error budget of a goal over a total of seconds or requests, of which so much is bad."""
    return Allowance.of(goal, indicator).budget(bad, total)


def nearly_spent(budget: Budget, warning: Fraction) -> bool:
    """Whether less than ``warning`` of the budget is left; never where nothing is allowed."""
    return budget.allowed > 0 and budget.remaining < warning * budget.allowed


def left_share(budget: Budget) -> Fraction:
    """The share of the budget that is left, negative when overspent; 0 where nothing is allowed."""
    return budget.remaining / budget.allowed if budget.allowed else Fraction(0)


def projected(total: Amount, elapsed: int, period: int) -> Fraction:
    """The requests of a whole period of ``period`` seconds, going on as in its ``elapsed`` ones (rule 23)."""
    return Fraction(total) * period / elapsed if elapsed else Fraction(0)


def shows_bad(indicator: Indicator) -> bool:
    """Whether a row prints the share of bad, not that of good."""
    return isinstance(indicator, ErrorRate) or (isinstance(indicator, Ratio) and not indicator.counts_good)


def shown_value(indicator: Indicator, bad: Amount, total: Amount) -> Fraction | None:
    """The ratio that a row prints: bad of all for a rate of bad, else good of all; None of nothing."""
    if not total:
        return None
    if isinstance(bad, int) and isinstance(total, int):
        return Fraction(bad if shows_bad(indicator) else total - bad, total)
    share = Fraction(bad) / Fraction(total)
    return share if shows_bad(indicator) else 1 - share
