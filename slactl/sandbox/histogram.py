"""What remains of latencies that were published as an exponential histogram.

Each value becomes the mid-point of its cell; cells grow by a factor of 1.1, so a value moves by at
most 4.9 %. The one rule: inside a cell values are taken to lie evenly, between the least and the
greatest mid-point of the bucket where those cut the cell, so trimmed counts are fractional, do not
add up exactly from bucket to bucket, and never contradict Minimum and Maximum.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from slactl.sandbox.requests import Floats, Int64s
from slactl.sandbox.statistics import NOTHING, Points, Stat, compute

BASE = 1.1
_ZERO_CELL = -(2**20)


class Histogram:
    """Samples as the cells they fell into, in order of time."""

    def __init__(self, values: Floats) -> None:
        positive = values > 0
        logs = np.log(np.where(positive, values, 1.0)) / np.log(BASE)
        self.cells = np.where(positive, np.floor(logs + 1e-9), _ZERO_CELL).astype(np.int64)
        self.midpoints = np.where(positive, BASE ** (np.where(positive, self.cells, 0) + 0.5), 0.0)

    def compute(self, stat: Stat, cuts: Int64s) -> Points:
        """The statistic of every bucket that holds a sample; ``cuts`` as in ``statistics.compute``."""
        if stat.kind == "p":
            return self._each_percentile(stat.low, cuts)
        if stat.percent or stat.kind not in ("TC", "PR"):
            return compute(stat, self.midpoints, cuts)
        return self._counted(stat, cuts)

    def _counted(self, stat: Stat, cuts: Int64s) -> Points:
        filled = np.flatnonzero(np.diff(cuts))
        if not len(filled):
            return NOTHING
        starts, lengths = cuts[filled], np.diff(cuts)[filled]
        low, high = self._bounds(starts, lengths)
        share = _share_below(stat.high, low, high) - _share_below(stat.low, low, high)
        counts = np.add.reduceat(share, starts - starts[0])
        if stat.kind == "PR":
            return Points(filled, counts / lengths * 100)
        return Points(filled[counts > 0], counts[counts > 0])

    def _bounds(self, starts: Int64s, lengths: Int64s) -> tuple[Floats, Floats]:
        part = slice(int(starts[0]), int(starts[-1] + lengths[-1]))
        middle = self.midpoints[part]
        least = np.repeat(np.minimum.reduceat(middle, starts - starts[0]), lengths)
        greatest = np.repeat(np.maximum.reduceat(middle, starts - starts[0]), lengths)
        half = np.sqrt(BASE)
        return np.maximum(middle / half, least), np.minimum(middle * half, greatest)

    def _each_percentile(self, percent: float, cuts: Int64s) -> Points:
        filled = np.flatnonzero(np.diff(cuts))
        values = [self._percentile(percent, int(cuts[i]), int(cuts[i + 1])) for i in filled]
        return Points(filled, np.array(values))

    def _percentile(self, percent: float, start: int, end: int) -> float:
        middles, counts = np.unique(self.midpoints[start:end], return_counts=True)
        rank = percent / 100 * (end - start)
        below = np.concatenate(([0], np.cumsum(counts)))
        at = min(int(np.searchsorted(below, rank, side="right")) - 1, len(middles) - 1)
        half = np.sqrt(BASE)
        low = max(middles[at] / half, middles[0])
        high = min(middles[at] * half, middles[-1])
        return float(low + (high - low) * (rank - below[at]) / counts[at])


def _share_below(bound: float, low: Floats, high: Floats) -> npt.NDArray[np.float64]:
    """Which share of each sample counts as at or below the bound."""
    if bound == -np.inf:
        return np.zeros(len(low))
    width = np.where(high > low, high - low, 1.0)
    inside = np.clip((min(bound, 1e300) - low) / width, 0.0, 1.0)
    return np.where(high <= bound, 1.0, np.where(low >= bound, 0.0, inside))
