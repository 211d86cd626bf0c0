"""A clock that goes on only when somebody sleeps."""

from __future__ import annotations

from threading import Lock

from slactl.aws.session import Timing


class Clock:
    """Monotonic seconds; ``slept`` is every pause, in order."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = Lock()

    def monotonic(self) -> float:
        with self._lock:
            return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)

    @property
    def timing(self) -> Timing:
        return Timing(self.monotonic, self.sleep)
