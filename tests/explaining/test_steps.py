"""Slices and hours by themselves: which rule decided each, and that their seconds add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Availability, Evaluation, SilencePolicy
from slactl.model.span import Span
from slactl.model.steps import RULES, Because, Fate, Step
from slactl.workflows.explaining.steps import added_up, grouped, steps_of
from slactl.workflows.survey import FineSeries
from slactl.workflows.timeline import Frame, timeline

START = 1_790_805_600
NINETY_FIVE = Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%")
UPTIME = Availability(Evaluation.TIME_SLICES, 300, NINETY_FIVE, SilencePolicy.EXPECTED)
Pair = tuple[int | None, int | None]


def series(pairs: Sequence[Pair], width: int = 300, start: int = START) -> FineSeries:
    """A fine series of (requests, faults) in bins."""
    requests, faults = [one[0] for one in pairs], [one[1] for one in pairs]
    return FineSeries(start, width, requests, faults, [0] * len(pairs))


def frame(hours: int = 1, **more: object) -> Frame:
    owed = Span(START, START + hours * 3600)
    return replace(Frame(UPTIME, owed, (), owed.end, None), **more)  # type: ignore[arg-type]


def steps(pairs: Sequence[Pair], width: int = 300, **more: object) -> list[Step]:
    """The steps of a span that the bins fill."""
    made = frame(len(pairs) * width // 3600, **more)
    line = timeline((series(pairs, width),), made)
    found = steps_of(line)
    assert added_up(step.seconds for step in found) == line.account.tally.seconds
    assert (found[0].span.start, found[-1].span.end) == (made.owed.start, made.owed.end)
    return found


def told(step: Step) -> tuple[Fate, list[Because]]:
    return step.fate, [because for because, _ in step.because]


BUSY: Pair = (100, 0)


@pytest.mark.parametrize(
    ("before", "pair", "fate", "because"),
    [
        (BUSY, (100, 0), Fate.UP, Because.NO_FAULT),
        (BUSY, (100, 5), Fate.UP, Because.SHARE_MET),
        (BUSY, (100, 6), Fate.DOWN, Because.SHARE_MISSED),
        (BUSY, (10, 1), Fate.UP, Because.JOINED_MET),
        ((10, 3), (10, 1), Fate.DOWN, Because.JOINED_MISSED),
        ((None, None), (10, 1), Fate.UNKNOWN, Because.JOINED_UNREAD),
        ((None, None), (100, 6), Fate.DOWN, Because.SHARE_MISSED),
        (BUSY, (None, None), Fate.UNKNOWN, Because.UNREAD),
        (BUSY, (10, None), Fate.UNKNOWN, Because.UNREAD),
        (BUSY, (0, 4), Fate.UNKNOWN, Because.FAULTS_WITHOUT_REQUESTS),
        (BUSY, (0, 0), Fate.UNKNOWN, Because.SILENCE_UNEXPLAINED),
    ],
)
def test_the_rule_that_decided_a_slice(before: Pair, pair: Pair, fate: Fate, because: Because) -> None:
    found = steps([*[BUSY] * 10, before, pair])
    assert told(found[-1]) == (fate, [because])
    assert (found[-1].joined is not None) == because.value.startswith("joined")


@pytest.mark.parametrize("policy", [SilencePolicy.UP, SilencePolicy.DOWN, SilencePolicy.EXCLUDE])
def test_silence_by_the_agreement(policy: SilencePolicy) -> None:
    found = steps([*[BUSY] * 11, (0, 0)], indicator=replace(UPTIME, no_traffic=policy))
    assert told(found[-1]) == (Fate.NO_TRAFFIC, [Because.SILENCE_BY_POLICY])


def test_a_run_goes_back_an_hour_at_most_and_names_what_it_added() -> None:
    found = steps([(19, 0), *[(0, 0)] * 10, (1, 1), *[(0, 0)] * 11, (1, 1)], indicator=_silence_is_up())
    first, second = found[11], found[23]
    assert first.joined is not None
    assert first.joined.earlier == (found[0].span,)
    assert (first.joined.requests, first.joined.faults) == (20, 1)
    assert told(first) == (Fate.UP, [Because.JOINED_MET])
    assert second.joined is not None
    assert second.joined.earlier == ()
    assert told(second) == (Fate.DOWN, [Because.JOINED_MISSED])


def _silence_is_up() -> Availability:
    return replace(UPTIME, no_traffic=SilencePolicy.UP)


def test_what_maintenance_takes_out_of_a_slice_stands_beside_what_is_left() -> None:
    hole = Span(START + 450, START + 900)
    pairs: list[Pair] = [(10, 0)] * 24
    line = timeline((series(pairs, 150),), replace(frame(), excluded=(hole,)))
    found = steps_of(line)
    assert told(found[1]) == (Fate.UP, [Because.NO_FAULT])
    assert (found[1].seconds.up, found[1].seconds.excluded, found[1].requests) == (150, 150, 10)
    assert told(found[2]) == (Fate.EXCLUDED, [Because.MAINTENANCE])
    assert (found[2].seconds.excluded, found[2].requests) == (300, None)


def test_what_is_not_settled_is_not_yet() -> None:
    found = steps([BUSY] * 12, settled_until=START + 3000)
    assert [told(step) for step in found[-2:]] == [(Fate.NOT_YET, [Because.NOT_SETTLED])] * 2
    assert told(found[-3]) == (Fate.UP, [Because.NO_FAULT])


def test_what_an_incident_declares_is_down_and_says_so() -> None:
    declared = (Span(START + 300, START + 750),)
    whole, part = steps([BUSY] * 12, declared=declared)[1:3]
    assert told(whole) == (Fate.DOWN, [Because.NO_FAULT, Because.DECLARED])
    assert told(part) == (Fate.MIXED, [Because.NO_FAULT, Because.DECLARED])
    assert (part.seconds.down, part.seconds.up) == (150, 150)


@pytest.mark.parametrize(
    ("pair", "fate", "because", "bounds"),
    [
        ((1000, 0), Fate.UP, Because.HOUR_WITHOUT_FAULT, None),
        ((1000, 1), Fate.MIXED, Because.HOUR_BETWEEN_BOUNDS, (0, 1)),
        ((1000, 500), Fate.MIXED, Because.HOUR_BETWEEN_BOUNDS, (1, 12)),
        ((0, 0), Fate.UNKNOWN, Because.SILENCE_UNEXPLAINED, None),
        ((None, None), Fate.UNKNOWN, Because.UNREAD, None),
        ((3, 4), Fate.UNKNOWN, Because.FAULTS_WITHOUT_REQUESTS, None),
    ],
)
def test_the_rule_that_decided_an_hour(
    pair: Pair, fate: Fate, because: Because, bounds: tuple[int, int] | None
) -> None:
    found = steps([BUSY, pair], 3600)
    assert told(found[-1]) == (fate, [because])
    assert found[-1].bounds == bounds
    assert found[-1].slices == 12


def test_whole_hours_of_maintenance_are_listed() -> None:
    found = steps([BUSY] * 4, 3600, excluded=(Span(START + 3600, START + 10_800),))
    assert told(found[1]) == (Fate.EXCLUDED, [Because.MAINTENANCE])
    assert found[1].span == Span(START + 3600, START + 10_800)
    assert found[1].slices == 24


def test_hours_then_slices_follow_each_other() -> None:
    """The first two hours are kept as hours; a thin slice just after them can't be judged."""
    old, new = series([BUSY, BUSY], 3600), series([(10, 1), *[BUSY] * 11], 300, START + 7200)
    line = timeline((old, new), frame(3))
    found = steps_of(line)
    assert added_up(step.seconds for step in found) == line.account.tally.seconds
    assert [told(step) for step in found[:3]] == [
        (Fate.UP, [Because.HOUR_WITHOUT_FAULT]),
        (Fate.UP, [Because.HOUR_WITHOUT_FAULT]),
        (Fate.UNKNOWN, [Because.JOINED_UNREAD]),
    ]
    assert len(found) == 2 + 12


def test_hours_between_slices_follow_each_other() -> None:
    """Evidence holds the first and the last hour finely, of the one between only its sums are kept."""
    first, last = (series([BUSY] * 12, 300, START + hour * 3600) for hour in (0, 2))
    line = timeline((first, series([(100, 1)], 3600, START + 3600), last), frame(3))
    found = steps_of(line)
    assert added_up(step.seconds for step in found) == line.account.tally.seconds
    assert [step.span.start for step in found] == sorted(step.span.start for step in found)
    assert [told(step) for step in found[11:14]] == [
        (Fate.UP, [Because.NO_FAULT]),
        (Fate.MIXED, [Because.HOUR_BETWEEN_BOUNDS]),
        (Fate.UP, [Because.NO_FAULT]),
    ]


def test_every_rule_has_a_number_but_what_people_declare() -> None:
    assert set(RULES) == set(Because)
    assert [because for because in Because if not because.rules] == [Because.DECLARED]


PAIRS = st.lists(
    st.one_of(st.just((None, None)), st.tuples(st.integers(0, 40), st.integers(0, 5)), st.just((0, 0)), st.just(BUSY)),
    min_size=24,
    max_size=24,
)


@given(pairs=PAIRS, holes=st.lists(st.integers(0, 23), max_size=4), until=st.integers(0, 24))
def test_any_slices_add_up_and_their_stretches_too(pairs: list[Pair], holes: list[int], until: int) -> None:
    excluded = sorted({Span(START + hole * 300, START + hole * 300 + 300) for hole in holes})
    joined: list[Span] = []
    for span in excluded:
        joined = (
            [*joined[:-1], Span(joined[-1].start, span.end)]
            if joined and joined[-1].end == span.start
            else [*joined, span]
        )
    found = steps(pairs, excluded=tuple(joined), settled_until=START + until * 300)
    runs = grouped(found)
    assert added_up(step.seconds for step in runs) == added_up(step.seconds for step in found)
    assert sum(step.slices for step in runs) == 24
    assert sum(step.requests or 0 for step in runs) == sum(step.requests or 0 for step in found)
    for before, after in pairwise(runs):
        assert before.span.end == after.span.start
        assert (before.fate, before.windows) != (after.fate, after.windows)
