"""What becomes of a task that was read: kept, tried once more in parts, or missing with a reason.

The one rule: a file takes the place of another only if it tells at least as much, and a task that could
not be had whole never takes the place of anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slactl.model.evidence import NewItem
from slactl.model.span import Span, subtract
from slactl.model.status import Code
from slactl.ports.archive import Overtaken
from slactl.workflows.collecting.gathering import Gathering
from slactl.workflows.collecting.holdings import Holdings
from slactl.workflows.collecting.outcome import KeptSpan, Missing, Why
from slactl.workflows.collecting.plan import Task
from slactl.workflows.collecting.run import Collect


def keep(run: Collect, one: Gathering) -> None:
    """Commits what a task found; days of which more is kept already than CloudWatch tells now are left alone."""
    holdings = run.holdings(one.task.service)
    chosen: list[tuple[KeptSpan, tuple[NewItem, NewItem]]] = []
    for day in one.days:
        if day.fewer(one.service.source):
            text = "fewer requests are told now than were kept; what was kept stays"
            run.outcome.missing.append(Missing(one.task.service, day.span, Why.FEWER_THAN_KEPT, text))
        else:
            chosen.append(one.items(day))
    if chosen and _committed(run, holdings, chosen):
        run.outcome.kept += [kept for kept, _ in chosen]


def _committed(run: Collect, holdings: Holdings, chosen: Sequence[tuple[KeptSpan, tuple[NewItem, NewItem]]]) -> bool:
    """Whether the files were kept; not, if another run kept the same days meanwhile.

    Raises:
        Overtaken: if another run changed them, and they are not kept all the same.
    """
    added = [item for _, files in chosen for item in files]
    doubt = run.wishes[holdings.service].doubt
    dropped = [item for kept, _ in chosen for item in holdings.inside(kept.span, doubt)]
    try:
        run.machine.store.commit(run.outcome.run, run.machine.now, added, dropped)
    except Overtaken:
        spans = [one.span for one, _ in chosen]
        if subtract(spans, (held.facts.span for span in spans for held in holdings.meeting(span))):
            raise
        return False
    return True


def parts_of(run: Collect, one: Gathering) -> list[Task]:
    """What of a task to try once more: its days, each without the hours that are disputed."""
    days = one.task.days
    if one.failed:
        return [replace(one.task, span=day) for day in days] if len(days) > 1 else []
    return [replace(one.task, span=part) for day in days for part in _undisputed(run, one, day)]


def _undisputed(run: Collect, one: Gathering, day: Span) -> Sequence[Span]:
    """A day without its disputed hours; nothing of it where some of it is kept: that stays whole as it is."""
    if not any(span.meets(day) for span in one.disputes):
        return (day,)
    return () if run.holdings(one.task.service).meeting(day) else subtract((day,), one.disputes)


def missing_of(one: Gathering, parts: Sequence[Task]) -> list[Missing]:
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
