"""``slactl alarms lint``: what is wrong with the alarms that stand, ours or not.

The one rule: the exit code is 0 where nothing was found, 2 where something was, 3 where nobody could look.
"""

from __future__ import annotations

import typer

from slactl.cli import clock
from slactl.cli.alarms.desk import ConfigOption, WayOption, desk, known_of
from slactl.cli.alarms.manner import Form, FormOption, LangOption, language_of
from slactl.cli.console import raw, talk
from slactl.cli.readings import Way
from slactl.cli.wiring import metric_reader

FINDINGS, UNKNOWN = 2, 3


def lint(
    form: FormOption = Form.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
    way: WayOption = Way.AUTO,
) -> None:
    """Find alarms that cannot fire, tell nobody, take a gap for health, or ring later than what is promised."""
    present = clock.now(UNKNOWN)
    at = desk(config, UNKNOWN, needed=False)
    from slactl.formats.alarms.lint import render_json, text
    from slactl.formats.language import speak
    from slactl.formats.retelling import retold
    from slactl.workflows.enforcing.linting import lint_account

    language = language_of(lang, at.catalogue)
    known = known_of(at, present, way)
    reader = metric_reader(at.world, lambda done, total: None)
    found = lint_account(at.store, reader, at.catalogue, known.watched, present.epoch)
    for doubt in (*found.doubts, *(one.text for one in known.doubts)):
        talk(retold(doubt, speak(language)))
    raw(render_json(found) if form is Form.JSON else text(found, language))
    raise typer.Exit(FINDINGS if found.findings else 0)
