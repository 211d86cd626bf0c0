"""Asks, carries a plan out, and says what was done.

The one rule: whatever ends it, every change is accounted for on stdout before the command ends.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

import typer

from slactl.cli.alarms.manner import Form
from slactl.cli.console import fail, out, raw, talk
from slactl.cli.progress import progress_bar

if TYPE_CHECKING:
    from types import FrameType

    from slactl.alarming.safety import Objection
    from slactl.formats.alarms.done import Ended
    from slactl.ports.enforcing import AlarmStore
    from slactl.workflows.enforcing.applying import Applied

INTERRUPTED, WRONG = 130, 2


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is asked and told; ``yes`` and ``force`` overrule what they can."""

    form: Form
    language: str
    yes: bool = False
    force: bool = False


def needs_somebody(yes: bool) -> None:
    """Refuses, before anything is called, where nobody could be asked.

    Raises:
        typer.Exit: with 2.
    """
    if not yes and not sys.stdin.isatty():
        fail("it asks before it deletes alarms, and nobody is there to answer", "add --yes", WRONG)


def settle(plan: Ended, against: Iterable[Objection], store: AlarmStore, manner: Manner) -> None:
    """Carries a plan out if nothing speaks against it that is not overruled, and tells of it.

    Raises:
        typer.Exit: with 1 if it is refused or anything failed, 130 if somebody ended it.
        Exception: what made the rest hopeless, once it is told what was done.
    """
    _consent(plan, tuple(against), manner)
    if not plan.plan.to_do:
        _tell(plan, manner)
        return
    from slactl.workflows.enforcing.applying import carry_out

    with ended_politely(), progress_bar("applying") as progress:
        done = carry_out(plan.plan, store, plan.prefix, progress)
    _tell(replace(plan, done=done), manner)
    _end(done)


def _end(done: Applied) -> None:
    if done.failure is not None:
        raise done.failure
    if done.interrupted:
        talk("interrupted; run it again to go on")
        raise typer.Exit(INTERRUPTED)
    if not done.whole:
        fail("not all of it was done", "run it again: what is done stays done")


def _consent(plan: Ended, against: tuple[Objection, ...], manner: Manner) -> None:
    from slactl.alarming.safety import Consent

    for one in against:
        if one.consent is Consent.NOTHING:
            _refused(plan, one, manner, one.text, "nothing was done; mend the configuration")
        if one.consent is Consent.FORCE and not manner.force:
            _refused(plan, one, manner, one.text, "nothing was done; look at the plan, and add --force if it is meant")
    asked = [one for one in against if one.consent is Consent.YES]
    if asked and not manner.yes and not _agreed(len(plan.plan.deletes), manner.language):
        _refused(plan, asked[0], manner, "nothing was done", "")


def _agreed(count: int, language: str) -> bool:
    from slactl.formats.alarms.done import question

    return typer.confirm(question(count, language), err=True)


def _refused(plan: Ended, why: Objection, manner: Manner, what: str, hint: str) -> NoReturn:
    if manner.form is Form.JSON:
        _tell(replace(plan, refused=(why,)), manner)
    fail(what, hint)


def _tell(plan: Ended, manner: Manner) -> None:
    from slactl.formats.alarms.done import lines, render_json

    if manner.form is Form.JSON:
        raw(render_json(plan))
        return
    for line in lines(plan.done, manner.language) if plan.done else ():
        out(line)


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
