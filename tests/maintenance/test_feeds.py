"""``slactl maintenance add --ics``: what a calendar says is read back as the same instants, or refused in words."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rruleset, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.compliance.recurrence import expand
from slactl.configuration import load_catalogue
from slactl.configuration.adding import as_window
from slactl.configuration.feeds import Asked, read_feed
from slactl.model.maintenance import RecurringWindow
from slactl.model.span import Span
from tests.fakes import instant
from tests.maintenance.place import Place

ROME = ZoneInfo("Europe/Rome")
TOLD = "LAST-MODIFIED:20260901T080000Z"
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//status//EN")


def feed(*events: str) -> str:
    parts = [f"BEGIN:VEVENT\r\n{event.strip().replace(chr(10), chr(13) + chr(10))}\r\nEND:VEVENT" for event in events]
    return "\r\n".join([*HEAD, *parts, "END:VCALENDAR", ""])


ONE = f"""UID:chg-7@status.example.com
DTSTART;TZID=Europe/Rome:20261014T020000
DTEND;TZID=Europe/Rome:20261014T040000
SUMMARY:Engine\\, upgraded
URL:https://status.example.com/7
{TOLD}"""
WEEKLY = f"""UID:weekly
DTSTART;TZID=Europe/Rome:20261004T023000
DTEND;TZID=Europe/Rome:20261004T033000
RRULE:FREQ=WEEKLY;COUNT=8
SUMMARY:Patching
{TOLD}"""


def spans(text: str, asked: Asked | None = None) -> dict[str, list[Span]]:
    """What is read back of a feed: the spans of each window."""
    found: dict[str, list[Span]] = {}
    for draft in read_feed(text.encode(), asked or Asked(ROME)):
        window = as_window(draft, ROME, frozenset({"shop"}))
        if isinstance(window, RecurringWindow):
            around = Span(instant("2020-01-01T00:00Z"), instant("2040-01-01T00:00Z"))
            found[draft.id] = [one.span for one in expand(window, around)]
        else:
            found[draft.id] = [window.span]
    return found


def local(text: str, hours: float) -> Span:
    start = int(datetime.fromisoformat(text).replace(tzinfo=ROME).timestamp())
    return Span(start, start + int(hours * 3600))


def test_events_become_windows_and_importing_again_changes_nothing(place: Place) -> None:
    cancelled = ONE.replace("chg-7@status", "chg-8@status") + "\nSTATUS:CANCELLED"
    Path("feed.ics").write_text(feed(ONE, WEEKLY, cancelled), encoding="utf-8")
    done = place.run("add", "--ics", "feed.ics", "--service", "shop", "--channel", "calendar")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == "maintenance.yaml: chg-7-status.example.com declared"
    text = place.read()
    calendar = load_catalogue(Path("slactl.yaml")).maintenance
    first = calendar.windows[0]
    assert (first.span, first.reason, first.announced) == (
        local("2026-10-14T02:00", 2), "Engine, upgraded", instant("2026-09-01T08:00Z"),
    )  # fmt: skip
    assert (first.services, first.announcement.url) == (("shop",), "https://status.example.com/7")
    assert [one.cancelled for one in calendar.windows] == [False, True]
    assert calendar.recurring[0].rrule == "FREQ=WEEKLY"
    again = place.run("add", "--ics", "feed.ics", "--service", "shop", "--channel", "calendar")
    assert (again.code, again.out, place.read()) == (0, "", text)
    assert "stand there already" in again.err


def test_a_feed_may_come_from_stdin(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(feed(ONE).encode())

    monkeypatch.setattr("sys.stdin", Stdin())
    assert place.run("add", "--ics", "-").code == 0
    assert "id: chg-7-status.example.com" in place.read()


def test_what_was_moved_or_called_off_since_is_refused_with_its_place(place: Place) -> None:
    Path("feed.ics").write_text(feed(ONE), encoding="utf-8")
    place.run("add", "--ics", "feed.ics")
    text = place.read()
    for moved in (ONE.replace("T040000", "T050000"), ONE + "\nSTATUS:CANCELLED"):
        Path("feed.ics").write_text(feed(moved, WEEKLY), encoding="utf-8")
        done = place.run("add", "--ics", "feed.ics")
        assert (done.code, place.read()) == (2, text)
        assert "maintenance.yaml:3" in done.err
    # Only the time at which it was last touched differs: the first announcement stands.
    Path("feed.ics").write_text(feed(ONE.replace("20260901", "20260930")), encoding="utf-8")
    assert (place.run("add", "--ics", "feed.ics").code, place.read()) == (0, text)


def test_one_late_event_refuses_the_feed_unless_told(place: Place) -> None:
    late = ONE.replace("LAST-MODIFIED:20260901", "LAST-MODIFIED:20261013").replace("chg-7", "late")
    Path("feed.ics").write_text(feed(ONE, late), encoding="utf-8")
    before = place.read()
    early = place.run("add", "--ics", "feed.ics", "--late")
    assert (early.code, "nobody was told yet" in early.err, place.read()) == (2, True, before)
    place.now("2026-10-13T12:00:00Z")
    done = place.run("add", "--ics", "feed.ics")
    assert (done.code, place.read()) == (1, before)
    assert place.run("add", "--ics", "feed.ics", "--late").code == 0
    assert len(load_catalogue(Path("slactl.yaml")).maintenance.windows) == 2


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (ONE.replace(TOLD, ""), "--announced"),
        (WEEKLY.replace(";COUNT=8", ""), "--until"),
        (WEEKLY.replace(";TZID=Europe/Rome:20261004T023000", ":20261004T003000Z"), "recurs in UTC"),
        (WEEKLY.replace("Europe/Rome", "America/New_York"), "clocks"),
        (WEEKLY + "\nRDATE;TZID=Europe/Rome:20261005T023000", "RDATE"),
        (WEEKLY.replace("FREQ=WEEKLY", "FREQ=HOURLY"), "FREQ"),
        (WEEKLY.replace("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO"), "does not give"),
        (ONE.replace("DTEND;TZID=Europe/Rome:20261014T040000\n", ""), "has no end"),
        (ONE.replace("DTSTART;TZID=Europe/Rome:20261014T020000\n", ""), "DTSTART"),
        (ONE.replace("UID:chg-7@status.example.com\n", ""), "UID"),
        (ONE.replace("chg-7@status.example.com", "漢"), "letters or digits"),
        (ONE.replace("20261014T040000", "20261014T010000"), "must lie after start"),
        (ONE.replace(";TZID=Europe/Rome:20261014T020000", ":20261025T023000"), "does not exist once"),
        (ONE + "\nRECURRENCE-ID:20261014T020000Z", "no event"),
        (ONE.replace("20261014T02", "notadate"), "no iCalendar feed"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_written(place: Place, event: str, said: str) -> None:
    Path("feed.ics").write_text(feed(ONE.replace("chg-7", "first"), event), encoding="utf-8")
    before = place.read()
    done = place.run("add", "--ics", "feed.ics")
    assert (done.code, place.read()) == (2, before), done.err
    assert said in done.err
    assert "Traceback" not in done.err


def test_files_that_are_no_feeds_and_options_that_do_not_go_with_one_are_refused(place: Place) -> None:
    for content in (b"", b"hello", b"\xff\xfe", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"):
        Path("feed.ics").write_bytes(content)
        assert place.run("add", "--ics", "feed.ics").code == 2, content
    assert place.run("add", "--ics", "missing.ics").code == 2
    assert "exclude each other" in place.run("add", "--ics", "feed.ics", "--id", "A").err


def test_dates_left_out_and_moved_part_a_recurrence() -> None:
    left = WEEKLY + "\nEXDATE;TZID=Europe/Rome:20261018T023000\nEXDATE;TZID=Europe/Rome:20261115T023000"
    moved = f"""UID:weekly
RECURRENCE-ID;TZID=Europe/Rome:20261108T023000
DTSTART;TZID=Europe/Rome:20261109T230000
DURATION:PT90M
SUMMARY:Patching later
{TOLD}"""
    found = spans(feed(left, moved))
    assert {name: len(times) for name, times in found.items()} == {
        "weekly": 2, "weekly-2": 2, "weekly-3": 1, "weekly-20261108": 1,
    }  # fmt: skip
    assert found["weekly-20261108"] == [local("2026-11-09T23:00", 1.5)]
    assert found["weekly-3"] == [local("2026-11-22T02:30", 1)]


def test_zones_days_and_floating_times_are_the_same_instants() -> None:
    utc = "UID:u\nDTSTART:20261025T003000Z\nDTEND:20261025T013000Z\n" + TOLD
    york = ONE.replace("Europe/Rome", "America/New_York").replace("chg-7", "y")
    day = "UID:d\nDTSTART;VALUE=DATE:20261025\nSUMMARY:All day\n" + TOLD
    floating = "UID:f\nDTSTART:20261014T020000\nDURATION:PT1H\n" + TOLD
    berlin = WEEKLY.replace("Europe/Rome", "Europe/Berlin")
    found = spans(feed(utc, york, day, floating, berlin))
    assert found["u"] == [Span(instant("2026-10-25T00:30Z"), instant("2026-10-25T01:30Z"))]
    assert found["y-status.example.com"] == [Span(instant("2026-10-14T06:00Z"), instant("2026-10-14T08:00Z"))]
    # The day on which the clocks go back has 25 hours.
    assert found["d"] == [local("2026-10-25T00:00", 25)]
    assert found["f"] == [local("2026-10-14T02:00", 1)]
    assert len(found["weekly"]) == 8


def test_an_endless_recurrence_is_ended_by_the_command_line() -> None:
    endless = WEEKLY.replace(";COUNT=8", "")
    assert len(spans(feed(endless), Asked(ROME, until="2026-10-18"))["weekly"]) == 3
    until = WEEKLY.replace("COUNT=8", "UNTIL=20261018T003000Z")
    assert len(spans(feed(until))["weekly"]) == 3
    assert len(spans(feed(until), Asked(ROME, until="2026-10-11"))["weekly"]) == 2


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["DAILY", "DAILY;INTERVAL=2", "WEEKLY;BYDAY=TU,SU;INTERVAL=2", "MONTHLY", "MONTHLY;BYDAY=-1SU"]),
    st.integers(1, 20),
    st.lists(st.integers(0, 19), max_size=5),
    st.integers(4, 22),
)
def test_all_occurrences_of_a_feed_and_no_other_are_read_back(
    rule: str, count: int, gone: list[int], hour: int
) -> None:
    anchor = datetime(2026, 10, 1, hour, 15, tzinfo=UTC).replace(tzinfo=None)
    every = list(rrulestr(f"RRULE:FREQ={rule};COUNT={count}", dtstart=anchor))
    left = [every[place] for place in gone if place < len(every)]
    kept = rruleset()
    kept.rrule(rrulestr(f"RRULE:FREQ={rule};COUNT={count}", dtstart=every[0]))  # type: ignore[arg-type]
    for one in left:
        kept.exdate(one)
    event = f"UID:r\nDTSTART;TZID=Europe/Rome:{every[0]:%Y%m%dT%H%M%S}\nDURATION:PT1H\n{TOLD}"
    event += f"\nRRULE:FREQ={rule};COUNT={count}"
    event += "".join(f"\nEXDATE;TZID=Europe/Rome:{one:%Y%m%dT%H%M%S}" for one in left)
    found = sorted(span for times in spans(feed(event)).values() for span in times)
    hours = timedelta(hours=1)
    assert found == [
        Span(int(one.replace(tzinfo=ROME).timestamp()), int((one + hours).replace(tzinfo=ROME).timestamp()))
        for one in kept
    ]
