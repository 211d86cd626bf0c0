"""The list of calls that controls may make: every one exists, only reads, and tells no secret."""

from __future__ import annotations

import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from botocore.model import ServiceModel, Shape
from botocore.session import get_session

from slactl.configuration.calls import BUNDLED_CALLS, NEVER, NEVER_OF, read_calls, read_only_calls, wrong_parameters
from slactl.configuration.mistakes import ConfigurationError
from slactl.model.readonly import READING_VERBS

LIST = read_only_calls()
AWS = [one for one in LIST.calls.values() if one.service != "cloudflare"]
SERVICES = sorted({one.service for one in AWS})


@cache
def model_of(service: str) -> ServiceModel:
    return get_session().get_service_model(service)


def unseen(shape: Shape, withheld: frozenset[str], around: tuple[str, ...] = ()) -> Iterator[str]:
    """Members of an answer that AWS calls sensitive, or that hold bytes, and that are not withheld."""
    if shape.metadata.get("sensitive") or shape.type_name == "blob":
        yield ".".join(around)
    if shape.name in around:
        return
    members = getattr(shape, "members", None) or {}
    for name, member in members.items() if isinstance(members, dict) else ():
        if name not in withheld:
            yield from unseen(member, withheld, (*around, shape.name, name))
    for part in ("member", "value"):
        inner = getattr(shape, part, None)
        if isinstance(inner, Shape):
            yield from unseen(inner, withheld, (*around, shape.name))


@pytest.mark.parametrize("service", SERVICES)
def test_every_call_exists_and_tells_nothing_that_aws_calls_sensitive(service: str) -> None:
    model = model_of(service)
    for one in (one for one in AWS if one.service == service):
        operation = model.operation_model(one.operation)
        assert operation.output_shape is not None, one.name
        assert not operation.has_event_stream_output, one.name
        assert not operation.has_streaming_output, one.name
        assert list(unseen(operation.output_shape, one.withheld)) == [], one.name


def test_what_is_named_in_an_arn_is_a_parameter_of_the_call() -> None:
    for one in AWS:
        given = model_of(one.service).operation_model(one.operation).input_shape
        known = {*(given.members if given else ()), "partition", "region", "account"}
        named = {name for on in one.on for _, name, _, _ in string.Formatter().parse(on) if name}
        assert named <= known, one.name


def test_calls_only_read_and_are_none_that_tell_secrets() -> None:
    assert len(AWS) > 50
    for one in LIST.calls.values():
        assert one.operation.startswith(READING_VERBS)
        assert one.name not in NEVER
        assert one.service not in NEVER_OF
        assert one.actions or one.service == "cloudflare"


@pytest.mark.parametrize("name", sorted(one for one in NEVER if one.split(":")[0] in SERVICES))
def test_what_is_never_allowed_exists(name: str) -> None:
    service, _, operation = name.partition(":")
    assert operation in model_of(service).operation_names


def test_views_are_made_of_calls_of_the_list() -> None:
    assert all(LIST.behind(name) for name in LIST.views)
    assert all(call in LIST for view in LIST.views.values() for call in view.calls)
    assert LIST.behind("dynamodb:DescribeTable")[0].actions == ("dynamodb:DescribeTable",)
    assert LIST.behind("dynamodb:GetItem") == ()


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        ("dynamodb: {DeleteTable: {action: 'dynamodb:DeleteTable'}}", "does not only read"),
        ("lambda: {InvokeFunction: {action: x}}", "does not only read"),
        ("dynamodb: {GetItem: {action: 'dynamodb:GetItem'}}", "could tell a secret"),
        ("secretsmanager: {DescribeSecret: {action: x}}", "could tell a secret"),
        ("ssm: {GetParameter: {action: x}}", "could tell a secret"),
        ("kms: {GetPublicKey: {action: x}}", "could tell a secret"),
        ("dynamodb: {DescribeTable: {}}", "action"),
        ("dynamodb: {DescribeTable: {action: x, secret: y}}", "unknown key"),
    ],
)
def test_a_list_with_anything_else_is_refused(tmp_path: Path, calls: str, told: str) -> None:
    (tmp_path / BUNDLED_CALLS).write_text(f"version: 1\ncalls: {{{calls}}}\n")
    with pytest.raises(ConfigurationError, match=told):
        read_calls(tmp_path / BUNDLED_CALLS, "calls.yaml")


def test_a_view_of_a_call_that_is_not_on_the_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / BUNDLED_CALLS).write_text(
        "version: 1\ncalls: {dynamodb: {DescribeTable: {action: x}}}\n"
        "views: {tables: {takes: [Name], calls: ['dynamodb:DescribeTabel']}}\n"
    )
    with pytest.raises(ConfigurationError, match="not on the list"):
        read_calls(tmp_path / BUNDLED_CALLS, "calls.yaml")


def test_what_a_view_is_given_too_little_or_too_much_is_said() -> None:
    assert wrong_parameters(LIST, "view:memorydb-shards", {"ClusterName": "sessions"}) == ()
    assert wrong_parameters(LIST, "view:memorydb-shards", {"Cluster": "sessions"}) == (
        "view:memorydb-shards needs 'ClusterName'",
        "view:memorydb-shards knows no 'Cluster'",
    )
    assert wrong_parameters(LIST, "dynamodb:DescribeTable", {"anything": 1}) == ()
