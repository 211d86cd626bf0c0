"""What the kept history of alarms tells, and what of the calendar mutes a past month."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from slactl.model.maintenance import MaintenanceCalendar, RecurringWindow, Window
from slactl.model.span import Span
from slactl.ports.alarms import AlarmEvent, AlarmKind, StandingAlarm
from slactl.workflows.collecting import alarmday
from slactl.workflows.enforcing.muted import mutes
from slactl.workflows.enforcing.rang import Kept

DAY = 86_400
START = 1_790_812_800  # 2026-10-01T00:00:00Z
MONTH = Span(START, START + 10 * DAY)


def event(at: int, alarm: str, what: str, **data: Any) -> AlarmEvent:
    return AlarmEvent((START + at) * 1000, alarm, AlarmKind.METRIC, what, "", data)


def turned(at: int, alarm: str, before: str, after: str) -> AlarmEvent:
    old, new = ({"stateValue": value, "stateReason": ""} for value in (before, after))
    return event(at, alarm, "StateUpdate", oldState=old, newState=new)


def day(span: Span, *events: AlarmEvent, standing: tuple[str, ...] = (), lost: Span | None = None) -> alarmday.Document:
    made = alarmday.empty("123456789012", "eu-west-1", "2026-10-02", span.end)
    alarmday.add_history(made, AlarmKind.METRIC, span, events)
    alarmday.add_history(made, AlarmKind.COMPOSITE, span, ())
    alarms = [StandingAlarm(name, f"arn:{name}", AlarmKind.METRIC, "OK") for name in standing]
    alarmday.add_standing(made, AlarmKind.METRIC, alarms, span.end)
    if lost:
        alarmday.add_lost(made, AlarmKind.METRIC, lost)
    return made


def at(first: int, end: int) -> Span:
    return Span(START + first, START + end)


def test_rings_of_several_days_are_joined() -> None:
    first = day(at(0, DAY), turned(80_000, "a", "OK", "ALARM"), standing=("a", "b"))
    then = day(at(DAY, 2 * DAY), turned(DAY + 500, "a", "ALARM", "OK"))
    found = Kept((first, then))
    assert found.read(MONTH) == (at(0, 2 * DAY),)
    past = found.alarms(MONTH)
    assert past["a"].rang == (at(80_000, DAY + 500),)
    assert (past["b"].known, past["b"].rang) == ((at(0, 2 * DAY),), ())


def test_before_it_was_made_and_after_it_was_deleted_nothing_is_known() -> None:
    made = event(1000, "a", "ConfigurationUpdate", type="Create")
    gone = event(5000, "a", "ConfigurationUpdate", type="Delete")
    again = event(7000, "a", "ConfigurationUpdate", type="Create")
    past = Kept((day(at(0, DAY), made, turned(2000, "a", "OK", "ALARM"), gone, again),)).alarms(MONTH)["a"]
    assert past.known == (at(1000, 5000), at(7000, DAY))


def test_one_made_after_the_month_tells_nothing_of_it() -> None:
    late = event(20 * DAY, "a", "ConfigurationUpdate", type="Create")
    past = Kept((day(at(0, 21 * DAY), late),)).alarms(MONTH)["a"]
    assert (past.known, past.rang) == ((), ())


def test_what_was_lost_is_not_known() -> None:
    found = Kept((day(at(0, DAY), standing=("a",), lost=at(100, 200)),))
    assert found.read(MONTH) == (at(0, 100), at(200, DAY))


def test_windows_that_mute() -> None:
    plain = Window("A", at(1000, 2000), START, "why")
    windows = (
        plain,
        replace(plain, id="B", span=at(5000, 7000), announced=START + 6000),
        replace(plain, id="C", span=at(8000, 9000), announced=START + 9500),
        replace(plain, id="D", span=at(10_000, 11_000), cancelled=True),
        replace(plain, id="E", span=at(12_000, 13_000), mute=False),
        replace(plain, id="F", span=at(14_000, 15_000), announced=None),
        replace(plain, id="G", span=at(16_000, 17_000), services=("other",)),
    )
    assert mutes(MaintenanceCalendar(windows=windows), "shop", MONTH) == (at(1000, 2000), at(6000, 7000))


def test_recurring_windows_mute_on_each_day() -> None:
    template = Window("W", at(0, 3600), START - DAY, "why")
    begin, end = datetime(2026, 10, 2, 1), datetime(2026, 10, 2, 2)  # noqa: DTZ001 - local times of the agreement
    weekly = RecurringWindow(template, begin, end, "FREQ=DAILY;COUNT=2", None, "UTC")
    spans = mutes(MaintenanceCalendar(recurring=(weekly,)), "shop", MONTH)
    assert spans == (at(DAY + 3600, DAY + 7200), at(2 * DAY + 3600, 2 * DAY + 7200))
