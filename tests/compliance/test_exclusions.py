from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.compliance.exclusions import Exclusions, exclusions
from slactl.model.maintenance import (
    MaintenanceCalendar,
    MaintenancePolicy,
    Proof,
    RecurringWindow,
    ServiceExclusion,
    Window,
)
from slactl.model.period import Month, agreement_year
from slactl.model.span import Span, seconds
from slactl.model.status import Code

ROME = "Europe/Rome"
HOUR = 3600
LONG_AGO = 0


def at(text: str, zone: str = ROME, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC).timestamp())


def window(name: str, start: str, end: str, announced: int | None = LONG_AGO) -> Window:
    return Window(name, Span(at(start), at(end)), announced, "work")


def run(
    *windows: Window,
    policy: MaintenancePolicy | None = None,
    month: str = "2026-10",
    services: Sequence[str] = ("api",),
    grid: int = 300,
    recurring: tuple[RecurringWindow, ...] = (),
    recorded: frozenset[str] = frozenset(),
) -> Exclusions:
    calendar = MaintenanceCalendar(policy or MaintenancePolicy(notice=48 * HOUR), windows, recurring)
    zone, label = ZoneInfo(ROME), Month.parse(month)
    year = agreement_year(label, (1, 1), zone)
    return exclusions(calendar, services, label.span(zone), year, ROME, lambda service, instant: grid, recorded)


def only(result: Exclusions, name: str, service: str = "api") -> ServiceExclusion:
    outcome = next(outcome for outcome in result.outcomes if outcome.window.id == name)
    return next(one for one in outcome.services if one.service == service)


def code(one: ServiceExclusion) -> Code | None:
    return one.reason.code if one.reason else None


def test_the_contracts_own_window() -> None:
    """Announced for two hours, worked for ninety minutes: 7,200 asked, 5,400 excluded, no reason."""
    one = replace(
        window("CHG-1042", "2026-10-14T02:00", "2026-10-14T04:00", at("2026-10-09T10:00")),
        worked=Span(at("2026-10-14T02:10"), at("2026-10-14T03:40")),
    )
    result = run(one)
    found = only(result, "CHG-1042")
    assert (found.applied, found.reason, found.requested_seconds, found.excluded_seconds) == (True, None, 7200, 5400)
    assert result.applied["api"] == (one.worked,)


def test_a_window_in_the_night_the_clocks_go_back_is_four_hours() -> None:
    result = run(window("NIGHT", "2026-10-25T01:00", "2026-10-25T04:00"))
    assert only(result, "NIGHT").requested_seconds == 4 * HOUR
    assert seconds(result.applied["api"]) == 4 * HOUR


@pytest.mark.parametrize(("early", "expected"), [(0, None), (-1, Code.LATE_ANNOUNCEMENT), (1, None)])
def test_notice_is_met_by_exactly_as_much(early: int, expected: Code | None) -> None:
    start = at("2026-10-14T02:00")
    one = Window("A", Span(start, start + HOUR), start - 48 * HOUR - early, "work")
    assert code(only(run(one), "A")) is expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"cancelled": True}, Code.CANCELLED),
        ({"announced": None}, Code.NOT_ANNOUNCED),
        ({"worked": Span(at("2026-10-14T05:00"), at("2026-10-14T06:00"))}, Code.NOT_WORKED),
        ({"proof": Proof.DECLARED}, Code.PROOF_TOO_WEAK),
    ],
)
def test_what_is_not_admitted_is_listed_with_its_reason(change: dict[str, object], expected: Code) -> None:
    policy = MaintenancePolicy(notice=48 * HOUR, require_proof=Proof.DOCUMENTED)
    good = replace(window("A", "2026-10-14T02:00", "2026-10-14T04:00"), proof=Proof.DOCUMENTED)
    assert only(run(good, policy=policy), "A").applied
    result = run(replace(good, **change), policy=policy)  # type: ignore[arg-type]
    found = only(result, "A")
    assert (found.applied, code(found), found.excluded_seconds) == (False, expected, 0)
    assert found.requested_seconds == 2 * HOUR
    assert result.applied["api"] == ()


def test_recorded_windows_have_the_strongest_proof() -> None:
    policy = MaintenancePolicy(notice=0, require_proof=Proof.RECORDED)
    one = window("A", "2026-10-14T02:00", "2026-10-14T04:00")
    assert code(only(run(one, policy=policy), "A")) is Code.PROOF_TOO_WEAK
    result = run(one, policy=policy, recorded=frozenset({"A"}))
    assert only(result, "A").applied
    assert result.outcomes[0].window.proof is Proof.RECORDED


def test_each_connected_part_shrinks_to_the_grid_and_not_each_window() -> None:
    left = window("A", "2026-10-14T02:01", "2026-10-14T02:33")
    right = window("B", "2026-10-14T02:33", "2026-10-14T03:04")
    result = run(left, right)
    assert result.applied["api"] == (Span(at("2026-10-14T02:05"), at("2026-10-14T03:00")),)
    assert only(result, "A").excluded_seconds == 28 * 60
    assert only(result, "B").excluded_seconds == 27 * 60


def test_a_window_shorter_than_the_grid() -> None:
    found = only(run(window("A", "2026-10-14T02:01", "2026-10-14T02:09")), "A")
    assert (found.applied, code(found)) == (False, Code.SHORTER_THAN_GRID)


def test_shared_seconds_belong_to_the_first_start_then_to_the_lower_id() -> None:
    first = window("Z", "2026-10-14T02:00", "2026-10-14T03:00")
    second = window("A", "2026-10-14T02:30", "2026-10-14T03:30")
    twin = window("B", "2026-10-14T02:30", "2026-10-14T03:30")
    result = run(twin, second, first)
    assert [outcome.window.id for outcome in result.outcomes] == ["Z", "A", "B"]
    assert only(result, "Z").excluded_seconds == HOUR
    assert (only(result, "A").excluded_seconds, code(only(result, "A"))) == (1800, Code.COVERED_BY_OTHER)
    assert only(result, "A").applied
    assert (only(result, "B").applied, code(only(result, "B"))) == (False, Code.COVERED_BY_OTHER)


def test_a_refused_window_owns_nothing() -> None:
    late = window("A", "2026-10-14T02:00", "2026-10-14T03:00", at("2026-10-14T01:00"))
    result = run(late, window("B", "2026-10-14T02:00", "2026-10-14T03:00"))
    assert only(result, "B").excluded_seconds == HOUR


def test_the_window_in_which_the_cap_runs_out_is_applied_up_to_that_second() -> None:
    policy = MaintenancePolicy(notice=0, max_per_month=2 * HOUR + 450)
    result = run(
        window("A", "2026-10-05T02:00", "2026-10-05T03:00"),
        window("B", "2026-10-06T02:00", "2026-10-06T04:00"),
        window("C", "2026-10-07T02:00", "2026-10-07T03:00"),
        policy=policy,
    )
    assert code(only(result, "A")) is None
    b, c = only(result, "B"), only(result, "C")
    assert (b.applied, code(b), b.excluded_seconds) == (True, Code.CAP_REACHED, HOUR + 300)
    assert (c.applied, code(c), c.excluded_seconds) == (False, Code.CAP_REACHED, 0)
    assert b.reason is not None
    assert c.reason is not None
    assert dict(b.reason.figures) == {"cap": "month", "cap_seconds": 2 * HOUR + 450, "left_seconds": HOUR + 450}
    assert dict(c.reason.figures) == {"cap": "month", "cap_seconds": 2 * HOUR + 450, "left_seconds": 0}


def test_what_an_overlapping_window_spends_of_the_cap_is_not_left_for_the_next() -> None:
    result = run(
        window("A", "2026-10-05T02:00", "2026-10-05T04:00"),
        window("B", "2026-10-05T03:00", "2026-10-05T05:00"),
        window("C", "2026-10-05T04:30", "2026-10-05T06:00"),
        policy=MaintenancePolicy(notice=0, max_per_month=2 * HOUR + 900),
    )
    told = [only(result, name).reason for name in ("B", "C")]
    assert [dict(reason.figures)["left_seconds"] for reason in told if reason] == [900, 0]
    assert (only(result, "A").reason, only(result, "A").excluded_seconds) == (None, 2 * HOUR)


def test_refused_windows_spend_no_cap() -> None:
    policy = MaintenancePolicy(notice=48 * HOUR, max_per_month=HOUR)
    result = run(
        replace(window("A", "2026-10-05T02:00", "2026-10-05T03:00"), cancelled=True),
        window("B", "2026-10-06T02:00", "2026-10-06T03:00"),
        policy=policy,
    )
    assert only(result, "B").excluded_seconds == HOUR


def test_the_years_cap_counts_earlier_months_as_their_own_caps_left_them() -> None:
    policy = MaintenancePolicy(notice=0, max_per_month=2 * HOUR, max_per_year=5 * HOUR)
    windows = (
        window("JAN", "2026-01-10T02:00", "2026-01-10T06:00"),  # four asked, two spent
        window("MAY", "2026-05-10T02:00", "2026-05-10T03:30"),  # one and a half spent
        window("OCT", "2026-10-10T02:00", "2026-10-10T05:00"),  # one and a half left
    )
    result = run(*windows, policy=policy)
    found = only(result, "OCT")
    assert (found.excluded_seconds, code(found)) == (HOUR + 1800, Code.CAP_REACHED)
    assert found.reason is not None
    assert dict(found.reason.figures) == {"cap": "year", "cap_seconds": 5 * HOUR, "left_seconds": HOUR + 1800}
    assert [outcome.window.id for outcome in result.outcomes] == ["OCT"]
    assert only(run(*windows, policy=policy, month="2026-05"), "MAY").excluded_seconds == HOUR + 1800
    assert only(run(*windows, policy=replace(policy, max_per_year=3 * HOUR)), "OCT").excluded_seconds == 0


def test_a_month_belongs_to_the_agreement_year_of_its_first_day() -> None:
    """The year starts on 15 April: April spends the year before, May the new one."""
    policy = MaintenancePolicy(notice=0, max_per_year=3 * HOUR)
    april = window("APR", "2026-04-20T02:00", "2026-04-20T04:00")
    may = window("MAY", "2026-05-20T02:00", "2026-05-20T04:00")
    june = window("JUN", "2026-06-20T02:00", "2026-06-20T04:00")
    zone, calendar = ZoneInfo(ROME), MaintenanceCalendar(policy, (april, may, june))
    found = {}
    for label in (Month(2026, 4), Month(2026, 5), Month(2026, 6)):
        year = agreement_year(label, (4, 15), zone)
        applied = exclusions(calendar, ("api",), label.span(zone), year, ROME).applied
        found[label.month] = seconds(applied["api"])
    assert found == {4: 2 * HOUR, 5: 2 * HOUR, 6: HOUR}


def test_caps_are_each_services_own() -> None:
    policy = MaintenancePolicy(notice=0, max_per_month=HOUR)
    result = run(
        replace(window("A", "2026-10-05T02:00", "2026-10-05T03:00"), services=("api",)),
        window("B", "2026-10-06T02:00", "2026-10-06T03:00"),
        policy=policy,
        services=("api", "web"),
    )
    assert only(result, "B", "api").excluded_seconds == 0
    assert only(result, "B", "web").excluded_seconds == HOUR
    assert [one.service for one in result.outcomes[0].services] == ["api"]
    assert result.applied == {
        "api": (Span(at("2026-10-05T02:00"), at("2026-10-05T03:00")),),
        "web": (Span(at("2026-10-06T02:00"), at("2026-10-06T03:00")),),
    }


def test_a_window_over_the_months_edge_counts_its_part_in_each() -> None:
    one = window("A", "2026-09-30T23:00", "2026-10-01T02:00")
    assert only(run(one), "A").excluded_seconds == 2 * HOUR
    assert only(run(one, month="2026-09"), "A").excluded_seconds == HOUR
    worked = replace(one, worked=Span(at("2026-09-30T23:00"), at("2026-10-01T00:00")))
    assert code(only(run(worked), "A")) is Code.OUTSIDE_PERIOD
    assert run(one, month="2026-11").outcomes == ()


def test_occurrences_are_judged_each_on_its_own() -> None:
    template = window("WEEKLY", "2026-10-04T02:30", "2026-10-04T03:00", at("2026-10-05T00:00"))
    recurring = RecurringWindow(
        template,
        datetime.fromisoformat("2026-10-04T02:30"),
        datetime.fromisoformat("2026-10-04T03:00"),
        "FREQ=WEEKLY;BYDAY=SU",
        None,
        ROME,
    )
    result = run(recurring=(recurring,))
    assert code(only(result, "WEEKLY@2026-10-04")) is Code.LATE_ANNOUNCEMENT
    assert only(result, "WEEKLY@2026-10-11").excluded_seconds == 1800
    last = only(result, "WEEKLY@2026-10-25")
    assert (last.applied, code(last), last.excluded_seconds) == (True, Code.AMBIGUOUS_LOCAL_TIME, 1800)


def test_an_occurrence_at_a_time_that_does_not_exist_is_listed_and_excludes_nothing() -> None:
    template = window("WEEKLY", "2026-03-01T02:30", "2026-03-01T03:00")
    start, end = (datetime.fromisoformat(f"2026-03-01T{clock}") for clock in ("02:30", "03:00"))
    recurring = RecurringWindow(template, start, end, "FREQ=WEEKLY;BYDAY=SU", None, ROME)
    found = only(run(recurring=(recurring,), month="2026-03"), "WEEKLY@2026-03-29")
    assert (found.applied, code(found), found.excluded_seconds) == (False, Code.AMBIGUOUS_LOCAL_TIME, 0)


def test_windows_need_a_notice() -> None:
    with pytest.raises(ValueError, match="notice"):
        run(window("A", "2026-10-14T02:00", "2026-10-14T04:00"), policy=MaintenancePolicy())


def test_no_windows_need_none() -> None:
    assert run(policy=MaintenancePolicy()) == Exclusions({"api": ()}, ())


MONTH = Month.parse("2026-10").span(ZoneInfo(ROME))


@st.composite
def some_windows(draw: st.DrawFn) -> tuple[Window, ...]:
    made = []
    for index in range(draw(st.integers(0, 6))):
        start = MONTH.start + draw(st.integers(-4000, 9000))
        span = Span(start, start + draw(st.integers(1, 5000)))
        worked = None
        if draw(st.booleans()):
            begin = start + draw(st.integers(-3000, 6000))
            worked = Span(begin, begin + draw(st.integers(1, 6000)))
        announced = draw(st.sampled_from([None, 0, start - 10, start - 11]))
        made.append(Window(f"W{index}", span, announced, "work", worked=worked, cancelled=draw(st.booleans())))
    return tuple(made)


def by_the_second(windows: Sequence[Window], cap: int | None, grid: int) -> dict[int, str]:
    """Rules 14 to 16 again, one second at a time: who owns each excluded second."""
    owners: dict[int, str] = {}
    for one in sorted(windows, key=lambda one: (one.span.start, one.id)):
        if one.cancelled or one.announced is None or one.span.start - one.announced < 11:
            continue
        for second in range(max(one.span.start, MONTH.start), min(one.span.end, MONTH.end)):
            if one.worked is None or one.worked.start <= second < one.worked.end:
                owners.setdefault(second, one.id)
    kept = sorted(owners)[:cap]
    inside = set(kept)
    cells = {second // grid for second in kept}
    whole = {cell for cell in cells if all(cell * grid + offset in inside for offset in range(grid))}
    return {second: owners[second] for second in kept if second // grid in whole}


@settings(max_examples=40, deadline=None)
@given(some_windows(), st.one_of(st.none(), st.integers(0, 12000)), st.sampled_from([60, 300, 900]))
def test_every_excluded_second_belongs_to_one_window(windows: tuple[Window, ...], cap: int | None, grid: int) -> None:
    result = run(*windows, policy=MaintenancePolicy(notice=11, max_per_month=cap), grid=grid)
    owners = by_the_second(windows, cap, grid)
    excluded = {second for span in result.applied["api"] for second in range(span.start, span.end)}
    assert excluded == set(owners)
    shares = {outcome.window.id: outcome.services[0].excluded_seconds for outcome in result.outcomes}
    assert {name: share for name, share in shares.items() if share} == {
        name: list(owners.values()).count(name) for name in owners.values()
    }
    assert sum(shares.values()) == seconds(result.applied["api"])
    for outcome in result.outcomes:
        one = outcome.services[0]
        assert one.applied == (one.excluded_seconds > 0)
        assert one.applied or one.reason is not None


def test_an_end_in_the_time_of_which_only_hours_are_kept_shrinks_to_the_hour() -> None:
    start = int(datetime(2026, 10, 14, 0, 10, tzinfo=UTC).timestamp())
    inside = Window("CHG-1", Span(start, start + 3 * 3600), LONG_AGO, "work")
    calendar = MaintenanceCalendar(MaintenancePolicy(notice=11), (inside,))
    month = Month(2026, 10).span(ZoneInfo(ROME))
    line = start + 3600 - 600

    def grid(service: str, instant: int) -> int:
        return 3600 if instant < line else 300

    applied = exclusions(calendar, ("api",), month, month, ROME, grid).applied["api"]
    assert applied == (Span(start - 600 + 3600, start + 3 * 3600),)
