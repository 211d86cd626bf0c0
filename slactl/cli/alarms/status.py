"""``slactl alarms status``: which limits are in alarm, without data, or not enforced at all."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.desk import ConfigOption, WayOption, desk, view_of
from slactl.cli.console import raw, talk
from slactl.cli.readings import Way


class Form(StrEnum):
    """How it is written."""

    TEXT = "text"
    JSON = "json"


def status(
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    config: ConfigOption = None,
    way: WayOption = Way.AUTO,
) -> None:
    """Say which limits are in alarm, without data, or not enforced at all."""
    present = clock.now()
    at = desk(config)
    from slactl.formats.alarms.status import render_json, text
    from slactl.workflows.enforcing import status as standing

    view = view_of(at, present, way)
    found = standing.status(view.wanted, view.seen, at.store, at.enforcement.prefix)
    for doubt in (*found.doubts, *(one.text for one in view.known.doubts)):
        talk(doubt)
    raw(render_json(found) if form is Form.JSON else text(found))
