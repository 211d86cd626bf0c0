"""The chain of manifests, and what it says is kept.

The one rule: what is kept is the fold of the whole chain from its first link; a chain with a gap or a
broken link says nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slactl.evidence.store.manifest import Gone, Manifest, digest_of
from slactl.model.evidence import Item, Kind, Place


class Broken(Exception):
    """A link that does not follow from the one before; ``number`` is the link's."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number, self.what = number, what


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: its number (0: nothing was ever committed) and the digest of its file.

    Whoever notes it elsewhere can tell later whether anything before it was changed, or cut off.
    """

    number: int = 0
    sha256: str = ""

    def __str__(self) -> str:
        return f"{self.number}:{self.sha256}" if self.number else "0"


class Chain:
    """The state after the links that were taken in so far; later items of a path stand for earlier ones."""

    def __init__(self) -> None:
        self.head = Head()
        self._items: dict[str, Item] = {}
        self._of_kind: dict[Kind, dict[str, Item]] = {kind: {} for kind in Kind}
        self._since: dict[str, int] = {}
        self._latest = 0

    def take(self, manifest: Manifest) -> set[Place]:
        """Takes in the next link; gives the places that it changed.

        Raises:
            Broken: if it does not follow from the last one, or drops what was not there.
        """
        self._check_follows(manifest)
        changed = {self._drop(gone, manifest.number) for gone in manifest.dropped}
        if any(item.place.kind is Kind.RUN for item in manifest.added):
            self._latest = max(self._latest, manifest.at)
        for item in manifest.added:
            self._items[item.path] = self._of_kind[item.place.kind][item.path] = item
            self._since[item.path] = self._latest
        self.head = Head(manifest.number, digest_of(manifest.body))
        return changed | {item.place for item in manifest.added}

    def _drop(self, gone: Gone, number: int) -> Place:
        item = self._items.pop(gone.path, None)
        if item is None or item.sha256 != gone.sha256:
            raise Broken(number, f"it drops {gone.path}, which was not kept")
        del self._of_kind[item.place.kind][gone.path]
        return item.place

    def _check_follows(self, manifest: Manifest) -> None:
        if manifest.number != self.head.number + 1:
            raise Broken(self.head.number + 1, "it is missing")
        if manifest.previous != (self.head.sha256 or None):
            raise Broken(manifest.number, f"it does not follow from manifest {self.head.number} as that is now")

    def since(self, path: str) -> int:
        """The latest instant at which a collect had told of itself when a path was taken in, in seconds; 0 if none had.

        Links only ever follow, so that whatever an item says of its time, it was not kept before that.
        """
        return self._since.get(path, 0)

    def item(self, path: str) -> Item | None:
        """What is kept under a path."""
        return self._items.get(path)

    def items(self, kind: Kind | None = None) -> Iterable[Item]:
        """What is kept, of a kind or in all, in no order."""
        return (self._items if kind is None else self._of_kind[kind]).values()

    def __contains__(self, path: object) -> bool:
        return path in self._items
