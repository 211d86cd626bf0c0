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
    """A format: a report and a language (``it`` or ``en``) in, the whole file out."""

    def __call__(self, report: Report, language: str) -> str | bytes:
        """The report as it stands in a file."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to say a report; ``localised`` ones carry the language in the name of their file.

    ``binary`` ones are no text.
    """

    name: str
    module: str
    localised: bool
    binary: bool = False

    def render(self, report: Report, language: str) -> str:
        """The report as text.

        Raises:
            ValueError: if the language is none of ``LANGUAGES``.
            TypeError: if the format is no text.
        """
        return text_of(load(self)(report, language))

    def content(self, report: Report, language: str) -> bytes:
        """The report as it stands in a file.

        Raises:
            ValueError: if the language is none of ``LANGUAGES``.
        """
        return bytes_of(load(self)(report, language))

    def file_name(self, label: str, language: str) -> str:
        """``slactl-2026-10.it.html``, ``slactl-2026-10.json``."""
        return f"slactl-{label}.{language}.{self.name}" if self.localised else f"slactl-{label}.{self.name}"


def text_of(said: str | bytes) -> str:
    """What a format said, if it is text.

    Raises:
        TypeError: if not.
    """
    if isinstance(said, bytes):
        raise TypeError("this format is no text")
    return said


def bytes_of(said: str | bytes) -> bytes:
    """What a format said, as it stands in a file."""
    return said if isinstance(said, bytes) else said.encode()


def load(chosen: Format) -> Render:
    """The function that renders, importing its module now."""
    return cast("Render", vars(import_module(chosen.module))["render"])


FORMATS: dict[str, Format] = {
    "html": Format("html", "slactl.formats.html", localised=True),
    "json": Format("json", "slactl.formats.json", localised=False),
    "pdf": Format("pdf", "slactl.formats.pdf", localised=True, binary=True),
    "md": Format("md", "slactl.formats.markdown", localised=True),
    "csv": Format("csv", "slactl.formats.csv", localised=False),
}
