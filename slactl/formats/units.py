"""The units that figures of any metric are printed in.

The one rule: a value and its goal are printed in one unit as far as readers want it, the agreement's own: what is
written as microseconds or megabytes stays so; conversion is exact, and rounding is never better than the truth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.language import mark_many
from slactl.formats.numbers import MS_PLACES, RATIO_PLACES, SIGNS, exact, fixed, judged_places, margin
from slactl.model.goal import Goal

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.objective import Objective

BY_VALUE = frozenset({"statistic", "weighted-average"})
"""Indicators whose figure is in the row's unit; those of the others are ratios, and latencies milliseconds."""

GENERAL = frozenset({*BY_VALUE, "ratio", "control", "alarm-record"})
"""Indicators that are no figure of a service's requests: their parts are no endpoints."""

RATIO = "ratio"
_WRITTEN = re.compile(r"[A-Za-z%]*$")
_BYTES = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_SHORT = 10
FINE_PLACES = 3


COUNTS = {
    "requests": mark_many("{n} request", "{n} requests"),
    "operations": mark_many("{n} operation", "{n} operations"),
    "invocations": mark_many("{n} invocation", "{n} invocations"),
    "checks": mark_many("{n} check", "{n} checks"),
    "starts": mark_many("{n} start", "{n} starts"),
    "runs": mark_many("{n} run", "{n} runs"),
    "items": mark_many("{n} item", "{n} items"),
    "events": mark_many("{n} event", "{n} events"),
    "minutes": mark_many("{n} minute", "{n} minutes"),
    "keys": mark_many("{n} key", "{n} keys"),
    "days": mark_many("{n} day", "{n} days"),
    "slices": mark_many("{n} slice", "{n} slices"),
    "crossings": mark_many("{n} crossing", "{n} crossings"),
}


SAMPLES = {
    ("AWS/Lambda", "Duration"): "invocations",
    ("LambdaInsights", "init_duration"): "starts",
    ("AWS/DynamoDB", "SuccessfulRequestLatency"): "operations",
    ("AWS/MemoryDB", "SuccessfulReadRequestLatency"): "operations",
    ("AWS/MemoryDB", "SuccessfulWriteRequestLatency"): "operations",
}
"""What the samples of a metric are, where they are no requests."""


def count_unit(unit: str, objective: Objective | None) -> str:
    """What a row counts: its own unit where that is a count, else the samples of the metric that it is read from."""
    if unit in COUNTS or objective is None:
        return unit
    term = getattr(objective.indicator, "term", None)
    return SAMPLES.get((term.namespace, term.name), "requests") if term else unit


def counted(number: str, unit: str, language: Language) -> str:
    """So many of what a row counts, requests where its unit is that of a latency; ``number`` is printed already."""
    return language.ngettext(*COUNTS.get(unit, COUNTS["requests"]), 1 if number == "1" else 2).format(n=number)


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit as it is printed: its sign, its size in the row's unit, and the least places of a value."""

    sign: str
    size: Fraction = Fraction(1)
    places: int = 0

    def text(self, number: str) -> str:
        """A number with the unit: per cent signs stand close, as the reader's language has them."""
        return f"{number}%" if self.sign == "%" else f"{number} {self.sign}".rstrip()

    def goal(self, goal: Goal) -> Goal:
        """The same goal over this unit."""
        return Goal(goal.comparison, goal.limit / self.size, goal.text)


PERCENT = Scale("%", Fraction(1, 100), RATIO_PLACES)
MICRO = Scale("\N{MICRO SIGN}s", Fraction(1, 1000), MS_PLACES)
MILLI = Scale("ms", Fraction(1), MS_PLACES)


def unit_of(objective: Objective) -> str:
    """The unit of an objective's rows, where its figure is in one."""
    return getattr(objective.indicator, "unit", RATIO)


def written_unit(goal: Goal | None) -> str:
    """The unit that the agreement wrote its limit in; empty where it wrote none."""
    found = _WRITTEN.search(goal.text) if goal else None
    return found.group() if found else ""


def scale_of(unit: str, goal: Goal | None) -> Scale:
    """How a value in a row's unit is printed beside its goal."""
    written = written_unit(goal)
    if unit == RATIO:
        return PERCENT
    if unit == "ms":
        return MICRO if written == "us" else MILLI
    if unit == "bytes" and written in _BYTES:
        return Scale(written, Fraction(_BYTES[written]), 0 if written == "B" else FINE_PLACES)
    fixed_ones = {"us": Scale(MICRO.sign, Fraction(1), MS_PLACES), "s": Scale("s", Fraction(1), FINE_PLACES)}
    return fixed_ones.get(unit, Scale("B" if unit == "bytes" else ""))


def _scale_of_goal(unit: str, goal: Goal) -> Scale:
    """The same, of the goal itself: seconds stay seconds, though their values are told in milliseconds."""
    return Scale("s", Fraction(1000)) if unit == "ms" and written_unit(goal) == "s" else scale_of(unit, goal)


def quantity(value: Fraction, unit: str, goal: Goal | None, language: Language) -> str:
    """A value on its goal's true side (rule 4); without a goal rounded up."""
    scale = scale_of(unit, goal)
    shown = value / scale.size
    places = _places(shown, scale)
    if goal is None:
        return scale.text(fixed(shown, places, language, up=True))
    places = judged_places(shown, scale.goal(goal), places)
    return scale.text(fixed(shown, places, language, up=not goal.comparison.wants_high))


def quantity_goal(goal: Goal, unit: str, language: Language) -> str:
    """``< 1 ms``, ``≤ 6 MB``, ``≥ 1``: in the unit the agreement wrote."""
    scale = _scale_of_goal(unit, goal)
    return f"{SIGNS[goal.comparison]} {scale.text(exact(goal.limit / scale.size, language))}"


def quantity_margin(value: Fraction, unit: str, goal: Goal, language: Language) -> str:
    """How far a value is on the good side of its goal, rounded down; shares in percentage points."""
    scale = scale_of(unit, goal)
    scaled, shown = scale.goal(goal), value / scale.size
    places = judged_places(shown, scaled, _places(shown, scale))
    sign = language.gettext("pp") if scale.sign == "%" else scale.sign
    return f"{margin(shown, scaled, places, language)} {sign}".rstrip()


def _places(shown: Fraction, scale: Scale) -> int:
    """More places for short times, and for counts that are no whole numbers."""
    if scale is MILLI and abs(shown) < _SHORT:
        return FINE_PLACES
    return FINE_PLACES if not scale.places and shown.denominator != 1 else scale.places
