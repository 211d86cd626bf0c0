"""``slactl report --year``: computes an agreement year month by month and renders the annual statement."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli.computing import command_line
from slactl.cli.console import fail, talk
from slactl.cli.readings import Asked, Way, readings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slactl.cli.clock import Now
    from slactl.evidence.store import ShelfArchive
    from slactl.formats import Format
    from slactl.model.catalogue import Catalogue
    from slactl.model.report import Report
    from slactl.model.statement import Statement


def statement_written(
    asked: tuple[str, Path | None, Way],
    catalogue: Catalogue,
    present: Now,
    wanted: tuple[list[Format], str, str],
    usage: int,
) -> Report:
    """The year in the nouns of a report, once its statement is written.

    ``asked``: the year, the configuration's path, where figures come from; ``wanted``: formats, output, language.

    Raises:
        typer.Exit: with the code ``usage``, if it is no year or has not begun.
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence is asked for and can't be read.
        OSError: if the files can't be written.
    """
    from slactl.cli.provenance import circumstances
    from slactl.model.period import Month, agreement_year
    from slactl.workflows.annual.statement import make_statement

    year, config, way = asked
    begins = year_asked(year, catalogue, present.epoch, usage)
    starts, zone = catalogue.report.year_starts, catalogue.report.zone
    span = agreement_year(Month(begins, starts[0]), starts, zone)
    with readings(
        Asked(catalogue, config, way, span, year), circumstances(catalogue, present, command_line())
    ) as found:
        made = make_statement(
            catalogue, begins, found.reader, found.inventories, found.made, lambda month: talk(f"reading {month.label}")
        )
        return _write(made, wanted, found.archive)


def year_asked(text: str, catalogue: Catalogue, now: int, code: int) -> int:
    """The calendar year in which the agreement year begins.

    Raises:
        typer.Exit: with the code, if it is none or has not begun.
    """
    from slactl.model.period import Month, local_date

    if not re.fullmatch(r"[0-9]{4}", text) or not int(text):
        fail(f"a year is written YYYY, found {text!r}", "for example --year 2026", code)
    if Month(int(text), catalogue.report.year_starts[0]).first > local_date(now, catalogue.report.zone):
        fail(f"the agreement year {text} has not begun", "choose the running year or an earlier one", code)
    return int(text)


def _write(made: Statement, wanted: tuple[list[Format], str, str], archive: ShelfArchive | None) -> Report:
    """Writes the files; a final statement keeps its place, and a correction has its own."""
    from slactl.cli.revisions import settle_and_keep
    from slactl.cli.writing import put
    from slactl.formats.annual import ANNUAL_FORMATS, content, render
    from slactl.formats.annual.json import statement_object
    from slactl.formats.language import speak

    chosen, output, language = wanted
    directory = None if output == "-" else Path(output)

    def json_form(whole: Report) -> Mapping[str, object]:
        return statement_object(replace(made, whole=whole), speak(whole.catalogue.report.language))

    settled = settle_and_keep(made.whole, directory, archive, json_form)
    told = replace(made, whole=settled.report)
    formats = [ANNUAL_FORMATS[one.name] for one in chosen]

    def said(one: Format) -> str | bytes:
        return content(one, told, language) if one.binary else render(one, told, language)

    put(settled, [(one.file_name(settled.label, language), said(one)) for one in formats], directory)
    return settled.report
