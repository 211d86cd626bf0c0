"""A threshold on p95, off unless asked for: it rings when a few minutes are slow, whatever the month looks like."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.kind import Found, Kind, Scene
from slactl.alarming.thresholds import OPTIONS, percentile_causes

RANK = Fraction(95, 100)


def _causes(scene: Scene) -> Iterator[Found]:
    return percentile_causes(scene, RANK)


P95 = Kind("p95", "the p95 of a few minutes is over the limit", _causes, OPTIONS)
