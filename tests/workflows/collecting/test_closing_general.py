"""Which answers are kept when a month of general objectives is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.workflows.collecting.closegeneral import GeneralRecording
from tests.workflows.general.stage import END, HOUR, LATER, START

MONTH = Span(START, END)
RATE = Metric("Net", "Rate", (("Region", "Global"),))
MINUTES, HOURS = (Query((RATE,), "Sum", period, MONTH) for period in (60, HOUR))
LATELY = Query((RATE,), "Sum", 60, Span(END - 86_400, END))
SERIES, OTHER = Series({START: 1.0}), Series({START: 2.0})


@dataclass
class Telling:
    """A ``LadderReader`` that tells one thing of everything."""

    told: Series

    def read(self, queries: Sequence[Query]) -> list[Series]:
        return [self.told] * len(queries)

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        return [Rise({})] * len(queries)

    def use(self) -> tuple[SourceUse, ...]:
        return ()


def kept_of(query: Query, live: Series, kept: Series) -> list[tuple[Query, Series]]:
    """What is kept of one question."""
    recording = GeneralRecording(Telling(live), Telling(kept), MONTH, LATER)
    recording.read([query])
    assert not recording.trouble
    return list(recording.answers)


def test_minutes_that_the_days_tell_already_are_not_kept_once_more() -> None:
    assert kept_of(MINUTES, OTHER, SERIES) == [], "CloudWatch has forgotten them: evidence answered"
    assert kept_of(LATELY, SERIES, SERIES) == []


def test_what_cloudwatch_tells_otherwise_or_by_the_hour_is_kept() -> None:
    assert kept_of(LATELY, OTHER, SERIES) == [(LATELY, OTHER)]
    assert kept_of(HOURS, SERIES, SERIES) == [(HOURS, SERIES)]


def test_minutes_that_nobody_tells_are_trouble_and_no_answer() -> None:
    failed = Series({}, Reason.of(Code.NOT_IN_EVIDENCE))
    recording = GeneralRecording(Telling(failed), Telling(failed), MONTH, LATER)
    recording.read([MINUTES])
    assert recording.trouble == "Sum of Rate could not be read (not-in-evidence)"
    assert recording.answers.count == 0


def test_cloudflare_is_not_asked_again() -> None:
    query = Query((replace(RATE, namespace="Cloudflare/Zone"),), "Sum", HOUR, LATELY.span)
    assert kept_of(query, OTHER, SERIES) == [(query, SERIES)]
