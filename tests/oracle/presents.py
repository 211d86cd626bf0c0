"""Hypothesis strategies: worlds that are asked how they are doing now.

Decides what a generated present may hold. The one rule: requests are drawn at the ends of look-backs and in
numbers that just reach a factor or just miss it, since that is where a check errs.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from .facts import Case, Dict, Request, Service
from .months import DAY, LATENCIES, LIST, OPERATIONS, QUERY, READ, ROUTES, WEEK, months, written
from .spans import HOUR
from .times import month_span
from .traces import FAULT, FINE, burst, slow_burst, through_gateway

BACK = (HOUR, 6 * HOUR, DAY, 3 * DAY, WEEK)
BESIDE_MS = (-1, 0, 1, 150_000, 299_999, 300_000, 900_000)
REACHED = ((928, 72), (929, 71), (970, 30), (971, 29), (985, 15), (990, 10), (991, 9), (390, 10), (0, 10), (0, 9))
EARLY = (0, 5, 11, 16, 29, 61, 75, 371, 1450, 4330)


@st.composite
def moments(draw: st.DrawFn, now: int) -> int:
    """Epoch milliseconds: beside the start of a look-back, of what is settled or of an hour of the last days."""
    settled = (now - 600) // 300 * 300
    edge = st.sampled_from([settled, settled, *(settled - back for back in BACK)])
    lately = st.integers(1, 12).map(lambda slices: settled - slices * 300)
    days = st.integers(1, 3 * 288).map(lambda slices: settled - slices * 300)
    return draw(st.one_of(edge, lately, lately, days)) * 1000 + draw(st.sampled_from(BESIDE_MS))


@st.composite
def lately(draw: st.DrawFn, now: int) -> list[Request]:
    """Requests at once, failed or slow in numbers that reach a factor exactly, or just not."""
    at_ms, operation = draw(moments(now)), draw(st.sampled_from(OPERATIONS))
    good, bad = draw(st.sampled_from(REACHED))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return burst(operation, at_ms, good, bad)
    if kind == 1:
        return slow_burst(operation, at_ms, good, bad)
    if kind == 2:
        return [one for name in (*OPERATIONS, "GET /a", "GET /b") for one in burst(name, at_ms, 20, bad % 7)]
    few = st.integers(0, 12)
    latencies = draw(st.lists(st.sampled_from(LATENCIES), min_size=1, max_size=3))
    return burst(operation, at_ms, draw(st.integers(0, 40)), draw(few), draw(few), latencies)


@st.composite
def outages(draw: st.DrawFn, now: int) -> list[Request]:
    """Some minutes of the last days in which everything fails, or every other request."""
    start = draw(moments(now)) // 60_000 * 60
    minutes = draw(st.sampled_from([1, 5, 6, 31, 65, 300]))
    every = draw(st.sampled_from([20, 60, 150]))
    share = draw(st.sampled_from([1, 2, 10]))
    return [
        Request(second * 1000, (READ, LIST, QUERY)[place % 3], 120.0, FINE if place % share else FAULT)
        for place, second in enumerate(range(start, start + minutes * 60, every))
    ]


@st.composite
def nows(draw: st.DrawFn, start: int, end: int) -> int:
    """Any minute of a month, its first hours and days more often than others."""
    early = st.sampled_from(EARLY).map(lambda minutes: start + minutes * 60)
    anywhere = st.integers(0, (end - start) // 60).map(lambda minutes: start + minutes * 60)
    return draw(st.one_of(early, anywhere, anywhere)) + draw(st.sampled_from([0, 0, 1, 59]))


@st.composite
def work(draw: st.DrawFn, now: int, zone: str) -> Dict:
    """An announced window of the last days, at the edge of a look-back or on no grid at all."""
    start = draw(moments(now)) // 60_000 * 60
    end = start + draw(st.sampled_from([5, 7, 60, 61, 1500])) * 60
    return {
        "id": "CHG-NOW",
        "start": written(start, zone),
        "end": written(end, zone),
        "announced": written(start - 30 * DAY, zone),
        "reason": "Planned work",
    }


@st.composite
def more_objectives(draw: st.DrawFn, month: str) -> tuple[Dict, ...]:
    """Objectives that allow nothing, or judge each endpoint, or are in force only from some month on."""
    faults: Dict = {"indicator": "error-rate", "counts": "faults"}
    every: tuple[Dict, ...] = (
        {**faults, "id": "no-errors", "goal": "<= 0%"},
        {**faults, "id": "read-errors", "goal": "< 1%", "class": "read", "per": "operation"},
        {"id": "always-up", "indicator": "availability", "goal": ">= 100%"},
        {
            "id": "fast-each",
            "indicator": "latency",
            "threshold": "<= 1000ms",
            "goal": ">= 97.5%",
            "per": "operation",
            "exclude": "maintenance",
        },
        {"id": "p90-each", "indicator": "percentile", "percentile": "p90", "goal": "< 2s", "per": "operation"},
        {**faults, "id": "from-now", "goal": "<= 2%", "in_force": {"from": f"{month}-01"}},
        {**faults, "id": "until-now", "goal": "<= 2%", "in_force": {"to": f"{month}-01"}},
    )
    return tuple(draw(st.lists(st.sampled_from(every), unique_by=lambda one: str(one["id"]), max_size=3)))


@st.composite
def presents(draw: st.DrawFn) -> Case:
    """A month that is asked for while it lasts, with something going on."""
    case = draw(months())
    start, end = month_span(case.month, case.timezone)
    now, zone = draw(nows(start, end)), case.timezone
    case = replace(case, now=now, services=tuple(_until(one, now) for one in case.services))
    entries = list(case.maintenance["windows"])
    if draw(st.booleans()):
        entries.append(draw(work(now, zone)))
    first, *others = case.services
    first = draw(busy(first, now, zone))
    if draw(st.integers(0, 3)) == 0:
        others.append(only_at_the_gate(first))
    objectives = (*case.objectives, *draw(more_objectives(case.month)))
    services = (first, *others)
    return replace(case, services=services, objectives=objectives, maintenance={**case.maintenance, "windows": entries})


def only_at_the_gate(service: Service) -> Service:
    """The same requests, of a service that only its gateway sees."""
    requests = tuple(one for one in service.requests if one.operation in ROUTES)
    return replace(service, key="public-api", requests=(), gateway=requests, source="api-gateway")


def _until(service: Service, now: int) -> Service:
    """What was asked for, as far as it has happened a while from now."""
    return replace(service, requests=tuple(one for one in service.requests if one.at_ms < (now + DAY) * 1000))


@st.composite
def busy(draw: st.DrawFn, service: Service, now: int, zone: str) -> Service:
    """The service with bursts and outages lately; perhaps silent lately, or new, or behind an edge."""
    requests = list(service.requests)
    quiet = (now - draw(st.sampled_from([0, 0, 0, 1, 7, 25, 80])) * HOUR) * 1000
    requests = [one for one in requests if one.at_ms < quiet]
    for piece in draw(st.lists(st.one_of(lately(now), lately(now), outages(now)), max_size=4)):
        requests += piece
    requests.sort(key=lambda one: one.at_ms)
    gateway = None
    if draw(st.integers(0, 3)) == 0:
        extra = {name: draw(st.sampled_from([0, 1, 30])) for name in ("lost", "unrouted", "cut_every")}
        gateway = through_gateway([one for one in requests if one.operation in ROUTES], **extra)
    since = service.since
    if draw(st.integers(0, 3)) == 0:
        first = now - draw(st.sampled_from([0, 1, 2, 5, 8])) * DAY
        since = datetime.fromtimestamp(first, ZoneInfo(zone)).date().isoformat()
    return replace(service, requests=tuple(requests), gateway=gateway, since=since)
