"""A rate that is published as an average, weighted bucket by bucket by the count that it is the rate of."""

from __future__ import annotations

from dataclasses import replace

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, word_of
from slactl.configuration.indicators.kind import GENERAL, GoalParser, Kind
from slactl.configuration.indicators.measures import UNITS, VALUE_GOAL, any_goal, value_goal
from slactl.configuration.indicators.terms import (
    COUNTED,
    Manner,
    breakdown_of,
    entry_schema,
    one_term,
    silence_of,
    term_schema,
)
from slactl.model.general import WeightedAverage
from slactl.model.objective import Indicator

VALUE = Manner("Average", ("unit",))
AVERAGED = tuple(unit for unit in UNITS if unit != "count")


def _parse(fields: Fields) -> WeightedAverage | None:
    value, weight = one_term(fields, "value", VALUE), one_term(fields, "weight", COUNTED)
    word = _unit(value[1]) if value else None
    silence = silence_of(fields)
    breakdown = breakdown_of(fields, (value[0],) if value else ())
    if value is None or weight is None or word is None:
        return None
    unit, scale = UNITS[word]
    term = replace(value[0], scale=value[0].scale * scale)
    return WeightedAverage(term, weight[0], unit, silence, breakdown)


def _unit(fields: Fields) -> str | None:
    """The unit in which a rate is published; one that is scaled by hand is a ratio then."""
    if fields.has("scale") and not fields.has("unit"):
        return "ratio"
    return fields.must("unit", word_of(*AVERAGED), "percent, if it is published so: a rate of 0.5 may be half of all")


def _goal_of(indicator: Indicator) -> GoalParser:
    return value_goal(indicator.unit) if isinstance(indicator, WeightedAverage) else any_goal


_UNIT: dict[str, object] = {"unit": p.words("the unit in which the metric is published", *AVERAGED)}

KIND = Kind(
    options={
        "value": term_schema(VALUE, _UNIT),
        "weight": term_schema(COUNTED),
    }
    | entry_schema(),
    parse=_parse,
    goal=any_goal,
    goal_schema=p.text("a limit with its unit, such as < 0.5%", VALUE_GOAL),
    needs=("value", "weight"),
    admits=GENERAL,
    goal_of=_goal_of,
    part="breakdown",
)
