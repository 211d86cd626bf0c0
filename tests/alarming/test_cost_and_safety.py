"""What a plan costs, how long it takes, and what speaks against it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.alarming.cost import bill
from slactl.alarming.plan import plan
from slactl.alarming.safety import Consent, after, changed_share, effort, objections
from slactl.configuration.alarmkinds import bundled_costs
from slactl.model.alarm import CompositeAlarm, Rings
from slactl.model.alarmplan import KindBill, Shape, Standing
from tests.alarming.scenes import availability, errors, known, wanted
from tests.alarming.simulator import stands
from tests.alarming.worlds import desired_of, metric_alarm

COSTS = bundled_costs()


def names(count: int) -> list[str]:
    """Names of alarms of ours."""
    return [f"slactl api {number:03}" for number in range(count)]


def test_a_bill_by_hand() -> None:
    watched = known(60)
    found = bill(wanted([availability(), errors()], watched).alarms, COSTS, {"api": watched})
    kinds = {one.kind: one for one in found.kinds}
    assert kinds["burn-rate"] == KindBill("burn-rate", 4, 8, Fraction("0.8"))
    assert kinds["slices-down"] == KindBill("slices-down", 1, 2, Fraction("0.2"))
    assert kinds["no-traffic"] == KindBill("no-traffic", 1, 1, Fraction("0.1"))
    assert kinds["slow-burn"] == KindBill("slow-burn", 2, 4, Fraction("0.4"))
    assert kinds["endpoint-errors"] == KindBill("endpoint-errors", 51, 160, Fraction(16))  # 50 x 2, and 60 by query
    assert kinds["budget-left"] == KindBill("budget-left", 4, 4, Fraction("0.4"))
    assert kinds["silent-checks"] == KindBill("silent-checks", 1, 1, Fraction("0.1"))
    assert kinds["composite"] == KindBill("composite", 2, 0, Fraction(1))
    assert found.free == 1
    assert found.total == Fraction("18.00")


def test_what_is_free_is_free_once() -> None:
    alarms = [desired_of(metric_alarm(name)) for name in names(3)]
    assert bill(alarms, COSTS).total == 0
    assert bill(alarms, COSTS, foreign_metrics=6).total == Fraction("0.2")
    assert bill(alarms, COSTS, foreign_metrics=600).total == Fraction("0.6")
    assert bill([], COSTS).total == 0


def test_too_dear_is_refused_whatever_is_said() -> None:
    alarms = [desired_of(metric_alarm(name)) for name in names(10)]
    made = replace(plan(alarms, []), bill=bill(alarms, COSTS))
    assert objections(made, Fraction(1)) == ()
    (found,) = objections(made, Fraction("0.99"))
    assert (found.code, found.consent) == ("too-dear", Consent.NOTHING)
    assert found.text == "the alarms cost $1.00 a month, max_monthly_cost is $0.99"


def test_deleting_wants_a_yes() -> None:
    there = [stands(desired_of(metric_alarm(name))) for name in names(2)]
    (found,) = objections(plan([], there))
    assert (found.code, found.consent, found.text) == ("deletes", Consent.YES, "2 alarms would be deleted")
    assert objections(plan([], there[:1]))[0].text == "1 alarm would be deleted"
    assert objections(plan([desired_of(metric_alarm(names(1)[0]))], [])) == ()


@pytest.mark.parametrize(
    ("changed", "of", "refused"), [(10, 10, False), (11, 36, True), (11, 37, False), (0, 9, False)]
)
def test_much_change_wants_force(changed: int, of: int, refused: bool) -> None:
    desired = [desired_of(metric_alarm(name)) for name in names(of)]
    there = [stands(one) for one in desired]
    touched = [replace(one, fields={**one.fields, "Threshold": 9.0}) for one in there[:changed]]
    made = plan(desired, [*touched, *there[changed:]])
    assert changed_share(made) == Fraction(changed, of)
    assert [(one.code, one.consent) for one in objections(made)] == (
        [("too-many-changes", Consent.FORCE)] if refused else []
    )


def test_what_could_not_be_read_is_not_gone() -> None:
    there = [stands(desired_of(metric_alarm(name))) for name in names(2)]
    codes = [(one.code, one.consent) for one in objections(plan([], there), unread=["api"])]
    assert codes == [("deletes", Consent.YES), ("unread", Consent.FORCE)]
    assert [one.code for one in objections(plan([], there), unread=["web"])] == ["deletes"]
    wanted_too = [desired_of(metric_alarm(name)) for name in names(2)]
    assert objections(plan(wanted_too, there), unread=["api"]) == ()


def test_nothing_stands_nothing_changes() -> None:
    assert changed_share(plan([desired_of(metric_alarm(names(1)[0]))], [])) == 0


def test_the_effort() -> None:
    old = [desired_of(metric_alarm(name)) for name in names(250)]
    tops = [desired_of(CompositeAlarm(f"slactl api top {n}", "", Rings(names(1)[0]))) for n in range(3)]
    gone = effort(plan([], [stands(one) for one in (*old, *tops)]))
    assert (gone.puts, gone.tags, gone.deletions) == (0, 0, 3 + 3)  # by the hundred, composites one by one
    assert gone.seconds == 2
    made = effort(plan(old, []))
    assert (made.puts, made.tags, made.deletions, made.seconds) == (250, 0, 0, 84)
    tagged = [replace(stands(one), tags={**one.tags, "slactl:clause": "x", "slactl:y": "z"}) for one in old]
    again = effort(plan(old, tagged))
    assert (again.puts, again.tags) == (0, 500)


def test_how_many_alarms_there_are_afterwards() -> None:
    kept, gone, new, taken = (desired_of(metric_alarm(name)) for name in names(4))
    foreign = replace(stands(taken), tags={})
    other = Standing("x", Shape.LOG, {}, {})
    made = plan([kept, new, taken], [stands(kept), stands(gone), foreign, other])
    assert after(made) == 4
