"""Clients: whose they are, how often they try, and what is said when there can be none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from slactl.aws.failures import AwsFailure
from slactl.aws.session import ATTEMPTS, AwsWorld, Caller
from slactl.model.catalogue import AwsSettings
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.aws.clock import Clock

ACCOUNT, ROLE = "123456789012", "arn:aws:iam::123456789012:role/slactl-report"


def world(
    region: str | None = "eu-west-1",
    profile: str | None = None,
    role_arn: str | None = None,
    expected_account: str | None = None,
) -> AwsWorld:
    return AwsWorld(AwsSettings(region, profile, role_arn, expected_account), "1.2.3", Clock().timing)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(World(RequestLog.empty(), account=ACCOUNT)) as made:
        yield made


@pytest.fixture
def sandbox(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    server.restart(World(RequestLog.empty(), account=ACCOUNT))
    return server


def profiles(monkeypatch: pytest.MonkeyPatch, directory: Path, text: str) -> None:
    (directory / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(directory / "config"))


def test_retries_and_connections_are_stated() -> None:
    config = world().client("cloudwatch").meta.config
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] == ATTEMPTS == 8
    assert config.max_pool_connections >= 8
    assert (config.connect_timeout, config.read_timeout) == (5, 60)
    assert config.user_agent_extra == "slactl/1.2.3"


def test_the_machine_s_own_retry_settings_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    retries = world().client("cloudwatch").meta.config.retries
    assert (retries["mode"], retries["total_max_attempts"]) == ("standard", ATTEMPTS)


def test_threads_share_one_client_for_each_service_and_region() -> None:
    made = world()
    with ThreadPoolExecutor(16) as pool:
        wanted = [("cloudwatch", None), ("cloudwatch", "us-east-1"), ("sts", None)] * 16
        found = list(pool.map(lambda pair: made.client(*pair), wanted))
    assert len({id(client) for client in found}) == 3
    assert {client.meta.region_name for client in found} == {"eu-west-1", "us-east-1"}


@pytest.mark.parametrize("expected", [None, ACCOUNT])
def test_the_caller_is_who_aws_says(sandbox: Server, expected: str | None) -> None:
    caller = world(expected_account=expected).caller
    assert isinstance(caller, Caller)
    assert (caller.account, caller.arn.split(":")[4]) == (ACCOUNT, ACCOUNT)


def test_another_account_than_expected_is_refused(sandbox: Server) -> None:
    with pytest.raises(AwsFailure, match=f"account {ACCOUNT}, expected 999999999999") as caught:
        _ = world(expected_account="999999999999").caller
    assert caught.value.code == "WrongAccount"
    assert "aws.expected_account" in caught.value.hint


def test_a_role_is_assumed_and_its_credentials_are_used(sandbox: Server) -> None:
    made = world(role_arn=ROLE)
    assert made.caller.account == ACCOUNT
    credentials = made._session.get_credentials()
    assert credentials is not None
    frozen = credentials.get_frozen_credentials()
    assert frozen.access_key != os.environ["AWS_ACCESS_KEY_ID"]
    assert frozen.token
    assert made.region == "eu-west-1"


def test_a_role_is_assumed_by_the_profile_that_is_named(
    sandbox: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profiles(
        monkeypatch,
        tmp_path,
        "[profile reporting]\nregion = eu-south-1\naws_access_key_id = a\naws_secret_access_key = b\n",
    )
    monkeypatch.setenv("AWS_PROFILE", "of-somebody-else")
    made = world(region=None, profile="reporting", role_arn=ROLE)
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert made.client("cloudwatch").meta.region_name == "eu-south-1"
    assert made.caller.account == ACCOUNT


def test_a_role_that_may_not_be_assumed_is_told_with_the_action(sandbox: Server) -> None:
    sandbox.restart(World(RequestLog.empty(), behaviour=Behaviour(expired_token=True)))
    with pytest.raises(AwsFailure, match="asking who is calling: AssumeRole answered ExpiredToken") as caught:
        _ = world(role_arn=ROLE).caller
    assert caught.value.hint == "the credentials have expired; sign in again"


def test_without_credentials_there_is_no_role(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(AwsFailure, match="no AWS credentials were found"):
        world(role_arn=ROLE).client("sts")
    with pytest.raises(AwsFailure, match="asking who is calling: no AWS credentials were found") as caught:
        _ = world().caller
    assert "aws sso login" in caught.value.hint


def test_without_a_region_there_is_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    made = world(region=None)
    assert made.region is None
    with pytest.raises(AwsFailure, match="opening the cloudwatch client: no AWS region is set") as caught:
        made.client("cloudwatch")
    assert caught.value.hint == "set AWS_REGION or aws.region in slactl.yaml"


def test_the_configuration_s_region_goes_before_the_machine_s() -> None:
    assert world(region="us-west-2").client("cloudwatch").meta.region_name == "us-west-2"
    assert world(region=None).client("cloudwatch").meta.region_name == "eu-west-1"


def test_a_profile_that_is_not_there_is_named() -> None:
    with pytest.raises(AwsFailure, match=r"opening the AWS session: .*\(nobody\)") as caught:
        world(profile="nobody").client("cloudwatch")
    assert "aws.profile" in caught.value.hint


def test_an_endpoint_that_is_no_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "no address")
    with pytest.raises(AwsFailure, match="opening the cloudwatch client") as caught:
        world().client("cloudwatch")
    assert "AWS_ENDPOINT_URL" in caught.value.hint
