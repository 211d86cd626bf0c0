"""Geometry of the two drawings of latency: the distribution, and p95 and p99 day by day.

The one rule: gaps stay gaps, the ordinate begins at zero or says where it begins, and every line is
labelled at the line itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.numbers import exact
from slactl.formats.page.parts import thousandths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from slactl.formats.language import Language

WIDTH, HEIGHT = 960, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 130, 18, 34
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
NINES = (Fraction(0), Fraction(1, 2), Fraction(9, 10), Fraction(95, 100), Fraction(99, 100), Fraction(999, 1000))


@dataclass(frozen=True, slots=True)
class Label:
    """A text in a drawing."""

    x: str
    y: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: grid or limit."""

    x1: str
    y1: str
    x2: str
    y2: str
    kind: str


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle: hatched maintenance."""

    x: str
    width: str
    kind: str


@dataclass(frozen=True, slots=True)
class Box:
    """A bar of the drawing."""

    x: str
    y: str
    width: str
    height: str
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its title and the sentence that a screen reader gets."""

    id: str
    title: str
    caption: str
    rules: tuple[Rule, ...]
    areas: tuple[Area, ...]
    paths: tuple[tuple[str, str], ...]
    dots: tuple[Label, ...]
    labels: tuple[Label, ...]
    form: str = "chart"
    width: str = str(WIDTH)
    height: str = str(HEIGHT)
    top: str = str(TOP)
    plot_height: str = str(PLOT_HEIGHT)
    bars: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """From a figure to a place in the drawing."""

    place: Callable[[float], float]

    def at(self, value: float | Fraction) -> str:
        """The coordinate, one decimal at most."""
        return thousandths(Fraction(self.place(float(value))))


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """Even steps from ``low`` at ``start`` to ``high`` at ``end``."""
    return Scale(lambda value: start + (value - low) / (high - low) * (end - start))


def logarithmic(low: float, high: float, start: float, end: float) -> Scale:
    """Even steps for equal factors."""
    inner = linear(math.log10(low), math.log10(high), start, end)
    return Scale(lambda value: inner.place(math.log10(max(value, low))))


def nines() -> Scale:
    """Shares by their distance from the whole: 90 %, 99 % and 99.9 % are equally far apart."""
    bottom, inner = -math.log10(1 - 0.9995), linear(0, 1, TOP + PLOT_HEIGHT, TOP)
    return Scale(lambda share: inner.place(min(1.0, -math.log10(max(1 - share, 0.0005)) / bottom)))


def across(scale: Scale, value: float | Fraction, kind: str) -> Rule:
    """A horizontal line over the plot."""
    y = scale.at(value)
    return Rule(str(LEFT), y, str(LEFT + PLOT_WIDTH), y, kind)


def upright(scale: Scale, value: float | Fraction, kind: str) -> Rule:
    """A vertical line over the plot."""
    x = scale.at(value)
    return Rule(x, str(TOP), x, str(TOP + PLOT_HEIGHT), kind)


def broken_path(points: Iterable[tuple[str, str] | None]) -> str:
    """An SVG path that stops at each None."""
    drawn, pen_down = [], False
    for point in points:
        if point is not None:
            drawn.append(f"{'L' if pen_down else 'M'}{point[0]} {point[1]}")
        pen_down = point is not None
    return "".join(drawn)


def ticks(highest: float) -> tuple[int, ...]:
    """About five round steps from zero to at least the highest."""
    raw = max(highest, 1) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw)
    count = math.ceil(max(highest, 1) / step)
    return tuple(int(step * index) if step >= 1 else index for index in range(count + 1))


def decades(low: float, high: float) -> tuple[int, ...]:
    """1, 2 and 5 times the powers of ten inside the range, from one millisecond on."""
    steps = (factor * 10**power for power in range(7) for factor in (1, 2, 5))
    return tuple(step for step in steps if low <= step <= high)


def axis_number(value: float | Fraction, language: Language) -> str:
    """A figure on an axis, as few places as it has."""
    return exact(Fraction(value), language)


def spread(labels: Sequence[Label], gap: float = 13) -> tuple[Label, ...]:
    """Labels at one edge, pushed apart downwards until none covers another."""
    placed: list[Label] = []
    for label in sorted(labels, key=lambda one: (float(one.y), one.text)):
        lowest = float(placed[-1].y) + gap if placed else float("-inf")
        y = max(float(label.y), lowest)
        placed.append(Label(label.x, thousandths(Fraction(y)), label.text, label.kind))
    return tuple(placed)
