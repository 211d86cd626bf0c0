"""A pace that keeps within a quota.

The one rule: the clock and the sleep are given from outside, so that nothing here reads the time.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock


class Pacer:
    """Lets ``rate`` units through a second, in bursts of at most ``burst`` units.

    Safe to share between threads; a single demand above the burst passes once the bucket is full, and
    is paid off by those after it.
    """

    def __init__(
        self, rate: float, burst: float, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._rate, self._burst = rate, burst
        self._monotonic, self._sleep = monotonic, sleep
        self._lock, self._free_at = Lock(), monotonic() - burst / rate

    def wait(self, units: float = 1.0) -> None:
        """Returns when so many units may be used."""
        with self._lock:
            now = self._monotonic()
            earliest = max(self._free_at, now - self._burst / self._rate)
            self._free_at = earliest + units / self._rate
            pause = earliest + min(units, self._burst) / self._rate - now
        if pause > 0:
            self._sleep(pause)
