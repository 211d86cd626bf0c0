"""Opens DuckDB, the engine that reads and writes the tables.

The one rule: one thread, so that rows, sums and bytes come out the same on every machine; nothing is
ever installed or loaded from outside. An engine that is taken again knows nothing of whom it worked for.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.ports.archive import EvidenceFailure

if TYPE_CHECKING:
    import duckdb

MEMORY = "64MiB"
HINT = "see that there is room on the disk, and run `slactl evidence check`"


@contextmanager
def opened(scratch: Path, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills into ``scratch``, with no more than ``memory`` of its own.

    Raises:
        EvidenceFailure: if DuckDB is not installed, or fails: on a full disk, or a file that is no table.
    """
    with _told() as library, library.connect(":memory:", config=_settings(scratch, memory)) as engine:
        yield engine


@contextmanager
def taken(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, for who leaves no tables and no settings behind: to open one takes as long as to write a day.

    Raises:
        EvidenceFailure: as ``opened``.
    """
    with _told() as library:
        engine = _idle(scratch) or library.connect(":memory:", config=_settings(scratch, MEMORY))
        with engine.cursor() as session:
            yield session
    _IDLE.append(engine)


_IDLE: list[duckdb.DuckDBPyConnection] = []
# One that is left when Python ends is complained of loudly.
atexit.register(_IDLE.clear)


def _idle(scratch: Path) -> duckdb.DuckDBPyConnection | None:
    """One that was taken before and can be told to spill elsewhere; one that has spilled can't."""
    with suppress(IndexError):
        engine = _IDLE.pop()
        try:
            engine.execute(f"SET temp_directory = {quoted(str(scratch))}")
        except import_module("duckdb").NotImplementedException:
            engine.close()
        else:
            return engine
    return None


def _settings(scratch: Path, memory: str) -> dict[str, str | int | bool]:
    return {
        "threads": 1,
        "memory_limit": memory,
        "temp_directory": str(scratch),
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


@contextmanager
def _told() -> Iterator[Any]:
    """DuckDB; what it complains of is a failure of evidence."""
    try:
        library = import_module("duckdb")
    except ImportError as error:
        raise EvidenceFailure("this needs slactl[evidence]", "pip install 'slactl[evidence]'") from error
    try:
        yield library
    except library.Error as error:
        told = str(error).splitlines()[0]
        raise EvidenceFailure(f"a table of evidence could not be made or read: {told}", HINT) from error


def quoted(name: str) -> str:
    """A name or text as SQL takes it between single quotes."""
    return "'" + name.replace("'", "''") + "'"
