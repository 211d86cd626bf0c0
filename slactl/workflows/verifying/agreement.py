"""Whether a configuration is the agreement that the collects saw.

The one rule: the last collect before the report must have seen the very windows, rules, targets and
services that the report was made with; what changed from collect to collect is told, and proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from slactl.model.catalogue import Catalogue
from slactl.model.evidence import Item
from slactl.model.span import Span
from slactl.workflows.collecting.record import BEHIND, SeenRun, SeenWindow, agreement, read_run
from slactl.workflows.verifying.differences import Figure, compared
from slactl.workflows.verifying.figures import figures_of


@dataclass(frozen=True, slots=True)
class Record:
    """What a collect wrote of itself: its calendar, and the whole."""

    seen: SeenRun
    told: Mapping[str, Any]


def records(bodies: Iterable[bytes]) -> list[Record]:
    """The records, oldest first.

    Raises:
        ValueError: if one is no record.
    """
    found = [Record(read_run(body), json.loads(body)) for body in bodies]
    return sorted(found, key=lambda record: (record.seen.at, record.seen.id))


def item_at(item: Item) -> int:
    """When the collect began that wrote a record, by what the chain says of it."""
    at = item.facts.get("at")
    return at if isinstance(at, int) else 0


def last_before(found: Sequence[Record], at: int) -> Record | None:
    """The last collect that began at or before an instant."""
    return next((record for record in reversed(found) if record.seen.at <= at), None)


def faults(catalogue: Catalogue, last: Record) -> tuple[Figure, ...]:
    """Everything that a configuration says otherwise than the last collect saw it."""
    says = json.loads(json.dumps(agreement(catalogue, last.seen.at)))
    gives = {section: last.told.get(section) for section in says}
    return compared(figures_of(says), figures_of(gives), same_version=True).false


def told(fault: Figure, last: Record) -> str:
    """A difference between configuration and record, in words."""
    return f"{fault.place}: {fault.field}: says {fault.says}, collect {last.seen.id} saw {fault.gives}"


def changes(found: Sequence[Record], month: Span) -> Iterator[str]:
    """How the windows that touch a month changed after a collect first saw them."""
    for before, after in pairwise(found):
        yield from _changed(before.seen, after.seen, month)


def _changed(before: SeenRun, after: SeenRun, month: Span) -> Iterator[str]:
    old = {window.id: window for window in before.windows}
    new = {window.id: window for window in after.windows}
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        touching = [window for window in (was, now) if window and window.span.meets(month)]
        if was != now and touching:
            yield from _sentence(name, was, now, after)


def _sentence(name: str, was: SeenWindow | None, now: SeenWindow | None, run: SeenRun) -> Iterator[str]:
    if was is None:
        if now is not None and now.span.start < run.at:
            yield f"window {name} was first seen by collect {run.id}, after it had begun"
    elif now is None:
        # Records name the occurrences of a recurring window for some time only.
        if "@" not in name or was.span.end >= run.at - BEHIND:
            yield f"window {name} is gone from collect {run.id} on"
    else:
        fields = ", ".join(field for field in SeenWindow.__slots__ if getattr(was, field) != getattr(now, field))
        when = ", after it had begun" if was.span.start < run.at else ""
        yield f"window {name} was changed ({fields}), seen by collect {run.id}{when}"


__all__ = ["BEHIND", "Record", "changes", "faults", "item_at", "last_before", "records", "told"]
