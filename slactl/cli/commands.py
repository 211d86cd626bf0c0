"""The commands, by name."""

from __future__ import annotations

import typer

from slactl.cli.alarms import alarms_app
from slactl.cli.bundle import bundle
from slactl.cli.check import check
from slactl.cli.collect import collect
from slactl.cli.config import config_app
from slactl.cli.coverage import coverage
from slactl.cli.discover import discover
from slactl.cli.doctor import doctor
from slactl.cli.evidence import evidence_app
from slactl.cli.explain import explain
from slactl.cli.iam import iam_app
from slactl.cli.incidents import incidents_app
from slactl.cli.init import init
from slactl.cli.maintenance import maintenance_app
from slactl.cli.options import HELP, options
from slactl.cli.report import report
from slactl.cli.sandbox import sandbox
from slactl.cli.slo import slo_app
from slactl.cli.status import StatusCommand, status
from slactl.cli.verify import verify

app = typer.Typer(
    name="slactl",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.callback()(options)
app.command()(report)
app.command()(check)
app.command(cls=StatusCommand)(status)
app.command()(coverage)
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
app.add_typer(maintenance_app, name="maintenance")
app.add_typer(evidence_app, name="evidence")
app.add_typer(alarms_app, name="alarms")
app.add_typer(slo_app, name="slo")
app.add_typer(iam_app, name="iam")
