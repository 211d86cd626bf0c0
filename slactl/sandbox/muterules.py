"""Mute rules: when an alarm's actions are withheld.

The one rule: a rule is active in the minutes that lie less than its duration after one that its
expression names, in its own time zone; muting changes no state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.paging import page

if TYPE_CHECKING:
    from slactl.sandbox.world import World

PAGE, MOST, TARGETS = 50, 100, 100
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_EXPRESSION, MOST_RULES = 255, 1024, 256, 2000
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=15)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_FIELDS = ((0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, ("", *_MONTHS)), (0, 7, tuple(_DAYS)))
Fields = tuple[frozenset[int], ...]


@dataclass
class MuteRule:
    """A rule as it was put; ``once`` is the local minute of an ``at``, ``fields`` those of a ``cron``."""

    told: dict[str, Any]
    updated: float
    duration: timedelta
    zone: ZoneInfo
    once: datetime | None = None
    fields: Fields = ()
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def targets(self) -> list[str]:
        return list((self.told.get("MuteTargets") or {}).get("AlarmNames") or ())

    def active(self, now: float) -> bool:
        """Whether it mutes at that instant."""
        if not self.told.get("StartDate", 0) <= now < self.told.get("ExpireDate", float("inf")):
            return False
        if self.once is not None:
            begun = self.once.timestamp()
            return begun <= now < begun + self.duration.total_seconds()
        return self._begun(now) is not None

    def until(self, now: float) -> float:
        """When the window ends that mutes at that instant (a further one may have begun by then)."""
        begun = self.once.timestamp() if self.once is not None else self._begun(now)
        end = now if begun is None else begun + self.duration.total_seconds()
        return min(end, float(self.told.get("ExpireDate", float("inf"))))

    def _begun(self, now: float) -> int | None:
        """The last minute that a cron expression names and whose window still mutes."""
        minute = int(now) // 60 * 60
        steps = range(int(self.duration.total_seconds()) // 60)
        return next((minute - 60 * step for step in steps if self._names(minute - 60 * step)), None)

    def status(self, now: float) -> str:
        """SCHEDULED, ACTIVE or EXPIRED."""
        ended = now >= self.told.get("ExpireDate", float("inf"))
        past = self.once is not None and now >= self.once.timestamp() + self.duration.total_seconds()
        return "EXPIRED" if ended or past else "ACTIVE" if self.active(now) else "SCHEDULED"

    def _names(self, minute: int) -> bool:
        """Whether the expression names a minute; days of month and week are either-or where both are limited."""
        local = datetime.fromtimestamp(minute, UTC).astimezone(self.zone)
        minutes, hours, days, months, weekdays = self.fields
        if local.minute not in minutes or local.hour not in hours or local.month not in months:
            return False
        by_day, by_weekday = local.day in days, local.isoweekday() % 7 in weekdays
        limited = len(days) < 31 and len(weekdays) < 7
        return by_day or by_weekday if limited else by_day and by_weekday


def is_muted(rules: Iterable[MuteRule], name: str, now: float) -> bool:
    """Whether any rule withholds an alarm's actions."""
    return any(name in rule.targets and rule.active(now) for rule in rules)


def muted_until(rules: Iterable[MuteRule], name: str, now: float) -> float:
    """When the first of the windows ends that withhold an alarm's actions at that instant."""
    return min(rule.until(now) for rule in rules if name in rule.targets and rule.active(now))


def read_rule(params: Mapping[str, Any], now: float) -> MuteRule:
    """A rule from what was put.

    Raises:
        AwsError: ValidationError.
    """
    told = {name: value for name, value in params.items() if name != "Tags"}
    schedule = (told.get("Rule") or {}).get("Schedule") or {}
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()}
    zone = _zone(schedule.get("Timezone") or "UTC")
    rule = MuteRule(told, now, _duration(schedule.get("Duration", "")), zone, tags=tags)
    once, cron = (form.fullmatch(schedule.get("Expression", "")) for form in (_AT, _CRON))
    if once:
        rule.once = datetime.fromisoformat(once[1]).replace(tzinfo=zone)
    elif cron:
        rule.fields = _cron(cron[1].split())
    else:
        raise validation_error("Expression must be cron(minutes hours day month weekday) or at(yyyy-MM-ddThh:mm).")
    return rule


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise validation_error(f"{name} is no time zone.") from error


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    length = timedelta(days=days, hours=hours, minutes=minutes)
    if not SHORTEST <= length <= LONGEST:
        raise validation_error("Duration must be an ISO 8601 duration from PT1M to P15D.")
    return length


def _cron(parts: list[str]) -> Fields:
    if len(parts) != len(_FIELDS):
        raise validation_error("A cron expression has five fields.")
    return tuple(_field(text, *limits) for text, limits in zip(parts, _FIELDS, strict=True))


def _field(text: str, least: int, most: int, names: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if part == "*":
            found |= set(range(least, most + 1))
        else:
            found |= set(range(_number(first, names), _number(last or first, names) + 1))
    if not found or min(found) < least or max(found) > most:
        raise validation_error(f"{text} is no field of a cron expression.")
    return frozenset(found) if most != 7 else frozenset(day % 7 for day in found)


def _number(text: str, names: tuple[str, ...]) -> int:
    if text.upper() in names and text:
        return names.index(text.upper())
    if not text.isdecimal():
        raise validation_error(f"{text} is no field of a cron expression.")
    return int(text)


def mute_rule_arn(world: World, name: str) -> str:
    """A mute rule's ARN."""
    return f"arn:aws:cloudwatch:{world.region}:{world.account}:alarm-mute-rule:{name}"


def _put(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    book, rule = world.alarms, read_rule(params, world.now)
    schedule, name = rule.told["Rule"]["Schedule"], str(params.get("Name", ""))
    for told, what, longest in (
        (name, "Name", LONGEST_NAME),
        (params.get("Description") or "", "Description", LONGEST_DESCRIPTION),
        (schedule["Expression"], "Expression", LONGEST_EXPRESSION),
    ):
        if len(told) > longest or (what == "Name" and not told):
            raise validation_error(f"{what} must have at most {longest} characters.")
    if len(book.rules) >= MOST_RULES and name not in book.rules:
        raise AwsError("LimitExceeded", f"At most {MOST_RULES} mute rules can be kept.", 400, "LimitExceededFault")
    if len(rule.targets) > TARGETS:
        raise validation_error(f"A rule has at most {TARGETS} targets.")
    unknown = [name for name in rule.targets if name not in book.alarms]
    if unknown:
        raise validation_error(f"There is no alarm {unknown[0]}.")
    old = book.rules.get(name)
    rule.tags = old.tags if old else rule.tags
    book.rules[name] = rule
    return {}


def _get(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    name = params.get("AlarmMuteRuleName", "")
    rule = world.alarms.rules.get(name)
    if rule is None:
        raise AwsError("ResourceNotFoundException", f"Unknown mute rule {name}", 404)
    return {**rule.told, **_summary(world, name, rule)}


def _summary(world: World, name: str, rule: MuteRule) -> dict[str, Any]:
    expires = {"ExpireDate": rule.told["ExpireDate"]} if "ExpireDate" in rule.told else {}
    return {
        "AlarmMuteRuleArn": mute_rule_arn(world, name),
        "Status": rule.status(world.now),
        "MuteType": "ONE_TIME" if rule.once else "RECURRING",
        "LastUpdatedTimestamp": rule.updated,
        **expires,
    }


def _list(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    size = params.get("MaxRecords") or PAGE
    if not 1 <= size <= MOST:
        raise validation_error(f"MaxRecords must be between 1 and {MOST}.")
    alarm, statuses = params.get("AlarmName"), params.get("Statuses")
    found = [
        _summary(world, name, rule)
        for name, rule in sorted(world.alarms.rules.items())
        if alarm in (None, *rule.targets) and (not statuses or rule.status(world.now) in statuses)
    ]
    shown, following = page(found, params, size)
    return {"AlarmMuteRuleSummaries": shown, **following}


def _delete(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    world.alarms.rules.pop(params.get("AlarmMuteRuleName", ""), None)
    return {}


def mute_operations() -> dict[str, Callable[[World, Mapping[str, Any]], dict[str, Any]]]:
    """What the sandbox answers of mute rules."""
    return {
        "PutAlarmMuteRule": _put,
        "GetAlarmMuteRule": _get,
        "ListAlarmMuteRules": _list,
        "DeleteAlarmMuteRule": _delete,
    }
