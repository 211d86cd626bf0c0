"""The fine series: the whole's own where it is proved, sums of operations elsewhere, never a better figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.kept import Kept
from slactl.model.metric import Query, Stream
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.reading.packing import MAX_POINTS
from slactl.workflows.asking import GapList
from slactl.workflows.fine import TOGETHER, FineRequest, read_fine
from slactl.workflows.proof import read_tiling
from slactl.workflows.survey import FineSeries, Quantity, sum_in
from tests.fakes import FAILED, FakeReader, Hit, Misread, hourly, instant, operation_of, own_stream, stage_stream

DAY, HOUR = 86_400, 3_600
FIRST = instant("2026-10-12T00:00:00Z")
SPAN = Span(FIRST + 22 * HOUR, FIRST + 2 * DAY + HOUR)
HOURS = SPAN.seconds // HOUR
EACH = [Hit(0, "GET /a"), Hit(301, "GET /a", 1, 500), Hit(400, "GET /b", 1, 404), Hit(900, "GET /b", 1, 503)]
HEALTH = [Hit(10, "GET /health"), Hit(900, "GET /health", 1, 500)]
TRAFFIC = hourly(SPAN.start, HOURS, EACH)
WITH_HEALTH = hourly(SPAN.start, HOURS, [*EACH, *HEALTH])
OVER = hourly(SPAN.start, 30, [Hit(2000, "cold start", 1, 500)])[:6]


@dataclass
class Fine:
    """A fine series over the span, and what was met on the way."""

    reader: FakeReader
    kept: Iterable[str] = ("GET /a", "GET /b")
    ignored: Iterable[str] = ()
    make: Callable[[str | None], Stream] = own_stream
    bin: int = 300
    gaps: GapList = field(default_factory=lambda: GapList("shop"))

    def read(self) -> FineSeries:
        kept, ignored = [self.make(name) for name in self.kept], [self.make(name) for name in self.ignored]
        whole, decides = self.make(None), self.make is stage_stream
        proved = [*kept, *ignored, *([whole] if decides else [])]
        tiling = read_tiling(self.reader, proved, [Kept(SPAN, self.bin)])
        wanted = FineRequest(kept, ignored, whole, decides, SPAN, self.bin)
        return read_fine(self.reader, wanted, tiling, self.gaps)

    @property
    def sums_asked(self) -> int:
        return sum(len(query.metrics) > 1 for query in self.reader.asked)


def bins(hits: Iterable[Hit], test: Callable[[Hit], bool] = lambda hit: True, width: int = 300) -> list[int | None]:
    """Requests by bin, counted one by one."""
    found: list[int] = [0] * (SPAN.seconds // width)
    for hit in hits:
        found[(hit.at - SPAN.start) // width] += test(hit)
    return list(found)


def is_fault(hit: Hit) -> bool:
    return hit.status >= 500


def same(found: FineSeries, hits: list[Hit]) -> bool:
    return (found.requests, found.faults, found.errors) == (
        bins(hits),
        bins(hits, is_fault),
        bins(hits, lambda hit: hit.status == 404),
    )


def test_the_whole_s_own_series_serves_where_it_agrees() -> None:
    fine = Fine(FakeReader(TRAFFIC))
    found = fine.read()
    assert same(found, TRAFFIC)
    assert found.agreed
    assert (found.whole, fine.sums_asked, fine.gaps.all()) == (SPAN, 0, ())


def test_where_it_counts_too_much_the_operations_are_added_up() -> None:
    fine = Fine(FakeReader(TRAFFIC, over=OVER))
    found = fine.read()
    assert same(found, TRAFFIC)
    assert not found.agreed
    assert fine.gaps.all() == ()


def test_only_the_tiles_that_differ_are_added_up() -> None:
    fine = Fine(FakeReader(TRAFFIC, over=OVER[:1]))
    fine.read()
    asked = {query.span for query in fine.reader.asked if len(query.metrics) > 1}
    assert asked == {Span(SPAN.start, SPAN.start + HOUR)}


def test_ignored_operations_are_taken_out() -> None:
    fine = Fine(FakeReader(WITH_HEALTH), ignored=["GET /health"])
    assert same(fine.read(), TRAFFIC)
    assert fine.gaps.all() == ()


def test_ignored_operations_are_taken_out_where_the_whole_counts_too_much_as_well() -> None:
    assert same(Fine(FakeReader(WITH_HEALTH, over=OVER), ignored=["GET /health"]).read(), TRAFFIC)


def test_many_operations_are_added_up_in_pieces_inside_the_quota() -> None:
    names = [f"GET /{number}" for number in range(2 * TOGETHER + 7)]
    busy = [Hit(SPAN.start + 37 * number, name, 1, 200 + number % 4 * 100) for number, name in enumerate(names)]
    health = [replace(hit, operation=f"{hit.operation}/health") for hit in busy]
    reader = FakeReader([*busy, *health], over=OVER)
    fine = Fine(reader, kept=names, ignored=[f"{name}/health" for name in names])
    assert fine.read().requests == bins(busy)
    sums = [query for query in reader.asked if len(query.metrics) > 1]
    assert all(len(query.metrics) <= TOGETHER and query.datapoints <= MAX_POINTS for query in sums)
    assert fine.gaps.all() == ()


def test_a_hidden_input_that_was_refused_is_unknown_and_never_a_better_figure() -> None:
    """The sum goes without the operation that fails most; CloudWatch says Complete."""
    fine = Fine(FakeReader(TRAFFIC, over=OVER))
    reader = fine.reader
    streams = [own_stream("GET /a"), own_stream("GET /b")]
    tiling = read_tiling(reader, streams, [Kept(SPAN, 300)])
    reader.hidden = frozenset({"GET /a"})
    found = read_fine(reader, FineRequest(streams, [], own_stream(None), False, SPAN, 300), tiling, fine.gaps)
    first = Span(SPAN.start, SPAN.start + HOUR)
    assert sum_in([found], first, "requests") is None
    assert sum_in([found], first, "faults") is None
    assert {(gap.reason.code, gap.span) for gap in fine.gaps.all()} >= {(Code.READS_DISAGREE, first)}


def test_an_operation_that_may_not_be_read_at_all_leaves_everything_unknown() -> None:
    found = Fine(FakeReader(TRAFFIC, hidden=frozenset({"GET /a"}))).read()
    assert set(found.requests) == set(found.faults) == {None}


def _refuses_health(*, fine: bool) -> FakeReader:
    def refuse(query: Query) -> Reason | None:
        hit = operation_of(query.metrics[0]) == "GET /health" and (query.period == 300) == fine
        return FAILED if hit else None

    return FakeReader(WITH_HEALTH, refuse=refuse)


@pytest.mark.parametrize("make", [own_stream, stage_stream])
def test_ignored_operations_that_were_not_read_leave_the_rest_unknown(make: Callable[[str | None], Stream]) -> None:
    fine = Fine(_refuses_health(fine=True), ignored=["GET /health"], make=make)
    assert set(fine.read().requests) == {None}
    assert {gap.reason.code for gap in fine.gaps.all()} == {Code.READ_FAILED}


def test_where_the_tiles_of_what_is_ignored_were_not_read_the_kept_ones_are_added_up() -> None:
    assert same(Fine(_refuses_health(fine=False), ignored=["GET /health"]).read(), TRAFFIC)


def test_a_sum_that_was_not_read_is_unknown_and_a_gap() -> None:
    fine = Fine(FakeReader(TRAFFIC, over=OVER, refuse=lambda query: FAILED if len(query.metrics) > 1 else None))
    found = fine.read()
    assert sum_in([found], Span(SPAN.start, SPAN.start + HOUR)) is None
    assert {gap.reason.code for gap in fine.gaps.all()} == {Code.READ_FAILED}


def test_a_fault_that_was_not_reported_in_a_bin_with_requests_is_unknown() -> None:
    quiet = FakeReader(TRAFFIC, absent=lambda query, start: query.metrics[0].name == "Fault" and query.period == 300)
    found = Fine(quiet).read()
    assert found.requests == bins(TRAFFIC)
    assert all(fault is None for fault, asked in zip(found.faults, found.requests, strict=True) if asked)


def test_bins_of_an_hour() -> None:
    found = Fine(FakeReader(TRAFFIC), bin=HOUR).read()
    assert (found.requests, found.faults) == ([4] * HOURS, [2] * HOURS)


def test_a_stage_s_own_series_decides() -> None:
    stray = hourly(SPAN.start, HOURS, [Hit(50, None, 1, 403)])
    fine = Fine(FakeReader([*WITH_HEALTH, *stray]), ignored=["GET /health"], make=stage_stream)
    found = fine.read()
    assert found.requests == bins([*TRAFFIC, *stray])
    assert found.faults == bins(TRAFFIC, is_fault)
    assert found.agreed
    assert fine.gaps.all() == ()


def test_a_stage_s_series_that_was_not_read_is_unknown_and_a_gap() -> None:
    reader = FakeReader(TRAFFIC, refuse=lambda query: FAILED if query.period == 300 else None)
    fine = Fine(reader, make=stage_stream)
    found = fine.read()
    assert set(found.requests) == set(found.faults) == {None}
    assert not found.agreed
    assert {gap.reason.code for gap in fine.gaps.all()} == {Code.READ_FAILED}


TOO_LITTLE = Misread(None, "Sum", add=-1.0, period_at_least=300, period_at_most=300)


def test_a_stage_s_series_that_differs_from_its_tiles_is_read_once_more() -> None:
    healed = [replace(TOO_LITTLE, reads=1)]
    faults = [Hit(SPAN.start + 100 + HOUR * hour, "GET /a", 1, 500) for hour in range(HOURS)]
    fine = Fine(FakeReader([*WITH_HEALTH, *faults], misreads=healed), ignored=["GET /health"], make=stage_stream)
    assert fine.read().faults == bins([*TRAFFIC, *faults], is_fault)
    assert fine.gaps.all() == ()


def test_a_stage_s_series_that_keeps_differing_from_its_tiles_is_unknown_there() -> None:
    faults = [Hit(SPAN.start + 100 + HOUR * hour, "GET /a", 1, 500) for hour in range(HOURS)]
    fine = Fine(FakeReader([*TRAFFIC, *faults], misreads=[TOO_LITTLE]), make=stage_stream)
    found = fine.read()
    first = Span(SPAN.start, SPAN.start + HOUR)
    assert sum_in([found], first, "faults") is None
    assert sum_in([found], Span(first.end, SPAN.end), "faults") == 3 * (HOURS - 1)
    assert (Code.READS_DISAGREE, first) in {(gap.reason.code, gap.span) for gap in fine.gaps.all()}


OPERATIONS = st.sampled_from(["GET /a", "GET /b", "GET /health"])
HITS = st.lists(
    st.builds(Hit, st.integers(SPAN.start, SPAN.end - 1), OPERATIONS, st.just(1.0), st.sampled_from([200, 404, 500])),
    max_size=40,
)
QUANTITIES: list[Quantity] = ["requests", "faults", "errors"]


@given(HITS, HITS, st.sampled_from([None, "GET /a", "GET /health"]), st.booleans())
def test_whatever_is_known_is_the_truth(hits: list[Hit], over: list[Hit], hidden: str | None, edge: bool) -> None:
    reader = FakeReader(hits, over=[] if edge else over)
    fine = Fine(reader, ignored=["GET /health"], make=stage_stream if edge else own_stream)
    streams = [fine.make(name) for name in ("GET /a", "GET /b", "GET /health")]
    whole = fine.make(None)
    tiling = read_tiling(reader, [*streams, whole], [Kept(SPAN, 300)])
    reader.hidden = frozenset({hidden} if hidden else ())
    found = read_fine(reader, FineRequest(streams[:2], streams[2:], whole, edge, SPAN, 300), tiling, fine.gaps)
    kept = [hit for hit in hits if hit.operation != "GET /health"]
    truths = [bins(kept), bins(kept, is_fault), bins(kept, lambda hit: hit.status == 404)]
    for quantity, truth in zip(QUANTITIES, truths, strict=True):
        told: list[int | None] = getattr(found, quantity)
        assert all(mine in (None, true) for mine, true in zip(told, truth, strict=True))
        assert told == truth or hidden or fine.gaps.all()
