"""What was found of a service, as its alarms need it.

The one rule: operations are counted under the names that the agreement gives them, and what it ignores has no alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slactl.model.metric import Stream
from slactl.model.service import Service
from slactl.model.watched import HOURS_OF_WEEK, Endpoint, Watched

HOUR, WEEK, WEEKS = 3600, 604_800, 4
MONDAY = 4 * 86400
"""The first Monday since the epoch, in seconds."""


def watched_of(
    service: Service, total: Stream, operations: Sequence[Stream], requests: Mapping[str, int], weekly: Sequence[int]
) -> Watched:
    """What is known of a service.

    Args:
        service: tells names and what is ignored.
        total: its series without an operation; the stage's where an edge stands before it.
        operations: the streams of its operations (of the edge's methods).
        requests: of the last four weeks by operation, as far as they are known.
        weekly: see ``weekly_of``.
    """
    groups: dict[str, list[Stream]] = {}
    ignored: list[str] = []
    left_out: list[Stream] = []
    for stream in operations:
        name = stream.operation or ""
        placed = service.place(name)
        if placed.ignored:
            ignored.append(name)
            left_out += [stream] if any(rule.matches(name) for rule in service.rules) else []
        else:
            groups.setdefault(placed.name, []).append(stream)
    endpoints = tuple(
        Endpoint(name, tuple(streams), sum(requests.get(one.operation or "", 0) for one in streams))
        for name, streams in sorted(groups.items())
    )
    out = tuple(sorted(left_out, key=lambda one: one.operation or ""))
    return Watched(service.key, total, endpoints, tuple(weekly), tuple(sorted(ignored)), out)


def weekly_of(hours: Mapping[int, float | int | None], until: int) -> tuple[int, ...]:
    """The requests that each hour of the week promises: the mean of four weeks, rounded down.

    Args:
        hours: requests by the start of an hour, in seconds since the epoch; an hour that is missing, or None, had
            none as far as anybody knows.
        until: the end of the four weeks, a whole hour.

    Returns:
        168 numbers, the first for Monday from 0:00 to 1:00 UTC; empty where four weeks held nothing at all.
    """
    sums = [0.0] * HOURS_OF_WEEK
    for start in range(until - WEEKS * WEEK, until, HOUR):
        sums[(start - MONDAY) % WEEK // HOUR] += hours.get(start) or 0
    return tuple(int(total // WEEKS) for total in sums) if any(sums) else ()
