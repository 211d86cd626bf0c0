"""Application Signals: which services and operations there were.

The one rule: only what was invoked in the range is listed, and the range is rounded to the hour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slactl.sandbox import objectives
from slactl.sandbox.buckets import HOUR
from slactl.sandbox.catalogue import SIGNALS
from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.paging import page
from slactl.sandbox.sources import StreamKey
from slactl.sandbox.wire import required
from slactl.sandbox.world import World

DEFAULT_RESULTS = 50
MOST_RESULTS = 100


def list_services(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ListServices.

    Raises:
        AwsError: ValidationException, InvalidNextToken.
    """
    start, end = _range(params)
    named = dict.fromkeys((key.service, key.environment) for key in _invoked(world, start, end))
    summaries = [_summary(world, *name) for name in sorted(named)]
    shown, following = page(summaries, params, _size(params))
    return {"StartTime": start, "EndTime": end, "ServiceSummaries": shown, **following}


def list_service_operations(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ListServiceOperations; raises as ``list_services`` does."""
    start, end = _range(params)
    place = _place(params)
    found = sorted(key.operation for key in _invoked(world, start, end) if key[:2] == place)
    shown, following = page(found, params, _size(params))
    operations = [_operation(world, *place, operation) for operation in shown]
    return {"StartTime": start, "EndTime": end, "ServiceOperations": operations, **following}


def get_service(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of GetService.

    Raises:
        AwsError: ValidationException, or ResourceNotFoundException.
    """
    start, end = _range(params)
    place = _place(params)
    if not any(key[:2] == place for key in _invoked(world, start, end)):
        raise AwsError("ResourceNotFoundException", f"The service {place[0]} was not found.", 404)
    return {"StartTime": start, "EndTime": end, "Service": _summary(world, *place), "LogGroupReferences": []}


Handler = Callable[[World, Mapping[str, Any]], dict[str, Any]]
OPERATIONS: dict[str, Handler] = {
    "ListServices": list_services,
    "ListServiceOperations": list_service_operations,
    "GetService": get_service,
    **objectives.OPERATIONS,
}


def _range(params: Mapping[str, Any]) -> tuple[int, int]:
    start, end = (int((required(params, name) + HOUR / 2) // HOUR) * HOUR for name in ("StartTime", "EndTime"))
    if params["StartTime"] >= params["EndTime"]:
        raise validation_error("StartTime must be before EndTime.")
    return start, end


def _size(params: Mapping[str, Any]) -> int:
    size = int(params.get("MaxResults", DEFAULT_RESULTS))
    if not 1 <= size <= MOST_RESULTS:
        raise validation_error(f"MaxResults must be between 1 and {MOST_RESULTS}, found {size}.")
    return size


def _place(params: Mapping[str, Any]) -> tuple[str, str]:
    attributes = required(params, "KeyAttributes")
    if not {"Type", "Name", "Environment"} <= set(attributes):
        raise validation_error("KeyAttributes must hold Type, Name and Environment.")
    return attributes["Name"], attributes["Environment"]


def _invoked(world: World, start: float, end: float) -> list[StreamKey]:
    first = int(max(start, world.seen_from) * 1000)
    last = int(min(end, world.now) * 1000)
    return [key for key in world.signals.operations() if world.signals.stream(*key).active(first, last)]


def _summary(world: World, service: str, environment: str) -> dict[str, Any]:
    place = {"Environment": environment, "Service": service}
    return {
        "KeyAttributes": {"Type": "Service", "Name": service, "Environment": environment},
        "AttributeMaps": [],
        "ServiceGroups": [],
        "MetricReferences": _references(world, place),
    }


def _operation(world: World, service: str, environment: str, operation: str) -> dict[str, Any]:
    place = {"Environment": environment, "Operation": operation, "Service": service}
    return {"Name": operation, "MetricReferences": _references(world, place)}


def _references(world: World, place: Mapping[str, str]) -> list[dict[str, Any]]:
    named = [{"Name": name, "Value": value} for name, value in place.items()]
    return [
        {
            "Namespace": SIGNALS,
            "MetricType": metric.upper(),
            "MetricName": metric,
            "Dimensions": named,
            "AccountId": world.account,
        }
        for metric in ("Latency", "Fault", "Error")
    ]
