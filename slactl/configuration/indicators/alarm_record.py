"""A figure over the kept history of alarms, or over the report's own reads."""

from __future__ import annotations

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, choice
from slactl.configuration.indicators.kind import GENERAL, Kind
from slactl.configuration.mistakes import one_of
from slactl.configuration.quantities import share_of_good
from slactl.model.general import AlarmRecord, Recorded

UNITS = {
    Recorded.WATCHED: "seconds",
    Recorded.NOTIFIED: "crossings",
    Recorded.PERCENTILES_READABLE: "requests",
    Recorded.ATTRIBUTED: "requests",
}


def _parse(fields: Fields) -> AlarmRecord | None:
    asks = fields.must("asks", choice(Recorded), one_of([word.value for word in Recorded]))
    return AlarmRecord(asks, UNITS[asks]) if asks else None


KIND = Kind(
    options={"asks": p.words("what is asked of the record", *Recorded)},
    parse=_parse,
    goal=share_of_good,
    goal_schema=p.text("the least share of good", p.SHARE_OF_GOOD),
    needs=("asks",),
    admits=GENERAL,
)
