"""Entries over any metric: their own metrics, by the same goal.

The one rule: an entry that binds nobody rings for nobody; a ratio, weighted or not, rings by its burn rate, everything
else by a window that misses the goal itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from slactl.alarming.burning import OPTIONS
from slactl.alarming.entries import (
    AVERAGE,
    Entry,
    crossing_of,
    in_metrics_unit,
    obstacle_of,
    too_many,
    values_of,
)
from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Unfit, Watch
from slactl.alarming.shares import MOST_METRICS, SHARE, Counts
from slactl.alarming.wording import length, per_cent
from slactl.model.alarm import Crossing, MetricTerm
from slactl.model.enforcement import Pair
from slactl.model.general import Measured, Ratio, Statistic, Statistical, WeightedAverage
from slactl.model.goal import Threshold
from slactl.model.objective import Objective

MISSES = "It misses its goal over {window}."
SHARE_OF = (
    "Rings when what is bad in {window}, {least} or more, reaches {share} of the whole (the same over {other} must "
    "hold too)."
)
OVER = "Rings when more than {share} of the values of {window}, {least} or more of them, miss the limit."
FIGURE = "Rings when the {stat} of {window} misses the goal."
WORDS = {Statistical.MAXIMUM: "Maximum", Statistical.MINIMUM: "Minimum"}


def _causes(scene: Scene) -> Iterator[Found]:
    for objective in scene.objectives:
        indicator = objective.indicator
        if not isinstance(indicator, Ratio | Statistic | WeightedAverage):
            continue
        if obstacle := obstacle_of(objective, indicator, scene):
            yield obstacle
        else:
            yield from _of_values(scene, objective, indicator)


def _of_values(scene: Scene, objective: Objective, indicator: Measured) -> Iterator[Found]:
    values = values_of(indicator, scene, objective)
    most = scene.whole("top")
    if len(values) > most:
        what = f"each of {len(values)} values has to keep it, and {most} at most get alarms"
        yield Unfit(objective, "too-many-values", what)
        return
    for value in values:
        entry = Entry(scene.metrics, indicator.breakdown, value)
        for one in _of_entry(scene, objective, indicator, entry):
            yield replace(one, operation=value) if isinstance(one, Cause) else one


def _of_entry(scene: Scene, objective: Objective, indicator: Measured, entry: Entry) -> list[Found]:
    if isinstance(indicator, Ratio):
        return _ratio(scene, objective, indicator, entry)
    if isinstance(indicator, WeightedAverage):
        return _weighted(scene, objective, indicator, entry)
    return [_figure(scene, objective, indicator, entry)]


def _ratio(scene: Scene, objective: Objective, indicator: Ratio, entry: Entry) -> list[Found]:
    if indicator.largest:
        what = "it asks for the greatest of several shares, which no alarm reckons"
        return [Unfit(objective, "largest", what)]
    return _share(scene, objective, lambda window: entry.ratio(indicator, window))


def _weighted(scene: Scene, objective: Objective, indicator: WeightedAverage, entry: Entry) -> list[Found]:
    """A share burns, too; within a window CloudWatch's own average of each metric stands for it."""
    window = scene.whole("window")
    weighed = {one: entry.weighed(indicator, one) for one in (window, *_windows(scene))}
    known = {one: found for one, found in weighed.items() if found is not None}
    if len(known) < len(weighed):
        return [Unfit(objective, "several-averages", "not each of its averages has one weight of its own")]
    if indicator.unit == "ratio":
        return _share(scene, objective, lambda one: known[one].counts(indicator, objective.goal))
    if len(known[window].terms) > MOST_METRICS:
        return [too_many(objective, len(known[window].terms))]
    limit = in_metrics_unit(objective.goal, indicator)
    watch = Watch(
        what="average",
        says=scene.say(FIGURE, stat="Average", window=length(window)),
        terms=known[window].average(objective.goal, limit, scene.whole("least_bad")),
        returned=AVERAGE,
        threshold=limit,
        crossing=crossing_of(objective.goal.comparison),
    )
    return [Cause((watch,), objective, scene.say(MISSES, window=length(window)))]


def _windows(scene: Scene) -> set[int]:
    return {window for pair in scene.pairs for window in (pair.long, pair.short)}


def _share(scene: Scene, objective: Objective, counts_of: Callable[[int], Counts]) -> list[Found]:
    if not objective.goal.allowed_share:
        return [Unfit(objective, "nothing-allowed", "its goal allows nothing, so no rate spends it")]
    held = counts_of(scene.pairs[0].long)
    if not held.fits:
        return [too_many(objective, len(held.terms))]
    return [_burning(scene, objective, counts_of, pair) for pair in scene.pairs]


def _burning(scene: Scene, objective: Objective, counts_of: Callable[[int], Counts], pair: Pair) -> Found:
    share = pair.factor * objective.goal.allowed_share
    if share > 1:
        what = f"{float(pair.factor):g} times the allowed share is {per_cent(share)}, which no window can reach"
        return Unfit(objective, "out-of-reach", what)
    least = scene.whole("least_bad")
    watches = tuple(
        Watch(
            what=f"burn {length(pair.long)}/{length(pair.short)} over {length(window)}",
            says=scene.say(SHARE_OF, share=share, window=length(window), least=few, other=length(other)),
            terms=counts_of(window).share(few),
            returned=SHARE,
            threshold=share * 100,
            crossing=Crossing.AT_LEAST,
        )
        for window, other, few in (
            (pair.long, pair.short, least),
            (pair.short, pair.long, min(least, scene.whole("least_bad_short"))),
        )
    )
    return Cause(watches, objective, scene.say(MISSES, window=length(pair.long)))


def _figure(scene: Scene, objective: Objective, indicator: Statistic, entry: Entry) -> Found:
    if indicator.of is Statistical.SUM:
        return Unfit(objective, "sum", "it is a sum over the whole period, which no window has")
    if indicator.of is Statistical.PERCENTILE:
        return _percentile(scene, objective, indicator, entry)
    window, stat = scene.whole("window"), WORDS[indicator.of]
    terms, returned = entry.extreme(indicator.term, stat, window)
    if sum(isinstance(one, MetricTerm) for one in terms) > MOST_METRICS:
        return too_many(objective, len(terms) - 1)
    watch = Watch(
        what=stat.casefold(),
        says=scene.say(FIGURE, stat=stat, window=length(window)),
        terms=terms,
        returned=returned,
        threshold=in_metrics_unit(objective.goal, indicator),
        crossing=crossing_of(objective.goal.comparison),
    )
    return Cause((watch,), objective, scene.say(MISSES, window=length(window)))


def _percentile(scene: Scene, objective: Objective, indicator: Statistic, entry: Entry) -> Found:
    """By the counts at its limit, which are exact of several metrics together too."""
    window, rank = scene.whole("window"), indicator.rank or Fraction(1, 2)
    limit = Threshold(in_metrics_unit(objective.goal, indicator), not objective.goal.comparison.strict)
    counts: Counts = entry.over_limit(indicator, limit, window)
    if not counts.fits:
        return too_many(objective, len(counts.terms))
    least = scene.whole("least_bad")
    watch = Watch(
        what=f"p{float(rank * 100):g}",
        says=scene.say(OVER, share=1 - rank, window=length(window), least=least),
        terms=counts.share(least),
        returned=SHARE,
        threshold=(1 - rank) * 100,
        crossing=Crossing.ABOVE,
    )
    return Cause((watch,), objective, scene.say(MISSES, window=length(window)))


INDICATOR = Kind(
    "indicator",
    "an entry over any metric misses its goal: a ratio burns its budget, another figure is over its limit",
    _causes,
    {
        **OPTIONS,
        "window": Needs(OptionType.PERIOD, "the window of percentiles, extremes and averages"),
        "top": Needs(OptionType.WHOLE, "so many values of a breakdown at most get alarms of their own", most=100),
    },
    general=True,
)
