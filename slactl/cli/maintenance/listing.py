"""``slactl maintenance list``: the windows of a month or of the next days, and what is applied of each.

The one rule: nothing is asked of AWS; records of collects are looked at where the store is a folder.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.manner import LangOption, language_of
from slactl.cli.config import ConfigOption, Format, FormatOption
from slactl.cli.console import fail, out, talk

if TYPE_CHECKING:
    from slactl.cli.clock import Now
    from slactl.model.catalogue import Catalogue
    from slactl.model.span import Span
    from slactl.workflows.report import Circumstances

DAY, DAYS, MOST_DAYS, WRONG = 86_400, 30, 3660, 2


def list_windows(
    month: Annotated[str | None, typer.Option("--month", help="A month, such as 2026-10.")] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=MOST_DAYS, help=f"The next days, from now; default: {DAYS}.")
    ] = None,
    output: FormatOption = Format.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
) -> None:
    """List windows and occurrences, when they were announced, how that is proved, and what is applied for whom."""
    from slactl.cli.configured import catalogue_or_exit

    present = clock.now()
    if month is not None and days is not None:
        fail("--month and --days exclude each other", "leave one out", WRONG)
    catalogue = catalogue_or_exit(config)
    span = _month(month, catalogue) if month is not None else _ahead(present, days or DAYS)
    made = made_of(catalogue, present, span, config)
    _print(catalogue, span, made, output, language_of(lang, catalogue))


def _print(catalogue: Catalogue, span: Span, made: Circumstances, output: Format, language: str) -> None:
    from slactl.cli.looking import json_text
    from slactl.cli.table import print_table
    from slactl.formats.windows import document, heads, no_window, rows
    from slactl.workflows.windows import windows_in

    found, zone = windows_in(catalogue, span, made), catalogue.report.zone
    if output is Format.JSON:
        out(json_text(document(found, span, zone, language)))
    elif found:
        print_table(heads(language), rows(found, zone, language))
    else:
        talk(no_window(language))


def _month(text: str, catalogue: Catalogue) -> Span:
    from slactl.model.period import Month

    try:
        return Month.parse(text).span(catalogue.report.zone)
    except ValueError:
        fail(f"a month is written YYYY-MM, found {text!r}", "for example --month 2026-10", WRONG)


def _ahead(present: Now, days: int) -> Span:
    from slactl.model.span import Span

    return Span(present.epoch, present.epoch + days * DAY)


def made_of(catalogue: Catalogue, present: Now, span: Span, config: Path | None) -> Circumstances:
    """The circumstances of a report; windows that kept records prove are ``recorded``.

    Raises:
        EvidenceFailure: if a store stands there and can't be read.
    """
    from slactl.cli.collect import settings_of
    from slactl.cli.computing import command_line
    from slactl.cli.configured import located
    from slactl.cli.provenance import circumstances
    from slactl.evidence.store.layout import MARKER

    made = circumstances(catalogue, present, command_line())
    store = settings_of(catalogue, located(config)).store
    if store.startswith("s3://"):
        talk(f"records in {store} are not looked at here: slactl report does")
    elif (Path(store) / MARKER).exists():
        return _proved(catalogue, made, store, span)
    return made


def _proved(catalogue: Catalogue, made: Circumstances, store: str, span: Span) -> Circumstances:
    from slactl.evidence.reading.recorded import contradicted, recorded
    from slactl.evidence.store import open_archive
    from slactl.model.period import agreement_year
    from slactl.model.span import Span
    from slactl.reading.retention import CloudWatchKeeping
    from slactl.workflows.windows import months_of

    starts, zone = catalogue.report.year_starts, catalogue.report.zone
    years = [agreement_year(month, starts, zone) for month in months_of(catalogue, span)]
    around = Span(years[0].start, years[-1].end)
    with open_archive(store, create=False) as archive:
        proved = recorded(archive, catalogue.maintenance, around)
        against = contradicted(archive, catalogue.maintenance, around, proved)
    return replace(made, keeping=CloudWatchKeeping(made.now, proved), against=against)
