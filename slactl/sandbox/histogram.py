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
_HALF = BASE**0.5
_ZERO_CELL = -(2**20)


class Histogram:
    """Samples as the cells they fell into, in order of time."""

    def __init__(self, values: Floats) -> None:
        positive = values > 0
        logs = np.log(np.where(positive, values, 1.0)) / np.log(BASE)
        cells = np.where(positive, np.floor(logs + 1e-9), _ZERO_CELL).astype(np.int64)
        found, self._codes = np.unique(cells, return_inverse=True)
        self._levels = np.where(found > _ZERO_CELL, BASE ** (np.maximum(found, -1000) + 0.5), 0.0)
        self.midpoints = self._levels[self._codes]

    def compute(self, stat: Stat, cuts: Int64s) -> Points:
        """The statistic of every bucket that holds a sample; ``cuts`` as in ``statistics.compute``."""
        if stat.percent or stat.kind not in ("p", "TC", "PR"):
            return compute(stat, self.midpoints, cuts)
        filled = np.flatnonzero(np.diff(cuts))
        if not len(filled):
            return NOTHING
        counts = self._counts(cuts[filled], np.diff(cuts)[filled])
        if stat.kind == "p":
            return Points(filled, self._percentile(stat.low, counts))
        return self._counted(stat, filled, counts)

    def _counts(self, starts: Int64s, lengths: Int64s) -> Floats:
        """How many samples of each bucket (row) fell into each cell (column)."""
        width = len(self._levels)
        codes = self._codes[starts[0] : starts[-1] + lengths[-1]]
        rows = np.repeat(np.arange(len(starts)) * width, lengths) if len(starts) > 1 else 0
        table = np.bincount(rows + codes, minlength=width * len(starts))
        return table.reshape(len(starts), width).astype(np.float64)

    def _bounds(self, counts: Floats) -> tuple[Floats, Floats]:
        """Between which values the samples of a cell lie, for each bucket."""
        some = counts > 0
        least = self._levels[np.argmax(some, axis=1)][:, None]
        greatest = self._levels[some.shape[1] - 1 - np.argmax(some[:, ::-1], axis=1)][:, None]
        return np.maximum(self._levels / _HALF, least), np.minimum(self._levels * _HALF, greatest)

    def _counted(self, stat: Stat, filled: npt.NDArray[np.intp], counts: Floats) -> Points:
        low, high = self._bounds(counts)
        share = _share_below(stat.high, low, high) - _share_below(stat.low, low, high)
        inside = (counts * share).sum(axis=1)
        if stat.kind == "PR":
            return Points(filled, inside / counts.sum(axis=1) * 100)
        return Points(filled[inside > 0], inside[inside > 0])

    def _percentile(self, percent: float, counts: Floats) -> Floats:
        low, high = self._bounds(counts)
        upto = np.cumsum(counts, axis=1)
        rank = percent / 100 * upto[:, -1]
        last = counts.shape[1] - 1 - np.argmax(counts[:, ::-1] > 0, axis=1)
        at = np.minimum((upto <= rank[:, None]).sum(axis=1), last)
        rows = np.arange(len(counts))
        inside = (rank - (upto - counts)[rows, at]) / counts[rows, at]
        found: Floats = low[rows, at] + (high - low)[rows, at] * inside
        return found


def _share_below(bound: float, low: Floats, high: Floats) -> Floats:
    """Which share of the samples of a cell counts as at or below the bound."""
    if bound == -np.inf:
        return np.zeros(low.shape)
    width = np.where(high > low, high - low, 1.0)
    inside = np.clip((min(bound, 1e300) - low) / width, 0.0, 1.0)
    return np.where(high <= bound, 1.0, np.where(low >= bound, 0.0, inside))
