"""The ladder of a span of which only some rungs are kept.

The one rule: every kept rung is read of everyone at once, and a percentile is known between two of them;
where that is not within 1 %, the row says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from slactl.compliance.distribution import Distribution, Steps
from slactl.compliance.ladder import bracket, bracket_at, close, written
from slactl.model.metric import LadderQuery, Rise
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.reading.cover import Tiles
from slactl.workflows.asking import ask_ladders
from slactl.workflows.ladders import Search
from slactl.workflows.survey import BracketKey, Operation, Survey


def climb(reader: MetricReader, found: Survey, operations: Sequence[Operation], rungs: tuple[str, ...]) -> None:
    """Reads every kept rung of some operations, over the whole and over what is excluded."""
    steps = Steps.of(map(Fraction, rungs))
    for run, tiles in enumerate(found.cover):
        _climb(reader, found, operations, lambda one: one.whole.latency, (run, tiles, steps))
    for run, tiles in enumerate(found.cut_cover):
        _climb(reader, found, operations, lambda one: one.cut.latency, (run, tiles, steps))
    found.steps = steps


def _climb(
    reader: MetricReader,
    found: Survey,
    operations: Iterable[Operation],
    latency: Callable[[Operation], Distribution],
    ladder: tuple[int, Tiles, Steps],
) -> None:
    run, tiles, steps = ladder
    rungs = tuple(map(written, steps.rungs))
    asked = [one for one in operations if latency(one).open_in(run)]
    queries = [LadderQuery(one.stream.latency, rungs, tiles.period, tiles.span) for one in asked]
    for one, rise in zip(asked, ask_ladders(reader, queries) if queries else [], strict=True):
        latency(one).climb(run, steps, rise.points)
        _note(found, one, tiles, rise, settled=not latency(one).unsettled_at(run, steps.rungs))


def _note(found: Survey, one: Operation, tiles: Tiles, rise: Rise, *, settled: bool) -> None:
    name = one.stream.latency.name
    if rise.failure:
        found.gaps.failed(rise.failure, one.stream.operation, name, tiles.span)
    elif not settled:
        found.gaps.note(Reason.of(Code.NO_DISTRIBUTION, metric=name), one.stream.operation, tiles.span)


def bracketed(searches: Iterable[tuple[BracketKey, Search]], found: Survey) -> None:
    """The bracket of each search from the kept rungs and those it knows; those that stay wide are remembered."""
    steps = found.steps or Steps.of(())
    kept = set(steps.rungs)
    for key, search in searches:
        if search.asked or not search.limits <= kept:
            search.rungs |= kept | search.limits
            search.found = bracket(search.population, search.rank, search.rungs)
        else:
            search.rungs = kept
            search.found = bracket_at(search.population, search.rank, steps)
        if search.found is not None and not close(search.found):
            found.coarse.add(key)
