"""``slactl incidents``: forms for what no incident explains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slactl.cli import clock
from slactl.cli.computing import computed, month_asked
from slactl.cli.configured import catalogue_or_exit
from slactl.cli.console import fail, out, raw, talk
from slactl.cli.files import write_new
from slactl.cli.readings import WAYS, Way

incidents_app = typer.Typer(
    help="What explains downtime and missed objectives.", no_args_is_help=True, rich_markup_mode=None
)


@incidents_app.callback()
def incidents() -> None:
    """What explains downtime and missed objectives."""


@incidents_app.command()
def draft(
    month: Annotated[str | None, typer.Option(help="The month, YYYY-MM; default: last month.")] = None,
    output: Annotated[str, typer.Option("--output", "-o", help="A file that is not there yet, or - for stdout.")] = "-",
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
    way: Annotated[Way, typer.Option("--from", help=WAYS)] = Way.AUTO,
) -> None:
    """Write a form for each stretch of downtime and each missed objective that no incident explains."""
    present = clock.now()
    catalogue = catalogue_or_exit(config)
    _keep_what_stands(output)
    made = computed(catalogue, month_asked(month, catalogue, present.epoch, 2), present, config, way)
    from slactl.workflows.drafting import incident_drafts

    text, number = incident_drafts(made)
    if output == "-":
        raw(text)
    elif number:
        _write(Path(output), text)
    _tell(number, output)


def _keep_what_stands(output: str) -> None:
    """Finds out before anything is read that the file stands already.

    Raises:
        typer.Exit: if it does.
    """
    if output != "-" and Path(output).exists():
        _standing(output)


def _standing(output: str) -> None:
    fail(f"{output} stands there already", "name another file, and list both: incidents: [incidents.yaml, new.yaml]")


def _write(path: Path, text: str) -> None:
    try:
        write_new(path, text)
    except FileExistsError:
        _standing(str(path))
    out(str(path))


def _tell(number: int, output: str) -> None:
    if not number:
        talk("nothing is without explanation" + ("" if output == "-" else f"; {output} was not written"))
        return
    talk(f"{number} without explanation: fill in the forms, name the file under incidents:, then slactl config check")
