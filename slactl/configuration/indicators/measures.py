"""Units of metrics, and goals with units: what a figure of any metric is held against.

The one rule: a unit is always written where there is more than one, and conversion is exact: microseconds, per cent
and megabytes are read into milliseconds, ratios and bytes as fractions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from slactl.configuration.fields import quantity
from slactl.configuration.mistakes import Refused, one_of
from slactl.configuration.nodes import Scalar
from slactl.configuration.quantities import NUMBER, signed
from slactl.model.goal import Comparison, Goal

GoalParser = Callable[[str], Goal]

UNITS: Mapping[str, tuple[str, Fraction]] = {
    "us": ("ms", Fraction(1, 1000)),
    "ms": ("ms", Fraction(1)),
    "s": ("ms", Fraction(1000)),
    "percent": ("ratio", Fraction(1, 100)),
    "ratio": ("ratio", Fraction(1)),
    "bytes": ("bytes", Fraction(1)),
    "count": ("count", Fraction(1)),
}
"""The units that a metric may be published in: the unit of the page, and what a point is multiplied by."""

GOAL_UNITS: Mapping[str, Mapping[str, Fraction]] = {
    "ms": {
        "us": Fraction(1, 1000),
        "ms": Fraction(1),
        "s": Fraction(1000),
        "m": Fraction(60_000),
        "h": Fraction(3_600_000),
        "d": Fraction(86_400_000),
    },
    "ratio": {"%": Fraction(1, 100)},
    "bytes": {
        "B": Fraction(1),
        "kB": Fraction(10**3),
        "MB": Fraction(10**6),
        "GB": Fraction(10**9),
        "KiB": Fraction(2**10),
        "MiB": Fraction(2**20),
        "GiB": Fraction(2**30),
    },
    "count": {"": Fraction(1)},
}
"""The units that a goal may be written in, by the unit of the page."""

VALUE_GOAL = rf"^\s*(<=|<|>=|>)\s*{NUMBER}\s*(us|ms|s|m|h|d|%|B|kB|MB|GB|KiB|MiB|GiB)?\s*$"
SCALE = rf"^{NUMBER}(/{NUMBER})?$"
_EXAMPLES = {"ms": "1ms", "ratio": "80%", "bytes": "6MB", "count": "1"}
_LOW = (Comparison.BELOW, Comparison.AT_MOST)


def value_goal(unit: str, signs: tuple[Comparison, ...] = tuple(Comparison)) -> GoalParser:
    """A parser of goals for a figure in a unit of the page, such as ``< 1ms`` or ``>= 1``.

    The parser raises Refused for another sign, and for a unit that can't be turned into that of the page.
    """

    def parse(text: str) -> Goal:
        reason = "a percentile stays under its goal" if signs == _LOW else "write a comparison and a limit"
        sign, number, written = signed(text, signs, reason, f"{_example_sign(signs)} {_EXAMPLES[unit]}")
        factors = GOAL_UNITS[unit]
        if written not in factors:
            raise Refused(_wants(factors), _unit_hint(unit, f"{sign} {number}"))
        return Goal(sign, Fraction(number) * factors[written], f"{sign} {number}{written}")

    return parse


def under(unit: str) -> GoalParser:
    """A parser of goals that only ``<`` and ``<=`` make, as of percentiles."""
    return value_goal(unit, _LOW)


def any_goal(text: str) -> Goal:
    """A goal of an entry that was refused, and so does not say what unit it wants.

    Raises:
        Refused: for what no goal looks like.
    """
    sign, number, written = signed(text, tuple(Comparison), "write a comparison and a limit", "< 1ms")
    return Goal(sign, Fraction(number), f"{sign} {number}{written}")


def _example_sign(signs: tuple[Comparison, ...]) -> Comparison:
    return signs[0] if signs == _LOW else Comparison.BELOW


def _wants(factors: Mapping[str, Fraction]) -> str:
    return "needs a plain number without a unit" if "" in factors else f"needs a unit, {one_of(factors)}"


def _unit_hint(unit: str, said: str) -> str:
    meant = {"ms": f'"{said}ms"', "ratio": f'"{said}%"', "bytes": f'"{said}B"', "count": f'"{said}"'}
    return f"write {meant[unit]}, if that is meant; the unit must be one that the metric's can be turned into"


def _factor(text: str) -> Fraction:
    """An exact factor: ``0.01`` or ``1/100``.

    Raises:
        Refused: if it is none, or zero.
    """
    if not re.fullmatch(SCALE, text):
        raise Refused("must be a number or a fraction such as 1/100")
    above, _, below = text.partition("/")
    if not Fraction(above) or (below and not Fraction(below)):
        raise Refused("must not be zero")
    return Fraction(above) / Fraction(below or "1")


def factor(scalar: Scalar) -> Fraction:
    """As ``_factor``, of a scalar.

    Raises:
        Refused: as it does.
    """
    return quantity(_factor)(scalar)
