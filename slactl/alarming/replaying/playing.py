"""An alarm over a month: when it rang, when nobody can tell.

The one rule: an evaluation whose windows were not all read says nothing; until the next that says something the alarm
is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from slactl.alarming.replaying.bins import Grid, Window, added, by_stat
from slactl.alarming.replaying.deciding import Decider, Verdict
from slactl.alarming.replaying.formula import Column, Unreadable, computed
from slactl.alarming.replaying.needs import AtLimit, Row, at_limit, fast_share
from slactl.alarming.replaying.windows import Layout, layout
from slactl.model.alarm import Crossing, MathTerm, MetricAlarm, MetricTerm
from slactl.model.replay import Rung, Unfit
from slactl.model.span import Span, union

Rows = Mapping[Row, Column]
Cells = Callable[[Column, Sequence[Window]], Column]
ONE = 1


def play(alarm: MetricAlarm, grid: Grid, rows: Rows, month: Span) -> Rung | Unfit:
    """An alarm on metrics over a month, from the rows that it needs."""
    found = layout(alarm, grid, month)
    if isinstance(found, Unfit):
        return found
    limit = at_limit(alarm)
    if limit is not None:
        return _play_percentile(alarm, limit, _Player(grid, found, month), rows)
    try:
        column = _column(alarm, found.windows, rows)
    except Unreadable as trouble:
        return Unfit("expression", f"its expression is not replayed: {trouble}")
    return _Player(grid, found, month).rung(Decider.of(alarm), column)


def play_contributors(alarm: MetricAlarm, grid: Grid, rows: Iterable[Column], month: Span) -> Rung | Unfit:
    """An alarm on each of several series: it rings while one of them does; one without data is well."""
    found = layout(alarm, grid, month)
    if isinstance(found, Unfit):
        return found
    player, decider = _Player(grid, found, month), Decider.of(alarm)
    each = [player.rung(decider, added(row, found.windows)) for row in rows]
    doubt = union(span for one in each for span in one.doubt)
    return Rung(union(span for one in each for span in one.spans), doubt, found.step)


def _play_percentile(alarm: MetricAlarm, limit: AtLimit, player: _Player, rows: Rows) -> Rung:
    """It is over its limit where too few values are under it; with too few samples nothing changes."""
    metric = limit.term.metric
    samples, under = (added(rows[metric, stat], player.layout.windows) for stat in ("SampleCount", limit.stat))
    rank = float(limit.rank)
    pairs = zip(samples, under, strict=True)
    over = [None if count is None else rank * count - (low or 0.0) for count, low in pairs]
    decider = replace(Decider.of(alarm), threshold=0.0, crosses=Decider.of(_above(alarm)).crosses)
    few = limit.few if alarm.low_samples == "ignore" else 0.0
    frozen = [count is not None and count < few for count in samples]
    return player.rung(decider, over, frozen)


def _above(alarm: MetricAlarm) -> MetricAlarm:
    return replace(alarm, crossing=Crossing.ABOVE)


def _column(alarm: MetricAlarm, windows: Sequence[Window], rows: Rows) -> Column:
    """The values of what is held against the threshold, window by window."""
    columns: dict[str, Column] = {}
    for term in alarm.terms:
        if isinstance(term, MathTerm):
            columns[term.id] = computed(term.expression, columns)
        else:
            columns[term.id] = _cells(term, windows, rows)
    return columns[alarm.returned]


def _cells(term: MetricTerm, windows: Sequence[Window], rows: Rows) -> Column:
    share = fast_share(term)
    if share is not None:
        samples, under = (added(rows[term.metric, stat], windows) for stat in ("SampleCount", share.stat))
        return computed("100 * under / samples", {"under": under, "samples": samples})
    together = by_stat(term.stat)
    if together is None:
        raise Unreadable(term.stat)
    return together(rows[term.metric, term.stat], windows)


@dataclass(frozen=True, slots=True)
class _Player:
    """Goes through a layout over a grid."""

    grid: Grid
    layout: Layout
    month: Span

    def rung(self, decider: Decider, column: Column, frozen: Sequence[bool] = ()) -> Rung:
        """When the values of the windows make an alarm ring."""
        changes = _changes(self._verdicts(decider, column, frozen))
        if not changes:
            return Rung((), (self.month,), self.layout.step)
        ends = [at for at, _ in changes[1:]] + [self.month.end]
        spans = [(Span(at, end), told) for (at, told), end in zip(changes, ends, strict=True)]
        ringing = tuple(span for span, told in spans if told is Verdict.RINGS)
        begin = changes[0][0]
        blind = [Span(self.month.start, begin)] if begin > self.month.start else []
        doubt = (*blind, *(span for span, told in spans if told is Verdict.UNREAD))
        return Rung(ringing, union(doubt), self.layout.step)

    def _verdicts(self, decider: Decider, column: Column, frozen: Sequence[bool]) -> Iterator[tuple[int, Verdict]]:
        unread, crosses, threshold = self._unread(decider.periods), decider.crosses, decider.threshold
        alone = decider.periods == ONE
        for (at, newest), blind in zip(self.layout.instants, unread, strict=True):
            value = column[newest]
            if blind:
                yield at, Verdict.UNREAD
            elif frozen and frozen[newest]:
                yield at, Verdict.STAYS
            elif alone and value is not None:
                yield at, Verdict.RINGS if crosses(value, threshold) else Verdict.QUIET
            else:
                yield at, self._looked_at(decider, column, newest)

    def _unread(self, periods: int) -> list[bool]:
        """At which instants some of the last windows were not read."""
        gaps, windows, back = self.grid.gaps, self.layout.windows, self.layout.back * (periods - 1)
        found = []
        for _, newest in self.layout.instants:
            oldest = newest - back
            found.append(oldest < self.layout.least or gaps[windows[newest][1]] > gaps[windows[oldest][0]])
        return found

    def _looked_at(self, decider: Decider, column: Column, newest: int) -> Verdict:
        back, windows, gaps = self.layout.back, self.layout.windows, self.grid.gaps
        numbers = [newest - age * back for age in range(self.layout.points)]
        real = sum(1 for number in numbers[: decider.periods] if column[number] is not None)
        if real < decider.periods:
            oldest = numbers[-1]
            if oldest < self.layout.least or gaps[windows[newest][1]] > gaps[windows[oldest][0]]:
                numbers = [number for number in numbers if number >= self.layout.least]
                points = [column[number] for number in numbers]
                return self._unsure(decider, points)
        return decider.verdict([column[number] for number in numbers])

    def _unsure(self, decider: Decider, points: Sequence[float | None]) -> Verdict:
        """Of datapoints of which older ones were not read: a verdict only where these could not change it."""
        last = list(points[: decider.periods])
        real = [value for value in last if value is not None]
        crossing = sum(1 for value in real if decider.crosses(value, decider.threshold))
        if crossing >= decider.needed:
            return Verdict.RINGS
        lacking = decider.periods - len(real)
        return Verdict.QUIET if crossing + lacking < decider.needed else Verdict.UNREAD


def _changes(verdicts: Iterable[tuple[int, Verdict]]) -> list[tuple[int, Verdict]]:
    """The instants at which something else begins to hold."""
    found: list[tuple[int, Verdict]] = []
    for at, told in verdicts:
        if not found:
            found.append((at, Verdict.QUIET if told is Verdict.STAYS else told))
        elif told is not Verdict.STAYS and told is not found[-1][1]:
            found.append((at, told))
    return found
