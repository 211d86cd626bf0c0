from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from slactl.compliance.recurrence import excludes_nothing, expand, parse_rule, readings
from slactl.model.maintenance import RecurringWindow, Window
from slactl.model.period import Month
from slactl.model.span import Span
from slactl.model.status import Code

ROME = "Europe/Rome"


def at(text: str, zone: str = ROME, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).timestamp())


def weekly(
    start: str, end: str, rule: str = "FREQ=WEEKLY;BYDAY=SU", until: str | None = None, zone: str = ROME
) -> RecurringWindow:
    template = Window("WEEKLY", Span(at(start, zone), at(end, zone)), announced=0, reason="Patching")
    last = datetime.fromisoformat(until) if until else None
    return RecurringWindow(template, datetime.fromisoformat(start), datetime.fromisoformat(end), rule, last, zone)


def month(label: str, zone: str = ROME) -> Span:
    return Month.parse(label).span(ZoneInfo(zone))


def test_an_occurrence_is_named_by_its_local_date() -> None:
    found = expand(weekly("2026-10-04T02:30", "2026-10-04T03:00"), month("2026-10"))
    assert [window.id for window in found] == [f"WEEKLY@2026-10-{day}" for day in ("04", "11", "18", "25")]
    assert found[1].span == Span(at("2026-10-11T02:30"), at("2026-10-11T03:00"))
    assert found[1].note is None


def test_a_start_that_exists_twice_takes_the_second() -> None:
    last = expand(weekly("2026-10-04T02:30", "2026-10-04T03:00"), month("2026-10"))[-1]
    assert last.span == Span(at("2026-10-25T02:30", fold=1), at("2026-10-25T03:00"))
    assert last.span.seconds == 1800
    assert last.note is not None
    assert last.note.code is Code.AMBIGUOUS_LOCAL_TIME
    assert ("excludes", "less") in last.note.figures


def test_an_end_that_exists_twice_takes_the_first() -> None:
    last = expand(weekly("2026-10-04T01:00", "2026-10-04T02:30"), month("2026-10"))[-1]
    assert last.span == Span(at("2026-10-25T01:00"), at("2026-10-25T02:30", fold=0))


def test_a_window_over_the_whole_repeated_hour_is_an_hour_longer_and_not_in_doubt() -> None:
    last = expand(weekly("2026-10-04T01:00", "2026-10-04T04:00"), month("2026-10"))[-1]
    assert last.span.seconds == 4 * 3600
    assert last.note is None


def test_a_window_inside_the_repeated_hour_is_read_in_its_first_pass() -> None:
    last = expand(weekly("2026-10-04T02:15", "2026-10-04T02:45"), month("2026-10"))[-1]
    assert last.span == Span(at("2026-10-25T02:15", fold=0), at("2026-10-25T02:45", fold=0))
    assert not excludes_nothing(last)


def test_a_window_in_the_skipped_hour_stays_listed_and_excludes_nothing() -> None:
    last = expand(weekly("2026-03-01T02:30", "2026-03-01T03:00"), month("2026-03"))[-1]
    assert last.id == "WEEKLY@2026-03-29"
    assert excludes_nothing(last)
    assert last.span.holds(Span(at("2026-03-29T01:30"), at("2026-03-29T03:00")))


def test_an_end_in_the_skipped_hour_excludes_less() -> None:
    last = expand(weekly("2026-03-01T01:00", "2026-03-01T02:30"), month("2026-03"))[-1]
    assert last.span == Span(at("2026-03-29T01:00"), at("2026-03-29T01:30"))
    assert not excludes_nothing(last)


def test_a_window_over_the_skipped_hour_is_an_hour_shorter() -> None:
    last = expand(weekly("2026-03-01T01:00", "2026-03-01T04:00"), month("2026-03"))[-1]
    assert last.span.seconds == 2 * 3600
    assert last.note is None


def test_until_includes_a_start_at_that_very_moment() -> None:
    at_the_moment = weekly("2026-10-04T02:30", "2026-10-04T03:00", until="2026-10-18T02:30")
    before_it = weekly("2026-10-04T02:30", "2026-10-04T03:00", until="2026-10-18T02:29")
    assert len(expand(at_the_moment, month("2026-10"))) == 3
    assert len(expand(before_it, month("2026-10"))) == 2


def test_until_in_utc_inside_the_rule_is_read_as_that_instant() -> None:
    rule = "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261018T003000Z"
    assert len(expand(weekly("2026-10-04T02:30", "2026-10-04T03:00", rule), month("2026-10"))) == 3
    earlier = "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261018T002959Z"
    assert len(expand(weekly("2026-10-04T02:30", "2026-10-04T03:00", earlier), month("2026-10"))) == 2


def test_an_endless_rule_reaches_any_month() -> None:
    found = expand(weekly("2020-01-01T23:00", "2020-01-02T01:00", "FREQ=DAILY"), month("2026-10"))
    assert found[0].id == "WEEKLY@2026-09-30"
    assert found[-1].id == "WEEKLY@2026-10-31"
    assert len(found) == 32


def test_an_occurrence_across_midnight_touches_both_months() -> None:
    rule = weekly("2026-01-31T23:00", "2026-02-01T02:00", "FREQ=MONTHLY;BYMONTHDAY=-1")
    assert [window.id for window in expand(rule, month("2026-03"))] == ["WEEKLY@2026-02-28", "WEEKLY@2026-03-31"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "nonsense",
        "FREQ=HOURLY",
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;BYHOUR=1,2",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=DAILY;COLOUR=RED",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=WEEKLY;BYDAY=SU\nEXDATE:20261004T023000",
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_rule(weekly("2026-10-04T02:30", "2026-10-04T03:00", rule))


def test_readings_of_a_local_time() -> None:
    rome = ZoneInfo(ROME)
    assert len(readings(datetime(2026, 10, 25, 1, 0), rome)) == 1  # noqa: DTZ001 - a wall time
    assert len(readings(datetime(2026, 10, 25, 2, 0), rome)) == 2  # noqa: DTZ001 - a wall time
    assert len(readings(datetime(2026, 10, 25, 3, 0), rome)) == 1  # noqa: DTZ001 - a wall time
    first, second = readings(datetime(2026, 3, 29, 2, 30), rome)  # noqa: DTZ001 - a wall time
    assert (first, second) == (at("2026-03-29T01:30"), at("2026-03-29T03:30"))
