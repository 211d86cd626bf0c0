"""What changed in a shift: the check as of then beside the check of now, and what lies between.

The one rule: both are made by the same code from what can be read now; only the clock is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from slactl.model.burn import Course
from slactl.model.catalogue import Catalogue
from slactl.model.check import Check, Target
from slactl.model.incident import Incident
from slactl.model.span import Span
from slactl.model.standing import Change, Downtime, Handover, Standing, Taken
from slactl.model.status import Status
from slactl.ports import MetricReader
from slactl.workflows.checking.check import SLICE, Asked, Inventories, make_check
from slactl.workflows.report import Circumstances
from slactl.workflows.standing.coming import coming
from slactl.workflows.standing.standing import AHEAD, settled_of


def make_handover(
    catalogue: Catalogue,
    asked: Asked,
    since: int,
    reader: MetricReader,
    inventories: Inventories,
    made: Circumstances,
) -> Handover:
    """Reads and judges both ends of a shift that began at an instant.

    Raises:
        AwsFailure: when no read can succeed.
        ValueError: if nothing since then is settled yet.
    """
    start = since // SLICE * SLICE
    shift = Span(start, settled_of(catalogue, made.now))
    check = make_check(catalogue, replace(asked, stretches=(shift,), whose=True), reader, inventories, made)
    back = replace(made, now=since, keeping=made.keeps)
    then = make_check(catalogue, replace(asked, stretches=()), reader, inventories, back)
    narrow = asked.narrowed(catalogue)
    known = tuple(one for one in catalogue.incidents if any(one.concerns(service.key) for service in narrow.services))
    return Handover(
        Standing(check, (), coming(narrow, Span(made.now, made.now + AHEAD), made)),
        since,
        then,
        tuple(_changes(check, then)),
        tuple(_downtime(check, known, made.now)),
        tuple(_taken(check)),
        tuple(one for one in check.targets if _burns(one)),
        tuple(one for one in known if one.end is None and one.start < made.now),
    )


def _key(target: Target) -> tuple[str, str, str | None]:
    return target.row.service, target.row.objective, target.row.operation_class


def _changes(check: Check, then: Check) -> Iterable[Change]:
    before: dict[tuple[str, str, str | None], Status] = {_key(one): one.status for one in then.targets}
    for target in check.targets:
        was = before.get(_key(target))
        if was is not target.status:
            yield Change(target, was)


def _taken(check: Check) -> Iterable[Taken]:
    for target in check.targets:
        outlook = target.row.outlook
        if outlook is None or not outlook.stretches:
            continue
        spent = outlook.stretches[0]
        if spent.bad is None or spent.bad:
            yield Taken(target, spent)


def _downtime(check: Check, incidents: Sequence[Incident], now: int) -> Iterable[Downtime]:
    """Each stretch once, however many objectives of availability a service has."""
    found = {
        (target.row.service, outage.span): outage
        for target in check.targets
        if target.row.outlook is not None
        for spent in target.row.outlook.stretches
        for outage in spent.outages
    }
    for (service, span), outage in sorted(found.items(), key=lambda one: (one[0][1], one[0][0])):
        yield Downtime(service, outage, _explaining(incidents, service, span, now))


def _explaining(incidents: Sequence[Incident], service: str, span: Span, now: int) -> tuple[str, ...]:
    told = ((one, one.until(now)) for one in incidents if one.concerns(service))
    return tuple(one.id for one, time in told if time is not None and time.meets(span))


def _burns(target: Target) -> bool:
    """Whether its budget ends early at the present pace, or went faster than it may in the shortest look-back."""
    outlook = target.row.outlook
    if outlook is None:
        return False
    latest = outlook.rates[0].high if outlook.rates else None
    return outlook.course is Course.ENDS or (latest is not None and latest > 1)
