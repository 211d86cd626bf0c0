"""Good or bad of a total, each the sum of counts of any CloudWatch metrics."""

from __future__ import annotations

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, word_of
from slactl.configuration.indicators.kind import GENERAL, GoalParser, Kind
from slactl.configuration.indicators.terms import breakdown_of, entry_schema, read_terms, silence_of, terms_schema
from slactl.configuration.quantities import NUMBER, share_of_bad, share_of_good
from slactl.model.general import Ratio
from slactl.model.goal import Goal
from slactl.model.objective import Indicator

COUNTED = ("requests", "operations", "invocations", "checks", "runs", "items", "events", "minutes", "keys")
"""What a ratio may count, as its rows call it."""
WHOLE, LARGEST = "whole", "largest"


def _parse(fields: Fields) -> Ratio | None:
    named = [key for key in ("good", "bad") if fields.has(key)]
    if len(named) != 1:
        what = "has both good and bad" if named else "has neither good nor bad"
        hint = "name the one that its goal is about: good with >=, bad with <"
        fields.notes.mistake(fields.file, fields.line, f"{fields.where} {what}", hint)
    if not fields.has("total"):
        fields.missing("total", "what good or bad is a part of")
    part = read_terms(fields, named[0]) if named else None
    total = read_terms(fields, "total")
    unit = fields.get("unit", word_of(*COUNTED), COUNTED[0])
    silence, breakdown = silence_of(fields), breakdown_of(fields, part or ())
    largest = fields.get("judge", word_of(WHOLE, LARGEST), WHOLE) == LARGEST
    if largest and breakdown is None:
        fields.mistake("judge", "needs a breakdown, found none", "name the dimension whose largest value is meant")
    if len(named) != 1 or not part or not total:
        return None
    return Ratio(part, total, named[0] == "good", unit, silence, breakdown, largest)


def _goal_of(indicator: Indicator) -> GoalParser:
    return share_of_good if isinstance(indicator, Ratio) and indicator.counts_good else share_of_bad


def _either(text: str) -> Goal:
    """A goal of a ratio that was refused, and so says not whether it counts good or bad.

    Raises:
        Refused: for what is neither.
    """
    return share_of_good(text) if text.lstrip().startswith(">") else share_of_bad(text)


KIND = Kind(
    options={
        "good": terms_schema("what counts as good; the goal is >= or >"),
        "bad": terms_schema("what counts as bad; the goal is < or <="),
        "total": terms_schema("what good or bad is a part of"),
        "judge": p.words("whether all values together are judged, or the largest one's share of all", WHOLE, LARGEST),
        "unit": p.words("what is counted", *COUNTED),
    }
    | entry_schema(),
    parse=_parse,
    goal=_either,
    goal_schema=p.text("the least share of good, or the greatest of bad", rf"^\s*(<=|<|>=|>)\s*{NUMBER}\s*%\s*$"),
    needs=("total",),
    admits=GENERAL,
    goal_of=_goal_of,
    part="breakdown",
)
