"""``slactl config check / show / schema``: the configuration explained.

The one rule: ``check`` exits 0 when nothing was found, 2 with mistakes or findings, 3 when there is
no configuration to look at.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from slactl.cli.console import out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slactl.configuration.mistakes import ConfigurationError, Mistake, Origin
    from slactl.configuration.promises import Finding
    from slactl.model.general import Control

CHECK_SCHEMA = "slactl.config-check/1"
SHOW_SCHEMA = "slactl.config/1"
FOUND, COULD_NOT_LOOK = 2, 3

config_app = typer.Typer(name="config", help="The configuration explained.", no_args_is_help=True)


class Format(StrEnum):
    """How figures are printed."""

    TEXT = "text"
    JSON = "json"


class SchemaOf(StrEnum):
    """Which file a schema describes."""

    CONFIG = "config"
    OBJECTIVES = "objectives"
    MAINTENANCE = "maintenance"
    INCIDENTS = "incidents"
    ALARMS = "alarms"
    CLAUSES = "clauses"
    PACK = "pack"
    DOCUMENT = "document"


ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The main file; default: SLACTL_CONFIG, else the nearest slactl.yaml."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]


@config_app.command()
def check(config: ConfigOption = None, output: FormatOption = Format.TEXT) -> None:
    """Look for mistakes, and for what is legal and yet hardly meant."""
    from slactl.cli.clock import now
    from slactl.cli.configured import located
    from slactl.configuration import ConfigurationError, load
    from slactl.configuration.findings import find
    from slactl.model.period import local_date

    try:
        loaded = load(located(config))
        found = find(loaded, local_date(now(COULD_NOT_LOOK).epoch, loaded.catalogue.report.zone), _misfits)
    except ConfigurationError as refused:
        _refused(refused, output)
    if output is Format.JSON:
        _print_json(_checked((), found))
    for finding in found if output is Format.TEXT else ():
        out(str(finding))
    raise typer.Exit(FOUND if found else 0)


def _misfits(control: Control) -> Iterable[str]:
    """What of a control its call cannot take; the models of AWS are opened only for this."""
    from slactl.configuration.calls import read_only_calls
    from slactl.sources.configuration.fitting import misfits

    return misfits(control, read_only_calls())


@config_app.command()
def show(config: ConfigOption = None, output: FormatOption = Format.TEXT) -> None:
    """Print every value in effect, and where it comes from."""
    from slactl.cli.configured import loaded_or_exit

    origins = loaded_or_exit(config).origins
    if output is Format.JSON:
        values = [{"key": each.key, "value": each.value, "origin": each.place} for each in origins]
        _print_json({"schema": SHOW_SCHEMA, "values": values})
        return
    out("\n".join(_aligned(origins)))


@config_app.command()
def schema(
    of: Annotated[SchemaOf, typer.Option("--of", help="Which file to describe.")] = SchemaOf.CONFIG,
) -> None:
    """Print a JSON Schema for editors."""
    from slactl.configuration.schema import schema_of

    _print_json(schema_of(of.value))


def _refused(refused: ConfigurationError, output: Format) -> NoReturn:
    """Tell the mistakes of a refused configuration and exit."""
    from slactl.cli.configured import refuse
    from slactl.configuration import ConfigurationNotFound

    if output is Format.JSON:
        _print_json(_checked(refused.mistakes, ()))
    refuse(refused, COULD_NOT_LOOK if isinstance(refused, ConfigurationNotFound) else FOUND)


def _checked(mistakes: tuple[Mistake, ...], findings: tuple[Finding, ...]) -> dict[str, object]:
    return {
        "schema": CHECK_SCHEMA,
        "mistakes": [{"file": m.file, "line": m.line, "what": m.what, "hint": m.hint} for m in mistakes],
        "findings": [
            {"code": f.code, "file": f.file, "line": f.line, "what": f.what, "hint": f.hint} for f in findings
        ],
    }


def _aligned(origins: tuple[Origin, ...]) -> list[str]:
    """``key = value   # origin``, the signs under each other."""
    rows = [(each.key, _written(each.value), each.place) for each in origins]
    width = max(len(key) for key, _, _ in rows)
    reach = max(len(value) for _, value, _ in rows if len(value) <= 40) if rows else 0
    return [f"{key:<{width}} = {value:<{reach}}   # {place}" for key, value, place in rows]


def _written(value: object) -> str:
    """A value as YAML would have it, on one line."""
    if value is None:
        return "-"
    return value if isinstance(value, str) and "\n" not in value else json.dumps(value, ensure_ascii=False, default=str)


def _print_json(value: object) -> None:
    out(json.dumps(value, ensure_ascii=False, indent=2, default=str))
