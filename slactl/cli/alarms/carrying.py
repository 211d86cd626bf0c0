"""Asks, carries a plan out, and says what was done.

The one rule: whatever ends it, every change is accounted for on stdout before the command ends.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from slactl.cli.console import fail, out, talk
from slactl.cli.progress import progress_bar

if TYPE_CHECKING:
    from types import FrameType

    from slactl.alarming.safety import Objection
    from slactl.model.alarmplan import Plan
    from slactl.ports.enforcing import AlarmStore
    from slactl.workflows.enforcing.applying import Applied, Outcome

INTERRUPTED, WRONG = 130, 2


def needs_somebody(yes: bool) -> None:
    """Refuses, before anything is called, where nobody could be asked.

    Raises:
        typer.Exit: with 2.
    """
    if not yes and not sys.stdin.isatty():
        fail("it asks before it deletes alarms, and nobody is there to answer", "add --yes", WRONG)


def consent(plan: Plan, against: Iterable[Objection], *, yes: bool, force: bool) -> None:
    """Ends the command where somebody objects.

    Raises:
        typer.Exit: if what speaks against the plan is not overruled.
    """
    from slactl.alarming.safety import Consent

    for one in against:
        if one.consent is Consent.NOTHING:
            fail(one.text, "nothing was done; mend the configuration")
        if one.consent is Consent.FORCE and not force:
            fail(one.text, "nothing was done; look at the plan, and add --force if it is meant")
    asked = [one for one in against if one.consent is Consent.YES]
    if asked and not yes:
        _ask(plan)


def _ask(plan: Plan) -> None:
    count = len(plan.deletes)
    if not typer.confirm(f"Delete {count} alarm{'s' * (count != 1)}?", err=True):
        fail("nothing was done")


def carry_out_and_tell(plan: Plan, store: AlarmStore, prefix: str) -> None:
    """Carries it out.

    Raises:
        typer.Exit: with 1 if anything failed, 130 if somebody ended it.
        Exception: what made the rest hopeless, once it is told what was done.
    """
    from slactl.workflows.enforcing.applying import carry_out

    if not plan.to_do:
        talk("nothing to do")
        return
    with ended_politely(), progress_bar("applying") as progress:
        done = carry_out(plan, store, prefix, progress)
    for line in _lines(done):
        out(line)
    if done.failure is not None:
        raise done.failure
    if done.interrupted:
        talk("interrupted; run it again to go on")
        raise typer.Exit(INTERRUPTED)
    if not done.whole:
        fail("not all of it was done", "run it again: what is done stays done")


def _lines(done: Applied) -> Iterator[str]:
    from slactl.workflows.enforcing.applying import State

    yield from (_line(one) for one in done.outcomes if one.state is not State.NOT_TRIED or one.text)
    words = {
        State.DONE: "done",
        State.FAILED: "failed",
        State.UNSURE: "may or may not be done",
        State.NOT_TRIED: "not tried",
    }
    yield (
        "Changes: "
        + ", ".join(f"{done.count(state)} {word}" for state, word in words.items() if done.count(state))
        + "."
    )


def _line(one: Outcome) -> str:
    from slactl.formats.alarms.words import SIGNS, word_of
    from slactl.formats.sanitize import plain
    from slactl.workflows.enforcing.applying import State

    word = word_of(one.change)
    if one.state is State.DONE:
        return plain(f"{SIGNS[word]} {one.change.name}: {word}d")
    told = {State.FAILED: f"not {word}d", State.UNSURE: f"perhaps {word}d"}.get(one.state, "not tried")
    return plain(f"! {one.change.name}: {told}" + (f": {one.text}" if one.text else ""))


@contextmanager
def ended_politely() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does: after the call that is being made, and with an account of what was done."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
