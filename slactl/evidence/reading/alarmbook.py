"""The days of alarms that an archive holds.

The one rule: a day's document tells of the weeks before it, too, and one that is no such document ends the reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from slactl.model.evidence import Item, Kind
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting import alarmday
from slactl.workflows.collecting.alarms import KEPT
from slactl.workflows.collecting.holdings import CHECK

DAY = 86_400


@dataclass
class KeptAlarms:
    """An ``AlarmBook`` over an archive, whose last manifest has the digest ``head``."""

    archive: Archive
    head: str = ""
    _read: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def days(self, span: Span) -> tuple[Mapping[str, Any], ...]:
        """Those that may tell of a span, in order of time.

        Raises:
            EvidenceFailure: if one can't be read.
        """
        return tuple(self._of(one) for one in self._items(span))

    def origins(self, span: Span) -> tuple[str, ...]:
        """The paths of the documents that may tell of a span, in order of time."""
        return tuple(one.path for one in self._items(span))

    def _items(self, span: Span) -> list[Item]:
        first, last = _day(span.start - DAY), _day(span.end + KEPT + DAY)
        items = (one for one in self.archive.items(Kind.ALARMS) if first <= one.place.when <= last)
        return sorted(items, key=lambda one: (one.place.when, one.path))

    def use(self) -> tuple[SourceUse, ...]:
        """How many files were read, and the head of their chain; nothing where there was none."""
        items = len(self._read)
        return (SourceUse("alarm-history", None, None, None, 0, 0, 0, head=self.head, items=items),) if items else ()

    def _of(self, item: Item) -> Mapping[str, Any]:
        path = item.path
        if path not in self._read:
            try:
                self._read[path] = alarmday.read(self.archive.body(item))
            except ValueError as error:
                raise EvidenceFailure(f"{path}: {error}", CHECK) from error
        return self._read[path]


def _day(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"
