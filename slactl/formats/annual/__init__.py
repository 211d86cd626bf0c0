"""The ways to say an annual statement, named like those of a report.

The one rule: what the two have in common is said by the report's own chapters, so that a year looks and
reads like its months.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from slactl.formats import Format, bytes_of, text_of

if TYPE_CHECKING:
    from slactl.model.statement import Statement

ANNUAL_FORMATS: dict[str, Format] = {
    "html": Format("html", "slactl.formats.annual.html", localised=True),
    "json": Format("json", "slactl.formats.annual.json", localised=False),
    "pdf": Format("pdf", "slactl.formats.annual.pdf", localised=True, binary=True),
    "md": Format("md", "slactl.formats.annual.markdown", localised=True),
    "csv": Format("csv", "slactl.formats.annual.csv", localised=False),
}


class RenderStatement(Protocol):
    """A format: a statement and a language (``it`` or ``en``) in, the whole file out."""

    def __call__(self, statement: Statement, language: str) -> str | bytes:
        """The statement as it stands in a file."""


def render(chosen: Format, statement: Statement, language: str) -> str:
    """A statement as text.

    Raises:
        ValueError: if the language is unknown.
        TypeError: if the format is no text.
    """
    return text_of(_said(chosen, statement, language))


def content(chosen: Format, statement: Statement, language: str) -> bytes:
    """A statement as it stands in a file.

    Raises:
        ValueError: if the language is unknown.
    """
    return bytes_of(_said(chosen, statement, language))


def _said(chosen: Format, statement: Statement, language: str) -> str | bytes:
    return cast("RenderStatement", vars(import_module(chosen.module))["render"])(statement, language)
