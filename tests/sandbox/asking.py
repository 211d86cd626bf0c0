"""Asking a running sandbox with real boto3, in any of its protocols."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

from slactl.sandbox.server import Server
from slactl.sandbox.world import World

NOW = datetime(2026, 11, 4, 6, tzinfo=UTC)
SERVICE = {"Environment": "lambda:prod", "Service": "missions-api"}


class Loader(botocore.loaders.Loader):
    """Loads the CloudWatch model as if it knew one protocol only."""

    def __init__(self, protocol: str | None) -> None:
        super().__init__(extra_search_paths=[botocore.loaders.Loader.BUILTIN_DATA_PATH])
        self._protocol = protocol

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(service_name, type_name, api_version)
        if self._protocol and service_name == "cloudwatch" and type_name == "service-2":
            model["metadata"].update(protocol=self._protocol, protocols=[self._protocol])
        return model


def boto_session(protocol: str | None = None) -> boto3.Session:
    inner = botocore.session.Session()
    inner.register_component("data_loader", Loader(protocol))
    return boto3.Session("key", "secret", region_name="eu-west-1", botocore_session=inner)


def at(text: str) -> datetime:
    """A time in UTC, such as ``2026-11-03T10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Client:
    """A running sandbox and what a test asks it."""

    server: Server
    session: boto3.Session
    made: dict[str, Any] = field(default_factory=dict)

    def aws(self, service: str, region: str = "eu-west-1") -> Any:
        name = f"{service}@{region}"
        if name not in self.made:
            told = Config(retries={"total_max_attempts": 1}, read_timeout=20)
            client: Any = self.session.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.server.url,
                region_name=region,
                config=told,
            )
            self.made[name] = client
        return self.made[name]

    def close(self) -> None:
        for client in self.made.values():
            client.close()

    def data(self, queries: list[dict[str, Any]], start: str, end: str, **more: Any) -> Any:
        """One page of GetMetricData, oldest point first."""
        asked = {"ScanBy": "TimestampAscending", **more}
        return self.aws("cloudwatch").get_metric_data(
            MetricDataQueries=queries, StartTime=at(start), EndTime=at(end), **asked
        )

    def series(self, asked: dict[str, Any], start: str, end: str) -> list[tuple[str, float]]:
        """The points of one query, as (ISO minute, value)."""
        (result,) = self.data([asked], start, end)["MetricDataResults"]
        times = [time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") for time in result["Timestamps"]]
        return list(zip(times, result["Values"], strict=True))

    def values(self, asked: dict[str, Any], start: str, end: str) -> list[float]:
        return [value for _, value in self.series(asked, start, end)]


def query(
    name: str,
    stat: str,
    period: int = 300,
    *,
    id: str = "q",  # noqa: A002
    namespace: str = "ApplicationSignals",
    dimensions: dict[str, str] | None = None,
    operation: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A query of GetMetricData."""
    place = dict(SERVICE if dimensions is None else dimensions)
    if operation is not None:
        place["Operation"] = operation
    named = [{"Name": key, "Value": value} for key, value in place.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": named}
    unit = {"Unit": more.pop("unit")} if "unit" in more else {}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat, **unit}, **more}


class Show(Protocol):
    """Shows a world, over HTTP."""

    def __call__(self, world: World, protocol: str | None = None) -> Client: ...
