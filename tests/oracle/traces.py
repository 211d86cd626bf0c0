"""Traffic by the piece: beats, bursts, and what a gateway saw of them.

Decides nothing of the arithmetic. The one rule: a trace is a plain function of its arguments,
so that a failing case can be read and built again by hand.
"""

from collections.abc import Iterable, Sequence

from .facts import Request
from .spans import Span

FAST_MS = 120.0
SLOW_MS = 1500.0
FAULT, ERROR, FINE = 503, 404, 200


def beat(operation: str, start: int, end: int, every: int, silent: Iterable[Span] = ()) -> list[Request]:
    """One good request at each step of ``every`` seconds, except in silent stretches."""
    quiet = list(silent)
    return [
        Request(second * 1000, operation, FAST_MS, FINE)
        for second in range(start, end, every)
        if not any(a <= second < b for a, b in quiet)
    ]


def burst(
    operation: str | None,
    at_ms: int,
    good: int,
    faults: int = 0,
    errors: int = 0,
    latencies: Sequence[float] = (FAST_MS,),
    step_ms: int = 1,
) -> list[Request]:
    """Requests one millisecond after the other: first the faults, then errors, then good ones."""
    statuses = [FAULT] * faults + [ERROR] * errors + [FINE] * good
    return [
        Request(at_ms + place * step_ms, operation, latencies[place % len(latencies)], status)
        for place, status in enumerate(statuses)
    ]


def slow_burst(operation: str, at_ms: int, fast: int, slow: int) -> list[Request]:
    """Good requests, so many of them slow."""
    fine = burst(operation, at_ms, fast)
    return fine + burst(operation, at_ms + fast, slow, latencies=(SLOW_MS,))


def through_gateway(
    requests: Iterable[Request], lost: int = 0, unrouted: int = 0, cut_every: int = 0
) -> tuple[Request, ...]:
    """What an edge answered: the same requests, some of them cut off with 504, and more.

    ``lost``: throttled (429) before they reached the service. ``unrouted``: asked for nothing
    that exists (404). ``cut_every``: each so-many-th good answer came too late.
    """
    seen = list(requests)
    answered = [
        Request(one.at_ms, one.operation, 29000.0, 504)
        if cut_every and place % cut_every == cut_every - 1 and one.status == FINE
        else one
        for place, one in enumerate(seen)
    ]
    if not seen:
        return ()
    late = seen[len(seen) * 3 // 4]
    throttled = [Request(late.at_ms, late.operation, 2.0, 429)] * lost
    return (*answered, *throttled, *[Request(late.at_ms, None, 1.0, ERROR)] * unrouted)
