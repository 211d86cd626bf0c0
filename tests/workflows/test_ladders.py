"""Reading the ladder: no rung is asked twice or in vain, and all searches of a round share one read."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from slactl.compliance.ladder import close
from slactl.model.objective import Percentile
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.reading.cover import Anchoring
from slactl.workflows.daily import P99
from slactl.workflows.ladders import COARSE, ROUNDS
from slactl.workflows.survey import Survey
from tests.fakes import FAILED, FakeReader, Hit, operation_of
from tests.workflows.surveys import HOUR, P50, P95, SPAN, inside, objective, percentile, surveyed, traffic, world_over

RANKS = (P50, P95, P99)
OBJECTIVES = [objective(Percentile(rank), "< 2000", excludes_maintenance=True) for rank in RANKS]
EXCLUDED = (Span(SPAN.start + 5 * HOUR, SPAN.start + 9 * HOUR),)
TRAFFIC = traffic(11, 60)


def survey_of(reader: FakeReader) -> Survey:
    return surveyed(world_over(reader), EXCLUDED, objectives=OBJECTIVES)


def rungs_asked(reader: FakeReader) -> list[tuple[str | None, str, Span]]:
    return [
        (operation_of(query.metrics[0]), query.stat, query.span)
        for query in reader.asked
        if query.stat.startswith("TC(")
    ]


@pytest.mark.parametrize("anchoring", list(Anchoring))
def test_no_rung_is_asked_twice_and_every_bracket_ends_close(anchoring: Anchoring) -> None:
    reader = FakeReader(TRAFFIC, anchoring=anchoring)
    found = survey_of(reader)
    assert max(Counter(rungs_asked(reader)).values()) == 1
    assert all(close(bracket) for bracket in found.brackets.values())
    left = [hit for hit in inside(TRAFFIC, SPAN, EXCLUDED) if hit.operation != "GET /health"]
    for rank in RANKS:
        bracket = found.brackets[None, None, rank, True]
        assert bracket.low <= percentile(left, rank) <= bracket.high


def test_the_searches_of_a_round_go_into_one_read() -> None:
    reader = FakeReader(TRAFFIC)
    survey_of(reader)
    others = 2 + 1 + 1 + 3  # basics and their exclusions, the proof, the fine series, what is ignored
    rounds = 1 + ROUNDS + 1  # the fixed rungs, the searches, the figures the other way
    assert reader.batches <= others + rounds


def test_what_the_extremes_settle_is_not_asked() -> None:
    quick = [Hit(at, "GET /a", 120.0) for at in range(SPAN.start, SPAN.end, 600)]
    reader = FakeReader(quick)
    found = survey_of(reader)
    assert rungs_asked(reader) == []
    ends = {(float(bracket.low), float(bracket.high)) for bracket in found.brackets.values()}
    assert ends == {(120.0, 120.0)}


def test_without_hints_and_extremes_the_coarse_rungs_still_bound_it() -> None:
    blind = {"Minimum", "Maximum", "p50", "p95", "p99"}
    found = survey_of(FakeReader(TRAFFIC, refuse=lambda query: FAILED if query.stat in blind else None))
    left = [hit for hit in inside(TRAFFIC, SPAN, EXCLUDED) if hit.operation != "GET /health"]
    for rank in RANKS:
        bracket = found.brackets[None, None, rank, True]
        assert bracket.low <= percentile(left, rank) <= bracket.high


def test_rungs_that_were_not_read_leave_a_wider_bracket_and_a_gap() -> None:
    reader = FakeReader(TRAFFIC, refuse=lambda query: FAILED if query.stat.startswith("TC(") else None)
    found = survey_of(reader)
    assert {gap.reason.code for gap in found.gaps.all()} == {Code.READ_FAILED}
    assert max(Counter(rungs_asked(reader)).values()) == 1
    left = [hit for hit in inside(TRAFFIC, SPAN, EXCLUDED) if hit.operation != "GET /health"]
    for rank in RANKS:
        bracket = found.brackets[None, None, rank, True]
        assert bracket.low <= percentile(left, rank) <= bracket.high
        count = found.population(excluding=True).count(Fraction(1000))
        assert count.low <= sum(hit.ms <= 1000 for hit in left) <= count.high


def test_the_rungs_of_the_page_s_distribution_are_read_for_everyone() -> None:
    found = survey_of(FakeReader(TRAFFIC))
    assert set(COARSE) <= found.rungs
    assert all(found.population(excluding=False).count(rung).known for rung in COARSE)
