"""Refusals as values: with the IAM action that is missing, and a reader that never raises."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from botocore.exceptions import ClientError, NoRegionError

from slactl.aws.failures import AwsFailure
from slactl.model.metric import Query, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.ports import Refusal
from slactl.sources.refusals import PatientReader, attempt, refusal
from tests.fakes import FakeReader, Hit, own_stream

QUERY = Query((own_stream("GET /a").faults,), "Sum", 3600, Span(0, 3600))


class Raising:
    """A reader whose every read raises."""

    def __init__(self, code: str) -> None:
        self._failure = AwsFailure("reading metrics: no", "do something", code)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        raise self._failure

    def use(self) -> tuple[SourceUse, ...]:
        return ()


@pytest.mark.parametrize(("code", "reason"), [("AccessDenied", Code.ACCESS_DENIED), ("ExpiredToken", Code.READ_FAILED)])
def test_a_patient_reader_answers_failures_where_another_one_raises(code: str, reason: Code) -> None:
    found = PatientReader(Raising(code)).read([QUERY, QUERY])
    assert [series.failure.code if series.failure else None for series in found] == [reason, reason]
    assert [series.points for series in found] == [{}, {}]


def test_a_patient_reader_is_otherwise_the_one_it_stands_before() -> None:
    reader = FakeReader([Hit(5, "GET /a", 1, 500)])
    assert PatientReader(reader).read([QUERY]) == [Series({0: 1.0})]
    assert PatientReader(reader).use() == reader.use()


def test_a_refusal_names_the_action_that_is_missing() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListServices")
    told = refusal(denied, "listing services", "application-signals:ListServices")
    assert told == Refusal(
        "listing services",
        "application-signals:ListServices",
        "listing services: ListServices answered AccessDeniedException: no",
        "allow application-signals:ListServices",
        denied=True,
    )


def test_what_is_no_matter_of_permission_keeps_its_own_hint() -> None:
    told = refusal(NoRegionError(), "listing services", "x:Y")
    assert (told.denied, told.hint) == (False, "set AWS_REGION or aws.region in slactl.yaml")
    failure = AwsFailure("it broke", "mend it", "Broken")
    assert (refusal(failure, "a", "b").what, refusal(failure, "a", "b").hint) == ("it broke", "mend it")


def test_an_attempt_gives_what_the_call_does_or_why_not() -> None:
    def fail() -> int:
        raise NoRegionError

    assert attempt(lambda: 7, "counting", "x:Y") == 7
    assert isinstance(attempt(fail, "counting", "x:Y"), Refusal)
