"""How the promises stand: the days' figures are counts of requests, and what is unknown of them stays so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from slactl.model.burn import Spent
from slactl.model.check import Window
from slactl.model.metric import Query
from slactl.model.period import local_date
from slactl.model.status import Code, Reason, Status
from tests.fakes import FAILED, Hit, instant, zone
from tests.workflows.standing.shop import (
    NOW,
    SETTLED,
    agreement,
    failing,
    october,
    outage,
    standing,
    target,
    traffic,
)

ROME = zone("Europe/Rome")
FAILURES = failing(
    "2026-10-24T21:59:00Z",
    "2026-10-24T22:01:00Z",
    "2026-10-25T22:59:00Z",
    "2026-10-25T23:01:00Z",
    "2026-10-30T12:00:00Z",
    "2026-10-30T12:06:00Z",
    "2026-10-30T12:12:00Z",
    "2026-10-31T11:49:00Z",
    "2026-10-31T11:51:00Z",
)


def counted(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Requests and failures of each of the last seven local days, as far as they are settled."""
    days = [october(31) - timedelta(days=back) for back in range(6, -1, -1)]
    inside = [[hit for hit in hits if hit.at < SETTLED and local_date(hit.at, ROME) == day] for day in days]
    return [(len(some), sum(hit.status >= 500 for hit in some)) for some in inside]


def stretches(found: object) -> tuple[Spent, ...]:
    assert found is not None
    held: tuple[Spent, ...] = found.stretches  # type: ignore[attr-defined]
    return held


def test_the_days_are_counts_of_local_days(tmp_path: Path) -> None:
    hits = traffic(FAILURES)
    found = standing(agreement(tmp_path), hits)
    assert found.days == tuple(october(day) for day in range(25, 32))
    days = stretches(target(found, "errors").row.outlook)
    assert [(one.total or 0, one.bad or 0) for one in days] == [tuple(map(Fraction, day)) for day in counted(hits)]
    assert [one.least for one in days] == [one.bad for one in days]
    assert days[0].span.seconds == 25 * 3600, "the clocks go back that night"
    assert days[-1].span.end == SETTLED
    assert days[5].rate == Fraction(3, 1) / (Fraction(1, 100) * days[5].total)  # type: ignore[operator]


def test_a_day_of_time_is_judged_by_its_slices(tmp_path: Path) -> None:
    hits = traffic(outage("2026-10-29T10:00:00Z"))
    found = standing(agreement(tmp_path), hits)
    days = stretches(target(found, "uptime").row.outlook)
    assert [one.bad for one in days] == [0, 0, 0, 0, 600, 0, 0]
    assert days[4].allowed == Fraction(86_400, 100)
    assert [one.span for day in days for one in day.outages] == [
        type(days[4].span)(instant("2026-10-29T10:00:00Z"), instant("2026-10-29T10:10:00Z"))
    ]


def test_days_before_the_service_count_nothing(tmp_path: Path) -> None:
    known = agreement(tmp_path)
    found = standing(replace(known, services=(replace(known.services[0], since=october(30)),)), traffic())
    days = stretches(target(found, "errors").row.outlook)
    assert [one.total for one in days] == [0, 0, 0, 0, 0, 360, 193]


def test_a_day_that_could_not_be_read_is_unknown_and_no_other(tmp_path: Path) -> None:
    lost = instant("2026-10-28T10:00:00Z")

    def refuse(query: Query) -> Reason | None:
        short = query.span.seconds <= 86_400 + 3600
        return FAILED if short and query.span.start <= lost < query.span.end else None

    found = standing(agreement(tmp_path), traffic(FAILURES), refuse=refuse)
    days = stretches(target(found, "posts").row.outlook)
    doubted = [one.bad is None or one.bad != one.least for one in days]
    assert doubted == [False, False, False, True, False, False, False]


def test_the_days_of_a_year_so_far_are_the_same(tmp_path: Path) -> None:
    catalogue, hits = agreement(tmp_path), traffic(FAILURES)
    month, year = (standing(catalogue, hits, window) for window in (Window.MONTH, Window.YEAR))
    for objective in ("uptime", "errors", "posts"):
        spent = [stretches(target(one, objective).row.outlook) for one in (month, year)]
        assert [(one.bad, one.total) for one in spent[0]] == [(one.bad, one.total) for one in spent[1]]
    assert target(year, "errors").row.span.value == "year-to-date"


def test_days_reach_into_the_month_before(tmp_path: Path) -> None:
    now = instant("2026-11-02T09:00:00Z")
    hits = traffic(FAILURES, until=now)
    found = standing(agreement(tmp_path), hits, now=now)
    assert (found.days[0], found.days[-1].isoformat()) == (october(27), "2026-11-02")
    days = stretches(target(found, "errors").row.outlook)
    assert [one.bad for one in days] == [0, 0, 0, 3, 2, 0, 0]
    assert [one.total for one in days][:4] == [360, 360, 360, 363]


def test_what_nothing_is_asked_for_is_not_read_by_a_check(tmp_path: Path) -> None:
    found = standing(agreement(tmp_path), traffic())
    assert target(found, "coverage").row.outlook is None
    assert target(found, "coverage").status is Status.OK


WINDOWS = """notice: 24h
windows:
  - {id: NOW, start: 2026-10-31T12:00, end: 2026-10-31T14:00, announced: 2026-10-20T10:00, reason: Upgrade}
  - {id: TURN, start: 2026-10-31T23:00, end: 2026-11-01T01:00, announced: 2026-10-20T10:00, reason: Upgrade}
  - {id: LATE, start: 2026-11-03T02:00, end: 2026-11-03T04:00, announced: 2026-11-02T10:00, reason: Upgrade}
  - {id: OFF, start: 2026-11-04T02:00, end: 2026-11-04T04:00, announced: 2026-10-02T10:00, reason: No, cancelled: true}
  - {id: PAST, start: 2026-10-30T02:00, end: 2026-10-30T04:00, announced: 2026-10-02T10:00, reason: Upgrade}
  - {id: FAR, start: 2026-11-07T14:00, end: 2026-11-07T15:00, announced: 2026-10-02T10:00, reason: Upgrade}
  - {id: W, start: 2026-10-04T02:30, end: 2026-10-04T03:00, rrule: "FREQ=WEEKLY;BYDAY=SU", until: 2026-12-31,
     announced: 2026-09-01T09:00, reason: Patching}
"""


def test_the_windows_of_the_next_seven_days(tmp_path: Path) -> None:
    catalogue = agreement(tmp_path, "maintenance: maintenance.yaml\n", maintenance=WINDOWS)
    found = standing(catalogue, traffic())
    told = [(one.window.id, one.applied, one.reason.code if one.reason else None) for one in found.coming]
    assert told == [
        ("NOW", True, None),
        ("TURN", True, None),
        ("W@2026-11-01", True, None),
        ("LATE", False, Code.LATE_ANNOUNCEMENT),
        ("OFF", False, Code.CANCELLED),
    ]
    assert {one.services for one in found.coming} == {("shop",)}


@pytest.mark.parametrize("window", [Window.MONTH, Window.YEAR])
def test_the_same_input_gives_the_same(tmp_path: Path, window: Window) -> None:
    catalogue, hits = agreement(tmp_path), traffic(FAILURES)
    first, second = (standing(catalogue, hits, window) for _ in range(2))
    assert first.check.targets == second.check.targets
    assert first.check.now == NOW
