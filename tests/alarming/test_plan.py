"""Plans: all keep where nothing differs, the wanted reached where something does, others' alarms left alone."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.alarming.form import differences, form_of
from slactl.alarming.ownership import ours
from slactl.alarming.plan import fingerprint, looked_at, plan
from slactl.alarming.saved import Unfit, from_dict, to_dict
from slactl.model.alarm import Actions, AllOf, AnyOf, CompositeAlarm, DesiredAlarm, Rings
from slactl.model.alarmplan import (
    Bill,
    Blocked,
    Create,
    Delete,
    Difference,
    Keep,
    KindBill,
    Left,
    SavedPlan,
    Shape,
    Standing,
    Update,
    Why,
)
from tests.alarming.simulator import Account, stands
from tests.alarming.worlds import NAMES, TOPIC, accounts, desired_of, desired_sets, metric_alarm

ONE, TWO = "slactl api uptime one", "slactl api uptime two"


@settings(max_examples=60)
@given(desired_sets())
def test_what_stands_as_wanted_is_kept(desired: tuple[DesiredAlarm, ...]) -> None:
    found = plan(desired, [stands(one) for one in desired])
    assert len(found.keeps) == len(desired)
    assert found.to_do == ()


@settings(max_examples=60)
@given(desired_sets(), accounts())
def test_applying_reaches_the_wanted_and_leaves_others_alone(
    desired: tuple[DesiredAlarm, ...], standing: tuple[Standing, ...]
) -> None:
    account = Account(standing)
    before = {one.name: one for one in standing if not ours(one, "slactl")}
    made = plan(desired, standing)
    account.apply(made)
    after = {one.name: one for one in account.standing}
    assert {name: after[name] for name in before} == before
    taken = {one.name for one in made.blocked}
    for one in (one for one in desired if one.name not in before and one.name not in taken):
        paths = {change.field for change in differences(form_of(one.alarm), after[one.name].fields)}
        assert paths <= ({"AlarmRule"} if taken else set())
        assert {**one.tags} == after[one.name].tags
    assert set(after) == set(before) | ({one.name for one in desired} - taken)
    unread = {name for name in taken & before.keys() if before[name].tags is None}
    for there in (there for there in account.standing if ours(there, "slactl")):
        assert not (looked_at(there) & taken) - unread, "it would ring for somebody else"
    again = plan(desired, account.standing)
    assert again.to_do == ()
    assert len(again.keeps) + len(again.left) + len(again.blocked) == len(desired)


@settings(max_examples=60)
@given(desired_sets(), accounts())
def test_every_alarm_is_accounted_for(desired: tuple[DesiredAlarm, ...], standing: tuple[Standing, ...]) -> None:
    found = plan(desired, standing)
    replaced = [one for one in found.deletes if one.why is Why.REPLACED]
    assert sorted(one.name for one in found.changes if one not in replaced) == sorted(
        {one.name for one in desired} | {one.name for one in standing if ours(one, "slactl")}
    )
    assert found.foreign == sum(not ours(one, "slactl") for one in standing) - len(found.left)


@settings(max_examples=60)
@given(desired_sets(), accounts(), st.randoms())
def test_the_order_of_what_is_given_does_not_matter(
    desired: tuple[DesiredAlarm, ...], standing: tuple[Standing, ...], chance: Random
) -> None:
    first = plan(desired, standing)
    second = plan(chance.sample(desired, len(desired)), chance.sample(standing, len(standing)))
    assert (first.changes, first.fingerprint) == (second.changes, second.fingerprint)


@settings(max_examples=60)
@given(desired_sets(), accounts())
def test_a_saved_plan_comes_back(desired: tuple[DesiredAlarm, ...], standing: tuple[Standing, ...]) -> None:
    made = replace(
        plan(desired, standing),
        bill=Bill((KindBill("burn-rate", 2, 4, Fraction(2, 5)),), Fraction(0), Fraction(1, 100)),
    )
    saved = SavedPlan(made, "123456789012", "eu-west-1", "slactl", "1.0", 1_760_000_000, {"slactl.yaml": "ab"})
    back = from_dict(json.loads(json.dumps(to_dict(saved))))
    assert back == saved
    names = {change.name for change in back.plan.changes}
    assert fingerprint(standing, names, back.prefix) == made.fingerprint


def test_a_saved_plan_has_plain_times_and_numbers_and_one_of_before_is_read() -> None:
    desired = desired_of(metric_alarm(ONE))
    bill = Bill((KindBill("burn-rate", 2, 4, Fraction(16, 5)),), Fraction(1), Fraction(11, 5))
    saved = SavedPlan(replace(plan([desired], []), bill=bill), "1", "r", "slactl", "1", 1_760_000_000)
    told = to_dict(saved)
    assert told["made_at"] == "2025-10-09T08:53:20Z"
    kinds = [{"kind": "burn-rate", "alarms": 2, "metrics": 4, "dollars": 3.2}]
    assert told["bill"] == {"kinds": kinds, "free": 1, "total": 2.2}
    before = {"kinds": [{**kinds[0], "dollars": "16/5"}], "free": "1", "total": "11/5"}
    assert from_dict({**told, "made_at": 1_760_000_000, "bill": before}) == saved
    for spoilt in (True, 1.5, "2025-10-09", "yesterday", None):
        with pytest.raises(Unfit, match="no instant"):
            from_dict({**told, "made_at": spoilt})
    for amount in ("1/0", "x", True, None, float("inf")):
        with pytest.raises(Unfit, match="not whole"):
            from_dict({**told, "bill": {**before, "total": amount}})


def test_a_plan_that_was_tampered_with_is_refused() -> None:
    desired = desired_of(metric_alarm(ONE))
    saved = SavedPlan(plan([desired], []), "1", "r", "slactl", "1", 0)
    told = to_dict(saved)
    with pytest.raises(Unfit, match="no plan of the form"):
        from_dict({**told, "schema": "slactl.alarms-plan/2"})
    for key in [key for key in told if key != "schema"]:
        with pytest.raises(Unfit, match="not whole"):
            from_dict({name: value for name, value in told.items() if name != key})
    with pytest.raises(Unfit, match="no change is called"):
        from_dict({**told, "changes": [{**told["changes"][0], "change": "erase"}]})  # type: ignore[index]


def test_differences_are_told_field_by_field() -> None:
    wanted = desired_of(metric_alarm(ONE))
    there = stands(wanted)
    queries = json.loads(json.dumps(there.fields["Metrics"]))
    queries[0]["MetricStat"]["Period"] = 300
    touched = replace(there, fields={**there.fields, "Metrics": queries[::-1], "Threshold": 2, "Unit": "None"})
    (found,) = plan([wanted], [touched]).updates
    assert found.differences == (
        Difference("Metrics.bad.MetricStat.Period", 300.0, 3600.0),
        Difference("Threshold", 2.0, 1.0),
        Difference("Unit", "None", None),
    )
    assert found.fields == {**form_of(wanted.alarm), "ActionsEnabled": True}


def test_what_people_set_is_put_back() -> None:
    wanted = desired_of(metric_alarm(ONE))
    there = stands(wanted)
    mine = {"ActionsEnabled": False, "WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 3}, "New2027": "x"}
    same = plan([wanted], [replace(there, fields={**there.fields, **mine})])
    assert [type(one) for one in same.changes] == [Keep]
    assert [one.code for one in same.warnings] == ["actions-off"]
    other = plan([wanted], [replace(there, fields={**there.fields, **mine, "Threshold": 9.0})])
    assert other.updates[0].fields == {**form_of(wanted.alarm), **mine}


def test_tags_alone_put_nothing() -> None:
    wanted = desired_of(metric_alarm(ONE))
    there = stands(wanted)
    tags = {**(there.tags or {}), "slactl:clause": "old", "slactl:gone": "1", "cost": "mine"}
    (found,) = plan([wanted], [replace(there, tags=tags)]).updates
    assert found.fields is None
    assert found.tags == {"slactl:clause": wanted.tags["slactl:clause"]}
    assert found.untag == ("slactl:gone",)
    assert [one.field for one in found.differences] == ["Tags.slactl:clause", "Tags.slactl:gone"]


def test_children_come_first_and_go_last() -> None:
    child, top = desired_of(metric_alarm(TWO)), desired_of(CompositeAlarm(ONE, "", Rings(TWO)))
    over = desired_of(CompositeAlarm("slactl a", "", AnyOf((Rings(ONE), Rings(TWO)))))
    assert [one.name for one in plan([over, top, child], []).changes] == [TWO, ONE, "slactl a"]
    gone = plan([], [stands(one) for one in (child, over, top)])
    assert [one.name for one in gone.changes] == ["slactl a", ONE, TWO]
    assert all(isinstance(one, Delete) for one in gone.changes)


def test_another_shape_is_replaced_with_all_that_looks_at_it() -> None:
    old = [desired_of(metric_alarm(ONE)), desired_of(CompositeAlarm(TWO, "", Rings(ONE)))]
    gone = desired_of(CompositeAlarm("slactl z", "", Rings(TWO)))
    new = [desired_of(metric_alarm("slactl n")), desired_of(CompositeAlarm(ONE, "", Rings("slactl n"))), old[1]]
    account = Account([stands(one) for one in (*old, gone)])
    found = plan(new, account.standing)
    assert [(type(one), one.name) for one in found.changes] == [
        (Delete, "slactl z"),
        (Delete, TWO),
        (Delete, ONE),
        (Create, "slactl n"),
        (Create, ONE),
        (Create, TWO),
    ]
    account.apply(found)
    assert plan(new, account.standing).to_do == ()


@pytest.mark.parametrize(
    "tags", [None, {}, {"slactl:managed": "false"}, {"slactl:managed": "yes"}, {"slactl:service": "api"}]
)
def test_a_name_that_others_hold_is_blocked(tags: dict[str, str] | None) -> None:
    wanted = desired_of(metric_alarm(ONE))
    found = plan([wanted], [replace(stands(wanted), tags=tags)])
    assert [type(one) for one in found.changes] == [Blocked]
    assert [one.code for one in found.warnings] == ["name-taken"]
    assert ("could not be read" in found.warnings[0].text) is (tags is None)


PAGE, TICKET, LEAF = "slactl api page", "slactl api ticket", "slactl api uptime three"
LEAVES = tuple(desired_of(metric_alarm(name)) for name in (ONE, TWO, LEAF))
PAIR_OR_LEAF = AnyOf((AllOf((Rings(ONE), Rings(TWO))), Rings(LEAF)))
COMPOSITES = (
    desired_of(CompositeAlarm(PAGE, "", PAIR_OR_LEAF, Actions((TOPIC,)))),
    desired_of(CompositeAlarm(TICKET, "", Rings(ONE), Actions((TOPIC,)))),
)


def _somebody_elses(one: DesiredAlarm, tags: dict[str, str] | None) -> Standing:
    return replace(stands(one), tags=tags)


def test_an_alarm_of_somebody_else_is_in_no_rule_of_ours() -> None:
    desired = (*LEAVES, *COMPOSITES)
    theirs = _somebody_elses(LEAVES[0], {"team": "theirs"})
    account = Account([theirs])
    found = plan(desired, account.standing)
    assert {one.name: one.fields["AlarmRule"] for one in found.creates if one.shape is Shape.COMPOSITE} == {
        PAGE: f'ALARM("{LEAF}")'
    }, "half a pair does not ring, and a composite that has nothing left is not made"
    assert {one.name: one.text for one in found.blocked} == {
        ONE: "a metric alarm of this name stands that is not ours",
        TICKET: "every alarm that it would look at is somebody else's",
    }
    account.apply(found)
    again = plan(desired, account.standing)
    assert (again.to_do, len(again.keeps), len(again.blocked)) == ((), 3, 2)
    assert account.alarms[ONE] == theirs


def test_composites_let_go_of_an_alarm_that_became_somebody_elses() -> None:
    desired = (*LEAVES, *COMPOSITES)
    account = Account([stands(one) for one in desired])
    account.alarms[ONE] = _somebody_elses(LEAVES[0], {"team": "theirs"})
    found = plan(desired, account.standing)
    assert [(type(one), one.name) for one in found.to_do] == [(Update, PAGE), (Delete, TICKET)]
    account.apply(found)
    assert plan(desired, account.standing).to_do == ()
    del account.alarms[ONE]
    back = plan(desired, account.standing)
    assert [(type(one), one.name) for one in back.to_do] == [(Create, ONE), (Update, PAGE), (Create, TICKET)]


def test_rules_stay_while_nobody_can_read_whose_an_alarm_is() -> None:
    desired = (*LEAVES, *COMPOSITES)
    whole = [stands(one) for one in desired]
    unread = replace(whole[0], tags=None)
    assert plan(desired, [unread, *whole[1:]]).to_do == (), "a call that failed takes nothing out of a rule"
    new = plan(desired, [unread])
    assert {one.name for one in new.blocked} == {ONE, TICKET}, "and brings nothing into one"


def test_alarms_of_a_stack_stay_in_rules() -> None:
    desired = (*LEAVES, *COMPOSITES)
    of_stack = replace(stands(LEAVES[0]), tags={**LEAVES[0].tags, "slactl:owner": "terraform"})
    found = plan(desired, [of_stack])
    assert {one.name: one.fields["AlarmRule"] for one in found.creates if one.shape is Shape.COMPOSITE} == {
        one.name: form_of(one.alarm)["AlarmRule"] for one in COMPOSITES
    }


def test_an_alarm_of_a_stack_is_left() -> None:
    wanted = desired_of(metric_alarm(ONE))
    for extra, owner in (
        ({"slactl:owner": "terraform"}, "terraform"),
        ({"aws:cloudformation:stack-name": "x"}, "cloudformation"),
    ):
        there = replace(stands(wanted), tags={**wanted.tags, **extra})
        (found,) = plan([wanted], [there]).changes
        assert isinstance(found, Left)
        assert (found.owner, found.differences) == (owner, ())
        assert plan([], [there]).changes == ()
        (drifted,) = plan([wanted], [replace(there, fields={**there.fields, "Threshold": 4.0})]).left
        assert drifted.differences == (Difference("Threshold", 4.0, 1.0),)
        assert isinstance(plan([wanted], [replace(there, shape=Shape.LOG)]).changes[0], Blocked)


def test_another_prefix_is_somebody_elses() -> None:
    other = replace(desired_of(metric_alarm("team-b api uptime")), tags=desired_of(metric_alarm(ONE)).tags)
    found = plan([], [stands(other)])
    assert (found.changes, found.elsewhere, found.foreign) == ((), ("team-b api uptime",), 1)
    with pytest.raises(ValueError, match="does not begin"):
        plan([other], [])
    with pytest.raises(ValueError, match="bear one name"):
        plan([desired_of(metric_alarm(ONE))] * 2, [])


def test_a_child_that_others_look_at_is_told() -> None:
    fields = {"AlarmName": "mine", "AlarmRule": f'ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{ONE}")'}
    mine = Standing("mine", Shape.COMPOSITE, fields, {})
    found = plan([], [stands(desired_of(metric_alarm(ONE))), mine])
    assert [(one.code, one.alarm) for one in found.warnings] == [("held-by-another", ONE)]


def test_a_fingerprint_is_of_what_matters() -> None:
    wanted = desired_of(metric_alarm(ONE))
    there, foreign = stands(wanted), Standing("mine", Shape.METRIC, {"Threshold": 1}, {})
    seen = plan([wanted], [there, foreign]).fingerprint
    rings = replace(there, fields={**there.fields, "StateValue": "ALARM", "StateReason": "x"})
    assert plan([wanted], [replace(foreign, fields={}), rings]).fingerprint == seen
    for other in (
        replace(there, fields={**there.fields, "Threshold": 1.5}),
        replace(there, fields={**there.fields, "ActionsEnabled": False}),
        replace(there, tags={**(there.tags or {}), "cost": "x"}),
        replace(there, tags=None),
    ):
        assert plan([wanted], [other, foreign]).fingerprint != seen
    assert plan([wanted], [foreign]).fingerprint != seen


def test_a_cycle_that_people_made_is_planned_all_the_same() -> None:
    def round_trip(name: str, child: str) -> Standing:
        return stands(desired_of(CompositeAlarm(name, "", AllOf((Rings(child), Rings(child))))))

    found = plan([], [round_trip(NAMES[0], NAMES[1]), round_trip(NAMES[1], NAMES[0])])
    assert {type(one) for one in found.changes} == {Delete}


def test_only_new_tags_and_all_actions_are_put() -> None:
    wanted = desired_of(metric_alarm(ONE))
    there = stands(wanted)
    (found,) = plan([wanted], [replace(there, fields={**there.fields, "AlarmActions": [TOPIC]})]).changes
    assert isinstance(found, Update)
    assert found.differences == (Difference("AlarmActions", (TOPIC,), None),)
    assert "AlarmActions" not in (found.fields or {})
