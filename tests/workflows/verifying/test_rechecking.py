"""Random hours read again: the same draw from the same seed, and every difference named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slactl.model.metric import Query
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.workflows.verifying.rechecking import Rechecked, hours_of, recheck
from tests.fakes import SHOP, FakeInventory, FakeReader, Hit, Misread

START = 1_790_000_000 // 3600 * 3600
MONTH = Span(START, START + 4 * 86_400)
NOW = MONTH.end + 5 * 86_400
HITS = [
    Hit(START + 300 * number, operation, 40.0, 503 if number % 5 == 0 else 404 if number % 7 == 0 else 200)
    for number in range(900)
    for operation in ("GET /a", "GET /b")
]
SOURCES = {SourceKind.APPLICATION_SIGNALS: FakeInventory(["GET /a", "GET /b"])}
STREAMS = hours_of([SHOP], SOURCES, MONTH)


def rechecked(
    live: FakeReader, wanted: int = 30, seed: int = 1, now: int = NOW, kept: FakeReader | None = None
) -> Rechecked:
    return recheck(STREAMS, MONTH, (kept or FakeReader(HITS), live), wanted, seed, now)


def test_hours_that_are_the_same_are_true() -> None:
    found = rechecked(FakeReader(HITS))
    assert (found.hours, found.expired, found.unkept, found.unread, found.false) == (30, 0, 0, (), ())
    assert len(found.figures) == 90
    assert {figure.field for figure in found.figures} == {"requests", "faults", "errors"}
    assert {figure.says for figure in found.figures} > {"12", "2", "nothing"}


def test_the_draw_follows_from_the_seed_alone() -> None:
    one, same, other = (rechecked(FakeReader(HITS), seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert {figure.place for figure in one.figures} != {figure.place for figure in other.figures}


def test_no_hour_is_drawn_twice_and_all_can_be() -> None:
    found = rechecked(FakeReader(HITS), wanted=10_000)
    assert found.hours == len({figure.place for figure in found.figures}) == 2 * 96


def test_a_count_that_is_told_otherwise_now_is_named() -> None:
    live = FakeReader(HITS, misreads=[Misread("GET /a", "Sum", 3.0)])
    found = rechecked(live)
    assert found.false
    for figure in found.false:
        assert figure.field in ("faults", "errors")
        assert "GET /a" in figure.place
        assert float(figure.gives) == float(figure.says) + 3


def test_requests_that_evidence_forgot_are_named() -> None:
    kept = FakeReader([hit for hit in HITS if hit.status < 500])
    assert {figure.field for figure in rechecked(FakeReader(HITS), kept=kept).false} == {"requests", "faults"}


def test_what_cloudwatch_has_forgotten_is_counted_and_not_asked() -> None:
    live = FakeReader(HITS)
    found = rechecked(live, now=MONTH.end + 500 * 86_400)
    assert (found.hours, found.expired, found.figures, live.asked) == (0, 30, (), [])
    half = rechecked(FakeReader(HITS), now=MONTH.start + 2 * 86_400 + 455 * 86_400)
    assert half.hours
    assert half.expired
    assert half.hours + half.expired == 30


def test_what_evidence_does_not_hold_is_counted_and_others_are_drawn() -> None:
    def refuse(query: Query) -> Reason | None:
        return Reason.of(Code.NO_LONGER_KEPT) if query.span.start < START + 2 * 86_400 else None

    found = rechecked(FakeReader(HITS), kept=FakeReader(HITS, refuse=refuse))
    assert found.hours == 30
    assert found.unkept > 10


def test_what_cloudwatch_will_not_tell_is_told() -> None:
    live = FakeReader(HITS, refuse=lambda query: Reason.of(Code.ACCESS_DENIED))
    found = rechecked(live, wanted=5)
    assert (found.hours, found.figures) == (0, ())
    assert len(found.unread) == 5
    assert all("access-denied" in told for told in found.unread)


def test_nothing_to_draw_from() -> None:
    found = recheck([], MONTH, (FakeReader([]), FakeReader([])), 5, 1, NOW)
    assert found == Rechecked(1, (), 0, 0, 0, ())


@pytest.mark.parametrize("edge", [False, True])
def test_the_edge_is_drawn_from_too(edge: bool) -> None:
    from tests.fakes import STAGE

    service = replace(SHOP, edge=STAGE if edge else None)
    sources = SOURCES | {SourceKind.API_GATEWAY: FakeInventory(["GET /a"], SourceKind.API_GATEWAY)}
    found = {(ask[0][1].namespace, one.name) for one in hours_of([service], sources, MONTH) for ask in (one.asks,)}
    own = {("ApplicationSignals", f"shop / {name}") for name in ("GET /a", "GET /b")}
    gate = {("AWS/ApiGateway", f"shop / {name}") for name in ("GET /a", "(whole)")}
    assert found == own | (gate if edge else set())
