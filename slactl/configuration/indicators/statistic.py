"""A percentile, maximum, minimum or sum of one metric, in a unit that is converted exactly."""

from __future__ import annotations

from fractions import Fraction

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, word_of
from slactl.configuration.indicators.kind import GENERAL, GoalParser, Kind
from slactl.configuration.indicators.measures import SCALE, UNITS, VALUE_GOAL, any_goal, factor, under, value_goal
from slactl.configuration.indicators.terms import Manner, breakdown_of, entry_schema, one_term, silence_of, term_schema
from slactl.configuration.mistakes import Refused, did_you_mean, one_of
from slactl.configuration.nodes import Scalar
from slactl.configuration.quantities import rank
from slactl.model.general import Statistic, Statistical
from slactl.model.objective import Indicator

STATS = {Statistical.MAXIMUM: "Maximum", Statistical.MINIMUM: "Minimum", Statistical.SUM: "Sum"}
WORDS = tuple(word.value for word in STATS)
WHAT = f"must be a percentile such as p99, or {one_of(WORDS)}"


def statistic(scalar: Scalar) -> tuple[Statistical, Fraction | None]:
    """What is judged, and a percentile's rank.

    Raises:
        Refused: for an average, and for what is no statistic.
    """
    if scalar.text in WORDS:
        return Statistical(scalar.text), None
    if scalar.text.casefold() in ("average", "mean", "avg"):
        raise Refused(WHAT, "averages don't add up: take p50, or weigh it by a count with indicator: weighted-average")
    try:
        return Statistical.PERCENTILE, rank(scalar.text)
    except Refused as refused:
        hint = refused.hint or did_you_mean(scalar.text.casefold(), WORDS)
        raise Refused(WHAT, hint) from None


def _parse(fields: Fields) -> Statistic | None:
    of = fields.must("statistic", statistic, f"a percentile such as p99, or {one_of(WORDS)}")
    word = fields.must("unit", word_of(*UNITS), "the unit in which the metric is published")
    divisor = fields.get("divide_by", factor)
    found = one_term(fields, "metric", Manner(_stat_of(*of) if of else "Sum"))
    beside = one_term(fields, "beside", Manner("SampleCount")) if fields.has("beside") else None
    silence = silence_of(fields)
    breakdown = breakdown_of(fields, (found[0],) if found else ())
    if of is None or found is None or word is None:
        return None
    unit, scale = ("ratio", 1 / divisor) if divisor else UNITS[word]
    return Statistic(found[0], of[0], unit, scale, of[1], silence, breakdown, beside[0] if beside else None)


def _stat_of(of: Statistical, rank_of: Fraction | None) -> str:
    """What CloudWatch calls a statistic."""
    return STATS[of] if rank_of is None else f"p{float(rank_of * 100):g}"


def _goal_of(indicator: Indicator) -> GoalParser:
    if not isinstance(indicator, Statistic):
        return any_goal
    return under(indicator.unit) if indicator.rank is not None else value_goal(indicator.unit)


_DIVISOR: dict[str, object] = {
    "type": ["number", "string"],
    "pattern": SCALE,
    "description": "a limit in the metric's own unit; the figure is a share of it",
}

_BESIDE = "a metric that has points as soon as this one could: where it is known, silence: zero is believed"

KIND = Kind(
    options={
        "metric": term_schema(Manner("")),
        "statistic": p.text("p99 or another percentile, maximum, minimum or sum", rf"{p.RANK}|^({'|'.join(WORDS)})$"),
        "unit": p.words("the unit in which the metric is published", *UNITS),
        "divide_by": _DIVISOR,
        "beside": term_schema(Manner("SampleCount")) | {"description": _BESIDE},
    }
    | entry_schema(),
    parse=_parse,
    goal=any_goal,
    goal_schema=p.text("a limit with its unit, such as < 1ms", VALUE_GOAL),
    needs=("metric", "statistic", "unit"),
    admits=GENERAL,
    goal_of=_goal_of,
    part="breakdown",
)
