"""The world the sandbox shows: requests, a clock, and how CloudWatch treats them.

The one rule: a world has no clock of its own; ``now`` is given, may be set again while a server
shows the world, and nothing at or after it can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from slactl.sandbox.alarmbook import AlarmBook
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.buckets import Anchoring, oldest_kept
from slactl.sandbox.catalogue import (
    Catalogue,
    GatewayKind,
    Metric,
    MetricKey,
    add_gateway,
    add_signals,
    dimensions,
)
from slactl.sandbox.objectives import Objective
from slactl.sandbox.published import Published
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.sources import LogSource, Source, with_lambda_samples
from slactl.sandbox.streams import Values, value_stream
from slactl.sandbox.wire import Answer, Request

__all__ = ["Behaviour", "World"]
_NOTHING = Catalogue()
Furnishing = Callable[["World"], None]
"""Puts into moto what there is in the account; called when moto is first asked."""
Hook = Callable[["World", Request], Answer | None]
"""Answers a call of configuration that moto does not know, or readies moto for it and answers None."""


class World:
    """Requests and the rules they are shown by.

    ``now`` and ``behaviour`` may be set at any time; with ``evaluates`` an application evaluates alarms that were put
    once before it tells of them (``evaluation.advance`` plays them while the clock goes on).
    """

    def __init__(  # noqa: PLR0913 - a world has as many rules as CloudWatch
        self,
        requests: RequestLog | Source,
        gateway: RequestLog | Source | None = None,
        now: float = 0,
        *,
        account: str = "123456789012",
        region: str = "eu-west-1",
        anchoring: Anchoring = "start",
        values: Values = "exact",
        lambda_style: bool = False,
        gateway_kind: GatewayKind = "rest",
        behaviour: Behaviour | None = None,
        first_seen: float | None = None,
        linked: Mapping[str, World] | None = None,
    ) -> None:
        """A world.

        Args:
            requests: what the services answered.
            gateway: what API Gateway answered; service is the API, environment the stage.
            now: the clock, seconds since the epoch.
            account: twelve digits.
            region: metrics of other regions are empty.
            anchoring: where buckets begin.
            values: exact latencies, or what a histogram leaves of them.
            lambda_style: whether the services are Lambda functions, which report more samples than
                requests (a log of requests only).
            gateway_kind: REST or HTTP API.
            behaviour: what goes wrong.
            first_seen: nothing was measured before; seconds since the epoch.
            linked: worlds of other accounts, readable with ``AccountId``.
        """
        self.now: float = now
        self.account = account
        self.region = region
        self.anchoring: Anchoring = anchoring
        self.values: Values = values
        self.behaviour = behaviour or Behaviour()
        self.first_seen = first_seen
        self.linked = dict(linked or {})
        self.gateway_kind: GatewayKind = gateway_kind
        self.alarms: AlarmBook = AlarmBook()
        self.evaluates = False
        self.objectives: dict[str, Objective] = {}
        self.published = Published()
        self.abroad: dict[str, Catalogue] = {}
        self.furnishings: list[Furnishing] = []
        self.hooks: list[Hook] = []
        self.signals = _source(requests, lambda_style)
        self.gateway = _source(gateway, False) if gateway is not None else None
        self.catalogue = Catalogue()
        add_signals(self.catalogue, self.signals)
        if self.gateway is not None:
            add_gateway(self.catalogue, self.gateway, gateway_kind)

    def add_series(
        self,
        namespace: str,
        name: str,
        names: Mapping[str, str],
        unit: str,
        times_ms: npt.ArrayLike,
        values: npt.ArrayLike,
        region: str = "",
    ) -> None:
        """Publishes samples of any further metric.

        Args:
            namespace: such as ``AWS/DynamoDB``.
            name: the metric's name.
            names: its dimensions.
            unit: a CloudWatch unit, such as ``Count``.
            times_ms: when, milliseconds since the epoch, in any order.
            values: the samples.
            region: where it is published; empty: the world's.
        """
        times = np.asarray(times_ms, dtype=np.int64)
        order = np.argsort(times, kind="stable")
        stream = value_stream(times[order], np.asarray(values, dtype=np.float64)[order])
        key = MetricKey(namespace, name, dimensions(names))
        self.metrics_to(region).add(key, Metric(stream, "value", unit))

    def metrics_in(self, region: str) -> Catalogue:
        """The metrics of a region; empty: the world's. Metrics of one region are unknown in every other."""
        return self.catalogue if region in ("", self.region) else self.abroad.get(region, _NOTHING)

    def metrics_to(self, region: str) -> Catalogue:
        """The metrics of a region, to add some."""
        return self.catalogue if region in ("", self.region) else self.abroad.setdefault(region, Catalogue())

    @property
    def known_from(self) -> float:
        """Nothing before this time is known; seconds since the epoch."""
        return max(self.first_seen or 0, self.behaviour.forget or 0)

    @property
    def seen_from(self) -> float:
        """The first second of which anything can still be read."""
        return max(self.known_from, oldest_kept(self.now))


def _source(requests: RequestLog | Source, lambda_style: bool) -> Source:
    if isinstance(requests, RequestLog):
        return LogSource(with_lambda_samples(requests) if lambda_style else requests)
    return requests
