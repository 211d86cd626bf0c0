"""What is there that packs make promises about, by the calls of the shipped list.

The one rule: a kind of thing that nobody would list is told as refused beside all others, and ends nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from slactl.aws.session import AwsWorld
from slactl.ports.platform import Platform
from slactl.sources.configuration.asking import Asker
from slactl.sources.platform import edge, gateways, media, regional, tenants, watching

AT_ONCE = 8


class AccountPlatform:
    """A ``PlatformDirectory`` over an account and region, and over Cloudflare where there is a token."""

    def __init__(
        self, world: AwsWorld, asker: Asker, *, prefix: str = "slactl", cloudflare: media.Cloudflare | None = None
    ) -> None:
        """A directory.

        Args:
            world: the clients, for what is listed without the list of calls.
            asker: who asks what is on it.
            prefix: what the names of alarms begin with.
            cloudflare: whom of Cloudflare's accounts to ask for; None where nobody can be asked.
        """
        self._world, self._asker, self._prefix, self._cloudflare = world, asker, prefix, cloudflare

    def platform(self) -> Platform:
        """What is there; kinds of things are looked for side by side."""
        asker, cloudflare = self._asker, self._cloudflare
        looks: dict[str, Callable[[], object]] = {
            "functions": lambda: regional.functions(asker),
            "tables": lambda: regional.tables(asker),
            "clusters": lambda: regional.clusters(asker),
            "canaries": lambda: regional.canaries(asker),
            "distributions": lambda: edge.distributions(asker),
            "names": lambda: edge.names(asker),
            "gateways": lambda: gateways.gateways(asker, self._world),
            "tenants": lambda: tenants.tenants(asker),
            "alarms": lambda: watching.alarms(asker, self._prefix),
        }
        if cloudflare is not None:
            looks["media"] = lambda: media.buckets(asker, cloudflare)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = dict(zip(looks, pool.map(lambda look: look(), looks.values()), strict=True))
        return Platform(**found)


__all__ = ["AccountPlatform"]
