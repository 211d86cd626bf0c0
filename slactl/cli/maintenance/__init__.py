"""``slactl maintenance``: the windows, one more of them, and alarms that keep quiet meanwhile."""

from __future__ import annotations

import typer

from slactl.cli.maintenance.adding import add
from slactl.cli.maintenance.listing import list_windows
from slactl.cli.maintenance.syncing import sync

maintenance_app = typer.Typer(
    help="Windows of maintenance: listed, added, told to CloudWatch.", no_args_is_help=True, rich_markup_mode=None
)


@maintenance_app.callback()
def maintenance() -> None:
    """Windows of maintenance: listed, added, told to CloudWatch."""


maintenance_app.command("list")(list_windows)
maintenance_app.command()(add)
maintenance_app.command()(sync)
