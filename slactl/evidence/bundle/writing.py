"""Writes a bundle as a zip file.

The one rule: the same files give the same bytes: in order of name, of one fixed time and mode, tables
and PDF stored as they are and all else deflated.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from slactl.evidence.bundle.names import fault, folded
from slactl.ports.archive import EvidenceFailure

TIME = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644 << 16
LEVEL = 9
STORED = (".parquet", ".pdf", ".png", ".jpg", ".gz", ".zip", ".zst")
PIECE = 1 << 20

Content = bytes | Path
"""A file's bytes, or where they lie."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest lists it; ``size`` in bytes."""

    name: str
    size: int
    sha256: str


def listed(name: str, content: Content) -> Listed:
    """Size and digest of a file.

    Raises:
        OSError: if it cannot be read.
    """
    if isinstance(content, bytes):
        return Listed(name, len(content), sha256(content).hexdigest())
    digest, size = sha256(), 0
    with content.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return Listed(name, size, digest.hexdigest())


def write_bundle(path: Path, files: Mapping[str, Content]) -> None:
    """Writes the files, whole or not at all.

    Raises:
        EvidenceFailure: if a name would be refused by whoever reads the bundle.
        OSError: if it cannot be written; then nothing is left behind.
    """
    check_names(files)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            _pack(stream, files)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def check_names(files: Mapping[str, Content]) -> None:
    """Finds out whether a bundle may hold files of these names.

    Raises:
        EvidenceFailure: if not.
    """
    seen: dict[str, str] = {}
    for name in files:
        if wrong := fault(name):
            raise EvidenceFailure(f"a bundle can't hold {name!r}: it {wrong}", "rename the file")
        if other := seen.get(folded(name)):
            raise EvidenceFailure(f"a bundle can't hold both {other} and {name}", "rename one of them")
        seen[folded(name)] = name


def _pack(stream: IO[bytes], files: Mapping[str, Content]) -> None:
    with ZipFile(stream, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, TIME)
            entry.external_attr, entry.create_system = MODE, 3
            entry.compress_type = ZIP_STORED if name.endswith(STORED) else ZIP_DEFLATED
            content = files[name]
            entry.file_size = len(content) if isinstance(content, bytes) else content.stat().st_size
            if isinstance(content, bytes):
                archive.writestr(entry, content, compresslevel=LEVEL)
            else:
                _copy(archive, entry, content)


def _copy(archive: ZipFile, entry: ZipInfo, content: Path) -> None:
    # ZipFile.open takes the level from the entry, and writestr from its argument.
    entry._compresslevel = LEVEL  # type: ignore[attr-defined]  # noqa: SLF001
    with content.open("rb") as source, archive.open(entry, "w") as target:
        while piece := source.read(PIECE):
            target.write(piece)
