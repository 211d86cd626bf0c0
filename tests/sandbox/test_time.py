"""Ages, rounding, retention and anchoring of buckets, by counts that can be checked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Show, query

COUNT = query("Latency", "SampleCount", 60)


def world(*times: str, now: datetime = NOW, **more: object) -> World:
    rows = [(f"{time}Z", "GET /a", 100.0, 200) for time in times]
    return World(RequestLog.from_rows(rows), now=now.timestamp(), **more)  # type: ignore[arg-type]


def count(period: int) -> dict[str, object]:
    return query("Latency", "SampleCount", period)


def test_a_bucket_is_half_open_and_named_by_its_start(show: Show) -> None:
    client = show(world("2026-11-03T10:00:00", "2026-11-03T10:04:59.999", "2026-11-03T10:05:00"))
    assert client.series(count(300), "2026-11-03T10:00", "2026-11-03T10:10") == [
        ("2026-11-03T10:00", 2.0),
        ("2026-11-03T10:05", 1.0),
    ]
    assert client.values(count(300), "2026-11-03T10:00", "2026-11-03T10:05") == [2.0]


def test_empty_buckets_are_left_out(show: Show) -> None:
    client = show(world("2026-11-03T10:00:00", "2026-11-03T10:20:00"))
    times = [time for time, _ in client.series(count(300), "2026-11-03T09:00", "2026-11-03T11:00")]
    assert times == ["2026-11-03T10:00", "2026-11-03T10:20"]


@pytest.mark.parametrize(
    ("days", "period", "rounded"),
    [(14, 60, "10:07"), (16, 300, "10:05"), (62, 300, "10:05"), (64, 3600, "10:00")],
)
def test_the_start_is_rounded_by_its_age(show: Show, days: int, period: int, rounded: str) -> None:
    day = (NOW - timedelta(days=days)).date()
    client = show(world(f"{day}T10:00:00", f"{day}T10:05:00", f"{day}T10:07:00", f"{day}T10:08:00"))
    first = client.series(count(period), f"{day}T10:07:30", f"{day}T12:00")[0]
    assert first[0] == f"{day}T{rounded}"


@pytest.mark.parametrize(
    ("days", "period", "answers"),
    [(14, 60, True), (16, 60, False), (16, 300, True), (62, 300, True), (64, 300, False), (64, 3600, True)],
)
def test_a_period_off_the_grid_of_the_start_is_silently_empty(
    show: Show, days: int, period: int, answers: bool
) -> None:
    day = (NOW - timedelta(days=days)).date()
    client = show(world(f"{day}T10:00:00"))
    (result,) = client.data([count(period)], f"{day}T10:00", f"{day}T11:00")["MetricDataResults"]
    assert result["StatusCode"] == "Complete"
    assert bool(result["Values"]) is answers


def test_the_line_of_fifteen_days_is_crossed_by_the_start_alone(show: Show) -> None:
    line = NOW - timedelta(days=15)
    client = show(world("2026-11-03T10:00:00"))
    before = (line - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    assert client.values(COUNT, line.strftime("%Y-%m-%dT%H:%M"), "2026-11-04T00:00") == [1.0]
    assert client.values(COUNT, before, "2026-11-04T00:00") == []


def test_what_is_older_than_455_days_is_gone(show: Show) -> None:
    gone, kept = NOW - timedelta(days=455, hours=1), NOW - timedelta(days=455)
    client = show(world(gone.strftime("%Y-%m-%dT%H:%M:%S"), kept.strftime("%Y-%m-%dT%H:%M:%S")))
    start = (gone - timedelta(days=1)).strftime("%Y-%m-%dT%H:00")
    found = client.series(count(3600), start, "2026-11-01T00:00")
    assert found == [(kept.strftime("%Y-%m-%dT%H:00"), 1.0)]


def test_a_long_bucket_over_the_line_holds_what_is_kept(show: Show) -> None:
    gone, kept = NOW - timedelta(days=455, hours=3), NOW - timedelta(days=455)
    client = show(world(gone.strftime("%Y-%m-%dT%H:%M:%S"), kept.strftime("%Y-%m-%dT%H:%M:%S")))
    start = gone.strftime("%Y-%m-%dT00:00")
    assert client.series(count(86400), start, "2026-11-01T00:00") == [(start, 1.0)]


def test_buckets_begin_at_the_start_asked_for(show: Show) -> None:
    client = show(world("2026-11-03T04:58:00", "2026-11-03T04:59:00", "2026-11-03T05:19:00"))
    assert client.series(count(1200), "2026-11-03T04:59", "2026-11-03T05:39") == [
        ("2026-11-03T04:59", 1.0),
        ("2026-11-03T05:19", 1.0),
    ]


def test_buckets_anchored_at_the_epoch_begin_before_and_are_whole(show: Show) -> None:
    client = show(world("2026-11-03T04:41:00", "2026-11-03T04:59:00", "2026-11-03T05:39:30", anchoring="epoch"))
    assert client.series(count(1200), "2026-11-03T04:59", "2026-11-03T05:21") == [
        ("2026-11-03T04:40", 2.0),
        ("2026-11-03T05:20", 1.0),
    ]


def test_both_anchorings_agree_on_an_aligned_start(show: Show) -> None:
    times = ("2026-11-03T00:00:00", "2026-11-03T13:00:00", "2026-11-03T23:59:59")
    answers = [
        show(world(*times, anchoring=anchoring)).series(count(3600), "2026-11-03T00:00", "2026-11-04T00:00")
        for anchoring in ("start", "epoch")
    ]
    assert answers[0] == answers[1]
    assert len(answers[0]) == len(times)


def test_a_month_is_one_bucket_and_31_days_in_30_are_two(show: Show) -> None:
    client = show(world("2026-10-01T00:00:00", "2026-10-30T12:00:00", "2026-10-31T12:00:00"))
    exact = client.series(count(31 * 86400), "2026-10-01T00:00", "2026-11-01T00:00")
    assert exact == [("2026-10-01T00:00", 3.0)]
    short = client.series(count(30 * 86400), "2026-10-01T00:00", "2026-11-01T00:00")
    assert short == [("2026-10-01T00:00", 2.0), ("2026-10-31T00:00", 1.0)]


def test_the_last_bucket_holds_what_lies_before_the_end(show: Show) -> None:
    client = show(world("2026-11-03T10:00:00", "2026-11-03T10:30:00", "2026-11-03T10:45:00"))
    assert client.series(count(3600), "2026-11-03T10:00", "2026-11-03T10:45") == [("2026-11-03T10:00", 2.0)]


def test_a_bucket_in_progress_holds_what_came_so_far(show: Show) -> None:
    client = show(world("2026-11-04T05:50:00", "2026-11-04T06:10:00"))
    asked = (count(3600), "2026-11-04T05:30", "2026-11-04T07:30")
    assert client.values(*asked) == [1.0]
    client.server.world.now = datetime(2026, 11, 4, 6, 20, tzinfo=UTC).timestamp()
    assert client.values(*asked) == [2.0]


def test_nothing_is_known_before_the_first_day(show: Show) -> None:
    first = datetime(2026, 11, 3, 10, 30, tzinfo=UTC).timestamp()
    client = show(world("2026-11-03T10:00:00", "2026-11-03T10:30:00", first_seen=first))
    assert client.values(count(3600), "2026-11-03T10:00", "2026-11-03T11:00") == [1.0]
