"""The hand-over of a shift: what was then, what is now, and what lies between, counted by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from slactl.model.burn import Spender
from slactl.model.status import Status
from slactl.workflows.survey import UNROUTED
from tests.fakes import Hit, instant
from tests.workflows.standing.shop import (
    MAIN,
    OPERATIONS,
    SETTLED,
    agreement,
    at_the_edge,
    failing,
    handover,
    outage,
    traffic,
)

SINCE = "2026-10-30T07:00:00Z"
BEFORE = failing("2026-10-30T06:40:00Z", "2026-10-30T06:46:00Z")
SHIFT = [
    *failing("2026-10-30T07:00:00Z", "2026-10-30T20:00:00Z", operation="GET /a"),
    *(
        hit
        for hour in range(8, 20)
        for minute in (20, 30, 40)
        for hit in failing(f"2026-10-30T{hour:02d}:{minute}:10Z")
    ),
]
TOO_LATE = failing("2026-10-31T11:55:00Z")
INCIDENTS = """incidents:
  - {id: INC-1, services: [shop], start: 2026-10-30T11:00:00+01:00, end: 2026-10-30T11:30:00+01:00, cause: Disk}
  - {id: INC-2, services: [shop], start: 2026-10-31T09:00:00+01:00, cause: Slow disk}
"""


def test_what_changed_since_then(tmp_path: Path) -> None:
    found = handover(agreement(tmp_path), traffic([*BEFORE, *SHIFT, *TOO_LATE]), SINCE)
    changes = {one.target.row.objective: (one.before, one.target.status) for one in found.changes}
    assert changes["errors"] == (Status.OK, Status.WARNING)
    assert "coverage" not in changes
    assert found.then.now == found.since == instant(SINCE)
    assert found.then.settled_until == instant(SINCE) - 600


def test_a_recovery_is_a_change(tmp_path: Path) -> None:
    """Few requests then, and half of them failed; many good ones since."""
    early = failing(*(f"2026-10-20T0{hour}:10:00Z" for hour in range(1, 5)))
    found = handover(agreement(tmp_path), traffic(early), "2026-10-20T06:00:00Z", instant("2026-10-31T12:00:00Z"))
    changes = {one.target.row.objective: (one.before, one.target.status) for one in found.changes}
    assert changes["errors"][0] is not Status.OK
    assert changes["errors"][1] is Status.OK


def test_what_the_shift_took_and_whose_requests_those_were(tmp_path: Path) -> None:
    found = handover(agreement(tmp_path), traffic([*BEFORE, *SHIFT, *TOO_LATE]), SINCE)
    taken = {one.target.row.objective: one.spent for one in found.taken}
    assert set(taken) >= {"errors"}
    assert (taken["errors"].span.start, taken["errors"].span.end) == (instant(SINCE), SETTLED)
    assert taken["errors"].bad == taken["errors"].least == 38
    assert taken["errors"].spent_by == (
        Spender("POST /b", 36, Fraction(18, 19)),
        Spender("GET /a", 2, Fraction(1, 19)),
    )
    assert "posts" not in taken, "nothing was slow"


def test_stretches_of_downtime_and_who_explains_them(tmp_path: Path) -> None:
    catalogue = agreement(tmp_path, "incidents: incidents.yaml\n", incidents=INCIDENTS)
    hits = traffic([*outage("2026-10-30T06:30:00Z"), *outage("2026-10-30T10:05:00Z"), *outage("2026-10-31T05:00:00Z")])
    found = handover(catalogue, hits, SINCE)
    told = [(one.outage.span.start, one.outage.span.seconds, one.incidents) for one in found.downtime]
    assert told == [
        (instant("2026-10-30T10:05:00Z"), 600, ("INC-1",)),
        (instant("2026-10-31T05:00:00Z"), 600, ()),
    ]
    assert [(one.outage.requests, one.outage.faults) for one in found.downtime] == [(42, 40), (43, 40)]
    assert [one.id for one in found.incidents] == ["INC-2"]


def test_what_still_burns(tmp_path: Path) -> None:
    late = failing("2026-10-31T11:10:00Z", "2026-10-31T11:20:00Z")
    burning = handover(agreement(tmp_path), traffic(late), SINCE).burning
    assert {one.row.objective for one in burning} == {"errors", "uptime"}
    assert handover(agreement(tmp_path), traffic(), SINCE).burning == ()


def test_a_shift_over_the_turn_of_a_month_is_counted_whole(tmp_path: Path) -> None:
    now = instant("2026-11-01T09:00:00Z")
    hits = traffic(failing("2026-10-31T21:00:00Z", "2026-11-01T03:00:00Z"), until=now)
    found = handover(agreement(tmp_path), hits, "2026-10-31T19:00:00Z", now)
    taken = {one.target.row.objective: one.spent for one in found.taken}
    assert taken["errors"].bad == 2
    assert found.then.period.start < found.standing.check.period.start


def test_nothing_at_all_happened(tmp_path: Path) -> None:
    found = handover(agreement(tmp_path), traffic(), SINCE)
    assert (found.changes, found.downtime, found.taken, found.burning, found.incidents) == ((), (), (), (), ())


def test_at_the_edge_what_reached_no_method_is_named_too(tmp_path: Path) -> None:
    lost = [Hit(instant(SINCE) + 3600 + place * 60, None, status=500) for place in range(6)]
    found = handover(at_the_edge(agreement(tmp_path)), traffic([*SHIFT, *lost]), SINCE)
    taken = {one.target.row.objective: one.spent for one in found.taken}
    assert taken["errors"].bad == 44
    named = {one.operation: one.bad for one in taken["errors"].spent_by}
    assert named == {"POST /b": 36, UNROUTED: 6, "GET /a": 2}


CLASSES = """operations: [{match: "POST *", class: write}]"""
SLOW_WRITES = """  - {id: writes, indicator: percentile, percentile: p95, class: write, goal: "< 1s"}
"""


def test_a_class_is_spent_by_its_own_operations(tmp_path: Path) -> None:
    slow = [Hit(instant(SINCE) + 3600 + place, name, ms=2000) for place in range(5) for name in OPERATIONS]
    text = MAIN.replace("since: 2026-10-20", f"since: 2026-10-20, {CLASSES}")
    found = handover(agreement(tmp_path, SLOW_WRITES, text), traffic(slow), SINCE)
    taken = {one.target.row.objective: one.spent for one in found.taken}
    assert taken["writes"].bad == 5
    assert taken["posts"].bad == 10
    assert taken["writes"].spent_by == (Spender("POST /b", 5, Fraction(1)),)
    assert [one.operation for one in taken["posts"].spent_by] == ["GET /a", "POST /b"]
