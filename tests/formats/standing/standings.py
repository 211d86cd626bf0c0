"""Standings for the tests of their formats, made of the checks of theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from slactl.model.burn import Outlook, Spender, Spent
from slactl.model.check import Check, Target
from slactl.model.incident import Incident
from slactl.model.maintenance import Window
from slactl.model.period import day_start
from slactl.model.report import Outage
from slactl.model.span import Span
from slactl.model.standing import Change, Coming, Downtime, Handover, Standing, Taken
from slactl.model.status import Code, Reason, Status
from tests.formats.agreement import HOSTILE, ROME, at
from tests.formats.check.checks import CHECKS, SETTLED, breached, good, hostile, unknown

DAYS = tuple(date(2026, 11, 20) - timedelta(days=back) for back in range(6, -1, -1))
SPANS = tuple(Span(day_start(day, ROME), min(SETTLED, day_start(day + timedelta(days=1), ROME))) for day in DAYS)
BAD: tuple[int | None, ...] = (0, 1, 4, 10, 41, None, 3)
NOT_FOR_PEOPLE = ("hour",)


def spent(span: Span, bad: int | None, total: int = 1000, **changes: object) -> Spent:
    """A stretch that may spend one in a hundred."""
    if bad is None:
        return Spent(span)
    made = Spent(span, Fraction(bad), Fraction(bad), Fraction(total), Fraction(total, 100))
    return replace(made, **changes)  # type: ignore[arg-type]


def with_days(check: Check) -> Check:
    """The check with what each of the last days took of each budget that runs."""
    week = tuple(spent(span, bad) for span, bad in zip(SPANS, BAD, strict=True))
    return replace(check, targets=tuple(_with(one, week) for one in check.targets))


def _with(target: Target, stretches: tuple[Spent, ...]) -> Target:
    outlook = target.row.outlook
    if outlook is None:
        return target
    changed: Outlook = replace(outlook, stretches=stretches)
    return replace(target, row=replace(target.row, outlook=changed))


def window(name: str, start: str, end: str, applied: bool = True, reason: Reason | None = None) -> Coming:
    found = Window(name, Span(at(start), at(end)), at("2026-11-10T10:00"), "Upgrade")
    return Coming(found, ("missions-api",), applied, reason)


LATE = Reason.of(Code.LATE_ANNOUNCEMENT, given_seconds=57_600, notice_seconds=172_800)
COMING = (
    window("CHG-1", "2026-11-22T02:00", "2026-11-22T04:00"),
    window("CHG-2", "2026-11-23T23:00", "2026-11-24T01:00", False, LATE),
)


def standing(check: Check | None = None, **changes: object) -> Standing:
    """A standing of three weeks of November."""
    made = Standing(with_days(check or good()), DAYS, COMING, at("2026-11-20T09:00"))
    return replace(made, **changes)  # type: ignore[arg-type]


def hostile_standing() -> Standing:
    """Every outside text attacks something."""
    return standing(
        hostile(), coming=tuple(replace(COMING[0], window=_named(name), services=(name,)) for name in HOSTILE)
    )


def _named(name: str) -> Window:
    return replace(COMING[0].window, id=name, reason=name)


STANDINGS = {name: made for name, made in CHECKS.items() if name not in (*NOT_FOR_PEOPLE, "hostile")}


def incident(name: str = "INC-9", cause: str = "Disk") -> Incident:
    return Incident(name, ("missions-api",), at("2026-11-20T08:00"), None, cause)


def outage(start: str, minutes: int = 10) -> Outage:
    begin = at(start)
    return Outage(Span(begin, begin + minutes * 60), 1200, 1)


def handover() -> Handover:
    """A bad shift."""
    now, then = standing(breached(), days=()), good()
    first, second = now.check.targets[:2]
    taken = spent(SPANS[-1], 30, spent_by=(Spender("GET /missions", 30, Fraction(1)),))
    doubted = replace(taken, least=Fraction(3), spent_by=())
    return Handover(
        now,
        at("2026-11-20T00:00"),
        then,
        (Change(first, Status.OK), Change(second, None)),
        (
            Downtime("missions-api", outage("2026-11-20T01:00"), ("INC-9",)),
            Downtime("missions-api", outage("2026-11-20T23:55")),
        ),
        (Taken(first, taken), Taken(second, doubted), Taken(now.check.targets[2], Spent(SPANS[-1]))),
        (first,),
        (incident(),),
    )


def quiet() -> Handover:
    """A shift in which nothing happened."""
    return Handover(standing(days=(), coming=()), at("2026-11-20T00:00"), good())


def attacked() -> Handover:
    """A shift whose every outside text attacks something."""
    now = replace(hostile_standing(), days=())
    named = spent(SPANS[-1], 3, spent_by=tuple(Spender(name, 1, Fraction(1, len(HOSTILE))) for name in HOSTILE))
    return Handover(
        now,
        at("2026-11-20T00:00"),
        unknown(),
        tuple(Change(one, None) for one in now.check.targets),
        tuple(Downtime(name, outage("2026-11-20T01:00"), (name,)) for name in HOSTILE),
        tuple(Taken(one, named) for one in now.check.targets),
        now.check.targets,
        tuple(incident(name, name) for name in HOSTILE),
    )


HANDOVERS = {"bad": handover, "quiet": quiet, "attacked": attacked}
