"""Opens the files of a configuration: their bytes, their names for people, their digests.

The one rule: a path in a file is relative to that file, and the name shown for it is the path as the
user would type it from where they named the first one.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from slactl.configuration.mistakes import Notes, Refused
from slactl.configuration.nodes import Broken, Node
from slactl.configuration.yaml_reader import read_yaml

MAXIMUM_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read; ``shown`` is its name for people, ``path`` where it lies."""

    shown: str
    path: Path
    sha256: str
    node: Node

    def beside(self, name: str) -> Path:
        """The path that this file names."""
        return Path(os.path.normpath(self.path.parent / name))


def open_yaml(path: Path, shown: str, notes: Notes, instead: bytes | None = None) -> Opened | None:
    """Read a YAML file; None if its content cannot be read, then the mistake is in the notes.

    ``instead`` is its content, where that is not written yet.

    Raises:
        Refused: if there is no content: the file is missing, unreadable, no regular file, or too large.
    """
    content = read_bytes(path) if instead is None else instead
    notes.files.append(shown)
    text = _decoded(content, shown, notes)
    if text is None:
        return None
    before = len(notes.mistakes)
    node = read_yaml(text, shown, notes)
    if node is None and len(notes.mistakes) == before:
        notes.mistake(shown, 1, "the file is empty", "slactl init writes a first configuration")
    if node is None or isinstance(node, Broken):
        return None
    return Opened(shown, path, hashlib.sha256(content).hexdigest(), node)


def read_bytes(path: Path) -> bytes:
    """The content of a regular file of at most a megabyte.

    Raises:
        Refused: if it is missing, unreadable, no regular file, or too large.
    """
    try:
        _check_regular(path)
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except (OSError, ValueError) as failure:
        raise _unreadable(failure) from None
    if len(content) > MAXIMUM_BYTES:
        raise Refused("is larger than 1 MB", "split it into several files")
    return content


def digest_of(path: Path) -> str:
    """The SHA-256 of a regular file of any size, in hex.

    Raises:
        Refused: if it is missing, unreadable, or no regular file.
    """
    try:
        _check_regular(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as failure:
        raise _unreadable(failure) from None


def _check_regular(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise Refused("is a directory", "name a file in it")
    if not stat.S_ISREG(mode):
        raise Refused("is no regular file")


def _unreadable(failure: OSError | ValueError) -> Refused:
    if isinstance(failure, FileNotFoundError):
        return Refused("is missing", "a path is relative to the file that names it")
    return Refused(f"cannot be read ({getattr(failure, 'strerror', None) or failure})")


def _decoded(content: bytes, shown: str, notes: Notes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = content[: failure.start].count(b"\n") + 1
        found = content[failure.start : failure.start + 1].hex()
        notes.mistake(shown, line, f"is not UTF-8, found the byte 0x{found}", "save the file as UTF-8")
        return None
