"""What CloudWatch answers of alarms: put, described, set, tagged, deleted.

The one rule: a put overwrites all but state and tags, and what CloudWatch refuses is refused before anything is
changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from slactl.sandbox.alarmbook import ACTIONS, MUTED, Alarm
from slactl.sandbox.alarmchecks import check_composite, check_log, check_metric
from slactl.sandbox.alarmhistory import METRIC_ALARM, describe_history
from slactl.sandbox.compositerules import BadRule, name_of, parse_rule
from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.muterules import mute_operations
from slactl.sandbox.paging import page

if TYPE_CHECKING:
    from slactl.sandbox.world import World

LISTS = {METRIC_ALARM: "MetricAlarms", "CompositeAlarm": "CompositeAlarms", "LogAlarm": "LogAlarms"}
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
MOST_NAMES, PAGE, LARGEST_PAGE = 100, 50, 100
Operation = Callable[["World", Mapping[str, Any]], dict[str, Any]]
Check = Callable[["World", Mapping[str, Any]], None]


def alarm_arn(world: World, name: str) -> str:
    """An alarm's ARN."""
    return f"arn:aws:cloudwatch:{world.region}:{world.account}:alarm:{name}"


def _put(kind: str, check: Check) -> Operation:
    def operation(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
        check(world, params)
        world.alarms.put(kind, params, world.now)
        return {}

    return operation


def _describe(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    kinds = params.get("AlarmTypes") or [METRIC_ALARM]
    unknown = set(kinds) - LISTS.keys()
    if unknown:
        raise validation_error(f"{min(unknown)} is no AlarmType.")
    size = params.get("MaxRecords") or PAGE
    if not 1 <= size <= LARGEST_PAGE:
        raise validation_error(f"MaxRecords must be between 1 and {LARGEST_PAGE}.")
    if params.get("ChildrenOfAlarmName") or params.get("ParentsOfAlarmName"):
        return _related(world, params)
    found = [alarm for alarm in _chosen(world, params) if alarm.kind in kinds]
    shown, following = page(found, params, size)
    lists = {told: [_described(world, alarm) for alarm in shown if alarm.kind == kind] for kind, told in LISTS.items()}
    return {**lists, **following}


def _related(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """The alarms right below or above one, of all types: names and, below, states."""
    alarms, below, above = world.alarms.alarms, params.get("ChildrenOfAlarmName"), params.get("ParentsOfAlarmName")
    if below:
        found = [alarms[name] for name in children_of(alarms[below]) if name in alarms] if below in alarms else []
    else:
        found = [alarm for alarm in alarms.values() if above in children_of(alarm)]
    return {
        told: [
            {"AlarmName": one.name, "AlarmArn": alarm_arn(world, one.name)}
            | ({"StateValue": one.state} if below else {})
            for one in sorted(found, key=lambda one: one.name)
            if one.kind == kind
        ]
        for kind, told in LISTS.items()
    }


def _chosen(world: World, params: Mapping[str, Any]) -> Iterable[Alarm]:
    names, prefix = params.get("AlarmNames") or None, params.get("AlarmNamePrefix") or ""
    if names and prefix:
        raise validation_error("AlarmNames and AlarmNamePrefix cannot both be given.")
    if len(names or ()) > MOST_NAMES:
        raise validation_error(f"At most {MOST_NAMES} AlarmNames can be given.")
    action, state = params.get("ActionPrefix"), params.get("StateValue")
    for name, alarm in sorted(world.alarms.alarms.items()):
        actions = [arn for kind in ACTIONS.values() for arn in alarm.definition[kind]]
        wanted = (
            name in (names or [name]),
            name.startswith(prefix),
            state in (None, alarm.state),
            not action or any(arn.startswith(action) for arn in actions),
        )
        if all(wanted):
            yield alarm


def _described(world: World, alarm: Alarm) -> dict[str, Any]:
    return {
        **alarm.definition,
        "AlarmArn": alarm_arn(world, alarm.name),
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "StateValue": alarm.state,
        "StateReason": alarm.reason,
        **({"StateReasonData": alarm.reason_data} if alarm.reason_data else {}),
        "StateUpdatedTimestamp": alarm.updated,
        "StateTransitionedTimestamp": alarm.updated,
        **_suppressed(world, alarm),
    }


def _suppressed(world: World, alarm: Alarm) -> dict[str, Any]:
    why = world.alarms.held_by(alarm, world.now) if alarm.definition.get("ActionsSuppressor") else ""
    if why in ("", MUTED):
        return {}
    suppressor = name_of(alarm.definition["ActionsSuppressor"])
    return {"ActionsSuppressedBy": why, "ActionsSuppressedReason": f"Actions suppressed by {suppressor}"}


def _set_state(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    name, state = params.get("AlarmName", ""), params.get("StateValue", "")
    if name not in world.alarms.alarms:
        raise AwsError("ResourceNotFound", f"Unknown alarm {name}", 404)
    if state not in STATES:
        raise validation_error(f"{state} is no StateValue.")
    world.alarms.rings(name, state, world.now, params.get("StateReason", ""), params.get("StateReasonData", ""))
    return {}


def _delete(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    book, names = world.alarms, params.get("AlarmNames") or []
    if len(names) > MOST_NAMES:
        raise validation_error(f"At most {MOST_NAMES} alarms can be deleted at once.")
    gone = [book.alarms[name] for name in dict.fromkeys(names) if name in book.alarms]
    if sum(alarm.kind == "CompositeAlarm" for alarm in gone) > 1:
        raise validation_error("Only one composite alarm can be deleted at once.")
    for alarm in gone:
        parents = [one.name for one in book.alarms.values() if one is not alarm and _watches(one, alarm.name)]
        if parents:
            raise validation_error(f"{alarm.name} cannot be deleted, {', '.join(sorted(parents))} depends on it.")
    for alarm in gone:
        book.delete(alarm.name, world.now)
    return {}


def _watches(alarm: Alarm, name: str) -> bool:
    return name in children_of(alarm)


def children_of(alarm: Alarm) -> tuple[str, ...]:
    """The alarms that a composite one names; none of any other, or where its rule cannot be read."""
    try:
        return parse_rule(alarm.definition["AlarmRule"]).children if "AlarmRule" in alarm.definition else ()
    except BadRule:
        return ()


def _contributors(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    name = params.get("AlarmName", "")
    if name not in world.alarms.alarms:
        raise AwsError("ResourceNotFoundException", f"Unknown alarm {name}", 404)
    found = [one for one in world.alarms.alarms[name].contributors.values() if one.state == "ALARM"]
    shown, following = page(found, params, LARGEST_PAGE)
    told = [
        {
            "ContributorId": one.id,
            "ContributorAttributes": one.attributes,
            "StateReason": one.reason,
            "StateTransitionedTimestamp": one.updated,
        }
        for one in shown
    ]
    return {"AlarmContributors": told, **following}


def _switch(enabled: bool) -> Operation:
    def operation(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
        for name in params.get("AlarmNames") or ():
            alarm = world.alarms.alarms.get(name)
            if alarm and alarm.definition["ActionsEnabled"] is not enabled:
                world.alarms.put(alarm.kind, alarm.definition | {"ActionsEnabled": enabled}, world.now)
        return {}

    return operation


def _tags(world: World, params: Mapping[str, Any]) -> dict[str, str]:
    """The tags of what an ARN names: an alarm or a mute rule.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    *_, kind, name = [*params.get("ResourceARN", "").split(":", 6), "", ""][:7]
    book: dict[str, Mapping[str, Any]] = {"alarm": world.alarms.alarms, "alarm-mute-rule": world.alarms.rules}
    found = book.get(kind, {}).get(name)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"Unknown: {params.get('ResourceARN')}", 404)
    tags: dict[str, str] = found.tags
    return tags


def _list_tags(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(_tags(world, params).items())]}


def _tag(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    _tags(world, params).update({tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()})
    return {}


def _untag(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    tags = _tags(world, params)
    for key in params.get("TagKeys") or ():
        tags.pop(key, None)
    return {}


OPERATIONS: dict[str, Operation] = {
    "PutMetricAlarm": _put(METRIC_ALARM, check_metric),
    "PutCompositeAlarm": _put("CompositeAlarm", check_composite),
    "PutLogAlarm": _put("LogAlarm", check_log),
    "DescribeAlarms": _describe,
    "DescribeAlarmContributors": _contributors,
    "DescribeAlarmHistory": lambda world, params: describe_history(world.alarms.history, params, world.now),
    "SetAlarmState": _set_state,
    "DeleteAlarms": _delete,
    "EnableAlarmActions": _switch(enabled=True),
    "DisableAlarmActions": _switch(enabled=False),
    "ListTagsForResource": _list_tags,
    "TagResource": _tag,
    "UntagResource": _untag,
    **mute_operations(),
}
"""What the sandbox answers of alarms, by the operation's name."""


def answer(world: World, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one call.

    Raises:
        AwsError: as CloudWatch would refuse it.
    """
    with world.alarms.lock:
        return OPERATIONS[operation](world, params)
