"""``slactl alarms plan``: what would change, and what it would cost; nothing is changed.

The one rule: a plan that nobody may carry out is printed, and is an error: it is not saved, and the exit code is 1.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.desk import ConfigOption, Desk, WayOption, desk, planned, saved_of
from slactl.cli.alarms.manner import LangOption, language_of
from slactl.cli.console import complain, raw, talk
from slactl.cli.files import write_whole
from slactl.cli.readings import Way

if TYPE_CHECKING:
    from slactl.cli.clock import Now
    from slactl.workflows.enforcing.planning import Planned

REFUSED, CHANGES = 1, 2


class Form(StrEnum):
    """How a plan is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"


def plan(
    out: Annotated[Path | None, typer.Option("--out", help="Save the plan, for slactl alarms apply FILE.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    detailed: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 0: nothing to do, 1: error, 2: changes.")
    ] = False,
    lang: LangOption = None,
    config: ConfigOption = None,
    way: WayOption = Way.AUTO,
) -> None:
    """Say which alarms would be created, updated, deleted, and what all of them cost a month."""
    wrong = REFUSED if detailed else 2
    present = clock.now(wrong)
    at = desk(config, wrong)
    made = planned(at, present, way)
    language = language_of(lang, at.catalogue)
    raw(_rendered(at, made, present, form, language))
    if made.refusals:
        for one in made.refusals:
            complain(one.text, "the plan is refused" + (" and was not saved" if out else ""))
        raise typer.Exit(REFUSED)
    if out is not None:
        write_whole(out, _rendered(at, made, present, Form.JSON, language))
        talk(f"saved: slactl alarms apply {out}")
    raise typer.Exit(CHANGES if detailed and made.plan.to_do else 0)


def _rendered(at: Desk, made: Planned, present: Now, form: Form, language: str) -> str:
    from slactl.formats.alarms import json, markdown, text

    if form is Form.JSON:
        return json.render(made, saved_of(at, made, present))
    return markdown.render(made, language) if form is Form.MARKDOWN else text.render(made, language)
