"""``slactl doctor``: whether everything needed is in place, in one table.

The one rule: 0 when nothing was found, 2 with findings, 3 when one could not look: without credentials
or an endpoint that answers, or where all that is left is unknown.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.configured import located
from slactl.cli.console import out, talk
from slactl.cli.looking import directory, json_text, patient_reader
from slactl.cli.table import print_table

if TYPE_CHECKING:
    from slactl.cli.clock import Now
    from slactl.configuration import Loaded
    from slactl.model.catalogue import Catalogue
    from slactl.workflows.onboarding.checks import Check
    from slactl.workflows.onboarding.elsewhere import Elsewhere

SCHEMA = "slactl.doctor/1"
FOUND, COULD_NOT_LOOK = 2, 3
HEADS = ("check", "of", "status", "found", "what to do")


class Format(StrEnum):
    """How the checks are printed."""

    TABLE = "table"
    JSON = "json"


def doctor(
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Say whether credentials, permissions, metrics, history and clock are as needed."""
    present = clock.now(COULD_NOT_LOOK)
    loaded, checks = _configured(config, present.epoch)
    looked, more = _examined(loaded, present)
    checks += more
    _print(checks, output)
    raise typer.Exit(_code(checks, looked=looked))


def _configured(config: Path | None, now: int) -> tuple[Loaded | None, list[Check]]:
    """The configuration, if there is one without mistakes, and what there is to say of it."""
    from slactl.configuration import ConfigurationError, ConfigurationNotFound, load
    from slactl.configuration.findings import find
    from slactl.model.period import local_date
    from slactl.workflows.onboarding.checks import ok, problem, warning

    try:
        path = located(config)
        loaded = load(path)
    except ConfigurationNotFound as missing:
        if config is not None:
            return None, [problem("configuration", "", str(missing.mistakes[0]), "name one that is there")]
        return None, [ok("configuration", "", "none: only the account is checked", "slactl init writes one")]
    except ConfigurationError as refused:
        told = f"{len(refused.mistakes)} mistakes, the first: {refused.mistakes[0].place}: {refused.mistakes[0].what}"
        return None, [problem("configuration", "", told, "slactl config check tells all; only the account is checked")]
    found = find(loaded, local_date(now, loaded.catalogue.report.zone))
    if found:
        told = f"{path}: {len(found)} findings, the first: {found[0].what}"
        return loaded, [warning("configuration", "", told, "slactl config check tells all")]
    return loaded, [ok("configuration", "", str(path))]


def _examined(loaded: Loaded | None, present: Now) -> tuple[bool, list[Check]]:
    from slactl.cli.sampling import configuration_reader
    from slactl.cli.wiring import aws_world
    from slactl.model.catalogue import AwsSettings
    from slactl.sources.permissions import AccountPermissions
    from slactl.workflows.onboarding.account import Clock
    from slactl.workflows.onboarding.checkup import Patient, check_up

    catalogue = loaded.catalogue if loaded else None
    settings = catalogue.aws if catalogue else AwsSettings()
    world = aws_world(settings)
    talk("looking; this takes some seconds")
    permissions = AccountPermissions(world, present.epoch)
    looks = configuration_reader(world, present.epoch) if catalogue and catalogue.general else None
    elsewhere = _elsewhere(catalogue, present.epoch)
    patient = Patient(directory(world), patient_reader(world), permissions, settings, catalogue, looks, elsewhere)
    return check_up(patient, Clock(present.epoch, present.was_set))


def _elsewhere(catalogue: Catalogue | None, now: int) -> Elsewhere | None:
    """Whom entries ask beside AWS; its token is not even looked for where none does."""
    from slactl.cli.cloudflare import cloudflare_directory, cloudflare_reader
    from slactl.workflows.onboarding.elsewhere import Elsewhere, terms_elsewhere

    if catalogue is None or not terms_elsewhere(catalogue):
        return None
    return Elsewhere(cloudflare_directory(), cloudflare_reader(now))


def _print(checks: list[Check], output: Format) -> None:
    from slactl.workflows.onboarding.checks import worst

    if output is Format.JSON:
        rows = [
            {"check": each.code, "of": each.subject, "status": each.health, "found": each.found, "advice": each.advice}
            for each in checks
        ]
        document = {"schema": SCHEMA, "status": worst(checks), "checks": rows}
        out(json_text(document))
        return
    print_table(HEADS, [(each.code, each.subject, each.health, each.found, each.advice) for each in checks])


def _code(checks: list[Check], *, looked: bool) -> int:
    from slactl.workflows.onboarding.checks import Health

    if not looked:
        return COULD_NOT_LOOK
    found = {check.health for check in checks}
    if found & {Health.PROBLEM, Health.WARNING}:
        return FOUND
    return COULD_NOT_LOOK if Health.UNKNOWN in found else 0
