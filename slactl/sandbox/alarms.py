"""Alarms as CloudWatch keeps them: put, described, set, tagged, deleted.

The one rule: a put overwrites all but state and tags; a state changes only here, and each change is
written into the history with the actions it set off. Whether a metric crosses its threshold, nobody
evaluates: states are set by whoever plays the part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any

from slactl.sandbox.alarmhistory import (
    METRIC_ALARM,
    Entry,
    action_entry,
    configuration_entry,
    describe_history,
    state_entry,
)
from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.muterules import MuteRule, is_muted, mute_operations
from slactl.sandbox.paging import page

if TYPE_CHECKING:
    from slactl.sandbox.world import World

LISTS = {METRIC_ALARM: "MetricAlarms", "CompositeAlarm": "CompositeAlarms", "LogAlarm": "LogAlarms"}
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
ACTIONS = {"OK": "OKActions", "ALARM": "AlarmActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
UNCHECKED = "Unchecked: Initial alarm creation"
WEEK, DAY, HOUR = 604_800, 86_400, 3_600
MOST_NAMES, PAGE = 100, 50
Operation = Callable[["World", Mapping[str, Any]], dict[str, Any]]


@dataclass
class Alarm:
    """One alarm: how it was put, and how it stands; times are seconds since the epoch."""

    kind: str
    definition: dict[str, Any]
    configured: float
    state: str = "INSUFFICIENT_DATA"
    reason: str = UNCHECKED
    reason_data: str = ""
    updated: float = 0.0
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.definition["AlarmName"])


@dataclass
class AlarmBook:
    """The alarms, mute rules and history of one account and region; safe to use from many threads.

    ``broken`` are the actions that fail when they are set off, and what they fail with.
    """

    alarms: dict[str, Alarm] = field(default_factory=dict)
    history: list[Entry] = field(default_factory=list)
    rules: dict[str, MuteRule] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def put(self, kind: str, params: Mapping[str, Any], now: float) -> None:
        """Makes an alarm, or writes over one; tags are only taken when it is made."""
        told = {name: value for name, value in params.items() if name != "Tags"}
        definition = {"ActionsEnabled": True} | told | {name: told.get(name) or [] for name in ACTIONS.values()}
        old = self.alarms.get(definition["AlarmName"])
        if old and old.kind != kind:
            raise validation_error(f"{definition['AlarmName']} is an alarm of another type.")
        if old:
            before, old.definition, old.configured = old.definition, definition, now
            self.history.append(configuration_entry(kind, definition, now, before))
            return
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()}
        self.alarms[definition["AlarmName"]] = Alarm(kind, definition, now, updated=now, tags=tags)
        self.history.append(configuration_entry(kind, definition, now))

    def rings(self, name: str, state: str, now: float, reason: str, data: str = "") -> None:
        """Sets an alarm's state and sets off its actions, where the state is another one and nobody mutes it.

        Raises:
            KeyError: if there is no such alarm.
        """
        alarm = self.alarms[name]
        before = (alarm.state, alarm.reason)
        alarm.state, alarm.reason, alarm.reason_data = state, reason, data
        if state == before[0]:
            return
        alarm.updated = now
        self.history.append(state_entry(alarm.kind, name, now, before, (state, reason)))
        if alarm.definition["ActionsEnabled"] and not is_muted(self.rules.values(), name, now):
            for arn in alarm.definition[ACTIONS[state]]:
                self.history.append(action_entry(alarm.kind, alarm.definition, now, arn, self.broken.get(arn)))

    def delete(self, name: str, now: float) -> None:
        """Takes an alarm away; its history stays."""
        alarm = self.alarms.pop(name)
        self.history.append(configuration_entry(alarm.kind, alarm.definition, now, deleted=True))


def alarm_arn(world: World, name: str) -> str:
    """An alarm's ARN."""
    return f"arn:aws:cloudwatch:{world.region}:{world.account}:alarm:{name}"


def _put(kind: str, check: Callable[[Mapping[str, Any]], None]) -> Operation:
    def operation(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
        check(params)
        world.alarms.put(kind, params, world.now)
        return {}

    return operation


def _check_metric(params: Mapping[str, Any]) -> None:
    period, periods = params.get("Period"), params.get("EvaluationPeriods") or 1
    if period is None:
        return
    if period not in (10, 20, 30) and (period <= 0 or period % 60):
        raise validation_error("Period must be 10, 20, 30 or a multiple of 60")
    longest, told = (DAY, "a day") if period < HOUR else (WEEK, "a week")
    if period * periods > longest:
        raise validation_error(
            f"Metrics cannot be checked across more than {told} (EvaluationPeriods * Period must be <= {longest})"
        )


def _check_composite(params: Mapping[str, Any]) -> None:
    if not params.get("AlarmRule"):
        raise validation_error("AlarmRule is required.")


def _check_log(params: Mapping[str, Any]) -> None:
    if not params.get("ScheduledQueryConfiguration"):
        raise validation_error("ScheduledQueryConfiguration is required.")


def _describe(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    kinds = params.get("AlarmTypes") or [METRIC_ALARM]
    unknown = set(kinds) - LISTS.keys()
    if unknown:
        raise validation_error(f"{min(unknown)} is no AlarmType.")
    found = [alarm for alarm in _chosen(world, params) if alarm.kind in kinds]
    shown, following = page(found, params, params.get("MaxRecords") or PAGE)
    lists = {told: [_described(world, alarm) for alarm in shown if alarm.kind == kind] for kind, told in LISTS.items()}
    return {**lists, **following}


def _chosen(world: World, params: Mapping[str, Any]) -> Iterable[Alarm]:
    names, prefix = params.get("AlarmNames") or None, params.get("AlarmNamePrefix") or ""
    if names and prefix:
        raise validation_error("AlarmNames and AlarmNamePrefix cannot both be given.")
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
    }


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
    rule = str(alarm.definition.get("AlarmRule", ""))
    return bool(re.search(rf"""[(,:]\s*["']?{re.escape(name)}["']?\s*[,)]""", rule))


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
    "PutMetricAlarm": _put(METRIC_ALARM, _check_metric),
    "PutCompositeAlarm": _put("CompositeAlarm", _check_composite),
    "PutLogAlarm": _put("LogAlarm", _check_log),
    "DescribeAlarms": _describe,
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
