"""An archive that notes what is read of it, and the evidence that a bundle takes along.

The one rule: a bundle holds the whole chain, so that it can be checked, and of the items those that
the report was made from; what the chain names besides stays in the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from slactl.evidence.bundle.names import EVIDENCE
from slactl.evidence.bundle.writing import Content
from slactl.evidence.store import Head, ShelfArchive
from slactl.evidence.store.layout import MARKER, manifest_path
from slactl.evidence.store.manifest import read_manifest
from slactl.model.evidence import Dropped, Item, Kind, NewItem


class NotedArchive:
    """An ``Archive`` that reads another one, never writes, and remembers the items that were asked for."""

    def __init__(self, archive: ShelfArchive) -> None:
        self._archive = archive
        self._read: dict[str, Item] = {}

    @property
    def head(self) -> Head:
        """The end of the chain."""
        return self._archive.head

    @property
    def read(self) -> tuple[Item, ...]:
        """What was read so far, in order of path."""
        return tuple(self._read[path] for path in sorted(self._read))

    def items(self, kind: Kind, service: str | None = None, when: str | None = None) -> tuple[Item, ...]:
        return self._archive.items(kind, service, when)

    def since(self, item: Item) -> int:
        return self._archive.since(item)

    def body(self, item: Item) -> bytes:
        self._read[item.path] = item
        return self._archive.body(item)

    def path(self, item: Item) -> Path:
        self._read[item.path] = item
        return self._archive.path(item)

    def commit(self, run: str, at: int, added: Sequence[NewItem], dropped: Sequence[Dropped] = ()) -> tuple[Item, ...]:
        raise AssertionError("whoever bundles or verifies keeps nothing")


def evidence_files(archive: ShelfArchive, items: Iterable[Item]) -> dict[str, Content]:
    """The files of a bundle's evidence: marker, chain, and some items.

    Raises:
        EvidenceFailure: if one of them is missing or not what was kept.
    """
    own = (MARKER, *(manifest_path(number) for number in range(1, archive.head.number + 1)))
    found: dict[str, Content] = {EVIDENCE + path: archive.shelf.get(path) for path in own}
    return found | {EVIDENCE + item.path: archive.path(item) for item in items}


def strangers(archive: ShelfArchive, names: Iterable[str]) -> list[str]:
    """Those of a bundle's files that stand among its evidence and are named by nothing in its chain."""
    known = {MARKER, *(manifest_path(number) for number in range(1, archive.head.number + 1))}
    known |= {item.path for kind in Kind for item in archive.items(kind)}
    return sorted(name for name in names if name.startswith(EVIDENCE) and name.removeprefix(EVIDENCE) not in known)


def last_kept(archive: ShelfArchive) -> int:
    """When the last link of a chain was made, in seconds since the epoch; 0 if there is none."""
    number = archive.head.number
    return read_manifest(archive.shelf.get(manifest_path(number)), number).at if number else 0
