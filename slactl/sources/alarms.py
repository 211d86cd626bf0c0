"""Alarms of CloudWatch: how they stand, what happened to them, what mutes them.

The one rule: each kind of alarm is asked for by itself, because a call that names none tells of metric
alarms only, and because composite ones take a permission of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import code_of, hopeless, is_denied, translate
from slactl.aws.pacing import Pacer
from slactl.aws.session import AwsWorld
from slactl.model.span import Span
from slactl.ports.alarms import AlarmEvent, AlarmKind, Denial, MuteRule, StandingAlarm, Told, Unread

DESCRIBE_A_SECOND, HISTORY_A_SECOND, TAGS_A_SECOND, MUTE_A_SECOND = 6, 15, 8, 15
PAGE = 100
TYPES = {AlarmKind.METRIC: "MetricAlarm", AlarmKind.COMPOSITE: "CompositeAlarm", AlarmKind.LOG: "LogAlarm"}
ACTIONS = ("OKActions", "AlarmActions", "InsufficientDataActions")
GONE = frozenset({"ResourceNotFound", "ResourceNotFoundException"})
INVALID = frozenset(
    {"ValidationError", "ValidationException", "InvalidParameterValue", "InvalidParameterValueException"}
)
UNKNOWN = frozenset({"InvalidAction", "UnknownOperation", "UnknownOperationException"})
NOT_KNOWN = "the boto3 at hand doesn't know it: a newer one does"

Found = TypeVar("Found")
Answer = dict[str, Any]


class CloudWatchAlarms:
    """An ``AlarmSource`` over one account and region, inside its quotas of calls."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._describe = world.timing.pacer(DESCRIBE_A_SECOND, 1)
        self._history = world.timing.pacer(HISTORY_A_SECOND, 1)
        self._tags = world.timing.pacer(TAGS_A_SECOND, 1)
        self._mute = world.timing.pacer(MUTE_A_SECOND, 1)

    def alarms(self, kind: AlarmKind) -> Told[tuple[StandingAlarm, ...]]:
        """Every alarm of a kind."""
        what, members = f"alarms:{kind}", f"{TYPES[kind]}s"
        if members not in self._output("DescribeAlarms"):
            return Told((), Unread(what, Denial.NOT_OFFERED, NOT_KNOWN))

        def ask() -> tuple[StandingAlarm, ...]:
            client = self._client()
            pages = _pages(client.describe_alarms, self._describe, AlarmTypes=[TYPES[kind]], MaxRecords=PAGE)
            return tuple(_alarm(kind, one) for page in pages for one in page.get(members, ()))

        return _told(ask, (), what, kind)

    def tags(self, arns: Sequence[str]) -> Told[Mapping[str, Mapping[str, str]]]:
        """The tags of alarms, by ARN."""

        def ask() -> Mapping[str, Mapping[str, str]]:
            client = self._client()
            return {arn: _tags_of(client, self._tags, arn) for arn in arns}

        return _told(ask, {}, "tags")

    def history(self, kind: AlarmKind, span: Span) -> Told[tuple[AlarmEvent, ...]]:
        """What happened to alarms of a kind in a span."""
        what = f"history:{kind}"
        if f"{TYPES[kind]}s" not in self._output("DescribeAlarms"):
            return Told((), Unread(what, Denial.NOT_OFFERED, NOT_KNOWN))

        def ask() -> tuple[AlarmEvent, ...]:
            asked = {"StartDate": _time(span.start), "EndDate": _time(span.end), "ScanBy": "TimestampAscending"}
            call = self._client().describe_alarm_history
            pages = _pages(call, self._history, AlarmTypes=[TYPES[kind]], MaxRecords=PAGE, **asked)
            found = (_event(kind, one) for page in pages for one in page.get("AlarmHistoryItems", ()))
            return tuple(event for event in found if span.start * 1000 <= event.at < span.end * 1000)

        return _told(ask, (), what, kind)

    def mute_rules(self) -> Told[tuple[MuteRule, ...]]:
        """Every mute rule."""
        if not hasattr(self._client(), "list_alarm_mute_rules"):
            return Told((), Unread("mute-rules", Denial.NOT_OFFERED, NOT_KNOWN))

        def ask() -> tuple[MuteRule, ...]:
            client = self._client()
            pages = _pages(client.list_alarm_mute_rules, self._mute, MaxRecords=PAGE)
            names = [_name(one) for page in pages for one in page.get("AlarmMuteRuleSummaries", ())]
            found = (_rule_of(client, self._mute, name) for name in names)
            return tuple(rule for rule in found if rule)

        return _told(ask, (), "mute-rules")

    def _client(self) -> Any:
        return self._world.client("cloudwatch")

    def _output(self, operation: str) -> Any:
        """The members of an operation's answer that the boto3 at hand knows."""
        return self._client().meta.service_model.operation_model(operation).output_shape.members


def _told(ask: Callable[[], Found], nothing: Found, what: str, kind: AlarmKind | None = None) -> Told[Found]:
    """What asking gives, or why it gives nothing.

    Raises:
        AwsFailure: where no other call can succeed either.
    """
    try:
        return Told(ask())
    except (BotoCoreError, ClientError) as error:
        if hopeless(error):
            raise translate(error, f"reading {what}") from error
        return Told(nothing, Unread(what, _denial(error, kind), translate(error, what).message))


def _denial(error: Exception, kind: AlarmKind | None) -> Denial:
    if is_denied(error):
        return Denial.ACCESS_DENIED
    code = code_of(error)
    unknown = code in UNKNOWN or (kind is AlarmKind.LOG and code in INVALID)
    return Denial.NOT_OFFERED if unknown else Denial.READ_FAILED


def _pages(call: Callable[..., Answer], pace: Pacer, **asked: Any) -> Iterator[Answer]:
    while True:
        pace.wait()
        page = call(**asked)
        yield page
        if not page.get("NextToken"):
            return
        asked["NextToken"] = page["NextToken"]


def _alarm(kind: AlarmKind, told: Answer) -> StandingAlarm:
    actions = dict.fromkeys(str(arn) for name in ACTIONS for arn in told.get(name, ()))
    since = told.get("StateTransitionedTimestamp") or told.get("StateUpdatedTimestamp")
    return StandingAlarm(
        name=told["AlarmName"],
        arn=told["AlarmArn"],
        kind=kind,
        state=told.get("StateValue", ""),
        since=_seconds(since),
        description=told.get("AlarmDescription", ""),
        actions=tuple(actions),
        definition=_plain(told),
    )


def _event(kind: AlarmKind, told: Answer) -> AlarmEvent:
    try:
        data = json.loads(told.get("HistoryData") or "{}")
    except ValueError:  # CloudWatch cuts long ones off
        data = {}
    return AlarmEvent(
        at=round(told["Timestamp"].timestamp() * 1000),
        alarm=told.get("AlarmName", ""),
        kind=kind,
        what=told.get("HistoryItemType", ""),
        summary=told.get("HistorySummary", ""),
        data=data if isinstance(data, dict) else {},
    )


def _tags_of(client: Any, pace: Pacer, arn: str) -> dict[str, str]:
    pace.wait()
    try:
        answer = client.list_tags_for_resource(ResourceARN=arn)
    except ClientError as error:
        if code_of(error) in GONE:
            return {}
        raise
    return {tag["Key"]: tag.get("Value", "") for tag in answer.get("Tags", ())}


def _name(summary: Answer) -> str:
    """The name in an ARN, which may hold colons of its own."""
    return str(summary["AlarmMuteRuleArn"]).split(":", 6)[6]


def _rule_of(client: Any, pace: Pacer, name: str) -> MuteRule | None:
    pace.wait()
    try:
        told = client.get_alarm_mute_rule(AlarmMuteRuleName=name)
    except ClientError as error:
        if code_of(error) in GONE:
            return None
        raise
    schedule = told.get("Rule", {}).get("Schedule", {})
    return MuteRule(
        name=name,
        description=told.get("Description", ""),
        expression=schedule.get("Expression", ""),
        duration=schedule.get("Duration", ""),
        timezone=schedule.get("Timezone", "UTC"),
        targets=tuple(told.get("MuteTargets", {}).get("AlarmNames", ())),
        status=told.get("Status", ""),
        starts=_seconds(told.get("StartDate")),
        expires=_seconds(told.get("ExpireDate")),
        updated=_seconds(told.get("LastUpdatedTimestamp")),
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value


def _seconds(value: Any) -> int | None:
    return int(value.timestamp()) if isinstance(value, datetime) else None


def _time(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
