"""``slactl alarms``: what should ring, what stands, what would change; and changing it.

The one rule: reading commands change nothing, and what changes alarms says before what it will do, and after what it
did.
"""

from __future__ import annotations

import typer

from slactl.cli.alarms.apply import apply
from slactl.cli.alarms.destroy import destroy
from slactl.cli.alarms.export import export
from slactl.cli.alarms.lint import lint
from slactl.cli.alarms.plan import plan
from slactl.cli.alarms.replay import replay
from slactl.cli.alarms.status import status

alarms_app = typer.Typer(
    name="alarms", help="What should ring, what stands, what would change.", no_args_is_help=True, rich_markup_mode=None
)

alarms_app.command()(plan)
alarms_app.command()(apply)
alarms_app.command()(destroy)
alarms_app.command()(status)
alarms_app.command()(replay)
alarms_app.command()(lint)
alarms_app.command()(export)
