"""One session, one retry policy, one user agent; clients by name.

The one rule: mode and number of attempts are stated, never left to the SDK's default, which has
changed before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.clocks import AwsClock
from slactl.aws.failures import AwsFailure, translate
from slactl.aws.fastparse import quicken
from slactl.aws.fastparse.times import instant
from slactl.aws.pacing import Pacer
from slactl.aws.strangers import watch
from slactl.model.catalogue import AwsSettings

ATTEMPTS = 8
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Timing:
    """The machine's monotonic clock and sleep, handed in by the command line."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    def pacer(self, rate: float, burst: float | None = None) -> Pacer:
        return Pacer(rate, rate if burst is None else burst, self.monotonic, self.sleep)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who reads: the answer of STS."""

    account: str
    arn: str


class AwsWorld:
    """Clients of one account and region; built once each, safe to ask from any thread."""

    def __init__(self, settings: AwsSettings, version: str, timing: Timing) -> None:
        self._settings, self._version, self.timing = settings, version, timing
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._lock = Lock()
        self.server_clock = AwsClock(timing.monotonic)

    @cached_property
    def _session(self) -> boto3.session.Session:
        try:
            base = boto3.session.Session(profile_name=self._settings.profile, region_name=self._settings.region)
            return _in_utc(_assume(base, self._settings.role_arn) if self._settings.role_arn else base)
        except (BotoCoreError, ClientError) as error:
            raise translate(error, "opening the AWS session") from error

    @property
    def region(self) -> str | None:
        return self._session.region_name

    def client(self, name: str, region: str | None = None) -> Any:
        """The client of a service.

        Raises:
            AwsFailure: without a region or with a broken profile.
        """
        with self._lock:
            key = (name, region)
            if key not in self._clients:
                self._clients[key] = self._build(name, region)
            return self._clients[key]

    def _build(self, name: str, region: str | None) -> Any:
        config = Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=CONNECTIONS,
            user_agent_extra=f"slactl/{self._version}",
            # What is asked of CloudWatch is made from nouns, and validating it would take longer than reading answers.
            parameter_validation=name != "cloudwatch",
        )
        try:
            make: Callable[..., Any] = self._session.client
            client = make(name, region_name=region, config=config)
        except (BotoCoreError, ClientError, ValueError) as error:
            if isinstance(error, ValueError):
                hint = "check AWS_ENDPOINT_URL and the region"
                raise AwsFailure(f"opening the {name} client: {error}", hint) from error
            raise translate(error, f"opening the {name} client") from error
        watch(client.meta.events)
        self.server_clock.watch(client.meta.events)
        if name == "cloudwatch":
            quicken(client.meta.events)
        return client

    @cached_property
    def caller(self) -> Caller:
        """Who we are; checked against ``expected_account``.

        Raises:
            AwsFailure: if AWS doesn't know us, can't be reached, or the account is another one.
        """
        try:
            answer = self.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise translate(error, "asking who is calling") from error
        account, expected = answer["Account"], self._settings.expected_account
        if expected and account != expected:
            raise AwsFailure(
                f"the credentials belong to account {account}, expected {expected}",
                "use other credentials, or mend aws.expected_account in slactl.yaml",
                "WrongAccount",
            )
        return Caller(account, answer["Arn"])


def _in_utc(session: boto3.session.Session) -> boto3.session.Session:
    """The session with timestamps in UTC; botocore would turn each into the machine's time zone, at great length."""
    parsers = session._session.get_component("response_parser_factory")  # noqa: SLF001 - boto3 has no other way in
    parsers.set_parser_defaults(timestamp_parser=instant)
    return session


def _assume(base: boto3.session.Session, role: str) -> boto3.session.Session:
    """A session that holds a role's temporary credentials and renews them by itself."""
    inner = base._session  # noqa: SLF001 - the same
    credentials = base.get_credentials()
    if credentials is None:
        raise AwsFailure("no AWS credentials were found", "credentials are needed to assume aws.role_arn")
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=inner.create_client,
        source_credentials=credentials,
        role_arn=role,
        extra_args={"RoleSessionName": "slactl"},
    )
    assumed = botocore.session.Session(profile=inner.profile)
    renewed = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    # botocore has no public way to hand in credentials that renew themselves.
    assumed._credentials = renewed  # type: ignore[attr-defined]  # noqa: SLF001
    assumed.set_config_variable("region", base.region_name)
    return boto3.session.Session(botocore_session=assumed)
