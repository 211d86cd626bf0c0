"""Revisions of a final report: what stood before, what changed, and why.

The one rule: a final report is never replaced in silence; a later difference is a revision of its
own, and the earlier ones stay and are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a figure of a later revision differs."""

    NEW_DATA = "new-data"
    WINDOW = "window"
    TARGET = "target"
    INCIDENT = "incident"
    TOOL_VERSION = "tool-version"
    CONFIGURATION = "configuration"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Told:
    """What one revision told of a row: ``value`` in the row's own unit, counts behind it."""

    value: float | int | None
    status: str
    good: float | int | None
    total: float | int | None
    goal: str
    unit: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row that two revisions tell differently; a side is None where the row did not exist."""

    service: str
    objective: str
    operation: str | None
    operation_class: str | None
    span: str
    old: Told | None
    new: Told | None
    why: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier revision: where it stands, and the SHA-256 of its figures. ``generated_at`` as printed."""

    number: int
    generated_at: str
    figures: str
    name: str


@dataclass(frozen=True, slots=True)
class History:
    """The revisions before this one, and what this one changed.

    ``figures`` is the SHA-256 of this report's own figures. ``comparable`` is false where the last
    revision is there only as a page, which can't be compared row by row. ``other`` are changes outside
    the rows: exclusions, deviations, daily figures, by the name of their section.
    """

    figures: str = ""
    earlier: tuple[Revision, ...] = ()
    changes: tuple[Change, ...] = ()
    why: tuple[Cause, ...] = ()
    other: tuple[str, ...] = ()
    comparable: bool = True


NO_HISTORY = History()
"""Of a report whose revision was not looked for."""
