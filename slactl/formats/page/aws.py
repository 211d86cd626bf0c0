"""Chapter AWS's own budget reports: what the native SLOs say, beside our figures, and why the two may differ.

The one rule: only when it was asked for; it informs, the report's own rows decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.awsreasons import aws_reason
from slactl.formats.figures import display
from slactl.formats.jsonaws import our_row
from slactl.formats.numbers import percent, whole
from slactl.formats.page.parts import Block, Cell, Chapter, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.times import utc

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.awsbudget import AwsBudget


def is_told(scene: Scene) -> bool:
    """Whether it was asked for."""
    return scene.report.aws_budgets is not None


def chapter(scene: Scene) -> Chapter:
    """A row for each SLO of ours."""
    told = scene.report.aws_budgets
    assert told is not None
    lead = scene.say("What AWS's own SLOs say of the same promises. They inform; the figures of this report decide.")
    texts = [scene.say("As AWS had it at {when}.").format(when=utc(told.at))]
    if told.failure:
        texts.append(scene.say("AWS's reports could not be read: {why}").format(why=plain(told.failure)))
    elif not told.rows:
        texts.append(scene.say("No SLO of these objectives stands."))
    block = Block(texts=tuple(texts), tables=(_table(scene, told.rows),) if told.rows else ())
    return Chapter("awsbudgets", scene.say("AWS's own budget reports"), lead, (block,))


def _table(scene: Scene, rows: tuple[AwsBudget, ...]) -> Table:
    titles = heads(
        scene.say("SLO"), scene.say("This report"), scene.say("Attained, by AWS"), scene.say("Budget left, by AWS"),
        scene.say("Why they may differ"), numbers="-nnn-",
    )  # fmt: skip
    return Table(
        "awsslos", scene.say("Native SLOs beside this report"), titles, tuple(_row(scene, one) for one in rows)
    )


def _row(scene: Scene, one: AwsBudget) -> tuple[Cell, ...]:
    language, ours = scene.language, our_row(scene.report, one)
    reasons = tuple(aws_reason(code, language) for code in one.reasons) or ("\N{EN DASH}",)
    left = (
        None
        if one.remaining is None or one.budget is None
        else (
            scene.say("{left} of {budget} requests").format(
                left=whole(one.remaining, language), budget=whole(one.budget, language)
            )
        )
    )
    attained = None if one.attainment is None else percent(one.attainment, language, up=False)
    return (
        Cell(plain(one.slo), below=(one.status,)),
        figure(display(ours, scene.goal(ours), language) if ours else None),
        figure(attained),
        figure(left),
        Cell(reasons[0], below=reasons[1:]),
    )
