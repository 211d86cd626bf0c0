"""The statement as one HTML page, by the report's template and style: no script, nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.annual.chapters import on_paper
from slactl.formats.annual.cover import cover
from slactl.formats.annual.scene import AnnualScene
from slactl.formats.html import page
from slactl.formats.language import speak

if TYPE_CHECKING:
    from slactl.model.statement import Statement


def render(statement: Statement, language: str) -> str:
    """The statement as a page.

    Raises:
        ValueError: if the language is unknown.
    """
    scene = AnnualScene(statement.whole, speak(language), statement)
    return page(scene, cover(scene), on_paper(scene))
