"""``slactl explain``: the whole way of one figure.

The one rule: the month is read and judged as the report does it, so the figure at the end is the report's.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from slactl.cli import clock
from slactl.cli.computing import month_asked, month_readings
from slactl.cli.configured import catalogue_or_exit
from slactl.cli.console import fail, raw, talk
from slactl.cli.files import write_whole
from slactl.cli.readings import WAYS, Way
from slactl.cli.report import Language
from slactl.cli.spans import span_asked

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from slactl.cli.readings import Readings
    from slactl.model.catalogue import Catalogue
    from slactl.model.explanation import Explanation
    from slactl.model.period import Month
    from slactl.workflows.explaining.explain import NotThere, Question

SHOWN = 12


class Form(StrEnum):
    """How the explanation is said."""

    TEXT = "text"
    JSON = "json"


def explain(
    service: Annotated[str, typer.Argument(help="The key of the service or component.")],
    objective: Annotated[str, typer.Argument(help="The objective's id.")],
    month: Annotated[str | None, typer.Option(help="The month, YYYY-MM; default: last month.")] = None,
    at: Annotated[
        str | None, typer.Option(help="Show every slice of this span: 2026-10-07T14:05/14:45, a time, or a day.")
    ] = None,
    operation: Annotated[str | None, typer.Option(help="The row of this operation, table or tenant.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    queries: Annotated[
        Path | None, typer.Option(help="Write every query into this directory, for aws --cli-input-json.")
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="The language; default: the configuration's.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
    way: Annotated[Way, typer.Option("--from", help=WAYS)] = Way.AUTO,
) -> None:
    """Show the way of one figure: slices or counts, rules, sums, and the query that anyone can paste."""
    from slactl.formats.explanation import saying
    from slactl.workflows.explaining.explain import NotThere, Question, check

    present = clock.now()
    catalogue = catalogue_or_exit(config)
    wanted = month_asked(month, catalogue, present.epoch, 2)
    zone = catalogue.report.zone
    question = Question(service, objective, operation, span_asked(at, zone, wanted.span(zone)) if at else None)
    try:
        check(catalogue, question)
        _has_slices(catalogue, question)
        opened = month_readings(catalogue, wanted, present, config, way)
        found = _found(opened, catalogue, question, wanted)
    except NotThere as missing:
        _tell(missing)
    if queries is not None:
        _write_queries(found, queries)
    raw(saying(form.value)(found, lang.value if lang else catalogue.report.language))


def _has_slices(catalogue: Catalogue, question: Question) -> None:
    """Refuses a span of what is judged as a whole.

    Raises:
        typer.Exit: with 2.
    """
    from slactl.workflows.explaining.general import general_ids

    if question.at is not None and question.objective in general_ids(catalogue, question.service):
        fail(f"--at goes with slices; {question.objective} has none", "leave --at out", 2)


def _found(
    opened: AbstractContextManager[Readings], catalogue: Catalogue, question: Question, month: Month
) -> Explanation:
    """The way of a figure, of a service's own objective or of a general one."""
    from slactl.workflows.explaining.explain import explain, general_way, open_month
    from slactl.workflows.explaining.general import general_ids, open_general

    with opened as told:
        read = told.reader, told.inventories, told.made
        if question.objective in general_ids(catalogue, question.service):
            head = told.archive.head.sha256 if told.archive else None
            return general_way(open_general(catalogue, question.objective, month, *read, head), question)
        return explain(open_month(catalogue, question.service, month, *read), question)


def _tell(missing: NotThere) -> NoReturn:
    """Says what there is instead, the nearest name first."""
    from slactl.configuration.mistakes import did_you_mean

    if missing.kind == "operation" and not missing.known:
        fail("this objective has no row of an operation", "leave --operation out", 2)
    near = did_you_mean(missing.name, missing.known)
    known = ", ".join(missing.known[:SHOWN]) + (
        f", and {len(missing.known) - SHOWN} more" * (len(missing.known) > SHOWN)
    )
    there = f"there is {known}" if known else f"there is no {missing.kind} at all"
    fail(f"there is no {missing.kind} {missing.name!r}", "; ".join(filter(None, (near, there))), 2)


def _write_queries(found: Explanation, directory: Path) -> None:
    """Writes each call as a file, and says the line that sends it."""
    from slactl.cli.looking import json_text
    from slactl.formats.awscli import calls
    from slactl.formats.explanation.reads import queries_of, region_of

    for number, call in enumerate(calls(queries_of(found), region_of(found)), 1):
        path = directory / f"get-metric-data-{number:03d}.json"
        write_whole(path, json_text(call.document) + "\n")
        talk(call.from_file(str(path)))
