"""What time it is at AWS, as its answers say.

The one rule: an answer's ``Date`` is the time at which it was made; how long ago it came is told by a clock that
only goes forward, so that nothing here depends on the machine's own idea of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any


@dataclass(slots=True)
class AwsClock:
    """The last time that AWS told, and when it came."""

    monotonic: Callable[[], float]
    _told: tuple[int, float] | None = None

    def watch(self, events: Any) -> None:
        """Looks at every answer of a client; ``events`` is its ``meta.events``."""
        events.register("before-parse", self._look)

    def now(self) -> float | None:
        """Seconds since the epoch at AWS; None where no answer bore a time."""
        return None if self._told is None else self._told[0] + self.monotonic() - self._told[1]

    def _look(self, response_dict: dict[str, Any], **_: Any) -> None:
        at = instant_of(response_dict["headers"].get("date"))
        if at is not None:
            self._told = at, self.monotonic()


def instant_of(stamp: str | None) -> int | None:
    """Seconds since the epoch of an HTTP date; None without one."""
    try:
        return int(parsedate_to_datetime(stamp).timestamp()) if stamp else None
    except (TypeError, ValueError):
        return None
