"""The commands, by name."""

from __future__ import annotations

from typing import Annotated

import typer

from slactl import __version__
from slactl.cli.bundle import bundle
from slactl.cli.check import check
from slactl.cli.collect import collect
from slactl.cli.config import config_app
from slactl.cli.console import Talk, out
from slactl.cli.discover import discover
from slactl.cli.doctor import doctor
from slactl.cli.evidence import evidence_app
from slactl.cli.explain import explain
from slactl.cli.incidents import incidents_app
from slactl.cli.init import init
from slactl.cli.report import report
from slactl.cli.sandbox import sandbox
from slactl.cli.verify import verify

app = typer.Typer(
    name="slactl",
    help="Tells whether a platform kept its promises.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        out(f"slactl {__version__}")
        raise typer.Exit


@app.callback()
def options(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Tells whether a platform kept its promises."""
    Talk.quiet, Talk.verbose = quiet, verbose


app.command()(report)
app.command()(check)
app.command()(explain)
app.command()(collect)
app.command()(bundle)
app.command()(verify)
app.command()(discover)
app.command()(init)
app.command()(doctor)
app.command(context_settings={"allow_extra_args": True, "allow_interspersed_args": False})(sandbox)
app.add_typer(config_app, name="config")
app.add_typer(incidents_app, name="incidents")
app.add_typer(evidence_app, name="evidence")
