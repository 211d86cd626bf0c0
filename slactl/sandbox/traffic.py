"""Believable traffic: what is asked, how often, how long it takes and what goes wrong by itself.

The one rule: the shape of a day follows local time in Europe/Rome; weekdays are busy, nights and
weekends are thin but not silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from slactl.sandbox.buckets import DAY
from slactl.sandbox.days import DayLog
from slactl.sandbox.requests import Floats, Int64s

ZONE = ZoneInfo("Europe/Rome")
SLOT = 300
SLOTS = DAY // SLOT
HEALTH = "GET /health"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation.

    Attributes:
        name: ``METHOD /resource``.
        weight: its part of the traffic.
        median_ms: its median latency.
        spread: the sigma of the lognormal latency.
        client_errors: share answered with 4xx.
        faults: share answered with 5xx on a good day.
        kind: read, write or query.
    """

    name: str
    weight: float
    median_ms: float
    spread: float = 0.45
    client_errors: float = 0.01
    faults: float = 0.0001
    kind: str = "read"


ENDPOINTS = (
    Endpoint("GET /missions", 190, 95),
    Endpoint("GET /missions/{id}", 230, 48, client_errors=0.03),
    Endpoint("GET /missions/{id}/steps", 110, 70),
    Endpoint("GET /missions/{id}/attachments", 34, 85),
    Endpoint("GET /missions/{id}/attachments/{file}", 22, 160, 0.7),
    Endpoint("GET /missions/{id}/history", 18, 130),
    Endpoint("GET /drones", 60, 62),
    Endpoint("GET /drones/{id}", 75, 40, client_errors=0.02),
    Endpoint("GET /drones/{id}/telemetry", 90, 140, 0.6),
    Endpoint("GET /pilots", 24, 55),
    Endpoint("GET /pilots/{id}", 28, 42),
    Endpoint("GET /sites", 20, 58),
    Endpoint("GET /sites/{id}/weather", 26, 210, 0.55, faults=0.0012),
    Endpoint("GET /me", 85, 24, 0.35, client_errors=0.05),
    Endpoint("POST /missions", 22, 180, client_errors=0.04, kind="write"),
    Endpoint("PUT /missions/{id}", 30, 165, client_errors=0.03, kind="write"),
    Endpoint("PATCH /missions/{id}/steps/{step}", 46, 120, client_errors=0.02, kind="write"),
    Endpoint("DELETE /missions/{id}", 2, 140, client_errors=0.06, kind="write"),
    Endpoint("POST /missions/{id}/attachments", 12, 420, 0.6, client_errors=0.02, kind="write"),
    Endpoint("POST /drones/{id}/commands", 36, 88, client_errors=0.015, kind="write"),
    Endpoint("POST /tokens", 40, 75, 0.3, client_errors=0.08, kind="write"),
    Endpoint("POST /reports", 9, 860, 0.3, faults=0.001, kind="query"),
    Endpoint("POST /reports/export", 2.4, 1100, 0.25, faults=0.002, kind="query"),
    Endpoint("POST /imports", 0.05, 640, 0.5, client_errors=0.1, kind="write"),
    Endpoint(HEALTH, 0, 6, 0.3, client_errors=0, faults=0),
)
OPERATIONS = tuple(endpoint.name for endpoint in ENDPOINTS)
_HEALTH = OPERATIONS.index(HEALTH)
_WEIGHTS = np.array([endpoint.weight for endpoint in ENDPOINTS])
_MEDIANS = np.array([endpoint.median_ms for endpoint in ENDPOINTS])
_SPREADS = np.array([endpoint.spread for endpoint in ENDPOINTS])
_CLIENT_ERRORS = np.array([endpoint.client_errors for endpoint in ENDPOINTS])
_FAULTS = np.array([endpoint.faults for endpoint in ENDPOINTS])

# Requests in five minutes at the start of each local hour of a weekday.
_HOURS = (4, 3, 3, 3, 4, 7, 16, 34, 62, 78, 80, 74, 58, 60, 76, 78, 70, 56, 36, 24, 17, 12, 8, 6)
_WEEKDAYS = (1.04, 1.06, 1.0, 1.02, 0.92, 0.3, 0.24)
_STATUSES = np.array([400, 401, 403, 404, 404, 404, 409, 422], dtype=np.int16)


@lru_cache(maxsize=64)
def rates(day: int) -> Floats:
    """Requests expected in each five minutes of a UTC day."""
    midnight = datetime.fromtimestamp(day * DAY, UTC)
    local = [(midnight + timedelta(seconds=SLOT * slot)).astimezone(ZONE) for slot in range(SLOTS)]
    hours = np.array([time.hour + time.minute / 60 for time in local])
    shape = np.interp(hours, np.arange(25), (*_HOURS, _HOURS[0]))
    week = np.array([_WEEKDAYS[time.weekday()] for time in local])
    return np.asarray(np.maximum(shape * week, 2.4))


def quiet_day(rng: np.random.Generator, day: int, growth: float = 1.0) -> DayLog:
    """A day on which nothing special happens.

    Args:
        rng: where chance comes from.
        day: its number since the epoch.
        growth: how busy the service is by then; 1 is usual.
    """
    counts = rng.poisson(rates(day) * growth)
    slots = np.repeat(np.arange(SLOTS), counts)
    asked = ((slots + rng.random(len(slots))) * SLOT * 1000).astype(np.int64)
    beats = np.arange(0, DAY, 60) * 1000 + rng.integers(0, 900, DAY // 60)
    times = np.concatenate([asked, beats])
    drawn = rng.choice(len(ENDPOINTS), len(asked), p=_WEIGHTS / _WEIGHTS.sum())
    operation = np.concatenate([drawn, np.full(len(beats), _HEALTH)])
    order = np.argsort(times, kind="stable")
    return _answered(rng, times[order] + day * DAY * 1000, operation[order])


def _answered(rng: np.random.Generator, times: Int64s, operation: Int64s) -> DayLog:
    latency = _MEDIANS[operation] * np.exp(_SPREADS[operation] * rng.standard_normal(len(times)))
    cold = rng.random(len(times)) < 0.0015
    latency = latency + np.where(cold, 650 + 500 * rng.random(len(times)), 0.0)
    chance = rng.random(len(times))
    faults = _FAULTS[operation]
    status = np.where(chance < faults, 500, 200)
    failed = (chance >= faults) & (chance < faults + _CLIENT_ERRORS[operation])
    status = np.where(failed, _STATUSES[rng.integers(0, len(_STATUSES), len(times))], status)
    return DayLog(times, operation, np.round(latency, 3), status.astype(np.int16))
