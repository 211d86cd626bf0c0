"""What ends a check that would not end by itself: its deadline, and the signal of whoever is tired of waiting.

The one rule: either the check lands and says what it found, or the lifeline says that it did not and ends the
process with 3; never both.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from slactl.cli.console import fail
from slactl.cli.plugin import status_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

UNKNOWN = 3
UNITS = {"s": 1, "m": 60, "h": 3600}
LONGEST = 86_400


@dataclass(slots=True)
class Lifeline:
    """Watches over a command; ``seconds`` is its deadline, None without one."""

    seconds: float | None
    _landed: threading.Lock = field(default_factory=threading.Lock)
    _timer: threading.Timer | None = None
    _before: tuple[object, str | None] = (signal.SIG_DFL, None)
    _scratch: str = ""

    @classmethod
    def of(cls, deadline: str | None) -> Lifeline:
        """The lifeline of a deadline such as ``60s``.

        Raises:
            typer.Exit: with 3, if it is none.
        """
        if deadline is None:
            return cls(None)
        found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smh])", deadline)
        seconds = float(found[1]) * UNITS[found[2]] if found else 0
        if not 0 < seconds <= LONGEST:
            fail(f"a deadline is written 60s or 2m, found {deadline!r}", "at most 24h", UNKNOWN)
        return cls(seconds)

    def __enter__(self) -> Self:
        self._scratch = tempfile.mkdtemp(prefix="slactl-check-")
        self._before = signal.signal(signal.SIGTERM, self._told), tempfile.tempdir
        tempfile.tempdir = self._scratch
        if self.seconds is not None:
            late = f"the deadline of {self.seconds:g} s passed before anything was judged"
            self._timer = threading.Timer(self.seconds, self._end, (late,))
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        handler, tempfile.tempdir = self._before
        signal.signal(signal.SIGTERM, handler)  # type: ignore[arg-type]
        shutil.rmtree(self._scratch, ignore_errors=True)

    @contextmanager
    def landing(self) -> Iterator[None]:
        """What is said inside is said whole; a deadline that passes now comes too late."""
        self._landed.acquire()
        yield

    def _told(self, number: int, frame: FrameType | None) -> None:
        self._end("ended by SIGTERM before anything was judged")

    def _end(self, why: str) -> None:
        if not self._landed.acquire(blocking=False):
            return
        line = status_line(sys.argv[1:], why)
        os.write(2, f"slactl: error: {why}\n".encode())
        if line:
            os.write(1, line.encode())
        # Nothing else is tidied up when a process ends at once; this folder would be left behind by every run.
        shutil.rmtree(self._scratch, ignore_errors=True)
        os._exit(UNKNOWN)
