"""Goals and thresholds, exactly as an agreement writes them.

The one rule: a goal is a decimal read as written and compared as a fraction; nothing is rounded
before a comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Comparison(StrEnum):
    """How a figure is held against its limit."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"

    @property
    def strict(self) -> bool:
        return self in (Comparison.ABOVE, Comparison.BELOW)

    @property
    def wants_high(self) -> bool:
        """Whether more is better."""
        return self in (Comparison.AT_LEAST, Comparison.ABOVE)

    def holds(self, value: Fraction, limit: Fraction) -> bool:
        """Whether ``value <comparison> limit``."""
        if self.wants_high:
            return value > limit if self.strict else value >= limit
        return value < limit if self.strict else value <= limit


@dataclass(frozen=True, slots=True)
class Goal:
    """A comparison and its limit.

    ``limit`` is a ratio (99.9 % is 999/1000) for shares and rates, milliseconds for latencies;
    ``text`` is what the agreement says, in the canonical spelling of the contract.
    """

    comparison: Comparison
    limit: Fraction
    text: str

    def met_by(self, value: Fraction) -> bool:
        return self.comparison.holds(value, self.limit)

    @property
    def allowed_share(self) -> Fraction:
        """The share of bad that the goal leaves: 1 - g for shares of good, g for shares of bad."""
        return 1 - self.limit if self.comparison.wants_high else self.limit


@dataclass(frozen=True, slots=True)
class Threshold:
    """A latency limit in milliseconds; ``inclusive`` is ``<=``.

    CloudWatch's ``TC(:x)`` counts at or below x, so a strict limit is read a thousandth lower.
    """

    limit: Fraction
    inclusive: bool

    @property
    def rung(self) -> Fraction:
        """The x of the ``TC(:x)`` that counts the requests under this threshold."""
        return self.limit if self.inclusive else self.limit - Fraction(1, 1000)

    def scaled(self, factor: Fraction) -> Threshold:
        return Threshold(self.limit * factor, self.inclusive)
