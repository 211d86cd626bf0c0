"""The statement as Markdown: outcome, months, gaps, windows, deviations.

The one rule: the same tables as on the page, so the figures are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.annual.chapters import in_short
from slactl.formats.annual.cover import cover
from slactl.formats.annual.scene import AnnualScene
from slactl.formats.language import speak
from slactl.formats.markdown import document

if TYPE_CHECKING:
    from slactl.model.statement import Statement


def render(statement: Statement, language: str) -> str:
    """The statement as Markdown.

    Raises:
        ValueError: if the language is unknown.
    """
    scene = AnnualScene(statement.whole, speak(language), statement)
    return "\n".join(document(scene, cover(scene), in_short(scene))) + "\n"
