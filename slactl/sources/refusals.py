"""AWS's refusals as values: for stories that go on where a report would stop.

The one rule: every refusal names the IAM action that the call takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import DENIED, AwsFailure, translate
from slactl.model.metric import Query, Series
from slactl.model.report import SourceUse
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader, Refusal

T = TypeVar("T")
FAILURES = (AwsFailure, BotoCoreError, ClientError)


def refusal(error: AwsFailure | BotoCoreError | ClientError, doing: str, action: str) -> Refusal:
    """The refusal that stands for an error met while ``doing`` something."""
    told = error if isinstance(error, AwsFailure) else translate(error, doing)
    denied = told.code in DENIED
    return Refusal(doing, action, told.message, f"allow {action}" if denied else told.hint, denied)


def attempt(call: Callable[[], T], doing: str, action: str) -> T | Refusal:
    """What a call gives, or why it gives nothing."""
    try:
        return call()
    except FAILURES as error:
        return refusal(error, doing, action)


class PatientReader:
    """A ``MetricReader`` that answers with failures where another one raises."""

    def __init__(self, reader: MetricReader) -> None:
        self._reader = reader

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query; all of them failed where no read can succeed."""
        try:
            return self._reader.read(queries)
        except AwsFailure as failure:
            code = Code.ACCESS_DENIED if failure.code in DENIED else Code.READ_FAILED
            return [Series({}, Reason.of(code, error=failure.message))] * len(queries)

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        return self._reader.use()
