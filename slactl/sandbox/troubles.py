"""What a behaviour does to the calls as they come in: counters, quotas, delays.

The one rule: this is the only part of the sandbox that remembers earlier calls, so that the same
question may be refused once and answered the next time.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.catalogue import MetricKey
from slactl.sandbox.errors import (
    AwsError,
    ConnectionDropped,
    access_denied,
    expired_token,
    internal_failure,
    throttling,
)

RECENT_POINTS_A_SECOND = 180_000
POINTS_A_SECOND = 396_000
RECENT = 3 * 3600
DISCOVERY_CALLS_A_SECOND = 10.0
CALLS_A_SECOND = {
    **dict.fromkeys(("PutMetricAlarm", "PutCompositeAlarm", "PutLogAlarm", "DeleteAlarms", "SetAlarmState"), 3.0),
    **dict.fromkeys(("EnableAlarmActions", "DisableAlarmActions", "PutAlarmMuteRule", "DeleteAlarmMuteRule"), 3.0),
    **dict.fromkeys(("DescribeAlarms", "DescribeAlarmContributors"), 9.0),
    **dict.fromkeys(("DescribeAlarmHistory", "GetAlarmMuteRule", "TagResource", "UntagResource"), 20.0),
    **{f"{verb}ServiceLevelObjective": 5.0 for verb in ("Create", "Get", "Update", "Delete")},
    "ListServiceLevelObjectives": 5.0,
    "BatchGetServiceLevelObjectiveBudgetReport": 10.0,
    "ListTagsForResource": 10.0,
    "ListAlarmMuteRules": 50.0,
}
"""The quotas of calls on alarms and SLOs; each operation has its own."""


@dataclass
class _Allowance:
    """So much a second, and at most a second's worth at once."""

    rate: float
    level: float = field(init=False)
    filled_at: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.rate

    def take(self, amount: float, tick: float) -> bool:
        self.level = min(self.rate, self.level + (tick - self.filled_at) * self.rate)
        self.filled_at = tick
        if amount > self.level:
            return False
        self.level -= amount
        return True


class Troubles:
    """The running state of one behaviour; safe to use from many threads."""

    def __init__(self, behaviour: Behaviour, ticks: Callable[[], float]) -> None:
        """``ticks`` is any clock of seconds that only goes forward."""
        self.behaviour = behaviour
        self._ticks = ticks
        self._lock = threading.Lock()
        self._calls = 0
        self._reads: Counter[tuple[str, MetricKey, str]] = Counter()
        self._points = {True: _Allowance(RECENT_POINTS_A_SECOND), False: _Allowance(POINTS_A_SECOND)}
        self._discovery = _Allowance(DISCOVERY_CALLS_A_SECOND)
        self._of_calls = {operation: _Allowance(rate) for operation, rate in CALLS_A_SECOND.items()}

    def meet(self, operation: str, caller: str, action: str) -> None:
        """Lets the call pass, or refuses it.

        Raises:
            AwsError: if the call is refused.
            ConnectionDropped: if it is to get no answer.
        """
        told = self.behaviour
        with self._lock:
            self._calls += 1
            number = self._calls
        if told.expired_token:
            raise expired_token()
        if operation in told.access_denied:
            raise access_denied(caller, action)
        if operation in told.fail:
            raise internal_failure()
        if told.drop.hits(number):
            raise ConnectionDropped(operation)
        _refuse_in_rhythm(told, number)

    def spend_points(self, points: int, recent: bool) -> None:
        """Counts points asked for against the quota of the second.

        Raises:
            AwsError: Throttling, when quotas are enforced and this one is used up.
        """
        self._spend(self._points[recent], points)

    def spend_discovery(self) -> None:
        """Counts a discovery call; raises as ``spend_points`` does."""
        self._spend(self._discovery, 1)

    def spend_call(self, operation: str) -> None:
        """Counts a call on alarms; raises as ``spend_points`` does."""
        if operation in self._of_calls:
            self._spend(self._of_calls[operation], 1)

    def _spend(self, allowance: _Allowance, amount: float) -> None:
        if not self.behaviour.enforce_quota:
            return
        with self._lock:
            if not allowance.take(amount, self._ticks()):
                raise throttling()

    def is_forbidden(self, key: MetricKey, stat: str) -> bool:
        """Whether the metric answers Forbidden."""
        return bool(names_of(key, stat) & self.behaviour.forbidden)

    def stays_partial(self, key: MetricKey, stat: str) -> bool:
        """Whether half of the metric's points never come."""
        return bool(names_of(key, stat) & self.behaviour.partial_forever)

    def has_internal_error(self, key: MetricKey, stat: str) -> bool:
        """Whether this read of the metric answers InternalError."""
        told = self.behaviour.internal_error
        for name in sorted(names_of(key, stat) & told.keys()) if told else ():
            times = told[name]
            if times is None or self._nth_read("error", key, stat) <= times:
                return True
        return False

    def misreads(self, key: MetricKey) -> bool:
        """Whether this coarse read of the metric's SampleCount is one too high."""
        told = self.behaviour.inconsistent
        if told is None:
            return False
        return told.reads is None or self._nth_read("count", key, "SampleCount") <= told.reads

    def _nth_read(self, kind: str, key: MetricKey, stat: str) -> int:
        with self._lock:
            self._reads[kind, key, stat] += 1
            return self._reads[kind, key, stat]


def _refuse_in_rhythm(told: Behaviour, number: int) -> None:
    refusals: tuple[tuple[bool, Callable[[], AwsError]], ...] = (
        (told.throttle.hits(number), throttling),
        (told.server_error.hits(number), internal_failure),
    )
    for hit, error in refusals:
        if hit:
            raise error()


def names_of(key: MetricKey, stat: str) -> frozenset[str]:
    """The names by which a behaviour may mean this read."""
    place = dict(key.dimensions)
    operation = place.get("Operation") or f"{place.get('Method', '')} {place.get('Resource', '')}".strip()
    return frozenset({key.name, stat, operation, f"{key.name}:{operation}"} - {""})
