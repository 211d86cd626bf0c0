"""Opens DuckDB, the engine that reads and writes the tables.

The one rule: one thread, so that rows, sums and bytes come out the same on every machine; nothing is
ever installed or loaded from outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

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
    settings: Mapping[str, str | int | bool] = {
        "threads": 1,
        "memory_limit": memory,
        "temp_directory": str(scratch),
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        library = import_module("duckdb")
    except ImportError as error:
        raise EvidenceFailure("this needs slactl[evidence]", "pip install 'slactl[evidence]'") from error
    try:
        with library.connect(":memory:", config=dict(settings)) as engine:
            yield engine
    except library.Error as error:
        told = str(error).splitlines()[0]
        raise EvidenceFailure(f"a table of evidence could not be made or read: {told}", HINT) from error


def quoted(name: str) -> str:
    """A name or text as SQL takes it between single quotes."""
    return "'" + name.replace("'", "''") + "'"
