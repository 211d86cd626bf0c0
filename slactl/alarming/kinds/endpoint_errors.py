"""Errors of single endpoints, of promises that each operation has to keep.

The one rule: the busiest endpoints are watched by their share of bad requests, each by an alarm of its own; of the
others one alarm counts failures, because Metrics Insights divides nothing, and it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from slactl.alarming.insights import LONGEST_LOOK, select_faults
from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Unfit, Watch
from slactl.alarming.shares import SHARE, Ratio, counts
from slactl.alarming.wording import length
from slactl.model.alarm import Crossing, MathTerm
from slactl.model.metric import Stream
from slactl.model.objective import Availability, ErrorRate, Objective
from slactl.model.watched import Endpoint, Watched

WHAT = "endpoint errors"


def _causes(scene: Scene) -> Iterator[Found]:
    for objective in scene.objectives:
        indicator = objective.indicator
        if not isinstance(indicator, ErrorRate | Availability) or not objective.per_operation:
            continue
        if scene.watched is None:
            yield Unfit(objective, "not-found", "nobody knows the service's endpoints")
        else:
            yield from _endpoints(scene, scene.watched, objective, indicator)


def _endpoints(scene: Scene, watched: Watched, objective: Objective, indicator: Ratio) -> Iterator[Found]:
    mine = _of_class(scene, watched.endpoints, objective.operation_class)
    by_traffic = sorted(mine, key=lambda one: (-one.requests, one.operation))
    top = _top(scene, objective, by_traffic)
    for endpoint in top:
        yield _endpoint(scene, objective, indicator, endpoint)
    if len(by_traffic) > len(top):
        yield _others(scene, objective, watched.total, len(by_traffic) - len(top))


def _top(scene: Scene, objective: Objective, by_traffic: list[Endpoint]) -> list[Endpoint]:
    """The busiest endpoints; the last fifth of the places is for those that already have an alarm.

    So endpoints that are nearly as busy as each other do not change places with every plan.
    """
    most = scene.whole("top")
    fringe = most // 5
    sure, near = by_traffic[: most - fringe], by_traffic[most - fringe : most + fringe]
    staying = [one for one in near if scene.stands(objective, WHAT, one.operation) is not None]
    coming = [one for one in near if one not in staying]
    return sure + [*staying, *coming][:fringe]


def _of_class(scene: Scene, endpoints: Sequence[Endpoint], wanted: str | None) -> list[Endpoint]:
    service = scene.service
    if wanted is None or service is None:
        return list(endpoints)
    return [
        one
        for one in endpoints
        if any(service.place(stream.operation or "").operation_class == wanted for stream in one.streams)
    ]


def _endpoint(scene: Scene, objective: Objective, indicator: Ratio, endpoint: Endpoint) -> Found:
    window, least = scene.whole("window"), scene.whole("least_bad")
    found = counts(indicator, endpoint.streams, window)
    if not found.fits:
        what = f"{endpoint.operation} is counted from {len(endpoint.streams)} series, an alarm holds ten metrics"
        return Unfit(objective, "too-many-series", what)
    share = objective.goal.allowed_share
    strict = objective.goal.comparison.strict
    more = "at least" if strict else "more than"
    says = (
        f"Rings when {more} {{share}} of the requests of {{operation}} in {{window}} were bad, "
        "{least} of them or more."
    )
    watch = Watch(
        what=WHAT,
        says=scene.say(says, share=share, operation=endpoint.operation, window=length(window), least=least),
        terms=found.share(least_bad=least),
        returned=SHARE,
        threshold=share * 100,
        crossing=Crossing.AT_LEAST if strict else Crossing.ABOVE,
    )
    means = scene.say("It misses its goal over {window}.", window=length(window))
    return Cause((watch,), objective, means, endpoint.operation)


def _others(scene: Scene, objective: Objective, stream: Stream, count: int) -> Found:
    query = select_faults(stream)
    if query is None:
        what = f"{count} endpoints beyond the busiest are of another account, or of a name that no query can hold"
        return Unfit(objective, "beyond-top", what)
    window, least = scene.whole("rest_window"), scene.whole("rest_faults")
    watch = Watch(
        what="errors of all endpoints",
        says=scene.say(
            "Rings when any endpoint had {least} server errors or more in {window}. Only the busiest {top} have an "
            "alarm of their own. It counts: it knows no shares and no client errors, sees what the agreement ignores "
            "too, looks at 500 endpoints at most, and an endpoint that falls silent counts as well again.",
            least=least,
            window=length(window),
            top=scene.whole("top"),
        ),
        terms=(MathTerm("faults", query, "server errors", window),),
        returned="faults",
        threshold=Fraction(least),
        crossing=Crossing.AT_LEAST,
    )
    return Cause((watch,), objective, scene.say("The report judges each of them by its share."))


ENDPOINT_ERRORS = Kind(
    "endpoint-errors",
    "an endpoint fails its own promise",
    _causes,
    {
        "top": Needs(OptionType.WHOLE, "so many endpoints, the busiest, get an alarm of their own", most=1000),
        "window": Needs(OptionType.PERIOD, "the window of their shares"),
        "least_bad": Needs(OptionType.WHOLE, "so many requests must be bad in it"),
        "rest_window": Needs(OptionType.PERIOD, "the window of the counts of all, at most 3h", most=LONGEST_LOOK),
        "rest_faults": Needs(OptionType.WHOLE, "so many server errors of one endpoint ring"),
    },
)
