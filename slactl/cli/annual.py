"""``slactl report --year``: computes an agreement year month by month and renders the annual statement."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli.computing import command_line
from slactl.cli.console import fail, talk
from slactl.cli.readings import Asked, Way, readings

if TYPE_CHECKING:
    from slactl.cli.clock import Now
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
    year, config, way = asked
    begins = year_asked(year, catalogue, present.epoch, usage)
    made = _computed(catalogue, begins, present, config, way)
    return _write(made, *wanted)


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


def _computed(catalogue: Catalogue, year: int, present: Now, config: Path | None, way: Way) -> Statement:
    from slactl.cli.provenance import circumstances
    from slactl.model.period import Month, agreement_year
    from slactl.workflows.annual.statement import make_statement

    starts, zone = catalogue.report.year_starts, catalogue.report.zone
    asked = Asked(catalogue, config, way, agreement_year(Month(year, starts[0]), starts, zone), str(year))
    with readings(asked, circumstances(catalogue, present, command_line())) as found:
        return make_statement(
            catalogue, year, found.reader, found.inventories, found.made, lambda month: talk(f"reading {month.label}")
        )


def _write(made: Statement, chosen: list[Format], output: str, language: str) -> Report:
    """Writes the files; a final statement keeps its place, and a correction has its own."""
    from slactl.cli.revisions import in_folder, settle
    from slactl.cli.writing import put
    from slactl.formats.annual import ANNUAL_FORMATS, content, render

    whole, directory = made.whole, None if output == "-" else Path(output)
    document = json.loads(render(ANNUAL_FORMATS["json"], made, made.whole.catalogue.report.language))
    stood = in_folder(directory, whole.period.label) if directory else []
    settled = settle(whole, stood, directory, document)
    told = replace(made, whole=settled.report)
    formats = [ANNUAL_FORMATS[one.name] for one in chosen]

    def said(one: Format) -> str | bytes:
        return content(one, told, language) if one.binary else render(one, told, language)

    put(settled, [(one.file_name(settled.label, language), said(one)) for one in formats], directory)
    return settled.report
