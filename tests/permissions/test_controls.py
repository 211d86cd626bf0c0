"""What looking at the configuration needs of IAM: held against every call that the looks really make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from slactl.configuration.calls import read_only_calls
from slactl.model.general import Control, Expectation, Expects
from slactl.model.permission import Place, Purpose
from slactl.workflows.permitting import policy
from tests.workflows.general.test_controls import MODE, ONE, objective
from tests.workflows.general.test_sampling import catalogue

PLACE = Place("aws", "eu-west-1", "123456789012")
LIST = read_only_calls()
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/"


def allowed(*controls: Control, purpose: Purpose = Purpose.COLLECT, place: Place = PLACE) -> Mapping[str, set[str]]:
    """The resources of each action that only controls need."""
    agreed = catalogue(*(objective(one) for one in controls))
    found = policy(purpose, agreed, place, LIST)
    looks = [one for one in found.statements if one.sid.startswith("Controls")]
    assert len({one.sid for one in looks}) == len(looks)
    return {action: set(one.resources) for one in looks for action in one.actions}


def view(name: str, **parameters: object) -> Control:
    return Control(f"view:{name}", "@", Expectation(Expects.PRESENT), parameters)


@pytest.mark.parametrize("purpose", [Purpose.COLLECT, Purpose.REPORT, Purpose.CHECK])
def test_who_looks_may_look_at_the_tables_that_are_named_and_at_no_other(purpose: Purpose) -> None:
    tables = {f"{TABLE}missions", f"{TABLE}idempotency"}
    assert allowed(MODE, purpose=purpose) == {"dynamodb:DescribeTable": tables}
    ttl = replace(ONE, call="dynamodb:DescribeTimeToLive")
    assert allowed(MODE, ttl) == {"dynamodb:DescribeTable": tables, "dynamodb:DescribeTimeToLive": {f"{TABLE}missions"}}


@pytest.mark.parametrize("purpose", [Purpose.ENFORCE, Purpose.DISCOVER])
def test_whoever_does_not_look_may_not(purpose: Purpose) -> None:
    assert allowed(MODE, purpose=purpose) == {}


def test_without_controls_nothing_is_allowed() -> None:
    assert allowed() == {}


def test_a_control_elsewhere_is_allowed_there_and_an_arn_stands_for_itself() -> None:
    abroad = replace(ONE, region="us-east-1")
    assert allowed(abroad) == {"dynamodb:DescribeTable": {f"{TABLE.replace('eu-west-1', 'us-east-1')}missions"}}
    arn = "arn:aws:dynamodb:eu-south-1:999999999999:table/shared"
    assert allowed(replace(ONE, parameters={"TableName": arn})) == {"dynamodb:DescribeTable": {arn}}
    china = replace(PLACE, partition="aws-cn")
    assert allowed(ONE, place=china) == {
        "dynamodb:DescribeTable": {f"{TABLE.replace('arn:aws:', 'arn:aws-cn:')}missions"}
    }


@pytest.mark.parametrize("name", sorted(LIST.views))
def test_a_view_is_allowed_every_call_that_it_is_made_of(name: str) -> None:
    needed = {action for call in LIST.behind(name) for action in call.actions}
    assert allowed(Control(name, "@", Expectation(Expects.PRESENT))).keys() == needed


def test_what_only_an_answer_tells_is_a_star() -> None:
    found = allowed(view("route53-routing", HostedZoneId="/hostedzone/Z1", Name="api.example.com"))
    assert found == {
        "route53:GetHealthCheck": {"arn:aws:route53:::healthcheck/*"},
        "route53:ListResourceRecordSets": {"arn:aws:route53:::hostedzone/Z1"},
    }
    functions = allowed(
        view("api-gateway", restApiId="a1"),
        replace(ONE, call="lambda:GetFunctionConfiguration", parameters={"FunctionName": "api"}),
    )
    assert functions["lambda:GetFunctionConfiguration"] == {"arn:aws:lambda:eu-west-1:123456789012:function:*"}


def test_what_needs_no_permission_of_aws_is_not_in_it() -> None:
    assert allowed(replace(ONE, call="cloudflare:GetManagedDomain")) == {}
