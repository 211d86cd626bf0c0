"""All that should ring: composites that name their causes, children without actions, nothing unsaid."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.alarming.desired import COMPOSITE, desired
from slactl.alarming.plan import plan
from slactl.alarming.ruletext import LONGEST, MOST_CHILDREN, children, text_of
from slactl.configuration import load_catalogue
from slactl.model.alarm import CompositeAlarm, DesiredAlarm, Severity
from slactl.model.alarmplan import Wanted
from slactl.model.checking import CheckSettings, Publishing
from slactl.model.enforcement import ServiceAlarms, Told
from slactl.model.objective import InForce
from slactl.model.service import Service
from tests.alarming.scenes import (
    DAY,
    PAGE,
    TICKET,
    availability,
    catalogue,
    enforcement,
    errors,
    known,
    latency,
    percentile,
    signals,
    wanted,
)
from tests.alarming.simulator import Account, stands

ALL = [availability(), latency(), errors(), percentile()]
ALONE = ("budget-left", "silent-checks")
"""The kinds that tell by themselves."""


def composites(found: Wanted) -> dict[str, CompositeAlarm]:
    """The composites by name."""
    return {one.name: one.alarm for one in found.alarms if isinstance(one.alarm, CompositeAlarm)}


def of_kind(found: Wanted, kind: str) -> list[DesiredAlarm]:
    """The alarms of a kind."""
    return [one for one in found.alarms if one.kind == kind]


def test_two_composites_name_all_causes() -> None:
    found = wanted(ALL, known(2))
    tops = composites(found)
    assert list(tops) == ["slactl api page", "slactl api ticket"]
    named = [name for top in tops.values() for name in children(top.rule)]
    others = [one.name for one in found.alarms if one.kind not in (COMPOSITE, *ALONE)]
    assert sorted(named) == sorted(others)
    assert text_of(tops["slactl api page"].rule) == (
        '(ALARM("slactl api uptime burn 1h/5m over 1h") AND ALARM("slactl api uptime burn 1h/5m over 5m"))'
        ' OR (ALARM("slactl api uptime burn 6h/30m over 6h") AND ALARM("slactl api uptime burn 6h/30m over 30m"))'
        ' OR (ALARM("slactl api latency burn 1h/5m over 1h") AND ALARM("slactl api latency burn 1h/5m over 5m"))'
        ' OR (ALARM("slactl api latency burn 6h/30m over 6h") AND ALARM("slactl api latency burn 6h/30m over 30m"))'
        ' OR ALARM("slactl api uptime slices down 2 of 3") OR ALARM("slactl api uptime no traffic")'
    )


def test_only_composites_and_what_may_ring_for_weeks_carry_actions() -> None:
    found = wanted(ALL, known(2))
    acting = {one.name: one.alarm.actions for one in found.alarms if one.alarm.actions.all}
    budgets = {one.name for one in of_kind(found, "budget-left")}
    assert set(acting) == {"slactl api page", "slactl api ticket", "slactl silent-checks"} | budgets
    assert len(budgets) == 2 * len(ALL)
    assert {acting[name].alarm for name in budgets} == {(TICKET,)}
    assert acting["slactl api page"].alarm == acting["slactl api page"].ok == (PAGE,)
    assert acting["slactl silent-checks"].alarm == (TICKET,)


def test_a_service_tells_its_own_people() -> None:
    own = {"api": ServiceAlarms(notify=Told(("arn:own",), ("arn:too",)))}
    found = wanted(ALL, known(), enforcement(services=own))
    assert composites(found)["slactl api page"].actions.alarm == ("arn:own",)
    assert of_kind(found, "silent-checks")[0].alarm.actions.alarm == (TICKET,)
    nobody = wanted(ALL, known(), replace(enforcement(), notify=Told()))
    assert [(one.code, one.text) for one in nobody.warnings] == [
        ("nobody-told", "alarms.notify names nobody for page of api: it rings unheard"),
        ("nobody-told", "alarms.notify names nobody for ticket of api: it rings unheard"),
        ("nobody-told", "alarms.notify names nobody for ticket, of slactl itself: it rings unheard"),
    ]


def test_the_end_is_told_where_that_is_possible() -> None:
    ops = "arn:aws:ssm:eu-west-1:123456789012:opsitem:2"
    own = {"api": ServiceAlarms(notify=Told((PAGE, ops), ("arn:aws:lambda:eu-west-1:123456789012:function:x",)))}
    tops = composites(wanted(ALL, known(), enforcement(services=own)))
    assert (tops["slactl api page"].actions.alarm, tops["slactl api page"].actions.ok) == ((PAGE, ops), (PAGE,))
    assert len(tops["slactl api ticket"].actions.ok) == 1


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "of api, no-traffic, p95, p99, slow-share count GET /h0 too, the report does not"),
        (4, "of api, no-traffic, p95, p99, slow-share count GET /h0, GET /h1, GET /h2 (+1) too,"),
        (5, "of api, the alarms as a whole count GET /h0, GET /h1, GET /h2 (+2) too, the report does not"),
    ],
)
def test_what_the_agreement_ignores_and_alarms_count_is_told(count: int, told: str) -> None:
    watched = replace(known(), left_out=tuple(signals(f"GET /h{number}") for number in range(count)))
    found = wanted(ALL, watched)
    assert [one.code for one in found.warnings] == ["ignored-counted"]
    assert found.warnings[0].text.startswith(told)
    metrics = {
        len(one.alarm.terms) - 1 for one in of_kind(found, "burn-rate") if not isinstance(one.alarm, CompositeAlarm)
    }
    assert metrics == {2 + 2 * count if count < 5 else 2}


def test_an_advisory_promise_wakes_nobody() -> None:
    found = wanted([replace(availability(), advisory=True)], known())
    assert list(composites(found)) == ["slactl api ticket"]
    assert {one.severity for one in found.alarms} == {Severity.TICKET}
    assert {one.tags["slactl:severity"] for one in found.alarms} == {"ticket"}


def test_every_alarm_is_tagged() -> None:
    found = wanted(ALL, known(1))
    assert of_kind(found, "slices-down")[0].tags == {
        "slactl:managed": "true",
        "slactl:kind": "slices-down",
        "slactl:service": "api",
        "slactl:severity": "page",
        "slactl:objective": "uptime",
        "slactl:clause": "ISMS SLA Uptime",
    }
    assert of_kind(found, "silent-checks")[0].tags == {
        "slactl:managed": "true",
        "slactl:kind": "silent-checks",
        "slactl:severity": "ticket",
    }
    assert all(one.tags["slactl:managed"] == "true" for one in found.alarms)


def test_descriptions_say_what_and_whom() -> None:
    own = {"api": ServiceAlarms("Missions team", "https://wiki.example.com/api")}
    found = wanted(ALL, known(1), enforcement(services=own))
    assert found.alarms[0].alarm.description == (
        "Uptime >= 99.9% (ISMS SLA, Uptime: “≥ 99,9% annuale”). Rings when 1.44 % of the requests of 1h, at least 10 "
        "of them, failed (the same over 5m must hold too). That spends 2 % of the budget of a 30-day month in 1h. "
        "Owner: Missions team. Runbook: https://wiki.example.com/api."
    )
    assert composites(found)["slactl api page"].description == (
        "Rings when one of 10 alarms does, each pair of windows as one. Uptime >= 99.9% (ISMS SLA, Uptime: “≥ 99,9% "
        "annuale”). API latency >= 99%. The alarms behind it say what each means for the budget. Owner: Missions team. "
        "Runbook: https://wiki.example.com/api."
    )


def test_owner_and_runbook_are_never_cut_off() -> None:
    long = replace(availability(), title={"en": "T" * 900}, reference=None)
    own = {"api": ServiceAlarms("o" * 100, "https://e.com/" + "r" * 386)}
    found = wanted([long, replace(latency(), title={"en": "L" * 900})], known(1), enforcement(services=own))
    tail = f" Owner: {'o' * 100}. Runbook: https://e.com/{'r' * 386}."
    for one in (one for one in found.alarms if one.service):
        assert len(one.alarm.description) <= 1024
        assert one.alarm.description.endswith(tail)


def test_what_is_not_in_force_is_not_watched() -> None:
    later = replace(availability(), in_force=InForce(date(2026, 11, 1), None))
    assert of_kind(wanted([later], known()), "burn-rate") == []
    young = Service("api", "a", "prod", since=date(2026, 10, 15))
    assert [one.kind for one in desired(catalogue([availability()], [young]), enforcement(), {}, DAY).alarms] == [
        "silent-checks"
    ]


def test_promises_that_nothing_watches_are_told() -> None:
    off = enforcement({"budget-left": Severity.NONE})
    found = wanted([percentile(50), availability(">= 100%"), latency()], known(), off)
    told = {(one.objective, one.code): one.text for one in found.unwatched if not one.kind}
    assert set(told) == {("p50", "not-enforced")}
    assert told["p50", "not-enforced"] == "no kind of alarm that is switched on watches such a promise"
    assert ("uptime", "burn-rate", "nothing-allowed") in {
        (one.objective, one.kind, one.code) for one in found.unwatched
    }
    classed = wanted([latency(operation_class="read")], known(), off)
    (text,) = [one.text for one in classed.unwatched if one.code == "not-enforced"]
    assert "for the class read, which has no series of its own" in text


def test_without_any_knowledge_only_published_figures_are_watched() -> None:
    found = wanted(ALL, None)
    assert {one.kind for one in found.alarms} == {*ALONE}
    assert {one.code for one in found.unwatched} >= {"not-found"}


def test_published_dimensions_are_watched() -> None:
    check = CheckSettings("state.json", publish=Publishing("Mine", (("Team", "platform"),)))
    agreed = replace(catalogue([availability()]), check=check)
    found = desired(agreed, replace(enforcement(), namespace="Mine"), {}, DAY)
    for kind in ("budget-left", "silent-checks"):
        term = of_kind(found, kind)[0].alarm.terms[0]  # type: ignore[union-attr]
        assert (term.metric.namespace, term.metric.dimensions[0]) == ("Mine", ("Team", "platform"))  # type: ignore[union-attr]


def test_kinds_that_are_off_are_silent() -> None:
    nothing = enforcement(dict.fromkeys(enforcement().kinds, Severity.NONE))
    assert wanted(ALL, known(3), nothing).alarms == ()
    every = wanted(ALL, known(3), enforcement(dict.fromkeys(enforcement().kinds, Severity.TICKET)))
    of_entries = {"indicator", "entry-broken"}
    assert {one.kind for one in every.alarms} == {*enforcement().kinds, COMPOSITE} - {"p99", *of_entries}


def check_limits(found: Wanted) -> None:
    """Everything is as CloudWatch takes it, and composites reach every alarm of their service."""
    names = [one.name for one in found.alarms]
    assert len(set(names)) == len(names)
    seen: set[str] = set()
    for one in found.alarms:
        assert 0 < len(one.name) <= 255
        assert len(one.alarm.description) <= 1024
        if isinstance(one.alarm, CompositeAlarm):
            assert len(text_of(one.alarm.rule)) <= LONGEST
            assert len(children(one.alarm.rule)) <= MOST_CHILDREN
            assert set(children(one.alarm.rule)) <= seen
        seen.add(one.name)
    held = {name for one in composites(found).values() for name in children(one.rule)}
    roots = {"slactl api page", "slactl api ticket"} & set(names)
    assert set(names) - held == roots | {one.name for one in found.alarms if one.kind in ALONE}


@pytest.mark.parametrize("top", [50, 1000])
@pytest.mark.parametrize("count", [0, 1, 50, 51, 500])
def test_many_endpoints(count: int, top: int) -> None:
    chosen = enforcement()
    kind = chosen.kinds["endpoint-errors"]
    kinds = {**chosen.kinds, "endpoint-errors": replace(kind, options={**kind.options, "top": top})}
    found = wanted(ALL, known(count), replace(chosen, kinds=kinds))
    check_limits(found)
    assert len(of_kind(found, "endpoint-errors")) == min(count, top) + (count > top)
    assert ("slactl api ticket part 1" in composites(found)) is (count == 500 and top == 1000)


@settings(max_examples=15)
@given(st.lists(st.text(min_size=1, max_size=1024), min_size=1, max_size=30, unique=True))
def test_odd_operations(operations: list[str]) -> None:
    found = wanted(ALL, known(operations))
    check_limits(found)
    account = Account()
    account.apply(plan(found.alarms, account.standing))
    assert plan(found.alarms, account.standing).to_do == ()


def test_the_longest_names_are_split_by_the_length_of_the_rule() -> None:
    found = wanted(ALL, known(["GET /" + "è" * 900 + str(number) for number in range(50)]))
    check_limits(found)
    parts = [one for name, one in composites(found).items() if " part " in name]
    assert len(parts) == 2
    assert all(not one.actions.all for one in parts)


def test_the_bundled_targets(tmp_path: Path) -> None:
    (tmp_path / "slactl.yaml").write_text("version: 1\nservices: {api: {environment: prod}}\n", encoding="utf-8")
    found = desired(load_catalogue(tmp_path / "slactl.yaml"), enforcement(), {"api": known(3)}, DAY)
    check_limits(found)
    per_objective = {name: sum(one.objective == name for one in found.alarms) for name in (
        "uptime", "api-latency", "api-latency-p99", "response-time", "response-time-read", "error-rate",
        "error-rate-endpoints", "monitoring-coverage",
    )}  # fmt: skip
    assert per_objective == {
        "uptime": 10,  # four of burn rates, one of slices, one of silence, two slow, two of the budget
        "api-latency": 8,
        "api-latency-p99": 2,
        "response-time": 2,
        "response-time-read": 2,
        "error-rate": 2,
        "error-rate-endpoints": 5,
        "monitoring-coverage": 2,
    }
    assert not [one for one in found.unwatched if one.code == "not-enforced"]


def test_the_same_gives_the_same() -> None:
    assert wanted(ALL, known(60)) == wanted(ALL, known(60))
    changed = wanted(ALL, known(60), replace(enforcement(), prefix="other"))
    assert all(re.match("other ", one.name) for one in changed.alarms)


def test_a_plan_of_wanted_alarms_is_all_keep_once_applied() -> None:
    found = wanted(ALL, known(60))
    first = plan(found.alarms, [])
    assert len(first.creates) == len(found.alarms)
    account = Account()
    account.apply(first)
    assert len(plan(found.alarms, account.standing).keeps) == len(found.alarms)
    assert plan(found.alarms, [stands(one) for one in found.alarms]).to_do == ()
    less = wanted(ALL, known(10))
    second = plan(less.alarms, account.standing)
    account.apply(second)
    assert plan(less.alarms, account.standing).to_do == ()
    assert Fraction(len(second.deletes), len(found.alarms)) > 0
