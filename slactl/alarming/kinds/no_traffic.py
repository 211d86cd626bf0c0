"""Silence where there should be traffic.

The one rule: an alarm has the same window all week, so it is the shortest in which every stretch of the usual week
holds at least ten requests; a service with longer pauses is told to be unwatched, not watched by guesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from slactl.alarming.form import period_in
from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Unfit, Watch
from slactl.alarming.shares import FILLED, filled
from slactl.alarming.wording import length
from slactl.model.alarm import Crossing, MetricTerm, Missing
from slactl.model.metric import Stream
from slactl.model.objective import Availability, Objective
from slactl.model.watched import HOURS_OF_WEEK

WHAT = "no traffic"
HOUR, QUARTER = 3600, 900
WINDOWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72)


def window_of(weekly: Sequence[int], least: int, longest: int, stands: int | None = None) -> int | None:
    """The shortest window, in seconds, in which every stretch of the usual week holds ``least`` requests.

    A quarter of an hour is taken where every hour holds eight times as many: traffic within an hour is uneven.

    Args:
        weekly: requests of each hour of the week.
        least: how many a window must promise.
        longest: the longest window, in seconds.
        stands: the window that is watched now. It stays until it promises too little, or a shorter one twice enough.
    """
    shortest = _shortest(weekly, least, longest)
    if stands is None or shortest is None or shortest >= stands or stands > longest:
        return shortest
    eager = _shortest(weekly, 2 * least, longest)
    return eager if eager is not None and eager < stands else stands


def _shortest(weekly: Sequence[int], least: int, longest: int) -> int | None:
    if min(weekly) >= 8 * least and longest >= QUARTER:
        return QUARTER
    twice = [*weekly, *weekly]
    for hours in (hours for hours in WINDOWS if hours * HOUR <= longest):
        if min(sum(twice[start : start + hours]) for start in range(HOURS_OF_WEEK)) >= least:
            return hours * HOUR
    return None


def _causes(scene: Scene) -> Iterator[Found]:
    judged = [one for one in scene.objectives if isinstance(one.indicator, Availability)]
    objective = next(iter(sorted(judged, key=lambda one: one.advisory)), None)
    found = _window(scene, objective)
    if isinstance(found, Unfit):
        yield found
    elif scene.watched is not None:
        watch = _watch(scene, scene.watched.total, found)
        yield Cause((watch,), objective, scene.say("Silence may be the worst of outages."))


def _window(scene: Scene, objective: Objective | None) -> int | Unfit:
    """The window to watch; where nobody could read how much traffic there is, the one that stands."""
    stands = period_in(scene.stands(objective, WHAT) or {})
    weekly = scene.watched.weekly if scene.watched else ()
    if len(weekly) != HOURS_OF_WEEK:
        return stands or Unfit(objective, "not-found", "nobody knows how much traffic it usually has")
    least, longest = scene.whole("least_requests"), scene.whole("longest")
    what = f"the last four weeks promise {least} requests in no window of at most {length(longest)} at all times"
    return window_of(weekly, least, longest, stands) or Unfit(objective, "too-little-traffic", what)


def _watch(scene: Scene, stream: Stream, window: int) -> Watch:
    says = "Rings when there was no request for {window}, where the last four weeks promise {least} or more."
    return Watch(
        what=WHAT,
        says=scene.say(says, window=length(window), least=scene.whole("least_requests")),
        terms=filled(MetricTerm("requests", stream.requests, stream.request_stat, window)),
        returned=FILLED,
        threshold=Fraction(1),
        crossing=Crossing.BELOW,
        missing=Missing.BREACHING,
    )


NO_TRAFFIC = Kind(
    "no-traffic",
    "no request, where the last four weeks promise some",
    _causes,
    {
        "least_requests": Needs(OptionType.WHOLE, "so many requests must be promised"),
        "longest": Needs(OptionType.PERIOD, "the longest silence that is watched for"),
    },
)
