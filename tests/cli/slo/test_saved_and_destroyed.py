"""``slactl slo``: saved plans, taking all away, JSON, Italian, and two of them at once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import filelock
import pytest
from jsonschema import Draft202012Validator

from slactl.sandbox.behaviour import Behaviour
from tests.cli.slo.test_slo import SCHEMA, UPTIME, Shop, foreign, signals
from tests.failures.stage import Outcome, Stage

DONE = json.loads((files("slactl.formats") / "slo-apply.schema.json").read_text("utf-8"))


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    stage = Stage(tmp_path, capsys, monkeypatch)
    yield Shop(stage)
    stage.close()


def document(done: Outcome) -> dict[str, Any]:
    Draft202012Validator.check_schema(DONE)
    found: dict[str, Any] = json.loads(done.out)
    Draft202012Validator(DONE).validate(found)
    return found


def saved(shop: Shop) -> dict[str, Any]:
    """A saved plan, which is read once."""
    done = shop.run("plan", "--out", "slos.json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads((shop.stage.directory / "slos.json").read_text())
    Draft202012Validator(SCHEMA).validate(found)
    return found


def test_a_saved_plan_is_carried_out_and_is_what_json_prints(shop: Shop) -> None:
    kept = saved(shop)
    assert kept == shop.document()
    told = document(shop.run("apply", "slos.json", "--format", "json"))
    assert (told["command"], told["result"], told["summary"]["done"], len(shop.slos)) == ("apply", "done", 6, 6)
    again = shop.run("apply", "slos.json")
    assert (again.code, "the SLOs have changed since the plan was made; nothing was done" in again.err) == (1, True)


def test_updates_and_deletions_survive_the_file(shop: Shop) -> None:
    shop.run("apply")
    signals().update_service_level_objective(Id=UPTIME, Goal={"AttainmentGoal": 90.0})
    shop.objectives('  - {id: uptime, indicator: availability, goal: ">= 99.9%", exclude: maintenance}\n')
    assert saved(shop)["summary"] | {"foreign": 0} == {
        "create": 0, "update": 1, "replace": 0, "delete": 5, "keep": 0, "foreign": 0,
    }  # fmt: skip
    asked = shop.run("apply", "slos.json", "--format", "json")
    assert (asked.code, document(asked)["result"], len(shop.slos)) == (2, "refused", 6)
    done = shop.run("apply", "slos.json", "--yes")
    assert (done.code, done.err, set(shop.slos)) == (0, "", {UPTIME})
    assert shop.told(UPTIME)["act"] == "keep"


@pytest.mark.soak
def test_a_saved_plan_of_another_world_is_refused(shop: Shop) -> None:
    shop.run("apply")
    shop.objectives('  - {id: uptime, indicator: availability, goal: ">= 99.5%"}\n')
    saved(shop)
    signals().tag_resource(
        ResourceArn=f"arn:aws:application-signals:eu-west-1:123456789012:slo/{UPTIME}",
        Tags=[{"Key": "team", "Value": "a"}],
    )
    shop.written()
    done = shop.run("apply", "slos.json", "--yes")
    assert (done.code, shop.written()) == (1, set())
    assert "have changed since the plan was made" in done.err


@pytest.mark.soak
def test_a_configuration_that_changed_since_is_told_of(shop: Shop) -> None:
    saved(shop)
    shop.objectives('  - {id: uptime, indicator: availability, goal: ">= 99.5%"}\n')
    done = shop.stage.run("slo", "apply", "slos.json")
    assert (done.code, len(shop.slos)) == (0, 6)
    assert "what is carried out is the plan" in done.err


SPOILS: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda told: told.update(account="999999999999"),
    lambda told: told.update(region="us-east-1"),
    lambda told: told.update(schema="slactl.alarms-plan/1"),
    lambda told: told.pop("fingerprint"),
    lambda told: told.update(made_at=True),
    lambda told: told["changes"][0].pop("fields"),
    lambda told: told["changes"][0].update(tags=[]),
    lambda told: told.update(fingerprint="0" * 64),
)


def test_a_plan_that_is_none_is_refused(shop: Shop) -> None:
    whole = json.dumps(saved(shop))
    for spoil in SPOILS:
        kept = json.loads(whole)
        spoil(kept)
        (shop.stage.directory / "slos.json").write_text(json.dumps(kept))
        done = shop.run("apply", "slos.json", "--yes")
        assert done.code in (1, 2)
        assert done.err.startswith("slactl: error: ")
    assert shop.slos == {}


def test_all_of_ours_goes_and_nothing_else(shop: Shop) -> None:
    foreign(shop, "theirs")
    foreign(shop, "slactl of somebody", team="a")
    foreign(shop, "slactl in a stack", **{"slactl:managed": "true", "slactl:owner": "terraform"})
    shop.run("apply")
    shop.server.calls.clear()
    refused = shop.run("destroy")
    assert (refused.code, refused.out, shop.server.calls) == (2, "", [])
    assert "hint: add --yes" in refused.err
    done = shop.run("destroy", "--yes")
    assert (done.code, set(shop.slos)) == (0, {"theirs", "slactl of somebody", "slactl in a stack"})
    assert done.out.splitlines()[-1] == "SLOs: 6 done."
    again = shop.run("destroy", "--yes")
    assert "Plan: Nothing to do: no SLO of ours stands." in again.out
    assert "3 other SLOs are not touched" in again.out
    assert document(shop.run("destroy", "--yes", "--format", "json"))["result"] == "nothing-to-do"


class Answering(io.StringIO):
    """A terminal on which somebody has typed an answer."""

    def isatty(self) -> bool:
        return True


@pytest.mark.soak
def test_it_asks_first(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("apply")
    for answer, code, left in (("n\n", 1, 6), ("y\n", 0, 0)):
        monkeypatch.setattr("sys.stdin", Answering(answer))
        done = shop.run("destroy")
        assert (done.code, len(shop.slos)) == (code, left)
        assert "Delete 6 SLOs, or begin the history anew?" in done.err


@pytest.mark.soak
def test_json_says_what_failed_and_why(shop: Shop) -> None:
    shop.run("apply")
    shop.stage.misbehave(Behaviour(access_denied=frozenset({"DeleteServiceLevelObjective"})))
    done = shop.run("destroy", "--yes", "--format", "json")
    told = document(done)
    assert (done.code, told["result"]) == (1, "not-all-done")
    assert told["summary"] == {"done": 0, "failed": 3, "unsure": 0, "not-tried": 3}
    assert "DeleteServiceLevelObjective" in told["changes"][0]["why"]


def test_in_italian_nothing_is_left_in_english_and_a_name_that_is_taken_is_told(shop: Shop) -> None:
    foreign(shop, UPTIME)
    plan = shop.run("plan", "--lang", "it").out
    assert "Piano: 5 da creare, 0 restano come sono. Non creato: 1 SLO, il cui nome è occupato." in plan
    assert "    non porta il nostro tag slactl:managed" in plan
    assert "shop/coverage: AWS non ha SLO su quanto è stato misurato (nessuno SLO viene creato)" in plan
    assert f"foreign: non porta il nostro tag slactl:managed: non viene toccato [{UPTIME}]" in plan
    block = plan[plan.index("Che cosa AWS non sa esprimere:") :]
    assert [word for word in (" the ", " AWS knows ", " takes ") if word in block] == []
    shop.stage.configure(
        shop.files | {"slactl.yaml": shop.files["slactl.yaml"].replace("language: en", "language: it")}
    )
    done = shop.run("apply").out.splitlines()
    assert "+ slactl shop p95: creato" in done
    assert done[-1] == "Modifiche agli SLO: 5 eseguite."
    told = document(shop.run("apply", "--format", "json"))
    assert (told["result"], [one["name"] for one in told["not_made"]]) == ("nothing-to-do", [UPTIME])
    assert "Plan: Nothing to do. Not made: 1 SLO, whose name is taken." in shop.run("plan", "--lang", "en").out


def test_who_comes_second_is_told_and_changes_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with filelock.FileLock(tmp_path / "cache/slactl/locks/slos-123456789012-eu-west-1.lock"):
        for command in ("apply", "destroy"):
            done = shop.run(command, "--yes")
            assert (done.code, done.out) == (1, "")
            assert "another run is changing SLOs of account 123456789012 in eu-west-1; nothing was done" in done.err
    assert {one.operation for one in shop.server.calls} == {"GetCallerIdentity"}
