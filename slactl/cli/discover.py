"""``slactl discover``: lists what is there, in one table; with ``--packs``, which packs fit it.

The one rule: what AWS would not tell is said on stderr and in the JSON, and doesn't stop the rest.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slactl.cli import clock
from slactl.cli.console import fail, out, talk
from slactl.cli.looking import count, json_text, look_around, settings_of, written
from slactl.cli.table import print_table

if TYPE_CHECKING:
    from slactl.model.catalogue import AwsSettings
    from slactl.ports import Refusal
    from slactl.workflows.onboarding.landscape import Landscape, SeenService, SeenStage, Traffic

WRONG = 2
SCHEMA = "slactl.discover/1"
NUMBERS = frozenset({3, 4, 5, 6})
HEADS = ("kind", "name", "environment or stage", "operations", "last 24 h", "last 7 days", "5xx", "remarks")


class Format(StrEnum):
    """How the list is printed."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


def discover(
    service: Annotated[str | None, typer.Option(help="List the operations of the services of this name.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="Take account and region from this configuration's aws section.")
    ] = None,
    output: Annotated[
        Format | None, typer.Option("--format", help="How to print; default: table, with --packs yaml.")
    ] = None,
    packs: Annotated[
        bool, typer.Option("--packs", help="Propose packs and their variables: a section packs: for slactl.yaml.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Put the proposed packs into slactl.yaml, beside what stands there.")
    ] = False,
) -> None:
    """List what is there: services, operations, gateways, and how much is asked of them; or propose packs for it."""
    _check_options(service, output, packs=packs, write=write)
    if packs:
        from slactl.cli.discover_packs import discover_packs

        discover_packs(config, as_json=output is Format.JSON, write=write)
        return
    _list(service, config, output or Format.TABLE)


def _check_options(service: str | None, output: Format | None, *, packs: bool, write: bool) -> None:
    if packs and (service is not None or output is Format.TABLE):
        fail("--packs goes with neither --service nor --format table", "--format yaml or json", WRONG)
    if not packs and (write or output is Format.YAML):
        fail(f"{'--write' if write else '--format yaml'} goes with --packs only", "slactl discover --packs", WRONG)
    if write and output is not None:
        fail("--write prints the file's name only", "leave --format out", WRONG)


def _list(service: str | None, config: Path | None, output: Format) -> None:
    present = clock.now()
    found = _look(settings_of(config), present.epoch)
    for refusal in found.refusals:
        talk(f"slactl: {refusal.what}" + (f" ({refusal.hint})" if refusal.hint else ""))
    if not found.services and not found.stages and found.refusals:
        fail("nothing could be listed", _first_hint(found.refusals))
    if service is not None:
        _print_operations(_named(found, service), output)
        return
    _print_all(found, output)


def _look(settings: AwsSettings, now: int) -> Landscape:
    from slactl.cli.wiring import aws_world

    world = aws_world(settings)
    talk(f"looking as {world.caller.arn} in {world.region}")
    return look_around(world, now)


def _first_hint(refusals: tuple[Refusal, ...]) -> str:
    return next((refusal.hint for refusal in refusals if refusal.hint), "slactl doctor checks what is needed")


def _named(found: Landscape, name: str) -> list[SeenService]:
    services = [service for service in found.services if service.listed.name == name]
    if not services:
        known = ", ".join(sorted({service.listed.name for service in found.services})) or "none"
        fail(f"there is no service {name!r}", f"services are {known}")
    return services


def _print_all(found: Landscape, output: Format) -> None:
    if output is Format.JSON:
        out(json_text(_document(found)))
        return
    rows = [_service_row(service) for service in found.services]
    rows += [_stage_row(stage, found) for stage in found.stages]
    if rows:
        print_table(HEADS, rows, NUMBERS)
    else:
        talk("no service and no gateway was seen in the last seven days")


def _service_row(service: SeenService) -> tuple[str, ...]:
    listed = service.listed
    return (
        "service",
        listed.name,
        listed.environment,
        str(len(service.operations)),
        *_counts(service.traffic),
        _before(service),
    )


def _before(service: SeenService) -> str:
    return "; ".join(f"behind {edge.stage.name} {edge.stage.stage}: {edge.why}" for edge in service.edges)


def _stage_row(stage: SeenStage, found: Landscape) -> tuple[str, ...]:
    listed = stage.listed
    name = listed.name if listed.kind == "rest" else f"{listed.api} ({listed.name})"
    methods = str(len(listed.routes)) if listed.routes else "-"
    return (f"{listed.kind} api", name, listed.stage, methods, *_counts(stage.traffic), _stage_remarks(stage, found))


def _stage_remarks(stage: SeenStage, found: Landscape) -> str:
    words = {True: "detailed metrics on", False: "detailed metrics OFF", None: "detailed metrics: not known"}
    remarks = [words[stage.listed.detailed]]
    remarks += [
        f"before {service.listed.name} {service.listed.environment}" for service, _ in found.before(stage.listed)
    ]
    if len(stage.listed.ids) > 1:
        remarks.append(f"{len(stage.listed.ids)} APIs share this name, AWS adds their metrics together")
    return "; ".join(remarks)


def _counts(traffic: Traffic) -> tuple[str, str, str]:
    return count(traffic.day), count(traffic.week), count(traffic.faults)


def _print_operations(services: list[SeenService], output: Format) -> None:
    if output is Format.JSON:
        document = {"schema": SCHEMA, "services": [_service_json(service, operations=True) for service in services]}
        out(json_text(document))
        return
    rows = [
        (operation.name, service.listed.environment, *_counts(operation.traffic))
        for service in services
        for operation in sorted(service.operations, key=lambda each: (-(each.traffic.week or 0), each.name))
    ]
    print_table(("operation", "environment", "last 24 h", "last 7 days", "5xx"), rows, frozenset({2, 3, 4}))


def _document(found: Landscape) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "until": written(found.until),
        "services": [_service_json(service, operations=False) for service in found.services],
        "gateways": [_stage_json(stage, found) for stage in found.stages],
        "refused": [
            {"doing": each.doing, "action": each.action, "what": each.what, "denied": each.denied}
            for each in found.refusals
        ],
    }


def _service_json(service: SeenService, *, operations: bool) -> dict[str, Any]:
    listed = service.listed
    told: dict[str, Any] = {
        "name": listed.name,
        "environment": listed.environment,
        "operation_count": len(service.operations),
    }
    if operations:
        told["operations"] = [{"name": each.name, **_traffic_json(each.traffic)} for each in service.operations]
    edges = [{"api": edge.stage.api, "stage": edge.stage.stage, "why": edge.why} for edge in service.edges]
    return told | _traffic_json(service.traffic) | {"edges": edges}


def _stage_json(stage: SeenStage, found: Landscape) -> dict[str, Any]:
    listed = stage.listed
    behind = [{"name": each.listed.name, "environment": each.listed.environment} for each, _ in found.before(listed)]
    told = {"kind": listed.kind, "api": listed.api, "name": listed.name, "stage": listed.stage, "ids": list(listed.ids)}
    return (
        told
        | {"detailed_metrics": listed.detailed, "methods": len(listed.routes), "before": behind}
        | _traffic_json(stage.traffic)
    )


def _traffic_json(traffic: Traffic) -> dict[str, int | None]:
    return {"requests_24h": traffic.day, "requests_7d": traffic.week, "faults_7d": traffic.faults}
