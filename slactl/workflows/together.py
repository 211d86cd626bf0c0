"""Runs several stories side by side, so that what they ask at the same time goes into the same calls.

The one rule: only one of them runs at a time, always in the same order, and each goes on until it asks; so nothing
depends on chance, and the calls are as full and the chain of calls as short as that of the longest story alone. What
they ask of others than the reader is done aside, that of all at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Semaphore, Thread
from typing import Generic, TypeVar

from slactl.model.metric import LadderQuery, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.ports import MetricReader
from slactl.workflows.asking import ask_ladders

T = TypeVar("T")
E = TypeVar("E")
AT_ONCE = 40
"""So many stories are in memory at a time."""
ERRANDS = 8
"""So much is done aside at a time."""


def together(reader: MetricReader, stories: Sequence[Callable[[MetricReader], T]], at_once: int = AT_ONCE) -> list[T]:
    """What each story comes to, in their order; each is given a reader of its own, ``at_once`` run side by side.

    Raises:
        BaseException: what a read or a story raised; of several stories the first one's.
    """
    told: list[T] = []
    for first in range(0, len(stories), at_once):
        told += _side_by_side(reader, stories[first : first + at_once])
    return told


def aside(reader: MetricReader, whom: object, errand: Callable[[], E]) -> Callable[[], E]:
    """Begins what a story needs from somebody else than its reader, and gives what waits for it.

    Others go on meanwhile if ``whom`` says that ``any_thread`` may ask, and the reader was given by ``together``; else
    it is done once it is waited for.
    """
    if isinstance(reader, _Teller) and getattr(whom, "any_thread", False):
        return reader.aside(errand)
    return errand


def _side_by_side(reader: MetricReader, stories: Sequence[Callable[[MetricReader], T]]) -> list[T]:
    if len(stories) == 1:
        return [stories[0](reader)]
    pool = ThreadPoolExecutor(ERRANDS)
    tellers = [_Teller(story, reader, pool) for story in stories]
    try:
        while asking := _asking(tellers):
            _answer(reader, asking)
    finally:
        for teller in tellers:
            teller.give_up()
        pool.shutdown(wait=False, cancel_futures=True)
    return [teller.result() for teller in tellers]


def _asking(tellers: Sequence[_Teller[T]]) -> list[_Teller[T]]:
    """Lets all go on until each of them asks the reader or has ended; those that ask."""
    going: Iterable[_Teller[T]] = tellers
    asking: set[int] = set()
    while going := [teller for teller in going if teller.goes_on()]:
        asking |= {id(teller) for teller in going if not teller.waiting}
        going = [teller for teller in going if teller.waiting]
    return [teller for teller in tellers if id(teller) in asking]


def _answer(reader: MetricReader, asking: Sequence[_Teller[T]]) -> None:
    """Reads what all of them asked, and gives each its own."""
    queries = [query for teller in asking for query in teller.queries]
    steps = [query for teller in asking for query in teller.steps]
    series = iter(reader.read(queries) if queries else [])
    rises = iter(ask_ladders(reader, steps) if steps else [])
    for teller in asking:
        teller.series = [next(series) for _ in teller.queries]
        teller.rises = [next(rises) for _ in teller.steps]


class _GivenUpError(BaseException):
    """Ends a story whose answers will never come."""


@dataclass(eq=False)
class _Teller(Generic[T]):
    """One story in a thread of its own, and the ``MetricReader`` and ``LadderReader`` that it is given.

    Whoever runs it and the story itself hand each other the turn: there is never more than one at work.
    """

    story: Callable[[MetricReader], T]
    reader: MetricReader
    pool: ThreadPoolExecutor
    queries: Sequence[Query] = ()
    steps: Sequence[LadderQuery] = ()
    series: list[Series] = field(default_factory=list)
    rises: list[Rise] = field(default_factory=list)
    ended: bool = False
    waiting: bool = False
    _error: BaseException | None = None
    _told: list[T] = field(default_factory=list)
    _given_up: bool = False
    _thread: Thread | None = None
    _mine: Semaphore = field(default_factory=lambda: Semaphore(0))
    _yours: Semaphore = field(default_factory=lambda: Semaphore(0))

    def goes_on(self) -> bool:
        """Lets the story run until it asks, waits for what is done aside, or ends; false once it has ended.

        Raises:
            BaseException: what the story raised.
        """
        if self.ended:
            return False
        if self._thread is None:
            self._thread = Thread(target=self._run, daemon=True)
            self._thread.start()
        self._mine.release()
        self._yours.acquire()
        if self._error is not None:
            raise self._error
        return not self.ended

    def give_up(self) -> None:
        """Ends a story that still waits for an answer."""
        if self._thread is None:
            return
        if not self.ended:
            self._given_up = True
            self._mine.release()
        self._thread.join()

    def result(self) -> T:
        """What the story came to."""
        return self._told[0]

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query, in their order."""
        if not queries:
            return []
        self.queries, self.steps = queries, ()
        self._wait()
        return self.series

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        """One ladder a query, in their order."""
        if not queries:
            return []
        self.queries, self.steps = (), queries
        self._wait()
        return self.rises

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far, by all."""
        return self.reader.use()

    def aside(self, errand: Callable[[], E]) -> Callable[[], E]:
        """Begins an errand; whoever waits for it lets the others go on first, so that they can begin theirs."""
        begun = self.pool.submit(errand)
        return lambda: self._fetched(begun)

    def _fetched(self, begun: Future[E]) -> E:
        self.waiting = True
        self._wait()
        self.waiting = False
        return begun.result()

    def _wait(self) -> None:
        self._yours.release()
        self._mine.acquire()
        if self._given_up:
            raise _GivenUpError

    def _run(self) -> None:
        self._mine.acquire()
        try:
            self._told.append(self.story(self))
        except _GivenUpError:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised again where the story was asked for
            self._error = error
        self.ended = True
        self._yours.release()
