"""The counts of one bin between one rung and the next.

The one rule (rule 3): a rung at or above the bin's Maximum holds all samples, one below its Minimum
none; otherwise its TC, kept within 0 and the samples and never falling; where that is absent nothing
is known at the rung, and the next known rung counts from the last known one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

Band = float | None


def bands(
    rungs: Sequence[float],
    samples: float,
    extremes: tuple[float | None, float | None],
    told: Sequence[Mapping[int, float]],
    start: int,
) -> list[Band]:
    """Samples above the rung before and at or below this one, for each rung; None where that is unknown.

    ``rungs`` are upper bounds in ms, rising; ``told`` holds for each the TC by bin start; ``extremes``
    are Minimum and Maximum of the bin.
    """
    if samples <= 0:
        return [0.0] * len(rungs)
    lowest, highest = extremes
    first = 0 if lowest is None else bisect_left(rungs, lowest)
    full = len(rungs) if highest is None else bisect_left(rungs, highest)
    made: list[Band] = [0.0] * first
    below = 0.0
    for place in range(first, full):
        value = told[place].get(start)
        if value is None:
            made.append(None)
            continue
        held = min(max(value, below), samples)
        made.append(held - below)
        below = held
    rest = len(rungs) - len(made)
    return [*made, samples - below, *([0.0] * (rest - 1))] if rest else made
