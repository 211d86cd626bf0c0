"""A store of evidence on a shelf: what its chain names, and commits to it.

The one rule: data first, then the link of the chain, then the taking away of what was dropped; so a run
that is killed anywhere has either kept everything of a commit or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from slactl.evidence.store.chain import Broken, Chain, Head
from slactl.evidence.store.layout import (
    MANIFESTS,
    MARKED,
    MARKER,
    is_item_path,
    manifest_number,
    manifest_path,
    path_of,
)
from slactl.evidence.store.manifest import UPGRADE, BadManifest, Manifest, NewerManifest, digest_of, gone, read_manifest
from slactl.evidence.store.shelf import Absent, Irregular, Shelf
from slactl.model.evidence import Dropped, Item, Kind, NewItem, Place
from slactl.ports.archive import EvidenceFailure, Overtaken

PATIENCE = 30.0
"""Seconds that a single commit waits for another run's lock."""
TRIES = 100
CHECK = "slactl evidence check tells what is wrong; a copy of the store may still be whole"


class ShelfArchive:
    """An ``Archive``; a context manager too. What it shows is the store as of its opening or its last commit."""

    def __init__(self, shelf: Shelf, *, marked: bool = True) -> None:
        """A store on a shelf.

        Args:
            shelf: where its files are.
            marked: whether its marker stands; else the first commit writes it.
        """
        self.shelf, self._marked = shelf, marked
        self._chain = Chain()
        self._verified: dict[str, Path] = {}
        self._lock = RLock()
        self._foreign: set[Place] = set()
        self.refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes local copies."""
        self.shelf.close()

    @property
    def name(self) -> str:
        """The store, as people write it."""
        return self.shelf.name

    @property
    def head(self) -> Head:
        """The end of the chain, to be noted elsewhere."""
        return self._chain.head

    def items(self, kind: Kind, service: str | None = None, when: str | None = None) -> tuple[Item, ...]:
        """What is kept of a kind, in order of place; ``when`` is a day or month, or how it begins."""
        wanted = [
            item
            for item in self._chain.items(kind)
            if service in (None, item.place.service) and item.place.when.startswith(when or "")
        ]
        return tuple(sorted(wanted, key=lambda item: (item.place, item.path)))

    def since(self, item: Item) -> int:
        """When an item was kept at the earliest, by the collects that the chain tells of up to it."""
        return self._chain.since(item.path)

    def body(self, item: Item) -> bytes:
        """The bytes, held against the digest.

        Raises:
            EvidenceFailure: if they are missing or others.
        """
        try:
            body = self.shelf.get(item.path)
        except (Absent, Irregular):
            raise self._missing(item) from None
        self._hold(item, digest_of(body))
        return body

    def path(self, item: Item) -> Path:
        """A file with these bytes, held against the digest once; it lives as long as the store is open.

        Raises:
            EvidenceFailure: if they are missing or others.
        """
        with self._lock:
            known = self._verified.get(item.path)
        if known:
            return known
        try:
            file = self.shelf.file(item.path)
            self._hold(item, digest_of(file.read_bytes()))
        except (Absent, Irregular, FileNotFoundError):
            raise self._missing(item) from None
        with self._lock:
            self._verified[item.path] = file
        return file

    def commit(self, run: str, at: int, added: Sequence[NewItem], dropped: Sequence[Dropped] = ()) -> tuple[Item, ...]:
        """Keeps files and drops others, all or nothing; gives the items of ``added``, those already kept too.

        Args:
            run: what the commit belongs to.
            at: the present, in seconds since the epoch.
            added: files to keep; one that is kept just so, facts included, is not added twice.
            dropped: items that leave.

        Raises:
            Overtaken: if another run changed the same places since they were looked at.
            EvidenceFailure: if nothing can be written, or an item to be dropped is not kept.
        """
        wanted = {item.path: (item, new.body) for new in added for item in [_item_of(new)]}
        with self._lock, self.shelf.exclusive(PATIENCE):
            for _ in range(TRIES):
                self._foreign |= self._advance()
                self._check_free([item for item, _ in wanted.values()], dropped)
                if self._committed(run, at, list(wanted.values()), dropped):
                    return tuple(item for item, _ in wanted.values())
        raise EvidenceFailure(f"others keep writing to {self.name}", "run again when they are done")

    def refresh(self) -> None:
        """Looks at the store anew: what others committed meanwhile counts from here.

        Raises:
            EvidenceFailure: if the chain is broken, or written by a later version.
        """
        with self._lock:
            self._advance()
            self._foreign.clear()

    @contextmanager
    def exclusive(self, patience: float = 0.0) -> Iterator[None]:
        """Keeps other runs out of a local store; on S3 whoever commits first to a place goes first.

        Raises:
            EvidenceFailure: if another run is at work.
        """
        with self.shelf.exclusive(patience):
            self.refresh()
            yield

    def sweep(self, at: int) -> int:
        """Takes away what killed runs left behind; gives how many files. On S3 only what is older than a day."""
        with self._lock, self.shelf.exclusive(PATIENCE):
            self.refresh()
            orphans = [each for each in self.shelf.list() if each.regular and self._unrecorded(each.path)]
            return self.shelf.sweep(orphans, at - 86_400)

    def _unrecorded(self, path: str) -> bool:
        known = path == MARKER or manifest_number(path) is not None
        return not known and path not in self._chain and is_item_path(path)

    def _advance(self) -> set[Place]:
        """Takes in the links that were added since; gives the places that they changed."""
        changed: set[Place] = set()
        try:
            for number, body in self._new_links():
                changed |= self._chain.take(read_manifest(body, number))
        except Broken as broken:
            raise self._broken(broken.number, broken.what) from None
        except BadManifest as bad:
            raise self._broken(self._chain.head.number + 1, str(bad)) from None
        except (Absent, Irregular):
            raise self._broken(self._chain.head.number + 1, "it is no file") from None
        except NewerManifest as newer:
            raise EvidenceFailure(f"{self.name} was written by a later slactl ({newer})", UPGRADE) from None
        return changed

    def _new_links(self) -> Iterator[tuple[int, bytes]]:
        """The links after the head: at first as they are listed, so that a gap shows; later one after the other."""
        if not self._chain.head.number:
            listed = self.shelf.list(f"{MANIFESTS}/")
            numbers = sorted(number for each in listed if (number := manifest_number(each.path)))
            yield from zip(numbers, self.shelf.get_all([manifest_path(each) for each in numbers]), strict=True)
            return
        with suppress(Absent):
            while True:
                number = self._chain.head.number + 1
                yield number, self.shelf.get(manifest_path(number))

    def _check_free(self, added: Sequence[Item], dropped: Sequence[Dropped]) -> None:
        """Nobody else changed the places of a commit, unless to what it wants."""
        taken = [item.place for item in added if self._chain.item(item.path) != item and item.place in self._foreign]
        taken += [each.item.place for each in dropped if each.item.place in self._foreign]
        if taken:
            self._foreign.clear()
            what = path_of(taken[0], "").rpartition("/")[0] or taken[0].name
            raise Overtaken(f"another run changed {what} meanwhile", "run again")
        for each in dropped:
            kept = self._chain.item(each.item.path)
            if kept is None or kept.sha256 != each.item.sha256:
                raise EvidenceFailure(f"{each.item.path} is not kept, so it can't be dropped", "look at the store anew")

    def _committed(self, run: str, at: int, wanted: Sequence[tuple[Item, bytes]], dropped: Sequence[Dropped]) -> bool:
        """Whether the commit became the next link of the chain."""
        new = [(item, body) for item, body in wanted if self._chain.item(item.path) != item]
        leaving = [each for each in dropped if each.item not in (item for item, _ in wanted)]
        if not new and not leaving:
            return True
        if not self._marked:
            self.shelf.create(MARKER, MARKED, at)
            self._marked = True
        for item, body in new:
            if (kept := self._chain.item(item.path)) is None or kept.sha256 != item.sha256:
                self.shelf.put(item.path, body, at)
        head = self._chain.head
        manifest = Manifest(
            head.number + 1, head.sha256 or None, run, at, tuple(item for item, _ in new), tuple(map(gone, leaving))
        )
        read_manifest(manifest.body, manifest.number)
        if not self.shelf.create(manifest_path(manifest.number), manifest.body, at):
            return False
        self._chain.take(manifest)
        self._take_away([each.item.path for each in leaving])
        return True

    def _take_away(self, paths: Sequence[str]) -> None:
        """Deletes files that left. The commit stands already: what can't be deleted is left to the next sweep."""
        for path in paths:
            if path not in self._chain:
                self._verified.pop(path, None)
                with suppress(EvidenceFailure):
                    self.shelf.delete(path)

    def _hold(self, item: Item, digest: str) -> None:
        if digest != item.sha256:
            raise EvidenceFailure(f"{self.name}: {item.path} is not what was kept (its SHA-256 differs)", CHECK)

    def _missing(self, item: Item) -> EvidenceFailure:
        return EvidenceFailure(f"{self.name}: {item.path} was kept, and is missing", CHECK)

    def _broken(self, number: int, what: str) -> EvidenceFailure:
        return EvidenceFailure(f"{self.name}: the chain is broken at {manifest_path(number)}: {what}", CHECK)


def _item_of(new: NewItem) -> Item:
    digest = digest_of(new.body)
    return Item(new.place, path_of(new.place, digest), digest, len(new.body), dict(new.facts))
