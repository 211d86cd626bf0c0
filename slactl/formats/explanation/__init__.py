"""The ways to say an explanation: as text for people, as JSON for programs.

The one rule: nothing is computed here but where a line ends; what the row prints is printed by the same
functions as in the report.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from slactl.model.explanation import Explanation


class Say(Protocol):
    """An explanation and a language (``it`` or ``en``) in, the whole text out."""

    def __call__(self, found: Explanation, language: str) -> str:
        """The explanation as text."""


MODULES = {"text": "slactl.formats.explanation.text", "json": "slactl.formats.explanation.json"}


def saying(form: str) -> Say:
    """The function that renders, importing its module now.

    Raises:
        KeyError: if there is no such form.
    """
    return cast("Say", vars(import_module(MODULES[form]))["render"])
