"""The share of requests under a ``threshold``."""

from __future__ import annotations

from slactl.configuration import patterns
from slactl.configuration.fields import Fields, quantity
from slactl.configuration.indicators.kind import PER_REQUEST, Kind
from slactl.configuration.quantities import share_of_good, threshold
from slactl.model.objective import LatencyShare


def _parse(fields: Fields) -> LatencyShare | None:
    limit = fields.must("threshold", quantity(threshold), 'write threshold: "< 1000ms"')
    return LatencyShare(limit) if limit else None


KIND = Kind(
    options={"threshold": patterns.text("a request is fast when it is under this", patterns.LATENCY_GOAL)},
    parse=_parse,
    goal=share_of_good,
    goal_schema=patterns.text("the least share of fast requests", patterns.SHARE_OF_GOOD),
    needs=("threshold",),
    admits=PER_REQUEST,
)
