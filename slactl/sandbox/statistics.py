"""The statistics CloudWatch offers, computed from single samples.

The one rule: an answer is absent (not zero) where nothing was counted; so a trimmed count of
nothing is no point at all. Percentiles interpolate linearly between the two nearest samples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from slactl.sandbox.requests import Floats, Int64s

BASIC = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
INFINITY = float("inf")

_PERCENTILE = re.compile(r"p(100|\d{1,2}(?:\.\d{1,10})?)")
_TRIMMED_TO = re.compile(r"(tm|tc|ts|wm)(100|\d{1,2}(?:\.\d{1,10})?)")
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_RANGE = re.compile(rf"(TM|TC|TS|WM|PR)\({_NUMBER}?(%?):{_NUMBER}?(%?)\)")


class Points(NamedTuple):
    """Which buckets have a value, and which value."""

    bucket: npt.NDArray[np.intp]
    value: Floats


NOTHING = Points(np.empty(0, np.intp), np.empty(0))


@dataclass(frozen=True, slots=True)
class Stat:
    """A statistic as CloudWatch names it.

    Attributes:
        kind: a basic name, ``p``, or TM, TC, TS, WM, PR.
        low: the lower bound, exclusive (of ``p``: the percentage).
        high: the upper bound, inclusive.
        percent: whether the bounds are percentages of the samples.
    """

    kind: str
    low: float = -INFINITY
    high: float = INFINITY
    percent: bool = False

    @property
    def needs_distribution(self) -> bool:
        """Whether it is gone where only statistic sets were published."""
        return self.kind not in BASIC


def parse_stat(text: str) -> Stat | None:
    """The statistic of that name, or None where CloudWatch knows no such name."""
    if text in BASIC:
        return Stat(text)
    if text == "IQM":
        return Stat("TM", 25, 75, percent=True)
    if match := _PERCENTILE.fullmatch(text):
        return Stat("p", float(match[1]))
    if match := _TRIMMED_TO.fullmatch(text):
        return Stat(match[1].upper(), 0, float(match[2]), percent=True)
    match = _RANGE.fullmatch(text)
    return _range(match) if match else None


def _range(match: re.Match[str]) -> Stat | None:
    kind, low, low_sign, high, high_sign = match.groups()
    signs = {sign for bound, sign in ((low, low_sign), (high, high_sign)) if bound}
    if not signs or len(signs) == 2 or (signs == {"%"} and kind == "PR"):
        return None
    percent = signs == {"%"}
    ends = (0.0, 100.0) if percent else (-INFINITY, INFINITY)
    return Stat(kind, float(low) if low else ends[0], float(high) if high else ends[1], percent)


def compute(stat: Stat, values: Floats, cuts: Int64s) -> Points:
    """The statistic of every bucket that holds a sample.

    Args:
        stat: which.
        values: the samples in order of time.
        cuts: where each bucket begins among the samples, and where the last ends.
    """
    filled = np.flatnonzero(np.diff(cuts))
    if not len(filled):
        return NOTHING
    starts = cuts[filled]
    inside = values[: cuts[-1]]
    if stat.kind in BASIC:
        return Points(filled, _basic(stat.kind, inside, starts, np.diff(cuts)[filled]))
    if stat.kind == "p":
        return Points(filled, percentile(stat.low, inside, starts))
    if stat.percent:
        return _each(stat, inside, filled, starts)
    return _bounded(stat, inside, filled, starts)


def _basic(kind: str, values: Floats, starts: Int64s, counts: Int64s) -> Floats:
    if kind == "SampleCount":
        return counts.astype(np.float64)
    if kind == "Minimum":
        return np.minimum.reduceat(values, starts)
    if kind == "Maximum":
        return np.maximum.reduceat(values, starts)
    sums: Floats = np.add.reduceat(values, starts)
    return sums / counts if kind == "Average" else sums


def percentile(percent: float, values: Floats, starts: Int64s) -> Floats:
    """The percentile of every run of samples; runs begin at ``starts`` and none is empty."""
    ends = np.append(starts[1:], len(values))
    if len(starts) <= 8:
        pairs = zip(starts, ends, strict=True)
        return np.array([np.percentile(values[a:b], percent) for a, b in pairs])
    run = np.repeat(np.arange(len(starts)), ends - starts)
    ordered = values[starts[0] :][np.lexsort((values[starts[0] :], run))]
    at = percent / 100 * (ends - starts - 1)
    below = np.floor(at).astype(np.int64)
    left = ordered[starts - starts[0] + below]
    right = ordered[starts - starts[0] + np.minimum(below + 1, ends - starts - 1)]
    interpolated: Floats = left + (right - left) * (at - below)
    return interpolated


def _bounded(stat: Stat, values: Floats, filled: npt.NDArray[np.intp], starts: Int64s) -> Points:
    if stat.kind == "WM":
        return Points(filled, _basic("Average", np.clip(values, stat.low, stat.high), starts, _lengths(values, starts)))
    kept = _kept(stat, values)
    counts = _counts(kept, starts)
    if stat.kind == "PR":
        return Points(filled, counts / _lengths(values, starts) * 100)
    some = counts > 0
    if stat.kind == "TC":
        return Points(filled[some], counts[some])
    sums = np.add.reduceat(np.where(kept, values, 0.0), starts)[some]
    return Points(filled[some], sums if stat.kind == "TS" else sums / counts[some])


def _kept(stat: Stat, values: Floats) -> npt.NDArray[np.bool_]:
    if stat.low == -INFINITY:
        return values <= stat.high
    return (values > stat.low) & (values <= stat.high)


def _counts(kept: npt.NDArray[np.bool_], starts: Int64s) -> Floats:
    if len(starts) == 1:
        return np.array([float(np.count_nonzero(kept[starts[0] :]))])
    return np.asarray(np.add.reduceat(kept.astype(np.float64), starts))


def _lengths(values: Floats, starts: Int64s) -> Int64s:
    return np.diff(np.append(starts, len(values)))


def _each(stat: Stat, values: Floats, filled: npt.NDArray[np.intp], starts: Int64s) -> Points:
    ends = np.append(starts[1:], len(values))
    found = [_trimmed(stat, np.sort(values[a:b])) for a, b in zip(starts, ends, strict=True)]
    some = np.array([value is not None for value in found])
    return Points(filled[some], np.array([value for value in found if value is not None]))


def _trimmed(stat: Stat, ordered: Floats) -> float | None:
    low, high = (round(bound / 100 * len(ordered)) for bound in (stat.low, stat.high))
    kept = ordered[low:high]
    if stat.kind == "TC":
        return float(len(kept)) or None
    if not len(kept):
        return None
    if stat.kind == "WM":
        return float(np.clip(ordered, kept[0], kept[-1]).mean())
    return float(kept.sum() if stat.kind == "TS" else kept.mean())
