"""``slactl status --watch``: the table, refreshed until somebody ends it.

The one rule: a refresh that fails takes nothing away; the last table stays and says how old it is, and why.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import typer

from slactl.cli import clock
from slactl.cli.console import Talk, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from slactl.cli.standing_screen import Screen
    from slactl.cli.status import Source
    from slactl.model.standing import Standing

TERMINATED = 143


def watched(source: Source, language: str, seconds: int, *, ascii_only: bool) -> NoReturn:
    """Shows how the promises stand, again and again, on the terminal's other screen.

    Raises:
        KeyboardInterrupt: when somebody presses Ctrl-C.
        AwsFailure: when already the first read fails; EvidenceFailure alike.
    """
    from rich.live import Live

    from slactl.cli.standing_screen import Screen, terminal

    first = Screen(source.standing(clock.now()), language, ascii_only=ascii_only, whole=False)
    live = Live(first, console=terminal(), screen=True, auto_refresh=False)
    with _quietly(), _ended_by_signal():
        # Not as a context: Ctrl-C while the first table is drawn must give the terminal back too.
        try:
            live.start(refresh=True)
            for screen in refreshed(first, source.standing, lambda: time.sleep(seconds)):
                live.update(screen, refresh=True)
        finally:
            live.stop()
    raise AssertionError("a watch is ended from outside")


def refreshed(first: Screen, read: Callable[[clock.Now], Standing], pause: Callable[[], None]) -> Iterator[Screen]:
    """The screens after the first one, without end: a fresh one, or the last good one with a note."""
    last = first
    while True:
        pause()
        try:
            last = replace(first, standing=read(clock.now()))
        except Exception as failure:
            why = _why(failure)
            if why is None:
                raise
            yield replace(last, note=_note(last, why))
        else:
            yield last


def _note(last: Screen, why: str) -> str:
    from slactl.formats.language import speak
    from slactl.formats.standing.words import stale

    return stale(last.standing, clock.now().epoch, why, speak(last.language))


def _why(failure: Exception) -> str | None:
    """A failure that may pass, in words; None for a defect."""
    from slactl.aws.failures import AwsFailure
    from slactl.ports.archive import EvidenceFailure

    if isinstance(failure, typer.Exit):
        return Talk.complaint or "it ended early"
    if isinstance(failure, OSError):
        return clean(failure.strerror or str(failure))
    return str(failure) if isinstance(failure, AwsFailure | EvidenceFailure) else None


@contextmanager
def _quietly() -> Iterator[None]:
    """Neither talk nor progress over the table."""
    before, Talk.quiet = Talk.quiet, True
    try:
        yield
    finally:
        Talk.quiet = before


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM leaves the terminal as it was."""

    def told(number: int, frame: FrameType | None) -> None:
        sys.exit(TERMINATED)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
