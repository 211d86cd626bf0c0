"""Application Signals: service level objectives, their tags and budget reports.

The one rule: an update keeps what it does not name, and the type of an SLO never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.objectives import Objective, objective_arn
from slactl.sandbox.paging import page
from slactl.sandbox.slobook import Slo
from slactl.sandbox.slobudget import budget
from slactl.sandbox.slochecks import check_fields, check_name, check_tags
from slactl.sandbox.wire import required

if TYPE_CHECKING:
    from slactl.sandbox.world import World

MOST_SLOS, MOST_OF_SERVICE, MOST_REPORTS, MOST_RESULTS = 250, 100, 50, 50
KEPT = (
    "Description",
    "SliConfig",
    "RequestBasedSliConfig",
    "Goal",
    "BurnRateConfigurations",
    "AutoInvestigationEnabled",
)
WEEK = {"Interval": {"RollingInterval": {"DurationUnit": "DAY", "Duration": 7}}}
USUAL = {"AttainmentGoal": 99.0, "WarningThreshold": 50.0}
Params = Mapping[str, Any]


def create(world: World, params: Params) -> dict[str, Any]:
    """The answer of CreateServiceLevelObjective.

    Raises:
        AwsError: ValidationException, ConflictException, ServiceQuotaExceededException.
    """
    name, slos = required(params, "Name"), world.objectives
    check_name(name)
    fields = {key: params[key] for key in KEPT if key in params}
    fields["Goal"] = {**WEEK, **USUAL, **(params.get("Goal") or {})}
    check_fields(fields)
    tags = check_tags(params.get("Tags") or ())
    if name in slos:
        raise AwsError("ConflictException", f"An SLO named {name} exists.", 409)
    same = sum(1 for one in _made(world).values() if _service(one.fields) and _service(one.fields) == _service(fields))
    if len(slos) >= MOST_SLOS or same >= MOST_OF_SERVICE:
        raise AwsError("ServiceQuotaExceededException", "The quota of SLOs is reached.", 402)
    kind = "RequestBased" if "RequestBasedSliConfig" in fields else "PeriodBased"
    now = world.now
    made = Slo(name, kind, tags, fields=fields, created=now, updated=now, since=now)
    slos[name] = made
    return {"Slo": _told(world, made)}


def update(world: World, params: Params) -> dict[str, Any]:
    """The answer of UpdateServiceLevelObjective.

    Raises:
        AwsError: ValidationException, ResourceNotFoundException.
    """
    slo = _whole(world, params["Id"])
    fields = slo.fields | {key: params[key] for key in KEPT if key in params}
    if "Goal" in params:
        fields["Goal"] = {**slo.fields["Goal"], **params["Goal"]}
    check_fields(fields)  # a second type beside the first is refused here
    before = [slo.fields.get("SliConfig"), slo.fields.get("RequestBasedSliConfig"), slo.fields["Goal"]["Interval"]]
    after = [fields.get("SliConfig"), fields.get("RequestBasedSliConfig"), fields["Goal"]["Interval"]]
    slo.fields, slo.updated = fields, world.now
    slo.since = slo.since if before == after else world.now
    return {"Slo": _told(world, slo)}


def get(world: World, params: Params) -> dict[str, Any]:
    """The answer of GetServiceLevelObjective; raises ``AwsError``: ResourceNotFoundException."""
    return {"Slo": _told(world, _whole(world, params["Id"]))}


def delete(world: World, params: Params) -> dict[str, Any]:
    """The answer of DeleteServiceLevelObjective; raises as ``get`` does."""
    del world.objectives[_found(world, params["Id"]).name]
    return {}


def listed(world: World, params: Params) -> dict[str, Any]:
    """The answer of ListServiceLevelObjectives.

    Raises:
        AwsError: ValidationException, InvalidNextToken.
    """
    size = int(params.get("MaxResults", MOST_RESULTS))
    if not 1 <= size <= MOST_RESULTS:
        raise validation_error(f"MaxResults must be between 1 and {MOST_RESULTS}, found {size}.")
    shown, following = page([one for _, one in sorted(world.objectives.items())], params, size)
    summaries = [
        {
            "Arn": objective_arn(world, one.name),
            "Name": one.name,
            "EvaluationType": one.evaluation,
            "MetricSourceType": "CloudWatchMetric",
        }
        for one in shown
    ]
    return {"SloSummaries": summaries, **following}


def reports(world: World, params: Params) -> dict[str, Any]:
    """The answer of BatchGetServiceLevelObjectiveBudgetReport; raises ``AwsError``: ValidationException."""
    ids, at = required(params, "SloIds"), float(required(params, "Timestamp"))
    if not 1 <= len(ids) <= MOST_REPORTS:
        raise validation_error(f"SloIds must name 1 to {MOST_REPORTS}.")
    names = [_name(one) for one in ids]
    slos = _made(world)
    unknown = [
        {
            "Name": one,
            "Arn": objective_arn(world, one),
            "ErrorCode": "ResourceNotFoundException",
            "ErrorMessage": "no SLO",
        }
        for one in names
        if one not in slos
    ]
    told = [
        {
            "Arn": objective_arn(world, one),
            "Name": one,
            "EvaluationType": slos[one].evaluation,
            **budget(world, slos[one], at),
        }
        for one in names
        if one in slos
    ]
    return {"Timestamp": at, "Reports": told, "Errors": unknown}


def list_tags(world: World, params: Params) -> dict[str, Any]:
    """The answer of ListTagsForResource; raises as ``get`` does."""
    tags = _found(world, params["ResourceArn"]).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


def tag(world: World, params: Params) -> dict[str, Any]:
    """The answer of TagResource; raises as ``get`` does, and ServiceQuotaExceededException."""
    slo = _found(world, params["ResourceArn"])
    after = slo.tags | check_tags(params["Tags"])
    check_tags([{"Key": key, "Value": value} for key, value in after.items()])
    slo.tags = after
    return {}


def untag(world: World, params: Params) -> dict[str, Any]:
    """The answer of UntagResource; raises as ``get`` does."""
    slo = _found(world, params["ResourceArn"])
    slo.tags = {key: value for key, value in slo.tags.items() if key not in params["TagKeys"]}
    return {}


Handler = Callable[["World", Params], dict[str, Any]]
OPERATIONS: dict[str, Handler] = {
    "CreateServiceLevelObjective": create,
    "UpdateServiceLevelObjective": update,
    "GetServiceLevelObjective": get,
    "DeleteServiceLevelObjective": delete,
    "ListServiceLevelObjectives": listed,
    "BatchGetServiceLevelObjectiveBudgetReport": reports,
    "ListTagsForResource": list_tags,
    "TagResource": tag,
    "UntagResource": untag,
}


def _name(told: str) -> str:
    """A name, or that of an ARN."""
    return told.partition(":slo/")[2] or told


def _found(world: World, told: str) -> Objective:
    slo = world.objectives.get(_name(told))
    if slo is None:
        raise AwsError("ResourceNotFoundException", f"The SLO {_name(told)} was not found.", 404)
    return slo


def _whole(world: World, told: str) -> Slo:
    """An SLO that was created by a call."""
    slo = _found(world, told)
    assert isinstance(slo, Slo)
    return slo


def _made(world: World) -> dict[str, Slo]:
    return {name: one for name, one in world.objectives.items() if isinstance(one, Slo)}


def _service(fields: Params) -> Any:
    """The service that it is of; None of one on any metric."""
    config = fields.get("SliConfig", {}).get("SliMetricConfig", {})
    asked = fields.get("RequestBasedSliConfig", {}).get("RequestBasedSliMetricConfig", {})
    return config.get("KeyAttributes") or asked.get("KeyAttributes")


def _told(world: World, slo: Slo) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Arn": objective_arn(world, slo.name),
        "Name": slo.name,
        "CreatedTime": slo.created,
        "LastUpdatedTime": slo.updated,
        "EvaluationType": slo.evaluation,
        "Goal": slo.fields["Goal"],
        "BurnRateConfigurations": slo.fields.get("BurnRateConfigurations") or [],
    }
    told |= {"Description": slo.fields["Description"]} if "Description" in slo.fields else {}
    if slo.request_based:
        metric = slo.fields["RequestBasedSliConfig"]["RequestBasedSliMetricConfig"]
        return told | {"RequestBasedSli": {"RequestBasedSliMetric": metric}}
    config = slo.fields["SliConfig"]
    rest = {key: config[key] for key in ("MetricThreshold", "ComparisonOperator") if key in config}
    return told | {"Sli": {"SliMetric": config["SliMetricConfig"], **rest}}
