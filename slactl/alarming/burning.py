"""Burn rates as alarms: two windows, each a single datapoint, that must both burn.

The one rule: a burn rate is a share of bad requests over the share that the goal allows; it is watched as that share,
so the threshold is factor x (1 - goal), and a share above 100 % is said to be out of reach, not lowered. Neither window
believes a share of a few bad requests: while the long one still holds an outage, a single failure is no second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.kind import Cause, Found, Needs, OptionType, Scene, Unfit, Watch
from slactl.alarming.shares import SHARE, Ratio, of_service
from slactl.alarming.wording import MONTH, length, per_cent
from slactl.model.alarm import Crossing
from slactl.model.enforcement import Pair
from slactl.model.objective import Availability, LatencyShare, Objective
from slactl.model.watched import Watched

OPTIONS = {
    "pairs": Needs(OptionType.PAIRS, "the windows and how many times as fast as the budget lasts"),
    "least_bad": Needs(OptionType.WHOLE, "so many requests must be bad in the long window"),
    "least_bad_short": Needs(OptionType.WHOLE, "so many of them in the short window; least_bad where that is less"),
}


def burn_causes(scene: Scene) -> Iterator[Found]:
    """The pairs of each availability and latency share, on requests."""
    for objective in scene.objectives:
        indicator = objective.indicator
        if not isinstance(indicator, Availability | LatencyShare):
            continue
        if obstacle := obstacle_of(objective, scene):
            yield obstacle
        elif scene.watched is not None:
            for pair in scene.pairs:
                yield _cause(objective, indicator, scene, scene.watched, pair)


def obstacle_of(objective: Objective, scene: Scene) -> Unfit | None:
    """Why the service's own series cannot watch a promise."""
    if objective.operation_class is not None:
        what = f"it promises for the class {objective.operation_class}, which has no series of its own"
        return Unfit(objective, "class", what)
    if not objective.goal.allowed_share:
        return Unfit(objective, "nothing-allowed", "its goal allows nothing, so no rate spends it")
    if scene.watched is None:
        return Unfit(objective, "not-found", "nobody knows the service's series")
    return None


def _cause(objective: Objective, indicator: Ratio, scene: Scene, watched: Watched, pair: Pair) -> Found:
    share = pair.factor * objective.goal.allowed_share
    if share > 1:
        what = f"{float(pair.factor):g} times the allowed share is {per_cent(share)}, which no window can reach"
        return Unfit(objective, "out-of-reach", what)
    least_bad = scene.whole("least_bad")
    few = min(least_bad, scene.whole("least_bad_short"))
    long, short = (
        _watch(objective, indicator, scene, watched, window, pair, least)
        for window, least in ((pair.long, least_bad), (pair.short, few))
    )
    spent = pair.factor * Fraction(pair.long, MONTH)
    means = "That spends {share} of the budget of a 30-day month in {window}."
    return Cause((long, short), objective, scene.say(means, share=spent, window=length(pair.long)))


def _watch(
    objective: Objective, indicator: Ratio, scene: Scene, watched: Watched, window: int, pair: Pair, least_bad: int
) -> Watch:
    share = pair.factor * objective.goal.allowed_share
    bad = "were not under the threshold" if isinstance(indicator, LatencyShare) else "failed"
    floor = ", at least {least} of them," if least_bad > 1 else ""
    return Watch(
        what=f"burn {length(pair.long)}/{length(pair.short)} over {length(window)}",
        says=scene.say(
            f"Rings when {{share}} of the requests of {{window}}{floor} {bad} (the same over {{other}} must hold too).",
            share=share,
            window=length(window),
            least=least_bad,
            other=length(pair.short if window == pair.long else pair.long),
        ),
        terms=of_service(indicator, watched, window).share(least_bad),
        returned=SHARE,
        threshold=share * 100,
        crossing=Crossing.AT_LEAST,
    )
