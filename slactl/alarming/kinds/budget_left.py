"""The budget of a month or a year: a quarter left, and gone, as ``check --publish`` tells it.

The one rule: no news is bad news; a figure that is no longer published rings as if the budget were gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Unfit, Watch
from slactl.alarming.shares import FILLED, filled
from slactl.alarming.wording import length
from slactl.model.alarm import Crossing, MetricTerm, Missing
from slactl.model.metric import Metric
from slactl.model.objective import Objective
from slactl.model.service import Service

WINDOW = "month-to-date"
"""The check that publishes: with it an objective over the year tells of the year's budget."""


def _causes(scene: Scene) -> Iterator[Found]:
    if scene.service is None:
        return
    for objective in scene.objectives:
        if not objective.goal.allowed_share and not objective.per_operation:
            yield Unfit(objective, "nothing-allowed", "its goal allows nothing, so there is no budget to be left")
        else:
            yield from (Cause((watch,), objective) for watch in _watches(scene, scene.service, objective))


def _watches(scene: Scene, service: Service, objective: Objective) -> Iterator[Watch]:
    left = scene.number("left")
    span = "year" if objective.over_year else "month"
    told = f"Rings when less than {{share}} of the {span}'s budget is left"
    yield _watch(scene, service, objective, "budget low", told, left, Crossing.BELOW)
    told = f"Rings when the {span}'s budget is gone"
    yield _watch(scene, service, objective, "budget gone", told, Fraction(0), Crossing.AT_MOST)


def _watch(
    scene: Scene, service: Service, objective: Objective, what: str, told: str, left: Fraction, crossing: Crossing
) -> Watch:
    window = scene.whole("within")
    return Watch(
        what=what,
        says=scene.say(
            f"{told}, or when slactl check --publish told nothing of it for {{window}}.",
            share=left,
            window=length(window),
        ),
        terms=filled(MetricTerm("left", _metric(scene, service, objective), "Minimum", window)),
        returned=FILLED,
        threshold=left * 100,
        crossing=crossing,
        missing=Missing.BREACHING,
    )


def _metric(scene: Scene, service: Service, objective: Objective) -> Metric:
    own = [("Window", WINDOW), ("Service", service.key), ("Objective", objective.id)]
    own += [("Class", objective.operation_class)] if objective.operation_class else []
    return Metric(scene.namespace, "BudgetRemaining", (*scene.published, *own))


BUDGET_LEFT = Kind(
    "budget-left",
    "little is left of a budget, or nothing",
    _causes,
    {
        "left": Needs(OptionType.SHARE, "the share of the budget below which it is little"),
        "within": Needs(OptionType.PERIOD, "how often slactl check --publish runs at least"),
    },
)
