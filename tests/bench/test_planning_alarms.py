"""How long pure planning of alarms takes: a thousand endpoints against five thousand alarms that stand.

The one rule: no AWS, no files: what is wanted, what it costs, what would change, and whether it may.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from slactl.alarming.cost import bill
from slactl.alarming.plan import plan
from slactl.alarming.safety import objections
from slactl.model.alarmplan import Plan, Standing, Wanted
from tests.alarming.scenes import availability, enforcement, errors, known, latency, percentile, wanted
from tests.alarming.simulator import stands
from tests.bench.table import Table

pytestmark = pytest.mark.bench

ENDPOINTS, STANDING, TOUCHED = 1000, 5000, 50
PROMISES = [availability(), latency(), errors(), percentile()]


def chosen(top: int) -> Wanted:
    """What should ring for a thousand endpoints, so many with an alarm of their own."""
    shipped = enforcement()
    kind = shipped.kinds["endpoint-errors"]
    kinds = {**shipped.kinds, "endpoint-errors": replace(kind, options={**kind.options, "top": top})}
    return wanted(PROMISES, known(ENDPOINTS), replace(shipped, kinds=kinds))


def account(ours: Wanted) -> tuple[Standing, ...]:
    """Five thousand alarms: what should ring, some of it changed by hand, and others' of the same make."""
    own = [stands(one) for one in ours.alarms]
    own[:TOUCHED] = [replace(one, fields={**one.fields, "TreatMissingData": "ignore"}) for one in own[:TOUCHED]]
    foreign = [
        replace(own[number % len(own)], name=f"theirs {number}", tags={"team": "b"})
        for number in range(STANDING - len(own))
    ]
    return (*own, *foreign)


def fastest(work: Callable[[], Plan]) -> tuple[float, Plan]:
    """The least CPU seconds of five runs, and what they made."""
    seconds, made = [], work()
    for _ in range(5):
        begun = time.process_time()
        made = work()
        seconds.append(time.process_time() - begun)
    return min(seconds), made


@pytest.mark.parametrize("top", [50, ENDPOINTS])
def test_planning(table: Table, top: int) -> None:
    standing = account(chosen(top))

    def work() -> Plan:
        ours = chosen(top)
        costs = bill(ours.alarms, enforcement().costs)
        made = replace(plan(ours.alarms, standing), bill=costs)
        assert not objections(made) or top == 50
        return made

    seconds, made = fastest(work)
    assert len(made.updates) == TOUCHED
    assert len(made.changes) + made.foreign == STANDING
    behind = f"{len(made.changes)} wanted, {made.foreign} foreign, {len(made.updates)} to update"
    assert table.at_most(f"alarms: CPU seconds of planning, top {top}", seconds, 1, behind)
