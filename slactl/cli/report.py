"""``slactl report``: computes a month and renders it."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.computing import judged, month_asked, month_readings
from slactl.cli.configured import catalogue_or_exit
from slactl.cli.console import fail
from slactl.cli.readings import WAYS, Way
from slactl.cli.wiring import aws_world

if TYPE_CHECKING:
    from slactl.evidence.store import ShelfArchive
    from slactl.formats import Format
    from slactl.model.report import Report


class Language(StrEnum):
    """The languages of a report."""

    IT = "it"
    EN = "en"


class Level(StrEnum):
    """From which status on the exit code tells."""

    BREACHED = "breached"
    INSUFFICIENT_DATA = "insufficient-data"
    WARNING = "warning"


def report(
    month: Annotated[str | None, typer.Option(help="The month, YYYY-MM; default: last month.")] = None,
    year: Annotated[
        str | None, typer.Option(help="The annual statement of the agreement year that begins in YYYY, not a month.")
    ] = None,
    formats: Annotated[str, typer.Option("--format", help="html, json, pdf, md, csv; several with commas.")] = "html",
    output: Annotated[str, typer.Option("--output", "-o", help="A directory, or - for stdout.")] = ".",
    lang: Annotated[Language | None, typer.Option(help="The report's language; default: the configuration's.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
    way: Annotated[Way, typer.Option("--from", help=WAYS)] = Way.AUTO,
    fail_on: Annotated[
        Level | None, typer.Option("--fail-on", help="Exit as `check` does when the status is this one or a worse one.")
    ] = None,
    aws_budget: Annotated[
        bool, typer.Option("--aws-budget", help="Show what AWS's own SLOs say (slactl slo) beside our figures.")
    ] = False,
) -> None:
    """Compute a month and render it: uptime, latency and error rates against their targets."""
    usage = 3 if fail_on else 2
    if month is not None and year is not None:
        fail("--month and --year exclude each other", "a month's report, or a year's statement", usage)
    if aws_budget and (year is not None or way is Way.EVIDENCE):
        fail("--aws-budget asks AWS of a month", "leave out --year and --from evidence", usage)
    chosen = _formats(formats, output, usage)
    present = clock.now(usage)
    catalogue = catalogue_or_exit(config, usage)
    _check_writable(output)
    language = lang.value if lang else catalogue.report.language
    if year is None:
        wanted = month_asked(month, catalogue, present.epoch, usage)
        with month_readings(catalogue, wanted, present, config, way) as found:
            made = judged(catalogue, wanted, found)
            if aws_budget:
                made = _beside_aws(made)
            _write(made, chosen, output, language, found.archive)
    else:
        from slactl.cli.annual import statement_written

        made = statement_written((year, config, way), catalogue, present, (chosen, output, language), usage)
    if fail_on:
        raise typer.Exit(_verdict_code(made, fail_on))


def _beside_aws(made: Report) -> Report:
    """The report with AWS's own budget reports, or with why there are none."""
    from dataclasses import replace

    from slactl.aws.failures import AwsFailure
    from slactl.model.awsbudget import AwsBudgets
    from slactl.stores.slos import SignalsSloStore
    from slactl.workflows.awsbudgets import aws_budgets

    try:
        told = aws_budgets(made, SignalsSloStore(aws_world(made.catalogue.aws)))
    except AwsFailure as failure:
        told = AwsBudgets(made.generated_at, (), failure.message)
    return replace(made, aws_budgets=told)


def _formats(text: str, output: str, code: int) -> list[Format]:
    from slactl.formats import FORMATS

    names = list(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in FORMATS:
            fail(f"there is no format {name!r}", f"formats are {', '.join(FORMATS)}", code)
    if output == "-" and len(names) > 1:
        fail("stdout takes one format", "name a directory with --output, or one --format", code)
    if "pdf" in names and find_spec("typst") is None:
        fail("a PDF needs slactl[pdf]", "pip install 'slactl[pdf]'", 3 if code == 3 else 1)
    return [FORMATS[name] for name in names]


def _check_writable(output: str) -> None:
    """Finds out before anything is read whether the files could be written.

    Raises:
        OSError: if not.
    """
    place = Path(output)
    if output == "-":
        return
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), output)
    nearest = next(one for one in (place.absolute(), *place.absolute().parents) if one.exists())
    if not os.access(nearest, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(nearest))


def _write(made: Report, chosen: list[Format], output: str, language: str, archive: ShelfArchive | None) -> None:
    """Writes the files that are not there yet: a final report keeps its place, a correction has its own."""
    from slactl.cli.revisions import json_form, settle_and_keep
    from slactl.cli.writing import put

    directory = None if output == "-" else Path(output)
    settled = settle_and_keep(made, directory, archive, json_form)

    def said(one: Format, report: Report) -> str | bytes:
        return one.content(report, language) if one.binary else one.render(report, language)

    texts = [(one.file_name(settled.label, language), said(one, settled.report)) for one in chosen]
    put(settled, texts, directory)


def _verdict_code(made: Report, level: Level) -> int:
    order = {"BREACHED": 2, "INSUFFICIENT_DATA": 3, "WARNING": 1}
    told = list(order)[: [one.value for one in Level].index(level.value) + 1]
    return order[made.status.value] if made.status.value in told else 0
