"""Answers queries from kept evidence.

The one rule: an answer is the recorded one, or a sum of bins all of which were read; what evidence does
not hold is a failure with its reason, never silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan

from slactl.evidence.reading.adding import add_up
from slactl.evidence.reading.answers import Answers
from slactl.evidence.reading.house import House, is_some
from slactl.evidence.reading.metrics import MetricHouse, MetricRecord
from slactl.evidence.reading.placing import Placed, place
from slactl.evidence.reading.records import Record
from slactl.evidence.reading.sql import Columns, Wanted
from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason

NOT_HELD = Reason.of(Code.NOT_IN_EVIDENCE)
COUNT_AT = "TC(:"
DAY = 86_400
SMALL = 100
"""Of so few operations everything that is asked of one long bucket is read at once."""
NARROW = (Columns.COUNTS, Columns.EXTREMES)
"""So few columns are read together of any number of operations."""
_Buckets = tuple[str, SourceKind, int, int, int]
"""House, source, start, end, period."""
Ask = tuple[int, Placed, str]
"""The position of a query, where its metric stands, and its statistic."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report says of the store: whose account and region it keeps, and the digest of its last manifest."""

    account: str | None = None
    region: str | None = None
    head: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked of evidence: queries, datapoints, answers, and by house the files."""

    queries: int
    points: int
    received: int
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(eq=False)
class EvidenceReader:
    """A ``MetricReader`` and ``LadderReader`` over the evidence of some services, and the metrics of components.

    ``answered`` are the closed months of those that are no services.
    """

    houses: Sequence[House]
    origin: Origin = Origin()
    metrics: Sequence[MetricHouse] = ()
    answered: Sequence[Answers] = ()
    _queries: int = 0
    _points: int = 0
    _received: int = 0
    _last: Span | None = None
    _placed: dict[Metric, Placed | None] = field(default_factory=dict)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        found = self._recorded(queries)
        found |= self._metered(queries, (one for one in range(len(queries)) if one not in found))
        rest = [position for position in range(len(queries)) if position not in found]
        found |= self._alone(queries, (one for one in rest if len(queries[one].metrics) == 1))
        found |= add_up(self.houses, queries, (one for one in rest if len(queries[one].metrics) > 1))
        answers = [found.get(position) or Series({}, NOT_HELD) for position in range(len(queries))]
        self._queries += sum(len(query.metrics) for query in queries)
        self._points += sum(query.datapoints for query in queries)
        self._received += sum(len(series.points) for series in answers)
        return answers

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        groups: dict[tuple[str, Wanted], list[tuple[int, Placed]]] = defaultdict(list)
        for position, query in enumerate(queries):
            placed = self._place(query.metric, query.span)
            if placed is not None and (placed.where is None or placed.where.ladder):
                wanted = Wanted(placed.source, query.span, query.period)
                groups[placed.house.key, wanted].append((position, placed))
        found = dict(rise for (_, wanted), asked in groups.items() for rise in _climb(wanted, asked, queries))
        rises = [found.get(position) or Rise({}, NOT_HELD) for position in range(len(queries))]
        self._queries += sum(len(query.rungs) for query in queries)
        self._points += sum(len(query.rungs) * -(-query.span.seconds // query.period) for query in queries)
        self._received += sum(len(told) for rise in rises for told in rise.points.values())
        return rises

    def use(self) -> tuple[SourceUse, ...]:
        used = (
            [house.used for house in self.houses],
            [one.used for one in self.metrics],
            [one.used for one in self.answered],
        )
        items = len({path for some in used for paths in some for path in paths})
        if not self._queries:
            return ()
        told, counted = self.origin, (self._queries, self._points, self._received)
        return (SourceUse("evidence", told.account, told.region, None, 0, *counted, told.head, items),)

    def mark(self) -> Usage:
        """What was asked so far, to tell later what was asked since."""
        for house in self.houses:
            house.put_aside()
        return Usage(self._queries, self._points, self._received)

    def since(self, mark: Usage) -> Usage:
        """What was asked since the last mark."""
        paths = {house.key: tuple(sorted(house.lately)) for house in self.houses if house.lately}
        asked = (self._queries - mark.queries, self._points - mark.points, self._received - mark.received)
        return Usage(*asked, paths)

    def credit(self, usage: Usage) -> None:
        """Takes for asked what was asked by somebody else."""
        for house in self.houses:
            house.put_aside(usage.paths.get(house.key, ()))
        self._queries += usage.queries
        self._points += usage.points
        self._received += usage.received

    def covers(self, metrics: Iterable[Metric], span: Span) -> bool:
        """Whether evidence can tell of the metrics over a span."""
        return all(place(self.houses, metric, span) is not None for metric in metrics)

    def meters(self, query: Query) -> bool:
        """Whether a question about a metric of a component can be answered: as it was once, or from its bins."""
        answered = (*self.answered, *(house.answers for house in self.houses))
        recorded = any(one.items and one.of(query) is not None for one in answered)
        return recorded or self._holder(query) is not None

    def _place(self, metric: Metric, span: Span) -> Placed | None:
        """Where a metric stands, looked up once for all queries of one span."""
        if span is not self._last:
            self._last, self._placed = span, {}
        if metric not in self._placed:
            self._placed[metric] = place(self.houses, metric, span)
        return self._placed[metric]

    def _recorded(self, queries: Sequence[Query]) -> dict[int, Series]:
        closed = [one for one in (*(house.answers for house in self.houses), *self.answered) if one.items]
        told = ((position, one.of(query)) for one in closed for position, query in enumerate(queries))
        return {position: series for position, series in told if series is not None}

    def _metered(self, queries: Sequence[Query], positions: Iterable[int]) -> dict[int, Series]:
        """What the metrics of components answer."""
        groups: dict[str, dict[int, tuple[Query, Sequence[MetricRecord]]]] = defaultdict(dict)
        for position in positions:
            if (holder := self._holder(queries[position])) is not None:
                house, records = holder
                groups[house.key][position] = queries[position], records
        by_key = {house.key: house for house in self.metrics}
        return {place: series for key, asked in groups.items() for place, series in by_key[key].answers(asked).items()}

    def _holder(self, query: Query) -> tuple[MetricHouse, Sequence[MetricRecord]] | None:
        """The first component whose files hold a question."""
        if len(query.metrics) != 1:
            return None
        told = ((house, house.holds(query)) for house in self.metrics)
        return next(((house, records) for house, records in told if records is not None), None)

    def _alone(self, queries: Sequence[Query], positions: Iterable[int]) -> dict[int, Series]:
        """What single metrics answer, all of the same buckets together."""
        groups: dict[_Buckets, list[Ask]] = defaultdict(list)
        for position in positions:
            query = queries[position]
            placed = self._place(query.metrics[0], query.span)
            if placed is not None:
                key = placed.house.key, placed.source, query.span.start, query.span.end, query.period
                groups[key].append((position, placed, query.stat))
        wishes = [(_wanted(key), asked) for key, asked in groups.items()]
        ready = [(wanted, asked, records) for wanted, asked in wishes if (records := _begin(wanted, asked))]
        return dict(answer for wanted, asked, records in ready for answer in _answers(wanted, asked, records))


def _wanted(key: _Buckets) -> Wanted:
    _, source, start, end, period = key
    return Wanted(source, Span(start, end), period)


def _begin(wanted: Wanted, asked: Sequence[Ask]) -> list[Record]:
    """The records of some buckets, which are begun to be read; none if they don't hold them."""
    house = asked[0][1].house
    records = house.over(wanted)
    if not records or is_some(wanted, _operations(asked)):
        return records or []
    kinds = {columns for columns in (_columns(ask) for ask in asked) if columns is not None}
    if wanted.period == wanted.span.seconds:
        few = len(_operations(asked)) <= SMALL
        house.prepare_together(wanted, records, Columns if few else [one for one in NARROW if one in kinds])
    for columns in Columns:
        if columns in kinds:
            house.prepare(wanted, records, columns)
    if Columns.EXTREMES in kinds:
        _foresee(house, wanted, records)
    return records


def _foresee(house: House, wanted: Wanted, records: list[Record]) -> None:
    """Begins to read what is asked next by whoever asks for extremes: the days of a long bucket, and its ladder."""
    days = wanted.span.shrink(DAY)
    if wanted.period == wanted.span.seconds and days:
        tiles = Wanted(wanted.source, days, DAY)
        house.prepare(tiles, house.over(tiles) or [], Columns.COUNTS)
    house.prepare(wanted, records, Columns.BANDS)


def _columns(ask: Ask) -> Columns | None:
    _, placed, stat = ask
    if placed.where is None:
        return None
    if placed.where.ladder and stat.startswith(COUNT_AT):
        return Columns.BANDS
    return placed.where.stats[stat][0] if stat in placed.where.stats else None


def _operations(asked: Iterable[Ask]) -> set[str]:
    return {placed.where.operation for _, placed, _ in asked if placed.where is not None}


def _answers(wanted: Wanted, asked: Sequence[Ask], records: list[Record]) -> Iterable[tuple[int, Series]]:
    by_columns: dict[Columns | None, list[Ask]] = defaultdict(list)
    for ask in asked:
        by_columns[_columns(ask)].append(ask)
    for columns, some in by_columns.items():
        if columns is None:
            yield from ((position, series) for position, placed, stat in some if (series := _without(placed, stat)))
        elif columns is Columns.BANDS:
            yield from _counts_at(wanted, some, records)
        else:
            yield from _plain(wanted, some, records, columns)


def _without(placed: Placed, stat: str) -> Series | None:
    """The answer where no column holds a statistic: nothing of an unlisted operation, and no hint of a percentile."""
    return Series({}) if placed.where is None or (placed.where.ladder and stat.startswith("p")) else None


def _plain(
    wanted: Wanted, asked: Sequence[Ask], records: list[Record], columns: Columns
) -> Iterable[tuple[int, Series]]:
    found = asked[0][1].house.found(wanted, _operations(asked), records, columns)
    for position, placed, stat in asked:
        assert placed.where is not None
        column, buckets = placed.where.stats[stat][1], found.get(placed.where.operation, {})
        told = ((start, buckets[start][column]) for start in sorted(buckets))
        yield position, Series({start: value for start, value in told if value is not None})


def _counts_at(wanted: Wanted, asked: Sequence[Ask], records: list[Record]) -> Iterable[tuple[int, Series]]:
    rungs, stairs = asked[0][1].house.stairs(wanted, _operations(asked), records)
    places = {rung: place for place, rung in enumerate(rungs)}
    for position, placed, stat in asked:
        rung = places.get(stat[len(COUNT_AT) : -1])
        if rung is not None:
            buckets = stairs.get(placed.operation or "", {})
            told = ((start, buckets[start][rung]) for start in sorted(buckets))
            yield position, Series({start: value for start, value in told if not isnan(value)})


def _climb(
    wanted: Wanted, asked: Sequence[tuple[int, Placed]], queries: Sequence[LadderQuery]
) -> Iterable[tuple[int, Rise]]:
    """Ladders of the same buckets."""
    house = asked[0][1].house
    records = house.over(wanted)
    if records is None:
        return
    rungs, stairs = house.stairs(wanted, {one.operation for _, one in asked if one.operation is not None}, records)
    places = {rung: place for place, rung in enumerate(rungs)}
    for position, placed in asked:
        chosen = [places.get(rung) for rung in queries[position].rungs]
        buckets = stairs.get(placed.operation, {}) if placed.operation is not None else {}
        told = {
            start: tuple(None if place is None or isnan(row[place]) else row[place] for place in chosen)
            for start, row in sorted(buckets.items())
        }
        yield position, Rise(told)
