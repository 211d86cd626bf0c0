"""The budget of a month or a year: a quarter left, and gone, as ``check --publish`` tells it.

The one rule: no news is bad news; a figure that nobody publishes rings as a budget of which little is left. What rings
for weeks, as a budget that is gone or unknown does, tells by itself: a composite that rings already tells nothing more.
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
            yield _low(scene, scene.service, objective)
            yield _gone(scene, scene.service, objective)


def _low(scene: Scene, service: Service, objective: Objective) -> Cause:
    """Little is left, or nobody knows; one alarm for both, so that what is unknown is told once."""
    span, left, window = _span(objective), scene.number("left"), scene.whole("within")
    says = (
        f"Rings when less than {{share}} of the {span}'s budget is left, or when slactl check --publish told nothing "
        "of it for {window}: it did not run, or the figure is INSUFFICIENT_DATA."
    )
    means = (
        f"A figure that is unknown may hide a {span}'s budget that is gone: slactl explain names the gap that decides, "
        "slactl collect reads what CloudWatch still has."
    )
    watch = Watch(
        what="budget low",
        says=scene.say(says, share=left, window=length(window)),
        terms=filled(_term(scene, service, objective)),
        returned=FILLED,
        threshold=left * 100,
        crossing=Crossing.BELOW,
        missing=Missing.BREACHING,
    )
    return Cause((watch,), objective, scene.say(means))


def _gone(scene: Scene, service: Service, objective: Objective) -> Cause:
    """Nothing is left, and that is known."""
    span = _span(objective)
    watch = Watch(
        what="budget gone",
        says=scene.say(f"Rings when slactl check --publish tells that the {span}'s budget is gone."),
        terms=filled(_term(scene, service, objective), 100),
        returned=FILLED,
        threshold=Fraction(0),
        crossing=Crossing.AT_MOST,
    )
    return Cause((watch,), objective, scene.say(f"Whatever fails until the {span} ends is past what was promised."))


def _span(objective: Objective) -> str:
    return "year" if objective.over_year else "month"


def _term(scene: Scene, service: Service, objective: Objective) -> MetricTerm:
    return MetricTerm("left", _metric(scene, service, objective), "Minimum", scene.whole("within"))


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
    alone=True,
)
