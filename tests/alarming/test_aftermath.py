"""What fails in an announced window rings nobody when it ends, and what fails after it is told of all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from slactl.alarming.aftermath import GRACE, after
from slactl.alarming.muting import Muting, mutable
from slactl.alarming.muting import plan as plan_rules
from slactl.alarming.plan import plan
from slactl.alarming.replaying.telling import told_at
from slactl.alarming.schedules import duration
from slactl.model.alarm import Severity
from slactl.model.alarmplan import Shape, Standing
from slactl.model.enforcement import Enforcement, Pair
from slactl.model.muting import MuteForm, Occasion, Quiet, Repeat
from slactl.model.span import Span
from slactl.sandbox.evaluation import advance
from slactl.sandbox.muterules import read_rule
from slactl.workflows.enforcing.muted import mutes
from tests.alarming.scenes import availability, enforcement, errors, known, settings, wanted
from tests.maintenance.test_muting import calendar, single, weekly
from tests.sandbox.ringing import START, minute, steady

KINDS = {Shape.METRIC: "MetricAlarm", Shape.COMPOSITE: "CompositeAlarm"}
PAGE, TICKET = "slactl api page", "slactl api ticket"
PROMISES = (availability(), errors("< 0.5%"))
OWN = {"budget-left": Severity.NONE, "silent-checks": Severity.NONE}
HOUR, DAY = 60, 24 * 60
WINDOW = (60, 105)
"""Announced minutes, from START."""


def window(*begins: int) -> Quiet:
    """The announced minutes, again at the same time of some days."""
    spans = [Span(int(minute(begin)), int(minute(begin)) + (WINDOW[1] - WINDOW[0]) * 60) for begin in begins]
    if len(spans) == 1:
        return Quiet("CHG-1", "Upgrade", None, (Occasion(spans[0]),))
    starts = tuple(datetime.fromtimestamp(one.start, UTC).replace(tzinfo=None) for one in spans)
    occasions = tuple(Occasion(span, f"{start:%Y-%m-%d}") for span, start in zip(spans, starts, strict=True))
    return Quiet("CHG-1", "Upgrade", None, occasions, Repeat(starts, timedelta(seconds=spans[0].seconds)))


def told(
    bad: Mapping[int, int], minutes: int, quiet: Quiet | None, tails: Mapping[str, int] | None = None
) -> dict[str, list[int]]:
    """The minutes in which page and ticket told somebody that all is not well."""
    chosen = enforcement(OWN)
    world = steady(minutes, bad, 60)
    made = plan(wanted(PROMISES, known(["GET /a"]), chosen).alarms, [])
    for change in made.creates:
        world.alarms.put(KINDS[change.shape], dict(change.fields), world.now)
    alarms = [Standing(one.name, one.shape, one.fields, one.tags) for one in made.creates]
    lasting = after(chosen, PROMISES) if tails is None else tails
    muting = Muting("slactl", ZoneInfo("UTC"), START, START + 92 * 86_400, lasting)
    for form in plan_rules([quiet] if quiet else [], mutable(alarms), (), muting).creates:
        world.alarms.rules[form.name] = read_rule(_as_told(form), world.now)
    advance(world, minute(minutes))
    fired = [one for one in world.alarms.fired if one.state == "ALARM"]
    return {name: [int(one.at - START) // 60 for one in fired if one.alarm == name] for name in (PAGE, TICKET)}


def _as_told(form: MuteForm) -> dict[str, Any]:
    schedule = {
        "Expression": form.expression, "Duration": duration(form.minutes), "Timezone": form.timezone,
    }  # fmt: skip
    bounds = {"StartDate": form.starts, "ExpireDate": form.expires}
    return {
        "Name": form.name,
        "Rule": {"Schedule": schedule},
        "MuteTargets": {"AlarmNames": list(form.targets)},
        **{name: at for name, at in bounds.items() if at is not None},
    }


def failing(*parts: tuple[int, int]) -> dict[int, int]:
    return {number: 60 for begin, end in parts for number in range(begin, end)}


def test_what_fails_inside_an_announced_window_rings_nobody_afterwards() -> None:
    assert told(failing(WINDOW), 12 * HOUR, window(60)) == {PAGE: [], TICKET: []}
    assert told(failing(WINDOW), 12 * HOUR, None)[PAGE] == [61]
    bare = told(failing(WINDOW), 12 * HOUR, window(60), tails={})
    assert bare == {PAGE: [WINDOW[1]], TICKET: [WINDOW[1]]}, "muted to its end alone it would ring there"


def test_a_recurring_window_rings_nobody_either() -> None:
    parts = [(begin, begin + 45) for begin in (60, 60 + DAY)]
    assert told(failing(*parts), 2 * DAY, window(60, 60 + DAY)) == {PAGE: [], TICKET: []}


@pytest.mark.parametrize("begins", [95, 110, 125])
def test_an_outage_that_outlasts_the_window_or_begins_after_it_is_told_when_it_may_be(begins: int) -> None:
    found = told(failing(WINDOW, (begins, 260)), 12 * HOUR, window(60))
    assert found[PAGE] == [WINDOW[1] + 30 + GRACE // 60]
    assert found[TICKET] == [WINDOW[1] + 6 * HOUR + GRACE // 60]


def test_rules_last_as_long_as_their_severity_needs_and_stay_until_then() -> None:
    alarms = [
        Standing(f"slactl api {of}", Shape.COMPOSITE, {"AlarmActions": ["x"]},
                 {"slactl:managed": "true", "slactl:service": "api", "slactl:severity": of})
        for of in ("page", "ticket")
    ]  # fmt: skip
    muting = Muting("slactl", ZoneInfo("UTC"), START, START + 92 * 86_400, {"page": 2100, "ticket": 21_900})
    forms = plan_rules([window(60)], mutable(alarms), (), muting).creates
    assert [(one.name, one.minutes, one.targets) for one in forms] == [
        ("slactl maintenance CHG-1", 45 + 35, ("slactl api page",)),
        ("slactl maintenance CHG-1 ticket", 45 + 365, ("slactl api ticket",)),
    ]
    ended = replace(muting, now=int(minute(WINDOW[1] + 40)))
    late = plan_rules([window(60)], mutable(alarms), (), ended)
    assert [one.name for one in late.creates] == ["slactl maintenance CHG-1 ticket"]
    assert late.unmuted == ()


def _only(chosen: Enforcement, **kinds: object) -> dict[str, int]:
    own = {name.replace("_", "-"): one for name, one in kinds.items()}
    return after(replace(chosen, kinds=own), PROMISES)  # type: ignore[arg-type]


def test_how_long_muting_lasts_is_what_the_kinds_say() -> None:
    chosen = enforcement()
    assert after(chosen, PROMISES) == {"page": 1800 + GRACE, "ticket": 21_600 + GRACE}
    pairs = (Pair(7200, 600, Fraction(7)), Pair(86_400, 7200, Fraction(3)))
    assert _only(chosen, burn_rate=settings("burn-rate", pairs=pairs)) == {"page": 7200 + GRACE, "ticket": 0}
    assert _only(chosen, slices_down=settings("slices-down")) == {"page": 900 + GRACE, "ticket": 0}
    off = replace(settings("burn-rate"), severity=Severity.NONE)
    assert _only(chosen, burn_rate=off, budget_left=settings("budget-left")) == {"page": 0, "ticket": 0}


@pytest.mark.parametrize(("ring", "told"), [(Span(500, 2700), None), (Span(500, 3000), 2800)])
def test_a_replay_holds_messages_back_as_long(ring: Span, told: int | None) -> None:
    begins = single().span.start
    quiet = mutes(calendar(single(hours=0.5)), "api", Span(begins - 86_400, begins + 86_400), 1000)
    assert quiet == (Span(begins, begins + 2800),)
    at = told_at(Span(begins + ring.start, begins + ring.end), quiet)
    assert (None if at is None else at - begins) == told


def test_a_window_that_ended_before_the_month_still_mutes_in_it() -> None:
    daily = weekly("W", "2026-10-04T05:00", "FREQ=DAILY")
    ends = int(daily.template.span.end)
    for what in (calendar(daily), calendar(replace(daily.template, id="X"))):
        assert mutes(what, "api", Span(ends + 60, ends + 7200), 600) == (Span(ends + 60, ends + 600),)
        assert mutes(what, "api", Span(ends + 60, ends + 7200)) == ()
