"""A day of the contract's calendar that misses the goal, off unless asked for.

The one rule: the day is one of the wall clock in the contract's zone, and is judged once, after it is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.burning import obstacle_of
from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Watch
from slactl.alarming.shares import SHARE, Ratio, of_service
from slactl.model.alarm import Crossing
from slactl.model.objective import Availability, ErrorRate, LatencyShare, Objective
from slactl.model.watched import Watched

DAY = 86400
MEANS = "A day at this rate spends {share} of the budget of a 30-day month, or more."


def _causes(scene: Scene) -> Iterator[Found]:
    for objective in scene.objectives:
        indicator = objective.indicator
        if not isinstance(indicator, Availability | ErrorRate | LatencyShare):
            continue
        obstacle = obstacle_of(objective, scene)
        if obstacle and obstacle.code != "nothing-allowed":
            yield obstacle
        elif scene.watched is not None:
            means = scene.say(MEANS, share=Fraction(1, 30))
            yield Cause((_watch(scene, objective, indicator, scene.watched),), objective, means)


def _watch(scene: Scene, objective: Objective, indicator: Ratio, watched: Watched) -> Watch:
    share, strict = objective.goal.allowed_share, objective.goal.comparison.strict
    more = "at least" if strict else "more than"
    says = f"Rings when {more} {{share}} of the requests of a day ({{zone}}) were bad."
    return Watch(
        what="daily",
        says=scene.say(says, share=share, zone=scene.timezone),
        terms=of_service(indicator, watched, DAY).share(least_bad=scene.whole("least_bad")),
        returned=SHARE,
        threshold=share * 100,
        crossing=Crossing.AT_LEAST if strict else Crossing.ABOVE,
        timezone=scene.timezone,
    )


DAILY = Kind(
    "daily",
    "a day of the contract's calendar misses the goal",
    _causes,
    {"least_bad": Needs(OptionType.WHOLE, "so many requests must be bad in the day")},
)
