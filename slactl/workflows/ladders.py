"""Reads the ladder: counts at the goals' limits, then rungs around each percentile until it is close.

The one rule: a count that Minimum and Maximum already settle is never asked for, and no rung is asked
twice; the rungs of all searches of a round go into the same calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from slactl.compliance.distribution import Distribution, Population, Rung
from slactl.compliance.ladder import bracket, close, next_rungs, shortened, written
from slactl.model.metric import Query, Series, Stream
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
    """The rungs of one survey, read as they are needed; ``refused`` is whether any was not kept.

    ``scale`` is how many of the metric's unit are one of the rungs'.
    """

    reader: MetricReader
    survey: Survey
    gaps: GapList
    asked: set[tuple[int, int, Rung]] = field(default_factory=set)
    refused: bool = False
    scale: Fraction = Fraction(1)

    def fixed(self, rungs: Mapping[int, set[Rung]], operations: Sequence[Operation]) -> None:
        """Reads each operation's own fixed rungs, over the whole and over what is excluded."""
        wanted = [(operations[index], rung) for index, own in rungs.items() for rung in sorted(own)]
        self._read([*self._whole(wanted), *self._cut(wanted)])

    def search(self, searches: Sequence[Search]) -> None:
        """Brings every percentile's bracket within 1 %, as far as the data allow."""
        search_together(self.reader, [(self, searches)])

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

    def next_wants(self, searches: Sequence[Search]) -> list[Want]:
        """The rungs to look at next, for whoever's bracket is still wide."""
        wanted: list[Want] = []
        for search in searches:
            rungs = next_rungs(search.found, search.hints, None)
            search.rungs.update(rungs)
            search.asked = True
            pairs = [(operation, rung) for operation in search.members for rung in rungs]
            wanted += self._whole(pairs)
            wanted += self._cut(pairs) if search.excluding else []
        return wanted

    def refresh(self, searches: Sequence[Search]) -> None:
        """The brackets from what is known by now."""
        for search in searches:
            search.found = bracket(search.population, search.rank, search.rungs)

    def _whole(self, pairs: Iterable[tuple[Operation, Rung]]) -> list[Want]:
        return self._wants(((op.stream, op.whole.latency, rung) for op, rung in pairs), self.survey.cover)

    def _cut(self, pairs: Iterable[tuple[Operation, Rung]]) -> list[Want]:
        return self._wants(((op.stream, op.cut.latency, rung) for op, rung in pairs), self.survey.cut_cover)

    def _wants(self, triples: Iterable[tuple[Stream, Distribution, Rung]], cover: Cover) -> list[Want]:
        wanted = []
        for stream, latency, rung in triples:
            for run in sorted(latency.unsettled(rung)):
                key = (id(latency), run, rung)
                if key not in self.asked:
                    self.asked.add(key)
                    wanted.append(Want(stream, latency, rung, run, cover, self.scale))
        return wanted

    def _read(self, wanted: Sequence[Want]) -> None:
        read_together(self.reader, [(self, want) for want in wanted])

    def take(self, want: Want, series: Series) -> None:
        """Takes what was answered."""
        span = want.cover[want.run].span
        if series.failure and series.failure.code is Code.NOT_IN_EVIDENCE:
            self.refused = True
            return
        if series.failure:
            self.gaps.failed(series.failure, want.stream.operation, want.stream.latency.name, span)
        want.latency.put(want.rung, want.run, series.points)
        if not series.failure and want.run in want.latency.unsettled(want.rung):
            reason = Reason.of(Code.NO_DISTRIBUTION, metric=want.stream.latency.name)
            self.gaps.note(reason, want.stream.operation, span)


Searching = Sequence[tuple[Ladder, Sequence[Search]]]


def search_together(reader: MetricReader, searching: Searching) -> None:
    """The searches of several ladders, round by round in the same reads."""
    for ladder, searches in searching:
        ladder.refresh(searches)
    for _ in range(ROUNDS):
        open_ones = [
            (ladder, [one for one in mine if one.found is None or not close(one.found)]) for ladder, mine in searching
        ]
        read_together(reader, [(ladder, want) for ladder, mine in open_ones for want in ladder.next_wants(mine)])
        for ladder, mine in open_ones:
            ladder.refresh(mine)
    for ladder, searches in searching:
        for search in searches:
            search.rungs |= search.limits
        ladder.refresh(searches)


def read_together(reader: MetricReader, wanted: Sequence[tuple[Ladder, Want]]) -> None:
    """Reads the rungs of several ladders in one go."""
    found = ask(reader, {index: want.query() for index, (_, want) in enumerate(wanted)})
    for index, (ladder, want) in enumerate(wanted):
        ladder.take(want, found[index])


@dataclass(frozen=True, slots=True)
class Want:
    """The count of one stream at one rung in one run of tiles."""

    stream: Stream
    latency: Distribution
    rung: Rung
    run: int
    cover: Cover
    scale: Fraction = Fraction(1)

    def query(self) -> Query:
        return tile_query(self.stream.latency, rung_stat(self.rung, self.scale), self.cover[self.run])


def rung_stat(rung: Rung, scale: Fraction = Fraction(1)) -> str:
    """The statistic that counts at or below a rung, in the metric's own unit: ``scale`` of it are one of the rung's."""
    return f"TC(:{written(rung if scale == 1 else shortened(rung * scale))})"


def search_for(members: Sequence[Operation], rank: Fraction, hints: Sequence[float], *, excluding: bool) -> Search:
    """A search over the sum of some operations."""
    return Search(members, population(members, excluding=excluding), rank, hints, excluding)
