"""Writes files: whole or not at all.

The one rule: a file is written beside its place and renamed into it, so that nobody ever reads half. What is
no file (``/dev/null``, ``/dev/stdout``, a pipe) is written into and never replaced; a link stays a link.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, text: str | bytes) -> None:
    """Writes bytes, or text as UTF-8; into a device or a pipe straight.

    Raises:
        OSError: if it can't be written, or is a directory; then nothing is left behind.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        _write_into(path, text)
        return
    place = Path(os.path.realpath(path))
    _write(place, text, lambda beside: beside.replace(place))


def write_new(path: Path, text: str) -> None:
    """Writes UTF-8 text where nothing stands yet.

    Raises:
        FileExistsError: if something does; it is left as it is.
        OSError: if it can't be written; then nothing is left behind.
    """
    _write(path, text, lambda beside: _place_new(beside, path))


def _write_into(path: Path, text: str | bytes) -> None:
    with path.open("wb") as stream:
        stream.write(_encoded(text))


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _write(path: Path, text: str | bytes, place: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_encoded(text))
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
