"""SLOs of one account and region: listed, looked at where their names begin with ours, changed one by one.

The one rule: whose an SLO is, only its tags tell; without them everything stops, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from slactl.alarming.slos.form import form_of
from slactl.aws.failures import AwsFailure, code_of
from slactl.aws.pacing import Pacer
from slactl.aws.session import AwsWorld
from slactl.model.alarmplan import Form
from slactl.model.slo import PERIOD_BASED, REQUEST_BASED, StandingSlo
from slactl.ports.enforcing import NotDone
from slactl.ports.slos import BudgetReport
from slactl.stores.calls import SIGNALS, Answer, called, pages

CALLS_A_SECOND, TAGS_A_SECOND, REPORTS_A_SECOND = 4, 4, 8
PAGE, MOST_REPORTS = 50, 50
GONE = ("ResourceNotFoundException", "ResourceNotFound")
HINT = (
    "allow application-signals:ListServiceLevelObjectives, GetServiceLevelObjective and ListTagsForResource, "
    "or try again later"
)

Found = TypeVar("Found")


class SignalsSloStore:
    """An ``SloStore`` over one account and region, inside its quotas of calls."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        timing = world.timing
        self._calls, self._tags = timing.pacer(CALLS_A_SECOND, 1), timing.pacer(TAGS_A_SECOND, 1)
        self._reports = timing.pacer(REPORTS_A_SECOND, 1)

    @property
    def account(self) -> str:
        return self._world.caller.account

    @property
    def region(self) -> str:
        return self._world.region or ""

    def standing(self, beginning: str) -> tuple[StandingSlo, ...]:
        """Every SLO; fields and tags of those whose names begin so.

        Raises:
            AwsFailure: if they can't be listed, or one of ours can't be read.
        """
        try:
            listed = sorted(self._listed(), key=lambda one: one.name)
            looked = ((self.one(one.name) if one.name.startswith(beginning) else one) for one in listed)
            return tuple(one for one in looked if one is not None)
        except NotDone as refused:
            raise AwsFailure(refused.reason, HINT) from refused

    def one(self, name: str) -> StandingSlo | None:
        """An SLO as it stands now."""
        client = self._client()
        told = self._unless_gone(lambda: client.get_service_level_objective(Id=name), "reading an SLO", self._calls)
        if told is None:
            return None
        answer = _plain(told["Slo"])
        arn = answer["Arn"]
        tags = self._unless_gone(
            lambda: client.list_tags_for_resource(ResourceArn=arn), "reading tags of an SLO", self._tags
        )
        if tags is None:
            return None
        kind = answer.get("EvaluationType") or (REQUEST_BASED if "RequestBasedSli" in answer else PERIOD_BASED)
        pairs = {tag["Key"]: tag.get("Value", "") for tag in tags.get("Tags", ())}
        return StandingSlo(name, arn, kind, form_of(answer), pairs)

    def create(self, fields: Form, tags: Mapping[str, str]) -> None:
        """Makes an SLO."""
        client = self._client()
        asked = {**_timed(fields), "Tags": _pairs(tags)}
        self._call(lambda: client.create_service_level_objective(**asked), "creating an SLO", self._calls)

    def update(self, name: str, parts: Form) -> None:
        """Changes the parts that are named."""
        client = self._client()
        asked = _timed(parts)
        self._call(lambda: client.update_service_level_objective(Id=name, **asked), "updating an SLO", self._calls)

    def delete(self, name: str) -> None:
        """Deletes an SLO."""
        client = self._client()
        self._unless_gone(lambda: client.delete_service_level_objective(Id=name) or {}, "deleting an SLO", self._calls)

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Sets tags."""
        client, told = self._client(), _pairs(tags)
        self._call(lambda: client.tag_resource(ResourceArn=arn, Tags=told), "tagging an SLO", self._tags)

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        """Takes tags away."""
        client, told = self._client(), list(keys)
        self._call(lambda: client.untag_resource(ResourceArn=arn, TagKeys=told), "untagging an SLO", self._tags)

    def budgets(self, names: Sequence[str], at: int) -> tuple[BudgetReport, ...]:
        """AWS's own reports at an instant."""
        client, when = self._client(), datetime.fromtimestamp(at, UTC)
        found: list[BudgetReport] = []
        for start in range(0, len(names), MOST_REPORTS):
            asked = {"Timestamp": when, "SloIds": list(names[start : start + MOST_REPORTS])}
            answer = self._reported(client, asked)
            found += (_report(one) for one in answer.get("Reports", ()))
        return tuple(found)

    def _reported(self, client: Any, asked: Mapping[str, Any]) -> Answer:
        return self._call(
            lambda: client.batch_get_service_level_objective_budget_report(**asked),
            "reading AWS's budget reports",
            self._reports,
        )

    def _listed(self) -> Iterable[StandingSlo]:
        client = self._client()

        def ask(**told: Any) -> Answer:
            return self._call(lambda: client.list_service_level_objectives(**told), "listing SLOs", self._calls)

        for page in pages(ask, "NextToken", {"MaxResults": PAGE}):
            for one in page.get("SloSummaries", ()):
                yield StandingSlo(one["Name"], one["Arn"], one.get("EvaluationType", PERIOD_BASED))

    def _unless_gone(self, ask: Callable[[], Answer], doing: str, pace: Pacer) -> Answer | None:
        def asked() -> Answer | None:
            try:
                return ask()
            except ClientError as error:
                if code_of(error) in GONE:
                    return None
                raise

        return self._call(asked, doing, pace)

    def _client(self) -> Any:
        return self._world.client("application-signals")

    def _call(self, ask: Callable[[], Found], doing: str, pace: Pacer) -> Found:
        return called(ask, doing, pace, self._world.timing, SIGNALS)


def _report(told: Answer) -> BudgetReport:
    attained = told.get("Attainment")
    return BudgetReport(
        told["Name"],
        told["BudgetStatus"],
        attained / 100 if attained is not None else None,
        told.get("TotalBudgetRequests"),
        told.get("BudgetRequestsRemaining"),
    )


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _timed(fields: Any) -> Any:
    """Fields as boto3 takes them: the beginning of a calendar is a time."""
    if isinstance(fields, Mapping):
        return {
            key: datetime.fromtimestamp(value, UTC) if key == "StartTime" else _timed(value)
            for key, value in fields.items()
        }
    return [_timed(one) for one in fields] if isinstance(fields, list | tuple) else fields


def _plain(value: Any) -> Any:
    """A value as fields have it: times in seconds."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return int(value.timestamp()) if isinstance(value, datetime) else value
