"""What a heartbeat made of silence, slice by slice and hour by hour."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slactl.compliance.heartbeat import Beats
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Availability, Evaluation, SilencePolicy
from slactl.model.span import Span
from slactl.model.steps import Because
from slactl.workflows.explaining.steps import steps_of
from slactl.workflows.survey import FineSeries
from slactl.workflows.timeline import Frame, Timeline, timeline

START = 1_793_487_600
GOAL = Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%")


def line(requests: list[int], width: int, beats: Beats, policy: SilencePolicy = SilencePolicy.EXPECTED) -> Timeline:
    """The account of bins of that width, under slices of five minutes, that no week before explains."""
    fine = FineSeries(START, width, [*requests], [0 for _ in requests], [0 for _ in requests], beats=beats)
    owed = Span(START, START + width * len(requests))
    indicator = Availability(Evaluation.TIME_SLICES, 300, GOAL, policy)
    return timeline([fine], Frame(indicator, owed, (), owed.end, None))


def spans(width: int, *places: int) -> tuple[Span, ...]:
    return tuple(Span(START + place * width, START + (place + 1) * width) for place in places)


def because(found: Timeline) -> list[Because]:
    return [step.because[0][0] for step in steps_of(found)]


def test_slices_are_told_by_what_was_heard_in_them() -> None:
    found = line([9, 0, 0, 0, 9, 0], 300, Beats(spans(300, 0, 1), spans(300, 2, 4)))
    assert because(found) == [
        Because.NO_FAULT,
        Because.HEARTBEAT_HEARD,
        Because.HEARTBEAT_FAILED,
        Because.SILENCE_UNEXPLAINED,
        Because.NO_FAULT,
        Because.SILENCE_UNEXPLAINED,
    ]
    seconds = found.account.tally.seconds
    assert (seconds.up, seconds.down, seconds.no_traffic, seconds.unknown) == (600, 300, 300, 600)
    assert [(one.span, one.requests) for one in found.account.outages] == [(spans(300, 2)[0], 0)]
    told = [step.seconds for step in steps_of(found)]
    assert sum(one.down for one in told) == 300
    assert sum(one.no_traffic for one in told) == 300


def test_hours_are_quiet_where_it_was_heard_and_nothing_where_it_failed() -> None:
    found = line([9, 0, 0, 9], 3600, Beats(spans(3600, 1), spans(3600, 2)))
    assert because(found) == [
        Because.HOUR_WITHOUT_FAULT,
        Because.HEARTBEAT_HEARD,
        Because.SILENCE_UNEXPLAINED,
        Because.HOUR_WITHOUT_FAULT,
    ]
    seconds = found.account.tally.seconds
    assert (seconds.down, seconds.no_traffic, seconds.unknown) == (0, 3600, 3600)


@pytest.mark.parametrize("policy", [SilencePolicy.UP, SilencePolicy.DOWN, SilencePolicy.EXCLUDE])
def test_other_policies_do_not_listen(policy: SilencePolicy) -> None:
    told = [line([9, 0, 0, 9], 300, beats, policy) for beats in (Beats(spans(300, 1), spans(300, 2)), Beats())]
    assert told[0].account == told[1].account
    assert because(told[0]) == because(told[1])
