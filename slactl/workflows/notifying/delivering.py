"""Hands what is owed to the channels, and remembers each delivery before the next.

The one rule: what will be true once a notice was taken is made safe before it is sent, and put in force
after. So no run that ends by itself tells anything twice, none loses anything, and a run that is killed
in between leaves at most one notice that the next one sends again, with the same id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from slactl.model.notice import Notice
from slactl.ports.notices import Channel, Memory, NotDelivered
from slactl.workflows.notifying.state import Owed, State
from slactl.workflows.notifying.statefile import written

MOST_A_RUN = 100
MOST_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Failed:
    """A notice that a channel didn't take in this run; it is still owed."""

    channel: str
    notice: Notice
    reason: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a run did: ``sent`` was taken, ``failed`` was tried in vain, ``owed`` is left for the next run.

    ``failed`` is part of ``owed``.
    """

    sent: tuple[Owed, ...] = ()
    failed: tuple[Failed, ...] = ()
    owed: tuple[Owed, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everybody was told everything."""
        return not self.owed


def remember(before: State, after: State, memory: Memory) -> None:
    """Puts a state in force; nothing is done where nothing changed.

    Raises:
        OSError: if it cannot be made safe; the one before stays in force.
    """
    if after != before:
        memory.intend(written(after))
        memory.settle()


def deliver(state: State, channels: Mapping[str, Channel], memory: Memory, most: int = MOST_A_RUN) -> Delivered:
    """Sends what is owed, the oldest first, each target's in order, at most so many.

    A target whose notice was not taken waits for the next run, that channel's further ones too; a channel that
    fails a few times is left alone for this run.

    Raises:
        OSError: if the state can't be made safe; then nothing more was sent, and what was taken stays taken.
    """
    sent: list[Owed] = []
    failed: list[Failed] = []
    while len(sent) < most and (one := _next(state.owed, failed)) is not None:
        following = replace(state, owed=tuple(each for each in state.owed if each is not one))
        memory.intend(written(following))
        reason = _refused(channels[one.channel], one.notice)
        if reason is None:
            memory.settle()
            state = following
            sent.append(one)
        else:
            memory.forget()
            failed.append(Failed(one.channel, one.notice, reason))
    return Delivered(tuple(sent), tuple(failed), state.owed)


def _refused(channel: Channel, notice: Notice) -> str | None:
    """Why a notice was not taken; None where it was."""
    try:
        channel.send(notice)
    except NotDelivered as error:
        return error.reason
    return None


def _next(owed: tuple[Owed, ...], failed: list[Failed]) -> Owed | None:
    """The next notice to send; those behind a failed one of their target wait."""
    waiting = {(one.channel, one.notice.subject) for one in failed}
    failures = Counter(one.channel for one in failed)
    return next(
        (
            one
            for one in owed
            if failures[one.channel] < MOST_FAILURES and (one.channel, one.notice.subject) not in waiting
        ),
        None,
    )
