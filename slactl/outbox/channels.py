"""The channels of a configuration, by name.

The one rule: making them asks nobody: addresses are looked up when something is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slactl.aws.session import AwsWorld
from slactl.model.checking import ChannelKind, Destination
from slactl.outbox.chat import ChatChannel
from slactl.outbox.secrets import Secrets
from slactl.outbox.sns import SnsChannel
from slactl.ports.notices import Channel


def channels_of(
    destinations: Sequence[Destination], world: AwsWorld, environ: Mapping[str, str], version: str
) -> dict[str, Channel]:
    """A channel for each destination; ``environ`` is the environment of the command."""
    secrets = Secrets(world, environ)
    return {one.name: _channel(one, world, secrets, environ, version) for one in destinations}


def _channel(one: Destination, world: AwsWorld, secrets: Secrets, environ: Mapping[str, str], version: str) -> Channel:
    if one.kind is ChannelKind.SNS:
        assert one.topic is not None
        return SnsChannel(world, one.topic)
    if one.kind is ChannelKind.WEBHOOK:
        from slactl.outbox.webhook import WebhookChannel

        return WebhookChannel(one, secrets, environ, version)
    assert one.keeper is not None
    return ChatChannel(one.kind, one.keeper, secrets)
