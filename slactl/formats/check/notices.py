"""What people are told of a change of status: one line for a subject, a few below it.

The one rule: the status words are those of the exit code, in every language; the line below is the one
that the check itself prints.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slactl.formats.check.lines import outside, subject, target_line
from slactl.formats.sanitize import plain
from slactl.formats.times import utc
from slactl.model.status import Status

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.check import Check, Target

Said = tuple[str, tuple[str, ...]]
LONGEST_MESSAGE = 500


def target_words(check: Check, target: Target, old: Status, language: Language) -> Said:
    """A title and lines: what changed, how it stands now, when that was seen."""
    text = language.gettext("{subject}, {objective}: {new} (was {old}), {window}")
    title = text.format(
        subject=subject(target.row),
        objective=outside(target.title),
        new=target.status.value,
        old=old.value,
        window=check.window.value,
    )
    settled = language.gettext("Settled until {settled}.").format(settled=utc(check.settled_until))
    return title, (target_line(check, target, language), settled)


def itself_words(window: str, message: str | None, language: Language) -> Callable[[Status], Said]:
    """What is said of slactl itself: why it could not look, or (None) that it can again."""
    failing = language.gettext("slactl cannot check {window}").format(window=window)
    working = language.gettext("slactl can check {window} again").format(window=window)

    def said(_old: Status) -> Said:
        if message is None:
            return working, ()
        return failing, tuple(plain(line) for line in message[:LONGEST_MESSAGE].splitlines() if line.strip())

    return said
