"""Months of known edge cases, the same on every run.

Decides nothing. The one rule: the numbers that each month must give are small enough to be
worked out by hand; ``test_examples.py`` states them.
"""

from typing import Any

from .facts import Case, Dict, Request, Service
from .spans import FIVE_MINUTES, HOUR, Span
from .times import instant, month_span
from .traces import beat, burst, slow_burst, through_gateway

DAY = 24 * HOUR
ROME = "Europe/Rome"
GET = "GET /missions"
POST = "POST /reports"

UPTIME: Dict = {"id": "uptime", "indicator": "availability", "goal": ">= 99.9%", "exclude": "maintenance"}
LATENCY: Dict = {"id": "api-latency", "indicator": "latency", "threshold": "< 1000ms", "goal": ">= 99%"}
P99: Dict = {
    "id": "api-latency-p99",
    "indicator": "percentile",
    "percentile": "p99",
    "goal": "< 1000ms",
    "advisory": True,
}
P95: Dict = {"id": "response-time", "indicator": "percentile", "percentile": "p95", "goal": "< 2s"}
ERRORS: Dict = {"id": "error-rate", "indicator": "error-rate", "counts": "faults", "goal": "< 0.5%"}
ENDPOINTS: Dict = {**ERRORS, "id": "error-rate-endpoints", "per": "operation", "confidence": "99%"}


def asked_later(month: str, zone: str, days: int = 3, seconds: int = 2 * HOUR) -> int:
    """An instant so long after the month's end (epoch seconds)."""
    return month_span(month, zone)[1] + days * DAY + seconds


def case_of(
    requests: list[Request],
    objectives: tuple[Dict, ...],
    month: str = "2026-10",
    zone: str = ROME,
    **more: Any,
) -> Case:
    """A month of one service."""
    names = ("rules", "since", "gateway")
    service = Service("missions-api", tuple(requests), **{name: more.pop(name) for name in names if name in more})
    now = more.pop("now", asked_later(month, zone))
    return Case(month, zone, now, (service,), objectives, **more)


def every_slice(span: Span, down: list[Span], silent: list[Span]) -> list[Request]:
    """One request in each five minutes, a fault where it is down, none where it is silent."""
    return [
        Request(second * 1000, GET, 120.0, 503 if _inside(second, down) else 200)
        for second in range(*span, FIVE_MINUTES)
        if not _inside(second, silent)
    ]


def _inside(second: int, spans: list[Span]) -> bool:
    return any(start <= second < end for start, end in spans)


def local(start: str, end: str, zone: str = ROME) -> Span:
    """Two written local times as a span."""
    return instant(start, zone), instant(end, zone)


def worked_example() -> Case:
    """The report of the contract's section 5: an hour down, 90 minutes of work, 15 of silence."""
    outage = local("2026-10-20T10:00", "2026-10-20T11:00")
    work = local("2026-10-14T02:10", "2026-10-14T03:40")
    silence = local("2026-10-08T04:00", "2026-10-08T04:15")
    requests = every_slice(month_span("2026-10", ROME), [outage, work], [silence])
    window = {
        "id": "CHG-1042",
        "start": "2026-10-14T02:00",
        "end": "2026-10-14T04:00",
        "announced": "2026-10-09T10:00",
        "reason": "Database engine upgrade",
        "worked": {"start": "2026-10-14T02:10", "end": "2026-10-14T03:40"},
    }
    maintenance = {"notice": "48h", "max_per_month": "8h", "windows": [window]}
    uptime = {**UPTIME, "over": "year"}
    return case_of(requests, (uptime,), maintenance=maintenance, since="2026-10-01")


def night_of_the_clocks() -> Case:
    """A window from 01:00 to 04:00 in the night the clocks go back in Rome: four hours."""
    night = local("2026-10-25T01:00", "2026-10-25T04:00")
    window = {
        "id": "NIGHT",
        "start": "2026-10-25T01:00",
        "end": "2026-10-25T04:00",
        "announced": "2026-10-01T09:00",
        "reason": "Patching",
    }
    requests = every_slice(month_span("2026-10", ROME), [night], [])
    return case_of(requests, (UPTIME,), maintenance={"notice": "48h", "windows": [window]})


def on_the_boundary() -> Case:
    """Exactly 999 of 1000 good, exactly 2 bad in 400, exactly 1 slow in 100."""
    noon = instant("2026-10-07T12:00", ROME) * 1000
    requests = burst(GET, noon, 999, faults=1)
    requests += burst(POST, noon + 400_000, 398, faults=2)
    requests += slow_burst("GET /slow", noon + 900_000, 99, 1)
    by_requests = {**UPTIME, "evaluation": "requests", "id": "uptime-by-requests"}
    per_operation = {**ERRORS, "id": "errors-literal", "per": "operation"}
    return case_of(requests, (by_requests, per_operation, ENDPOINTS, LATENCY, P99))


def thin_night() -> Case:
    """Slices with one request each, one of them a fault, and what came within the hour before."""
    night = instant("2026-10-07T03:00", ROME)
    requests = beat(GET, night, night + HOUR, FIVE_MINUTES)
    requests += burst(GET, (night + HOUR) * 1000, 0, faults=1)
    plenty = instant("2026-10-08T03:00", ROME)
    requests += burst(GET, plenty * 1000, 19)
    requests += burst(GET, (plenty + 55 * 60) * 1000, 0, faults=1)
    late = instant("2026-10-09T03:00", ROME)
    requests += burst(GET, late * 1000, 19)
    requests += burst(GET, (late + 60 * 60) * 1000, 0, faults=1)
    return case_of(requests, ({**UPTIME, "no_traffic": "up"},))


def silences() -> Case:
    """Two silent spans: one held 39 requests in the four weeks before, the other 40."""
    start, end = month_span("2026-10", ROME)
    first, second = (instant(f"2026-10-{day}T10:10", ROME) for day in (14, 15))
    weeks = [7 * DAY * week for week in range(1, 5)]
    requests = beat(GET, start - 35 * DAY, end, HOUR)
    for week, counts in zip(weeks, ((10, 10), (10, 10), (10, 10), (9, 10)), strict=True):
        for moment, count in zip((first, second), counts, strict=True):
            requests += burst(GET, (moment - week) * 1000, count)
    return case_of(requests, (UPTIME,))


def behind_an_edge(**seen: int) -> Case:
    """A service whose edge answered the same requests, and some more or otherwise."""
    start, end = month_span("2026-10", ROME)
    requests = beat(GET, start, end, HOUR)
    gateway = through_gateway(requests, **seen)
    return case_of(requests, (UPTIME, ERRORS, LATENCY, P95), gateway=gateway)


def running() -> Case:
    """A month asked on its eleventh day, with half an hour down so far."""
    start, end = month_span("2026-10", ROME)
    now = start + 10 * DAY + 720
    down = (start + DAY, start + DAY + 1800)
    return case_of(every_slice((start, end), [down], []), (UPTIME, ERRORS), now=now)


def all_examples() -> dict[str, Case]:
    """Every example by name."""
    return {
        "worked-example": worked_example(),
        "night-of-the-clocks": night_of_the_clocks(),
        "on-the-boundary": on_the_boundary(),
        "thin-night": thin_night(),
        "silences": silences(),
        "edge-agrees": behind_an_edge(),
        "edge-cut-off": behind_an_edge(cut_every=100),
        "edge-throttled": behind_an_edge(lost=5),
        "edge-unrouted": behind_an_edge(unrouted=5),
        "running": running(),
    }
