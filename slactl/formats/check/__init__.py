"""The ways to say a check: one file for each, each returning text.

The one rule: a format only writes what the check holds; what a monitoring system reads (labels, numbers,
status words) never speaks the reader's language. Formats are imported when they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from slactl.model.check import Check


class RenderCheck(Protocol):
    """A format: a check and a language (``it`` or ``en``) in, the whole text out, ending with a newline."""

    def __call__(self, check: Check, language: str) -> str:
        """The check as text.

        Raises:
            ValueError: if the language is unknown.
        """


@dataclass(frozen=True, slots=True)
class CheckFormat:
    """One way to say a check."""

    name: str
    module: str

    def render(self, check: Check, language: str) -> str:
        """The check as text that ends with a newline.

        Raises:
            ValueError: if the language is unknown.
        """
        return cast("RenderCheck", vars(import_module(self.module))["render"])(check, language)


CHECK_FORMATS: dict[str, CheckFormat] = {
    "text": CheckFormat("text", "slactl.formats.check.text"),
    "json": CheckFormat("json", "slactl.formats.check.json"),
    "junit": CheckFormat("junit", "slactl.formats.check.junit"),
    "prometheus": CheckFormat("prometheus", "slactl.formats.check.prometheus"),
}
