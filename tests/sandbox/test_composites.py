"""Composite alarms: what a rule says, suppression of actions, and mute rules over an evaluation."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from slactl.sandbox.compositerules import BadRule, name_of, parse_rule
from slactl.sandbox.evaluation import advance, evaluate_now
from slactl.sandbox.muterules import read_rule
from slactl.sandbox.world import World
from tests.sandbox.ringing import START, TOPIC, composite, minute, put, steady, told_of

STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
Truth = Callable[[bool, bool, bool], bool]


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        ("ALARM(a)", lambda a, b, c: a),
        ('NOT ALARM("a")', lambda a, b, c: not a),
        ("ALARM(a) AND ALARM(b) AND ALARM(c)", lambda a, b, c: a and b and c),
        ("ALARM(a) OR ALARM(b) OR ALARM(c)", lambda a, b, c: a or b or c),
        ("ALARM(a) OR ALARM(b) AND ALARM(c)", lambda a, b, c: a or (b and c)),
        ("(ALARM(a) OR ALARM(b)) AND ALARM(c)", lambda a, b, c: (a or b) and c),
        ("NOT ALARM(a) AND ALARM(b)", lambda a, b, c: not a and b),
        ("NOT (ALARM(a) AND ALARM(b))", lambda a, b, c: not (a and b)),
        ("NOT NOT ALARM(a)", lambda a, b, c: a),
        ("OK(a) AND NOT OK(b)", lambda a, b, c: not a and b),
        ("TRUE AND ALARM(a)", lambda a, b, c: a),
        ("FALSE OR ALARM(a)", lambda a, b, c: a),
        ("TRUE OR ALARM(a)", lambda a, b, c: True),
        ("AT_LEAST(1, ALARM, (a, b, c))", lambda a, b, c: a or b or c),
        ("AT_LEAST(2, ALARM, (a, b, c))", lambda a, b, c: a + b + c >= 2),
        ("AT_LEAST(3, ALARM, (a, b, c))", lambda a, b, c: a and b and c),
        ("AT_LEAST(50%, ALARM, (a, b, c))", lambda a, b, c: a + b + c >= 2),
        ('AT_LEAST("34%", ALARM, (a, b, c))', lambda a, b, c: a + b + c >= 2),
        ("AT_LEAST(33%, ALARM, (a, b, c))", lambda a, b, c: a or b or c),
        ("AT_LEAST(2, OK, (a, b, c))", lambda a, b, c: a + b + c <= 1),
        ("AT_LEAST(2, NOT OK, (a, b, c))", lambda a, b, c: a + b + c >= 2),
        ("AT_LEAST(2, ALARM, (a, b)) OR ALARM(c)", lambda a, b, c: (a and b) or c),
        ("ALARM( a )AND(ALARM(b))", lambda a, b, c: a and b),
    ],
)
def test_the_truth_of_a_rule(rule: str, truth: Truth) -> None:
    read = parse_rule(rule)
    for a, b, c in itertools.product((False, True), repeat=3):
        states = {"a": STATES[a], "b": STATES[b], "c": STATES[c]}
        assert read.root.is_true(states.__getitem__) is bool(truth(a, b, c)), states


@pytest.mark.parametrize("asked", STATES)
@pytest.mark.parametrize("state", STATES)
def test_each_state_is_asked_for_by_its_name(asked: str, state: str) -> None:
    assert parse_rule(f"{asked}(a)").root.is_true(lambda name: state) is (asked == state)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("plain-name_1", "plain-name_1"),
        ('"with space"', "with space"),
        ('"a, (b)"', "a, (b)"),
        (r'"say \"no\""', 'say "no"'),
        (r'"back\\slash"', "back\\slash"),
        ('"AND"', "AND"),
        ('"GET /missions/{id} p95 €"', "GET /missions/{id} p95 €"),
        ("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:x", "x"),
        ('"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a:b c"', "a:b c"),
    ],
)
def test_how_an_alarm_is_named(written: str, name: str) -> None:
    assert parse_rule(f"ALARM({written})").children == (name,)


def test_a_name_is_no_arn() -> None:
    assert (name_of("arn:odd"), name_of("a:b:c:d:e:f:g:h")) == ("arn:odd", "a:b:c:d:e:f:g:h")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "ALARM",
        "ALARM()",
        'ALARM("")',
        "ALARM(a",
        "ALARM(a))",
        "ALARM(a b)",
        "ALARM(a) ALARM(b)",
        "ALARM(a) AND",
        "AND ALARM(a)",
        "RINGS(a)",
        "alarm(a)",
        'ALARM("a)',
        "AT_LEAST(3, ALARM, (a, b))",
        "AT_LEAST(0, ALARM, (a, b))",
        "AT_LEAST(150%, ALARM, (a))",
        "AT_LEAST(x, ALARM, (a))",
        "AT_LEAST(1, RINGING, (a))",
        "AT_LEAST(1, ALARM, a)",
        "AT_LEAST(1, ALARM, ())",
    ],
)
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(BadRule):
        parse_rule(rule)


def test_a_child_that_stands_twice_is_one_child() -> None:
    read = parse_rule("ALARM(a) AND NOT OK(a) AND AT_LEAST(1, ALARM, (a, b))")
    assert (read.children, read.elements) == (("a", "b"), 3)


def world() -> World:
    """Faults from minute 10 to 19 (alarm a) and requests every minute (b rings at once and stays)."""
    made = steady(240, dict.fromkeys(range(10, 20), 10))
    put(made, "a", AlarmActions=[])
    put(made, "b", Statistic="SampleCount", AlarmActions=[])
    return made


def test_composites_follow_their_children_in_the_same_minute_however_deep() -> None:
    made = world()
    composite(made, "zz", 'NOT OK("both")')
    composite(made, "both", 'ALARM("inner") AND ALARM("b")')
    composite(made, "inner", 'ALARM("a")')
    found = advance(made, minute(60))
    assert told_of(found, "inner") == [(1, "OK"), (11, "ALARM"), (21, "OK")]
    assert told_of(found, "both") == [(1, "OK"), (11, "ALARM"), (21, "OK")]
    assert told_of(found, "zz") == [(1, "OK"), (11, "ALARM"), (21, "OK")]
    assert [(one.alarm, one.at) for one in made.alarms.fired] == [
        ("both", minute(11)),
        ("inner", minute(11)),
        ("zz", minute(11)),
    ]


def test_the_history_of_a_composite_names_the_child_that_rang() -> None:
    made = world()
    composite(made, "both", "ALARM(a) AND ALARM(b)")
    advance(made, minute(15))
    told = [
        json.loads(one["HistoryData"])["newState"]
        for one in made.alarms.history
        if one["HistoryItemType"] == "StateUpdate" and one["AlarmName"] == "both"
    ]
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
    assert told[0]["stateReason"] == f"{arn}both was created and its alarm rule evaluates to OK"
    assert told[1]["stateReason"] == f"{arn}a transitioned to ALARM at Tuesday 03 November, 2026 10:11:00 UTC"
    (trigger,) = told[1]["stateReasonData"]["triggeringAlarms"]
    assert trigger == {"arn": f"{arn}a", "state": {"value": "ALARM", "timestamp": "2026-11-03T10:11:00.000+0000"}}


def test_alarms_in_a_circle_are_not_evaluated() -> None:
    made = world()
    composite(made, "x", "ALARM(y) OR ALARM(a)")
    composite(made, "y", "ALARM(x)")
    composite(made, "z", "ALARM(a)")
    found = advance(made, minute(15))
    assert (told_of(found, "x"), told_of(found, "y")) == ([], [])
    assert told_of(found, "z") == [(1, "OK"), (11, "ALARM")]


def test_a_rule_that_is_put_again_is_evaluated_anew() -> None:
    made = world()
    composite(made, "both", "ALARM(a)")
    advance(made, minute(5))
    composite(made, "both", "ALARM(b)")
    assert told_of(advance(made, minute(7)), "both") == [(6, "ALARM")]


def fired(made: World, name: str) -> list[tuple[float, str]]:
    return [((one.at - START) / 60, one.state) for one in made.alarms.fired if one.alarm == name]


def suppressed(wait: int, extension: int) -> dict[str, Any]:
    return {
        "ActionsSuppressor": "deploying",
        "ActionsSuppressorWaitPeriod": wait,
        "ActionsSuppressorExtensionPeriod": extension,
        "OKActions": [TOPIC],
    }


def deploying(made: World, *minutes: int) -> None:
    """A suppressor that rings in those minutes, told by what callers publish."""
    times = [int(minute(one) * 1000) for one in minutes]
    made.add_series("slactl", "Deploying", {}, "Count", times, [1.0] * len(times))
    told: dict[str, Any] = {"Namespace": "slactl", "MetricName": "Deploying", "Dimensions": []}
    put(made, "deploying", **told, TreatMissingData="notBreaching", EvaluationPeriods=1)


@pytest.mark.parametrize(
    ("minutes", "wait", "extension", "wanted"),
    [
        ((), 0, 0, [(1, "OK"), (11, "ALARM"), (21, "OK")]),
        ((), 120, 60, [(3, "OK"), (13, "ALARM"), (23, "OK")]),  # nobody came within two minutes
        (range(5, 15), 0, 0, [(1, "OK"), (18, "ALARM"), (21, "OK")]),  # its last datapoints ring on for two minutes
        (range(5, 15), 0, 120, [(1, "OK"), (20, "ALARM"), (21, "OK")]),
        (range(5, 15), 0, 240, [(1, "OK")]),  # it is over before anybody was told
        (range(11, 15), 120, 0, [(3, "OK"), (18, "ALARM"), (23, "OK")]),  # it comes while it is waited for
        (range(5, 30), 0, 0, [(1, "OK")]),
    ],
)
def test_a_suppressor_holds_actions_back(minutes: Any, wait: int, extension: int, wanted: list[Any]) -> None:
    made = world()
    deploying(made, *minutes)
    composite(made, "page", "ALARM(a)", **suppressed(wait, extension))
    found = advance(made, minute(60))
    assert told_of(found, "page") == [(1, "OK"), (11, "ALARM"), (21, "OK")]
    assert fired(made, "page") == wanted


def mute(made: World, name: str, expression: str, duration: str, *targets: str) -> None:
    schedule = {"Expression": expression, "Duration": duration, "Timezone": "Europe/Rome"}
    told = {"Name": name, "Rule": {"Schedule": schedule}, "MuteTargets": {"AlarmNames": list(targets)}}
    made.alarms.rules[name] = read_rule(told, made.now)


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ([], [(1, "OK"), (11, "ALARM"), (21, "OK")]),
        ([("at(2026-11-03T11:05)", "PT10M")], [(1, "OK"), (15, "ALARM"), (21, "OK")]),  # it still rings at the end
        ([("at(2026-11-03T11:05)", "PT20M")], [(1, "OK")]),  # it is over at the end
        ([("at(2026-11-03T11:15)", "PT20M")], [(1, "OK"), (11, "ALARM"), (35, "OK")]),
        ([("at(2026-11-03T11:05)", "PT8M"), ("cron(10 11 * * TUE)", "PT7M")], [(1, "OK"), (17, "ALARM"), (21, "OK")]),
        ([("cron(0 11 * * *)", "PT30M")], [(30, "OK")]),
        ([("cron(*/1 11 * * *)".replace("*/1", "*"), "PT3M")], [(62, "OK")]),  # windows that overlap all the hour
    ],
)
def test_mute_rules_withhold_actions_until_they_end(rules: list[tuple[str, str]], wanted: list[Any]) -> None:
    made = world()
    composite(made, "page", "ALARM(a)", OKActions=[TOPIC])
    for number, (expression, duration) in enumerate(rules):
        mute(made, f"rule {number}", expression, duration, "page")
    assert told_of(advance(made, minute(90)), "page") == [(1, "OK"), (11, "ALARM"), (21, "OK")]
    assert fired(made, "page") == wanted


def test_a_mute_rule_that_is_deleted_lets_go() -> None:
    made = world()
    composite(made, "page", "ALARM(a)")
    mute(made, "night", "at(2026-11-03T11:05)", "P1D", "page")
    advance(made, minute(14))
    assert fired(made, "page") == []
    del made.alarms.rules["night"]
    advance(made, minute(16))
    assert fired(made, "page") == [(15, "ALARM")]


def test_only_its_targets_are_muted() -> None:
    made = world()
    composite(made, "page", "ALARM(a)")
    composite(made, "ticket", "ALARM(a)")
    mute(made, "night", "at(2026-11-03T11:00)", "P1D", "page")
    advance(made, minute(60))
    assert (fired(made, "page"), fired(made, "ticket")) == ([], [(11, "ALARM")])


def test_actions_that_are_switched_off_are_not_made_up_for() -> None:
    made = world()
    composite(made, "page", "ALARM(a)", ActionsEnabled=False)
    advance(made, minute(15))
    made.alarms.alarms["page"].definition["ActionsEnabled"] = True
    advance(made, minute(18))
    assert fired(made, "page") == []


def test_the_end_of_a_mute_rule_fires_at_an_odd_second_too() -> None:
    made = world()
    composite(made, "page", "ALARM(a)")
    mute(made, "short", "at(2026-11-03T11:05)", "P1D", "page")
    made.alarms.rules["short"].told["ExpireDate"] = datetime(2026, 11, 3, 10, 13, 20, tzinfo=UTC).timestamp()
    advance(made, minute(60))
    assert fired(made, "page") == [(14, "ALARM")]


def test_one_look_evaluates_composites_too() -> None:
    made = world()
    made.now = minute(15)
    composite(made, "page", "ALARM(a)")
    assert [(one.alarm, one.after) for one in evaluate_now(made)] == [("a", "ALARM"), ("b", "ALARM"), ("page", "ALARM")]
    assert fired(made, "page") == [(15, "ALARM")]
