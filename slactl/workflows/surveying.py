"""Reads one service over one period from one source.

The one rule: coarse where nothing is cut, fine only where it matters. One long bucket answers for
the counts and latencies of each operation, day tiles prove it, one fine series serves the slices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from slactl.compliance.factors import Burning
from slactl.compliance.ladder import close
from slactl.model.burn import BurnPolicy
from slactl.model.kept import Kept
from slactl.model.metric import Stream
from slactl.model.objective import Objective, Percentile
from slactl.model.period import local_days
from slactl.model.service import Placement, Service, SourceKind
from slactl.model.span import Span, Spans, union
from slactl.model.status import Code, Reason
from slactl.ports import Inventory, InventorySource, MetricReader
from slactl.ports.archive import Keeping
from slactl.reading.retention import FIVE_MINUTES, CloudWatchKeeping
from slactl.workflows.asking import GapList
from slactl.workflows.basics import Anchor, read_parts
from slactl.workflows.coarse import bracketed, climb
from slactl.workflows.fine import FineRequest, read_fine
from slactl.workflows.ladders import COARSE, Ladder, Search
from slactl.workflows.proof import Tiling, proven, read_tiling
from slactl.workflows.rows.year import AccountKey, MonthOfYear
from slactl.workflows.searches import fixed_rungs, limit_rungs, searches
from slactl.workflows.survey import BracketKey, FineSeries, Operation, Quantity, Survey, sum_in
from slactl.workflows.together import aside


@dataclass(frozen=True, slots=True)
class Aim:
    """What figures are made for.

    With ``lean`` only what verdicts need is read: counts at the goals' own limits, no percentiles, no days.
    With ``burning`` a burn rate judges, and not the goal. With a ``policy`` running budgets get an outlook,
    which tells of each of the ``stretches`` what it took, and with ``whose`` whose requests those were.
    """

    lean: bool = False
    burning: Burning | None = None
    policy: BurnPolicy | None = None
    stretches: tuple[Span, ...] = ()
    whose: bool = False


REPORT = Aim()
"""A report: everything is read, the goals judge, and no budget is looked ahead."""


@dataclass(frozen=True, slots=True)
class World:
    """What a survey needs from outside; ``now`` is seconds since the epoch.

    ``names`` remembers the operations met so far, by service: its edge may have forgotten them; ``accounts``
    the months accounted for so far. Without ``keeping`` it is CloudWatch's own.
    """

    reader: MetricReader
    inventories: Mapping[SourceKind, InventorySource]
    now: int
    zone: ZoneInfo
    anchor: Anchor = field(default_factory=Anchor)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    accounts: dict[AccountKey, MonthOfYear] = field(default_factory=dict)
    keeping: Keeping | None = None
    aim: Aim = REPORT

    @property
    def keeps(self) -> Keeping:
        """What can be read, and how finely."""
        return self.keeping or CloudWatchKeeping(self.now)

    def fine_pieces(self, service: Service, source: SourceKind, span: Span) -> tuple[Kept, ...]:
        """What of a span can be read in five minutes."""
        found = self.keeps.readable(service, source, span)
        return tuple(replace(piece, finest=FIVE_MINUTES) for piece in found if piece.finest <= FIVE_MINUTES)


def is_fine(world: World, service: Service, span: Span) -> bool:
    """Whether all of a span is kept in five minutes or finer."""
    return not world.keeps.hourly(service, span)


def survey(
    world: World,
    service: Service,
    source: SourceKind,
    pieces: tuple[Kept, ...],
    excluded: Spans,
    objectives: Sequence[Objective],
) -> Survey:
    """Everything the objectives need of a service from one source; ``finest`` of a piece is its bin."""
    gaps = GapList(service.key)
    days = _days(world, pieces)
    inventory = _inventory(world, service, source, days, gaps)
    found = _start(service, source, pieces, excluded, inventory, gaps)
    _read_basics(world, found, objectives)
    _forget_unasked(world, found)
    tiling = _prove(world, found)
    found.fine = _read_fine(world, found, tiling)
    _doubt(found, tiling)
    _prove_cut(world, found)
    if world.aim.lean:
        _read_limits(world, found, objectives)
    else:
        _read_ladder(world, found, objectives)
    return found


def _doubt(found: Survey, tiling: Tiling) -> None:
    """Carries what the fine series disproved over to the counts of each operation."""
    disputed = [tile for series in found.fine for tile in series.disputed]
    for operation in everyone_of(found) if disputed else ():
        counts = tiling.tallies[operation.stream].counts["requests"].items()
        requests = sum(
            value or 0 for start, value in counts if any(tile.start <= start < tile.end for tile in disputed)
        )
        operation.whole.counts = operation.whole.counts.doubting(requests)
        operation.whole.latency.doubted = requests
    unproved = [series.whole for series in found.fine if not series.agreed]
    found.incomplete = any(hole.meets(span) for hole in found.undiscovered for span in unproved)


def _days(world: World, pieces: tuple[Kept, ...]) -> list[Span]:
    whole = Span(pieces[0].reach.start, pieces[-1].reach.end)
    return [day for _, day in local_days(whole, world.zone)]


def _read_fine(world: World, found: Survey, tiling: Tiling) -> tuple[FineSeries, ...]:
    return tuple(
        read_fine(world.reader, _fine_request(found, piece), tiling.within(piece.reach), found.gaps)
        for piece in found.pieces
    )


def fine_only(
    world: World, service: Service, source: SourceKind, pieces: tuple[Kept, ...], gaps: GapList
) -> tuple[FineSeries, ...]:
    """Just the fine series of some pieces, as silences and earlier months need them.

    The operations are asked for once for the whole span; only where the service's own series is not
    their sum they are looked for day by day.
    """
    if not pieces:
        return ()
    whole = Span(pieces[0].reach.start, pieces[-1].reach.end)
    series = _fine_of(world, service, source, pieces, [whole], GapList(service.key))
    if all(one.agreed for one in series):
        return series
    return _fine_of(world, service, source, pieces, _days(world, pieces), gaps)


def _fine_of(
    world: World, service: Service, source: SourceKind, pieces: tuple[Kept, ...], days: Sequence[Span], gaps: GapList
) -> tuple[FineSeries, ...]:
    inventory = _inventory(world, service, source, days, gaps)
    found = _start(service, source, pieces, (), inventory, gaps)
    return _read_fine(world, found, read_tiling(world.reader, _proved_streams(found), pieces))


def _prove_cut(world: World, found: Survey) -> None:
    """Holds what maintenance takes out against the fine series (rule 5): read once more, then doubted."""
    if not _cut_differs(found):
        return
    everyone = everyone_of(found)
    streams = [operation.stream for operation in everyone]
    found.cut_cover, cuts = read_parts(world.reader, streams, found.excluded, found.least, world.anchor, found.gaps)
    for operation, cut in zip(everyone, cuts, strict=True):
        operation.cut = cut.part
    if not _cut_differs(found):
        return
    for span in found.excluded:
        found.gaps.note(Reason.of(Code.READS_DISAGREE), None, span)
    for operation in everyone:
        requests = operation.cut.counts.requests
        operation.cut.counts = operation.cut.counts.doubting(requests)
        operation.cut.latency.doubted = requests


def _cut_differs(found: Survey) -> bool:
    """Whether the excluded spans hold something else than the fine series does there, as far as both are known."""
    whole, rest = found.counts(excluding=False), found.counts(excluding=True)
    if whole.assumed or whole.unbounded or rest.unbounded:
        return False
    coarse = {"requests": whole.requests - rest.requests}
    if whole.faults.known and rest.faults.known:
        coarse["faults"] = round(whole.faults.low - rest.faults.low)
    return any(_fine_in(found, quantity) not in (None, value) for quantity, value in coarse.items())


def _fine_in(found: Survey, quantity: str) -> int | None:
    wanted: Quantity = "faults" if quantity == "faults" else "requests"
    parts = [sum_in(found.fine, span, wanted) for span in found.excluded]
    return None if None in parts else sum(part or 0 for part in parts)


def _inventory(world: World, service: Service, source: SourceKind, days: Sequence[Span], gaps: GapList) -> Inventory:
    exact = tuple(rule.match for rule in service.rules if "*" not in rule.match)
    names, listing = (*exact, *world.names.get(service.key, ())), world.inventories[source]
    inventory = aside(world.reader, listing, lambda: listing.inventory(service, days, names))()
    for gap in inventory.gaps:
        gaps.note(gap.reason, gap.operation, gap.span)
    return inventory


def inventory_of(world: World, found: Survey, days: Sequence[Span]) -> Inventory:
    """The operations of other days than the survey's."""
    return _inventory(world, found.service, found.source, days, GapList(found.service.key))


def started(found: Survey, pieces: tuple[Kept, ...], excluded: Spans, inventory: Inventory | None) -> Survey:
    """An empty survey of other pieces, of the same operations and those of an inventory."""
    others = inventory.operations if inventory else ()
    known = {one.stream.operation: one.stream for one in found.operations}
    streams = known | {stream.operation: stream for stream in others}
    made = [Operation(stream, found.service.place(stream.operation or "")) for stream in streams.values()]
    total = Operation(found.total.stream, found.total.placement) if found.total else None
    gaps = GapList(found.service.key)
    return Survey(found.service, found.source, pieces, excluded, made, total, found.whole, gaps=gaps)


def _start(
    service: Service, source: SourceKind, pieces: tuple[Kept, ...], excluded: Spans, inventory: Inventory, gaps: GapList
) -> Survey:
    operations = [Operation(stream, service.place(stream.operation or "")) for stream in inventory.operations]
    total = Operation(inventory.total, Placement("", None, ignored=False)) if inventory.total_decides else None
    holes = union(gap.span for gap in inventory.gaps)
    return Survey(service, source, pieces, excluded, operations, total, inventory.total, gaps=gaps, undiscovered=holes)


def everyone_of(found: Survey) -> list[Operation]:
    """Every stream that is read: the operations, and the whole where it decides."""
    return [*found.operations, *([found.total] if found.total else [])]


def _proved_streams(found: Survey) -> list[Stream]:
    return [operation.stream for operation in everyone_of(found)]


def _fine_request(found: Survey, piece: Kept) -> FineRequest:
    kept = [operation.stream for operation in found.kept]
    ignored = [operation.stream for operation in found.ignored]
    decides, reach, bins = found.total is not None, piece.reach, piece.finest
    return FineRequest(kept, ignored, found.whole, decides, reach, bins, found.undiscovered, found.service.heartbeat)


def _read_basics(world: World, found: Survey, objectives: Sequence[Objective]) -> None:
    everyone = everyone_of(found)
    streams = [operation.stream for operation in everyone]
    ranks = [one.indicator for one in objectives if isinstance(one.indicator, Percentile) and not world.aim.lean]
    hints = sorted({rank.name for rank in ranks})
    found.cover, wholes = read_parts(world.reader, streams, found.spans, found.least, world.anchor, found.gaps, hints)
    found.cut_cover, cuts = read_parts(world.reader, streams, found.excluded, found.least, world.anchor, found.gaps)
    for operation, whole, cut in zip(everyone, wholes, cuts, strict=True):
        operation.whole, operation.hints, operation.cut = whole.part, whole.hints, cut.part


def _forget_unasked(world: World, found: Survey) -> None:
    """Leaves out operations that were only tried: nobody asked for them in the period."""
    if found.total is not None:
        found.operations = [one for one in found.operations if _asked(one)]
    world.names[found.service.key] = tuple(operation.name for operation in found.operations)


def _asked(operation: Operation) -> bool:
    counts = operation.whole.counts
    return bool(counts.requests) or counts.unbounded or bool(operation.whole.latency.buckets)


def _prove(world: World, found: Survey) -> Tiling:
    """Day tiles held against the long buckets; suspicious streams are read once more, both ways."""

    def again(suspects: Sequence[Operation]) -> Tiling:
        streams = [operation.stream for operation in suspects]
        _, fresh = read_parts(world.reader, streams, found.spans, found.least, world.anchor, found.gaps)
        for operation, reading in zip(suspects, fresh, strict=True):
            operation.whole = reading.part
        return read_tiling(world.reader, streams, found.pieces)

    tiling = read_tiling(world.reader, _proved_streams(found), found.pieces)
    return proven(everyone_of(found), tiling, again, found.spans, found.gaps)


def _read_ladder(world: World, found: Survey, objectives: Sequence[Objective]) -> None:
    keyed = searches(found, objectives)
    found.kept_rungs = kept = _kept_rungs(world, found)
    found.any_rung = kept is None or _closed(world, found)
    if kept is not None and not found.any_rung:
        climb(world.reader, found, everyone_of(found), kept)
        bracketed(keyed.items(), found)
    else:
        _search(world, found, objectives, keyed)
    for key, search in keyed.items():
        if search.found:
            found.brackets[key] = search.found
        if key[0] is None and key[1] is None:
            found.rungs |= search.rungs
    found.rungs |= set(COARSE) if found.any_rung or found.steps is None else set(found.steps.rungs)


def _read_limits(world: World, found: Survey, objectives: Sequence[Objective]) -> None:
    """The counts at the goals' own limits; where one of them is not kept, between the rungs that are."""
    everyone, ladder = everyone_of(found), Ladder(world.reader, found, found.gaps)
    found.lean = True
    ladder.fixed({index: limit_rungs(one, objectives) for index, one in enumerate(everyone)}, everyone)
    if ladder.refused and (kept := _kept_rungs(world, found)):
        climb(world.reader, found, everyone, kept)


def _kept_rungs(world: World, found: Survey) -> tuple[str, ...] | None:
    """The rungs that are kept of all that was read; None where any may be asked for."""
    told = (world.keeps.rungs(found.service, found.source, span) for span in found.spans)
    kept = [rungs for rungs in told if rungs is not None]
    return tuple(rung for rung in kept[0] if all(rung in rungs for rungs in kept)) if kept else None


def _closed(world: World, found: Survey) -> bool:
    return all(world.keeps.closed(found.service, span) for span in found.spans)


def _search(
    world: World,
    found: Survey,
    objectives: Sequence[Objective],
    keyed: Mapping[BracketKey, Search],
) -> None:
    """Searches with any rung; what recorded answers don't tell is bracketed by the kept rungs."""
    ladder, everyone = Ladder(world.reader, found, found.gaps), everyone_of(found)
    ladder.fixed({index: fixed_rungs(operation, objectives) for index, operation in enumerate(everyone)}, everyone)
    ladder.search(list(keyed.values()))
    ladder.other_way(list(keyed.values()))
    kept = found.kept_rungs
    if ladder.refused and kept:
        wide = [(key, one) for key, one in keyed.items() if one.found is None or not close(one.found)]
        members = {id(member): member for _, one in wide for member in one.members}
        climb(world.reader, found, list(members.values()), kept)
        bracketed(wide, found)
