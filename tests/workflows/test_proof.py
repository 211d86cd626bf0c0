"""What is read twice must agree; what does not after one more read is a gap, and unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from slactl.compliance.amount import Amount
from slactl.model.kept import Kept
from slactl.model.service import Placement
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.workflows.asking import GapList
from slactl.workflows.basics import Anchor, read_parts
from slactl.workflows.proof import QUANTITIES, Tiling, proven, read_tiling
from slactl.workflows.survey import Operation
from tests.fakes import FAILED, FakeReader, Hit, Misread, hourly, instant, operation_of, own_stream

DAY, HOUR = 86_400, 3_600
FIRST = instant("2026-10-12T00:00:00Z")
SPAN = Span(FIRST + 5 * HOUR, FIRST + 2 * DAY + 7 * HOUR)
PIECE = Kept(SPAN, 300)
HOURS = SPAN.seconds // HOUR
TRAFFIC = hourly(SPAN.start, HOURS, [Hit(0, "GET /a"), Hit(60, "GET /a", 1, 500), Hit(120, "GET /b", 1, 404)])
A, B = own_stream("GET /a"), own_stream("GET /b")


class Stage:
    """Operations read both ways, and then proved."""

    def __init__(self, reader: FakeReader) -> None:
        self.reader, self.gaps, self.repeats = reader, GapList("shop"), 0
        self.operations = [Operation(stream, Placement(stream.operation or "", None, False)) for stream in (A, B)]
        self.read(self.operations)
        self.tiling = proven(self.operations, self.tiles(self.operations), self.again, (SPAN,), self.gaps)

    def read(self, operations: list[Operation]) -> None:
        streams = [operation.stream for operation in operations]
        _, found = read_parts(self.reader, streams, (SPAN,), lambda span: 300, Anchor(), self.gaps)
        for operation, reading in zip(operations, found, strict=True):
            operation.whole = reading.part

    def tiles(self, operations: list[Operation]) -> Tiling:
        return read_tiling(self.reader, [operation.stream for operation in operations], [PIECE])

    def again(self, suspects: Sequence[Operation]) -> Tiling:
        chosen = list(suspects)
        self.repeats += len(chosen)
        self.read(chosen)
        return self.tiles(chosen)

    def totals(self, place: int) -> list[int | None]:
        tally = self.tiling.tallies[self.operations[place].stream]
        return [tally.total(quantity, (SPAN,)) for quantity in QUANTITIES]


def test_tiles_and_long_buckets_that_agree_are_read_once() -> None:
    stage = Stage(FakeReader(TRAFFIC))
    assert stage.repeats == 0
    assert stage.totals(0) == [2 * HOURS, HOURS, 0]
    assert stage.totals(1) == [HOURS, 0, HOURS]
    assert {tiles.period for tiles in stage.tiling.cover} == {HOUR, DAY}
    assert stage.gaps.all() == ()


COARSE = Misread("GET /a", period_at_least=SPAN.seconds)
FINE = Misread("GET /a", period_at_least=DAY, period_at_most=DAY, add=3)


@pytest.mark.parametrize("misread", [COARSE, FINE, replace(COARSE, stat="Sum"), replace(FINE, add=-1)])
def test_a_disagreement_that_one_more_read_heals_is_none(misread: Misread) -> None:
    stage = Stage(FakeReader(TRAFFIC, misreads=[replace(misread, reads=1)]))
    assert stage.repeats == 1
    assert stage.totals(0) == [2 * HOURS, HOURS, 0]
    assert stage.operations[0].whole.counts.requests == 2 * HOURS
    assert stage.gaps.all() == ()


@pytest.mark.parametrize("misread", [COARSE, FINE, replace(COARSE, stat="Sum"), replace(FINE, add=-1)])
def test_a_disagreement_that_stays_is_a_gap_and_unknown(misread: Misread) -> None:
    stage = Stage(FakeReader(TRAFFIC, misreads=[misread]))
    assert stage.repeats == 1
    assert stage.totals(0) == [None, None, None]
    counts = stage.operations[0].whole.counts
    assert counts.assumed == counts.requests >= 2 * HOURS
    assert counts.faults == counts.errors == Amount(0, counts.requests)
    latency = stage.operations[0].whole.latency
    assert latency.assumed == latency.samples > 0
    (gap,) = stage.gaps.all()
    assert (gap.reason.code, gap.operation, gap.span) == (Code.READS_DISAGREE, "GET /a", SPAN)


def test_an_operation_beside_it_stays_known() -> None:
    stage = Stage(FakeReader(TRAFFIC, misreads=[COARSE]))
    assert stage.totals(1) == [HOURS, 0, HOURS]
    assert stage.operations[1].whole.counts.assumed == 0
    assert stage.operations[1].whole.counts.faults == Amount.of(0)


def test_buckets_that_come_back_misplaced_are_no_silence() -> None:
    stage = Stage(FakeReader(TRAFFIC, shift=60))
    assert stage.totals(0) == [None, None, None]
    assert {gap.reason.code for gap in stage.gaps.all()} == {Code.READS_DISAGREE}
    counts = stage.operations[0].whole.counts
    assert counts.assumed == counts.requests > 0


def test_a_tile_that_failed_or_was_not_reported_is_unknown_and_proves_nothing() -> None:
    reader = FakeReader(
        TRAFFIC,
        refuse=lambda query: FAILED if query.period == DAY and operation_of(query.metrics[0]) == "GET /a" else None,
        absent=lambda query, start: query.metrics[0].name == "Fault" and query.period == HOUR,
    )
    stage = Stage(reader)
    assert stage.repeats == 0
    assert stage.totals(0) == [None, None, None]
    assert stage.totals(1) == [HOURS, None, HOURS]
    assert stage.operations[0].whole.counts.requests == 2 * HOURS


def test_the_tiles_within_a_span_are_those_that_it_holds() -> None:
    stage = Stage(FakeReader(TRAFFIC))
    first = Span(SPAN.start, FIRST + DAY)
    assert stage.tiling.within(first).tiles() == [
        Span(start, start + HOUR) for start in range(first.start, first.end, HOUR)
    ]
    assert sum(tile.seconds for tile in stage.tiling.tiles()) == SPAN.seconds
