"""The story of a collect: plan, read, keep, close, record.

The one rule: every commit stands by itself; whoever kills a run loses what it was reading, and the
next run plans from what is kept, not from what an earlier one meant to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby

from slactl.compliance.distribution import Rung
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import NewItem
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span, subtract
from slactl.model.status import Code
from slactl.ports import InventorySource, MetricReader, Progress
from slactl.ports.archive import EvidenceFailure, Overtaken, Tables
from slactl.workflows.collecting.gathering import Gathering, Tools, gathered
from slactl.workflows.collecting.holdings import Holdings, Store
from slactl.workflows.collecting.names import hidden
from slactl.workflows.collecting.outcome import KeptSpan, Missing, Outcome, Why
from slactl.workflows.collecting.plan import Held, Plan, Task, Wish, plan
from slactl.workflows.collecting.record import Made, digest_parts, stamp
from slactl.workflows.collecting.recording import Paper, Recorder
from slactl.workflows.collecting.rungs import ladder
from slactl.workflows.collecting.veil import Veil, VeiledReader
from slactl.workflows.collecting.wishes import Options, Wishing, limits_asked

Closer = Callable[["Collect"], None]
"""Closes what months can be closed, and tells the outcome of it."""
Extra = Callable[["Collect"], Sequence[NewItem]]
"""What else is kept every day (alarms), with its own look at what is kept already."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a collect works with; ``papers`` are the configuration's files and the announcements'."""

    catalogue: Catalogue
    store: Store
    tables: Tables
    reader: MetricReader
    inventories: Mapping[SourceKind, InventorySource]
    made: Made
    now: int
    papers: Sequence[Paper] = ()
    progress: Progress = lambda stage, done, total: None
    extras: Sequence[Extra] = ()
    close: Closer | None = None


@dataclass(slots=True)
class Collect:
    """One run."""

    machine: Machine
    wishing: Wishing
    outcome: Outcome
    rungs: tuple[Rung, ...]
    wishes: dict[str, Wish]
    tasks: list[Task]
    veil: Veil = field(default_factory=Veil)
    done: int = 0

    @property
    def services(self) -> Mapping[str, Service]:
        return {service.key: service for service in self.wishing.services}

    @property
    def tools(self) -> Tools:
        machine = self.machine
        reader = VeiledReader(machine.reader, self.veil)
        place = machine.made.account, machine.made.region
        return Tools(reader, machine.inventories, machine.tables, self.veil, self.rungs, machine.now, *place)

    def holdings(self, service: str) -> Holdings:
        return Holdings(self.machine.store, service)


def prepared(machine: Machine, options: Options) -> Collect:
    """A run that has read nothing yet: its plan, made from what is kept.

    Raises:
        EvidenceFailure: if the store can't be read, or was filled from another account.
        TooManyLimits: if the goals' limits don't fit into a ladder.
    """
    catalogue = machine.catalogue
    wishing = Wishing(catalogue, machine.now, options)
    rungs = ladder(catalogue.objectives)
    wishes, plans = {}, []
    for service in wishing.services:
        holdings = Holdings(machine.store, service.key)
        held = holdings.held()
        _check_account(machine, service, held)
        wish = wishing.wish(service, held, holdings.closed(), limits_asked(catalogue, service))
        wishes[service.key] = wish
        plans.append(_planned(wish, held, holdings, service, machine.now))
    tasks = sorted(task for one in plans for task in one.tasks)
    outcome = Outcome(_run_id(machine, tasks), machine.now, wishing.until)
    outcome.lost = [lost for one in plans for lost in one.lost]
    return Collect(machine, wishing, outcome, rungs, wishes, tasks)


def collect(machine: Machine, options: Options) -> Outcome:
    """Reads and keeps what is not kept yet.

    Raises:
        EvidenceFailure: as ``prepared``, and if nothing can be kept any more.
        Exception: what makes every read hopeless; what was kept before stays, and the record says so.
    """
    run = prepared(machine, options)
    recorder = Recorder(machine.store, machine.catalogue, machine.made, machine.papers)
    recorder.open(run.outcome)
    try:
        _read(run)
        _keep_extras(run)
        if options.close and machine.close:
            machine.close(run)
    except Exception as error:
        run.outcome.missing += _stopped(run, error)
        with suppress(EvidenceFailure):
            recorder.finish(run.outcome)
        raise
    recorder.finish(run.outcome)
    return run.outcome


def _planned(wish: Wish, held: Sequence[Held], holdings: Holdings, service: Service, now: int) -> Plan:
    def renamed(one: Held) -> bool:
        """Whether rules that came later hide names that are kept."""
        changed = one.asked.hiding != wish.asked.hiding
        return changed and bool(hidden(service, holdings.operations(one)).keys() - set(wish.asked.hiding))

    return plan(wish, held, now, renamed)


def _check_account(machine: Machine, service: Service, held: Sequence[Held]) -> None:
    """A store that was filled from one account is not filled on from another by mistake."""
    here = (machine.made.account, machine.made.region)
    places = {(one.item.place.account, one.item.place.region) for one in held}
    if not places or here in places or machine.catalogue.aws.expected_account == here[0]:
        return
    there = " and ".join(f"account {account} in {region}" for account, region in sorted(places))
    raise EvidenceFailure(
        f"{service.key} was collected from {there}, and these credentials are of account {here[0]} in {here[1]}",
        "use the credentials of that account; where the service moved, set aws.expected_account to the new one",
    )


def _run_id(machine: Machine, tasks: Sequence[Task]) -> str:
    files = [f"{file.name} {file.sha256}" for file in machine.catalogue.files]
    return f"{stamp(machine.now)}-{digest_parts([*files, *map(str, tasks)])}"


def _read(run: Collect) -> None:
    """All tasks, and once more in parts those that could not be had whole."""
    again: list[Task] = []
    for _, tasks in groupby(run.tasks, key=lambda task: (task.span, task.bin)):
        again += _read_group(run, list(tasks), final=False)
    for task in sorted(again):
        _read_group(run, [task], final=True)


def _read_group(run: Collect, tasks: Sequence[Task], *, final: bool) -> list[Task]:
    """Reads tasks of one span together; gives what to try once more, in parts."""
    again: list[Task] = []
    for one in gathered(_gatherings(run, tasks), run.tools.reader):
        if one.stopped:
            parts = [] if final or one.refused else _parts(run, one)
            again += parts
            run.outcome.missing += _missing(one, parts)
        else:
            _keep(run, one)
        run.done += len(one.task.days)
        total = max(run.done, sum(len(task.days) for task in run.tasks))
        run.machine.progress("collecting", run.done, total)
    return again


def _gatherings(run: Collect, tasks: Iterable[Task]) -> Iterator[Gathering]:
    for task in tasks:
        service = run.services[task.service]
        earlier = run.holdings(task.service).listed(task.span)
        yield Gathering(task, service, run.wishes[task.service].asked, earlier, run.tools)


def _keep(run: Collect, one: Gathering) -> None:
    """Commits what a task found; days of which more is kept already than CloudWatch tells now are left alone."""
    holdings = run.holdings(one.task.service)
    chosen: list[tuple[KeptSpan, tuple[NewItem, NewItem]]] = []
    for kept, files in one.items():
        known = [held for held in holdings.held() if held.facts.span.meets(kept.span)]
        if sum(held.requests for held in known) > kept.requests:
            text = "fewer requests are told now than were kept; what was kept stays"
            run.outcome.missing.append(Missing(kept.service, kept.span, Why.FEWER_THAN_KEPT, text))
        else:
            chosen.append((kept, files))
    if chosen and _committed(run, holdings, chosen):
        run.outcome.kept += [kept for kept, _ in chosen]


def _committed(run: Collect, holdings: Holdings, chosen: Sequence[tuple[KeptSpan, tuple[NewItem, NewItem]]]) -> bool:
    """Whether the files were kept; not, if another run kept the same days meanwhile.

    Raises:
        Overtaken: if another run changed them, and they are not kept all the same.
    """
    added = [item for _, files in chosen for item in files]
    dropped = [item for kept, _ in chosen for item in holdings.inside(kept.span)]
    try:
        run.machine.store.commit(run.outcome.run, run.machine.now, added, dropped)
    except Overtaken:
        kept = [held.facts.span for held in holdings.held()]
        if subtract((one.span for one, _ in chosen), kept):
            raise
        return False
    return True


def _parts(run: Collect, one: Gathering) -> list[Task]:
    """What of a task to try once more: its days, each without the hours that are disputed."""
    days = one.task.days
    if one.failed:
        return [replace(one.task, span=day) for day in days] if len(days) > 1 else []
    return [replace(one.task, span=part) for day in days for part in _undisputed(run, one, day)]


def _undisputed(run: Collect, one: Gathering, day: Span) -> Sequence[Span]:
    """A day without its disputed hours; nothing of it where some of it is kept: that stays whole as it is."""
    if not any(span.meets(day) for span in one.disputes):
        return (day,)
    held = run.holdings(one.task.service).held()
    return () if any(each.facts.span.meets(day) for each in held) else subtract((day,), one.disputes)


def _missing(one: Gathering, parts: Sequence[Task]) -> list[Missing]:
    """What is missing of a task that is not kept whole, but for the parts that are tried once more."""
    left = subtract((one.task.span,), (part.span for part in parts))
    why, text = _why(one)
    return [Missing(one.task.service, span, why, text) for span in left]


def _why(one: Gathering) -> tuple[Why, str]:
    for listing in one.listings:
        if listing.refused:
            return Why.PERSONAL_NAMES, "names that are not kept: " + "; ".join(map(str, listing.refused[:5]))
        if listing.gaps:
            told = dict(listing.gaps[0].reason.figures).get("error", "")
            return Why.DISCOVERY_INCOMPLETE, f"its operations could not be listed ({told})"
    if one.disputed:
        name = one.disputed[0].stream.operation or "the whole"
        return Why.READS_DISAGREE, f"{name}: two reads of the same time differ, even after one more"
    first = one.failed[0]
    told = dict(first.reason.figures).get("error", first.reason.code.value)
    denied = first.reason.code is Code.ACCESS_DENIED
    what = f"{first.stream.operation or 'the whole'}: {first.metric} could not be read ({told})"
    return (Why.ACCESS_DENIED if denied else Why.READ_FAILED), what


def _stopped(run: Collect, error: Exception) -> list[Missing]:
    """What was not tried any more."""
    kept = [(one.service, one.span) for one in run.outcome.kept]
    told = [*kept, *((one.service, one.span) for one in run.outcome.missing)]
    return [
        Missing(task.service, span, Why.STOPPED, str(error) or type(error).__name__)
        for task in run.tasks
        for span in subtract((task.span,), (span for service, span in told if service == task.service))
    ]


def _keep_extras(run: Collect) -> None:
    """What else is kept every day, each in a commit of its own."""
    for extra in run.machine.extras:
        items = extra(run)
        if items:
            run.machine.store.commit(run.outcome.run, run.machine.now, items)
