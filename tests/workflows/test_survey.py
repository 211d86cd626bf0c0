"""A survey of a service: every figure is what the requests say, or unknown and a gap."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slactl.compliance.amount import Amount
from slactl.compliance.ladder import close
from slactl.model.metric import Query
from slactl.model.period import local_days
from slactl.model.report import Gap
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.reading.cover import Anchoring
from slactl.workflows.survey import UNROUTED, BracketKey, Survey, sum_in
from tests.fakes import FAILED, FakeInventory, FakeReader, Hit, Misread, operation_of
from tests.workflows.surveys import (
    HOUR,
    OPERATIONS,
    P50,
    P95,
    SPAN,
    inside,
    percentile,
    surveyed,
    traffic,
    world_over,
)

TRAFFIC = traffic()
KEPT = [hit for hit in TRAFFIC if hit.operation != "GET /health"]
OUTAGE = (
    Span(SPAN.start + 5 * HOUR, SPAN.start + 9 * HOUR),
    Span(SPAN.start + 50 * HOUR, SPAN.start + 50 * HOUR + 300),
)
EDGE = SourceKind.API_GATEWAY
SOURCES = [SourceKind.APPLICATION_SIGNALS, SourceKind.API_GATEWAY]
STRAY = [Hit(SPAN.start + 700 * step, None, 3.0 + step, 403) for step in range(60)]


def is_fault(hit: Hit) -> bool:
    return hit.status == 503


def of(found: Survey, hits: list[Hit], *, excluding: bool = False) -> None:
    """Asserts that the service's own figures are those of some requests."""
    counts = found.counts(excluding=excluding)
    assert (counts.requests, counts.assumed, counts.unbounded) == (len(hits), 0, False)
    assert counts.faults == Amount.of(sum(map(is_fault, hits)))
    assert counts.errors == Amount.of(sum(hit.status in (403, 404) for hit in hits))
    population = found.population(excluding=excluding)
    assert population.samples == len(hits)
    limit = Fraction("999.999")
    assert population.count(limit) == Amount.of(sum(hit.ms <= limit for hit in hits))


@pytest.mark.parametrize(("anchoring", "source"), list(product(Anchoring, SOURCES)))
def test_the_counts_are_those_of_the_requests(anchoring: Anchoring, source: SourceKind) -> None:
    stray = STRAY if source is EDGE else []
    found = surveyed(world_over(FakeReader([*TRAFFIC, *stray], anchoring=anchoring)), OUTAGE, source)
    of(found, [*KEPT, *stray])
    of(found, inside([*KEPT, *stray], SPAN, OUTAGE), excluding=True)
    assert found.gaps.all() == ()
    assert sum_in(found.fine, SPAN, "requests") == len([*KEPT, *stray])
    assert sum_in(found.fine, OUTAGE[0], "faults") == sum(map(is_fault, inside(KEPT, OUTAGE[0])))


@pytest.mark.parametrize("anchoring", list(Anchoring))
def test_every_percentile_is_bracketed_within_one_percent(anchoring: Anchoring) -> None:
    found = surveyed(world_over(FakeReader(TRAFFIC, anchoring=anchoring)), OUTAGE)
    names = {"GET /a": ["GET /a"], "GET /users/{id}": ["GET /users/1", "GET /users/2"], "POST /b": ["POST /b"]}
    wanted: dict[BracketKey, list[str]] = {(name, None, P95, False): members for name, members in names.items()}
    wanted[None, None, P95, False] = [*OPERATIONS[:1], *OPERATIONS[2:]]
    wanted[None, "read", P50, True] = ["GET /a", "GET /users/1", "GET /users/2"]
    for name in ("GET /a", "GET /users/{id}"):
        wanted[name, "read", P50, True] = names[name]
    assert set(found.brackets) == set(wanted)
    for key, members in wanted.items():
        hits = [hit for hit in inside(TRAFFIC, SPAN, OUTAGE if key[3] else ()) if hit.operation in members]
        bracket = found.brackets[key]
        assert bracket.low <= percentile(hits, key[2]) <= bracket.high
        assert close(bracket)


def test_the_goals_own_limits_and_five_percent_around_them_are_exact() -> None:
    found = surveyed(world_over(FakeReader(TRAFFIC)))
    for rung in ("999.999", "949.999", "1049.999", "1999.999", "1899.999", "2099.999", "50", "10000"):
        count = found.population(excluding=False).count(Fraction(rung))
        assert count == Amount.of(sum(hit.ms <= Fraction(rung) for hit in KEPT))


def test_operations_are_counted_under_the_names_of_their_rules() -> None:
    found = surveyed(world_over(FakeReader(TRAFFIC)))
    assert sorted(found.groups()) == ["GET /a", "GET /users/{id}", "POST /b"]
    assert [operation.name for operation in found.ignored] == ["GET /health"]


def test_operations_are_looked_for_on_every_local_day() -> None:
    own = FakeInventory(OPERATIONS)
    surveyed(world_over(FakeReader(TRAFFIC), own))
    days = [day for _, day in local_days(SPAN, world_over(FakeReader([])).zone)]
    assert own.days == [days]
    assert [day.seconds // HOUR for day in days] == [24, 25, 24, 24]


def test_what_lambda_counts_too_much_is_not_counted() -> None:
    over = [Hit(SPAN.start + 1000 * step, "cold", 9000.0, 500) for step in range(99)]
    found = surveyed(world_over(FakeReader(TRAFFIC, over=over)), OUTAGE)
    of(found, KEPT)
    assert sum_in(found.fine, SPAN, "requests") == len(KEPT)
    assert not found.fine[0].agreed
    assert found.gaps.all() == ()


@pytest.mark.parametrize("anchoring", list(Anchoring))
def test_what_reached_no_method_is_unrouted(anchoring: Anchoring) -> None:
    found = surveyed(world_over(FakeReader([*TRAFFIC, *STRAY], anchoring=anchoring)), OUTAGE, EDGE)
    for excluding in (False, True):
        stray = inside(STRAY, SPAN, OUTAGE if excluding else ())
        rest = found.unrouted(excluding=excluding)
        assert rest is not None
        assert rest.samples == len(stray)
        assert rest.count(Fraction(50)) == Amount.of(sum(hit.ms <= 50 for hit in stray))
    bracket = found.brackets[UNROUTED, None, P95, False]
    assert bracket.low <= percentile(STRAY, P95) <= bracket.high


def test_without_a_stray_nothing_is_unrouted() -> None:
    assert surveyed(world_over(FakeReader(TRAFFIC)), source=EDGE).unrouted(excluding=False) is None
    assert surveyed(world_over(FakeReader(TRAFFIC))).unrouted(excluding=False) is None


def test_methods_that_the_listing_forgot_are_tried_by_the_service_s_own_names() -> None:
    world = world_over(FakeReader(TRAFFIC), FakeInventory(OPERATIONS))
    edge = FakeInventory(OPERATIONS, EDGE, forgets=frozenset({"POST /b", "GET /users/1"}))
    world = replace(world, inventories={**world.inventories, EDGE: edge})
    surveyed(world)
    found = surveyed(world, source=EDGE)
    assert [operation.name for operation in found.operations] == sorted(OPERATIONS)
    assert found.unrouted(excluding=False) is None
    assert edge.tried == [("GET /health", *sorted(OPERATIONS))]


def test_a_method_that_was_only_tried_is_no_operation() -> None:
    quiet = [hit for hit in TRAFFIC if hit.operation != "GET /health"]
    found = surveyed(world_over(FakeReader(quiet)), source=EDGE)
    assert "GET /health" not in [operation.name for operation in found.operations]


def test_days_on_which_nobody_could_look_are_gaps() -> None:
    day = Span(SPAN.start, SPAN.start + 24 * HOUR)
    gap = Gap(Reason.of(Code.DISCOVERY_INCOMPLETE, error="x"), "shop", None, day)
    found = surveyed(world_over(FakeReader(TRAFFIC), FakeInventory(OPERATIONS, gaps=(gap,))))
    assert [(one.reason.code, one.span) for one in found.gaps.all()] == [(Code.DISCOVERY_INCOMPLETE, day)]
    assert not found.incomplete


def test_an_operation_that_nobody_told_of_leaves_that_day_unknown() -> None:
    day = Span(SPAN.start, SPAN.start + 24 * HOUR)
    gap = Gap(Reason.of(Code.DISCOVERY_INCOMPLETE, error="x"), "shop", None, day)
    known = [name for name in OPERATIONS if name != "POST /b"]
    found = surveyed(world_over(FakeReader(TRAFFIC), FakeInventory(known, gaps=(gap,))))
    assert sum_in(found.fine, day) is None
    assert found.incomplete


def test_two_reads_that_differ_are_healed_by_one_more() -> None:
    once = Misread("GET /a", period_at_least=SPAN.seconds, add=50, reads=1)
    found = surveyed(world_over(FakeReader(TRAFFIC, misreads=[once])))
    of(found, KEPT)
    assert found.gaps.all() == ()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("stat", ["SampleCount", "Sum"])
def test_two_reads_that_keep_differing_are_a_gap_and_unknown(source: SourceKind, stat: str) -> None:
    wrong = Misread("GET /a", stat, period_at_least=SPAN.seconds, add=-30)
    found = surveyed(world_over(FakeReader(TRAFFIC, misreads=[wrong])), source=source)
    (a,) = [operation for operation in found.operations if operation.name == "GET /a"]
    truth = [hit for hit in TRAFFIC if hit.operation == "GET /a"]
    counts = a.counts(excluding=False)
    assert counts.faults.low <= sum(map(is_fault, truth)) <= counts.faults.high
    assert not counts.faults.known
    assert Code.READS_DISAGREE in {gap.reason.code for gap in found.gaps.all()}


FIELDS = st.sampled_from(["Latency", "Fault", "Error"])
PERIODS = st.sampled_from([(0, 600), (600, 90_000), (90_000, 10**9), (0, 10**9)])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=FIELDS,
    periods=PERIODS,
    operation=st.sampled_from([*OPERATIONS, None]),
    edge=st.booleans(),
    seed=st.integers(0, 9),
)
def test_whatever_can_not_be_read_the_truth_lies_within_the_bounds(
    name: str, periods: tuple[int, int], operation: str | None, edge: bool, seed: int
) -> None:
    """A refused metric, coarse or fine: what is still said holds the truth, and a gap says what is missing."""
    hits = traffic(seed, 900)

    def refuse(query: Query) -> Reason | None:
        told = {"5XXError": "Fault", "4XXError": "Error", "Count": "Latency"}
        metric = query.metrics[0]
        hit = told.get(metric.name, metric.name) == name and operation_of(metric) == operation
        return FAILED if hit and len(query.metrics) == 1 and periods[0] <= query.period < periods[1] else None

    reader = FakeReader(hits, refuse=refuse, hidden=frozenset())
    found = surveyed(world_over(reader), source=EDGE if edge else SourceKind.APPLICATION_SIGNALS)
    truth = [hit for hit in hits if hit.operation != "GET /health"]
    counts = found.counts(excluding=False)
    if not counts.unbounded:
        faults, errors = sum(map(is_fault, truth)), sum(hit.status == 404 for hit in truth)
        assert counts.faults.low <= faults <= counts.faults.high
        assert counts.errors.low <= errors <= counts.errors.high
    population = found.population(excluding=False)
    if not population.unbounded and population.samples == len(truth):
        under = population.count(Fraction("999.999"))
        assert under.low <= sum(hit.ms < 1000 for hit in truth) <= under.high
    for quantity, real in (("requests", len(truth)), ("faults", sum(map(is_fault, truth)))):
        assert sum_in(found.fine, SPAN, quantity) in (None, real)  # type: ignore[arg-type]


def test_the_same_answers_have_the_same_digest_and_others_another() -> None:
    def digest(hits: list[Hit]) -> str:
        world = world_over(FakeReader(hits))
        surveyed(world, OUTAGE)
        return world.reader.hex  # type: ignore[attr-defined,no-any-return]

    assert digest(TRAFFIC) == digest(list(reversed(TRAFFIC)))
    assert digest(TRAFFIC) != digest([replace(TRAFFIC[0], ms=TRAFFIC[0].ms + 100_000), *TRAFFIC[1:]])


def test_a_survey_asks_little() -> None:
    reader = FakeReader(TRAFFIC)
    surveyed(world_over(reader), OUTAGE)
    assert len(reader.asked) == len({(query.metrics, query.stat, query.period, query.span) for query in reader.asked})
    assert reader.batches <= 12
    fine = 6 * SPAN.seconds // 300  # the whole's three series, and those of the one ignored operation
    assert sum(query.datapoints for query in reader.asked) < fine + 1000


def test_a_service_without_a_request_is_empty_and_no_failure() -> None:
    found = surveyed(world_over(FakeReader([])), OUTAGE)
    assert found.counts(excluding=True).requests == 0
    assert found.brackets == {}
    assert sum_in(found.fine, SPAN) == 0
    assert found.gaps.all() == ()


def test_what_maintenance_takes_out_is_held_against_the_fine_series() -> None:
    cut = (Span(SPAN.start + 5 * 3600, SPAN.start + 9 * 3600),)
    faults_left = sum(
        hit.status >= 500 and hit.operation != "GET /health"
        for hit in TRAFFIC
        if not cut[0].start <= hit.at < cut[0].end
    )
    lie = Misread("GET /a", "Sum", add=10, period_at_least=4 * 3600, period_at_most=4 * 3600)
    found = surveyed(world_over(FakeReader(TRAFFIC, misreads=[lie])), cut)
    assert found.counts(excluding=True).faults.high >= faults_left
    assert [gap.reason.code for gap in found.gaps.all()] == [Code.READS_DISAGREE]
