"""A ``percentile`` of latency; its goal is a latency."""

from __future__ import annotations

from slactl.configuration import patterns
from slactl.configuration.fields import Fields, quantity
from slactl.configuration.indicators.kind import PER_REQUEST, Kind
from slactl.configuration.quantities import latency_goal, rank
from slactl.model.objective import Percentile


def _parse(fields: Fields) -> Percentile | None:
    found = fields.must("percentile", quantity(rank), "write percentile: p95")
    return Percentile(found) if found else None


KIND = Kind(
    options={"percentile": patterns.text("which percentile, such as p95", patterns.RANK)},
    parse=_parse,
    goal=latency_goal,
    goal_schema=patterns.text("the latency that the percentile stays under", patterns.LATENCY_GOAL),
    needs=("percentile",),
    admits=PER_REQUEST,
)
