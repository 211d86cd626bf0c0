"""A threshold on p99, off unless asked for: it rings when a few minutes are slow, whatever the month looks like."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.kind import Found, Kind, Scene
from slactl.alarming.thresholds import OPTIONS, percentile_causes

RANK = Fraction(99, 100)


def _causes(scene: Scene) -> Iterator[Found]:
    return percentile_causes(scene, RANK)


P99 = Kind("p99", "the p99 of a few minutes is over the limit", _causes, OPTIONS)
