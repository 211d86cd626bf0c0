from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from slactl.compliance.silence import baseline_spans, explained, listed, silent_runs
from slactl.compliance.slices import Bins, cut
from slactl.model.period import Month
from slactl.model.span import Span

ROME = ZoneInfo("Europe/Rome")
OCTOBER = Month.parse("2026-10").span(ROME)


def since(instant: int) -> Callable[[Span], bool]:
    """Five minutes are kept from an instant on."""
    return lambda span: span.start >= instant


LONG_AGO = since(0)


def at(text: str, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold).astimezone(UTC).timestamp())


def span(start: str, end: str) -> Span:
    return Span(at(start), at(end))


def test_a_run_ends_at_a_request_and_at_what_was_not_read() -> None:
    start = OCTOBER.start
    requests = [0, 0, 1, 0, None, 0]
    bins = Bins([start + 300 * index for index in range(6)], 300, requests, [0, 0, 0, 0, 0, 0])
    found = silent_runs(cut(Span(start, start + 1800), 300, bins, (), start + 1800))
    assert found == (Span(start, start + 600), Span(start + 900, start + 1200), Span(start + 1500, start + 1800))


def test_an_hour_is_listed_and_less_is_not() -> None:
    hour, less = Span(0, 3600), Span(7200, 7200 + 3599)
    assert listed((hour, less)) == (hour,)


def test_the_baseline_is_the_same_local_time_of_the_four_weeks_before() -> None:
    """The clocks went back on 25 October: 03:00 in winter time is 03:00 in summer time the weeks before."""
    run = span("2026-11-04T03:00", "2026-11-04T03:10")
    month = Month.parse("2026-11").span(ROME)
    found = baseline_spans(run, ROME, None, LONG_AGO, month)
    assert found == tuple(
        span(f"{day}T03:00", f"{day}T03:10") for day in ("2026-10-28", "2026-10-21", "2026-10-14", "2026-10-07")
    )


def test_weeks_before_the_service_was_there_or_kept_by_the_hour_are_left_out() -> None:
    run = span("2026-10-28T03:00", "2026-10-28T03:10")
    there = at("2026-10-10T00:00")
    assert len(baseline_spans(run, ROME, there, LONG_AGO, OCTOBER)) == 2
    assert len(baseline_spans(run, ROME, None, since(there), OCTOBER)) == 2
    assert len(baseline_spans(run, ROME, there, since(at("2026-10-20T00:00")), OCTOBER)) == 1


def test_the_other_weeks_of_the_period_stand_in_where_none_is_left() -> None:
    run = span("2026-10-07T03:00", "2026-10-07T03:10")
    found = baseline_spans(run, ROME, OCTOBER.start, LONG_AGO, OCTOBER)
    assert sorted(found) == [span(f"2026-10-{day}T03:00", f"2026-10-{day}T03:10") for day in (14, 21, 28)]


def test_of_a_running_period_only_what_is_settled_stands_in() -> None:
    run = span("2026-10-07T03:00", "2026-10-07T03:10")
    elapsed = Span(OCTOBER.start, at("2026-10-21T03:05"))
    assert baseline_spans(run, ROME, OCTOBER.start, LONG_AGO, elapsed) == (
        span("2026-10-14T03:00", "2026-10-14T03:10"),
    )
    assert baseline_spans(run, ROME, OCTOBER.start, LONG_AGO, Span(OCTOBER.start, at("2026-10-10T00:00"))) == ()


def test_a_period_kept_by_the_hour_stands_in_for_its_own_hours_only() -> None:
    run = span("2026-10-07T03:00", "2026-10-07T04:00")
    assert len(baseline_spans(run, ROME, None, since(OCTOBER.end), OCTOBER)) == 3
    assert len(baseline_spans(run, ROME, OCTOBER.start, since(at("2026-10-06T00:00")), OCTOBER)) == 3
    late = span("2026-10-09T03:00", "2026-10-09T03:05")
    fine = since(at("2026-10-08T00:00"))
    assert baseline_spans(late, ROME, None, fine, OCTOBER)[-1] == span("2026-10-16T03:00", "2026-10-16T03:05")


def test_a_run_over_the_repeated_hour_keeps_its_length() -> None:
    run = Span(at("2026-10-25T02:55", fold=0), at("2026-10-25T02:05", fold=1))
    assert run.seconds == 600
    assert all(one.seconds == 600 for one in baseline_spans(run, ROME, None, LONG_AGO, OCTOBER))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([9, 9, 9, 9], (True, Fraction(9))),
        ([10, 10, 10, 10], (False, Fraction(10))),
        ([0, 0, 0, 39], (True, Fraction(39, 4))),
        ([0, 0, 0, 40], (False, Fraction(10))),
        ([0], (True, Fraction(0))),
        ([], (False, None)),
        ([0, None], (False, Fraction(0))),
        ([None], (False, None)),
    ],
)
def test_fewer_than_ten_on_average_explain_a_silence(
    counts: list[int | None], expected: tuple[bool, Fraction | None]
) -> None:
    assert explained(counts) == expected
