"""The chapters of a statement in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.annual import exclusions, months, others, outcome, summing
from slactl.formats.page import closing, completeness, revisions

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene
    from slactl.formats.page.parts import Chapter


def on_paper(scene: AnnualScene) -> tuple[Chapter, ...]:
    """Everything, for a page."""
    return (
        *in_short(scene),
        summing.method_chapter(scene),
        closing.limitations(scene),
        summing.sources_chapter(scene),
        revisions.chapter(scene),
        closing.approval(scene),
    )


def in_short(scene: AnnualScene) -> tuple[Chapter, ...]:
    """What happened, without how it was computed."""
    return (
        outcome.chapter(scene),
        months.chapter(scene),
        others.chapter(scene),
        completeness.chapter(scene),
        exclusions.chapter(scene),
        summing.deviations_chapter(scene),
    )
