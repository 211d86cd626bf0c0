"""Exclusion windows of native SLOs: read for the SLOs of ours, added and removed.

The one rule: a window that is removed is told to AWS exactly as AWS told it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from slactl.alarming.ownership import MANAGED, OBJECTIVE, SERVICE
from slactl.aws.session import AwsWorld
from slactl.model.excluding import Exclusion, SlosSeen, SloWindows, StandingExclusion
from slactl.ports.enforcing import NotDone
from slactl.stores.calls import SIGNALS, Answer, called, pages

CALLS_A_SECOND, PAGE, WINDOWS_PAGE = 4, 50, 10
MINUTES = {"MINUTE": 1, "HOUR": 60, "DAY": 1440}

Found = TypeVar("Found")


class ApplicationSignalsExclusions:
    """A ``SloStore`` over one account and region."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._pace = world.timing.pacer(CALLS_A_SECOND, 1)

    def slos(self, prefix: str) -> SlosSeen:
        """The SLOs of ours; one that can't be read is a doubt, and left as it is."""
        client = self._client()
        if not hasattr(client, "batch_update_exclusion_windows"):
            return SlosSeen((), ("the boto3 at hand doesn't know exclusion windows: a newer one does",))
        try:
            told = [one for one in self._listed() if one["Name"].startswith(f"{prefix} ")]
        except NotDone as refused:
            return SlosSeen((), (refused.reason,))
        found, doubts = [], []
        for one in told:
            try:
                slo = self._slo(one)
            except NotDone as refused:
                doubts.append(f"{one['Name']}: {refused.reason}")
                continue
            found += [slo] if slo else []
        return SlosSeen(tuple(found), tuple(doubts))

    def exclude(
        self, arns: Sequence[str], add: Sequence[Exclusion], remove: Sequence[StandingExclusion]
    ) -> Mapping[str, str]:
        """Adds and removes windows."""
        client = self._client()
        lists = {
            "AddExclusionWindows": [_put(one) for one in add],
            "RemoveExclusionWindows": [one.fields for one in remove],
        }
        asked = {"SloIds": list(arns), **{name: told for name, told in lists.items() if told}}
        answer = self._call(lambda: client.batch_update_exclusion_windows(**asked), "updating exclusion windows")
        failed = {one["SloId"]: f"{one['ErrorCode']}: {one['ErrorMessage']}" for one in answer.get("Errors", ())}
        return {arn: failed[key] for arn in arns for key in (arn, arn.rpartition("/")[2]) if key in failed}

    def _listed(self) -> Iterator[Answer]:
        client = self._client()

        def ask(**told: Any) -> Answer:
            return self._call(lambda: client.list_service_level_objectives(**told), "reading SLOs")

        for page in pages(ask, "NextToken", {"MaxResults": PAGE}):
            yield from page.get("SloSummaries", ())

    def _slo(self, told: Answer) -> SloWindows | None:
        """An SLO with its windows; None of one that is not ours."""
        client, arn = self._client(), told["Arn"]
        answer = self._call(lambda: client.list_tags_for_resource(ResourceArn=arn), "reading tags of SLOs")
        tags = {one["Key"]: one.get("Value", "") for one in answer.get("Tags", ())}
        if tags.get(MANAGED) != "true" or not tags.get(SERVICE) or not tags.get(OBJECTIVE):
            return None

        def ask(**asked: Any) -> Answer:
            return self._call(
                lambda: client.list_service_level_objective_exclusion_windows(**asked), "reading exclusion windows"
            )

        found = pages(ask, "NextToken", {"Id": arn, "MaxResults": WINDOWS_PAGE})
        windows = tuple(_standing(one) for page in found for one in page.get("ExclusionWindows", ()))
        return SloWindows(told["Name"], arn, tags[SERVICE], tags[OBJECTIVE], windows)

    def _client(self) -> Any:
        return self._world.client("application-signals")

    def _call(self, ask: Callable[[], Found], doing: str) -> Found:
        return called(ask, doing, self._pace, self._world.timing, SIGNALS)


def _put(window: Exclusion) -> dict[str, Any]:
    return {
        "Window": {"DurationUnit": "MINUTE", "Duration": window.minutes},
        "StartTime": datetime.fromtimestamp(window.start, UTC),
        "Reason": window.reason,
    }


def _standing(told: Answer) -> StandingExclusion:
    start, length = told.get("StartTime"), told.get("Window", {})
    minutes = MINUTES.get(length.get("DurationUnit", ""))
    if not isinstance(start, datetime) or minutes is None or "RecurrenceRule" in told:
        return StandingExclusion(told)
    made = Exclusion(int(start.timestamp()), minutes * int(length["Duration"]), told.get("Reason", ""))
    return StandingExclusion(told, made)
