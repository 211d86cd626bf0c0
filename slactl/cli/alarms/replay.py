"""``slactl alarms replay``: what the planned alarms would have done in a past month.

The one rule: nothing is changed and nobody is told; evidence is read first, CloudWatch only for what it lacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.desk import ConfigOption, Desk, WayOption, desk
from slactl.cli.alarms.manner import Form, FormOption, LangOption, language_of
from slactl.cli.computing import command_line, month_asked
from slactl.cli.console import fail, raw
from slactl.cli.readings import Asked, Way, readings

if TYPE_CHECKING:
    from slactl.cli.clock import Now
    from slactl.model.period import Month
    from slactl.model.replay import Replay


def replay(
    month: Annotated[str | None, typer.Option(help="The month, YYYY-MM; default: last month.")] = None,
    form: FormOption = Form.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
    way: WayOption = Way.AUTO,
) -> None:
    """Say what would have rung in a past month, what was missed, and how late it was noticed."""
    present = clock.now()
    at = desk(config)
    wanted = month_asked(month, at.catalogue, present.epoch, 2)
    if present.epoch - at.catalogue.report.settle < wanted.span(at.catalogue.report.zone).start + 300:
        fail(f"nothing of {wanted.label} is settled yet", "choose an earlier month", 2)
    made = _replayed(at, wanted, present, way)
    from slactl.formats.alarms.replay import render_json
    from slactl.formats.alarms.replaytext import text

    raw(render_json(made) if form is Form.JSON else text(made, language_of(lang, at.catalogue)))


def _replayed(at: Desk, month: Month, present: Now, way: Way) -> Replay:
    from slactl.cli.provenance import circumstances
    from slactl.model.period import agreement_year
    from slactl.workflows.enforcing import replaying
    from slactl.workflows.enforcing.rang import kept_history

    zone = at.catalogue.report.zone
    year = agreement_year(month, at.catalogue.report.year_starts, zone)
    asked = Asked(at.catalogue, at.config, way, year, month.label, fresh=True)
    with readings(asked, circumstances(at.catalogue, present, command_line())) as found:
        past = kept_history(found.archive, month.span(zone)) if found.archive else None
        wish = replaying.Asked(at.catalogue, at.enforcement, month, past)
        return replaying.replay(wish, found.reader, found.inventories, found.made)
