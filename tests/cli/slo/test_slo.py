"""``slactl slo`` over the sandbox: what it says, what it does, what it leaves alone, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.objectives import Objective
from slactl.sandbox.slobook import Slo
from slactl.stores.slos import SignalsSloStore
from tests.failures.small import configuration, world
from tests.failures.stage import Outcome, Stage

WRITES = {
    "CreateServiceLevelObjective",
    "UpdateServiceLevelObjective",
    "DeleteServiceLevelObjective",
    "TagResource",
    "UntagResource",
}
SCHEMA = json.loads((files("slactl.formats") / "slo-plan.schema.json").read_text("utf-8"))
UPTIME = "slactl shop uptime"


class Shop:
    """The shop, whose objectives are to be SLOs."""

    def __init__(self, stage: Stage, *, edge: bool = False) -> None:
        self.stage = stage
        self.server = stage.show(world(edge=edge))
        self.files = configuration(edge=edge)
        stage.configure(self.files)

    def objectives(self, text: str) -> None:
        self.stage.configure(self.files | {"objectives.yaml": f"objectives:\n{text}"})

    @property
    def slos(self) -> dict[str, Objective]:
        return self.server.world.objectives

    def run(self, *arguments: str) -> Outcome:
        return self.stage.run("--quiet", "slo", *arguments)

    def written(self) -> set[str]:
        """The writing operations that were called since this was last asked."""
        found = {one.operation for one in self.server.calls} & WRITES
        self.server.calls.clear()
        return found

    def document(self) -> dict[str, Any]:
        done = self.run("plan", "--format", "json")
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)
        Draft202012Validator(SCHEMA).validate(found)
        return found

    def told(self, name: str) -> dict[str, Any]:
        [found] = [one for one in self.document()["changes"] if one["name"] == name]
        return dict(found)


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def shop(stage: Stage) -> Shop:
    return Shop(stage)


def signals() -> Any:
    return boto3.client("application-signals", "eu-west-1")


def foreign(shop: Shop, name: str, **tags: str) -> None:
    shop.slos[name] = Slo(
        name, tags=dict(tags), fields={"RequestBasedSliConfig": {"RequestBasedSliMetricConfig": {}}, "Goal": {}}
    )


@pytest.mark.parametrize("edge", [False, True], ids=["service", "edge"])
def test_plan_apply_and_a_second_apply_that_changes_nothing(stage: Stage, edge: bool) -> None:
    shop = Shop(stage, edge=edge)
    foreign(shop, "theirs")
    foreign(shop, "slactl of somebody", team="a")
    first = shop.run("plan", "--detailed-exitcode")
    assert (first.code, first.err, shop.written()) == (2, "", set())
    assert "Plan: 6 to create, 0 stay as they are." in first.out
    assert "2 other SLOs are not touched" in first.out
    assert "shop/coverage: AWS has no SLO on how much was measured (no SLO is made)" in first.out
    assert "every SLO: AWS's months begin at midnight of UTC" in first.out
    done = shop.run("apply")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "SLOs: 6 done."
    told = signals().get_service_level_objective(Id=UPTIME)["Slo"]
    namespace = told["RequestBasedSli"]["RequestBasedSliMetric"]["TotalRequestCountMetric"][0]["MetricStat"]["Metric"][
        "Namespace"
    ]
    assert namespace == ("AWS/ApiGateway" if edge else "ApplicationSignals")
    assert shop.slos[UPTIME].tags["slactl:managed"] == "true"
    shop.written()
    again = shop.run("apply", "--yes")
    assert (again.code, shop.written()) == (0, set())
    assert "Nothing to do" in again.out
    assert shop.run("plan", "--detailed-exitcode").code == 0
    assert set(shop.slos) >= {"theirs", "slactl of somebody"}


def test_in_another_month_nothing_changes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("apply")
    monkeypatch.setenv("SLACTL_NOW", "2026-12-02T06:00:00Z")
    kept = shop.told(UPTIME)
    assert (kept["act"], kept["differences"]) == ("keep", [])


def test_an_update_is_told_field_by_field_and_keeps_what_people_set(shop: Shop) -> None:
    shop.run("apply")
    signals().update_service_level_objective(Id=UPTIME, AutoInvestigationEnabled=True, Goal={"AttainmentGoal": 90.0})
    change = shop.told(UPTIME)
    assert change["differences"] == [{"field": "Goal.AttainmentGoal", "old": 90.0, "new": 99.9}]
    assert (change["act"], change["restarts"]) == ("update", False)
    shop.written()
    assert shop.run("apply").code == 0
    assert shop.written() == {"UpdateServiceLevelObjective"}
    kept = shop.slos[UPTIME]
    assert isinstance(kept, Slo)
    assert (kept.fields["Goal"]["AttainmentGoal"], kept.fields["AutoInvestigationEnabled"]) == (99.9, True)


def test_deletions_are_asked_for(shop: Shop) -> None:
    shop.run("apply")
    shop.objectives('  - {id: uptime, indicator: availability, goal: ">= 99.9%"}\n')
    shop.written()
    refused = shop.run("apply")
    assert (refused.code, shop.written()) == (2, set())
    assert "hint: add --yes" in refused.err
    done = shop.run("apply", "--yes")
    assert (done.code, set(shop.slos)) == (0, {UPTIME})
    assert "- slactl shop p95: deleted" in done.out


def test_a_lost_history_is_asked_for_too(shop: Shop) -> None:
    shop.run("apply")
    shop.objectives('  - {id: api-latency, indicator: latency, threshold: "< 500ms", goal: ">= 99%"}\n')
    change = shop.told("slactl shop api-latency")
    assert (change["act"], change["restarts"], change["text"]) == ("update", True, "its history begins anew")
    assert shop.run("apply").code == 2


def test_a_type_is_switched_by_making_it_anew(shop: Shop) -> None:
    shop.run("apply")
    old = shop.slos[UPTIME]
    fields: dict[str, Any] = {"SliConfig": {"SliMetricConfig": {"MetricDataQueries": []}}, "Goal": {}}
    shop.slos[UPTIME] = Slo(UPTIME, "PeriodBased", old.tags, fields=fields)
    assert shop.told(UPTIME)["act"] == "replace"
    assert shop.run("apply").code == 2
    done = shop.run("apply", "--yes")
    assert (done.code, shop.slos[UPTIME].evaluation) == (0, "RequestBased")
    assert f"± {UPTIME}: replaced" in done.out


@pytest.mark.parametrize(
    "tags", [{}, {"slactl:managed": "true", "slactl:owner": "terraform"}], ids=["untagged", "stack"]
)
def test_an_slo_of_the_same_name_that_is_not_ours_is_left_alone(shop: Shop, tags: dict[str, str]) -> None:
    foreign(shop, UPTIME, **tags)
    before = dict(vars(shop.slos[UPTIME]))
    done = shop.run("apply", "--yes")
    assert (done.code, vars(shop.slos[UPTIME])) == (0, before)
    assert f"[{UPTIME}]" in done.out
    assert "SLOs: 5 done." in done.out


def test_a_single_failure_is_told_and_the_others_go_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    create = SignalsSloStore.create

    def failing(store: SignalsSloStore, fields: Any, tags: Any) -> None:
        create(store, {**fields, "Goal": {"AttainmentGoal": 100.0}} if fields["Name"] == UPTIME else fields, tags)

    with monkeypatch.context() as patched:
        patched.setattr(SignalsSloStore, "create", failing)
        done = shop.run("apply")
    assert (done.code, len(shop.slos)) == (1, 5)
    assert (
        f"! {UPTIME}: not created: creating an SLO: CreateServiceLevelObjective answered ValidationException"
        in done.out
    )
    assert done.out.splitlines()[-1] == "SLOs: 5 done, 1 failed."
    assert "run it again" in done.err
    assert shop.run("apply").out.splitlines()[-1] == "SLOs: 1 done."


def test_calls_that_are_denied_are_not_tried_for_ever(shop: Shop) -> None:
    shop.stage.misbehave(Behaviour(access_denied=frozenset({"CreateServiceLevelObjective"})))
    done = shop.run("apply")
    assert done.out.splitlines()[-1] == "SLOs: 3 failed, 3 not tried."
    assert (done.code, shop.slos) == (1, {})


@pytest.mark.parametrize("operation", ["ListServiceLevelObjectives", "GetServiceLevelObjective", "ListTagsForResource"])
def test_without_looking_nothing_is_done(shop: Shop, operation: str) -> None:
    shop.run("apply")
    shop.written()
    shop.stage.misbehave(Behaviour(access_denied=frozenset({operation})))
    done = shop.run("apply", "--yes")
    assert (done.code, shop.written()) == (1, set())
    assert operation in done.err
    assert "Traceback" not in done.err


def test_a_service_that_nobody_could_look_at_keeps_its_slos(shop: Shop) -> None:
    shop.run("apply")
    shop.written()
    shop.stage.misbehave(Behaviour(fail=frozenset({"ListServiceOperations"})))
    done = shop.run("apply", "--yes")
    assert (done.code, shop.written(), len(shop.slos)) == (0, set(), 6)
    assert "unread: shop could not be looked at" in done.out


def test_what_somebody_changed_meanwhile_is_left_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("apply")
    for one in (UPTIME, "slactl shop p95"):
        signals().update_service_level_objective(Id=one, Goal={"AttainmentGoal": 90.0})
    one_of = SignalsSloStore.one
    meanwhile = {UPTIME: 2}

    def looking(store: SignalsSloStore, name: str) -> Any:
        meanwhile[name] = meanwhile.get(name, 0) - 1
        if name == UPTIME and not meanwhile[name]:
            signals().untag_resource(ResourceArn=f"x:slo/{UPTIME}", TagKeys=["slactl:managed"])
        return one_of(store, name)

    monkeypatch.setattr(SignalsSloStore, "one", looking)
    done = shop.run("apply")
    assert done.code == 1
    assert f"! {UPTIME}: not updated: it is not ours any more: plan again" in done.out
    assert "~ slactl shop p95: updated" in done.out
    changed = shop.slos[UPTIME]
    assert isinstance(changed, Slo)
    assert changed.fields["Goal"]["AttainmentGoal"] == 90.0


def test_an_interruption_says_what_is_done(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    create, made = SignalsSloStore.create, []

    def interrupted(store: SignalsSloStore, fields: Any, tags: Any) -> None:
        made.append(fields["Name"])
        if len(made) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        create(store, fields, tags)

    with monkeypatch.context() as patched:
        patched.setattr(SignalsSloStore, "create", interrupted)
        done = shop.run("apply")
    assert (done.code, len(shop.slos)) == (130, 2)
    assert done.out.splitlines()[-1] == "SLOs: 2 done, 1 may or may not be done, 3 not tried."
    assert shop.run("apply").out.splitlines()[-1] == "SLOs: 4 done."


def test_the_prefix_of_alarms_is_theirs_too(shop: Shop) -> None:
    main = shop.files["slactl.yaml"] + "alarms: alarms.yaml\n"
    shop.stage.configure(shop.files | {"slactl.yaml": main, "alarms.yaml": "prefix: acme\nnotify: {}\n"})
    assert {one["name"].split()[0] for one in shop.document()["changes"]} == {"acme"}


def test_a_wrong_configuration_is_wrong_usage(shop: Shop) -> None:
    shop.objectives("  - {id: uptime}\n")
    assert (shop.run("plan").code, shop.run("plan", "--detailed-exitcode").code, shop.run("apply").code) == (2, 1, 2)
    assert shop.server.calls == []


def test_a_service_that_was_never_seen_is_told_and_gets_no_slo(shop: Shop) -> None:
    main = shop.files["slactl.yaml"].replace("name: shop", "name: shpo")
    shop.stage.configure(shop.files | {"slactl.yaml": main})
    found = shop.document()
    assert found["changes"] == []
    assert {one["code"] for one in found["cautions"]} == {"unread", "not-seen"}
