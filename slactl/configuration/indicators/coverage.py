"""Seconds readable, or silent for a known reason; it has no options of its own."""

from __future__ import annotations

from slactl.configuration import patterns
from slactl.configuration.fields import Fields
from slactl.configuration.indicators.kind import Kind
from slactl.configuration.quantities import share_of_good
from slactl.model.objective import Coverage


def _parse(_fields: Fields) -> Coverage:
    return Coverage()


KIND = Kind(
    options={},
    parse=_parse,
    goal=share_of_good,
    goal_schema=patterns.text("the least share of seconds accounted for", patterns.SHARE_OF_GOOD),
)
