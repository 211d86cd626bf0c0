"""The distribution of latencies: which share of requests was answered within which time.

The one rule: each goal is one point in the drawing, and it is met where the curve passes above it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.numbers import exact, milliseconds, percent, whole
from slactl.formats.page.charts import (
    LEFT,
    NINES,
    PLOT_HEIGHT,
    PLOT_WIDTH,
    TOP,
    Chart,
    Label,
    Scale,
    across,
    axis_number,
    broken_path,
    decades,
    logarithmic,
    nines,
    upright,
)
from slactl.formats.page.parts import Cell, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.model.objective import LatencyShare, Percentile

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import Result, ServiceReport

MOST_ROWS = 24


def distribution_chart(scene: Scene, service: ServiceReport, rows: tuple[Result, ...]) -> Chart:
    """The cumulative distribution over a logarithmic axis of time."""
    total = service.distribution[-1][1]
    shares = tuple((ms, Fraction(count, total)) for ms, count in service.distribution if ms > 0)
    targets = _targets(scene, rows)
    low, high = _range(shares, targets)
    x, y = logarithmic(low, high, LEFT, LEFT + PLOT_WIDTH), nines()
    steps = decades(low, high)
    title = scene.say("Share of requests answered within a time: {service}").format(service=plain(service.key))
    return Chart(
        f"distribution-{scene.place(service.key)}",
        title,
        scene.say("Each point was counted; a target is met where the curve passes above and to the left of its mark."),
        tuple(across(y, share, "grid") for share in NINES) + tuple(upright(x, ms, "grid") for ms in steps),
        (),
        (("curve", broken_path((x.at(ms), y.at(share)) for ms, share in _visible(shares, low, high))),),
        tuple(Label(x.at(ms), y.at(share), "", "target") for ms, share, _ in targets),
        (*_axis_labels(scene, x, y, steps), *_target_labels(x, y, targets)),
    )


def _range(
    shares: tuple[tuple[Fraction, Fraction], ...], targets: tuple[tuple[Fraction, Fraction, str], ...]
) -> tuple[float, float]:
    begun = [ms for ms, share in shares if share > 0] or [shares[0][0]]
    slow = [ms for ms, share in shares if share < Fraction(9995, 10000)] or [shares[-1][0]]
    high = max([*slow, *(ms for ms, _, _ in targets)]) * Fraction(3, 2)
    return max(1.0, float(min([*begun, *(ms for ms, _, _ in targets)])) * 0.7), float(high)


def _visible(shares: tuple[tuple[Fraction, Fraction], ...], low: float, high: float) -> list[tuple[Fraction, Fraction]]:
    return [(ms, share) for ms, share in shares if low <= ms <= high]


def _targets(scene: Scene, rows: tuple[Result, ...]) -> tuple[tuple[Fraction, Fraction, str], ...]:
    found = []
    for row in rows:
        objective = scene.objectives.get(row.objective)
        if objective is None or row.operation_class is not None:
            continue
        if isinstance(objective.indicator, LatencyShare):
            share = objective.goal.limit
            found.append((objective.indicator.threshold.limit, share, f"{exact(share * 100, scene.language)}%"))
        elif isinstance(objective.indicator, Percentile):
            found.append((objective.goal.limit, objective.indicator.rank, objective.indicator.name))
    merged: dict[tuple[Fraction, Fraction], list[str]] = {}
    for ms, share, name in found:
        text = scene.say("target: {share} within {limit}")
        merged.setdefault((ms, share), []).append(text.format(share=name, limit=f"{exact(ms, scene.language)} ms"))
    return tuple((ms, share, names[0]) for (ms, share), names in sorted(merged.items()))


def _axis_labels(scene: Scene, x: Scale, y: Scale, steps: tuple[int, ...]) -> tuple[Label, ...]:
    left = tuple(Label(str(LEFT - 8), y.at(share), f"{exact(share * 100, scene.language)}%", "y") for share in NINES)
    foot = str(TOP + PLOT_HEIGHT + 18)
    return left + tuple(Label(x.at(ms), foot, f"{axis_number(ms, scene.language)} ms", "x") for ms in _thinned(steps))


def _thinned(steps: tuple[int, ...]) -> tuple[int, ...]:
    return steps if len(steps) <= 9 else tuple(step for step in steps if str(step)[0] == "1")


def _target_labels(x: Scale, y: Scale, targets: tuple[tuple[Fraction, Fraction, str], ...]) -> tuple[Label, ...]:
    return tuple(
        Label(_shifted(x.at(ms), 9), _shifted(y.at(share), 14), name, "end target") for ms, share, name in targets
    )


def _shifted(place: str, by: int) -> str:
    return f"{float(place) + by:g}"


def distribution_table(scene: Scene, service: ServiceReport) -> Table:
    """The drawing's points; of many, an even choice with both ends."""
    total = service.distribution[-1][1]
    points = _chosen(tuple((ms, count) for ms, count in service.distribution if count))
    rows = tuple(
        (
            Cell(f"≤ {milliseconds(ms, scene.language)}"),
            figure(whole(count, scene.language)),
            figure(percent(Fraction(count, total), scene.language, up=False)),
        )
        for ms, count in points
    )
    titles = heads(scene.say("Answered within"), scene.say("Requests"), scene.say("Share"), numbers="-nn")
    caption = scene.say("Distribution of response times: {service}").format(service=plain(service.key))
    return Table(f"distribution-table-{scene.place(service.key)}", caption, titles, rows, "account")


def _chosen(points: tuple[tuple[Fraction, int], ...]) -> tuple[tuple[Fraction, int], ...]:
    if len(points) <= MOST_ROWS:
        return points
    last = len(points) - 1
    return tuple(points[place * last // (MOST_ROWS - 1)] for place in range(MOST_ROWS))
