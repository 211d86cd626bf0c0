"""What happens in the demo's months: outages, slow hours, silences, announced work.

The one rule: last month holds every kind of event; the months before hold smaller ones; the running
month none. Both the traffic and the demo's configuration read the events from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np

from slactl.sandbox.buckets import DAY
from slactl.sandbox.days import DayLog
from slactl.sandbox.traffic import ZONE

Kind = Literal["outage", "slow", "silence", "work"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens; times are local, in Europe/Rome.

    Attributes:
        kind: an outage or work fails requests, ``slow`` multiplies latencies, a silence drops all.
        share: of the requests that fail; the factor of latencies.
        announced: when work was announced.
        change: the number of the change that announced work belongs to.
        reason: of work, in Italian.
        lead_in: minutes from the start of the window to the start of the work.
    """

    kind: Kind
    start: datetime
    minutes: int
    share: float = 1.0
    announced: datetime | None = None
    change: str = ""
    reason: str = ""
    lead_in: int = 0

    @property
    def span_ms(self) -> tuple[int, int]:
        """When it is felt, in milliseconds since the epoch."""
        felt = self.start.timestamp() + self.lead_in * 60
        return int(felt * 1000), int((self.start.timestamp() + self.minutes * 60) * 1000)


def month_before(month: tuple[int, int], back: int) -> tuple[int, int]:
    """The month so many months earlier, as (year, month)."""
    number = month[0] * 12 + month[1] - 1 - back
    return number // 12, number % 12 + 1


def month_of(now: float) -> tuple[int, int]:
    """The local month of an instant."""
    local = datetime.fromtimestamp(now, ZONE)
    return local.year, local.month


def events_of(month: tuple[int, int], running: tuple[int, int]) -> tuple[Event, ...]:
    """What happens in a month when that other month is running."""
    if month >= running:
        return ()
    return _great_month(month) if month == month_before(running, 1) else _small_month(month)


def _great_month(month: tuple[int, int]) -> tuple[Event, ...]:
    number = month[0] % 100 * 100 + month[1]
    upgrade, patch = _nth(month, 3, 5, "02:00"), _nth(month, 4, 0, "21:30")
    return (
        Event("outage", _nth(month, 2, 1, "10:22"), 38, 0.6),
        Event("slow", _nth(month, 3, 3, "15:00"), 120, 3.5),
        Event("silence", _nth(month, 4, 2, "02:40"), 60),
        Event(
            "work", upgrade, 120, 0.7, upgrade - timedelta(days=5, hours=-8), f"CHG-{number}1",
            "Aggiornamento del motore di database", 10,
        ),
        Event(
            "work", patch, 45, 0.5, patch - timedelta(hours=6), f"CHG-{number}2",
            "Correzione urgente di sicurezza", 5,
        ),
    )  # fmt: skip


def _small_month(month: tuple[int, int]) -> tuple[Event, ...]:
    number = month[0] % 100 * 100 + month[1]
    upgrade = _nth(month, 2, 6, "02:00")
    return (
        Event("outage", _nth(month, 2, 2 + number % 3, "16:10"), 6 + number % 8, 0.4),
        Event("slow", _nth(month, 3, number % 5, "11:00"), 30, 2.5),
        Event(
            "work", upgrade, 60, 0.5, upgrade - timedelta(days=4, hours=-9), f"CHG-{number}1",
            "Manutenzione ordinaria", 5,
        ),
    )  # fmt: skip


def _nth(month: tuple[int, int], nth: int, weekday: int, clock: str) -> datetime:
    """The n-th such weekday (Monday is 0) of the month at that local time."""
    first = datetime(*month, 1, tzinfo=ZONE)
    day = 1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1)
    hour, minute = map(int, clock.split(":"))
    return first.replace(day=day, hour=hour, minute=minute)


@lru_cache(maxsize=64)
def _events_of_day(day: int, running: tuple[int, int]) -> tuple[Event, ...]:
    start, end = day * DAY * 1000, (day + 1) * DAY * 1000
    noon = datetime.fromtimestamp(day * DAY + DAY / 2, UTC).astimezone(ZONE)
    events = events_of((noon.year, noon.month), running)
    return tuple(event for event in events if event.span_ms[0] < end and event.span_ms[1] > start)


def suffered(rng: np.random.Generator, log: DayLog, day: int, running: tuple[int, int]) -> DayLog:
    """The day as it went with the events in it."""
    for event in _events_of_day(day, running):
        log = _struck(rng, log, event)
    return log


def _struck(rng: np.random.Generator, log: DayLog, event: Event) -> DayLog:
    start, end = event.span_ms
    hit = (log.times_ms >= start) & (log.times_ms < end)
    if event.kind == "silence":
        return log.take(~hit)
    if event.kind == "slow":
        return log._replace(latency_ms=np.round(log.latency_ms * np.where(hit, event.share, 1.0), 3))
    failing = hit & (rng.random(len(hit)) < event.share)
    status = np.where(failing, 503, log.status).astype(np.int16)
    latency = np.where(failing, np.round(log.latency_ms * 1.6 + 40, 3), log.latency_ms)
    return log._replace(status=status, latency_ms=latency)
