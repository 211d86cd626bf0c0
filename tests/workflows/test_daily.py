"""Daily percentiles: local days of 23 to 25 hours, from counts that add up to the service's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from slactl.model.objective import Percentile
from slactl.model.period import local_days
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.workflows.daily import FEW_STREAMS, P99, daily_latency
from slactl.workflows.survey import Survey
from slactl.workflows.surveying import World
from tests.fakes import FAILED, FakeReader, Hit, instant, zone
from tests.workflows.surveys import HOUR, NOW, P95, SPAN, inside, objective, percentile, surveyed, traffic, world_over

OBJECTIVES = (objective(Percentile(P95), "< 2000"), objective(Percentile(P99), "< 5000"))
KOLKATA = Span(instant("2026-10-19T18:30:00Z"), instant("2026-10-22T18:30:00Z"))
STEP = Fraction(115, 100)


def survey_of(
    hits: list[Hit], zone_name: str = "Europe/Rome", span: Span = SPAN, **told: object
) -> tuple[World, Survey]:
    world = world_over(FakeReader(hits, **told), zone_name=zone_name)  # type: ignore[arg-type]
    return world, surveyed(world, span=span, objectives=OBJECTIVES)


def holds_every_day(hits: list[Hit], zone_name: str, span: Span, **told: object) -> None:
    """Asserts that each local day's bracket holds the nearest rank of its requests, within a step."""
    world, found = survey_of(hits, zone_name, span, **told)
    made = daily_latency(world.reader, found, world.zone)
    assert made.missing is None
    kept = [hit for hit in hits if hit.operation != "GET /health"]
    days = local_days(span, zone(zone_name))
    assert list(made.days) == [day for day, _ in days]
    for day, part in days:
        mine = inside(kept, part)
        for bracket, rank in zip(made.days[day], (P95, P99), strict=True):
            assert bracket is not None
            assert bracket.low <= percentile(mine, rank) <= bracket.high
            assert bracket.high <= max(bracket.low * STEP * Fraction(1001, 1000), Fraction(1))


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("Europe/Rome", SPAN),
        ("Asia/Kolkata", KOLKATA),
        ("Asia/Kathmandu", Span(KOLKATA.start - 900, KOLKATA.end - 900)),
        ("UTC", Span(SPAN.start + 2 * HOUR, SPAN.end + HOUR)),
    ],
)
def test_every_local_day_has_its_own_percentiles(name: str, span: Span) -> None:
    holds_every_day(traffic(3, 60, span), name, span)


def test_days_of_a_service_whose_own_series_counts_too_much_are_sums_of_operations() -> None:
    over = [Hit(SPAN.start + 500 * step, "cold", 50_000.0) for step in range(600)]
    holds_every_day(traffic(4, 60), "Europe/Rome", SPAN, over=over)


def test_an_hour_too_long_for_the_zone_s_days_says_so() -> None:
    world, found = survey_of(traffic(5, 600, KOLKATA), "Asia/Kolkata", KOLKATA)
    found.pieces = tuple(replace(piece, finest=HOUR) for piece in found.pieces)
    made = daily_latency(world.reader, found, world.zone)
    assert (made.days, made.missing and made.missing.code) == ({}, Code.HOURS_ONLY)


def test_too_many_operations_to_add_up_day_by_day_are_said_to_be() -> None:
    names = [f"GET /{number}" for number in range(FEW_STREAMS + 1)]
    world, found = survey_of(traffic(6, 600, names=names), over=[Hit(SPAN.start, "cold")])
    made = daily_latency(world.reader, found, world.zone)
    assert (made.days, made.missing and made.missing.code) == ({}, Code.READS_DISAGREE)


def test_without_a_month_s_percentile_there_are_no_rungs() -> None:
    world, found = survey_of(traffic(7, 600))
    found.brackets = {}
    made = daily_latency(world.reader, found, world.zone)
    assert (made.days, made.missing and made.missing.code) == ({}, Code.NO_DISTRIBUTION)


def test_a_day_without_a_request_has_no_percentile() -> None:
    quiet = date(2026, 10, 26)
    part = dict(local_days(SPAN, zone("Europe/Rome")))[quiet]
    hits = [hit for hit in traffic(8, 60) if not part.start <= hit.at < part.end]
    world, found = survey_of(hits)
    made = daily_latency(world.reader, found, world.zone)
    assert made.days[quiet] == (None, None)
    assert all(all(pair) for day, pair in made.days.items() if day != quiet)


def test_what_could_not_be_read_has_no_percentile() -> None:
    world, found = survey_of(traffic(9, 300))
    assert world.now == NOW
    reader = FakeReader(traffic(9, 300), refuse=lambda query: FAILED if query.stat == "Maximum" else None)
    assert set(daily_latency(reader, found, world.zone).days.values()) == {(None, None)}
