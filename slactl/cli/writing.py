"""Puts the texts of a settled report where they belong, and tells what it came to.

The one rule: what stands and says the same is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.cli.console import out, raw, talk
from slactl.cli.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from slactl.cli.revisions import Settled


def put(settled: Settled, texts: list[tuple[str, str | bytes]], directory: Path | None) -> None:
    """Writes the files that are not there yet; ``texts`` are names with their contents, without a directory one.

    Raises:
        OSError: if they can't be written.
    """
    if directory is None:
        raw(texts[0][1])
        return
    for name, text in texts:
        path = directory / name
        if not (settled.unchanged and path.exists()):
            write_whole(path, text)
        out(str(path))
    _tell(settled)


def _tell(settled: Settled) -> None:
    made, history = settled.report, settled.report.history
    talk(f"{made.report_id}: {made.status}")
    if settled.unchanged:
        talk(f"revision {made.revision} stands: the figures are the same, what was there was left as it is")
    elif history.earlier:
        why = ", ".join(cause.value for cause in history.why) or "not comparable"
        talk(f"revision {made.revision} replaces {history.earlier[-1].name} ({why})")
