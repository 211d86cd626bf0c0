"""Computes a month for every command that speaks of one: which month, from where, by which command line.

The one rule: whatever command asks, the same month is read and judged in the same way.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from slactl.cli.console import fail
from slactl.cli.readings import Asked, Way, readings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from slactl.cli.clock import Now
    from slactl.cli.readings import Readings
    from slactl.model.catalogue import Catalogue
    from slactl.model.period import Month
    from slactl.model.report import Report


def month_asked(text: str | None, catalogue: Catalogue, now: int, code: int) -> Month:
    """The month that an option names, last month without one.

    Raises:
        typer.Exit: with the code, if it is none or has not begun.
    """
    from slactl.model.period import Month, local_date

    today = local_date(now, catalogue.report.zone)
    if text is None:
        return Month(today.year, today.month).shift(-1)
    try:
        wanted = Month.parse(text)
    except ValueError:
        fail(f"a month is written YYYY-MM, found {text!r}", "for example --month 2026-10", code)
    if wanted.first > today:
        fail(f"{text} has not begun", "choose the running month or an earlier one", code)
    return wanted


def computed(
    catalogue: Catalogue, month: Month, present: Now, config: Path | None = None, way: Way = Way.AUTO
) -> Report:
    """The report of a month, read and judged.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence is asked for and can't be read.
    """
    with month_readings(catalogue, month, present, config, way) as found:
        return judged(catalogue, month, found)


def judged(catalogue: Catalogue, month: Month, found: Readings) -> Report:
    """The report of a month over what its figures are made from.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence can't be read.
    """
    from slactl.workflows.report import make_report

    return make_report(catalogue, month, found.reader, found.inventories, found.made)


def month_readings(
    catalogue: Catalogue, month: Month, present: Now, config: Path | None, way: Way
) -> AbstractContextManager[Readings]:
    """What a month's figures are made from.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence is asked for and can't be read.
    """
    from slactl.cli.provenance import circumstances
    from slactl.model.period import agreement_year

    year = agreement_year(month, catalogue.report.year_starts, catalogue.report.zone)
    asked = Asked(catalogue, config, way, year, month.label)
    return readings(asked, circumstances(catalogue, present, command_line()))


def command_line() -> str:
    """The command line as it was given; it holds no secrets, because there is no option for one."""
    return shlex.join(["slactl", *sys.argv[1:]])


def check_readings(
    catalogue: Catalogue, present: Now, config: Path | None, way: Way
) -> AbstractContextManager[Readings]:
    """What a check's figures are made from: evidence first, and CloudWatch for what was not collected yet.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence is asked for and can't be read.
    """
    from slactl.cli.provenance import circumstances
    from slactl.model.period import Month, agreement_year, local_date

    today = local_date(present.epoch, catalogue.report.zone)
    year = agreement_year(Month(today.year, today.month), catalogue.report.year_starts, catalogue.report.zone)
    asked = Asked(catalogue, config, way, year, "the window", fresh=True)
    return readings(asked, circumstances(catalogue, present, command_line()))
