"""p95 and p99 day by day against their limits, with maintenance hatched and gaps left open.

The one rule: a day that could not be read breaks the line; nothing is drawn across it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.numbers import exact, milliseconds
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
    axis_number,
    broken_path,
    linear,
    spread,
    ticks,
    upright,
)
from slactl.formats.page.parts import thousandths
from slactl.formats.sanitize import plain
from slactl.model.objective import Percentile

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import Bracket, DayFigure, Result, ServiceReport
    from slactl.model.span import Span

RANKS = {"p95": Fraction(95, 100), "p99": Fraction(99, 100)}
EDGE = str(LEFT + PLOT_WIDTH + 8)


def daily_chart(scene: Scene, service: ServiceReport, rows: tuple[Result, ...]) -> Chart:
    """Two lines over the month's time; a point stands at the middle of its day."""
    limits = _limits(scene, rows)
    values = [bracket.high for day in service.days for bracket in (day.p95, day.p99) if bracket]
    steps = ticks(float(max([*values, *limits.values()])) * 1.05)
    month = scene.report.period.span
    x = linear(month.start, month.end, LEFT, LEFT + PLOT_WIDTH)
    y = linear(0, steps[-1], TOP + PLOT_HEIGHT, TOP)
    lines = tuple((name, _points(service.days, name, x, y)) for name in RANKS)
    return Chart(
        f"daily-{scene.place(service.key)}",
        scene.say("p95 and p99 day by day, milliseconds: {service}").format(service=plain(service.key)),
        _caption(scene, limits),
        _rules(y, steps, limits) + _weeks(service, x),
        tuple(_hatch(x, span) for span in maintenance_spans(scene, service.key)),
        tuple((name, broken_path(points)) for name, points in lines),
        tuple(Label(*point, "", name) for name, points in lines for point in points if point),
        (*_scale_labels(scene, service, x, y, steps), *_line_labels(scene, lines, limits, y)),
    )  # fmt: skip


def maintenance_spans(scene: Scene, service: str) -> tuple[Span, ...]:
    """What was excluded for a service, in order of time."""
    parts = (part for outcome in scene.report.exclusions for part in outcome.services if part.service == service)
    return tuple(sorted(span for part in parts for span in part.spans))


def _limits(scene: Scene, rows: tuple[Result, ...]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for row in rows:
        objective = scene.objectives.get(row.objective)
        if objective and row.operation_class is None and isinstance(objective.indicator, Percentile):
            found |= {name: objective.goal.limit for name, rank in RANKS.items() if rank == objective.indicator.rank}
    return found


def _points(days: tuple[DayFigure, ...], name: str, x: Scale, y: Scale) -> tuple[tuple[str, str] | None, ...]:
    return tuple(_point(day, getattr(day, name), x, y) for day in days)


def _point(day: DayFigure, bracket: Bracket | None, x: Scale, y: Scale) -> tuple[str, str] | None:
    return (x.at((day.span.start + day.span.end) / 2), y.at(bracket.high)) if bracket else None


def _hatch(x: Scale, span: Span) -> Area:
    start, end = float(x.at(span.start)), float(x.at(span.end))
    return Area(x.at(span.start), thousandths(Fraction(max(end - start, 2))), "hatch")


def _rules(y: Scale, steps: tuple[int, ...], limits: dict[str, Fraction]) -> tuple[Rule, ...]:
    grid = tuple(across(y, step, "grid") for step in steps)
    return grid + tuple(across(y, limit, f"limit l-{name}") for name, limit in limits.items())


def _weeks(service: ServiceReport, x: Scale) -> tuple[Rule, ...]:
    return tuple(upright(x, day.span.start, "grid") for day in service.days if day.day.weekday() == 0)


def _scale_labels(
    scene: Scene, service: ServiceReport, x: Scale, y: Scale, steps: tuple[int, ...]
) -> tuple[Label, ...]:
    left = tuple(Label(str(LEFT - 8), y.at(step), axis_number(step, scene.language), "y") for step in steps)
    foot = str(TOP + PLOT_HEIGHT + 18)
    marked = (day for day in service.days if day.day.day == 1 or day.day.day % 5 == 0)
    return left + tuple(Label(x.at((day.span.start + day.span.end) / 2), foot, str(day.day.day), "x") for day in marked)


def _line_labels(
    scene: Scene,
    lines: tuple[tuple[str, tuple[tuple[str, str] | None, ...]], ...],
    limits: dict[str, Fraction],
    y: Scale,
) -> tuple[Label, ...]:
    labels = [
        Label(EDGE, last[1], name, f"end {name}")
        for name, points in lines
        if (last := next((one for one in reversed(points) if one), None))
    ]
    limit = scene.say("{name} limit {value}")
    labels += [
        Label(EDGE, y.at(value), limit.format(name=name, value=exact(value, scene.language)), "end limit")
        for name, value in limits.items()
    ]
    return spread(labels)


def _caption(scene: Scene, limits: dict[str, Fraction]) -> str:
    told = scene.say(
        "Each point is the upper end of the day's bracket, over the whole day; hatched: maintenance excluded; "
        "where a day could not be read the line is open."
    )
    names = ", ".join(f"{name} {milliseconds(value, scene.language, 0)}" for name, value in limits.items())
    limited = scene.say("Limits: {names}.").format(names=names)
    return f"{told} {limited}" if names else told
