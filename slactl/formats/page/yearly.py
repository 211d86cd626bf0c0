"""A year's allowance month by month as a drawing: bars of what was used, a line of what is left.

The one rule: only what is certain is drawn; months of which something is unknown are hatched, and every
figure of the drawing stands in the table below it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.numbers import exact
from slactl.formats.page.budget import amount
from slactl.formats.page.charts import (
    LEFT,
    PLOT_HEIGHT,
    PLOT_WIDTH,
    TOP,
    Area,
    Box,
    Chart,
    Label,
    Rule,
    Scale,
    across,
    broken_path,
    linear,
)
from slactl.formats.page.parts import thousandths

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import Result
    from slactl.model.statement import Spent

BAR = 26
HOURS, MINUTES, SECONDS = mark("hours"), mark("minutes"), mark("seconds")
UNITS = {"requests": mark("requests"), "slices": mark("slices")}
CERTAIN = mark("Hatched: partly unknown; only what is certain is drawn.")
DOUBT = mark("Hatched: partly unknown, which counts as used; the dashed line takes it for good.")
EDGE = str(LEFT + PLOT_WIDTH + 8)
FOOT = str(TOP + PLOT_HEIGHT + 18)


@dataclass(frozen=True, slots=True)
class Slot:
    """A month of the drawing: its label, what it took, and whether it has begun."""

    label: str
    spent: Spent | None
    begun: bool


@dataclass(frozen=True, slots=True)
class Yearly:
    """A year to draw: of which row and under which name, its months, the anchor of the drawing.

    ``unit`` is that of the amounts; ``allowance`` is the whole year's, None where each month has its own. Where
    ``unknown_used`` what is unknown is drawn as used, and what is certain beside it; else only what is certain.
    """

    row: Result
    name: str
    anchor: str
    unit: str
    slots: tuple[Slot, ...]
    allowance: Fraction | None
    unknown_used: bool = False

    def used(self, one: Spent) -> Fraction:
        """What is drawn of a month."""
        return one.most if self.unknown_used else one.used

    def left(self, one: Spent) -> Fraction:
        """What is drawn of what is left after it."""
        return one.remaining if self.unknown_used else one.remaining_best

    @property
    def lines(self) -> tuple[tuple[str, bool], ...]:
        """The lines by their kind: whether each takes the unknown for good."""
        both = self.unknown_used and any(one.most > one.used for one in self.told)
        own = (("curve", not self.unknown_used),) if self.allowance is not None else ()
        return (("best", True), *own) if both else own

    @property
    def told(self) -> list[Spent]:
        """What is known of the months."""
        return [one.spent for one in self.slots if one.spent is not None]

    @property
    def last(self) -> Spent | None:
        """The last month that has begun."""
        begun = [one.spent for one in self.slots if one.begun and one.spent is not None]
        return begun[-1] if begun else None

    @property
    def step(self) -> Fraction:
        """How wide a month is."""
        return Fraction(PLOT_WIDTH, len(self.slots))

    def edge(self, index: int) -> Fraction:
        """The left edge of a month."""
        return LEFT + self.step * index

    def middle(self, index: int) -> Fraction:
        """The middle of a month."""
        return self.edge(index) + self.step / 2


def yearly_chart(scene: Scene, year: Yearly) -> Chart | None:
    """The drawing; None where no month has a budget."""
    if not year.told:
        return None
    divisor, unit = unit_of(year.unit, _values(year))
    steps = round_steps([value / divisor for value in _values(year)])
    y = linear(float(steps[0]), float(steps[-1]), TOP + PLOT_HEIGHT, TOP)
    title = scene.say("Error budget month by month, {unit}: {title}").format(unit=scene.say(unit), title=year.name)
    return Chart(
        year.anchor,
        title,
        _caption(scene, year),
        (*(across(y, step, "grid" if step else "zero") for step in steps), *_limits(year, y, divisor)),
        tuple(_hatch(year, index) for index, one in enumerate(year.slots) if _unsure(one)),
        tuple((kind, _line(year, y, divisor, best=best)) for kind, best in year.lines),
        (),
        (*_ordinate(scene, y, steps), *_abscissa(year), *_end(scene, year, y, divisor)),
        bars=tuple(
            _bar(year, index, one.spent, y, divisor)
            for index, one in enumerate(year.slots)
            if one.spent is not None and year.used(one.spent)
        ),
    )


def _unsure(slot: Slot) -> bool:
    return slot.spent is not None and slot.spent.most > slot.spent.used


def _values(year: Yearly) -> list[Fraction]:
    values = [Fraction(0), *(year.used(one) for one in year.told)]
    if year.allowance is None:
        return [*values, *(one.allowed for one in year.told)]
    return [*values, year.allowance, *(year.left(one) for one in year.told)]


def unit_of(unit: str, values: list[Fraction]) -> tuple[int, str]:
    """By what amounts are divided to be read easily, and what they are then."""
    if unit != "seconds":
        return 1, UNITS[unit]
    most = max(abs(value) for value in values)
    return (3600, HOURS) if most >= 3 * 3600 else (60, MINUTES) if most >= 180 else (1, SECONDS)


def round_steps(values: list[Fraction]) -> tuple[Fraction, ...]:
    """Round steps from below the least to above the greatest, zero among them."""
    low, high = min(values), max(values)
    raw = max((high - low) / 5, Fraction(1, 5))
    power = Fraction(10) ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first, last = math.floor(low / step), max(math.ceil(high / step), 1)
    return tuple(step * index for index in range(first, last + 1))


def _bar(year: Yearly, index: int, spent: Spent, y: Scale, divisor: int) -> Box:
    top, zero = Fraction(y.at(year.used(spent) / divisor)), Fraction(y.at(0))
    height = max(zero - top, Fraction(1))
    return Box(
        thousandths(year.middle(index) - Fraction(BAR, 2)),
        thousandths(zero - height),
        str(BAR),
        thousandths(height),
        "down",
    )


def _hatch(year: Yearly, index: int) -> Area:
    return Area(thousandths(year.edge(index)), thousandths(year.step), "hatch")


def _limits(year: Yearly, y: Scale, divisor: int) -> tuple[Rule, ...]:
    """Where each month decides, its own allowance as a stroke over it."""
    if year.allowance is not None:
        return ()
    return tuple(
        Rule(thousandths(year.edge(index) + 4), at, thousandths(year.edge(index + 1) - 4), at, "limit")
        for index, one in enumerate(year.slots)
        if one.spent is not None and (at := y.at(one.spent.allowed / divisor))
    )


def _line(year: Yearly, y: Scale, divisor: int, *, best: bool) -> str:
    """What is left after each month that has begun, from the whole allowance on."""
    points = [(str(LEFT), y.at((year.allowance or Fraction(0)) / divisor))]
    for index, one in enumerate(year.slots):
        if one.begun:
            left = points[-1][1] if one.spent is None else y.at(_after(one.spent, best=best) / divisor)
            points.append((thousandths(year.edge(index + 1)), left))
    return broken_path(points)


def _after(spent: Spent, *, best: bool) -> Fraction:
    return spent.remaining_best if best else spent.remaining


def _ordinate(scene: Scene, y: Scale, steps: tuple[Fraction, ...]) -> tuple[Label, ...]:
    return tuple(Label(str(LEFT - 8), y.at(step), exact(step, scene.language), "y") for step in steps)


def _abscissa(year: Yearly) -> tuple[Label, ...]:
    return tuple(Label(thousandths(year.middle(index)), FOOT, one.label, "x") for index, one in enumerate(year.slots))


def _end(scene: Scene, year: Yearly, y: Scale, divisor: int) -> tuple[Label, ...]:
    last = year.last
    if year.allowance is None or last is None:
        return ()
    at, text = y.at(year.left(last) / divisor), amount(scene, year.row, year.left(last), up=False)
    if year.unknown_used or last.remaining == last.remaining_best:
        return (Label(EDGE, at, text, "end p95"),)
    below = thousandths(Fraction(at) + 15)
    return Label(EDGE, at, text, "end p95"), Label(EDGE, below, scene.say("Best case"), "end p95")


def _left(scene: Scene, year: Yearly, last: Spent) -> str:
    """What is left, said to be the best case where it is no more than that."""
    text = amount(scene, year.row, year.left(last), up=False)
    certain = year.unknown_used or last.remaining == last.remaining_best
    return text if certain else scene.say("best case: {value}").format(value=text)


def _caption(scene: Scene, year: Yearly) -> str:
    if year.allowance is None:
        text = scene.say("Bars: used in each month; strokes: what each month allows.")
    else:
        text = scene.say("Bars: used in each month; line: what is left of the {allowance} that the year allows.")
        text = text.format(allowance=amount(scene, year.row, year.allowance, up=False))
        if year.last is not None:
            text += " " + scene.say("At the end of the line: {left}.").format(left=_left(scene, year, year.last))
    if any(_unsure(one) for one in year.slots):
        text += " " + scene.say(DOUBT if year.unknown_used else CERTAIN)
    return text
