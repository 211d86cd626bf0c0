"""The samples of controls that an archive holds.

The one rule: only the days that are asked for are read, each file once; one that says something else than samples
ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from slactl.model.control import ControlSample
from slactl.model.evidence import Item, Kind
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting.controlday import read

CHECK = "slactl evidence check tells what is wrong with the store"


@dataclass
class KeptSamples:
    """A ``SampleBook`` over an archive, whose last manifest has the digest ``head``."""

    archive: Archive
    head: str = ""
    _read: dict[str, tuple[ControlSample, ...]] = field(default_factory=dict)

    def samples(self, span: Span) -> tuple[ControlSample, ...]:
        """Every sample taken in a span, in order of time.

        Raises:
            EvidenceFailure: if a file can't be read.
        """
        first, last = _day(span.start), _day(span.end - 1)
        items = (item for item in self.archive.items(Kind.CONTROLS) if first <= item.place.when <= last)
        found = (one for item in items for one in self._of(item) if span.start <= one.at < span.end)
        return tuple(sorted(found, key=lambda one: (one.at, one.component, one.control, one.target or "")))

    def origin(self, sample: ControlSample) -> str | None:
        """The path of the file in which a sample stands that was told before."""
        return next((path for path, told in self._read.items() if sample in told), None)

    def use(self) -> tuple[SourceUse, ...]:
        """How many files were read, and the head of their chain; nothing where there was none."""
        items = len(self._read)
        return (SourceUse("control-samples", None, None, None, 0, 0, 0, head=self.head, items=items),) if items else ()

    def _of(self, item: Item) -> Iterator[ControlSample]:
        if item.path not in self._read:
            try:
                self._read[item.path] = read(self.archive.body(item))
            except ValueError as error:
                raise EvidenceFailure(f"{item.path}: {error}", CHECK) from error
        yield from self._read[item.path]


def _day(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"
