"""Faults that last for a while: a pack's metrics as they are when all is well, and as broken within an episode.

The one rule: within an episode samples are exactly those of a world in which the fault never ends, and outside of it
exactly those of one that never had it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace

import numpy as np

from slactl.sandbox.packs.base import Make, Plan, Samples, Series

BEGINS, ENDS = "from", "to"
"""What a fault says of its episode: the first second, and the first one after it."""

Shown = Callable[[Plan], Iterable[Series]]


def with_episodes(shown: Shown, plan: Plan) -> list[Series]:
    """The series of a plan, each fault within its episode only, where it has one."""
    entry = next((name for name, told in plan.faults.items() if BEGINS in told or ENDS in told), None)
    if entry is None:
        return list(shown(plan))
    others = {name: told for name, told in plan.faults.items() if name != entry}
    lasting = {name: value for name, value in plan.faults[entry].items() if name not in (BEGINS, ENDS)}
    well = with_episodes(shown, replace(plan, faults=others))
    ill = {one.key: one for one in with_episodes(shown, replace(plan, faults={**others, entry: lasting}))}
    first, end = (int(plan.told(entry, name, usual) * 1000) for name, usual in ((BEGINS, 0.0), (ENDS, 1e12)))
    mixed = [replace(one, make=_mixed(one.make, ill.pop(one.key, None), first, end)) for one in well]
    return mixed + [replace(one, make=_mixed(nothing, one, first, end)) for one in ill.values()]


def nothing(_rng: np.random.Generator, _day: int) -> Samples:
    """No samples."""
    return np.empty(0, np.int64), np.empty(0)


def _mixed(well: Make, ill: Series | None, first: int, end: int) -> Make:
    """Samples of the one outside ``[first, end)`` (milliseconds), of the other within."""
    broken = nothing if ill is None else ill.make

    def make(rng: np.random.Generator, day: int) -> Samples:
        parts = [well(deepcopy(rng), day), broken(deepcopy(rng), day)]
        inside = [(times >= first) & (times < end) for times, _ in parts]
        kept = [
            (times[which], values[which]) for (times, values), which in zip(parts, (~inside[0], inside[1]), strict=True)
        ]
        times = np.concatenate([one for one, _ in kept])
        order = np.argsort(times, kind="stable")
        return times[order], np.concatenate([one for _, one in kept])[order]

    return make
