"""A terminal to run the command line in: a pseudo terminal of some size, and all that was written there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from tests.cli.child import SLACTL, environment

STYLE = re.compile(r"\x1b\[[0-9;]*m")
LONGEST = 60.0


def on_terminal(
    *arguments: str,
    cwd: Path,
    settings: Mapping[str, str],
    columns: int = 80,
    until: str = "",
    then: int | None = None,
) -> tuple[int, str]:
    """Runs slactl on a terminal with some variables set; its exit code and all that it wrote there.

    Once ``until`` was written, the process is sent the signal ``then``.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
    child = subprocess.Popen(
        [*SLACTL, *arguments],
        cwd=cwd,
        env=environment(TERM="xterm-256color", **settings),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    told, end = b"", time.monotonic() + LONGEST
    while time.monotonic() < end:
        part = _read(ours)
        if part is None:
            break
        told += part
        if then is not None and until.encode() in told:
            child.send_signal(then)
            then = None
    os.close(ours)
    return child.wait(LONGEST), told.decode()


def _read(terminal: int) -> bytes | None:
    """What is there now; None at the end."""
    if not select.select([terminal], [], [], 0.1)[0]:
        return b""
    try:
        return os.read(terminal, 65_536) or None
    except OSError:
        return None


def plain(text: str) -> str:
    """Text without its colours."""
    return STYLE.sub("", text)
