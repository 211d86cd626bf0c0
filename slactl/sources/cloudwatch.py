"""Reads series with GetMetricData.

The one rule: an answer counts only when CloudWatch called it complete; whatever is refused, cut off
or stays in error after another try is a failure with its reason, never an empty series.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import code_of, hopeless, is_denied, translate
from slactl.aws.fastparse import seconds
from slactl.aws.session import AwsWorld
from slactl.model.metric import Query, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.reading.entries import entries
from slactl.reading.packing import Call, pack

IN_FLIGHT = 8
PAGE_POINTS = 100_800
POINTS_A_SECOND = 300_000
TRIES = 3
COMPLETE, FORBIDDEN, MALFORMED = "Complete", "Forbidden", "Malformed"


@dataclass
class _Answer:
    """One query's result while its pages come in."""

    points: dict[int, float] = field(default_factory=dict)
    status: str = ""
    said: str = ""
    conflict: bool = False

    def add(self, result: dict[str, Any]) -> None:
        self.status = result.get("StatusCode", COMPLETE)
        self.said = "; ".join(str(message.get("Value", "")) for message in result.get("Messages", ())) or self.said
        try:
            stamps = seconds(result.get("Timestamps", ()))
            values = list(map(float, result.get("Values", ())))
            fresh = dict(zip(stamps, values, strict=True))
        except (TypeError, ValueError, AttributeError, OverflowError):
            self.status, self.said = MALFORMED, "times and values that don't go together"
            return
        self.conflict |= not all(map(math.isfinite, values))
        if len(fresh) < len(values) or not self.points.keys().isdisjoint(fresh):
            self.conflict |= any(
                self.points.setdefault(stamp, value) != value for stamp, value in zip(stamps, values, strict=True)
            )
        self.points = fresh if not self.points else self.points | fresh


class CloudWatchReader:
    """A ``MetricReader`` over one account and region; several calls are in flight at once."""

    def __init__(
        self, world: AwsWorld, progress: Callable[[int, int], None] | None = None, region: str | None = None
    ) -> None:
        """``region`` None is the configured one."""
        self._world, self._region = world, region
        self._progress = progress or (lambda done, total: None)
        self._pace = world.timing.pacer(POINTS_A_SECOND)
        self._calls = self._queries = self._points = self._received = 0

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query, in order.

        Raises:
            AwsFailure: when no read can succeed (credentials, region, endpoint, GetMetricData denied).
        """
        found: list[Series] = [Series({})] * len(queries)
        calls = pack(queries)
        client = self._world.client("cloudwatch", self._region)
        with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
            jobs = pool.map(lambda call: self._answer(client, call, queries), calls)
            try:
                for done, (call, answers) in enumerate(zip(calls, jobs, strict=True), 1):
                    for index, series in zip(call.indices, answers, strict=True):
                        found[index] = series
                    self._progress(done, len(calls))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        self._count(calls, queries, found)
        return found

    def use(self) -> tuple[SourceUse, ...]:
        if not self._calls:
            return ()
        caller = self._world.caller
        return (
            SourceUse(
                "cloudwatch",
                caller.account,
                self._region or self._world.region,
                caller.arn,
                self._calls,
                self._queries,
                self._points,
                self._received,
            ),
        )

    def _count(self, calls: Sequence[Call], queries: Sequence[Query], found: Sequence[Series]) -> None:
        self._calls += len(calls)
        self._queries += sum(len(query.metrics) for query in queries)
        self._points += sum(query.datapoints for query in queries)
        self._received += sum(len(series.points) for series in found)

    def _answer(self, client: Any, call: Call, queries: Sequence[Query]) -> list[Series]:
        wanted = [queries[index] for index in call.indices]
        answers: dict[int, _Answer] = {}
        pending = list(range(len(wanted)))
        failure: Reason | None = None
        for _ in range(TRIES):
            self._pace.wait(sum(wanted[position].datapoints for position in pending))
            try:
                got, complaint = self._pages(client, call.span, {position: wanted[position] for position in pending})
            except (BotoCoreError, ClientError) as error:
                failure = _refusal(error)
                continue
            failure = Reason.of(Code.READ_FAILED, error=complaint) if complaint else None
            answers.update(got)
            pending = [position for position in pending if failure or _again(answers.get(position))]
            if not pending:
                break
        return [
            _series(answers.get(position), failure if position in pending else None) for position in range(len(wanted))
        ]

    def _pages(self, client: Any, span: Span, wanted: dict[int, Query]) -> tuple[dict[int, _Answer], str]:
        """All pages of one call: the answers by position, and what CloudWatch complained of."""
        request: dict[str, Any] = {
            "MetricDataQueries": [entry for position, query in wanted.items() for entry in entries(position, query)],
            "StartTime": span.start,
            "EndTime": span.end,
            "ScanBy": "TimestampAscending",
            "MaxDatapoints": PAGE_POINTS,
        }
        answers: dict[int, _Answer] = {}
        complaints: list[str] = []
        while True:
            page = client.get_metric_data(**request)
            for result in page.get("MetricDataResults", ()):
                answers.setdefault(int(result["Id"][1:]), _Answer()).add(result)
            complaints += [f"{message.get('Code')}: {message.get('Value')}" for message in page.get("Messages", ())]
            if not page.get("NextToken"):
                return answers, "; ".join(sorted(set(complaints)))
            request["NextToken"] = page["NextToken"]


def _again(answer: _Answer | None) -> bool:
    return answer is None or answer.conflict or answer.status not in (COMPLETE, FORBIDDEN)


def _refusal(error: BotoCoreError | ClientError) -> Reason:
    """The reason of a call that failed; raises where no other call can succeed."""
    if hopeless(error) or is_denied(error):
        raise translate(error, "reading metrics") from error
    return Reason.of(Code.READ_FAILED, error=code_of(error))


def _series(answer: _Answer | None, failure: Reason | None) -> Series:
    if failure:
        return Series({}, failure)
    if answer is None:
        return Series({}, Reason.of(Code.READ_FAILED, error="no result"))
    if answer.status == FORBIDDEN:
        return Series({}, Reason.of(Code.ACCESS_DENIED, error=answer.said or FORBIDDEN))
    if answer.conflict:
        return Series({}, Reason.of(Code.READS_DISAGREE, error="one bucket came with two values"))
    if answer.status != COMPLETE:
        return Series({}, Reason.of(Code.READ_FAILED, error=answer.said or answer.status))
    return Series(answer.points)
