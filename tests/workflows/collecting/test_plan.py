"""Which days a collect reads: new ones, final ones once, missed ones as far back as five minutes reach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.evidence import CountsFacts, Item, Kind, Place
from slactl.model.span import Span, subtract, union
from slactl.reading.retention import fine_from, minutes_from
from slactl.workflows.collecting.doubt import CLOCKS_APART, NONE, Doubt, doubt_of
from slactl.workflows.collecting.outcome import Lost, Why
from slactl.workflows.collecting.plan import DAY, FINAL_AFTER, Asked, Held, Plan, Task, Wish, plan, settled_until
from tests.fakes import instant

NOW = instant("2026-11-06T06:00:00Z")
TODAY = NOW // DAY * DAY
ASKED = Asked("missions|prod", ("application-signals",), ("999.999",))
SETTLED = settled_until(NOW, 600, 300)


def wish(
    start: int, until: int = SETTLED, width: int = 300, asked: Asked = ASKED, owed: int | None = None, **more: object
) -> Wish:
    return Wish("missions", start, until, width, asked, start if owed is None else owed, **more)  # type: ignore[arg-type]


def held(start: int, end: int, read_at: int = NOW, width: int = 300, asked: Asked = ASKED, streams: int = 3) -> Held:
    place = Place(Kind.COUNTS, "1", "r", "missions", "", "counts.parquet")
    facts = CountsFacts(Span(start, end), width, read_at, read_at >= end + FINAL_AFTER)
    return Held(Item(place, f"{start}", "0" * 64, 1), facts, asked, streams, 10)


def all_held(start: int, end: int, read_at: int = NOW, **more: object) -> list[Held]:
    """Every day of a span, read at one instant."""
    return [
        held(day, min(day + DAY, end), read_at, **more)  # type: ignore[arg-type]
        for day in range(start, end, DAY)
    ]


def read(found: Plan) -> list[tuple[int, int]]:
    """The spans to read, in days from today."""
    return [(one.span.start - TODAY, one.span.end - TODAY) for one in found.tasks]


def test_a_first_run_reads_everything_that_is_settled_in_reads_of_two_days() -> None:
    found = plan(wish(TODAY - 3 * DAY), [], NOW)
    assert read(found) == [(-3 * DAY, -DAY), (-DAY, SETTLED - TODAY)]
    assert sum(len(one.days) for one in found.tasks) == 4
    assert not found.lost


def test_what_is_kept_and_final_is_not_read_again() -> None:
    kept = all_held(TODAY - 30 * DAY, TODAY - 3 * DAY)
    assert all(one.facts.final for one in kept)
    assert plan(wish(TODAY - 30 * DAY, TODAY - 3 * DAY), kept, NOW) == Plan()


def test_a_provisional_day_is_left_alone_until_it_is_final() -> None:
    early = all_held(TODAY - 3 * DAY, TODAY, read_at=TODAY + 3600)
    assert plan(wish(TODAY - 3 * DAY, TODAY), early, NOW) == Plan()
    later = TODAY - 2 * DAY + FINAL_AFTER
    found = plan(wish(TODAY - 3 * DAY, TODAY), early, later)
    assert read(found) == [(-3 * DAY, -2 * DAY)]


def test_the_day_that_grew_is_read_whole() -> None:
    found = plan(wish(TODAY - DAY), [held(TODAY - DAY, TODAY - DAY + 6 * 3600, NOW - DAY)], NOW)
    assert read(found) == [(-DAY, SETTLED - TODAY)]


def test_a_second_run_at_once_has_nothing_to_do() -> None:
    wanted = wish(TODAY - 9 * DAY)
    first = plan(wanted, [], NOW)
    kept = [held(day.start, day.end) for task in first.tasks for day in task.days]
    assert plan(wanted, kept, NOW) == Plan()


def test_what_only_hours_are_left_of_is_lost_and_named() -> None:
    start = TODAY - 70 * DAY
    found = plan(wish(start), [], NOW)
    line = fine_from(NOW)
    assert found.lost == (Lost("missions", Span(start, line), Why.HOURS_ONLY),)
    assert found.tasks[0].span.start == line


def test_what_expired_is_told_apart() -> None:
    start = TODAY - 470 * DAY
    found = plan(wish(start), [], NOW)
    assert [one.why for one in found.lost] == [Why.EXPIRED, Why.HOURS_ONLY]
    assert found.lost[0].span.end == found.lost[1].span.start


def test_time_before_what_is_owed_is_not_called_lost() -> None:
    start = TODAY - 70 * DAY
    assert plan(wish(start, owed=TODAY - 10 * DAY), [], NOW).lost == ()


def test_an_early_read_that_can_no_longer_be_repeated_stays_and_is_named() -> None:
    day = TODAY - 70 * DAY
    found = plan(wish(day, day + DAY), [held(day, day + DAY, read_at=day + DAY + 3600)], NOW)
    assert found == Plan((), (Lost("missions", Span(day, day + DAY), Why.PROVISIONAL),))


def test_the_rest_of_a_day_at_the_line_is_kept_beside_its_beginning() -> None:
    day = (fine_from(NOW) - 1) // DAY * DAY
    begun = held(day, day + 3600, read_at=day + 4000)
    found = plan(wish(day, day + DAY), [begun], NOW)
    line = fine_from(NOW)
    assert [task.span for task in found.tasks] == [Span(line, day + DAY)]
    assert Lost("missions", Span(day + 3600, line), Why.HOURS_ONLY) in found.lost
    assert Lost("missions", begun.facts.span, Why.PROVISIONAL) in found.lost


def test_minutes_as_far_as_they_reach_then_five() -> None:
    found = plan(wish(TODAY - 20 * DAY, TODAY, width=60), [], NOW)
    line = minutes_from(NOW)
    fine = [task.span for task in found.tasks if task.bin == 60]
    coarse = [task.span for task in found.tasks if task.bin == 300]
    assert min(span.start for span in fine) >= line
    assert max(span.end for span in coarse) < line + DAY
    assert [one.why for one in found.lost] == [Why.FIVE_MINUTES]
    assert found.lost[0].span == union(coarse)[0]


def test_final_minutes_are_never_replaced_by_five_minutes() -> None:
    day = TODAY - 30 * DAY
    more = Asked(ASKED.subject, ASKED.sources, ("500", "999.999"))
    minutes = [held(day, day + DAY, day + 5 * DAY, width=60)]
    assert plan(wish(day, day + DAY, width=300, asked=more), minutes, NOW) == Plan()
    early = [held(day, day + DAY, day + DAY + 600, width=60)]
    assert [task.bin for task in plan(wish(day, day + DAY), early, NOW).tasks] == [300]


def test_early_minutes_that_give_way_to_final_five_minutes_are_named() -> None:
    day = TODAY - 30 * DAY
    early = [held(day, day + DAY - 600, day + DAY, width=60)]
    found = plan(wish(day, day + DAY, width=60), early, NOW)
    assert found == Plan(
        (Task(Span(day, day + DAY), 300, "missions"),), (Lost("missions", Span(day, day + DAY), Why.FIVE_MINUTES),)
    )
    again = [held(day, day + DAY, day + DAY + 600, width=300)]
    assert plan(wish(day, day + DAY, width=60), again, NOW).lost == ()


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        (Asked("missions|prod", ("application-signals",), ("999.999", "1999.999")), True),
        (Asked("missions|prod", ("api-gateway", "application-signals"), ("999.999",)), True),
        (Asked("missions|prod", ("application-signals",), ()), False),
        (Asked("missions|test", ("application-signals",), ("999.999", "1")), False),
    ],
    ids=["another limit", "an edge", "a limit less", "another service under the same key"],
)
def test_a_final_day_is_read_again_when_more_is_asked(asked: Asked, again: bool) -> None:
    day = TODAY - 10 * DAY
    found = plan(wish(day, day + DAY, asked=asked), [held(day, day + DAY)], NOW)
    assert bool(found.tasks) is again


def test_a_name_that_found_nothing_is_mended_afterwards() -> None:
    day = TODAY - 10 * DAY
    mended = Asked("missions|production", ASKED.sources, ASKED.limits)
    assert plan(wish(day, day + DAY, asked=mended), [held(day, day + DAY, streams=0)], NOW).tasks


def test_nothing_of_a_closed_month_is_read_again() -> None:
    day = TODAY - 10 * DAY
    more = Asked(ASKED.subject, ASKED.sources, ("1", "999.999"))
    closed = wish(day, day + DAY, asked=more, closed=(Span(day - 5 * DAY, day + 5 * DAY),))
    assert plan(closed, [held(day, day + DAY)], NOW) == Plan()


def test_names_that_rules_hide_by_now_are_read_again() -> None:
    day = TODAY - 10 * DAY
    kept = [held(day, day + DAY)]
    assert plan(wish(day, day + DAY), kept, NOW, lambda one: True).tasks


DAYS = st.integers(1, 100)


DOUBT = Doubt(NOW + CLOCKS_APART, SETTLED)


def test_what_a_clock_ahead_read_is_read_again_as_far_as_it_happened() -> None:
    ahead = all_held(TODAY - 3 * DAY, TODAY + 6 * DAY, NOW + 9 * DAY)
    assert plan(wish(TODAY - 3 * DAY), ahead, NOW) == Plan()
    found = plan(wish(TODAY - 3 * DAY, doubt=DOUBT), ahead, NOW)
    assert read(found) == [(-3 * DAY, -DAY), (-DAY, SETTLED - TODAY)]


def test_a_clock_that_is_a_little_ahead_is_believed() -> None:
    kept = all_held(TODAY - 9 * DAY, TODAY - 3 * DAY, NOW + CLOCKS_APART)
    assert plan(wish(TODAY - 9 * DAY, TODAY - 3 * DAY, doubt=DOUBT), kept, NOW) == Plan()


def test_minutes_of_a_clock_ahead_may_give_way_to_five_minutes_though_they_say_they_are_final() -> None:
    day = TODAY - 30 * DAY
    found = plan(wish(day, day + DAY, doubt=DOUBT), [held(day, day + DAY, NOW + DAY, width=60)], NOW)
    assert [task.bin for task in found.tasks] == [300]


def test_what_a_clock_ahead_read_and_nobody_can_read_again_stays_and_is_named() -> None:
    day = TODAY - 70 * DAY
    found = plan(wish(day, day + DAY, doubt=DOUBT), [held(day, day + DAY, NOW + DAY)], NOW)
    assert found == Plan((), (Lost("missions", Span(day, day + DAY), Why.PROVISIONAL),))


@pytest.mark.parametrize(("requests", "doubted"), [(0, True), (5, False)], ids=["silence", "requests"])
def test_requests_of_time_to_come_say_that_this_clock_is_late(requests: int, doubted: bool) -> None:
    facts = {"start": TODAY + 2 * DAY, "end": TODAY + 3 * DAY, "requests": requests}
    item = Item(Place(Kind.COUNTS, name="counts.parquet"), "path", "0" * 64, 1, facts)
    assert doubt_of([item], NOW, SETTLED) == (DOUBT if doubted else NONE)


@given(DAYS, st.lists(st.tuples(st.integers(0, 99), st.integers(1, 288), st.integers(0, 100)), max_size=30), DAYS)
def test_whatever_is_kept_every_second_is_kept_read_or_lost(
    back: int, known: list[tuple[int, int, int]], later: int
) -> None:
    """And nothing is read that would replace only a part of what is kept."""
    start = TODAY - back * DAY
    days = {day: (bins, delay) for day, bins, delay in known}
    kept = [
        held(TODAY - day * DAY, TODAY - day * DAY + bins * 300, TODAY - day * DAY + bins * 300 + delay * 3600)
        for day, (bins, delay) in days.items()
        if 0 < day <= back
    ]
    now = NOW + later * DAY
    found = plan(wish(start), kept, now)
    spans = [one.facts.span for one in kept]
    told = [*spans, *(task.span for task in found.tasks), *(one.span for one in found.lost)]
    assert subtract((Span(start, SETTLED),), told) == ()
    for task in found.tasks:
        assert task.span.start >= fine_from(now)
        for day in task.days:
            assert all(day.holds(span) for span in spans if span.meets(day))
    again = [one for one in kept if not any(day.holds(one.facts.span) for task in found.tasks for day in task.days)]
    fresh = [held(day.start, day.end, now) for task in found.tasks for day in task.days]
    assert plan(wish(start), [*again, *fresh], now).tasks == ()


@given(DAYS, st.lists(st.tuples(st.integers(-20, 99), st.integers(1, 288), st.integers(0, 2000)), max_size=30))
def test_whatever_a_clock_ahead_kept_is_read_again_once_and_nothing_yet_to_come(
    back: int, known: list[tuple[int, int, int]]
) -> None:
    start = TODAY - back * DAY
    days = {day: (bins, delay) for day, bins, delay in known}
    kept = [
        held(TODAY - day * DAY, TODAY - day * DAY + bins * 300, TODAY - day * DAY + bins * 300 + delay * 3600)
        for day, (bins, delay) in days.items()
        if day <= back
    ]
    wanted = wish(start, doubt=DOUBT)
    found = plan(wanted, kept, NOW)
    read_now = [day for task in found.tasks for day in task.days]
    assert all(day.end <= SETTLED for day in read_now)
    left = [one for one in kept if not any(DOUBT.replaced(one.facts, day) for day in read_now)]
    for one in left:
        seen = DOUBT.judged(one.facts)
        assert not DOUBT.of(one.facts) or seen is None or seen.span.start < fine_from(NOW)
    assert all(not one.facts.span.meets(day) for one in left for day in read_now)
    assert plan(wanted, [*left, *(held(day.start, day.end) for day in read_now)], NOW).tasks == ()


def test_services_share_their_spans() -> None:
    one, other = plan(wish(TODAY - 4 * DAY), [], NOW), plan(wish(TODAY - 3 * DAY), [], NOW)
    shared = {task.span for task in one.tasks} & {task.span for task in other.tasks}
    assert Span(TODAY - DAY, SETTLED) in shared
    assert Span(TODAY - 3 * DAY, TODAY - DAY) in shared
    assert all(isinstance(task, Task) for task in one.tasks)
