"""The ways to say a report: one file for each, each returning text.

The one rule: a format only writes what the report holds; nothing here is computed that could change
a verdict, and nothing here reads a clock, a file of the user, or the machine's language. Formats are
imported when they are asked for, so that naming them costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from slactl.model.report import Report

LANGUAGES = ("it", "en")


class Render(Protocol):
    """A format: a report and a language (``it`` or ``en``) in, the whole text out."""

    def __call__(self, report: Report, language: str) -> str:
        """The report as text."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to say a report; ``localised`` ones carry the language in the name of their file."""

    name: str
    module: str
    localised: bool

    def render(self, report: Report, language: str) -> str:
        """The report as text.

        Raises:
            ValueError: if the language is none of ``LANGUAGES``.
        """
        return load(self)(report, language)

    def file_name(self, label: str, language: str) -> str:
        """``slactl-2026-10.it.html``, ``slactl-2026-10.json``."""
        return f"slactl-{label}.{language}.{self.name}" if self.localised else f"slactl-{label}.{self.name}"


def load(chosen: Format) -> Render:
    """The function that renders, importing its module now."""
    return cast("Render", vars(import_module(chosen.module))["render"])


FORMATS: dict[str, Format] = {
    "html": Format("html", "slactl.formats.html", localised=True),
    "json": Format("json", "slactl.formats.json", localised=False),
    "md": Format("md", "slactl.formats.markdown", localised=True),
    "csv": Format("csv", "slactl.formats.csv", localised=False),
}
