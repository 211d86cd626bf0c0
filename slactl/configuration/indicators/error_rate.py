"""Bad answers over requests; ``counts`` says which are bad."""

from __future__ import annotations

from slactl.configuration import patterns
from slactl.configuration.fields import Fields, choice
from slactl.configuration.indicators.kind import PER_REQUEST, Kind
from slactl.configuration.quantities import share_of_bad
from slactl.model.objective import ErrorCounts, ErrorRate


def _parse(fields: Fields) -> ErrorRate:
    return ErrorRate(fields.get("counts", choice(ErrorCounts), ErrorCounts.FAULTS.value))


KIND = Kind(
    options={"counts": patterns.words("which answers are bad: 5xx, or 5xx and 4xx", *ErrorCounts)},
    parse=_parse,
    goal=share_of_bad,
    goal_schema=patterns.text("the greatest share of bad answers", patterns.SHARE_OF_BAD),
    admits=PER_REQUEST | {"confidence"},
)
