"""Surveys over fakes: a week of a shop's requests, its objectives, and a world to read them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from slactl.model.goal import Comparison, Goal, Threshold
from slactl.model.objective import LatencyShare, Objective, Percentile
from slactl.model.service import OperationRule, Service, SourceKind
from slactl.model.span import Span, Spans
from slactl.reading.retention import readable
from slactl.workflows.digest import Digesting
from slactl.workflows.survey import Survey
from slactl.workflows.surveying import World, survey
from tests.fakes import STAGE, FakeInventory, FakeReader, Hit, instant, zone

DAY, HOUR = 86_400, 3_600
NOW = instant("2026-11-04T06:00:00Z")
SPAN = Span(instant("2026-10-23T22:00:00Z"), instant("2026-10-27T23:00:00Z"))
"""Four local days in Rome, the one with 25 hours among them."""

RULES = (
    OperationRule("GET /health", ignore=True),
    OperationRule("GET /users/*", name="GET /users/{id}", operation_class="read"),
    OperationRule("GET *", operation_class="read"),
)
SERVICE = Service("shop", "shop", "eks:prod", edge=STAGE, rules=RULES)
OPERATIONS = ("GET /a", "GET /health", "GET /users/1", "GET /users/2", "POST /b")
P95, P50 = Fraction(95, 100), Fraction(1, 2)


def objective(indicator: Percentile | LatencyShare, goal: str, **told: object) -> Objective:
    """An objective with a goal of milliseconds or a ratio."""
    sign, limit = goal.split(" ")
    return Objective("o", {}, indicator, Goal(Comparison(sign), Fraction(limit), goal), **told)  # type: ignore[arg-type]


OBJECTIVES = (
    objective(Percentile(P95), "< 2000"),
    objective(Percentile(P50), "<= 200", operation_class="read", excludes_maintenance=True),
    objective(LatencyShare(Threshold(Fraction(1000), inclusive=False)), ">= 0.99"),
)


def traffic(seed: int = 1, every: int = 120, span: Span = SPAN, names: Sequence[str] = OPERATIONS) -> list[Hit]:
    """Requests of lognormal latency; one in thirty is a fault, one in twenty an error."""
    rng = Random(seed)
    return [
        Hit(
            at,
            rng.choice(names),
            round(rng.lognormvariate(5, 1), 3),
            503 if rng.random() < 1 / 30 else 404 if rng.random() < 1 / 20 else 200,
        )
        for at in range(span.start, span.end, every)
    ]


def world_over(reader: FakeReader, inventory: FakeInventory | None = None, zone_name: str = "Europe/Rome") -> World:
    """A world that reads from fakes, both sources knowing the same operations."""
    names = sorted({hit.operation for hit in reader.hits if hit.operation})
    own = inventory or FakeInventory(names)
    edge = FakeInventory(names, SourceKind.API_GATEWAY, forgets=own.forgets)
    sources = {SourceKind.APPLICATION_SIGNALS: own, SourceKind.API_GATEWAY: edge}
    return World(Digesting(reader), sources, NOW, zone(zone_name))


def surveyed(
    world: World,
    excluded: Spans = (),
    source: SourceKind = SourceKind.APPLICATION_SIGNALS,
    span: Span = SPAN,
    objectives: Sequence[Objective] = OBJECTIVES,
) -> Survey:
    """The shop over the span."""
    pieces = tuple(replace(piece, finest=max(piece.finest, 300)) for piece in readable(span, world.now))
    return survey(world, SERVICE, source, pieces, excluded, objectives)


def inside(hits: Iterable[Hit], span: Span, excluded: Spans = ()) -> list[Hit]:
    """The hits of a span that no exclusion takes out."""
    return [
        hit
        for hit in hits
        if span.start <= hit.at < span.end and not any(hole.start <= hit.at < hole.end for hole in excluded)
    ]


def percentile(hits: Iterable[Hit], rank: Fraction) -> Fraction:
    """The nearest rank, counted one by one."""
    ordered = sorted(Fraction(repr(hit.ms)) for hit in hits)
    return ordered[max(1, int(-(-rank * len(ordered) // 1))) - 1]
