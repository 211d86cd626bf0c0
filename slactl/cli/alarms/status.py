"""``slactl alarms status``: which limits are in alarm, without data, or not enforced at all."""

from __future__ import annotations

from slactl.cli import clock
from slactl.cli.alarms.desk import ConfigOption, WayOption, desk, view_of
from slactl.cli.alarms.manner import Form, FormOption, LangOption, language_of
from slactl.cli.console import raw, talk
from slactl.cli.readings import Way


def status(
    form: FormOption = Form.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
    way: WayOption = Way.AUTO,
) -> None:
    """Say which limits are in alarm, without data, or not enforced at all."""
    present = clock.now()
    at = desk(config)
    from slactl.formats.alarms.status import render_json, text
    from slactl.formats.language import speak
    from slactl.formats.retelling import retold
    from slactl.workflows.enforcing import status as standing

    language = language_of(lang, at.catalogue)
    view = view_of(at, present, way)
    found = standing.status(view.wanted, view.seen, at.store, at.enforcement.prefix)
    for doubt in (*found.doubts, *(one.text for one in view.known.doubts)):
        talk(retold(doubt, speak(language)))
    raw(render_json(found) if form is Form.JSON else text(found, language))
