"""What stands beside a row of the report, by the kind of its indicator.

The one rule: a detail explains the row's figure and decides nothing; what is not known is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class LatencyDetail:
    """Beside a latency share: the share without failed requests (rule 17)."""

    faults: int | None = None
    without_failed: Fraction | None = None
    approximate: bool = True


@dataclass(frozen=True, slots=True)
class PercentileDetail:
    """Beside a percentile, milliseconds: extremes, and the share at or over the goal's limit."""

    minimum: Fraction | None = None
    maximum: Fraction | None = None
    over_limit_share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ErrorRateDetail:
    """Beside an error rate: both rates; ``probability`` is the exact binomial chance (rule 19)."""

    faults: int | None
    errors: int | None
    requests: int | None
    fault_rate: Fraction | None
    error_rate: Fraction | None
    probability: Fraction | None = None
