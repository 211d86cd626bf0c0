"""The error budget as a bar and a sentence.

The one rule: what is used is rounded up and what is allowed or left is rounded down.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.numbers import fixed, used_percent
from slactl.formats.page.parts import Bar, Cell, Segment, thousandths
from slactl.formats.times import whole_seconds
from slactl.formats.units import counted
from slactl.model.goal import Comparison

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.report import Budget, Result

FULL = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """What was used of a budget and what was left; ``most`` and ``left`` with all that is unknown bad."""

    used: Fraction
    most: Fraction
    left: Fraction
    left_best: Fraction


def budget_bar(scene: Scene, row: Result) -> Bar | None:
    """The budget of a row; None where nothing is allowed or nothing was counted."""
    budget = row.budget
    if budget is None or not budget.allowed or budget.used_ratio is None:
        return None
    where = " · ".join(filter(None, (scene.title(row), scene.span_word(row))))
    title = scene.say("Error budget: {title}").format(title=where)
    anchor = f"budget-{scene.anchor(row)}"
    return Bar(anchor, title, budget_sentence(scene, row, budget), *_drawing(budget.used_ratio))


def _drawing(ratio: Fraction) -> tuple[tuple[Segment, ...], str | None]:
    if ratio <= 1:
        return (Segment("0", thousandths(ratio * FULL), "used"),), None
    edge = thousandths(Fraction(FULL) / ratio)
    return (Segment("0", edge, "used"), Segment(edge, thousandths(FULL - Fraction(FULL) / ratio), "over")), edge


def budget_sentence(scene: Scene, row: Result, budget: Budget) -> str:
    """The sentence: ``Used 45 min of 44 min 36 s allowed (100.9%): 24 s too much``."""
    ratio = budget.used_ratio
    share = used_percent(ratio, scene.language, strict=strict(scene, row)) if ratio is not None else "–"
    used, allowed = amount(scene, row, budget.used, up=True), amount(scene, row, budget.allowed, up=False)
    if budget.remaining < 0:
        over = amount(scene, row, -budget.remaining, up=True)
        text = scene.say("Used {used} of {allowed} allowed ({share}): {over} too much.")
        return text.format(used=used, allowed=allowed, share=share, over=over)
    left = amount(scene, row, budget.remaining, up=False)
    text = scene.say("Used {used} of {allowed} allowed ({share}): {left} left.")
    return text.format(used=used, allowed=allowed, share=share, left=left)


def used_and_left(scene: Scene, row: Result, part: Part) -> tuple[Cell, Cell]:
    """Both as cells, with all that is unknown bad; below them what is certain, and the best case."""
    used, left = amount(scene, row, part.most, up=True), amount(scene, row, part.left, up=False)
    sure = scene.say("for certain: {amount}").format(amount=amount(scene, row, part.used, up=True))
    best = scene.say("best case: {value}").format(value=amount(scene, row, part.left_best, up=False))
    return (
        Cell(used, "n", (sure,) if part.most > part.used else ()),
        Cell(left, "n", (best,) if part.left < part.left_best else ()),
    )


def strict(scene: Scene, row: Result) -> bool:
    """Whether exactly the whole budget is too much."""
    goal = scene.goal(row)
    if goal is None:
        return False
    return goal.comparison is Comparison.ABOVE or (row.indicator in {"error-rate", "ratio"} and goal.comparison.strict)


def in_seconds(row: Result) -> bool:
    """Whether the row counts time; the others count requests."""
    return row.indicator in {"availability", "coverage", "alarm-record"} and row.unit == "seconds"


def amount(scene: Scene, row: Result, value: Fraction, *, up: bool) -> str:
    """Seconds, requests or slices of a row's budget as text."""
    if in_seconds(row):
        return scene.length(whole_seconds(value, up=up))
    return counted(fixed(value, 0, scene.language, up=up), scene.count_unit(row), scene.language)
