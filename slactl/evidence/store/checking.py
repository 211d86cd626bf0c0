"""Walks a whole store, chain and files, and names whatever is not as it was kept.

The one rule: nothing is trusted because something else was found in order; every link and every byte is
read. What the inside cannot show (an end that was cut off, a chain forged from some link on) shows
against a head that was noted elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from slactl.evidence.store.chain import Head
from slactl.evidence.store.layout import MANIFESTS, MARKER, manifest_number, manifest_path
from slactl.evidence.store.manifest import UPGRADE, BadManifest, Manifest, NewerManifest, digest_of, read_manifest
from slactl.evidence.store.opening import is_marked
from slactl.evidence.store.shelf import Absent, Irregular, Listed, Shelf
from slactl.model.evidence import Item
from slactl.ports.archive import EvidenceFailure

AT_ONCE = 64
LOOKS = 3
_NOTED = re.compile(r"(?:(?P<number>[0-9]{1,8}):)?(?P<sha256>[0-9a-f]{64})|0", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is not as it was kept; ``code`` is stable: changed, missing, added, chain, head."""

    path: str
    code: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a walk found; ``leftovers`` are files that were dropped and could not be deleted: no finding."""

    head: Head
    manifests: int
    files: int
    size: int
    findings: tuple[Finding, ...]
    leftovers: tuple[str, ...]


@dataclass(slots=True)
class _Books:
    """What the readable links say, all in all."""

    digests: dict[int, str] = field(default_factory=dict)
    recorded: dict[str, Item] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    whole: bool = True

    def take(self, manifest: Manifest) -> Iterator[Finding]:
        for gone in manifest.dropped:
            known = self.recorded.pop(gone.path, None)
            self.dropped.add(gone.path)
            if self.whole and (known is None or known.sha256 != gone.sha256):
                yield _of_link(manifest.number, "chain", f"it drops {gone.path}, which was not kept")
        self.recorded |= {item.path: item for item in manifest.added}


def check(shelf: Shelf, noted: str | None = None, progress: Callable[[int, int], None] | None = None) -> Checked:
    """Reads everything.

    Args:
        shelf: where the store stands.
        noted: a head from elsewhere, ``NUMBER:SHA256`` or only the digest: the chain must contain it.
        progress: called with files read and files in all.

    Raises:
        EvidenceFailure: if it is no store, a later version's, or cannot be read.
        ValueError: if ``noted`` is no head.
    """
    wanted = _head(noted)
    for _ in range(LOOKS):
        try:
            found = _walk(shelf, wanted, progress)
        except (Absent, Irregular):
            continue
        if not found.findings or not _grown(shelf, found):
            return found
    raise EvidenceFailure(f"{shelf.name} is being written to", "check again when the other run is done")


def _grown(shelf: Shelf, found: Checked) -> bool:
    """Whether another run committed meanwhile: what looked amiss may be its work."""
    return any((manifest_number(each.path) or 0) > found.head.number for each in shelf.list(f"{MANIFESTS}/"))


def _walk(shelf: Shelf, wanted: Head | None, progress: Callable[[int, int], None] | None) -> Checked:
    findings = list(_of_marker(shelf))
    listed = list(shelf.list())
    books = _Books()
    findings += _of_chain(shelf, [each for each in listed if each.path.startswith(f"{MANIFESTS}/")], books)
    findings += _of_head(wanted, books)
    others = [each for each in listed if not each.path.startswith(f"{MANIFESTS}/") and each.path != MARKER]
    findings += _of_files(shelf, others, books, progress)
    last = max(books.digests, default=0)
    return Checked(
        head=Head(last, books.digests.get(last, "")),
        manifests=len(books.digests),
        files=len(books.recorded),
        size=sum(item.size for item in books.recorded.values()),
        findings=tuple(sorted(findings)),
        leftovers=tuple(each.path for each in others if _is_leftover(each, books)),
    )


def _head(noted: str | None) -> Head | None:
    if noted is None:
        return None
    found = _NOTED.fullmatch(noted)
    if not found:
        raise ValueError(f"{noted!r} is no head: NUMBER:SHA256, as collect and check print it")
    return Head(int(found["number"] or 0), found["sha256"] or "")


def _of_marker(shelf: Shelf) -> Iterator[Finding]:
    """A store that lost its marker is a store all the same, if it has a chain."""
    try:
        shelf.get(MARKER)
    except Absent:
        if any(manifest_number(each.path) for each in shelf.list(f"{MANIFESTS}/")):
            yield Finding(MARKER, "missing", "the store's marker is missing")
            return
    is_marked(shelf)


def _of_chain(shelf: Shelf, listed: Sequence[Listed], books: _Books) -> Iterator[Finding]:
    for each in listed:
        if manifest_number(each.path) is None:
            yield Finding(each.path, "added", "a file among the manifests that is none")
        elif not each.regular:
            yield Finding(each.path, "changed", "it is no file any more")
    numbers = sorted(number for each in listed if each.regular and (number := manifest_number(each.path)))
    for before, after in pairwise([0, *numbers]):
        if after > before + 1:
            books.whole = False
            upto = "" if after == before + 2 else f" to {manifest_path(after - 1)}"
            yield Finding(manifest_path(before + 1), "missing", f"the manifest is missing{upto}")
    bodies = shelf.get_all([manifest_path(number) for number in numbers])
    for number, body in zip(numbers, bodies, strict=True):
        yield from _of_manifest(shelf, number, body, books)


def _of_manifest(shelf: Shelf, number: int, body: bytes, books: _Books) -> Iterator[Finding]:
    books.digests[number] = digest_of(body)
    try:
        manifest = read_manifest(body, number)
    except NewerManifest as newer:
        raise EvidenceFailure(f"{shelf.name} was written by a later slactl ({newer})", UPGRADE) from None
    except BadManifest as bad:
        books.whole = False
        yield _of_link(number, "changed", str(bad))
        return
    before = books.digests.get(number - 1)
    if manifest.previous != before and (before or number == 1):
        what = f"it does not follow from {manifest_path(number - 1)} as that is now: one of the two was changed"
        yield _of_link(number, "chain", what if number > 1 else "the first manifest follows from another")
    yield from books.take(manifest)


def _of_link(number: int, code: str, what: str) -> Finding:
    return Finding(manifest_path(number), code, what)


def _of_head(wanted: Head | None, books: _Books) -> Iterator[Finding]:
    if wanted is None or not wanted.sha256:
        return
    found = books.digests.get(wanted.number) == wanted.sha256 if wanted.number else None
    if found is None:
        found = wanted.sha256 in books.digests.values()
    if not found:
        where = f" at {manifest_path(wanted.number)}" if wanted.number else ""
        what = "the chain was rewritten or cut off there or before it" if where else "it was rewritten or cut off"
        yield Finding(MANIFESTS, "head", f"the head that was noted is not in the chain{where}: {what}")


def _of_files(
    shelf: Shelf, listed: Sequence[Listed], books: _Books, progress: Callable[[int, int], None] | None
) -> Iterator[Finding]:
    there = {each.path for each in listed}
    for path in sorted(set(books.recorded) - there):
        yield Finding(path, "missing", "it was kept, and is missing")
    for each in listed:
        if each.path not in books.recorded and not _is_leftover(each, books):
            yield Finding(each.path, "added", "nobody recorded it" if books.whole else UNSURE)
    readable: list[Item] = []
    for each in listed:
        item = books.recorded.get(each.path)
        if item and not each.regular:
            yield Finding(each.path, "changed", "it is no file any more")
        elif item and each.size != item.size:
            yield Finding(each.path, "changed", f"it has {each.size} bytes instead of {item.size}")
        elif item:
            readable.append(item)
    yield from _of_bodies(shelf, readable, progress)


UNSURE = "no manifest that can still be read records it"


def _of_bodies(shelf: Shelf, items: Sequence[Item], progress: Callable[[int, int], None] | None) -> Iterator[Finding]:
    for first in range(0, len(items), AT_ONCE):
        some = items[first : first + AT_ONCE]
        yield from _of_some(some, shelf.get_all([item.path for item in some]))
        if progress:
            progress(min(first + AT_ONCE, len(items)), len(items))


def _of_some(items: Iterable[Item], bodies: Iterable[bytes]) -> Iterator[Finding]:
    for item, body in zip(items, bodies, strict=True):
        if (found := digest_of(body)) != item.sha256:
            yield Finding(item.path, "changed", f"its SHA-256 is {found}, kept was {item.sha256}")


def _is_leftover(each: Listed, books: _Books) -> bool:
    return each.regular and each.path in books.dropped and each.path not in books.recorded
