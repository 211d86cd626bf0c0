"""What a place for files must offer, so that a store can stand on it: a local directory, or S3.

The one rule: a file is there whole or not at all, and ``create`` succeeds for one of all that try.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Absent(Exception):
    """There is no such file; the text is its path."""


class Irregular(Exception):
    """Something stands there that is no file (a symbolic link, a directory); the text is its path."""


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """A file on a shelf: path, bytes, when it was last written (seconds since the epoch), whether it is a file."""

    path: str
    size: int
    modified: int
    regular: bool = True


class Shelf(Protocol):
    """Files by path (``/`` between parts). Every method raises ``EvidenceFailure`` if the place can't serve."""

    @property
    def name(self) -> str:
        """The place, as people write it."""
        ...

    def exists(self) -> bool:
        """Whether anything at all is there."""
        ...

    def get(self, path: str) -> bytes:
        """The content.

        Raises:
            Absent: if it is not there.
            Irregular: if it is no file.
        """
        ...

    def get_all(self, paths: Sequence[str]) -> Iterator[bytes]:
        """The contents, in order; raises as ``get`` does."""
        ...

    def file(self, path: str) -> Path:
        """A local file with the content, as long as the shelf is open; raises as ``get`` does."""
        ...

    def put(self, path: str, body: bytes, at: int) -> None:
        """Writes a file that is named by its content; one that is there already is mended if it has other content.

        ``at`` is the instant from which a lock on it counts.
        """
        ...

    def create(self, path: str, body: bytes, at: int) -> bool:
        """Writes a file that must not be there yet; False, and nothing is written, if it is."""
        ...

    def delete(self, path: str) -> None:
        """Takes a file away; nothing, if it is not there."""
        ...

    def list(self, prefix: str = "") -> Iterable[Listed]:
        """Every file whose path begins so, in order; what the shelf needs for itself is left out."""
        ...

    def held_until(self, path: str) -> int | None:
        """Until when nobody can take the file away (seconds since the epoch); None if nothing holds it."""
        ...

    def exclusive(self, patience: float) -> AbstractContextManager[None]:
        """Keeps other runs out, as far as the place can; waits ``patience`` seconds at most, then fails."""
        ...

    def sweep(self, orphans: Iterable[Listed], before: int) -> int:
        """Takes away files that nobody recorded; gives how many. Where others may be at work, only those old enough.

        ``before`` is the instant before which such a file was last written.
        """
        ...

    def close(self) -> None:
        """Forgets local copies."""
        ...
