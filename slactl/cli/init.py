"""``slactl init``: a first configuration from what is there.

The one rule: it asks nothing that it can find out, never takes the machine's time zone, and never
overwrites a file unless told to; what it would write is loaded and checked before it is written.
"""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from slactl.cli import clock
from slactl.cli.console import fail, out, talk
from slactl.cli.files import write_whole
from slactl.cli.looking import directory, look_around, patient_reader, written

if TYPE_CHECKING:
    from slactl.aws.session import AwsWorld
    from slactl.cli.clock import Now
    from slactl.model.span import Span
    from slactl.workflows.onboarding.landscape import Landscape
    from slactl.workflows.onboarding.proposal import Proposal

MAIN, MAINTENANCE = "slactl.yaml", "maintenance.yaml"
DAY = 86_400


class Language(StrEnum):
    """The languages of a report."""

    IT = "it"
    EN = "en"


def init(
    where: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where the files go.")] = Path(),
    lang: Annotated[Language, typer.Option(help="The report's language.")] = Language.EN,
    timezone: Annotated[
        str | None, typer.Option(help="The agreement's time zone, such as Europe/Rome; default: UTC.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="The AWS region; default: the environment's.")] = None,
    profile: Annotated[str | None, typer.Option(help="The AWS profile; default: the environment's.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that stand there already.")] = False,
) -> None:
    """Write a first slactl.yaml and maintenance.yaml from what is there."""
    from slactl.model.catalogue import AwsSettings

    present, zone = clock.now(), _zone(timezone)
    _keep_what_stands(where, force=force)
    from slactl.cli.wiring import aws_world

    world = aws_world(AwsSettings(region=region, profile=profile))
    found = _look(world, present, zone)
    texts = _texts(world, found, present, zone, lang=lang.value, zone_given=timezone is not None, profile=profile)
    _write(where, texts)
    talk(
        f"time zone {zone.key}"
        + ("" if timezone else ": none was given; the machine's is never taken (--timezone Europe/Rome)")
    )
    talk("next: read what is marked CHECK, then slactl doctor, then slactl report")
    talk("slactl discover --packs proposes promises about the platform beside the services")


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fail(f"there is no time zone {name!r}", "a name such as Europe/Rome or UTC", 2)


def _keep_what_stands(where: Path, *, force: bool) -> None:
    if where.exists() and not where.is_dir():
        fail(f"{where} is no directory", "name a directory, or none for this one", 2)
    standing = [name for name in (MAIN, MAINTENANCE) if (where / name).exists()]
    if standing and not force:
        fail(f"{' and '.join(standing)} stand in {where} already", "--force overwrites", 1)


def _look(world: AwsWorld, present: Now, zone: ZoneInfo) -> Landscape:
    talk(f"looking as {world.caller.arn} in {world.region}")
    found = look_around(world, present.epoch, _days(present.epoch, zone), medians=True)
    for refusal in found.refusals:
        talk(f"slactl: {refusal.what}" + (f" ({refusal.hint})" if refusal.hint else ""))
    if not found.services and not found.stages:
        hint = next(
            (each.hint for each in found.refusals if each.hint),
            "is it another region (--region), or is Application Signals off?",
        )
        fail(f"no service and no gateway was found in account {world.caller.account}, {world.region}", hint)
    return found


def _days(now: int, zone: ZoneInfo) -> tuple[Span, ...]:
    """The days from the beginning of last month until now."""
    from slactl.model.period import Month, local_date
    from slactl.workflows.onboarding.landscape import last_days

    today = local_date(now, zone)
    start = Month(today.year, today.month).shift(-1).span(zone).start
    return last_days(now, -(-(now - start) // DAY))


def _texts(
    world: AwsWorld, found: Landscape, present: Now, zone: ZoneInfo, *, lang: str, zone_given: bool, profile: str | None
) -> dict[str, str]:
    from slactl.workflows.onboarding.files import Head, configuration_text, maintenance_text
    from slactl.workflows.onboarding.proposal import propose_all

    proposal = propose_all(found, directory(world), patient_reader(world), present.epoch, zone)
    _tell(proposal)
    day = written(present.epoch)[:10]
    head = Head(world.caller.account, world.region or "", lang, zone.key, zone_given, day, profile)
    return {MAINTENANCE: maintenance_text(), MAIN: configuration_text(proposal, head)}


def _tell(proposal: Proposal) -> None:
    for service in proposal.services:
        what = f"{len(service.rules.lines)} rules" + (
            f", edge {service.edge.stage.name} {service.edge.stage.stage}" if service.edge else ""
        )
        talk(f"service {service.key}: {what}")
        for warning in service.rules.warnings:
            talk(f"service {service.key}: {warning}")
        if service.bare_lambda:
            talk(f"service {service.key}: a Lambda function without an edge; its throttles and timeouts report nothing")
    for name in proposal.unnameable:
        talk(f"left out, because a configuration can't hold its name: {name}")


def _write(where: Path, texts: dict[str, str]) -> None:
    _check(texts)
    for name, text in texts.items():
        write_whole(where / name, text)
        out(str(where / name))


def _check(texts: dict[str, str]) -> None:
    """Loads what is to be written; a mistake would be slactl's own, and nothing is written then."""
    from slactl.configuration import ConfigurationError, load
    from slactl.configuration.findings import find

    with tempfile.TemporaryDirectory(prefix="slactl-") as folder:
        for name, text in texts.items():
            write_whole(Path(folder) / name, text)
        try:
            findings = find(load(Path(folder) / MAIN))
        except ConfigurationError as refused:
            first = refused.mistakes[0]
            fail(
                f"the configuration for what was found would be refused: {first.what}",
                "this is a fault of slactl; nothing was written",
            )
    for finding in findings:
        talk(f"slactl: {MAIN}:{finding.line}: {finding.what} ({finding.hint})")
