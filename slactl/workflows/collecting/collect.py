"""The story of a collect: plan, read, keep, close, record.

The one rule: every commit stands by itself; whoever kills a run loses what it was reading, and the
next run plans from what is kept, not from what an earlier one meant to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from slactl.model.evidence import Kind
from slactl.model.report import SourceUse
from slactl.model.service import Service
from slactl.model.span import subtract
from slactl.ports.archive import EvidenceFailure, Overtaken
from slactl.workflows.collecting.doubt import doubt_of
from slactl.workflows.collecting.gathering import Gathering, gathered
from slactl.workflows.collecting.holdings import Holdings
from slactl.workflows.collecting.names import hidden
from slactl.workflows.collecting.outcome import Missing, Outcome, Why
from slactl.workflows.collecting.place import check_place
from slactl.workflows.collecting.plan import Held, Plan, Task, Wish, plan
from slactl.workflows.collecting.record import digest_parts, stamp
from slactl.workflows.collecting.recording import Recorder
from slactl.workflows.collecting.run import Closer, Collect, Extra, Machine
from slactl.workflows.collecting.rungs import ladder
from slactl.workflows.collecting.settling import keep, missing_of, parts_of
from slactl.workflows.collecting.wishes import Options, Wishing, limits_asked


def prepared(machine: Machine, options: Options) -> Collect:
    """A run that has read nothing yet: its plan, made from what is kept.

    Raises:
        EvidenceFailure: if the store can't be read, or was filled from another account.
        TooManyLimits: if the goals' limits don't fit into a ladder.
    """
    catalogue = machine.catalogue
    wishing = Wishing(catalogue, machine.now, options)
    rungs = ladder(catalogue.objectives)
    check_place(machine.store, machine.made.account, machine.made.region)
    doubt = doubt_of(machine.store.items(Kind.COUNTS), machine.now, wishing.settled)
    wishes, plans = {}, []
    for service in wishing.services:
        holdings = Holdings(machine.store, service.key)
        held = holdings.held()
        wish = wishing.wish(service, held, holdings.closed(doubt), limits_asked(catalogue, service), doubt)
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
        _keep_extras(run, machine.first)
        _forget(run)
        _read(run)
        _keep_extras(run, machine.extras)
        if options.close and machine.close:
            _close(run, machine.close)
    except Exception as error:
        run.outcome.missing += _stopped(run, error)
        run.outcome.uses = _uses(machine)
        with suppress(EvidenceFailure):
            recorder.finish(run.outcome)
        raise
    run.outcome.uses = _uses(machine)
    recorder.finish(run.outcome)
    return run.outcome


def _forget(run: Collect) -> None:
    """Drops what a clock ahead told of time that is yet to come; what it told of the past is read again."""
    for service in run.services:
        if untold := run.holdings(service).untold(run.wishes[service].doubt):
            with suppress(Overtaken):  # another run does the same
                run.machine.store.commit(run.outcome.run, run.machine.now, [], untold)


def _close(run: Collect, close: Closer) -> None:
    """Closes months; those that CloudWatch tells otherwise by now are read once more first."""
    again = close(run, final=False)
    for task in again:
        _read_group(run, [task], final=True)
    if again:
        close(run, final=True)
        run.outcome.missing = list(dict.fromkeys(run.outcome.missing))


def _uses(machine: Machine) -> tuple[SourceUse, ...]:
    return (*machine.reader.use(), *(use for inventory in machine.inventories.values() for use in inventory.use()))


def _planned(wish: Wish, held: Sequence[Held], holdings: Holdings, service: Service, now: int) -> Plan:
    def renamed(one: Held) -> bool:
        """Whether rules that came later hide names that are kept."""
        changed = one.asked.hiding != wish.asked.hiding
        return changed and bool(hidden(service, holdings.operations(one)).keys() - set(wish.asked.hiding))

    return plan(wish, held, now, renamed)


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
            parts = [] if final or one.refused else parts_of(run, one)
            again += parts
            run.outcome.missing += missing_of(one, parts)
        else:
            keep(run, one)
        run.done += len(one.task.days)
        total = max(run.done, sum(len(task.days) for task in run.tasks))
        run.machine.progress("collecting", run.done, total)
    return again


def _gatherings(run: Collect, tasks: Iterable[Task]) -> Iterator[Gathering]:
    for task in tasks:
        service = run.services[task.service]
        holdings = run.holdings(task.service)
        earlier, held = holdings.listed(task.span), holdings.meeting(task.span)
        wish = run.wishes[task.service]
        yield Gathering(task, service, wish.asked, earlier, held, wish.doubt, run.tools)


def _stopped(run: Collect, error: Exception) -> list[Missing]:
    """What was not tried any more."""
    kept = [(one.service, one.span) for one in run.outcome.kept]
    told = [*kept, *((one.service, one.span) for one in run.outcome.missing)]
    return [
        Missing(task.service, span, Why.STOPPED, str(error) or type(error).__name__)
        for task in run.tasks
        for span in subtract((task.span,), (span for service, span in told if service == task.service))
    ]


def _keep_extras(run: Collect, extras: Iterable[Extra]) -> None:
    """What else is kept every day, each in a commit of its own."""
    for extra in extras:
        items = extra(run)
        if items:
            run.machine.store.commit(run.outcome.run, run.machine.now, items)
