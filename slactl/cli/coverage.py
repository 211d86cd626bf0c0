"""``slactl coverage``: which promises of the document are measured, checked, attested, inherited, or not answered.

The one rule: 0 when every clause is answered, 2 when one is not, or an attestation is over, 3 when one could not look.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.computing import computed, month_asked
from slactl.cli.configured import catalogue_or_exit
from slactl.cli.console import fail, raw
from slactl.cli.readings import WAYS, Way
from slactl.cli.report import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from slactl.cli.clock import Now
    from slactl.model.catalogue import Catalogue
    from slactl.workflows.answering import Covered

FOUND, COULD_NOT_LOOK = 2, 3


class Form(StrEnum):
    """How the clauses are printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"
    CSV = "csv"


def coverage(
    month: Annotated[str | None, typer.Option(help="The month of the figures, YYYY-MM; default: last month.")] = None,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Read the month, or say only how each clause is answered.")
    ] = True,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    lang: Annotated[Language | None, typer.Option(help="The language; default: the configuration's.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
    way: Annotated[Way, typer.Option("--from", help=WAYS)] = Way.AUTO,
) -> None:
    """Go through the document clause by clause: measured, checked, attested, inherited, or not answered."""
    if not figures and (month is not None or way is not Way.AUTO):
        fail("--no-figures reads nothing", "leave out --month and --from", COULD_NOT_LOOK)
    present = clock.now(COULD_NOT_LOOK)
    catalogue = catalogue_or_exit(config, COULD_NOT_LOOK)
    if catalogue.document is None:
        fail("there is no document to go through", "name one under clauses:, or switch a pack on", COULD_NOT_LOOK)
    found = _found(catalogue, present, (month, config, way), figures=figures)
    raw(_render(form)(found, lang.value if lang else catalogue.report.language))
    raise typer.Exit(FOUND if found.lacks else 0)


def _found(catalogue: Catalogue, present: Now, asked: tuple[str | None, Path | None, Way], *, figures: bool) -> Covered:
    """How the document is covered.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence is asked for and can't be read.
    """
    from slactl.model.period import local_date
    from slactl.workflows.answering import covered

    month, config, way = asked
    today = local_date(present.epoch, catalogue.report.zone)
    if not figures:
        return covered(catalogue, None, today)
    wanted = month_asked(month, catalogue, present.epoch, COULD_NOT_LOOK)
    return covered(catalogue, computed(catalogue, wanted, present, config, way), today)


def _render(form: Form) -> Callable[[Covered, str], str]:
    from slactl.formats.coverage import csv, json, markdown, text

    known: dict[Form, Callable[[Covered, str], str]] = {
        Form.TEXT: text.render,
        Form.JSON: json.render,
        Form.MARKDOWN: markdown.render,
        Form.CSV: csv.render,
    }
    return known[form]
