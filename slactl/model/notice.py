"""A notice: a target's status changed, and somebody is to be told.

The one rule: its id follows from what changed alone, so that the same change told twice, after a run
that was killed, bears the same id, and a receiver can tell it from a new one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from slactl.model.checking import Happening
from slactl.model.status import Status

ID_LENGTH = 32
HAPPENINGS = {
    Status.BREACHED: Happening.BREACHED,
    Status.WARNING: Happening.WARNING,
    Status.INSUFFICIENT_DATA: Happening.INSUFFICIENT_DATA,
    Status.OK: Happening.RECOVERED,
}


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whose status it is: a target of a window; without a service it is slactl itself, looking at that window."""

    window: str
    service: str | None = None
    objective: str | None = None
    operation_class: str | None = None
    operation: str | None = None

    @property
    def key(self) -> str:
        """Its name in the state file: ``month-to-date/missions-api/uptime``; only an operation can hold a slash."""
        if self.service is None or self.objective is None:
            return f"{self.window}/"
        named = f"{self.window}/{self.service}/{self.objective}"
        named += f"/class:{self.operation_class}" if self.operation_class is not None else ""
        return named + (f"/operation:{self.operation}" if self.operation is not None else "")


@dataclass(frozen=True, slots=True)
class Notice:
    """One change of status; ``at`` (seconds since the epoch) is when it was seen.

    ``number`` counts the changes of the subject. ``title`` is one line, ``lines`` say more; both are written
    down with the change, so that whoever is told late is told what was true then.
    """

    subject: Subject
    old: Status
    new: Status
    at: int
    number: int
    title: str
    lines: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """So many hexadecimal digits, the same for the same change."""
        subject = self.subject
        parts = [subject.window, subject.service, subject.objective, subject.operation_class, subject.operation]
        told = json.dumps([*parts, self.old, self.new, self.at, self.number], ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()[:ID_LENGTH]

    @property
    def happening(self) -> Happening:
        """What it is, for those who want to be told of some changes only."""
        return HAPPENINGS[self.new]
