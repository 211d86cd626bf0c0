"""The options that stand before every command."""

from __future__ import annotations

from typing import Annotated

import typer

from slactl import __version__
from slactl.cli.console import Talk, out

HELP = "Tells whether a platform kept its promises."


def _version(asked: bool) -> None:
    if asked:
        out(f"slactl {__version__}")
        raise typer.Exit


def options(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Tells whether a platform kept its promises."""
    Talk.quiet, Talk.verbose = quiet, verbose
