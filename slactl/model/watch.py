"""What the kept history of alarms tells of the promises with a limit.

The one rule: hours and crossings that no kept history covers are unknown, not unwatched and not quiet.
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.model.status import Reason


@dataclass(frozen=True, slots=True)
class Crossing:
    """A limit that was crossed at ``at`` (seconds), and the first action an alarm took then; None: nobody was told."""

    at: int
    action: int | None = None

    @property
    def delay(self) -> int | None:
        """Seconds between the crossing and the first action; None where there was none."""
        return None if self.action is None else max(0, self.action - self.at)


@dataclass(frozen=True, slots=True)
class Muted:
    """A limit that was crossed at ``at`` (seconds) while a window muted its alarms.

    Where the window is ``admitted`` it excuses that nobody was told then; where not, it excuses nothing. ``action``:
    an alarm acted all the same, since the mute was never put up, or is not for that alarm.
    """

    at: int
    window: str
    admitted: bool
    action: int | None = None


@dataclass(frozen=True, slots=True)
class WatchedPromise:
    """One promise with a limit over the period.

    ``owed`` are the seconds in which it should have been watched, ``watched`` those in which an enabled alarm with
    an action stood; None where no history was kept, ``reason`` then says why. ``by_month``: no condition over a short
    time watches it, a month that missed it is its crossing, at the end. ``unknown``: so many crossings there may have
    been besides, or nobody can tell what followed on them.
    """

    service: str
    objective: str
    operation: str | None
    owed: int
    watched: int | None
    crossings: tuple[Crossing, ...] = ()
    reason: Reason | None = None
    muted: tuple[Muted, ...] = ()
    by_month: bool = False
    unknown: int = 0

    @property
    def untold(self) -> tuple[Crossing, ...]:
        """Crossings that nobody was told of."""
        return tuple(one for one in self.crossings if one.action is None)

    @property
    def first(self) -> Crossing | None:
        """The first crossing that an action followed."""
        return next((one for one in self.crossings if one.action is not None), None)
