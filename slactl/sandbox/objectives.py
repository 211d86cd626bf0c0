"""Service level objectives, as far as their windows of exclusion go.

The one rule: a window that is added lies ahead, ten are the most, and one is removed only as it was told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.paging import page

if TYPE_CHECKING:
    from slactl.sandbox.world import World

PAGE, MOST_SLOS, MOST_CHANGES, MOST_WINDOWS = 50, 50, 10, 10


@dataclass
class Objective:
    """An SLO; ``windows`` as they were added."""

    name: str
    evaluation: str = "RequestBased"
    tags: dict[str, str] = field(default_factory=dict)
    windows: list[dict[str, Any]] = field(default_factory=list)


def objective_arn(world: World, name: str) -> str:
    """An SLO's ARN."""
    return f"arn:aws:application-signals:{world.region}:{world.account}:slo/{name}"


def _named(world: World, key: str) -> Objective:
    found = world.objectives.get(key.rpartition(":slo/")[2])
    if found is None:
        raise AwsError("ResourceNotFoundException", f"There is no SLO {key}.", 404)
    return found


def _list(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    shown, following = page(sorted(world.objectives), params, min(int(params.get("MaxResults") or PAGE), PAGE))
    told = [
        {"Arn": objective_arn(world, name), "Name": name, "EvaluationType": world.objectives[name].evaluation}
        for name in shown
    ]
    return {"SloSummaries": told, **following}


def _windows(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    found = _named(world, params["Id"]).windows
    shown, following = page(found, params, min(int(params.get("MaxResults") or MOST_WINDOWS), MOST_WINDOWS))
    return {"ExclusionWindows": shown, **following}


def _update(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    keys = params.get("SloIds") or []
    add, remove = params.get("AddExclusionWindows") or [], params.get("RemoveExclusionWindows") or []
    if not 1 <= len(keys) <= MOST_SLOS or max(len(add), len(remove)) > MOST_CHANGES:
        raise validation_error(f"At most {MOST_SLOS} SLOs and {MOST_CHANGES} windows each way can be named.")
    if any(one.get("StartTime", world.now) < world.now for one in add):
        raise validation_error("StartTime must not lie in the past.")
    done, failed = [], []
    for key in keys:
        try:
            _change(_named(world, key), add, remove)
            done.append(key)
        except AwsError as error:
            failed.append({"SloId": key, "ErrorCode": error.modern, "ErrorMessage": error.message})
    return {"SloIds": done, "Errors": failed}


def _change(slo: Objective, add: list[dict[str, Any]], remove: list[dict[str, Any]]) -> None:
    if any(one not in slo.windows for one in remove):
        raise AwsError("ResourceNotFoundException", "There is no such exclusion window.", 404)
    left = [*(one for one in slo.windows if one not in remove), *add]
    if len(left) > MOST_WINDOWS:
        raise validation_error(f"At most {MOST_WINDOWS} exclusion windows can be kept.")
    slo.windows = left


def _tags(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    tags = _named(world, params["ResourceArn"]).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


OPERATIONS: dict[str, Callable[[World, Mapping[str, Any]], dict[str, Any]]] = {
    "ListServiceLevelObjectives": _list,
    "ListServiceLevelObjectiveExclusionWindows": _windows,
    "BatchUpdateExclusionWindows": _update,
    "ListTagsForResource": _tags,
}
"""What the sandbox answers of SLOs, by the operation's name."""
