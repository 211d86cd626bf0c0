"""``slactl alarms apply`` and ``destroy`` as JSON, in Italian, and two of them at once."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import boto3
import filelock
import pytest
from jsonschema import Draft202012Validator

from slactl.sandbox.behaviour import Behaviour
from tests.cli.alarms.shop import ALARMS, TOPIC, Shop
from tests.failures.stage import Outcome

NAME = "slactl shop uptime burn 1h/5m over 1h"
FOREIGN: dict[str, Any] = {
    "AlarmName": NAME,
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def document(done: Outcome) -> dict[str, Any]:
    form = json.loads((files("slactl.formats") / "alarms-apply.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found: dict[str, Any] = json.loads(done.out)
    Draft202012Validator(form).validate(found)
    return found


def test_json_says_what_was_done_and_a_second_time_that_there_is_nothing(shop: Shop) -> None:
    done = shop.run("apply", "--yes", "--format", "json")
    told = document(done)
    assert (done.code, done.err, told["command"], told["result"]) == (0, "", "apply", "done")
    assert (told["summary"]["done"], len(told["changes"]), len(shop.alarms)) == (18, 18, 18)
    first = told["changes"][0]
    assert (first["change"], first["state"], first["why"]) == ("create", "done", None)
    again = document(shop.run("apply", "--yes", "--format", "json"))
    assert (again["result"], again["changes"], again["kept"]) == ("nothing-to-do", [], 18)
    gone = document(shop.run("destroy", "--yes", "--format", "json"))
    assert (gone["command"], gone["result"], gone["summary"]["done"]) == ("destroy", "done", 18)
    assert shop.run("destroy", "--yes").out.splitlines()[2] == "Plan: Nothing to do: no alarm of ours stands."


def test_json_says_what_failed_and_why_and_ends_with_1(shop: Shop) -> None:
    shop.stage.misbehave(Behaviour(access_denied=frozenset({"PutCompositeAlarm"})))
    done = shop.run("apply", "--yes", "--format", "json")
    told = document(done)
    assert (done.code, told["result"], told["failure"]) == (1, "not-all-done", None)
    assert told["summary"] == {"done": 16, "failed": 2, "unsure": 0, "not-tried": 0}
    assert {"PutCompositeAlarm" in one["why"] for one in told["changes"] if one["state"] == "failed"} == {True}


@pytest.mark.soak
def test_json_says_what_was_refused_and_that_nothing_was_done(shop: Shop) -> None:
    shop.run("apply", "--yes")
    shop.say(ALARMS.replace("kinds: {", "kinds: {burn-rate: none, slow-burn: none, "))
    done = shop.run("apply", "--yes", "--format", "json")
    told = document(done)
    assert (done.code, told["result"]) == (1, "refused")
    assert [one["code"] for one in told["refused"]] == ["too-many-changes"]
    assert {one["state"] for one in told["changes"]} == {"not-tried"}
    assert len(shop.alarms) == 18


def test_the_report_s_language_is_that_of_these_commands_and_a_name_that_is_taken_is_told_at_their_end(
    shop: Shop,
) -> None:
    boto3.client("cloudwatch", "eu-west-1").put_metric_alarm(**FOREIGN)
    shop.files["slactl.yaml"] = shop.files["slactl.yaml"].replace("language: en", "language: it")
    shop.say(ALARMS.replace(TOPIC, f"{TOPIC}-gone", 1))
    plan = shop.run("plan").out
    assert plan.startswith("+ creare   ~ aggiornare")
    assert f"! {NAME}  (burn-rate, shop/uptime, page)\n    esiste un allarme di tipo metric con questo nome" in plan
    assert "Avvertenze:\n" in plan
    assert "il topic non esiste" in plan
    assert "shop/p50: nessun tipo di allarme attivo sorveglia una promessa del genere" in plan
    done = shop.run("apply", "--yes").out.splitlines()
    assert "+ slactl shop ticket: creato" in done
    assert done[-1] == "Modifiche: 17 eseguite."
    status = shop.run("status").out.splitlines()
    assert "Non applicato: 1 allarme, il cui nome è occupato." in status
    assert f"    {NAME}: non applicato: un allarme non nostro porta il suo nome" in status
    told = document(shop.run("apply", "--yes", "--format", "json"))
    assert (told["result"], [one["name"] for one in told["not_enforced"]]) == ("nothing-to-do", [NAME])
    again = shop.run("plan", "--lang", "en").out
    assert "Plan: Nothing to do. Not enforced: 1 alarm, whose name is taken." in again
    lint = shop.run("lint").out
    assert "il topic non esiste" in lint
    assert lint.splitlines()[-1].startswith("18 allarmi, ")


def test_who_comes_second_is_told_and_changes_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with filelock.FileLock(tmp_path / "cache/slactl/locks/alarms-123456789012-eu-west-1.lock"):
        for command in ("apply", "destroy"):
            shop.calls()
            done = shop.run(command, "--yes")
            assert (done.code, done.out, shop.calls()) == (1, "", ["GetCallerIdentity"])
            assert "another run is changing alarms of account 123456789012 in eu-west-1; nothing was done" in done.err


def test_where_no_lock_can_be_held_it_goes_on_and_says_so(shop: Shop) -> None:
    done = shop.stage.run("alarms", "destroy", "--yes")
    assert done.code == 0
    assert "nothing keeps other runs off the alarms meanwhile" in done.err
