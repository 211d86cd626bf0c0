"""Alarms of one account and region: all of them read in as few calls as can be, and changed one by one.

The one rule: which alarms are ours is asked of the index of tags, which is quick and may lag behind; an alarm of our
prefix that it does not know is asked for its tags itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from slactl.aws.failures import AwsFailure, code_of
from slactl.aws.pacing import Pacer
from slactl.aws.session import AwsWorld
from slactl.model.alarmplan import Form, Shape, Standing
from slactl.ports.enforcing import MOST_NAMES, NotDone, Seen, Topic
from slactl.stores.calls import CLOUDWATCH, TAGGING, Answer, called, pages
from slactl.stores.quotas import alarm_quota
from slactl.stores.topics import topics_of

WRITES_A_SECOND, DESCRIBES_A_SECOND, TAGS_A_SECOND, TAGGINGS_A_SECOND, INDEX_A_SECOND = 3, 8, 8, 15, 10
PAGE = 100
LISTS = {"MetricAlarms": Shape.METRIC, "CompositeAlarms": Shape.COMPOSITE, "LogAlarms": Shape.LOG}
TYPES = {"MetricAlarms": "MetricAlarm", "CompositeAlarms": "CompositeAlarm", "LogAlarms": "LogAlarm"}
LOGS = "LogAlarm"
GONE = ("ResourceNotFound", "ResourceNotFoundException")
MARK = "slactl:managed"

Found = TypeVar("Found")


class CloudWatchAlarmStore:
    """An ``AlarmStore`` over one account and region, inside its quotas of calls."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        timing = world.timing
        self._write = timing.pacer(WRITES_A_SECOND, 1)
        self._describe, self._tags = timing.pacer(DESCRIBES_A_SECOND, 1), timing.pacer(TAGS_A_SECOND, 1)
        self._tagging, self._index = timing.pacer(TAGGINGS_A_SECOND, 1), timing.pacer(INDEX_A_SECOND, 1)

    @property
    def account(self) -> str:
        return self._world.caller.account

    @property
    def region(self) -> str:
        return self._world.region or ""

    def standing(self, prefix: str) -> Seen:
        """Every alarm of every shape.

        Raises:
            AwsFailure: if they, or the tags of any of them, can't be read.
        """
        told = self._all()
        index, doubts = self._indexed()
        names = {one.arn for one in told if one.name.startswith(f"{prefix} ") and one.arn not in index}
        found, unread = self._asked(sorted(names))
        known = index | found
        alarms = tuple(_tagged(one, known, untold=one.arn in unread) for one in told)
        return Seen(alarms, (*doubts, *sorted(unread.values())))

    def named(self, names: Sequence[str]) -> Mapping[str, Standing]:
        """Those that stand now."""
        parts = (list(names[start : start + MOST_NAMES]) for start in range(0, len(names), MOST_NAMES))
        asked = ({"AlarmNames": part, "MaxRecords": PAGE} for part in parts)
        types = [kind for kind in self._types() if kind != LOGS]
        return {one.name: one for part in asked for page in self._pages(part, types) for one in _listed(page)}

    def tags(self, arn: str) -> Mapping[str, str] | None:
        """The tags as they are now."""
        client = self._client()

        def ask() -> Mapping[str, str] | None:
            try:
                answer = client.list_tags_for_resource(ResourceARN=arn)
            except ClientError as error:
                if code_of(error) in GONE:
                    return None
                raise
            return _pairs(answer.get("Tags", ()))

        return self._call(ask, "reading tags of an alarm", self._tags)

    def put(self, shape: Shape, fields: Form, tags: Mapping[str, str] | None = None) -> None:
        """Makes an alarm, or writes over one."""
        client = self._client()
        put = client.put_composite_alarm if shape is Shape.COMPOSITE else client.put_metric_alarm
        marked = {"Tags": _listed_tags(tags)} if tags else {}
        self._call(lambda: put(**fields, **marked), "putting an alarm", self._write)

    def delete(self, names: Sequence[str]) -> None:
        """Deletes alarms."""
        client = self._client()
        self._call(lambda: client.delete_alarms(AlarmNames=list(names)), "deleting alarms", self._write)

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Sets tags."""
        client, told = self._client(), _listed_tags(tags)
        self._call(lambda: client.tag_resource(ResourceARN=arn, Tags=told), "tagging an alarm", self._tagging)

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        """Takes tags away."""
        client = self._client()
        self._call(
            lambda: client.untag_resource(ResourceARN=arn, TagKeys=list(keys)), "untagging an alarm", self._tagging
        )

    def quota(self) -> int | None:
        """How many alarms the region takes."""
        return alarm_quota(self._world)

    def topics(self, arns: Collection[str]) -> tuple[Topic, ...]:
        """What CloudWatch can do with each topic."""
        return topics_of(self._world, arns)

    def _all(self) -> list[Standing]:
        """Every alarm; a region that knows no alarms on logs is asked for the others.

        Raises:
            AwsFailure: if they can't be read.
        """
        for types in (self._types(), [kind for kind in self._types() if kind != LOGS]):
            try:
                return [one for page in self._pages({"MaxRecords": PAGE}, types) for one in _listed(page)]
            except NotDone as refused:
                if refused.denied or LOGS not in types:
                    hint = "allow cloudwatch:DescribeAlarms on *, or try again later"
                    raise AwsFailure(refused.reason, hint) from refused
        return []

    def _types(self) -> list[str]:
        """The types of alarms that the boto3 at hand knows; a call that names none tells of metric alarms only."""
        members = self._client().meta.service_model.operation_model("DescribeAlarms").output_shape.members
        return [kind for member, kind in TYPES.items() if member in members]

    def _client(self) -> Any:
        return self._world.client("cloudwatch")

    def _call(self, ask: Callable[[], Found], doing: str, pace: Pacer, service: str = CLOUDWATCH) -> Found:
        return called(ask, doing, pace, self._world.timing, service)

    def _pages(self, asked: Mapping[str, Any], types: Sequence[str]) -> Iterator[Answer]:
        client = self._client()

        def ask(**told: Any) -> Answer:
            return self._call(lambda: client.describe_alarms(**told), "reading alarms", self._describe)

        return pages(ask, "NextToken", {"AlarmTypes": list(types), **asked})

    def _indexed(self) -> tuple[dict[str, Mapping[str, str]], tuple[str, ...]]:
        """Tags by ARN of all alarms that bear our mark, as the index of tags has them."""
        client = self._world.client("resourcegroupstaggingapi")
        asked = {
            "ResourceTypeFilters": ["cloudwatch:alarm"],
            "TagFilters": [{"Key": MARK}],
            "ResourcesPerPage": PAGE,
        }

        def ask(**told: Any) -> Answer:
            return self._call(lambda: client.get_resources(**told), "looking alarms up by tag", self._index, TAGGING)

        try:
            told = [one for page in pages(ask, "PaginationToken", asked) for one in page["ResourceTagMappingList"]]
        except NotDone as refused:
            return {}, (f"{refused.reason}; each alarm is asked for its tags instead",)
        return {one["ResourceARN"]: _pairs(one.get("Tags", ())) for one in told}, ()

    def _asked(self, arns: Iterable[str]) -> tuple[dict[str, Mapping[str, str]], dict[str, str]]:
        """The tags of alarms that the index does not know, and why some can't be told.

        Raises:
            AwsFailure: if the caller may not read tags: nobody would know which alarms are ours.
        """
        found: dict[str, Mapping[str, str]] = {}
        unread: dict[str, str] = {}
        for arn in arns:
            try:
                found[arn] = self.tags(arn) or {}
            except NotDone as refused:
                if refused.denied:
                    hint = "without tags nobody knows whose alarms these are: allow cloudwatch:ListTagsForResource"
                    raise AwsFailure(refused.reason, hint) from refused
                unread[arn] = f"{name_in(arn)}: {refused.reason}"
        return found, unread


def name_in(arn: str) -> str:
    """The alarm's name in its ARN, which may hold colons of its own."""
    return arn.split(":", 6)[-1]


def _listed(page: Answer) -> Iterator[Standing]:
    for member, shape in LISTS.items():
        for told in page.get(member, ()):
            yield Standing(told["AlarmName"], shape, _plain(told), None, told.get("AlarmArn", ""))


def _tagged(one: Standing, known: Mapping[str, Mapping[str, str]], *, untold: bool) -> Standing:
    tags = None if untold else dict(known.get(one.arn, {}))
    return Standing(one.name, one.shape, one.fields, tags, one.arn)


def _pairs(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def _listed_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value
