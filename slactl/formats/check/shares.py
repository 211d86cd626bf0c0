"""What a target is judged by, as a share: of a percentile, too, because a check reads no latencies.

The one rule: the share is the one that the verdict was made of, and its goal the one that the row was
judged by, though an objective may have had several.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.figures import PERCENTILE, SHARES_OF_BAD
from slactl.formats.units import BY_VALUE
from slactl.formats.words import goal_of
from slactl.model.general import Statistic
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Percentile

if TYPE_CHECKING:
    from slactl.model.catalogue import Catalogue
    from slactl.model.objective import Objective
    from slactl.model.report import Result


def share_of(row: Result) -> Fraction | None:
    """The judged ratio, None where nobody knows it: of a percentile the share of requests within its limit.

    What is judged by its value alone, as a maximum or an average is, has no share.
    """
    if row.indicator != PERCENTILE and row.indicator not in BY_VALUE:
        return row.value
    return Fraction(row.good, row.total) if row.good is not None and row.total else None


def share_goal(catalogue: Catalogue, row: Result) -> Goal | None:
    """The goal of that ratio: of a p95 at least 95 %; None where the catalogue does not know it."""
    if row.indicator != PERCENTILE and row.indicator not in BY_VALUE:
        return goal_of(catalogue, row)
    entry = entry_of(catalogue, row)
    rank = entry.indicator.rank if entry and isinstance(entry.indicator, Percentile | Statistic) else None
    if rank is None or entry is None:
        return None
    high = isinstance(entry.indicator, Statistic) and entry.goal.comparison.wants_high
    return Goal(Comparison.ABOVE, 1 - rank, "") if high else Goal(Comparison.AT_LEAST, rank, "")


def is_share_of_bad(row: Result, goal: Goal | None) -> bool:
    """Whether the judged ratio counts what is bad: an error rate does, and a ratio whose goal keeps it low."""
    low = goal is not None and not goal.comparison.wants_high
    return row.indicator in SHARES_OF_BAD or (row.indicator not in BY_VALUE and row.indicator != PERCENTILE and low)


def entry_of(catalogue: Catalogue, row: Result) -> Objective | None:
    """The objective as it was in force for the row."""
    entries = [one for one in catalogue.objectives if one.id == row.objective]
    fitting = (one for one in entries if one.goal.text == row.goal)
    return next(fitting, entries[0] if entries else None)
