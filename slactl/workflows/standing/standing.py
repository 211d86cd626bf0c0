"""How the promises stand now, with the last days and the windows of the next ones.

The one rule: a day is a local day, counted as far as it is settled; what is unknown of it stays so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from slactl.model.catalogue import Catalogue
from slactl.model.period import day_start, local_date, local_days
from slactl.model.span import Span
from slactl.model.standing import Standing
from slactl.ports import MetricReader
from slactl.workflows.checking.check import SLICE, Asked, Inventories, make_check
from slactl.workflows.report import Circumstances
from slactl.workflows.standing.coming import coming

DAYS = 7
"""How many of the last days are told, and how many of the next are looked at for windows."""
AHEAD = DAYS * 86_400


def make_standing(
    catalogue: Catalogue, asked: Asked, reader: MetricReader, inventories: Inventories, made: Circumstances
) -> Standing:
    """Reads and judges a month or year so far.

    Raises:
        AwsFailure: when no read can succeed.
    """
    days = last_days(catalogue, made.now)
    wanted = replace(asked, stretches=tuple(span for _, span in days))
    check = make_check(catalogue, wanted, reader, inventories, made)
    ahead = coming(asked.narrowed(catalogue), Span(made.now, made.now + AHEAD), made)
    return Standing(check, tuple(day for day, _ in days), ahead)


def settled_of(catalogue: Catalogue, now: int) -> int:
    """Until when figures are settled."""
    return (now - catalogue.report.settle) // SLICE * SLICE


def last_days(catalogue: Catalogue, now: int) -> tuple[tuple[date, Span], ...]:
    """The last local days, the latest as far as it is settled."""
    zone, settled = catalogue.report.zone, settled_of(catalogue, now)
    first = local_date(settled - 1, zone) - timedelta(days=DAYS - 1)
    return local_days(Span(day_start(first, zone), settled), zone)
