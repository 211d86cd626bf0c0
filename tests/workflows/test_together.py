"""Several stories side by side: what they ask, in which order, and what becomes of errors."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.ports import MetricReader
from slactl.workflows.asking import ask_ladders
from slactl.workflows.together import AT_ONCE, aside, together


@dataclass
class Echo:
    """Answers each query with its metric's name; remembers what came together."""

    reads: list[list[str]] = field(default_factory=list)
    fails_at: int | None = None

    def read(self, queries: Sequence[Query]) -> list[Series]:
        if self.fails_at == len(self.reads):
            raise OSError("no answer")
        self.reads.append([query.metrics[0].name for query in queries])
        return [Series({0: float(query.metrics[0].name[1:])}) for query in queries]

    def use(self) -> tuple[SourceUse, ...]:
        return (SourceUse("echo", None, None, None, len(self.reads), 0, 0),)


def query(name: str) -> Query:
    return Query((Metric("N", name, ()),), "Sum", 60, Span(0, 60))


def story(letter: str, *rounds: int, fails: bool = False) -> Callable[[MetricReader], list[float]]:
    """Asks so many things a round, one round after the other."""

    def tell(reader: MetricReader) -> list[float]:
        heard: list[float] = []
        for number in rounds:
            heard += [one.points[0] for one in reader.read([query(f"{letter}{at}") for at in range(number)])]
        if fails:
            raise LookupError(letter)
        return heard

    return tell


def test_what_is_asked_at_the_same_time_goes_together_in_the_stories_order() -> None:
    reader = Echo()
    found = together(reader, [story("a", 1, 2), story("b"), story("c", 2, 0, 1, 1)])
    assert found == [[0.0, 0.0, 1.0], [], [0.0, 1.0, 0.0, 0.0]]
    assert reader.reads == [["a0", "c0", "c1"], ["a0", "a1", "c0"], ["c0"]]
    assert not [one for one in threading.enumerate() if one.daemon and "_run" in one.name]


def test_one_story_and_none_need_nobody_else() -> None:
    reader = Echo()
    assert together(reader, [story("a", 1)]) == [[0.0]]
    assert together(reader, [story("a", 1)][:0]) == []
    assert reader.reads == [["a0"]]


def test_ladders_are_read_too() -> None:
    steps = LadderQuery(Metric("N", "a7", ()), ("1", "2"), 60, Span(0, 60))

    def climb(reader: MetricReader) -> list[Rise]:
        return ask_ladders(reader, [steps])

    found = together(Echo(), [climb, climb])
    assert [rise.points for rises in found for rise in rises] == [{0: (7.0, 7.0)}] * 2


def test_an_error_of_a_read_or_a_story_ends_them_all() -> None:
    with pytest.raises(OSError, match="no answer"):
        together(Echo(fails_at=1), [story("a", 1, 1), story("b", 1, 1)])
    with pytest.raises(LookupError, match="b"):
        together(Echo(), [story("a", 1, 1, 1), story("b", 1, fails=True), story("c", fails=False)])
    assert not [one for one in threading.enumerate() if one.daemon and "_run" in one.name]


def test_many_stories_come_in_groups() -> None:
    reader = Echo()
    found = together(reader, [story("a", 1) for _ in range(AT_ONCE + 3)])
    assert len(found) == AT_ONCE + 3
    assert [len(read) for read in reader.reads] == [AT_ONCE, 3]


@dataclass
class Office:
    """Somebody who is asked something that takes until all have asked."""

    everybody: threading.Barrier
    any_thread: bool = True

    def told(self, number: int) -> int:
        self.everybody.wait(30)
        return number


def test_errands_of_all_are_done_at_the_same_time_and_reads_stay_together() -> None:
    reader, office = Echo(), Office(threading.Barrier(3))

    def errand(letter: str, number: int) -> Callable[[MetricReader], list[float]]:
        def tell(reader: MetricReader) -> list[float]:
            waiting = aside(reader, office, lambda: office.told(number))
            heard = story(letter, 1)(reader) if letter == "b" else []
            return [*heard, float(waiting()), *story(letter, number)(reader)]

        return tell

    found = together(reader, [errand("a", 1), errand("b", 2), errand("c", 1), story("d", 1)])
    assert found == [[1.0, 0.0], [0.0, 2.0, 0.0, 1.0], [1.0, 0.0], [0.0]]
    assert reader.reads == [["a0", "b0", "c0", "d0"], ["b0", "b1"]]


def test_whoever_may_not_be_asked_by_others_is_asked_in_turn() -> None:
    office, pairs = Office(threading.Barrier(1), any_thread=False), []

    def tell(reader: MetricReader) -> int:
        asking = threading.current_thread()
        pairs.append((asking, aside(reader, office, threading.current_thread)()))
        return 1

    assert together(Echo(), [tell, tell]) == [1, 1]
    assert all(asking is asked for asking, asked in pairs)
    assert aside(Echo(), office, lambda: office.told(1))() == 1


def test_an_error_of_an_errand_is_its_storys() -> None:
    def fail() -> float:
        raise LookupError("errand")

    def tell(reader: MetricReader) -> list[float]:
        return [aside(reader, Office(threading.Barrier(1)), fail)()]

    with pytest.raises(LookupError, match="errand"):
        together(Echo(), [story("a", 1, 1), tell, story("b", 1)])
    assert not [one for one in threading.enumerate() if one.daemon and "_run" in one.name]
