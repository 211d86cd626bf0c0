"""Where the accounts of months that are over are remembered, and what they are made by.

The one rule: they stand in the user's cache, where they may be deleted at any time; a machine without such a
place remembers nothing and says the same.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slactl.evidence.reading import Evidence
    from slactl.evidence.reading.memory import Memory
    from slactl.evidence.reading.remembered import Remembered
    from slactl.evidence.store import ShelfArchive
    from slactl.model.catalogue import Catalogue
    from slactl.model.report import SourceUse
    from slactl.workflows.report import Circumstances

VARIABLE = "XDG_CACHE_HOME"
ROOMS = ("compliance", "evidence", "model", "reading", "workflows")
"""Whose code makes accounts."""


def remembered(
    catalogue: Catalogue,
    made: Circumstances,
    archive: ShelfArchive,
    held: Evidence,
    way: str,
    live: Callable[[], tuple[SourceUse, ...]],
) -> Remembered:
    """The accounts that are remembered of a store under an agreement; ``live`` tells what is read besides."""
    from slactl.evidence.reading.remembered import Ground, Remembered

    made_by = (made.version, _program(), made.python, made.tzdata, made.config_digest, way)
    return Remembered(Ground(catalogue, archive, held, made_by, made.now), live, memory("months"))


def memory(of: str) -> Memory:
    """What is remembered of one kind; nothing where the user has no home."""
    from slactl.evidence.reading.memory import Memory

    folder = cache(of)
    return Memory() if folder is None else Memory(folder)


def cache(of: str) -> Path | None:
    """A folder of the user's cache, made or not; None where the user has no home."""
    named = Path(os.environ.get(VARIABLE) or ".")
    if named.is_absolute():
        return named / "slactl" / of
    try:
        return Path.home() / ".cache" / "slactl" / of
    except RuntimeError:
        return None


def _program() -> str:
    """What tells one state of the program's files from another, without reading them."""
    import slactl

    told = sorted(line for room in ROOMS for line in _states(Path(slactl.__file__).parent / room))
    return sha256("\n".join(told).encode()).hexdigest()


def _states(room: Path) -> Iterator[str]:
    with os.scandir(room) as found:
        for one in found:
            if one.name.endswith(".py"):
                state = one.stat()
                yield f"{one.path} {state.st_size} {state.st_mtime_ns}"
            elif one.name != "__pycache__" and one.is_dir():
                yield from _states(Path(one.path))
