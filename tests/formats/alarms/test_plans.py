"""A plan as text, Markdown and JSON: nothing that changes is left out, nothing from outside is markup."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from slactl.alarming.safety import Consent, Objection
from slactl.alarming.saved import Unfit, from_dict
from slactl.formats.alarms import json as as_json
from slactl.formats.alarms import markdown, text
from slactl.formats.alarms.json import objections_of
from slactl.formats.alarms.status import render_json
from slactl.formats.alarms.status import text as status_text
from slactl.formats.alarms.words import dollars, duration, summary, value
from slactl.formats.language import speak
from slactl.model.alarmplan import (
    About,
    Blocked,
    Delete,
    Difference,
    Keep,
    Left,
    Plan,
    SavedPlan,
    Shape,
    Unwatched,
    Wanted,
)
from slactl.model.enforcement import AlarmCosts, Enforcement, Told
from slactl.workflows.enforcing.knowing import Known
from slactl.workflows.enforcing.planning import Planned, make_plan, saved
from slactl.workflows.enforcing.status import status
from tests.workflows.enforcing.memory import MemoryStore
from tests.workflows.enforcing.wishes import TOPIC, metric, stands, wishes, world

COSTS = AlarmCosts(Fraction(1, 10), Fraction(1, 10), Fraction(1, 2), 10, 5000)
ENFORCEMENT = Enforcement(Told((TOPIC,), (TOPIC,)), {}, costs=COSTS)
UNWATCHED = (Unwatched("shop", "p95", "", "not-enforced", "no kind <b>watches</b> it"),)


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((files("slactl.formats") / f"{name}.schema.json").read_text("utf-8")))


def planned(seed: int) -> Planned:
    random = Random(seed)
    wanted = wishes(random)
    store = MemoryStore(world(random, wanted))
    return make_plan(Wanted(wanted, UNWATCHED), store.standing("slactl"), store, ENFORCEMENT, Known({}))


def kept(made: Planned) -> SavedPlan:
    return saved(made, "1.0", 1_794_000_000, {"slactl.yaml": "0" * 64})


SEEDS = st.integers(0, 10**9)


@given(SEEDS)
@settings(max_examples=60)
def test_json_keeps_the_schema_and_comes_back_as_the_same_plan(seed: int) -> None:
    made = planned(seed)
    told = json.loads(as_json.render(made, kept(made)))
    validator("alarms-plan").validate(told)
    assert from_dict(told) == kept(made)
    assert objections_of(told) == made.objections
    assert sum(told["summary"].values()) == len(made.plan.changes)


@given(SEEDS)
@settings(max_examples=60)
def test_every_change_is_in_the_text_and_in_markdown(seed: int) -> None:
    made = planned(seed)
    lines, md = text.render(made).splitlines(), markdown.render(made)
    signs = {"Create": "+", "Update": "~", "Delete": "-", "Blocked": "!", "Left": "o"}
    for one in made.plan.changes:
        kind = type(one).__name__
        if kind != "Keep":
            assert [line for line in lines if line.startswith(f"{signs[kind]} {one.name}  (")]
            assert f"**{one.name}**" in md
    assert f"{len(made.plan.creates)} to create" in md or not made.plan.to_do


def test_an_update_shows_old_and_new() -> None:
    one = metric("a", 3)
    store = MemoryStore({one.name: replace(stands(one, Threshold=2.5), tags={**one.tags, "slactl:clause": "Old"})})
    made = make_plan(Wanted((one,)), store.standing("slactl"), store, ENFORCEMENT, Known({}))
    assert "    Threshold: 2.5 -> 3" in text.render(made)
    assert '    Tags.slactl:clause: "Old" -> "Uptime"' in text.render(made)
    assert "  - Threshold: 2.5 -&gt; 3" in markdown.render(made)


def test_what_comes_from_outside_is_neither_markup_nor_a_terminal_s_command() -> None:
    evil = metric("x \x1b[31m<img src=x> [a](http://b) `c` @all\u202e")
    store = MemoryStore()
    made = make_plan(Wanted((evil,), UNWATCHED), store.standing("slactl"), store, ENFORCEMENT, Known({}))
    assert "\x1b" not in text.render(made)
    assert "\u202e" not in text.render(made)
    md = markdown.render(made)
    assert "<img" not in md
    assert "<b>" not in md
    assert "[a](" not in md
    json.loads(as_json.render(made, kept(made)))


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (Fraction(0), "$0.00"),
        (Fraction(1, 3), "$0.34"),
        (Fraction(16, 5), "$3.20"),
        (Fraction(1234567), "$1,234,567.00"),
    ],
)
def test_money_is_rounded_up(amount: Fraction, told: str) -> None:
    assert dollars(amount) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "less than a minute"), (60, "about a minute"), (61, "about 2 minutes"), (1667, "about 28 minutes")],
)
def test_time_is_told_in_minutes(seconds: int, told: str) -> None:
    assert duration(seconds, speak("en")) == f"Apply takes {told}"


KEPT, TAKEN = Keep("slactl a", Shape.METRIC, About()), Blocked("slactl b", Shape.METRIC, About(), "taken")
OTHERWISE = Left("slactl c", Shape.METRIC, About(), "terraform", (Difference("Threshold", 1, 2),))
PEACE = "Nothing to do: every alarm stands as it should."


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ((), PEACE),
        ((KEPT, replace(OTHERWISE, differences=())), PEACE),
        ((KEPT, TAKEN), "Nothing to do. Not enforced: 1 alarm, whose name is taken."),
        ((TAKEN, TAKEN), "Nothing to do. Not enforced: 2 alarms, whose names are taken."),
        ((KEPT, OTHERWISE), "Nothing to do. 1 alarm that a stack keeps is not as it should be."),
        (
            (Delete("slactl d", Shape.METRIC, About(), "arn"), TAKEN),
            "0 to create, 0 to update, 1 to delete, 0 stay as they are. Not enforced: 1 alarm, whose name is taken.",
        ),
    ],
)
def test_a_plan_that_leaves_something_unwatched_says_so_at_the_end(changes: tuple[Any, ...], told: str) -> None:
    assert summary(Plan(changes, ""), speak("en")) == told


def test_where_nothing_is_ours_there_is_nothing_to_take_away() -> None:
    assert summary(Plan((), ""), speak("en"), gone=True) == "Nothing to do: no alarm of ours stands."


def test_an_alarm_that_does_not_say_what_for_has_no_empty_brackets() -> None:
    made = planned(1)
    bare = replace(made, plan=replace(made.plan, changes=(Delete("slactl d", Shape.METRIC, About(), "arn"), KEPT)))
    lines = text.render(bare).splitlines()
    assert "- slactl d" in lines
    assert "= 1 alarm of slactl itself" in lines
    assert "- **slactl d**\n  - nobody wants it any more" in markdown.render(bare)


@pytest.mark.parametrize(
    ("given_", "told"),
    [(None, "-"), ("", "-"), (1.0, "1"), (1.44, "1.44"), ("a\nb", '"a\\nb"'), (("a", "b"), '"a", "b"'), (True, "true")],
)
def test_values_stay_on_one_line(given_: object, told: str) -> None:
    assert value(given_) == told


@pytest.mark.parametrize("told", [{}, {"objections": {}}, {"objections": [{"code": "a"}]}, {"objections": [1]}])
def test_a_file_that_does_not_say_what_speaks_against_it_is_unfit(told: dict[str, Any]) -> None:
    with pytest.raises(Unfit):
        objections_of(told)


def test_what_speaks_against_it_says_how_it_is_overruled() -> None:
    made = planned(1)
    against = tuple(Objection(f"o-{one}", f"because {one}", one) for one in Consent)
    said = text.render(replace(made, objections=against))
    for words in (
        "because yes (asks first, or --yes)",
        "because force (only with --force)",
        "because nothing (refused)",
    ):
        assert words in said


@given(SEEDS)
@settings(max_examples=40)
def test_a_status_keeps_its_schema_and_counts_every_limit(seed: int) -> None:
    random = Random(seed)
    wanted = wishes(random)
    store = MemoryStore(world(random, wanted))
    found = status(Wanted(wanted, UNWATCHED), store.standing("slactl"), store, "slactl")
    told = json.loads(render_json(found))
    validator("alarms-status").validate(told)
    assert sum(told["summary"].values()) == len(told["limits"]) == len(found.limits)
    lines = status_text(found).splitlines()
    assert sum(not line.startswith(" ") for line in lines) >= len(found.limits) + 1


@pytest.mark.parametrize("name", ["alarms-plan", "alarms-status"])
def test_the_schemas_are_schemas_and_refuse_more(name: str) -> None:
    form = validator(name)
    told = json.loads((files("slactl.formats") / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(told)
    assert told["additionalProperties"] is False
    assert list(form.iter_errors({"schema": f"slactl.{name}/2"}))
