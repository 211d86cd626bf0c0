"""M of N: which state an evaluation of datapoints brings.

The one rule: as CloudWatch does, datapoints that are there are taken first, a little older ones in the place of
missing ones too; what a missing one counts as is asked only where even so fewer than N are there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from slactl.model.alarm import Crossing, MetricAlarm, Missing

OLDER = 2
"""So many datapoints before the last N are fetched where the window slides."""
CROSSES: dict[Crossing, Callable[[float, float], bool]] = {
    Crossing.AT_LEAST: operator.ge,
    Crossing.ABOVE: operator.gt,
    Crossing.BELOW: operator.lt,
    Crossing.AT_MOST: operator.le,
}


class Verdict(IntEnum):
    """What an evaluation says; STAYS: the state is the one before, UNREAD: what decides was not read."""

    QUIET = 0
    RINGS = 1
    STAYS = 2
    UNREAD = 3


@dataclass(frozen=True, slots=True)
class Decider:
    """How an alarm decides."""

    crosses: Callable[[float, float], bool]
    threshold: float
    needed: int
    periods: int
    missing: Missing

    @classmethod
    def of(cls, alarm: MetricAlarm) -> Decider:
        return cls(
            CROSSES[alarm.crossing], float(alarm.threshold), alarm.datapoints, alarm.evaluation_periods, alarm.missing
        )

    def verdict(self, points: Sequence[float | None]) -> Verdict:
        """Of datapoints, the newest first."""
        real = [(age, value) for age, value in enumerate(points) if value is not None][: self.periods]
        crossing = sum(1 for _, value in real if self.crosses(value, self.threshold))
        lacking = self.periods - len(real)
        if self.missing is Missing.BREACHING:
            crossing += lacking
        if crossing >= self.needed:
            return Verdict.RINGS
        if not lacking or self.missing in (Missing.BREACHING, Missing.NOT_BREACHING):
            return Verdict.QUIET
        return self._of_few([age for age, _ in real], all_cross=crossing == len(real))

    def _of_few(self, ages: Sequence[int], *, all_cross: bool) -> Verdict:
        """Of fewer datapoints than N, none filled in: crossing ones that grow old ring, that they do not come late."""
        if self.missing is Missing.IGNORE:
            return Verdict.STAYS if all_cross else Verdict.QUIET
        if ages and all_cross and ages[-1] + 1 >= self.needed:
            return Verdict.RINGS
        return Verdict.QUIET
