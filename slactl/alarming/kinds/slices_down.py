"""Slices that are down: two of the last three, of an availability that is counted by slices.

The one rule: a slice is one of the wall clock, as in the report; in a window that slides by the minute one bad slice
would be two datapoints. One of too few requests never counts as down here: the report judges it together with those
before it, which no alarm can do.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.burning import obstacle_of
from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Unfit, Watch
from slactl.alarming.shares import SHARE, of_service
from slactl.alarming.wording import MONTH, length
from slactl.model.alarm import Crossing
from slactl.model.objective import Availability, Evaluation, Objective
from slactl.model.watched import Watched

ON_THE_CLOCK = (60, 300, 3600)
"""The lengths of slices that an alarm can follow, in seconds."""


def _causes(scene: Scene) -> Iterator[Found]:
    for objective in scene.objectives:
        indicator = objective.indicator
        if not isinstance(indicator, Availability) or indicator.evaluation is not Evaluation.TIME_SLICES:
            continue
        obstacle = obstacle_of(objective, scene)
        if obstacle and obstacle.code != "nothing-allowed":
            yield obstacle
        elif scene.watched is not None:
            yield _cause(objective, indicator, scene.watched, scene)


def _cause(objective: Objective, indicator: Availability, watched: Watched, scene: Scene) -> Found:
    down, last = scene.whole("down"), scene.whole("of")
    if indicator.slice_seconds not in ON_THE_CLOCK:
        what = f"no alarm has periods of {length(indicator.slice_seconds)} on the wall clock"
        return Unfit(objective, "slice-length", what)
    if down > last:
        what = f"{down} of the last {last} slices of {length(indicator.slice_seconds)} cannot be watched"
        return Unfit(objective, "too-many-slices", what)
    bad = indicator.slice_goal.allowed_share
    enough = -(-1 // bad) if bad else 1
    says = (
        f"Rings when {{down}} of the last {{last}} slices of {{window}} were down: {_more(indicator)} {{share}} "
        "failed of {enough} requests or more."
    )
    slice_text = length(indicator.slice_seconds)
    watch = Watch(
        what=f"slices down {down} of {last}",
        says=scene.say(says, down=down, last=last, window=slice_text, share=bad, enough=int(enough)),
        terms=of_service(indicator, watched, indicator.slice_seconds).share(least_total=int(enough)),
        returned=SHARE,
        threshold=bad * 100,
        crossing=Crossing.AT_LEAST if indicator.slice_goal.comparison.strict else Crossing.ABOVE,
        evaluation_periods=last,
        datapoints=down,
        timezone=scene.timezone,
    )
    return Cause((watch,), objective, _means(scene, objective, down * indicator.slice_seconds))


def _more(indicator: Availability) -> str:
    return "at least" if indicator.slice_goal.comparison.strict else "more than"


def _means(scene: Scene, objective: Objective, seconds: int) -> str:
    allowed = objective.goal.allowed_share * MONTH
    if not allowed:
        return scene.say("Nothing may be down.")
    spent = Fraction(seconds) / allowed
    return scene.say("So much downtime spends {share} of the budget of a 30-day month.", share=spent)


SLICES_DOWN = Kind(
    "slices-down",
    "slices of an availability are down",
    _causes,
    {
        "down": Needs(OptionType.WHOLE, "so many slices must be down", most=24),
        "of": Needs(OptionType.WHOLE, "of so many last ones", most=24),
    },
)
