"""Takes a bundle apart into a directory of our own, however it was put together.

The one rule: nothing is believed of a zip file but the bytes that came out of it: names are checked
before anything is written, and bytes are counted while they come, never taken from its headers.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from slactl.evidence.bundle.names import fault, folded
from slactl.evidence.bundle.writing import PIECE, Listed
from slactl.ports.archive import EvidenceFailure

ENCRYPTED = 0x1
HINT = "it was not written by slactl bundle, or it was tampered with; nothing of it was used"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is unpacked at most, in files and bytes; ``ratio`` is unpacked over packed, of files over a megabyte."""

    files: int = 100_000
    file: int = 2 << 30
    total: int = 8 << 30
    ratio: int = 250


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What came out: the files by name, and those whose bytes are damaged with what is wrong."""

    root: Path
    files: dict[str, Listed]
    damaged: dict[str, str]

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None if it is not there or damaged."""
        return (self.root / name).read_bytes() if name in self.files else None


def unpack(bundle: Path, root: Path, limits: Limits | None = None) -> Unpacked:
    """Writes the files of a bundle below a directory that is empty and ours.

    Raises:
        EvidenceFailure: if it is no zip file, or one that nobody should unpack.
        OSError: if it cannot be read, or the files cannot be written.
    """
    bounds = limits or Limits()
    try:
        with ZipFile(bundle) as archive:
            entries = _entries(archive, bundle, bounds)
            return _unpacked(archive, entries, root, bounds)
    except (BadZipFile, NotImplementedError, ValueError, EOFError) as broken:
        raise EvidenceFailure(f"{bundle} is no whole zip file ({broken})", "fetch it again") from None


def _entries(archive: ZipFile, bundle: Path, limits: Limits) -> list[ZipInfo]:
    """The files, all checked, before the first of them is unpacked."""
    entries = archive.infolist()
    if len(entries) > limits.files:
        raise _refused(f"has {len(entries)} entries, more than {limits.files}")
    files = [entry for entry in entries if not _is_folder(entry)]
    _check_names(entries)
    for entry in files:
        if wrong := _wrong(entry, limits):
            raise _refused(f"holds {entry.filename!r}, which {wrong}")
    if sum(entry.file_size for entry in files) > limits.total:
        raise _refused(f"unpacks to more than {limits.total >> 20} MB")
    _check_places(files, bundle.stat().st_size)
    return files


def _is_folder(entry: ZipInfo) -> bool:
    """An empty entry for a folder: other tools write such, and there is nothing to unpack."""
    return entry.filename.endswith("/") and entry.file_size == 0


def _check_names(entries: Sequence[ZipInfo]) -> None:
    seen: dict[str, str] = {}
    for entry in entries:
        # orig_filename is what stands in the file; filename is cut at a NUL.
        if wrong := fault(entry.orig_filename.removesuffix("/")):
            raise _refused(f"holds {entry.orig_filename!r}, which {wrong}")
        name = folded(entry.filename)
        if name in seen:
            raise _refused(f"holds {entry.filename!r} twice")
        seen[name] = entry.filename
    for name, shown in seen.items():
        parts = name.removesuffix("/").split("/")
        if any("/".join(parts[:count]) in seen for count in range(1, len(parts))):
            raise _refused(f"holds {shown!r} below a file")


def _wrong(entry: ZipInfo, limits: Limits) -> str | None:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is a link or no regular file"
    if entry.flag_bits & ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "is packed in an uncommon way"
    if entry.file_size > limits.file:
        return f"unpacks to more than {limits.file >> 20} MB"
    if entry.file_size > PIECE and entry.file_size > limits.ratio * entry.compress_size:
        return f"unpacks to more than {limits.ratio} times its size"
    return None


def _check_places(files: Sequence[ZipInfo], size: int) -> None:
    """Entries that share bytes are how a small file unpacks to a huge one."""
    end = 0
    for entry in sorted(files, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise _refused(f"holds {entry.filename!r}, which shares bytes with another file")
        end = entry.header_offset + entry.compress_size
    if end > size:
        raise _refused("is cut off")


def _unpacked(archive: ZipFile, entries: Sequence[ZipInfo], root: Path, limits: Limits) -> Unpacked:
    found, damaged, room = dict[str, Listed](), dict[str, str](), limits.total
    for entry in entries:
        target = root / entry.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            found[entry.filename] = _copied(archive, entry, target, min(room, limits.file))
            room -= found[entry.filename].size
        except (BadZipFile, zlib.error, EOFError) as broken:
            target.unlink(missing_ok=True)
            damaged[entry.filename] = str(broken)
    return Unpacked(root, found, damaged)


def _copied(archive: ZipFile, entry: ZipInfo, target: Path, room: int) -> Listed:
    digest, size = sha256(), 0
    with archive.open(entry) as source, target.open("xb") as file:
        while piece := source.read(PIECE):
            size += len(piece)
            if size > room:
                raise _refused(f"holds {entry.filename!r}, which unpacks to more than it says")
            digest.update(piece)
            file.write(piece)
    return Listed(entry.filename, size, digest.hexdigest())


def _refused(what: str) -> EvidenceFailure:
    return EvidenceFailure(f"the bundle is refused: it {what}", HINT)
