"""Carrying plans out: whatever goes wrong, wherever, what stands is whole, and the next run goes on."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.alarming.plan import plan
from slactl.model.alarmplan import Delete, Shape, Standing
from slactl.ports.enforcing import NotDone
from slactl.workflows.enforcing.applying import Applied, State, carry_out, still_so
from tests.workflows.enforcing.memory import MemoryStore, Trouble, arn_of
from tests.workflows.enforcing.wishes import composite, metric, stands, wishes, world

LOST = NotDone("nobody answered", unsure=True)
REFUSED = NotDone("refused")
SEEDS = st.integers(0, 10**9)


def foreign(alarms: dict[str, Standing]) -> dict[str, Standing]:
    return {name: one for name, one in alarms.items() if (one.tags or {}).get("slactl:managed") != "true"}


def apply(wanted: tuple[object, ...], store: MemoryStore) -> Applied:
    return carry_out(plan(wanted, tuple(store.alarms.values())), store, "slactl")  # type: ignore[arg-type]


@given(SEEDS)
@settings(max_examples=150)
def test_apply_reaches_what_is_wanted_and_then_all_is_kept(seed: int) -> None:
    random = Random(seed)
    wanted = wishes(random)
    store = MemoryStore(world(random, wanted))
    theirs = foreign(store.alarms)
    done = apply(wanted, store)
    assert done.whole, [one for one in done.outcomes if one.state is not State.DONE]
    assert foreign(store.alarms) == theirs
    calls = len(store.calls)
    again = plan(wanted, tuple(store.alarms.values()))
    assert again.to_do == ()
    assert carry_out(again, store, "slactl").outcomes == ()
    assert len(store.calls) == calls


@given(SEEDS, st.sampled_from([(REFUSED, False), (LOST, False), (LOST, True)]), st.floats(0.05, 0.9))
@settings(max_examples=200)
def test_failures_at_any_call_leave_others_alone_and_the_next_run_goes_on(
    seed: int, trouble: Trouble, share: float
) -> None:
    random = Random(seed)
    wanted = wishes(random)
    store = MemoryStore(
        world(random, wanted), trouble=lambda number, call: trouble if random.random() < share else None
    )
    theirs = foreign(store.alarms)
    done = apply(wanted, store)
    assert foreign(store.alarms) == theirs
    assert not done.interrupted
    assert done.failure is None
    for one in done.outcomes:
        assert bool(one.text) is (one.state is not State.DONE)
        if one.state is State.DONE:
            assert isinstance(one.change, Delete) or one.change.name in store.alarms
    store.trouble = lambda number, call: None
    assert apply(wanted, store).whole
    assert plan(wanted, tuple(store.alarms.values())).to_do == ()
    assert foreign(store.alarms) == theirs


@given(SEEDS, st.booleans(), st.sampled_from([KeyboardInterrupt(), RuntimeError("the credentials have ended")]))
@settings(max_examples=200)
def test_whoever_ends_it_is_told_what_was_done(seed: int, after: bool, end: BaseException) -> None:
    random = Random(seed)
    wanted = wishes(random)
    before = world(random, wanted)
    at = random.randint(1, 25)
    store = MemoryStore(dict(before), trouble=lambda number, call: (end, after) if number == at else None)
    made = plan(wanted, tuple(store.alarms.values()))
    done = carry_out(made, store, "slactl")
    if len(store.calls) < at:
        assert done.whole
        return
    assert len(store.calls) == at, "nothing is called after the end"
    assert done.interrupted is isinstance(end, KeyboardInterrupt)
    assert (done.failure is end) is not done.interrupted
    assert [one.change for one in done.outcomes] == list(made.to_do)
    touched = {one.change.name for one in done.outcomes if one.state is not State.NOT_TRIED}
    assert {name: one for name, one in store.alarms.items() if name not in touched} == {
        name: one for name, one in before.items() if name not in touched
    }
    assert done.count(State.UNSURE) <= 100
    store.trouble = lambda number, call: None
    assert apply(wanted, store).whole
    assert plan(wanted, tuple(store.alarms.values())).to_do == ()


def test_children_come_first_and_composites_go_first_one_by_one() -> None:
    wanted = (composite("c1", ("m1",), ("m2",)), metric("m1"), metric("m2"))
    store = MemoryStore()
    assert apply(wanted, store).whole
    assert [call for call, _ in store.calls] == ["named", "put metric", "put metric", "named", "put composite"]
    store.calls.clear()
    assert apply((), store).whole
    deletes = [names for call, names in store.calls if call == "delete"]
    assert deletes == [("slactl c1",), ("slactl m1", "slactl m2")]


def test_a_hundred_names_a_deletion() -> None:
    store = MemoryStore({one.name: stands(one) for one in (metric(f"m{number}") for number in range(250))})
    assert apply((), store).whole
    assert [len(names) for call, names in store.calls if call == "delete"] == [100, 100, 50]


def test_one_that_another_s_composite_needs_does_not_keep_the_others() -> None:
    """The halves of a refused call are tried by themselves."""
    store = MemoryStore({one.name: stands(one) for one in (metric(f"m{number}") for number in range(40))})
    theirs = composite("theirs", ("m17",))
    store.alarms["theirs"] = replace(stands(theirs), name="theirs", tags={})
    done = apply((), store)
    (failed,) = [one for one in done.outcomes if one.state is not State.DONE]
    assert (failed.change.name, failed.state, failed.text) == (
        "slactl m17", State.FAILED, "theirs depends on slactl m17",
    )  # fmt: skip
    assert set(store.alarms) == {"slactl m17", "theirs"}
    assert sum(call == "delete" for call, _ in store.calls) < 14


def test_a_denied_call_is_not_tried_for_ever_and_nothing_is_deleted_meanwhile() -> None:
    old = {one.name: stands(one) for one in (metric(f"old{number}") for number in range(4))}
    other = metric("other service", service="billing")
    store = MemoryStore(old | {other.name: stands(other)})
    denied = NotDone("PutMetricAlarm answered AccessDenied", denied=True)
    store.trouble = lambda number, call: (denied, False) if call == "put metric" else None
    wanted = tuple(metric(f"m{number}") for number in range(20))
    done = apply(wanted, store)
    assert sum(call == "put metric" for call, _ in store.calls) == 3
    assert (done.count(State.FAILED), done.count(State.NOT_TRIED), done.count(State.DONE)) == (3, 17 + 4, 1)
    assert set(store.alarms) == set(old), "what watched until now still does; the other service's went"


LACKS = "cloudwatch:PutMetricAlarm"


def test_composites_of_alarms_that_could_not_be_made_are_not_tried_and_the_permission_is_named() -> None:
    there = metric("there")
    store = MemoryStore({there.name: stands(there)})
    denied = NotDone(f"PutMetricAlarm answered AccessDenied; allow {LACKS}", denied=True, lacks=LACKS)
    store.trouble = lambda number, call: (denied, False) if call == "put metric" else None
    leaves = tuple(metric(f"m{number}") for number in range(8))
    tops = (composite("page", ("m0", "m1"), ("m7",)), composite("ticket", ("there",)), composite("top", ("page",)))
    done = apply((*leaves, there, *tops), store)
    told = {one.change.name: (one.state, one.text) for one in done.outcomes}
    assert told["slactl m0"] == (State.FAILED, denied.reason)
    assert told["slactl m7"] == (State.NOT_TRIED, f"calls of this kind are denied: allow {LACKS}")
    assert told["slactl page"] == (State.NOT_TRIED, "3 of its alarms could not be made")
    assert told["slactl top"] == (State.NOT_TRIED, "1 of its alarms could not be made")
    assert told["slactl ticket"] == (State.DONE, "")
    assert [names for call, names in store.calls if call == "put composite"] == [("slactl ticket",)]
    store.trouble = lambda number, call: None
    assert apply((*leaves, there, *tops), store).whole


def test_what_a_composite_that_could_not_be_put_still_looks_at_is_not_tried_to_be_deleted() -> None:
    old, new = (metric("old", kind="endpoint-errors"), composite("page", ("old",))), (metric("new"),)
    store = MemoryStore({one.name: stands(one) for one in old})
    denied = NotDone("PutCompositeAlarm answered AccessDenied", denied=True)
    store.trouble = lambda number, call: (denied, False) if call == "put composite" else None
    wanted = (*new, composite("page", ("new",)))
    done = apply(wanted, store)
    told = {one.change.name: (one.state, one.text) for one in done.outcomes}
    assert told["slactl old"] == (State.NOT_TRIED, "a composite that could not be put still looks at it")
    assert "delete" not in {call for call, _ in store.calls}
    store.trouble = lambda number, call: None
    assert apply(wanted, store).whole
    assert set(store.alarms) == {one.name for one in wanted}


def test_of_two_plans_of_one_moment_the_second_writes_over_nothing_of_the_first() -> None:
    store = MemoryStore(
        {one.name: stands(one) for one in (metric("a", 1), metric("b", 1), metric("gone", kind="slow-burn"))}
    )
    seen = tuple(store.alarms.values())
    first = plan((metric("a", 2), metric("b", 2), metric("new", 2)), seen)
    second = plan((metric("a", 3), metric("b", 2), metric("new", 3)), seen)
    assert carry_out(first, store, "slactl").whole
    done = carry_out(second, store, "slactl")
    told = {one.change.name: (one.state, one.text) for one in done.outcomes}
    assert told["slactl a"] == (State.FAILED, "somebody changed it meanwhile: plan again")
    assert told["slactl new"] == (State.FAILED, "an alarm of this name stands meanwhile: plan again")
    assert told["slactl b"] == told["slactl gone"] == (State.DONE, ""), "both wanted that"
    assert {name: one.fields["Threshold"] for name, one in store.alarms.items()} == {
        "slactl a": 2, "slactl b": 2, "slactl new": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("happened", "text"),
    [
        (lambda one: replace(one, tags={"team": "a"}), "not ours any more"),
        (lambda one: replace(one, tags={**one.tags, "slactl:owner": "terraform"}), "not ours any more"),
        (lambda one: replace(one, fields={**one.fields, "ActionsEnabled": False}), "somebody changed it meanwhile"),
        (lambda one: None, "gone meanwhile"),
    ],
)
def test_what_changed_since_the_look_is_left_alone(happened: object, text: str) -> None:
    one = metric("m1")
    store = MemoryStore({one.name: stands(one, Threshold=9.0)})
    made = plan((one,), tuple(store.alarms.values()))
    changed = happened(store.alarms[one.name])  # type: ignore[operator]
    store.alarms = {one.name: changed} if changed else {}
    (outcome,) = carry_out(made, store, "slactl").outcomes
    assert (outcome.state, text in outcome.text) == (State.FAILED, True)
    assert store.alarms == ({one.name: changed} if changed else {})


def test_a_name_that_is_taken_meanwhile_stays_whose_it_is() -> None:
    one = metric("m1")
    store = MemoryStore()
    made = plan((one,), ())
    theirs = replace(stands(one), tags={})
    store.alarms[one.name] = theirs
    (outcome,) = carry_out(made, store, "slactl").outcomes
    assert outcome.state is State.FAILED
    assert store.alarms == {one.name: theirs}


def test_a_deletion_that_somebody_else_did_is_done_and_one_whose_tag_went_is_not() -> None:
    first, second = metric("m1"), metric("m2")
    store = MemoryStore({one.name: stands(one) for one in (first, second)})
    made = plan((), tuple(store.alarms.values()))
    del store.alarms[first.name]
    store.alarms[second.name] = replace(store.alarms[second.name], tags={})
    done = carry_out(made, store, "slactl")
    assert [one.state for one in done.outcomes] == [State.DONE, State.FAILED]
    assert set(store.alarms) == {second.name}


def test_another_shape_of_the_same_name_goes_before_it_is_made() -> None:
    leaf = metric("a")
    store = MemoryStore({leaf.name: stands(leaf)})
    wanted = (metric("b"), composite("a", ("b",)))
    assert apply(wanted, store).whole
    assert store.alarms["slactl a"].shape is Shape.COMPOSITE


def test_what_people_set_is_put_back_and_tags_of_theirs_stay() -> None:
    one = metric("m1")
    stood = stands(one, Threshold=9.0, ActionsEnabled=False, WarmUpConfiguration={"Minutes": 5})
    store = MemoryStore({one.name: replace(stood, tags={**stood.tags, "team": "a", "slactl:old": "b"})})  # type: ignore[dict-item]
    assert apply((one,), store).whole
    now = store.alarms[one.name]
    assert now.fields["Threshold"] == 1.0
    assert (now.fields["ActionsEnabled"], now.fields["WarmUpConfiguration"]) == (False, {"Minutes": 5})
    assert now.tags == {**one.tags, "team": "a"}


def test_a_plan_of_another_world_is_told_by_its_fingerprint() -> None:
    one, two = metric("m1"), metric("m2")
    before = (stands(one), stands(two, Threshold=3.0))
    made = plan((one, two), before)
    assert still_so(made, before, "slactl")
    ringing = (before[0], replace(before[1], fields={**before[1].fields, "StateValue": "ALARM"}))
    assert still_so(made, ringing, "slactl"), "an alarm that rings is no other world"
    assert still_so(made, (*before, replace(stands(metric("x")), name="of others", tags={})), "slactl")
    for other in (
        before[:1],
        (before[0], stands(two)),
        (before[0], replace(before[1], tags={})),
        (*before, stands(metric("m3"))),
    ):
        assert not still_so(made, other, "slactl")


def test_progress_is_told_for_every_change() -> None:
    told: list[tuple[int, int]] = []
    store = MemoryStore()
    carry_out(plan((metric("a"), metric("b")), ()), store, "slactl", lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    assert store.tags(arn_of("slactl a"))
