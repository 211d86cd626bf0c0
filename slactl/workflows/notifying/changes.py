"""What a check changes: which targets stand otherwise than before, and who is to be told.

The one rule: nothing is told twice and nothing is left out: every change is a notice of its own, also
where it was undone before anybody could be told. Seeing a target for the first time is a change unless
it is OK; one that is not rated keeps the status that it had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from slactl.model.catalogue import Catalogue
from slactl.model.checking import Destination, Happening
from slactl.model.notice import HAPPENINGS, Notice, Subject
from slactl.model.status import Status
from slactl.workflows.notifying.state import Owed, Standing, State

Words = Callable[[Status], tuple[str, tuple[str, ...]]]
"""A notice's title and lines, given the status before."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a target stands in this check, and what is said if that is news."""

    subject: Subject
    status: Status
    words: Words


def observed(state: State, seen: Iterable[Seen], destinations: Sequence[Destination], now: int) -> State:
    """The state after a check that was asked at ``now`` (seconds since the epoch)."""
    standings, owed = dict(state.standings), list(state.owed)
    for one in seen:
        before = standings.get(one.subject.key)
        after = _standing(before, one, now)
        if after is None:
            continue
        if after.changes > (before.changes if before else 0):
            old = before.status if before else Status.OK
            notice = Notice(one.subject, old, after.status, now, after.changes, *one.words(old))
            told = [each for each in destinations if _is_told(each, notice, after)]
            owed += [Owed(each.name, notice) for each in told]
            after = replace(after, told={**after.told, **{each.name: after.status for each in told}})
        standings[one.subject.key] = after
    return State(standings, tuple(owed))


def without_strangers(state: State, catalogue: Catalogue, destinations: Sequence[Destination]) -> State:
    """The state without targets and channels that the configuration no longer has; what they were owed is dropped.

    A target that is gone still owes what was promised of it.
    """
    objectives = {one.id for one in catalogue.objectives}
    services = {one.key for one in catalogue.services} | {one.key for one in catalogue.components}
    names = {each.name for each in destinations}
    kept = {
        key: replace(one, told={name: status for name, status in one.told.items() if name in names})
        for key, one in state.standings.items()
        if one.subject.service is None or (one.subject.service in services and one.subject.objective in objectives)
    }
    return State(kept, tuple(one for one in state.owed if one.channel in names))


def _standing(before: Standing | None, one: Seen, now: int) -> Standing | None:
    """How a target stands after it was seen; None where there is nothing to remember."""
    if one.status is Status.NOT_RATED:
        return before
    if before is None:
        changed = one.status is not Status.OK
        return Standing(one.subject, one.status, now, 1 if changed else 0)
    if before.status is one.status:
        return before
    return replace(before, status=one.status, since=now, changes=before.changes + 1)


def _is_told(destination: Destination, notice: Notice, standing: Standing) -> bool:
    """Whether a channel hears of it: of a recovery only where it heard of the trouble."""
    happening = HAPPENINGS[notice.new]
    if not destination.wants(notice.subject.service, happening):
        return False
    if happening is not Happening.RECOVERED:
        return True
    return standing.told.get(destination.name, Status.OK) is not Status.OK
