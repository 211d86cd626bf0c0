"""What makes every read hopeless ends the command: one message with a hint, and nothing else anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.signals import OPERATIONS, list_service_operations
from slactl.sandbox.world import World
from tests.failures.small import SINCE, configuration, world
from tests.failures.stage import Outcome, Stage

NAMES = set(configuration())

DENIED = [
    ("deny=GetMetricData", "GetMetricData answered AccessDenied", "the caller may not call GetMetricData"),
    ("deny=ListServiceOperations", "ListServiceOperations answered AccessDenied", "ListServiceOperations; add it"),
    ("deny=GetCallerIdentity", "GetCallerIdentity answered AccessDenied", "the caller may not call GetCallerIdentity"),
    ("expired-token=yes", "ExpiredToken", "the credentials have expired; sign in again"),
    ("fail=GetCallerIdentity", "asking who is calling", "try again later"),
    ("server-error=100%", "GetCallerIdentity answered InternalFailure", "try again later"),
    ("throttle=100%", "GetCallerIdentity answered Throttling", "try again later"),
    ("drop=100%", "the endpoint could not be reached", "check the network"),
]


@pytest.fixture
def shop(stage: Stage) -> Stage:
    stage.configure()
    stage.show(world())
    return stage


@pytest.fixture(params=["", "warning"], ids=["plain", "fail-on"])
def arguments(request: pytest.FixtureRequest) -> list[str]:
    """With and without a caller who believes the exit code."""
    return ["--fail-on", request.param] if request.param else []


def written(stage: Stage, arguments: list[str]) -> Outcome:
    """A report of all formats into a directory that is not there yet."""
    return stage.run("report", "--month", "2026-10", "--format", "html,json,md,csv", "-o", "out/deep", *arguments)


def one_message(done: Outcome, stage: Stage, arguments: list[str], message: str, hint: str) -> None:
    """One message, one hint, the exit code of a failure, no data and no file."""
    assert done.code == (3 if arguments else 1)
    assert done.out == ""
    errors = [line for line in done.err.splitlines() if line.startswith("slactl: error: ")]
    hints = [line for line in done.err.splitlines() if line.startswith("hint: ")]
    assert len(errors) == 1, done.err
    assert message in errors[0]
    assert len(hints) == 1, done.err
    assert hint in hints[0]
    assert "Traceback" not in done.err
    assert stage.files() == NAMES


@pytest.mark.parametrize(("trouble", "message", "hint"), DENIED, ids=[trouble for trouble, _, _ in DENIED])
def test_a_refusal_ends_the_report(shop: Stage, arguments: list[str], trouble: str, message: str, hint: str) -> None:
    shop.misbehave(Behaviour.parse([trouble]))
    one_message(written(shop, arguments), shop, arguments, message, hint)


def test_no_credentials(shop: Stage, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    one_message(written(shop, arguments), shop, arguments, "no AWS credentials were found", "AWS_PROFILE")


def test_half_of_the_credentials(shop: Stage, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    one_message(written(shop, arguments), shop, arguments, "no AWS credentials were found", "AWS_PROFILE")


def test_no_region(shop: Stage, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    shop.configure({"slactl.yaml": configuration()["slactl.yaml"].replace("aws: {region: eu-west-1}\n", "")})
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    one_message(written(shop, arguments), shop, arguments, "no AWS region is set", "aws.region")


def test_an_unknown_profile(shop: Stage, arguments: list[str]) -> None:
    shop.configure({"slactl.yaml": configuration(aws=", profile: nobody")["slactl.yaml"]})
    one_message(written(shop, arguments), shop, arguments, "nobody", "aws.profile")


def test_an_unreachable_endpoint(shop: Stage, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    one_message(written(shop, arguments), shop, arguments, "the endpoint could not be reached", "AWS_ENDPOINT_URL")


def test_an_endpoint_that_is_no_address(shop: Stage, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "no address")
    one_message(written(shop, arguments), shop, arguments, "Invalid endpoint", "AWS_ENDPOINT_URL")


def test_another_account_than_expected(shop: Stage, arguments: list[str]) -> None:
    shop.configure({"slactl.yaml": configuration(aws=', expected_account: "999999999999"')["slactl.yaml"]})
    message = "the credentials belong to account 123456789012, expected 999999999999"
    one_message(written(shop, arguments), shop, arguments, message, "aws.expected_account")
    assert shop.server is not None
    assert {call.operation for call in shop.server.calls} == {"GetCallerIdentity"}


def test_credentials_that_expire_in_the_middle(
    shop: Stage, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discovery still worked; the reads of metrics after it do not."""
    assert shop.server is not None
    shown = shop.server.world

    def last_answer(seen: World, params: Mapping[str, Any]) -> dict[str, Any]:
        shown.behaviour = Behaviour(access_denied=frozenset(), expired_token=True)
        return list_service_operations(seen, params)

    shop.configure({"slactl.yaml": configuration()["slactl.yaml"].replace(SINCE, "2026-10-31")})
    monkeypatch.setitem(OPERATIONS, "ListServiceOperations", last_answer)
    message = "reading metrics: GetMetricData answered ExpiredToken"
    one_message(written(shop, arguments), shop, arguments, message, "the credentials have expired")
