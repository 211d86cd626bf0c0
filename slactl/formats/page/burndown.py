"""The month's error budget as a drawing: what is left of it after each day.

The one rule: the line falls and never rises, unknown time counts as used and is hatched, and the line ends
where the settled time ends; what may come is dashed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.numbers import exact, fixed
from slactl.formats.page.balance import balance_of
from slactl.formats.page.budget import amount
from slactl.formats.page.charts import (
    LEFT,
    PLOT_HEIGHT,
    PLOT_WIDTH,
    TOP,
    Area,
    Chart,
    Label,
    Rule,
    Scale,
    across,
    broken_path,
    linear,
    spread,
)
from slactl.formats.page.parts import thousandths
from slactl.formats.page.yearly import CERTAIN, DOUBT, EDGE, FOOT, round_steps, unit_of
from slactl.formats.sanitize import plain
from slactl.model.burn import Course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.formats.page.remaining import DayLeft
    from slactl.formats.page.scene import Scene
    from slactl.model.burn import Outlook
    from slactl.model.report import Result

Point = tuple[int, Fraction]
"""An instant, and what is left then."""


def burn_down_chart(scene: Scene, row: Result, days: Sequence[DayLeft]) -> Chart:
    """The drawing of days that ``days_left`` told."""
    allowed, until = days[0].left + days[0].most, scene.report.period.settled_until
    lines = _lines(row, allowed, days, until)
    ahead = _ahead(scene, row, lines["curve"][-1])
    values = [Fraction(0), allowed, *(left for points in (*lines.values(), ahead) for _, left in points)]
    unit = "seconds" if row.unit == "seconds" else "requests"
    divisor, word = unit_of(unit, values)
    steps = round_steps([value / divisor for value in values])
    x = linear(days[0].day.span.start, days[-1].day.span.end, LEFT, LEFT + PLOT_WIDTH)
    y = linear(float(steps[0] * divisor), float(steps[-1] * divisor), TOP + PLOT_HEIGHT, TOP)
    title = scene.say("Error budget day by day, {unit}: {title}").format(unit=scene.say(word), title=_name(scene, row))
    return Chart(
        f"burndown-{scene.anchor(row)}",
        title,
        _caption(scene, row, allowed, days, ahead=bool(ahead)),
        (*(across(y, step * divisor, "grid" if step else "zero") for step in steps), _even(x, y, allowed, days)),
        tuple(_hatch(x, day) for day in days if day.unsure),
        tuple((kind, _path(x, y, points)) for kind, points in (*lines.items(), ("ahead", ahead)) if points),
        (),
        (*_scales(scene, x, y, steps, divisor, days), *_ends(scene, row, (x, y), lines)),
    )


def _lines(row: Result, allowed: Fraction, days: Sequence[DayLeft], until: int) -> dict[str, list[Point]]:
    """The line with all that is unknown bad and the one with all of it good; the latter alone where most is unknown."""
    if _blurred(row):
        return {"curve": _points(allowed, days, until, best=True)}
    best = {"best": _points(allowed, days, until, best=True)} if any(day.unsure for day in days) else {}
    return {**best, "curve": _points(allowed, days, until, best=False)}


def _blurred(row: Result) -> bool:
    balance = balance_of(row)
    return balance is not None and balance.blurred


def _name(scene: Scene, row: Result) -> str:
    return f"{plain(row.service)}, {scene.title(row)}"


def _points(allowed: Fraction, days: Sequence[DayLeft], until: int, *, best: bool) -> list[Point]:
    """What is left at each midnight, from the whole allowance on, and at the end of what is settled."""
    points = [(days[0].day.span.start, allowed)]
    points += [
        (min(day.day.span.end, max(until, day.day.span.start)), day.left_best if best else day.left)
        for day in days
        if day.begun
    ]
    return points


def _ahead(scene: Scene, row: Result, last: Point) -> list[Point]:
    """Where the budget goes at the present rate: to nothing, or to the end of the month."""
    found = row.outlook
    end = scene.report.period.span.end
    if found is None or last[0] >= end:
        return []
    if found.course is Course.ENDS and found.ends_at is not None:
        return [last, (found.ends_at, Fraction(0))]
    if found.course is Course.LASTS:
        return [last, (end, max(last[1] - _pace(found) * (end - last[0]), Fraction(0)))]
    return []


def _pace(found: Outlook) -> Fraction:
    """What is used in a second at the present rate."""
    present = next((one for one in found.rates if one.lookback == found.pace), None)
    return Fraction(0) if present is None else present.bad / present.span.seconds


def _path(x: Scale, y: Scale, points: Sequence[Point]) -> str:
    return broken_path((x.at(instant), y.at(left)) for instant, left in points)


def _even(x: Scale, y: Scale, allowed: Fraction, days: Sequence[DayLeft]) -> Rule:
    """The pace that spends the whole budget in exactly the month: a burn rate of 1."""
    start, end = days[0].day.span.start, days[-1].day.span.end
    return Rule(x.at(start), y.at(allowed), x.at(end), y.at(0), "even")


def _hatch(x: Scale, day: DayLeft) -> Area:
    start, end = (Fraction(x.at(instant)) for instant in (day.day.span.start, day.day.span.end))
    return Area(thousandths(start), thousandths(end - start), "hatch")


def _scales(
    scene: Scene, x: Scale, y: Scale, steps: Sequence[Fraction], divisor: int, days: Sequence[DayLeft]
) -> tuple[Label, ...]:
    left = tuple(Label(str(LEFT - 8), y.at(step * divisor), exact(step, scene.language), "y") for step in steps)
    spans = [(one.day.day.day, one.day.span) for one in days]
    return left + tuple(
        Label(x.at(Fraction(span.start + span.end, 2)), FOOT, str(day), "x")
        for day, span in spans
        if day == 1 or day % 5 == 0
    )


def _ends(scene: Scene, row: Result, scales: tuple[Scale, Scale], lines: dict[str, list[Point]]) -> tuple[Label, ...]:
    """What is left, where the lines end: beside the plot, or above a line that ends inside it."""
    (x, y), until = scales, lines["curve"][-1][0]
    inside = Fraction(x.at(until)) < LEFT + PLOT_WIDTH
    place, shift = (thousandths(Fraction(x.at(until)) + 4), 14) if inside else (EDGE, 0)
    told = []
    for kind, points in lines.items():
        at = Fraction(y.at(points[-1][1])) - shift
        told.append(Label(place, thousandths(at), _short(scene, row, points[-1][1]), "end p95"))
        if kind == "best" or _blurred(row):
            told.append(Label(place, thousandths(at + Fraction(1, 10)), scene.say("Best case"), "end p95"))
    return spread(told)


def _short(scene: Scene, row: Result, left: Fraction) -> str:
    """What is left, of requests without their name, which the title has."""
    if row.unit == "seconds":
        return amount(scene, row, left, up=False)
    return fixed(left, 0, scene.language, up=False)


def _caption(scene: Scene, row: Result, allowed: Fraction, days: Sequence[DayLeft], *, ahead: bool) -> str:
    told = scene.say(
        "Line: what is left of the {allowance} after each day; thin line: the pace that spends it evenly, a burn rate "
        "of 1."
    ).format(allowance=amount(scene, row, allowed, up=False))
    last = [day for day in days if day.begun][-1:]
    if last:
        told += " " + scene.say("At the end of the line: {left}.").format(left=_last(scene, row, last[0]))
    if any(day.unsure for day in days):
        told += " " + scene.say(CERTAIN if _blurred(row) else DOUBT)
    if ahead:
        text = scene.say("Dotted: what is left if it goes on as in the last {hours}.")
        told += " " + text.format(hours=_hours(scene, row))
    return told


def _last(scene: Scene, row: Result, day: DayLeft) -> str:
    if not _blurred(row):
        return amount(scene, row, day.left, up=False)
    return scene.say("best case: {value}").format(value=amount(scene, row, day.left_best, up=False))


def _hours(scene: Scene, row: Result) -> str:
    return scene.length(row.outlook.pace.seconds) if row.outlook else ""
