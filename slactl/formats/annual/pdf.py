"""The statement on paper: PDF/A, set from the finished texts of its page, with the JSON statement attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.annual.chapters import on_paper
from slactl.formats.annual.cover import cover
from slactl.formats.annual.json import render as render_json
from slactl.formats.annual.scene import AnnualScene
from slactl.formats.language import speak
from slactl.formats.pdf import typeset, view

if TYPE_CHECKING:
    from slactl.model.statement import Statement


def render(statement: Statement, language: str) -> bytes:
    """The statement as a PDF file.

    Raises:
        EvidenceFailure: without the extra ``pdf``.
        ValueError: if the language is unknown.
    """
    scene = AnnualScene(statement.whole, speak(language), statement)
    return typeset(view(scene, cover(scene), on_paper(scene)), render_json(statement, language))
