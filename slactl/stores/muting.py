"""Mute rules of one account and region: those of a prefix read with their tags, put and deleted one by one.

The one rule: a rule whose tags can't be read stops everything, because nobody would know whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from slactl.alarming.schedules import duration, minutes_of
from slactl.aws.failures import AwsFailure, code_of
from slactl.aws.pacing import Pacer
from slactl.aws.session import AwsWorld
from slactl.model.muting import MuteForm, StandingMute
from slactl.ports.enforcing import NotDone
from slactl.stores.calls import Answer, called, pages

WRITES_A_SECOND, READS_A_SECOND, TAGS_A_SECOND = 3, 15, 8
PAGE = 100
GONE = ("ResourceNotFound", "ResourceNotFoundException")
HINT = "allow cloudwatch:ListAlarmMuteRules, GetAlarmMuteRule and ListTagsForResource, or try again later"

Found = TypeVar("Found")


class CloudWatchMutes:
    """A ``MuteStore`` over one account and region, inside its quotas of calls."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        timing = world.timing
        self._write, self._read = timing.pacer(WRITES_A_SECOND, 1), timing.pacer(READS_A_SECOND, 1)
        self._tags = timing.pacer(TAGS_A_SECOND, 1)

    def rules(self, prefix: str) -> tuple[StandingMute, ...]:
        """Every rule of a prefix.

        Raises:
            AwsFailure: if they, or the tags of any of them, can't be read, or the boto3 at hand knows none.
        """
        if not hasattr(self._client(), "put_alarm_mute_rule"):
            raise AwsFailure("the boto3 at hand doesn't know alarm mute rules", "install a newer boto3")
        try:
            arns = [arn for arn in self._arns() if _name_in(arn).startswith(f"{prefix} ")]
            return tuple(rule for arn in sorted(arns) if (rule := self._rule(arn)) is not None)
        except NotDone as refused:
            raise AwsFailure(refused.reason, HINT) from refused

    def put(self, form: MuteForm, tags: Mapping[str, str]) -> None:
        """Makes a rule, or writes over one."""
        client = self._client()
        listed = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
        bounds = {"StartDate": form.starts, "ExpireDate": form.expires}
        told = {name: datetime.fromtimestamp(at, UTC) for name, at in bounds.items() if at is not None}
        schedule = {
            "Expression": form.expression,
            "Duration": duration(form.minutes),
            "Timezone": form.timezone,
        }
        asked = {
            "Name": form.name,
            "Description": form.description,
            "Rule": {"Schedule": schedule},
            "MuteTargets": {"AlarmNames": list(form.targets)},
            "Tags": listed,
            **told,
        }
        self._call(lambda: client.put_alarm_mute_rule(**asked), "putting a mute rule", self._write)

    def delete(self, name: str) -> None:
        """Deletes a rule."""
        client = self._client()

        def ask() -> None:
            try:
                client.delete_alarm_mute_rule(AlarmMuteRuleName=name)
            except ClientError as error:
                if code_of(error) not in GONE:
                    raise

        self._call(ask, "deleting a mute rule", self._write)

    def _arns(self) -> Iterator[str]:
        client = self._client()

        def ask(**told: Any) -> Answer:
            return self._call(lambda: client.list_alarm_mute_rules(**told), "reading mute rules", self._read)

        for page in pages(ask, "NextToken", {"MaxRecords": PAGE}):
            yield from (str(one["AlarmMuteRuleArn"]) for one in page.get("AlarmMuteRuleSummaries", ()))

    def _rule(self, arn: str) -> StandingMute | None:
        """A rule and its tags; None if it is gone meanwhile."""
        client, name = self._client(), _name_in(arn)
        told = self._unless_gone(lambda: client.get_alarm_mute_rule(AlarmMuteRuleName=name), self._read)
        tags = self._unless_gone(lambda: client.list_tags_for_resource(ResourceARN=arn), self._tags) if told else None
        if told is None or tags is None:
            return None
        pairs = {tag["Key"]: tag.get("Value", "") for tag in tags.get("Tags", ())}
        return StandingMute(_form(name, told), arn, pairs, told.get("Status") == "EXPIRED")

    def _unless_gone(self, ask: Callable[[], Answer], pace: Pacer) -> Answer | None:
        def asked() -> Answer | None:
            try:
                return ask()
            except ClientError as error:
                if code_of(error) in GONE:
                    return None
                raise

        return self._call(asked, "reading mute rules and their tags", pace)

    def _client(self) -> Any:
        return self._world.client("cloudwatch")

    def _call(self, ask: Callable[[], Found], doing: str, pace: Pacer) -> Found:
        return called(ask, doing, pace, self._world.timing)


def _name_in(arn: str) -> str:
    """The name in an ARN, which may hold colons of its own."""
    return arn.split(":", 6)[-1]


def _form(name: str, told: Answer) -> MuteForm:
    schedule = told.get("Rule", {}).get("Schedule", {})
    return MuteForm(
        name=name,
        description=told.get("Description", ""),
        expression=schedule.get("Expression", ""),
        minutes=minutes_of(schedule.get("Duration", "")),
        timezone=schedule.get("Timezone", "UTC"),
        targets=tuple(told.get("MuteTargets", {}).get("AlarmNames", ())),
        starts=_seconds(told.get("StartDate")),
        expires=_seconds(told.get("ExpireDate")),
    )


def _seconds(value: Any) -> int | None:
    return int(value.timestamp()) if isinstance(value, datetime) else None
