"""What every ``AlarmStore`` promises: the one over CloudWatch, and the one that tests stand in for it."""

from __future__ import annotations

import pytest

from slactl.alarming.form import form_of, shape_of
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Shape
from slactl.ports.enforcing import AlarmStore, NotDone
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.stores.alarms import CloudWatchAlarmStore
from tests.sources.sandboxed import over
from tests.workflows.enforcing.memory import MemoryStore, arn_of
from tests.workflows.enforcing.wishes import composite, metric

A, B, C = metric("a"), metric("b"), composite("c", ("a",), ("b",))


@pytest.fixture(params=["cloudwatch", "memory"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AlarmStore:
    if request.param == "memory":
        return MemoryStore()
    return CloudWatchAlarmStore(over(World(RequestLog.empty(), now=1_794_000_000), monkeypatch)[0])


def put(store: AlarmStore, *alarms: DesiredAlarm) -> None:
    for one in alarms:
        store.put(shape_of(one.alarm), form_of(one.alarm), one.tags)


def names(store: AlarmStore) -> set[str]:
    return {one.name for one in store.standing("slactl").alarms}


def test_what_is_put_stands_with_its_shape_fields_and_tags(store: AlarmStore) -> None:
    put(store, A, B, C)
    found = {one.name: one for one in store.standing("slactl").alarms}
    assert {name: one.shape for name, one in found.items()} == {
        A.name: Shape.METRIC, B.name: Shape.METRIC, C.name: Shape.COMPOSITE,
    }  # fmt: skip
    for one in (A, B, C):
        stands = found[one.name]
        assert stands.tags == one.tags
        assert stands.arn == arn_of(one.name)
        assert form_of(one.alarm).items() <= dict(stands.fields).items()
        assert stands.fields["ActionsEnabled"] is True
    assert (store.account, store.region) == ("123456789012", "eu-west-1")


def test_a_second_put_writes_over_fields_and_leaves_tags(store: AlarmStore) -> None:
    put(store, A)
    store.put(Shape.METRIC, {**form_of(A.alarm), "Threshold": 9.0}, {"team": "x"})
    assert store.named([A.name])[A.name].fields["Threshold"] == 9.0
    assert store.tags(arn_of(A.name)) == A.tags


def test_names_are_looked_up_without_tags(store: AlarmStore) -> None:
    put(store, A)
    found = store.named([A.name, "slactl nobody"])
    assert set(found) == {A.name}
    assert found[A.name].tags is None


def test_tags_are_set_and_taken_away(store: AlarmStore) -> None:
    put(store, A)
    store.tag(arn_of(A.name), {"team": "x", "slactl:kind": "y"})
    store.untag(arn_of(A.name), ["slactl:clause", "never was"])
    expected = {**A.tags, "team": "x", "slactl:kind": "y"}
    expected.pop("slactl:clause")
    assert store.tags(arn_of(A.name)) == expected
    assert store.tags(arn_of("slactl nobody")) is None


def test_a_composite_needs_its_children(store: AlarmStore) -> None:
    put(store, A)
    with pytest.raises(NotDone):
        put(store, C)
    assert names(store) == {A.name}


def test_another_shape_does_not_take_a_name(store: AlarmStore) -> None:
    put(store, A, B)
    with pytest.raises(NotDone):
        store.put(Shape.COMPOSITE, {**form_of(C.alarm), "AlarmName": A.name})
    assert store.named([A.name])[A.name].shape is Shape.METRIC


def test_a_refused_deletion_deletes_nothing(store: AlarmStore) -> None:
    put(store, A, B, C, metric("d"))
    with pytest.raises(NotDone):
        store.delete(["slactl d", A.name])
    assert len(names(store)) == 4


def test_composites_go_one_by_one_and_then_their_children(store: AlarmStore) -> None:
    other = composite("other", ("a",))
    put(store, A, B, C, other)
    with pytest.raises(NotDone):
        store.delete([C.name, other.name])
    store.delete([C.name])
    store.delete([other.name])
    store.delete([A.name, B.name, "slactl nobody"])
    assert names(store) == set()
