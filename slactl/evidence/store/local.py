"""A store in a local directory.

The one rule: a file is written in the workshop, made safe on the disk, and only then given its name;
symbolic links below the root are never followed.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from slactl.evidence.extras import missing
from slactl.evidence.store.layout import LOCK_FILE, WORKSHOP
from slactl.evidence.store.shelf import Absent, Irregular, Listed
from slactl.ports.archive import Busy, EvidenceFailure

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

OWN = frozenset({LOCK_FILE, WORKSHOP})
WAY = "a store follows no links: put the folder itself there"
NOTHING_LOST = "nothing of what was kept before is lost; mend this and run again"


class LocalShelf:
    """Files below a directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held = 0

    @property
    def name(self) -> str:
        return str(self.root)

    def exists(self) -> bool:
        with self._told("looked at", ""):
            if not self.root.exists():
                return False
            if not self.root.is_dir():
                raise EvidenceFailure(f"{self.root} is no directory", "evidence.store names a directory of its own")
            return any(not each.name.startswith(".") for each in self.root.iterdir())

    def get(self, path: str) -> bytes:
        with self._told("read", path), os.fdopen(self._opened(path), "rb") as file:
            return file.read()

    def get_all(self, paths: Sequence[str]) -> Iterator[bytes]:
        return map(self.get, paths)

    def file(self, path: str) -> Path:
        with self._told("read", path):
            os.close(self._opened(path))
        return self.root / path

    def put(self, path: str, body: bytes, at: int) -> None:
        with self._told("written", path), self._made(path, body) as made:
            made.replace(self.root / path)

    def create(self, path: str, body: bytes, at: int) -> bool:
        with self._told("written", path), self._made(path, body) as made:
            try:
                os.link(made, self.root / path, follow_symlinks=False)
            except FileExistsError:
                return False
            except OSError:
                return self._create_without_links(made, self.root / path)
        return True

    def delete(self, path: str) -> None:
        with self._told("deleted", path):
            self._check_way(path)
            (self.root / path).unlink(missing_ok=True)
            self._remove_empty_folders(path)

    def list(self, prefix: str = "") -> Iterable[Listed]:
        with self._told("listed", prefix):
            folder = self.root / prefix.rpartition("/")[0]
            return sorted(each for each in self._walk(folder) if each.path.startswith(prefix))

    def held_until(self, path: str) -> int | None:
        return None

    def exclusive(self, patience: float) -> AbstractContextManager[None]:
        return nullcontext() if self._held else self._locked(patience)

    def sweep(self, orphans: Iterable[Listed], before: int) -> int:
        """Whoever sweeps holds the lock: nobody else can be writing, so age does not matter."""
        with self._told("swept", ""):
            workshop = self.root / WORKSHOP
            for left in workshop.iterdir() if workshop.is_dir() else ():
                left.unlink()
        gone = list(orphans)
        for each in gone:
            self.delete(each.path)
        return len(gone)

    def close(self) -> None:
        """There are no copies."""

    @contextmanager
    def _locked(self, patience: float) -> Iterator[None]:
        try:
            import filelock
        except ImportError:
            raise missing("evidence") from None
        with self._told("locked", LOCK_FILE):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.root / LOCK_FILE, timeout=patience, thread_local=False)
            try:
                lock.acquire()
            except filelock.Timeout:
                raise Busy(
                    f"another run is at work in {self.root}", "wait until it is done; its lock ends with it"
                ) from None
            except NotImplementedError as error:
                raise OSError(0, "this file system knows no locks") from error
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            lock.release()

    @contextmanager
    def _made(self, path: str, body: bytes) -> Iterator[Path]:
        """A file in the workshop, safe on the disk, and its folder ready; gone afterwards if it was not moved."""
        self._make_folders(path)
        self._make_folders(f"{WORKSHOP}/x")
        handle, name = tempfile.mkstemp(dir=self.root / WORKSHOP)
        made = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            made.chmod(0o644)
            yield made
            _sync(self.root / Path(path).parent)
        finally:
            with suppress(OSError):
                made.unlink(missing_ok=True)

    def _create_without_links(self, made: Path, target: Path) -> bool:
        """Where the file system knows no hard links, the lock alone keeps others out."""
        with self.exclusive(30):
            if target.exists():
                return False
            made.replace(target)
            return True

    def _make_folders(self, path: str) -> None:
        """The folders of a file."""
        self._check_way(path)
        ways = [self.root, *(self.root / folder for folder in reversed(list(PurePosixPath(path).parents)[:-1]))]
        for place in ways:
            if not place.is_dir():
                place.mkdir(parents=place == self.root, exist_ok=True)
                _sync(place.parent)

    def _remove_empty_folders(self, path: str) -> None:
        for folder in list(Path(path).parents)[:-1]:
            try:
                (self.root / folder).rmdir()
            except OSError:  # not empty, or somebody else was faster
                return

    def _opened(self, path: str) -> int:
        self._check_way(path)
        try:
            handle = os.open(
                self.root / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            )
        except (FileNotFoundError, NotADirectoryError):
            raise Absent(path) from None
        except OSError:
            if (self.root / path).is_symlink():
                raise Irregular(path) from None
            raise
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Irregular(path)
        return handle

    def _check_way(self, path: str) -> None:
        """No folder between the root and the file may lead elsewhere."""
        parts = path.split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise Irregular(path)
        place = self.root
        for part in parts[:-1]:
            place /= part
            if place.is_symlink():
                raise Irregular(path)

    def _walk(self, folder: Path) -> Iterator[Listed]:
        if folder != self.root and folder.is_symlink():
            raise EvidenceFailure(f"{folder} is a symbolic link; a store follows none", "put the folder itself there")
        for entry in os.scandir(folder) if folder.is_dir() else ():
            if folder == self.root and entry.name in OWN:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path))
                continue
            found = entry.stat(follow_symlinks=False)
            path = Path(entry.path).relative_to(self.root).as_posix()
            yield Listed(path, found.st_size, int(found.st_mtime), stat.S_ISREG(found.st_mode))

    @contextmanager
    def _told(self, done: str, path: str) -> Iterator[None]:
        """An error of the disk in words."""
        try:
            yield
        except Irregular as link:
            if done == "read":
                raise
            raise EvidenceFailure(
                f"{self.root / str(link)} could not be {done}: a symbolic link stands in the way", WAY
            ) from None
        except OSError as error:
            what = f"{self.root / path} could not be {done}: {error.strerror or error}"
            raise EvidenceFailure(what, NOTHING_LOST) from error


def _sync(folder: Path) -> None:
    """Makes names in a folder safe on the disk, where the system lets folders be synced at all."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
