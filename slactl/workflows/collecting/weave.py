"""Reads for many at once: each asks in rounds, and the questions of all go into the same calls.

The one rule: only whole calls are made as long as more questions may come, and no new asker begins
while a few calls' worth of questions wait; so calls are full and memory stays small. Whoever began
first is done first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from slactl.model.metric import Query, Series
from slactl.ports import MetricReader
from slactl.reading.packing import MAX_ENTRIES, MAX_POINTS, pack

CALLS = 4
"""Calls that are made at once, and whose questions may wait."""

Found = TypeVar("Found")
Asker = Generator[list[Query], list[Series], Found]
"""Yields questions, is sent their answers in the same order, and returns what it found."""


@dataclass(slots=True, eq=False)
class _Open(Generic[Found]):
    """An asker that began: its questions of this round and their answers so far."""

    asker: Asker[Found]
    wanted: list[Query] = field(default_factory=list)
    answers: dict[int, Series] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)

    def go_on(self) -> list[Query]:
        """Sends the answers; the next questions, none when the asker is done."""
        answers = [self.answers.pop(place) for place in range(len(self.wanted))]
        try:
            self.wanted = self.asker.send(answers) if self.wanted else next(self.asker)
        except StopIteration as done:
            self.wanted = []
            self.found.append(done.value)
        return self.wanted


@dataclass(slots=True)
class _Waiting(Generic[Found]):
    """Questions that wait to be asked, and how much of calls they fill."""

    line: deque[tuple[_Open[Found], int]] = field(default_factory=deque)
    entries: int = 0
    points: int = 0

    def put(self, one: _Open[Found], queries: Sequence[Query]) -> None:
        for place, query in enumerate(queries):
            self.line.append((one, place))
            self._count(query, 1)

    @property
    def calls(self) -> float:
        return max(self.entries / MAX_ENTRIES, self.points / MAX_POINTS)

    def batch(self, *, whole: bool) -> list[tuple[_Open[Found], int]]:
        """The next questions: some calls' worth, only what fills them if ``whole``."""
        taken = [self.line[place] for place in range(self._some())]
        packed = pack([one.wanted[place] for one, place in taken])
        if (whole or len(taken) < len(self.line)) and len(packed) > 1:
            left = set(packed[-1].indices)
            taken = [pair for index, pair in enumerate(taken) if index not in left]
        for one, place in taken:
            self._count(one.wanted[place], -1)
        gone = set(taken)
        self.line = deque(pair for pair in self.line if pair not in gone)
        return taken

    def _some(self) -> int:
        entries = points = 0
        for number, (one, place) in enumerate(self.line):
            query = one.wanted[place]
            entries, points = entries + query.entries, points + query.datapoints
            if number and max(entries / MAX_ENTRIES, points / MAX_POINTS) > CALLS + 1:
                return number
        return len(self.line)

    def _count(self, query: Query, sign: int) -> None:
        self.entries += sign * query.entries
        self.points += sign * query.datapoints


def woven(reader: MetricReader, askers: Iterable[Asker[Found]]) -> Iterator[Found]:
    """What each asker found, in their order; askers are taken one after the other, as there is room."""
    source = iter(askers)
    more = True
    begun: deque[_Open[Found]] = deque()
    waiting: _Waiting[Found] = _Waiting()
    while more or begun:
        while more and waiting.calls < CALLS:
            asker = next(source, None)
            more = asker is not None
            if asker is not None:
                begun.append(_Open(asker))
                waiting.put(begun[-1], begun[-1].go_on())
            yield from _done(begun)
        _ask(reader, waiting, whole=more)
        yield from _done(begun)


def _ask(reader: MetricReader, waiting: _Waiting[Found], *, whole: bool) -> None:
    batch = waiting.batch(whole=whole) if waiting.line else []
    found = reader.read([one.wanted[place] for one, place in batch]) if batch else []
    for (one, place), series in zip(batch, found, strict=True):
        one.answers[place] = series
    for one in dict.fromkeys(one for one, _ in batch):
        if len(one.answers) == len(one.wanted):
            waiting.put(one, one.go_on())


def _done(begun: deque[_Open[Found]]) -> Iterator[Found]:
    while begun and begun[0].found:
        yield begun.popleft().found[0]
