"""Cloudflare for the commands: its token and address come from the environment.

The one rule: nothing is asked, and no variable is read, before something of Cloudflare's is needed; the token is
never said.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slactl.ports import MetricReader
    from slactl.ports.general import MetricDirectory
    from slactl.sources.cloudflare.client import CloudflareClient

TOKEN, URL = "CLOUDFLARE_API_TOKEN", "SLACTL_CLOUDFLARE_URL"


def cloudflare_reader(now: int) -> MetricReader:
    """Reads Cloudflare's counts; ``now`` in seconds since the epoch.

    Raises:
        AwsFailure: if the address that the environment names is none that a token may be sent to.
    """
    from slactl.sources.cloudflare.reader import CloudflareReader

    return CloudflareReader(_client(), now)


def cloudflare_directory() -> MetricDirectory:
    """Knows which of Cloudflare's metrics a term speaks of."""
    from slactl.sources.cloudflare.directory import CloudflareDirectory

    return CloudflareDirectory()


def cloudflare_look(operation: str, parameters: Mapping[str, object]) -> object:
    """What Cloudflare answers to a call of a control.

    Raises:
        Refusal: if it does not, or the address that the environment names is none that a token may be sent to.
    """
    from slactl.aws.failures import AwsFailure
    from slactl.sources.cloudflare.buckets import look
    from slactl.sources.cloudflare.client import CloudflareFailure
    from slactl.sources.configuration.asking import Refusal, failed

    try:
        return look(_client(), operation, parameters)
    except CloudflareFailure as failure:
        raise Refusal(failure.reason) from None
    except AwsFailure as failure:
        raise failed(failure.message) from None


def _client() -> CloudflareClient:
    from slactl.sources.cloudflare.token import ENDPOINT

    return _made(os.environ.get(TOKEN, ""), os.environ.get(URL) or ENDPOINT)


@cache
def _made(token: str, address: str) -> CloudflareClient:
    """One client for a token and an address, so that everything keeps one pace."""
    from slactl import __version__
    from slactl.aws.failures import AwsFailure
    from slactl.aws.session import Timing
    from slactl.cli import clock
    from slactl.sources.cloudflare.client import CloudflareClient
    from slactl.sources.cloudflare.token import Token, endpoint_of

    try:
        endpoint = endpoint_of(address)
    except ValueError as error:
        raise AwsFailure(f"{URL}: {error}", "leave it unset to speak to Cloudflare itself") from None
    return CloudflareClient(Token(token), endpoint, Timing(*clock.TIMING), __version__, os.environ)
