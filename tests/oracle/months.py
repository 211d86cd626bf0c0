"""Hypothesis strategies: months of traffic, maintenance and objectives, small enough to be quick.

Decides what a generated month may hold. The one rule: edges are drawn more often than the
middle (period ends, slice edges, window ends, exact counts), since that is where figures break.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from .facts import Case, Dict, Request, Service
from .spans import FIVE_MINUTES, HOUR, Span
from .times import instant, month_span, readings
from .traces import beat, burst, slow_burst, through_gateway

DAY = 24 * HOUR
WEEK = 7 * DAY
HISTORY = 5 * WEEK

# Each with months in which something happens: clocks that go forward or back (by half an hour
# on Lord Howe, at midnight in Havana and Cairo, for Ramadan in Morocco), or nothing at all.
CALENDARS = (
    ("Europe/Rome", ("2026-10", "2026-03", "2026-02")),
    ("America/New_York", ("2026-11", "2026-03")),
    ("Asia/Kolkata", ("2026-10", "2026-12")),
    ("Asia/Kathmandu", ("2026-06", "2026-01")),
    ("Australia/Lord_Howe", ("2026-04", "2026-10")),
    ("UTC", ("2026-10", "2024-02")),
    ("Africa/Casablanca", ("2026-02", "2026-03")),
    ("America/Havana", ("2026-11", "2026-03")),
    ("Africa/Cairo", ("2026-10", "2026-04")),
)
WHOLE_HOURS = ("Europe/Rome", "America/New_York", "UTC", "Africa/Casablanca", "America/Havana", "Africa/Cairo")

READ, LIST, QUERY, WRITE = "GET /missions/{id}", "GET /missions", "POST /reports/daily", "POST /missions"
ROUTES = (READ, LIST, QUERY, WRITE)
RARE = "DELETE /missions/{id}"
OPERATIONS = (*ROUTES, "AllOtherOperations")
RULES: tuple[Dict, ...] = (
    {"match": "GET /health", "ignore": True},
    {"match": "GET /users/*", "as": "GET /users/{id}", "class": "read"},
    {"match": "GET *", "class": "read"},
    {"match": "POST /reports*", "class": "query"},
)
EXACT = ((999, 1), (398, 2), (399, 1), (19, 1), (20, 1), (18, 1), (95, 5), (1, 0), (0, 1), (3, 0))
LATENCIES = (3.0, 199.999, 200.0, 412.5, 999.999, 1000.0, 1000.001, 1999.999, 2000.0, 2500.0)
INSIDE = (0, 1, 150_000, 299_990, 299_999)


@st.composite
def calendars(draw: st.DrawFn, zones: tuple[str, ...] = ()) -> tuple[str, str]:
    """A month and a zone."""
    known = [entry for entry in CALENDARS if not zones or entry[0] in zones]
    zone, months = draw(st.sampled_from(known))
    return draw(st.sampled_from(months)), zone


def instants(period: Span, near: tuple[int, ...] = ()) -> st.SearchStrategy[int]:
    """Slice starts (epoch s) in a period: anywhere, at its ends, and beside given seconds."""
    start, end = period
    last = (end - start) // FIVE_MINUTES - 1
    edges = [0, 1, 12, last - 1, last]
    edges += [(second - start) // FIVE_MINUTES + step for second in near for step in (-1, 0, 1)]
    anywhere = st.integers(0, last) | st.sampled_from([place for place in edges if 0 <= place <= last])
    return anywhere.map(lambda place: start + place * FIVE_MINUTES)


@st.composite
def bursts(draw: st.DrawFn, period: Span, near: tuple[int, ...]) -> list[Request]:
    """Some requests at once, at an edge of a slice or inside; or just outside of the month."""
    outside = st.sampled_from([period[0] * 1000 - 1, period[1] * 1000 - 1, period[1] * 1000])
    inside = st.builds(lambda at, more: at * 1000 + more, instants(period, near), st.sampled_from(INSIDE))
    at_ms = draw(st.one_of(inside, inside, inside, outside))
    operation = draw(st.sampled_from(OPERATIONS))
    if draw(st.booleans()):
        good, faults = draw(st.sampled_from(EXACT))
        return burst(operation, at_ms, good, faults)
    if draw(st.booleans()):
        return slow_burst(operation, at_ms, *draw(st.sampled_from([(99, 1), (95, 5), (190, 10), (49, 1)])))
    few = st.integers(0, 25)
    latencies = draw(st.lists(st.sampled_from(LATENCIES), min_size=1, max_size=5))
    return burst(operation, at_ms, draw(few), draw(st.integers(0, 6)), draw(st.integers(0, 3)), latencies)


@st.composite
def thin_hours(draw: st.DrawFn, period: Span, near: tuple[int, ...]) -> list[Request]:
    """Slices with few requests beside each other, some with faults, over more than an hour."""
    start = draw(instants(period, near))
    counts = draw(st.lists(st.tuples(st.integers(0, 22), st.integers(0, 2)), min_size=2, max_size=16))
    return [
        request
        for place, (good, faults) in enumerate(counts)
        for request in burst(READ, (start + place * FIVE_MINUTES) * 1000, good, faults)
    ]


@st.composite
def weekly_blocks(draw: st.DrawFn, period: Span, zone: str) -> list[Request]:
    """About ten requests in the same span of each of the four weeks before a quiet hour."""
    at = draw(instants(period)) // HOUR * HOUR + 1800
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    total = draw(st.sampled_from([36, 39, 40, 41, 60]))
    weeks = [(local - timedelta(days=7 * week)).timestamp() for week in range(1, 5)]
    counts = [total // 4 + (1 if place < total % 4 else 0) for place in range(4)]
    return [
        request
        for moment, count in zip(weeks, counts, strict=True)
        for request in burst(LIST, int(moment) * 1000, count)
    ]


@st.composite
def oddities(draw: st.DrawFn, period: Span) -> list[Request]:
    """Ignored operations, merged ones, one with a single request, and one only seen outside."""
    at_ms = draw(instants(period)) * 1000
    requests = burst("GET /health", at_ms, 7, faults=2) + burst("InternalOperation", at_ms, 2, faults=1)
    requests += burst("reports/LambdaService", at_ms, 2)
    requests += burst("GET /users/17", at_ms, 2) + burst("GET /users/18", at_ms + 50, 1, errors=1)
    requests += burst(RARE, (period[0] - DAY) * 1000, 3)
    return requests + burst("PUT /missions/{id}", at_ms, draw(st.sampled_from([1, 3])))


@st.composite
def traffic(draw: st.DrawFn, period: Span, zone: str, near: tuple[int, ...] = ()) -> list[Request]:
    """Five weeks before the month, compactly, and the month; hundreds to a few thousand requests."""
    start, end = period
    quiet_from = draw(instants(period, near))
    quiet = (quiet_from, quiet_from + draw(st.sampled_from([0, 1, 8, 9, 10, 11, 30])) * HOUR)
    every = draw(st.sampled_from([HOUR, 4 * HOUR, 40 * 60]))
    requests = beat(LIST, start // HOUR * HOUR - HISTORY, end, every, [quiet])
    requests += draw(weekly_blocks(period, zone)) + draw(oddities(period))
    pieces = st.one_of(bursts(period, near), bursts(period, near), thin_hours(period, near))
    for piece in draw(st.lists(pieces, min_size=1, max_size=8)):
        requests += piece
    return sorted(requests, key=lambda request: request.at_ms)


def written(second: int, zone: str) -> str:
    """A time as a person writes it: local where that is unmistakable, else with its offset."""
    local = datetime.fromtimestamp(second, ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    if len(set(readings(local, zone))) == 1:
        return local.isoformat(timespec="minutes" if second % 60 == 0 else "seconds")
    return datetime.fromtimestamp(second, UTC).isoformat(timespec="seconds")


@st.composite
def windows(draw: st.DrawFn, period: Span, zone: str, place: int, before: int) -> dict[str, Any]:
    """A window on or off the grid, near the one before or anywhere; late, cancelled, worked or not."""
    near = st.integers(-90, 90).map(lambda minutes: before + minutes * 60)
    minutes = st.integers(-3 * 1440, (period[1] - period[0]) // 60 + 1440).map(lambda m: period[0] + m * 60)
    on_grid = instants(period, period)
    start = draw(st.one_of(near, minutes, on_grid)) + draw(st.sampled_from([0, 0, 0, 30]))
    end = start + draw(st.one_of(st.integers(1, 400), st.sampled_from([4, 5, 60, 240]))) * 60
    lead = draw(st.sampled_from([48 * HOUR, 72 * HOUR, 400 * HOUR, 48 * HOUR - 60, HOUR]))
    window: dict[str, Any] = {
        "id": f"CHG-{place}",
        "start": written(start, zone),
        "end": written(end, zone),
        "announced": written(start - lead, zone),
        "reason": "Planned work",
    }
    if draw(st.integers(0, 9)) == 0:
        window["cancelled"] = True
    if draw(st.integers(0, 3)) == 0:
        late, early = draw(st.integers(-10, 20)) * 60, draw(st.integers(-10, 20)) * 60
        worked = (start + late, max(start + late + 60, end - early))
        window["worked"] = {"start": written(worked[0], zone), "end": written(worked[1], zone)}
    if draw(st.integers(0, 3)) == 0:
        window["services"] = ["missions-api"]
    return window


@st.composite
def calendars_of_work(draw: st.DrawFn, period: Span, zone: str) -> dict[str, Any]:
    """A maintenance file: up to five windows, a recurring one, and caps."""
    before = draw(instants(period, period))
    entries = [draw(windows(period, zone, place, before)) for place in range(draw(st.integers(0, 5)))]
    if draw(st.booleans()):
        entries.append(recurring(period, zone))
    work: dict[str, Any] = {"notice": "48h", "windows": entries}
    for cap in ("max_per_month", "max_per_year"):
        if draw(st.integers(0, 2)) == 0:
            work[cap] = draw(st.sampled_from(["2h", "4h", "47m", "30h"]))
    return work


def recurring(period: Span, zone: str) -> dict[str, Any]:
    """Every Sunday from 02:30 to 03:10 local: on the nights when such times exist twice or never."""
    first = datetime.fromtimestamp(period[0], ZoneInfo(zone)).replace(tzinfo=None)
    first -= timedelta(days=14 + (first.weekday() + 1) % 7)
    sunday = first.date().isoformat()
    return {
        "id": "WEEKLY",
        "start": f"{sunday}T02:30",
        "end": f"{sunday}T03:10",
        "rrule": "FREQ=WEEKLY;BYDAY=SU",
        "until": (first + timedelta(days=60)).date().isoformat(),
        "announced": f"{(first - timedelta(days=10)).date().isoformat()}T09:00",
        "reason": "Patching",
    }


@st.composite
def objectives(draw: st.DrawFn) -> tuple[Dict, ...]:
    """The bundled kinds of objectives, with what may vary in them."""
    uptime: dict[str, Any] = {"id": "uptime", "indicator": "availability"}
    uptime["goal"] = draw(st.sampled_from([">= 99.9%", "> 99%", ">= 99.99%", ">= 95%"]))
    # A longer slice that is excluded in part can be read in two ways, so such slices exclude nothing.
    uptime["slice"] = draw(st.sampled_from(["5m", "5m", "5m", "15m", "1h"]))
    uptime["exclude"] = draw(st.sampled_from(["maintenance"] * 2 + ["none"])) if uptime["slice"] == "5m" else "none"
    uptime["slice_goal"] = draw(st.sampled_from([">= 95%", ">= 95%", ">= 90%", "> 97%"]))
    uptime["no_traffic"] = draw(st.sampled_from(["expected", "expected", "up", "down", "exclude"]))
    sign = draw(st.sampled_from(["<", "<="]))
    share = {"id": "api-latency", "indicator": "latency", "threshold": f"{sign} 1000ms", "goal": ">= 99%"}
    share["exclude"] = draw(st.sampled_from(["none", "maintenance"]))
    counts = draw(st.sampled_from(["faults", "faults+errors"]))
    errors = {"id": "error-rate", "indicator": "error-rate", "counts": counts, "goal": f"{sign} 0.5%"}
    percentile = {"indicator": "percentile", "goal": f"{sign} 1000ms"}
    return (
        uptime,
        {**uptime, "id": "uptime-of-the-year", "over": "year"},
        {**uptime, "id": "uptime-by-requests", "evaluation": "requests"},
        {**uptime, "id": "uptime-by-intervals", "evaluation": "interval-average"},
        share,
        {**percentile, "id": "api-latency-p99", "percentile": "p99", "advisory": True},
        {**percentile, "id": "response-time", "percentile": "p95", "goal": "< 2s"},
        {**percentile, "id": "read", "percentile": "p50", "class": "read", "goal": "< 200ms", "advisory": True},
        {**percentile, "id": "query", "percentile": "p95", "class": "query", "goal": "< 2s"},
        {**percentile, "id": "batch", "percentile": "p95", "class": "batch", "goal": "< 2s"},
        errors,
        {**errors, "id": "error-rate-endpoints", "per": "operation", "confidence": "99%"},
        {"id": "monitoring-coverage", "indicator": "coverage", "goal": ">= 99%", "advisory": True},
    )


@st.composite
def services(
    draw: st.DrawFn, period: Span, zone: str, near: tuple[int, ...], owed: int, *, edges: bool
) -> tuple[Service, ...]:
    """One or two services; the first perhaps behind an edge, the second perhaps without a request.

    ``owed``: so many days before the month their ``since`` lies.
    """
    requests = draw(traffic(period, zone, near))
    gateway = None
    if edges and draw(st.booleans()):
        extra = {name: draw(st.sampled_from([0, 1, 30])) for name in ("lost", "unrouted", "cut_every")}
        gateway = through_gateway([one for one in requests if one.operation in ROUTES], **extra)
    local = datetime.fromtimestamp(period[0], ZoneInfo(zone)) - timedelta(days=owed)
    since = local.date().isoformat()
    first = Service("missions-api", tuple(requests), gateway, rules=RULES, since=since)
    if not draw(st.booleans()):
        return (first,)
    few = tuple(draw(bursts(period, near))) if draw(st.booleans()) else ()
    return first, Service("quiet-api", few, since=since)


@st.composite
def months(
    draw: st.DrawFn, days_later: tuple[int, ...] = (3,), zones: tuple[str, ...] = (), *, edges: bool = False
) -> Case:
    """A whole case, asked so many days (and two hours) after the month's end."""
    month, zone = draw(calendars(zones))
    period = month_span(month, zone)
    work = draw(calendars_of_work(period, zone))
    near = tuple(instant(entry["start"], zone) for entry in work["windows"] if "rrule" not in entry)
    # Whether windows before ``since`` spend the cap of the year, the contract leaves open.
    owed = 35 if "max_per_year" in work else draw(st.sampled_from([35, 10, 0]))
    members = draw(services(period, zone, near, owed, edges=edges))
    now = period[1] + draw(st.sampled_from(days_later)) * DAY + 2 * HOUR
    return Case(month, zone, now, members, draw(objectives()), work)


@st.composite
def running_months(draw: st.DrawFn) -> Case:
    """A month that is asked for while it lasts."""
    case = draw(months())
    start, end = month_span(case.month, case.timezone)
    now = start + draw(st.integers(0, (end - start) // 60)) * 60
    zone, windows = case.timezone, case.maintenance["windows"]
    known = [entry for entry in windows if instant(entry["announced"], zone) <= now]
    return replace(case, now=now, maintenance={**case.maintenance, "windows": known})


@st.composite
def incidents(draw: st.DrawFn, case: Case, place: int) -> dict[str, Any]:
    """An incident to the second, at the edges of slices, windows and the month, or anywhere; perhaps still going on."""
    period, zone = month_span(case.month, case.timezone), case.timezone
    windows = tuple(instant(entry["start"], zone) for entry in case.maintenance["windows"] if "rrule" not in entry)
    edge = st.sampled_from([*period, period[0] - DAY, period[1] - HOUR, *windows])
    start = draw(st.one_of(instants(period, windows), instants(period, windows), edge))
    start += draw(st.sampled_from([0, 0, 1, -1, 299]))
    incident: dict[str, Any] = {"id": f"INC-{place}", "start": written(start, zone), "cause": "told"}
    if draw(st.integers(0, 9)) > 0:
        length = draw(st.sampled_from([1, 61, 300, 900, HOUR, 4 * HOUR + 7, DAY]))
        incident["end"] = written(start + length, zone)
    keys = [service.key for service in case.services]
    incident["services"] = draw(st.sampled_from([keys[:1], keys[-1:], keys]))
    if draw(st.integers(0, 2)) == 0:
        names = [terms["id"] for terms in case.objectives]
        incident["objectives"] = sorted(draw(st.sets(st.sampled_from(names), min_size=1, max_size=3)))
    if draw(st.booleans()):
        incident["add_downtime"] = True
    return incident


@st.composite
def with_incidents(draw: st.DrawFn, cases: st.SearchStrategy[Case]) -> Case:
    """A case of which something is told: one to four incidents."""
    case = draw(cases)
    told = [draw(incidents(case, place)) for place in range(draw(st.integers(1, 4)))]
    return replace(case, incidents=tuple(told))
