"""M of N: what the datapoints of an evaluation say about an alarm's state.

The one rule: every real datapoint of the evaluation range is looked at before a missing one is filled in; so what
becomes of missing ones is asked only where fewer than N are real.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slactl.sandbox.requests import Floats

OK, ALARM, UNKNOWN, RETAIN = range(4)
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
MORE_POINTS = 2
"""How many datapoints older than the last N are fetched: CloudWatch tells of one example, 5 for an N of 3."""

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """When datapoints make an alarm ring.

    Attributes:
        operator: as CloudWatch names comparisons.
        threshold: what values are held against.
        needed: M, how many datapoints must cross it.
        periods: N, out of how many.
        missing: missing, ignore, breaching or notBreaching.
    """

    operator: str
    threshold: float
    needed: int
    periods: int
    missing: str = "missing"

    def crossed(self, values: Floats) -> Flags:
        """Which values are beyond the threshold; a missing one (NaN) is not."""
        with np.errstate(invalid="ignore"):
            return _COMPARE[self.operator](values, self.threshold)


_COMPARE = {
    "GreaterThanOrEqualToThreshold": lambda values, threshold: np.asarray(values >= threshold),
    "GreaterThanThreshold": lambda values, threshold: np.asarray(values > threshold),
    "LessThanThreshold": lambda values, threshold: np.asarray(values < threshold),
    "LessThanOrEqualToThreshold": lambda values, threshold: np.asarray(values <= threshold),
}
OPERATORS = frozenset(_COMPARE)


def decide(rule: Rule, points: Floats) -> Codes:
    """What each evaluation says: OK, ALARM, UNKNOWN, or RETAIN where the state stays as it is.

    Args:
        rule: the alarm's.
        points: one row an evaluation, the newest datapoint first, NaN where there is none.
    """
    real = ~np.isnan(points)
    looked_at = real & (np.cumsum(real, axis=1) <= rule.periods)
    crossing = (rule.crossed(points) & looked_at).sum(axis=1)
    found = looked_at.sum(axis=1)
    filled = rule.periods - found
    if rule.missing == "breaching":
        return _codes(crossing + filled >= rule.needed)
    plain = _codes(crossing >= rule.needed)
    if rule.missing == "notBreaching":
        return plain
    return _unfilled(rule, plain, real, crossing, found)


def _unfilled(rule: Rule, plain: Codes, real: Flags, crossing: Codes, found: Codes) -> Codes:
    """Where missing datapoints are not filled in: a lone crossing one counts once it is old enough."""
    undecided = (found < rule.periods) & (plain == OK)
    lone = undecided & (found > 0) & (crossing == found)
    oldest = real.shape[1] - np.argmax(real[:, ::-1], axis=1)
    if rule.missing == "ignore":
        return np.where(lone | (found == 0), RETAIN, plain)
    rung = np.where(lone & (oldest >= rule.needed), ALARM, plain)
    return np.where(found == 0, UNKNOWN, rung)


def _codes(rings: Flags) -> Codes:
    return np.where(rings, ALARM, OK)
