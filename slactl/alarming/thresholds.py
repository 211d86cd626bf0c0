"""Thresholds on what CloudWatch computes of a few minutes: percentiles and the share of fast requests.

The one rule: a percentile is asked of the service's own series, never made of the operations' percentiles; with few
requests it waits (``ignore``) rather than ring for a single slow one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.burning import obstacle_of
from slactl.alarming.kind import Cause, Found, Needs, OptionType, Scene, Watch
from slactl.alarming.shares import fast
from slactl.alarming.wording import MONTH, length
from slactl.model.alarm import Crossing, MetricTerm
from slactl.model.metric import Stream
from slactl.model.objective import LatencyShare, Objective, Percentile

OPTIONS = {
    "period": Needs(OptionType.PERIOD, "the length of a datapoint, at most 6h", most=21600),
    "slow": Needs(OptionType.WHOLE, "so many datapoints must be over the limit", most=24),
    "of": Needs(OptionType.WHOLE, "of so many last ones", most=24),
}


def percentile_causes(scene: Scene, rank: Fraction) -> Iterator[Found]:
    """Each percentile objective of a rank."""
    for objective in scene.objectives:
        if not isinstance(objective.indicator, Percentile) or objective.indicator.rank != rank:
            continue
        obstacle = obstacle_of(objective, scene)
        if obstacle:
            yield obstacle
        elif scene.watched is not None:
            watch = _watch(scene, scene.watched.total, objective, objective.indicator.name)
            yield Cause((watch,), objective, _means(scene, objective))


def share_causes(scene: Scene) -> Iterator[Found]:
    """Each latency share, by the share of fast requests that CloudWatch computes."""
    for objective in scene.objectives:
        if not isinstance(objective.indicator, LatencyShare):
            continue
        obstacle = obstacle_of(objective, scene)
        if obstacle and obstacle.code != "nothing-allowed":
            yield obstacle
        elif scene.watched is not None:
            stat = f"PR(:{fast(objective.indicator.threshold)})"
            yield Cause((_watch(scene, scene.watched.total, objective, stat),), objective, _means(scene, objective))


def _means(scene: Scene, objective: Objective) -> str:
    """What it takes of a budget at least, if requests come evenly: who is over the limit is over what is allowed."""
    allowed, stretch = objective.goal.allowed_share, scene.whole("period") * scene.whole("slow")
    if isinstance(objective.indicator, Percentile):
        allowed = 1 - objective.indicator.rank
    if not allowed:
        return scene.say("No request may be over the limit.")
    told = (
        "More requests are over the limit than the {share} that may be; {window} of that spend {spent} of the budget "
        "of a 30-day month, or more."
    )
    return scene.say(told, share=allowed, window=length(stretch), spent=Fraction(stretch, MONTH))


def _watch(scene: Scene, stream: Stream, objective: Objective, stat: str) -> Watch:
    """One statistic of the latency against the goal itself: of a share in per cent, of a percentile in ms."""
    goal, share = objective.goal, stat.startswith("PR")
    period, slow, last = scene.whole("period"), scene.whole("slow"), scene.whole("of")
    misses = {
        (True, True): Crossing.AT_MOST,
        (True, False): Crossing.BELOW,
        (False, True): Crossing.AT_LEAST,
        (False, False): Crossing.ABOVE,
    }
    figure = "the share of fast requests" if share else "the {stat}"
    says = f"Rings when {figure} missed the goal in {{slow}} of the last {{last}} stretches of {{window}}."
    return Watch(
        what="slow share" if share else f"{stat} threshold",
        says=scene.say(says, stat=stat, slow=slow, last=last, window=length(period)),
        terms=(MetricTerm("latency", stream.latency, stat, period),),
        returned="latency",
        threshold=goal.limit * 100 if share else goal.limit,
        crossing=misses[goal.comparison.wants_high, goal.comparison.strict],
        evaluation_periods=last,
        datapoints=slow,
        low_samples=None if share else "ignore",
    )
