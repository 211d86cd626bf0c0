"""Statements for the tests of their formats: a whole year, one that runs, and one whose texts attack.

The one rule: they are made by the story itself over fakes, so a format is tested on what it will be given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from slactl.model.objective import Evaluation, Objective
from slactl.model.report import Report
from slactl.model.statement import Statement
from tests.annual.years import (
    ERRORS,
    LATENCY,
    MONTHLY,
    P95,
    SHOP,
    UPTIME,
    Case,
    KeepsAll,
    availability,
    outage,
    span_of,
    window,
    year_of_2026,
)
from tests.fakes import instant
from tests.formats.agreement import HOSTILE, settings

LATER = instant("2027-01-10T06:00:00Z")
HITS = year_of_2026(
    outage("2026-02-10T09:00:00Z", 60), outage("2026-08-14T12:00:00Z", 90), outage("2026-12-31T22:00:00Z", 30)
)
WORK = (
    window("CHG-1", "2026-02-10T08:30:00Z", 1),
    window("CHG-2", "2026-06-30T21:00:00Z", 2),
    window("CHG-3", "2026-09-01T02:00:00Z", 2, announced_days=1),
)
TITLED = replace(UPTIME, title={"it": "Disponibilità", "en": "Uptime"})
BY_REQUESTS = replace(UPTIME, id="by-requests", indicator=availability(Evaluation.REQUESTS))
EVERY: tuple[Objective, ...] = (TITLED, MONTHLY, BY_REQUESTS, LATENCY, P95, ERRORS)


@cache
def whole() -> Statement:
    """2026, over and final: outages, windows, a lost month, two services."""
    lost = KeepsAll(LATER, lost=(span_of("2026-05"),))
    services = (SHOP, replace(SHOP, key="backoffice"))
    return _titled(Case(HITS, LATER, EVERY, services, WORK, keeping=lost).statement())


@cache
def running() -> Statement:
    """2026 on a day in August."""
    now = instant("2026-08-20T10:07:00Z")
    hits = [hit for hit in HITS if hit.at < now]
    return _titled(Case(hits, now, (TITLED, MONTHLY, LATENCY, P95, ERRORS), windows=WORK).statement())


def hostile() -> Statement:
    """The whole year with texts from outside that attack a page, a table, a spreadsheet."""
    bad = HOSTILE[0] + HOSTILE[4] + HOSTILE[12] + HOSTILE[3]
    made = whole()
    objectives = tuple(replace(one, title={"it": bad, "en": bad}) for one in made.whole.catalogue.objectives)
    told = replace(made.whole.catalogue, report=settings(title=bad, classification=bad), objectives=objectives)
    months = tuple(
        replace(
            month,
            exclusions=tuple(replace(one, window=replace(one.window, id=bad, reason=bad)) for one in month.exclusions),
        )
        for month in made.months
    )
    return replace(made, whole=replace(made.whole, catalogue=told, report_id=bad), months=months)


def _titled(made: Statement) -> Statement:
    """With a classification and names, as real ones have."""
    return replace(made, whole=_named(made.whole))


def _named(report: Report) -> Report:
    return replace(report, catalogue=replace(report.catalogue, report=settings(title="Shop – service levels")))


SAMPLES: dict[str, Callable[[], Statement]] = {"whole": whole, "running": running, "hostile": hostile}
