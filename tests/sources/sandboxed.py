"""Real boto3 clients over a sandbox in this process, and clients that say what a test wants.

The one rule: everything of slactl is the real thing; only the socket, the pace and the backoff are not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import pytest

from slactl.aws.session import AwsWorld, Caller, Timing
from slactl.model.catalogue import AwsSettings
from slactl.sandbox.app import Application, application
from slactl.sandbox.inprocess import URL, connect
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.aws.clock import Clock
from tests.fakes import SHOP, STAGE, Hit

Answer = dict[str, Any]


def world_of(hits: Iterable[Hit], now: int, *, edge: bool = False, **told: Any) -> World:
    """The sandbox's world of some requests, of the shop or of its stage."""
    name, place = (STAGE.api, STAGE.stage) if edge else (SHOP.name, SHOP.environment)
    rows = [(hit.at * 1000, hit.operation or "", hit.ms, hit.status, name, place) for hit in hits]
    log = RequestLog.from_rows(rows)
    return World(RequestLog.empty() if edge else log, log if edge else None, now=now, **told)


def over(world: World, monkeypatch: pytest.MonkeyPatch, timing: Timing | None = None) -> tuple[AwsWorld, Application]:
    """Clients whose calls the sandbox answers without a socket; botocore's backoff doesn't wait."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", URL)
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda _seconds: None, time=time.time))
    app = application(world)
    made = AwsWorld(AwsSettings(region="eu-west-1"), "test", timing or Clock().timing)
    connect(made._session.events, app)
    return made, app


class Scripted(AwsWorld):
    """Clients whose ``get_metric_data`` is a function of the request."""

    def __init__(self, answer: Callable[[Answer], Answer], clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        super().__init__(AwsSettings(region="eu-west-1"), "test", self.clock.timing)
        self.asked: list[Answer] = []
        self._answer = answer

    def client(self, name: str, region: str | None = None) -> Any:
        return SimpleNamespace(get_metric_data=self._get)

    def _get(self, **request: Any) -> Answer:
        self.asked.append(request)
        return self._answer(request)

    caller = Caller("123456789012", "arn:aws:iam::123456789012:user/test")


def result(name: str, points: dict[int, float], status: str = "Complete") -> Answer:
    """One MetricDataResult."""
    stamps = [datetime.fromtimestamp(second, UTC) for second in points]
    return {"Id": name, "StatusCode": status, "Timestamps": stamps, "Values": list(points.values())}


def page(*results: Answer, token: str | None = None, **told: Any) -> Answer:
    """One page of an answer."""
    return {"MetricDataResults": list(results), **({"NextToken": token} if token else {}), **told}


def visible(request: Answer) -> list[str]:
    """The ids that a request wants back."""
    return [query["Id"] for query in request["MetricDataQueries"] if query.get("ReturnData", True)]
