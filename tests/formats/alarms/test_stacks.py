"""Alarms as CloudFormation and Terraform: no finding of cfn-lint, and the same fields as a put."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from slactl.alarming.form import form_of
from slactl.formats.alarms import cloudformation, terraform
from slactl.formats.alarms.stack import Inexpressible
from slactl.model.alarm import AnyOf, CompositeAlarm, DesiredAlarm, MathTerm, MetricAlarm, Rings, Severity
from tests.alarming.scenes import availability, enforcement, errors, known, latency, percentile, wanted
from tests.alarming.test_entries_ringing import put as put_entries
from tests.alarming.test_entries_ringing import shown
from tests.formats.alarms.provider import FILE, Evaluated, puts_of, read
from tests.workflows.enforcing.wishes import composite, metric

ODD = (
    "GET /users/${id}",
    "GET /regions/${AWS::Region}/%{if}",
    "GET /$${x}/%%{y}/$$${z}",
    'POST /"quoted"\\back',
    "GET /über/日本/🚀",
    "GET /" + "x" * 700,
    "GET /$",
)
PROMISES = (availability(), latency(), errors(), percentile(95), percentile(99))
EVERY = dict.fromkeys(("p95", "p99", "slow-share"), Severity.TICKET)


def everything(daily: bool = False) -> tuple[DesiredAlarm, ...]:
    """Alarms of every kind, for operations with odd names; of entries of packs too."""
    chosen = enforcement(EVERY | ({"daily": Severity.TICKET} if daily else {}))
    return (*wanted(PROMISES, known(ODD), chosen).alarms, *of_packs())


@cache
def of_packs() -> tuple[DesiredAlarm, ...]:
    kinds = ("indicator", "entry-broken")
    packs = ("dynamodb", "memorydb", "cloudfront", "r2")
    return tuple(one for name in packs for one in put_entries(shown(name), name, kinds).alarms)


def findings(template: str) -> list[str]:
    return [f"{one.rule.id} {one.message}" for one in lint(template, None, ["eu-west-1"])]


def joined(value: Any) -> Any:
    """A value as CloudFormation resolves it."""
    if isinstance(value, dict) and set(value) == {"Fn::Join"}:
        between, parts = value["Fn::Join"]
        return between.join(parts)
    if isinstance(value, dict):
        return {key: joined(inner) for key, inner in value.items()}
    return [joined(inner) for inner in value] if isinstance(value, list) else value


def put(alarm: DesiredAlarm, owner: str) -> dict[str, Any]:
    """The put of apply, as a stack's: with the tag that says who keeps it."""
    tags = {**alarm.tags, "slactl:owner": owner}
    return {**form_of(alarm.alarm), "Tags": [{"Key": key, "Value": tags[key]} for key in sorted(tags)]}


def by_name(puts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {str(one["AlarmName"]): one for one in puts}


def test_cloudformation_has_no_findings_and_the_fields_of_a_put() -> None:
    alarms = everything(daily=True)
    [text] = cloudformation.render(alarms)
    assert findings(text) == []
    found = json.loads(text)["Resources"]
    assert by_name([joined(one["Properties"]) for one in found.values()]) == by_name(
        [put(one, "cloudformation") for one in alarms]
    )
    assert cloudformation.render(alarms) == (text,)


def test_a_template_that_is_wrong_is_found() -> None:
    """Guards against a lint that finds nothing."""
    [text] = cloudformation.render([metric("a")])
    assert findings(text.replace("GreaterThanOrEqualToThreshold", "GreaterThanEverything")) != []
    assert findings(text.replace("watches a", "watches ${AWS::Region}")) != []


def test_children_are_made_before_their_composite() -> None:
    alarms = [metric("a"), metric("b"), composite("page", ("a", "b"))]
    [text] = cloudformation.render(alarms)
    found = json.loads(text)["Resources"]
    ids = {one["Properties"]["AlarmName"]: key for key, one in found.items()}
    assert found[ids["slactl page"]]["DependsOn"] == sorted([ids["slactl a"], ids["slactl b"]])
    told = json.loads(terraform.render(alarms))["resource"]
    [page] = told["aws_cloudwatch_composite_alarm"].values()
    kept = {f"aws_cloudwatch_metric_alarm.{key}" for key in told["aws_cloudwatch_metric_alarm"]}
    assert set(page["depends_on"]) == kept
    assert len(kept) == 2


def test_more_than_a_template_holds_is_split_in_the_order_of_making() -> None:
    names = [f"alarm {number}" for number in range(701)]
    alarms = [*(metric(name) for name in names), composite("page", ("alarm 3",), ("alarm 699",))]
    parts = [json.loads(text) for text in cloudformation.render(alarms)]
    assert [len(one["Resources"]) for one in parts] == [500, 202]
    assert "part 2 of 2" in parts[1]["Description"]
    [page] = [one for one in parts[1]["Resources"].values() if "Composite" in one["Type"]]
    assert page["DependsOn"] == [cloudformation.logical_id("slactl alarm 699")]


def test_a_template_is_no_longer_than_cloudformation_takes() -> None:
    one = metric("a")
    alarm = one.alarm
    assert isinstance(alarm, MetricAlarm)
    terms = (MathTerm("e", "m" * 2048, "ü" * 2000),)
    long = [replace(one, alarm=replace(alarm, name=f"slactl {number}", terms=terms)) for number in range(300)]
    parts = cloudformation.render(long)
    assert len(parts) > 1
    assert all(len(text.encode()) <= 1_000_000 for text in parts)
    assert sum(len(json.loads(text)["Resources"]) for text in parts) == 300


def test_no_alarms_are_a_file_all_the_same() -> None:
    assert [json.loads(text)["Resources"] for text in cloudformation.render(())] == [{}]
    assert json.loads(terraform.render(()))["resource"] == {}


def test_what_cloudformation_would_look_up_is_refused() -> None:
    alarm = metric("a")
    spoilt = replace(alarm, alarm=replace(alarm.alarm, description="{{resolve:ssm:secret}}"))
    with pytest.raises(Inexpressible, match="slactl a: CloudFormation would look"):
        cloudformation.render([metric("b"), spoilt])


def test_terraform_reads_the_fields_of_a_put() -> None:
    alarms = everything(daily=True)
    text = terraform.render(alarms)
    document = json.loads(text)
    Draft202012Validator(FILE).validate(document)
    assert by_name(puts_of(document)) == by_name([put(one, "terraform") for one in alarms])
    assert terraform.render(alarms) == text


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda block: block.update(period=61), "period"),
        (lambda block: block.update(evaluation_window={}), "a field it has not"),
        (lambda block: block.pop("statistic"), "a statistic"),
        (lambda block: block.update(metric_query=[{"id": "a"}]), "two forms"),
    ],
)
def test_a_block_that_is_wrong_is_found(spoil: Any, why: str) -> None:
    """Guards against a schema that takes everything."""
    document = json.loads(terraform.render([metric("a")]))
    [block] = document["resource"]["aws_cloudwatch_metric_alarm"].values()
    spoil(block)
    assert not Draft202012Validator(FILE).is_valid(document), why


def test_what_one_provider_has_no_words_for_its_sister_keeps() -> None:
    alarms = everything(daily=True)
    document = json.loads(terraform.render(alarms))["resource"]
    clocks = [one for one in document["awscc_cloudwatch_alarm"].values() if "evaluation_window" in one]
    assert {one["evaluation_window"]["wall_clock_window"]["timezone"] for one in clocks} == {"Europe/Rome"}
    assert terraform.needs_sister(alarms) == len(document["awscc_cloudwatch_alarm"]) > 0
    assert not any("evaluation_window" in one for one in document["aws_cloudwatch_metric_alarm"].values())
    named = {f"{kind}.{key}" for kind, blocks in document.items() for key in blocks}
    asked = {one for block in document["aws_cloudwatch_composite_alarm"].values() for one in block["depends_on"]}
    assert asked <= named


def with_expression(length: int) -> DesiredAlarm:
    one = metric("a")
    assert isinstance(one.alarm, MetricAlarm)
    return replace(one, alarm=replace(one.alarm, terms=(MathTerm("e", "m" * length, period=300),), returned="e"))


@pytest.mark.parametrize(("length", "sisters"), [(1024, 0), (1025, 1), (2048, 1)])
def test_long_expressions_go_where_they_fit(length: int, sisters: int) -> None:
    assert terraform.needs_sister([with_expression(length)]) == sisters
    Draft202012Validator(FILE).validate(json.loads(terraform.render([with_expression(length)])))


@pytest.mark.parametrize("render", [terraform.render, cloudformation.render])
def test_an_expression_that_is_too_long_for_all_is_named(render: Callable[[list[DesiredAlarm]], object]) -> None:
    with pytest.raises(Inexpressible, match=r"slactl a: .*more than 2048"):
        render([with_expression(2049)])


@given(st.text('$%{}a"\\', max_size=12))
def test_no_text_is_an_expression_to_terraform(text: str) -> None:
    assert read(terraform.escaped(text)) == text
    assert json.loads(json.dumps(terraform.escaped({text: [text]}))) == {terraform.escaped(text): [
        terraform.escaped(text)
    ]}  # fmt: skip


def test_an_expression_is_noticed() -> None:
    """Guards against a reader that takes everything."""
    with pytest.raises(Evaluated):
        read("GET /${id}")


@given(st.lists(st.text(min_size=1, max_size=300), min_size=2, max_size=20, unique=True))
def test_ids_are_legal_and_differ(names: list[str]) -> None:
    logical = [cloudformation.logical_id(name) for name in names]
    local = [terraform.local_name(name) for name in names]
    assert len({*logical}) == len({*local}) == len(names)
    assert all(one.isalnum() and one.isascii() and len(one) <= 255 for one in logical)
    assert all(one.replace("_", "a").isalnum() and one.isascii() and one[0].isalpha() for one in local)


def test_a_composite_at_its_limits_passes() -> None:
    children = [metric("x" * 60 + f" {number:03}") for number in range(100)]
    rule = AnyOf(tuple(Rings(one.name) for one in children))
    page = composite("page", ("a",))
    assert isinstance(page.alarm, CompositeAlarm)
    alarms = [*children, replace(page, alarm=replace(page.alarm, rule=rule))]
    [text] = cloudformation.render(alarms)
    assert findings(text) == []
    Draft202012Validator(FILE).validate(json.loads(terraform.render(alarms)))


def test_a_threshold_is_the_number_that_cloudwatch_holds() -> None:
    one = metric("a")
    assert isinstance(one.alarm, MetricAlarm)
    third = replace(one, alarm=replace(one.alarm, threshold=Fraction(1, 3)))
    [text] = cloudformation.render([third])
    [found] = json.loads(text)["Resources"].values()
    assert found["Properties"]["Threshold"] == 1 / 3
