"""What a year says of the unknown in it: silence only where all of it was read."""

from __future__ import annotations

import pytest

from slactl.compliance.availability import Tally
from slactl.model.report import Seconds
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.workflows.rows.year import MonthOfYear, sum_of

SILENCE, HOURS, LOST = Code.UNEXPLAINED_SILENCE, Code.HOURS_ONLY, Code.NO_LONGER_KEPT
MISSED = Code.NOT_IN_EVIDENCE


def month(cause: Code | None, *, unknown: int = 300, kept: bool = True) -> MonthOfYear:
    tally = Tally(Seconds(up=1000, unknown=unknown))
    return MonthOfYear("2026-10", Span(0, 1300), tally, tally, kept=kept, cause=cause)


@pytest.mark.parametrize(
    ("months", "cause"),
    [
        ([month(SILENCE)], SILENCE),
        ([month(SILENCE), month(None, unknown=0)], SILENCE),
        ([month(SILENCE), month(HOURS)], SILENCE),
        ([month(HOURS)], HOURS),
        ([month(None)], None),
        ([month(SILENCE), month(None)], None),
        ([month(SILENCE), month(LOST, kept=False)], None),
        ([month(None), month(LOST, kept=False)], None),
        ([month(LOST, kept=False)], LOST),
        ([month(MISSED, kept=False), month(None, unknown=0)], MISSED),
        ([month(MISSED, kept=False), month(LOST, kept=False)], None),
        ([month(None, unknown=0)], None),
    ],
)
def test_what_was_not_read_is_not_told_as_silence(months: list[MonthOfYear], cause: Code | None) -> None:
    assert sum_of(months).cause is cause
