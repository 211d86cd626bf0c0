"""The story of a report: a catalogue and a month in, a judged month out.

The one rule: nothing flows back. Exclusions are decided first, then everything is read, then judged;
a read that failed is a gap and an unknown in the figures, never a missing row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from slactl.compliance.deviations import Calendar, deviations
from slactl.compliance.exclusions import Exclusions, exclusions
from slactl.model.catalogue import Catalogue
from slactl.model.period import Month, Period, agreement_year
from slactl.model.provenance import Provenance
from slactl.model.report import Report, Result, SourceUse
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, Spans
from slactl.model.status import Code, Reason, Status, worst
from slactl.ports import InventorySource, MetricReader
from slactl.ports.archive import Keeping
from slactl.ports.general import Counting, GeneralWorld
from slactl.reading.retention import DAY, HOUR, CloudWatchKeeping
from slactl.workflows.answering import answers, day_of
from slactl.workflows.digest import Digesting
from slactl.workflows.explaining.trace import Trace
from slactl.workflows.general.judged import JudgedGeneral, judge_general
from slactl.workflows.general.record import judge_records
from slactl.workflows.judged import judge_service
from slactl.workflows.rows.year import AccountKey, MonthOfYear
from slactl.workflows.scope import JudgedService, grid_of
from slactl.workflows.surveying import REPORT, Aim, World
from slactl.workflows.together import AT_ONCE, together

FINAL_AFTER = 3 * DAY


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The clock and the machine that made the report, what could still be read then, and what it is made for.

    ``now`` is seconds since the epoch; ``finished`` tells the time again once everything was read.
    Without ``keeping`` it is what CloudWatch keeps. ``told`` is what must be known of evidence, where any is used,
    ``against`` what its records say against windows, by id; ``general`` is what general objectives are judged from.
    """

    now: int
    clock_set: bool
    version: str
    python: str
    boto3: str
    tzdata: str
    config_digest: str
    command: str
    finished: Callable[[], int] | None = None
    keeping: Keeping | None = None
    told: tuple[Reason, ...] = ()
    aim: Aim = REPORT
    against: Mapping[str, Reason] = field(default_factory=dict)
    general: GeneralWorld | None = None

    @property
    def keeps(self) -> Keeping:
        return self.keeping or CloudWatchKeeping(self.now)


def make_report(
    catalogue: Catalogue,
    month: Month,
    reader: MetricReader,
    inventories: Mapping[SourceKind, InventorySource],
    made: Circumstances,
    traces: Mapping[str, Trace] | None = None,
    accounts: dict[AccountKey, MonthOfYear] | None = None,
) -> Report:
    """Reads and judges a month; ``traces`` (by service) are told what the figures were made from.

    ``accounts`` of months that are over are not taken anew, and the month's own are added to them.

    Raises:
        AwsFailure: when no read can succeed.
    """
    digesting = Digesting(reader)
    # What is read for verdicts alone is told to nobody, so its digest neither.
    asked = reader if made.aim.lean else digesting
    period = period_of(catalogue, month, made.now, made.keeps)
    world = World(asked, inventories, made.now, catalogue.report.zone, keeping=made.keeps, aim=_aim(catalogue, made))
    world = world if accounts is None else replace(world, accounts=accounts)
    applied = exclusions_of(catalogue, month, made)
    # What a remembered account was read from is told by what was asked since: then one goes after the other.
    at_once = AT_ONCE if accounts is None else 1
    judged, beside = _judged(catalogue, world, period, (made.general, applied.applied, traces or {}), at_once)
    record = judge_records(world, made.general, catalogue, period, (judged, beside.results))
    results = (*(result for one in judged for result in one.results), *beside.results, *record.results)
    pages = tuple(one.page for one in judged)
    sources = sources_of(reader, inventories, made.general)
    return Report(
        catalogue=catalogue,
        period=period,
        report_id=catalogue.report.id.replace("{month}", month.label),
        revision=1,
        generated_at=made.now,
        status=overall(results),
        results=results,
        services=pages,
        exclusions=applied.outcomes,
        gaps=(*(gap for one in judged for gap in one.gaps), *beside.gaps),
        sources=sources,
        provenance=_provenance(made, digesting.hex),
        limitations=(*_limitations(judged, sources, made.told), *beside.limitations),
        deviations=deviations(catalogue.incidents, pages, results, _calendar(catalogue, period, made.now)),
        answers=answers(catalogue, results, day_of(period)),
        watched=record.watched,
    )


Known = tuple[GeneralWorld | None, Mapping[str, Spans], Mapping[str, Trace]]
"""What general objectives are judged from, what maintenance takes out, and whom the figures' way is told."""


def _judged(
    catalogue: Catalogue, world: World, period: Period, known: Known, at_once: int
) -> tuple[list[JudgedService], JudgedGeneral]:
    """Every service and what is general, side by side: what they ask at the same time goes into the same calls."""
    general, applied, traces = known
    beside: list[JudgedGeneral] = []

    def of(service: Service) -> Callable[[MetricReader], JudgedService | None]:
        trace = traces.get(service.key)
        return lambda reader: judge_service(
            replace(world, reader=reader), catalogue, service, period, applied[service.key], trace
        )

    def rest(reader: MetricReader) -> JudgedService | None:
        beside.append(judge_general(replace(world, reader=reader), general, catalogue, period, applied))
        return None

    stories = [*map(of, catalogue.services), *([rest] if catalogue.general else [])]
    judged = [one for one in together(world.reader, stories, at_once) if one is not None]
    return judged, beside[0] if beside else JudgedGeneral()


def sources_of(
    reader: MetricReader, inventories: Mapping[SourceKind, InventorySource], general: GeneralWorld | None
) -> tuple[SourceUse, ...]:
    """What was asked of everybody so far."""
    listed = general.directory.use() if general else ()
    books: tuple[object, ...] = (general.samples, general.record) if general else ()
    looked = (use for one in books if isinstance(one, Counting) for use in one.use())
    return (*reader.use(), *(use for inventory in inventories.values() for use in inventory.use()), *listed, *looked)


def _aim(catalogue: Catalogue, made: Circumstances) -> Aim:
    """What it is made for; running budgets are looked ahead wherever burn rates are known."""
    return replace(made.aim, policy=catalogue.burn if catalogue.burn.shown else None)


def _calendar(catalogue: Catalogue, period: Period, now: int) -> Calendar:
    """The settled part of the period, and of the agreement year up to there."""
    if period.settled_until <= period.span.start:
        return Calendar(None, None, now)
    year = agreement_year(period.month, catalogue.report.year_starts, period.zone)
    until = period.settled_until
    return Calendar(Span(period.span.start, until), Span(year.start, until), now)


def period_of(catalogue: Catalogue, month: Month, now: int, keeping: Keeping) -> Period:
    """The month as it stands now: how far it is settled, and whether it is final: of nothing, nothing is."""
    span = month.span(catalogue.report.zone)
    settled = (now - catalogue.report.settle) // 60 * 60
    until = min(span.end, max(span.start, settled))
    over = now >= span.end + FINAL_AFTER
    bearers = bearers_of(catalogue)
    untold = over and not any(keeping.holds(bearer, span) for bearer in bearers)
    final = over and not untold and all(keeping.final(bearer, span) for bearer in bearers)
    return Period(month.label, span, catalogue.report.timezone, until, final, month, untold)


def bearers_of(catalogue: Catalogue) -> tuple[Service, ...]:
    """Whatever rows may bear the name of: the services, and the components as such."""
    return (*catalogue.services, *(component.service for component in catalogue.components))


def exclusions_of(catalogue: Catalogue, month: Month, made: Circumstances) -> Exclusions:
    """What maintenance takes out of a month, on the grid that its age leaves."""
    zone, settings = catalogue.report.zone, catalogue.report
    span, year = month.span(zone), agreement_year(month, settings.year_starts, zone)
    bearers = bearers_of(catalogue)
    keys = [bearer.key for bearer in bearers]
    grid, keeping = grid_of(bearers, made.keeps), made.keeps
    found = exclusions(catalogue.maintenance, keys, span, year, settings.timezone, grid, keeping.recorded)
    noted = (replace(one, proof_note=made.against.get(one.window.id)) for one in found.outcomes)
    return replace(found, outcomes=tuple(noted))


def overall(results: tuple[Result, ...]) -> Status:
    """The report's status: the worst roll-up of what binds."""
    return worst(result.rollup.status for result in results if result.rollup is not None and result.binding)


def _provenance(made: Circumstances, digest: str) -> Provenance:
    return Provenance(
        version=made.version,
        data_digest=digest,
        config_digest=made.config_digest,
        tzdata=made.tzdata,
        python=made.python,
        boto3=made.boto3,
        clock_set=made.clock_set,
        read_from=made.now,
        read_until=made.finished() if made.finished else made.now,
        command=made.command,
    )


def _limitations(
    judged: Sequence[JudgedService], sources: Iterable[SourceUse], told: tuple[Reason, ...]
) -> tuple[Reason, ...]:
    """What the reader must know of the whole: where only hours were kept, what was taken from evidence."""
    hourly = any(one.page.resolution >= HOUR for one in judged)
    heads = dict.fromkeys(use.head for use in sources if use.head is not None and use.kind == "evidence")
    proved = (Reason.of(Code.FROM_EVIDENCE, head=head) for head in heads)
    return (*((Reason.of(Code.HOURS_ONLY),) if hourly else ()), *proved, *(told if heads else ()))
