"""Goals that nothing can miss: figures that are reported, and prove nothing.

The one rule: what cannot fail is no verdict and answers no promise, however it came to be written.
"""

from __future__ import annotations

from slactl.model.general import Ratio, WeightedAverage
from slactl.model.objective import ErrorRate, Objective


def cannot_fail(objective: Objective) -> bool:
    """Whether no figure there can be misses the goal: shares lie within 0 and 1, all else is not below 0."""
    goal, indicator = objective.goal, objective.indicator
    if goal.comparison.wants_high:
        return goal.limit < 0 or (goal.limit == 0 and not goal.comparison.strict)
    if not isinstance(indicator, ErrorRate | Ratio | WeightedAverage):
        return False  # how long or how many there may be, nobody knows
    return goal.limit > 1 or (goal.limit == 1 and not goal.comparison.strict)
