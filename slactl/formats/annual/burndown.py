"""The year's allowance month by month as a drawing: bars of what was used, a line of what is left.

The one rule: only what is certain is drawn; months of which something is unknown are hatched, and every
figure of the drawing stands in the table below it.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.numbers import exact
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
from slactl.formats.sanitize import plain

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene
    from slactl.model.statement import Spent, UptimeYear

BAR = 26
HOURS, MINUTES, SECONDS = mark("hours"), mark("minutes"), mark("seconds")
UNITS = {"requests": mark("requests"), "slices": mark("slices")}
EDGE = str(LEFT + PLOT_WIDTH + 8)
FOOT = str(TOP + PLOT_HEIGHT + 18)


def burn_down(scene: AnnualScene, year: UptimeYear, place: int) -> Chart | None:
    """The drawing; None where no month has a budget."""
    told = [one.spent for one in year.months]
    if not any(told):
        return None
    divisor, unit = _unit(year, told)
    steps = _steps([value / divisor for value in _values(year, told)])
    y = linear(float(steps[0]), float(steps[-1]), TOP + PLOT_HEIGHT, TOP)
    title = scene.say("Error budget month by month, {unit}: {title}").format(
        unit=scene.say(unit), title=f"{plain(year.service)}, {scene.name(year)}"
    )
    return Chart(
        f"burn-{place}",
        title,
        _caption(scene, year, told),
        (*_grid(y, steps), *_limits(year, told, y, divisor)),
        tuple(_hatch(index) for index, one in enumerate(told) if one is not None and one.most > one.used),
        ((("curve", _line(scene, year, told, y, divisor)),) if not year.each_month_decides else ()),
        (),
        (*_ordinate(scene, y, steps), *_abscissa(scene, year), *_end(scene, year, told, y, divisor)),
        bars=tuple(_bar(index, one, y, divisor) for index, one in enumerate(told) if one is not None and one.used),
    )


def _values(year: UptimeYear, told: list[Spent | None]) -> list[Fraction]:
    held = [one for one in told if one is not None]
    values = [Fraction(0), *(one.used for one in held)]
    if year.each_month_decides:
        return [*values, *(one.allowed for one in held)]
    return [*values, year.allowance or Fraction(0), *(one.remaining_best for one in held)]


def _unit(year: UptimeYear, told: list[Spent | None]) -> tuple[int, str]:
    """By what seconds are divided to be read easily."""
    if year.unit != "seconds":
        return 1, UNITS[year.unit]
    most = max(abs(value) for value in _values(year, told))
    return (3600, HOURS) if most >= 3 * 3600 else (60, MINUTES) if most >= 180 else (1, SECONDS)


def _steps(values: list[Fraction]) -> tuple[Fraction, ...]:
    """Round steps from below the least to above the greatest, zero among them."""
    low, high = min(values), max(values)
    raw = max((high - low) / 5, Fraction(1, 5))
    power = Fraction(10) ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first, last = math.floor(low / step), max(math.ceil(high / step), 1)
    return tuple(step * index for index in range(first, last + 1))


def _slot(index: int) -> Fraction:
    """The left edge of a month."""
    return LEFT + Fraction(PLOT_WIDTH * index, 12)


def _middle(index: int) -> Fraction:
    return _slot(index) + Fraction(PLOT_WIDTH, 24)


def _bar(index: int, spent: Spent, y: Scale, divisor: int) -> Box:
    top, zero = Fraction(y.at(spent.used / divisor)), Fraction(y.at(0))
    height = max(zero - top, Fraction(1))
    return Box(
        thousandths(_middle(index) - Fraction(BAR, 2)),
        thousandths(zero - height),
        str(BAR),
        thousandths(height),
        "down",
    )


def _hatch(index: int) -> Area:
    return Area(thousandths(_slot(index)), thousandths(Fraction(PLOT_WIDTH, 12)), "hatch")


def _grid(y: Scale, steps: tuple[Fraction, ...]) -> tuple[Rule, ...]:
    return tuple(across(y, step, "grid" if step else "zero") for step in steps)


def _limits(year: UptimeYear, told: list[Spent | None], y: Scale, divisor: int) -> tuple[Rule, ...]:
    """Where each month decides, its own allowance as a stroke over it."""
    if not year.each_month_decides:
        return ()
    return tuple(
        Rule(thousandths(_slot(index) + 4), at, thousandths(_slot(index + 1) - 4), at, "limit")
        for index, one in enumerate(told)
        if one is not None and (at := y.at(one.allowed / divisor))
    )


def _line(scene: AnnualScene, year: UptimeYear, told: list[Spent | None], y: Scale, divisor: int) -> str:
    """What is left after each month that has begun, from the whole allowance on."""
    points = [(str(LEFT), y.at((year.allowance or Fraction(0)) / divisor))]
    for index, one in _begun(scene, told):
        left = points[-1][1] if one is None else y.at(one.remaining_best / divisor)
        points.append((thousandths(_slot(index + 1)), left))
    return broken_path(points)


def _begun(scene: AnnualScene, told: list[Spent | None]) -> list[tuple[int, Spent | None]]:
    return [(index, one) for index, one in enumerate(told) if scene.statement.months[index].report_id is not None]


def _ordinate(scene: AnnualScene, y: Scale, steps: tuple[Fraction, ...]) -> tuple[Label, ...]:
    return tuple(Label(str(LEFT - 8), y.at(step), exact(step, scene.language), "y") for step in steps)


def _abscissa(scene: AnnualScene, year: UptimeYear) -> tuple[Label, ...]:
    return tuple(
        Label(thousandths(_middle(index)), FOOT, scene.short_month(one.month), "x")
        for index, one in enumerate(year.months)
    )


def _end(scene: AnnualScene, year: UptimeYear, told: list[Spent | None], y: Scale, divisor: int) -> tuple[Label, ...]:
    last = _last(scene, told)
    if year.each_month_decides or last is None:
        return ()
    at, text = y.at(last.remaining_best / divisor), scene.budget(year.year, last.remaining_best, up=False)
    if last.remaining == last.remaining_best:
        return (Label(EDGE, at, text, "end p95"),)
    below = thousandths(Fraction(at) + 15)
    return Label(EDGE, at, text, "end p95"), Label(EDGE, below, scene.say("Best case"), "end p95")


def _left(scene: AnnualScene, year: UptimeYear, last: Spent) -> str:
    """What is left, said to be the best case where it is no more than that."""
    text = scene.budget(year.year, last.remaining_best, up=False)
    return text if last.remaining == last.remaining_best else scene.say("best case: {value}").format(value=text)


def _last(scene: AnnualScene, told: list[Spent | None]) -> Spent | None:
    held = [one for _, one in _begun(scene, told) if one is not None]
    return held[-1] if held else None


def _caption(scene: AnnualScene, year: UptimeYear, told: list[Spent | None]) -> str:
    if year.each_month_decides:
        text = scene.say("Bars: used in each month; strokes: what each month allows.")
    else:
        last = _last(scene, told)
        text = scene.say("Bars: used in each month; line: what is left of the {allowance} that the year allows.")
        text = text.format(allowance=scene.budget(year.year, year.allowance or Fraction(0), up=False))
        if last is not None:
            text += " " + scene.say("At the end of the line: {left}.").format(left=_left(scene, year, last))
    if any(one is not None and one.most > one.used for one in told):
        text += " " + scene.say("Hatched: partly unknown; only what is certain is drawn.")
    return text
