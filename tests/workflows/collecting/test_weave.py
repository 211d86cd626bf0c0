"""Questions of many go into full calls; answers come back to whoever asked, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.metric import Metric, Query, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.reading.packing import MAX_ENTRIES, MAX_POINTS, pack
from slactl.workflows.collecting.weave import CALLS, Asker, woven

DAY = 86_400


class Echo:
    """A ``MetricReader`` whose answers tell the question; it counts calls and what waits."""

    def __init__(self) -> None:
        self.calls = self.points = self.entries = self.most = 0

    def read(self, queries: Sequence[Query]) -> list[Series]:
        calls = pack(queries)
        self.calls += len(calls)
        self.points += sum(call.datapoints for call in calls)
        self.entries += sum(call.entries for call in calls)
        self.most = max(self.most, len(calls))
        return [Series({0: float(query.metrics[0].name)}) for query in queries]

    def use(self) -> tuple[SourceUse, ...]:
        return ()

    @property
    def least(self) -> float:
        return max(self.points / MAX_POINTS, self.entries / MAX_ENTRIES)


def question(number: int, days: int = 1, period: int = 300) -> Query:
    return Query((Metric("N", str(number), ()),), "Sum", period, Span(0, days * DAY))


def asker(first: int, rounds: list[int], days: int = 1) -> Asker[list[float]]:
    """Asks so many questions in each round; finds the numbers of all."""
    told: list[float] = []
    for count in rounds:
        asked = [question(first + place, days) for place in range(count)]
        answers = yield asked
        assert len(answers) == count
        told += [series.points[0] for series in answers]
        first += count
    return told


@given(st.lists(st.lists(st.integers(1, 60), max_size=3), max_size=40))
def test_everybody_finds_their_own_answers_in_order(rounds: list[list[int]]) -> None:
    reader = Echo()
    found = list(woven(reader, (asker(1000 * number, each) for number, each in enumerate(rounds))))
    expected = [[float(1000 * number + place) for place in range(sum(each))] for number, each in enumerate(rounds)]
    assert found == expected


@pytest.mark.parametrize(("operations", "days"), [(1000, 1), (1000, 2), (300, 2), (120, 1)])
def test_calls_are_full(operations: int, days: int) -> None:
    """The bar of a daily collect: at most 1.1 times the least number of calls."""
    rng, reader = Random(1), Echo()
    rounds = ([8, rng.randint(10, 40)] for _ in range(operations))
    list(woven(reader, (asker(0, each, days) for each in rounds)))
    assert reader.calls <= 1.1 * reader.least + 2
    assert reader.most <= CALLS + 2


def test_no_more_askers_begin_than_there_is_room_for() -> None:
    begun: list[int] = []

    def askers() -> Iterator[Asker[list[float]]]:
        for number in range(1000):
            begun.append(number)
            yield asker(0, [8, 30])

    found = woven(Echo(), askers())
    next(found)
    assert len(begun) < 500


def test_what_is_hopeless_ends_everything() -> None:
    class Broken(Echo):
        def read(self, queries: Sequence[Query]) -> list[Series]:
            raise ValueError("no credentials")

    with pytest.raises(ValueError, match="no credentials"):
        list(woven(Broken(), [asker(0, [3])]))
