"""Writes files: whole or not at all.

The one rule: a file is written beside its place and renamed into it, so that nobody ever reads half.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, text: str | bytes) -> None:
    """Writes bytes, or text as UTF-8.

    Raises:
        OSError: if it can't be written; then nothing is left behind.
    """
    _write(path, text, lambda beside: beside.replace(path))


def write_new(path: Path, text: str) -> None:
    """Writes UTF-8 text where nothing stands yet.

    Raises:
        FileExistsError: if something does; it is left as it is.
        OSError: if it can't be written; then nothing is left behind.
    """
    _write(path, text, lambda beside: _place_new(beside, path))


def _write(path: Path, text: str | bytes, place: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text if isinstance(text, bytes) else text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        beside.chmod(0o644)
        place(beside)
    finally:
        beside.unlink(missing_ok=True)


def _place_new(beside: Path, path: Path) -> None:
    """A second name for the file is given only where there is none; not every file system can."""
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        beside.replace(path)
