"""Hours in which somebody was heard less than in the hours around them.

The one rule: whoever publishes at its own pace owes what an hour clearly lacks, for a silence need not fill an hour;
a pace that changes for good is the new pace, for it is taken from the nearest hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median_low

from slactl.compliance.amount import Number

NEAR = 12
"""So many hours with points are looked at before an hour, and as many after it."""
CLEARLY = 2
"""So many points less than usual may be chance no longer, if they are more than a quarter of them."""


def lacking(points: Mapping[int, Number]) -> dict[int, Number]:
    """How many points each hour lacks, by its start; hours that lack none are left out.

    Args:
        points: how many each hour with any has, by its start.
    """
    ordered = sorted(points)
    found: dict[int, Number] = {}
    for place, start in enumerate(ordered):
        around = (*ordered[max(0, place - NEAR) : place], *ordered[place + 1 : place + 1 + NEAR])
        usual = median_low([points[one] for one in around]) if around else 0
        if usual - points[start] >= CLEARLY and 4 * points[start] < 3 * usual:
            found[start] = usual - points[start]
    return found
