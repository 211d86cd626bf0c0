"""The ways to say an annual statement, named like those of a report.

The one rule: what the two have in common is said by the report's own chapters, so that a year looks and
reads like its months.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from slactl.formats import Format

if TYPE_CHECKING:
    from slactl.model.statement import Statement

ANNUAL_FORMATS: dict[str, Format] = {
    "html": Format("html", "slactl.formats.annual.html", localised=True),
    "json": Format("json", "slactl.formats.annual.json", localised=False),
    "md": Format("md", "slactl.formats.annual.markdown", localised=True),
    "csv": Format("csv", "slactl.formats.annual.csv", localised=False),
}


class RenderStatement(Protocol):
    """A format: a statement and a language (``it`` or ``en``) in, the whole text out."""

    def __call__(self, statement: Statement, language: str) -> str:
        """The statement as text."""


def render(chosen: Format, statement: Statement, language: str) -> str:
    """A statement as text.

    Raises:
        ValueError: if the language is unknown.
    """
    said = cast("RenderStatement", vars(import_module(chosen.module))["render"])
    return said(statement, language)
