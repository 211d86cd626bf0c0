"""What the wanted alarms cost a month, by kind.

The one rule: an alarm is paid for by the metrics that it looks at, whatever they are made into; what is free is taken
off the sum, once, and foreign alarms use it up first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from slactl.model.alarm import CompositeAlarm, DesiredAlarm, MathTerm, MetricTerm
from slactl.model.alarmplan import Bill, KindBill
from slactl.model.enforcement import AlarmCosts
from slactl.model.watched import Watched

NOTHING = Fraction(0)


def bill(
    alarms: Sequence[DesiredAlarm],
    costs: AlarmCosts,
    watched: Mapping[str, Watched] | None = None,
    foreign_metrics: int = 0,
) -> Bill:
    """The bill of alarms.

    Args:
        alarms: the wanted ones.
        costs: what a metric and a composite cost.
        watched: how many endpoints an alarm on a query looks at.
        foreign_metrics: how many metrics the account's other alarms look at.
    """
    endpoints = {key: len(one.endpoints) for key, one in (watched or {}).items()}
    kinds = tuple(
        _of_kind(kind, [one for one in alarms if one.kind == kind], costs, endpoints)
        for kind in dict.fromkeys(one.kind for one in alarms)
    )
    plain = sum(_plain(one) for one in alarms)
    free = min(plain, max(0, costs.free_metrics - foreign_metrics)) * costs.metric
    return Bill(kinds, free, sum((one.dollars for one in kinds), NOTHING) - free)


def _of_kind(kind: str, alarms: Iterable[DesiredAlarm], costs: AlarmCosts, endpoints: Mapping[str, int]) -> KindBill:
    mine = list(alarms)
    plain = sum(_plain(one) for one in mine)
    asked = sum(max(1, endpoints.get(one.service, 1)) for one in mine if _is_query(one))
    composites = sum(isinstance(one.alarm, CompositeAlarm) for one in mine)
    dollars = plain * costs.metric + asked * costs.insights_metric + composites * costs.composite
    return KindBill(kind, len(mine), plain + asked, dollars)


def _plain(one: DesiredAlarm) -> int:
    """The metrics of an alarm; the terms of one metric are paid for each."""
    return 0 if isinstance(one.alarm, CompositeAlarm) else sum(isinstance(t, MetricTerm) for t in one.alarm.terms)


def _is_query(one: DesiredAlarm) -> bool:
    """Whether it looks at whatever a query finds."""
    return not isinstance(one.alarm, CompositeAlarm) and all(
        isinstance(term, MathTerm) and term.period for term in one.alarm.terms
    )
