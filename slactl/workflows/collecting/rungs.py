"""The coarse ladder that is kept: one for all services and operations, at most 60 rungs.

The one rule: a goal's own limit is always a rung, so that every verdict can be proved from evidence;
5 % to either side of it come next, and a fixed geometric ladder fills what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import log

from slactl.compliance.distribution import Rung
from slactl.compliance.ladder import written
from slactl.model.objective import Objective
from slactl.workflows.searches import limits_of

MOST = 60
LEAST_MS, GREATEST_MS, STEPS = 5, 60_000, 48
LEAST_USUAL = 30
"""Rungs of the fixed ladder that those beside limits leave room for: percentiles lie anywhere."""


class TooManyLimits(Exception):
    """More different latency limits are promised than a ladder has rungs."""

    def __init__(self, limits: int) -> None:
        super().__init__(f"the objectives name {limits} different latency limits; evidence keeps at most {MOST} rungs")
        self.hint = "give objectives of the same figure the same limit, or keep the evidence of some elsewhere"


def usual() -> tuple[Rung, ...]:
    """The fixed ladder: from 5 ms to a minute, each rung about 22 % above the one before."""
    ratio = (GREATEST_MS / LEAST_MS) ** (1 / (STEPS - 1))
    return tuple(Fraction(Decimal(f"{LEAST_MS * ratio**step:.3g}")) for step in range(STEPS))


def ladder(objectives: Iterable[Objective], most: int = MOST) -> tuple[Rung, ...]:
    """The rungs to keep, rising, in ms.

    Raises:
        TooManyLimits: if there are more limits than rungs.
    """
    held = list(objectives)
    limits = set(goal_limits(held))
    if len(limits) > most:
        raise TooManyLimits(len(limits))
    beside = {rung for objective in held for rung in limits_of(objective)} - limits
    near = sorted(beside)[: max(0, most - len(limits) - LEAST_USUAL)]
    fixed = sorted(limits.union(near))
    return tuple(sorted([*fixed, *_filled(usual(), fixed, most - len(fixed))]))


def goal_limits(objectives: Iterable[Objective]) -> tuple[Rung, ...]:
    """The goals' own limits, rising."""
    return tuple(sorted({limits[0] for one in objectives if (limits := limits_of(one))}))


def texts(rungs: Iterable[Rung]) -> tuple[str, ...]:
    """Rungs as CloudWatch takes them."""
    return tuple(written(rung) for rung in rungs)


def _filled(usual_rungs: Sequence[Rung], fixed: Sequence[Rung], room: int) -> list[Rung]:
    """As many of the usual rungs as there is room for; those go first whose going leaves the smallest hole."""
    left = [rung for rung in usual_rungs if rung not in fixed]
    while len(left) > room:
        known = sorted([*fixed, *left])
        left.remove(min(left, key=lambda rung: _hole(known, rung)))
    return left


def _hole(known: Sequence[Rung], rung: Rung) -> float:
    place = known.index(rung)
    below = known[place - 1] if place else rung / 2
    above = known[place + 1] if place + 1 < len(known) else rung * 2
    return log(above / below)
