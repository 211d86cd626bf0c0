"""Which mute rules stand for which windows: minute by minute as the sandbox mutes, and what a second sync does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slactl.alarming.muting import Muting, mutable, plan
from slactl.alarming.schedules import cron_of, duration, minutes_of, pieces
from slactl.compliance.recurrence import expand
from slactl.model.alarmplan import Standing
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, RecurringWindow, Window
from slactl.model.muting import MuteForm, MutePlan, Repeat
from slactl.model.span import Span
from slactl.workflows.muting import apply_mutes, plan_mutes, quiet_windows
from tests.fakes import instant
from tests.maintenance.mutes import Alarms, Mutes, alarm

ROME = ZoneInfo("Europe/Rome")
NOW = instant("2026-10-01T10:00:00Z")
HOUR, DAY = 3600, 86_400
PAGE = alarm("slactl shop page", tags={"slactl:severity": "page"})


def single(name: str = "CHG-1", start: str = "2026-10-14T02:00+02:00", hours: float = 2, **more: object) -> Window:
    at = instant(start)
    return replace(Window(name, Span(at, at + int(hours * HOUR)), NOW, "Upgrade"), **more)  # type: ignore[arg-type]


def weekly(name: str, start: str, rrule: str, minutes: int = 60, until: str | None = "2026-12-31") -> RecurringWindow:
    first = datetime.fromisoformat(start)
    at = int(first.replace(tzinfo=ROME).timestamp())
    template = Window(name, Span(at, at + minutes * 60), NOW, "Patching")
    last = datetime.fromisoformat(f"{until}T23:59:59") if until else None
    return RecurringWindow(template, first, first + timedelta(minutes=minutes), rrule, last, ROME.key)


def calendar(*windows: Window | RecurringWindow) -> MaintenanceCalendar:
    alone = tuple(one for one in windows if isinstance(one, Window))
    again = tuple(one for one in windows if isinstance(one, RecurringWindow))
    return MaintenanceCalendar(MaintenancePolicy(notice=48 * HOUR), alone, again)


def planned(
    what: MaintenanceCalendar, mutes: Mutes, *alarms: Standing, now: int = NOW, days: int = 92, after: int = 0
) -> MutePlan:
    """The plan for a page that keeps quiet so many seconds longer than a window."""
    mutes.now = now
    muting = Muting("slactl", ROME, now, now + days * DAY, {"page": after})
    return plan_mutes(what, Alarms(alarms or (PAGE,)), mutes, muting)


def synced(
    what: MaintenanceCalendar, mutes: Mutes, *alarms: Standing, now: int = NOW, days: int = 92, after: int = 0
) -> MutePlan:
    made = planned(what, mutes, *alarms, now=now, days=days, after=after)
    assert [one.text for one in apply_mutes(made, mutes) if one.text] == []
    return made


def expressions(mutes: Mutes) -> dict[str, str]:
    return {name: f"{one.expression} {duration(one.minutes)} {one.timezone}" for name, one in mutes.forms.items()}


def test_a_single_window_is_a_one_time_rule_in_the_contracts_zone_and_a_second_sync_changes_nothing() -> None:
    mutes, what = Mutes(), calendar(single())
    synced(what, mutes)
    assert expressions(mutes) == {"slactl maintenance CHG-1": "at(2026-10-14T02:00) PT2H Europe/Rome"}
    assert mutes.tags["slactl maintenance CHG-1"] == {
        "slactl:managed": "true", "slactl:kind": "maintenance", "slactl:window": "CHG-1",
    }  # fmt: skip
    for later in (0, DAY, 12 * DAY, 13 * DAY - 9 * HOUR):
        assert planned(what, mutes, now=NOW + later).changes == 0


def test_after_its_end_a_rule_stays_until_the_alarms_windows_are_clean_and_a_second_sync_changes_nothing() -> None:
    mutes, what, ends = Mutes(), calendar(single()), single().span.end
    synced(what, mutes, after=2100)
    assert expressions(mutes) == {"slactl maintenance CHG-1": "at(2026-10-14T02:00) PT2H35M Europe/Rome"}
    for now in (ends - 60, ends, ends + 2099):
        assert planned(what, mutes, now=now, after=2100).changes == 0
        assert mutes.muted(PAGE.name, now)
    assert planned(what, mutes, now=ends + 2100, after=2100).deletes == ("slactl maintenance CHG-1",)
    off = planned(calendar(single(cancelled=True)), mutes, now=ends + 60, after=2100)
    assert off.deletes == ("slactl maintenance CHG-1",), "what was called off mutes nothing, after its end either"
    assert off.unmuted == ()


def test_a_recurring_rule_lasts_longer_too() -> None:
    mutes, what = Mutes(), calendar(weekly("W", "2026-10-04T05:00", "FREQ=WEEKLY"))
    synced(what, mutes, after=2100)
    assert expressions(mutes) == {"slactl maintenance W": "cron(0 5 * * SUN) PT1H35M Europe/Rome"}
    for later in (0, 3 * DAY, 7 * DAY):
        assert planned(what, mutes, now=NOW + later, after=2100).changes == 0


def test_what_was_called_off_or_moved_or_is_over_leaves_no_rule_behind() -> None:
    mutes = Mutes()
    synced(calendar(single(), single("CHG-2")), mutes)
    made = synced(calendar(single(cancelled=True), single("CHG-2", "2026-10-15T02:00+02:00")), mutes)
    assert made.deletes == ("slactl maintenance CHG-1",)
    assert [one.name for one in made.updates] == ["slactl maintenance CHG-2"]
    assert expressions(mutes) == {"slactl maintenance CHG-2": "at(2026-10-15T02:00) PT2H Europe/Rome"}
    assert [one.why for one in made.unmuted] == ["it was called off"]
    synced(calendar(single("CHG-2", "2026-10-15T02:00+02:00")), mutes, now=NOW + 20 * DAY)
    assert mutes.forms == {}


def test_late_windows_mute_too_but_not_those_that_say_no_or_were_never_announced() -> None:
    mutes = Mutes()
    late = single("LATE", announced=instant("2026-10-13T23:00Z"))
    made = synced(calendar(late, single("NO", mute=False), single("UNTOLD", announced=None)), mutes)
    assert list(mutes.forms) == ["slactl maintenance LATE"]
    assert [(one.window, one.why) for one in made.unmuted] == [
        ("NO", "it says mute: false"), ("UNTOLD", "it was never announced"),
    ]  # fmt: skip


def test_only_our_alarms_with_actions_of_the_windows_services_are_muted() -> None:
    foreign = replace(alarm("page"), tags={"slactl:managed": "false", "slactl:service": "shop"})
    unknown = replace(alarm("who knows"), tags=None)
    stack = alarm("slactl shop ticket", tags={"slactl:owner": "terraform"})
    silent, everybody = alarm("child", acts=False), alarm("slactl silent", None)
    other = alarm("slactl search page", "search")
    alarms = (PAGE, foreign, unknown, stack, silent, everybody, other)
    assert [one.name for one in mutable(alarms)] == ["slactl search page", "slactl shop page", "slactl shop ticket"]
    mutes = Mutes()
    made = synced(
        calendar(single(services=("shop",)), single("CHG-2", services=("mail",)), single("ALL")), mutes, *alarms
    )
    assert mutes.forms["slactl maintenance CHG-1"].targets == ("slactl shop page", "slactl shop ticket")
    assert len(mutes.forms["slactl maintenance ALL"].targets) == 3
    assert [one.window for one in made.unmuted] == ["CHG-2"]


def test_rules_that_are_not_ours_are_left_alone_even_with_our_names() -> None:
    mutes = Mutes()
    theirs = MuteForm("slactl maintenance CHG-1", "by hand", "at(2026-10-14T02:00)", 60, "UTC", ("x",))
    mutes.put(theirs, {"team": "shop"})
    mutes.put(replace(theirs, name="slactl maintenance OLD"), {})
    mutes.put(replace(theirs, name="other maintenance OLD"), {"slactl:managed": "true", "slactl:kind": "maintenance"})
    made = synced(calendar(single()), mutes)
    assert (made.blocked, made.changes) == (("slactl maintenance CHG-1",), 0)
    assert mutes.forms["slactl maintenance CHG-1"] == theirs
    assert len(mutes.forms) == 3


def test_more_than_a_hundred_alarms_take_several_rules_and_fifteen_days_are_the_longest() -> None:
    mutes = Mutes()
    alarms = [alarm(f"slactl shop {number:03}") for number in range(201)]
    synced(calendar(single(hours=16 * 24 + 0.5)), mutes, *alarms)
    assert [len(one.targets) for one in mutes.forms.values()] == [100, 100, 1] * 2
    assert [duration(one.minutes) for one in mutes.forms.values()] == ["P15D"] * 3 + ["P1DT30M"] * 3
    assert planned(calendar(single(hours=16 * 24 + 0.5)), mutes, *alarms).changes == 0
    # Fewer alarms: other names, and nothing of the old ones stays.
    synced(calendar(single()), mutes, PAGE)
    assert list(mutes.forms) == ["slactl maintenance CHG-1"]


def test_a_window_that_has_begun_is_muted_from_the_next_minute_on_and_then_left_alone() -> None:
    mutes, what = Mutes(), calendar(single())
    begun = instant("2026-10-14T02:30:10+02:00")
    synced(what, mutes, now=begun)
    assert expressions(mutes) == {"slactl maintenance CHG-1": "at(2026-10-14T02:31) PT1H29M Europe/Rome"}
    assert planned(what, mutes, now=begun + 600).changes == 0
    longer = calendar(single(hours=3))
    assert [one.name for one in planned(longer, mutes, now=begun + 600).updates] == ["slactl maintenance CHG-1"]
    # In its last minute nothing is worth a rule.
    assert planned(what, Mutes(), now=instant("2026-10-14T03:59:30+02:00")).changes == 0


def test_in_the_hour_that_comes_twice_a_rule_says_utc() -> None:
    mutes = Mutes()
    synced(calendar(single(start="2026-10-25T02:30+02:00"), single("B", "2026-10-25T02:30+01:00")), mutes)
    assert expressions(mutes) == {
        "slactl maintenance B": "at(2026-10-25T01:30) PT2H UTC",
        "slactl maintenance CHG-1": "at(2026-10-25T00:30) PT2H UTC",
    }


@pytest.mark.parametrize(
    ("rrule", "start", "expression"),
    [
        ("FREQ=DAILY", "2026-10-05T23:30", "cron(30 23 * * *)"),
        ("FREQ=WEEKLY;BYDAY=SU", "2026-10-04T05:05", "cron(5 5 * * SUN)"),
        ("FREQ=WEEKLY;BYDAY=TU,SA", "2026-10-06T05:00", "cron(0 5 * * TUE,SAT)"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-10-01T05:00", "cron(0 5 1,15 * *)"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-10-05T05:00", "cron(0 5 * * MON,TUE,WED,THU,FRI)"),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-10-04T05:00", None),
        ("FREQ=MONTHLY;BYDAY=1SU", "2026-10-04T05:00", None),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-10-31T05:00", None),
    ],
)
def test_what_a_cron_expression_can_say_is_one_rule_and_all_else_the_next_occurrences(
    rrule: str, start: str, expression: str | None
) -> None:
    mutes, window = Mutes(), weekly("W", start, rrule, until="2027-09-30")
    synced(calendar(window), mutes)
    base = mutes.forms.get("slactl maintenance W")
    assert (base.expression if base else None) == expression
    if expression is None:
        ahead = [one.id for one in expand(window, Span(NOW, NOW + 92 * DAY))]
        assert list(mutes.forms) == [f"slactl maintenance {name.replace('@', ' ')}" for name in ahead]
        assert len(mutes.forms) >= 3
    assert planned(calendar(window), mutes).changes == 0


def test_a_cron_rule_stays_as_it_is_all_year_and_goes_when_the_last_is_over() -> None:
    mutes, what = Mutes(), calendar(weekly("W", "2026-10-04T05:00", "FREQ=WEEKLY"))
    synced(what, mutes)
    assert planned(what, mutes, now=instant("2026-12-20T10:00Z")).changes == 0
    assert planned(what, mutes, now=instant("2027-01-01T10:00Z")).deletes == ("slactl maintenance W",)


def test_days_of_changing_clocks_get_a_rule_of_their_own() -> None:
    """01:00 to 04:00 is four hours on the last Sunday of October; a cron expression mutes three."""
    mutes = Mutes()
    synced(calendar(weekly("W", "2026-10-04T01:00", "FREQ=WEEKLY", 180)), mutes)
    assert expressions(mutes) == {
        "slactl maintenance W": "cron(0 1 * * SUN) PT3H Europe/Rome",
        "slactl maintenance W 2026-10-25": "at(2026-10-25T01:00) PT4H Europe/Rome",
    }


def test_windows_that_run_into_each_other_are_not_left_to_an_expression_without_room() -> None:
    mutes = Mutes()
    synced(calendar(weekly("W", "2026-10-05T05:00", "FREQ=DAILY", 23 * 60, until="2026-10-07")), mutes)
    assert [one.expression[:3] for one in mutes.forms.values()] == ["at("] * 3


def test_a_failure_leaves_the_rest_done_and_the_old_rule_of_that_window_in_place() -> None:
    mutes, alarms = Mutes(), [alarm(f"slactl shop {number:03}") for number in range(101)]
    synced(calendar(single(), single("CHG-2")), mutes, PAGE)
    mutes.refused = {"slactl maintenance CHG-1 1/2"}
    made = planned(calendar(single(), single("CHG-2")), mutes, *alarms)
    outcomes = {one.name: one.text for one in apply_mutes(made, mutes)}
    assert outcomes["slactl maintenance CHG-1 1/2"] == "refused"
    assert "left" in outcomes["slactl maintenance CHG-1"]
    assert set(mutes.forms) == {
        "slactl maintenance CHG-1", "slactl maintenance CHG-1 2/2",
        "slactl maintenance CHG-2 1/2", "slactl maintenance CHG-2 2/2",
    }  # fmt: skip
    mutes.refused = set()
    synced(calendar(single(), single("CHG-2")), mutes, *alarms)
    assert len(mutes.forms) == 4
    assert planned(calendar(single(), single("CHG-2")), mutes, *alarms).changes == 0


def test_durations_and_pieces_at_their_limits() -> None:
    assert [duration(minutes) for minutes in (1, 60, 1440, 15 * 1440, 1501)] == [
        "PT1M", "PT1H", "P1D", "P15D", "P1DT1H1M",
    ]  # fmt: skip
    assert [minutes_of(text) for text in ("PT90M", "PT1H30M", "P1D", "P", "x", "")] == [90, 90, 1440, 0, 0, 0]
    assert pieces(Span(61, 119)) == (Span(60, 120),)
    assert cron_of(Repeat((datetime(2026, 10, 4, 5, 0, 30, tzinfo=UTC).replace(tzinfo=None),), timedelta(1))) is None


RULES = st.sampled_from([
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,31", "FREQ=MONTHLY;BYDAY=1SU,-1FR", "FREQ=YEARLY", "FREQ=DAILY;BYMONTH=10,3",
    "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=YEARLY;BYYEARDAY=298,-1", "FREQ=MONTHLY;BYDAY=SU;BYMONTHDAY=25",
])  # fmt: skip


@st.composite
def recurring(draw: st.DrawFn) -> RecurringWindow | None:
    from dateutil.rrule import rrulestr

    rule, minutes = draw(RULES), draw(st.integers(1, 1500))
    near = draw(st.sampled_from(["2026-10-01", "2026-10-24", "2027-03-20"]))
    start = datetime.fromisoformat(near) + timedelta(minutes=draw(st.integers(0, 1439)))
    first = next(iter(rrulestr(rule, dtstart=start, cache=False)), None)
    if first is None:
        return None
    until = (first + timedelta(days=draw(st.integers(0, 200)))).date().isoformat()
    return weekly("W", first.isoformat(), rule, minutes, until)


@settings(deadline=None, max_examples=120)
@given(recurring(), st.integers(0, 170 * 24 * 60), st.sampled_from([0, 2100, 21_900]))
# Two minutes before its echo is over.
@example(weekly("W", "2026-10-01T05:56", "FREQ=DAILY;INTERVAL=3", 1, "2026-11-03"), 0, 21_900)
def test_every_minute_of_every_occurrence_is_muted_and_hardly_any_other(
    window: RecurringWindow | None, later: int, after: int
) -> None:
    if window is None:
        return
    now, mutes, what = NOW + later * 60, Mutes(), calendar(window)
    synced(what, mutes, now=now, days=400, after=after)
    assert planned(what, mutes, now=now, days=400, after=after).changes == 0
    ahead = [one.span for one in expand(window, Span(now + 60 - after, now + 400 * DAY))]
    occurrences = [Span(one.start, one.end + after) for one in ahead]
    for span in occurrences:
        for at in (max(span.start, now + 60), (max(span.start, now + 60) + span.end) // 2, span.end - 1):
            if at < span.end:
                assert mutes.muted(PAGE.name, at), datetime.fromtimestamp(at, ROME)
    for span in occurrences:
        # An hour of grace: where the clocks change an expression mutes one hour more.
        for at in (span.start - HOUR - 60, span.end + HOUR + 60):
            if at > now and not any(one.start - HOUR - 60 < at < one.end + HOUR + 60 for one in occurrences):
                assert not mutes.muted(PAGE.name, at), datetime.fromtimestamp(at, ROME)


def test_a_plan_without_windows_asks_for_nothing() -> None:
    assert plan((), mutable([PAGE]), (), Muting("slactl", ROME, NOW, NOW)) == MutePlan()
    assert quiet_windows(calendar(single(start="2026-09-01T02:00Z")), NOW) == ((), ())
