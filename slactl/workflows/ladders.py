"""Reads the ladder: counts at the goals' limits, then rungs around each percentile until it is close.

The one rule: a count that Minimum and Maximum already settle is never asked for, and no rung is asked
twice; the rungs of all searches of a round go into the same calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from slactl.compliance.distribution import Distribution, Population, Rung
from slactl.compliance.ladder import bracket, close, next_rungs, written
from slactl.model.metric import Query, Stream
from slactl.model.report import Bracket
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.reading.cover import Cover
from slactl.workflows.asking import GapList, ask, tile_query
from slactl.workflows.survey import Operation, Survey, population

ROUNDS = 7
COARSE = tuple(Fraction(ms) for ms in (50, 100, 200, 500, 1000, 2000, 5000, 10_000))


@dataclass(slots=True)
class Search:
    """One percentile of one population; ``members`` are the operations whose counts it adds up.

    ``rungs`` are those looked at, the coarse ones first; ``limits`` those of the goals, read in any case;
    ``asked`` says that other rungs were looked at.
    """

    members: Sequence[Operation]
    population: Population
    rank: Fraction
    hints: Sequence[float]
    excluding: bool
    rungs: set[Rung] = field(default_factory=lambda: set(COARSE))
    limits: set[Rung] = field(default_factory=set)
    found: Bracket | None = None
    asked: bool = False


@dataclass(slots=True)
class Ladder:
    """The rungs of one survey, read as they are needed; ``refused`` is whether any was not kept."""

    reader: MetricReader
    survey: Survey
    gaps: GapList
    asked: set[tuple[int, int, Rung]] = field(default_factory=set)
    refused: bool = False

    def fixed(self, rungs: Mapping[int, set[Rung]], operations: Sequence[Operation]) -> None:
        """Reads each operation's own fixed rungs, over the whole and over what is excluded."""
        wanted = [(operations[index], rung) for index, own in rungs.items() for rung in sorted(own)]
        self._read([*self._whole(wanted), *self._cut(wanted)])

    def search(self, searches: Sequence[Search]) -> None:
        """Brings every percentile's bracket within 1 %, as far as the data allow."""
        self._refresh(searches)
        for _ in range(ROUNDS):
            unfinished = [search for search in searches if search.found is None or not close(search.found)]
            self._read(self._next(unfinished))
            self._refresh(unfinished)
        for search in searches:
            search.rungs |= search.limits
        self._refresh(searches)

    def other_way(self, searches: Sequence[Search]) -> None:
        """Reads the ends of the brackets over what is excluded, for the figure computed the other way."""
        ends = [
            (operation, rung)
            for search in searches
            if search.found and not search.excluding
            for operation in search.members
            for rung in sorted({search.found.low, search.found.high} & search.rungs)
        ]
        self._read(self._cut(ends))

    def _next(self, searches: Sequence[Search]) -> list[_Want]:
        wanted: list[_Want] = []
        for search in searches:
            rungs = next_rungs(search.found, search.hints, None)
            search.rungs.update(rungs)
            search.asked = True
            pairs = [(operation, rung) for operation in search.members for rung in rungs]
            wanted += self._whole(pairs)
            wanted += self._cut(pairs) if search.excluding else []
        return wanted

    def _refresh(self, searches: Sequence[Search]) -> None:
        for search in searches:
            search.found = bracket(search.population, search.rank, search.rungs)

    def _whole(self, pairs: Iterable[tuple[Operation, Rung]]) -> list[_Want]:
        return self._wants(((op.stream, op.whole.latency, rung) for op, rung in pairs), self.survey.cover)

    def _cut(self, pairs: Iterable[tuple[Operation, Rung]]) -> list[_Want]:
        return self._wants(((op.stream, op.cut.latency, rung) for op, rung in pairs), self.survey.cut_cover)

    def _wants(self, triples: Iterable[tuple[Stream, Distribution, Rung]], cover: Cover) -> list[_Want]:
        wanted = []
        for stream, latency, rung in triples:
            for run in sorted(latency.unsettled(rung)):
                key = (id(latency), run, rung)
                if key not in self.asked:
                    self.asked.add(key)
                    wanted.append(_Want(stream, latency, rung, run, cover))
        return wanted

    def _read(self, wanted: Sequence[_Want]) -> None:
        found = ask(self.reader, {index: want.query() for index, want in enumerate(wanted)})
        for index, want in enumerate(wanted):
            series = found[index]
            if series.failure and series.failure.code is Code.NOT_IN_EVIDENCE:
                self.refused = True
                continue
            if series.failure:
                self.gaps.failed(
                    series.failure, want.stream.operation, want.stream.latency.name, want.cover[want.run].span
                )
            want.latency.put(want.rung, want.run, series.points)
            if not series.failure and want.run in want.latency.unsettled(want.rung):
                reason = Reason.of(Code.NO_DISTRIBUTION, metric=want.stream.latency.name)
                self.gaps.note(reason, want.stream.operation, want.cover[want.run].span)


@dataclass(frozen=True, slots=True)
class _Want:
    """The count of one stream at one rung in one run of tiles."""

    stream: Stream
    latency: Distribution
    rung: Rung
    run: int
    cover: Cover

    def query(self) -> Query:
        return tile_query(self.stream.latency, f"TC(:{written(self.rung)})", self.cover[self.run])


def search_for(members: Sequence[Operation], rank: Fraction, hints: Sequence[float], *, excluding: bool) -> Search:
    """A search over the sum of some operations."""
    return Search(members, population(members, excluding=excluding), rank, hints, excluding)
