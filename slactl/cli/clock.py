"""The clock of every command: the machine's, or the one that ``SLACTL_NOW`` sets.

The one rule: this is the only file that asks what time it is; request signing has its own clock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from slactl.cli.console import fail

VARIABLE = "SLACTL_NOW"
TIMING: tuple[Callable[[], float], Callable[[float], None]] = (time.monotonic, time.sleep)
"""The clock and the sleep of everything that keeps a pace; a test gives it one that doesn't wait."""


@dataclass(frozen=True, slots=True)
class Now:
    """Seconds since the epoch, and whether a variable set them."""

    epoch: int
    was_set: bool


def now(code: int = 2) -> Now:
    """The present.

    Raises:
        typer.Exit: with the code, if ``SLACTL_NOW`` is no RFC 3339 time.
    """
    text = os.environ.get(VARIABLE)
    if not text:
        return Now(int(time.time()), was_set=False)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{VARIABLE} must be an RFC 3339 time, found {text!r}", "for example 2026-11-04T06:00:00Z", code)
    if instant.tzinfo is None:
        fail(f"{VARIABLE} must say its offset, found {text!r}", "for example 2026-11-04T06:00:00Z", code)
    return Now(int(instant.astimezone(UTC).timestamp()), was_set=True)
