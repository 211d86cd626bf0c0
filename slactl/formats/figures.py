"""The figures of one row as text: value, goal, margin.

The one rule: everything that prints a row's figure prints it through here, so that the page, the
JSON and the CSV show the same digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.numbers import (
    MS_PLACES,
    RATIO_PLACES,
    as_percentage,
    judged_milliseconds,
    judged_percent,
    judged_places,
    latency_goal,
    margin,
    milliseconds,
    percent,
    ratio_goal,
)
from slactl.formats.units import BY_VALUE, RATIO, quantity, quantity_goal, quantity_margin

if TYPE_CHECKING:
    from fractions import Fraction

    from slactl.formats.language import Language
    from slactl.model.goal import Goal
    from slactl.model.report import Reconciliation, Result

PERCENTILE = "percentile"
SHARES_OF_BAD = frozenset({"error-rate"})


def value_text(
    value: Fraction | None, indicator: str, goal: Goal | None, language: Language, unit: str = RATIO
) -> str | None:
    """A figure of an indicator, on its goal's true side where the goal is known; ``unit`` is its row's."""
    if value is None:
        return None
    if indicator in BY_VALUE:
        return quantity(value, unit, goal, language)
    if indicator == PERCENTILE:
        return judged_milliseconds(value, goal, language) if goal else milliseconds(value, language)
    if goal:
        return judged_percent(value, goal, language)
    return percent(value, language, up=indicator in SHARES_OF_BAD)


def goal_text(goal: Goal, indicator: str, language: Language, unit: str = RATIO) -> str:
    """The goal in the reader's signs; ``unit`` is its row's."""
    if indicator in BY_VALUE:
        return quantity_goal(goal, unit, language)
    return latency_goal(goal, language) if indicator == PERCENTILE else ratio_goal(goal, language)


def display(result: Result, goal: Goal | None, language: Language) -> str | None:
    """The row's value, None where it has none."""
    return value_text(result.value, result.indicator, goal, language, result.unit)


def margin_text(result: Result, goal: Goal, language: Language) -> str | None:
    """How far the value is from its goal: percentage points, milliseconds or its own unit, never flattering."""
    if result.value is None:
        return None
    if result.indicator in BY_VALUE:
        return quantity_margin(result.value, result.unit, goal, language)
    if result.indicator == PERCENTILE:
        places = judged_places(result.value, goal, MS_PLACES)
        return f"{margin(result.value, goal, places, language)} ms"
    scaled, value = as_percentage(goal), result.value * 100
    places = judged_places(value, scaled, RATIO_PLACES)
    points = language.gettext("pp")
    return f"{margin(value, scaled, places, language)} {points}"


def edge_difference(found: Reconciliation) -> int | None:
    """Routed requests at the edge that the service did not count; negative where it counted more (rule 21)."""
    if found.edge_requests is None or found.unrouted is None or found.service_requests is None:
        return None
    return found.edge_requests - found.unrouted - found.service_requests
