"""What a check lets people be told of: its binding targets, and slactl itself.

The one rule: only what decides the check's status is news; a run that failed is news of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from slactl.model.check import Check, Target
from slactl.model.notice import Subject
from slactl.model.status import Status
from slactl.workflows.notifying.changes import Seen, Words

TellTarget = Callable[[Target, Status], tuple[str, tuple[str, ...]]]
"""A notice's title and lines of a target, given the status that it had before."""


def seen_in(check: Check, tell: TellTarget, itself: Words) -> Iterator[Seen]:
    """What a check saw; that it was made at all is that slactl itself is well."""
    for target in check.targets:
        if target.row.binding:
            yield Seen(subject_of(check, target), target.status, _words(tell, target))
    yield Seen(Subject(check.window.value), Status.OK, itself)


def seen_failing(window: str, itself: Words) -> Iterator[Seen]:
    """What a run saw that could not make its check."""
    yield Seen(Subject(window), Status.INSUFFICIENT_DATA, itself)


def subject_of(check: Check, target: Target) -> Subject:
    """Whose status a target's is."""
    row = target.row
    return Subject(check.window.value, row.service, row.objective, row.operation_class, row.operation)


def _words(tell: TellTarget, target: Target) -> Words:
    return lambda old: tell(target, old)
