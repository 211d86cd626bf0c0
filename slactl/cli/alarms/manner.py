"""How the commands about alarms and SLOs write, and in which language: options that many of them share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli.report import Language

if TYPE_CHECKING:
    from slactl.model.catalogue import Catalogue


class Form(StrEnum):
    """How it is written."""

    TEXT = "text"
    JSON = "json"


FormOption = Annotated[Form, typer.Option("--format", help="How to print.")]
LangOption = Annotated[
    Language | None, typer.Option("--lang", help="The language of the text; default: the configuration's.")
]


def language_of(lang: Language | None, catalogue: Catalogue) -> str:
    """The language that was asked for, else the report's."""
    return lang.value if lang else catalogue.report.language
