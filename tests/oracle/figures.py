"""What a row of the report must say, once bad, allowed and total are known.

Decides which figures are claimed exactly and which only within bounds. The one rule: what the
contract leaves open is not claimed.
"""

from fractions import Fraction

from . import measures, texts
from .books import Scope
from .claims import (
    BREACHED,
    INSUFFICIENT,
    NOT_RATED,
    OK,
    WARNING,
    Between,
    Number,
    OneOf,
    Percentile,
    only,
)
from .facts import Dict, Request
from .judging import Measure, chance

Claims = dict[str, object]
ANY = only(OK, WARNING, BREACHED, INSUFFICIENT, NOT_RATED)
FEW_REQUESTS = {"p95": 200, "p99": 1000}
INSTRUMENT = Fraction(5, 100)
HISTOGRAM = Fraction(11, 10)


def of_measure(objective: Dict, measure: Measure) -> Claims:
    """Status, counts, value and budget."""
    if not measure.total:
        return {"status": only(NOT_RATED, INSUFFICIENT, OK)}
    claims: Claims = {"status": measure.statuses, "total": measure.total}
    if measure.informative and measure.statuses == only(WARNING):
        claims["reason"] = "below-annual-goal"
    if measure.statuses == only(INSUFFICIENT):
        claims["value"] = None
    elif INSUFFICIENT not in measure.statuses:
        claims["value"] = _value(objective, measure.worst, measure.total)
    if measure.worst == measure.best:
        claims["good"] = measure.total - measure.worst
        if not measure.whole:
            claims["budget"] = _budget(measure)
    return claims


def _value(objective: Dict, bad: Number, total: Number) -> Fraction:
    share = Fraction(bad) / total
    return share if objective["indicator"] == "error-rate" else 1 - share


def _budget(measure: Measure) -> Claims:
    allowed, used = measure.rate * measure.total, measure.worst
    budget: Claims = {"allowed": allowed, "used": used, "remaining": allowed - used}
    if allowed:
        budget["used_ratio"] = Fraction(used) / allowed
    return budget


def of_time(objective: Dict, scope: Scope) -> Claims:
    """Availability by time slices, within bounds where only hours are kept."""
    measure = measures.of_time(objective, scope)
    claims = of_measure(objective, measure)
    books = scope.account
    if measure.total:
        true_bad = books.down_true + measure.best - books.down_least
        claims["true_value"] = 1 - Fraction(true_bad) / measure.total
    if not measure.total:
        return claims
    if books.by_hours:
        return _loosened(claims, objective, scope, measure)
    return claims | of_seconds(objective, scope)


def _loosened(claims: Claims, objective: Dict, scope: Scope, measure: Measure) -> Claims:
    """Rule 12: the value lies within bounds; silent hours may count as up or be unknown."""
    if objective.get("no_traffic", "expected") in ("down", "exclude") or scope.account.crossing:
        return {"status": ANY}
    silent = scope.account.silent_hours
    if silent:
        claims["status"] = measure.statuses | only(INSUFFICIENT)
        claims.pop("good", None)
        claims.pop("budget", None)
    if claims.pop("value", None) is not None:
        lowest = 1 - Fraction(measure.worst + silent, measure.total)
        claims["value"] = Between(lowest, 1 - Fraction(measure.best, measure.total))
        if silent:
            claims["value_may_be_null"] = True
    return claims


def of_seconds(objective: Dict, scope: Scope) -> Claims:
    """The account of seconds (rule 9) and what is printed beside it."""
    books = scope.account
    down, unknown = books.down_true, books.unknown
    silent_down = books.no_traffic if objective.get("no_traffic") == "down" else 0
    seconds: Claims = {"up": books.counted - down - books.no_traffic - unknown, "down": down, "unknown": unknown}
    claims: Claims = {
        "seconds": seconds,
        "seconds_sum": OneOf((books.owed, books.period)),
        "down_seconds": OneOf((down + silent_down, down + silent_down + unknown)),
        "if_silent_down": measures.if_silent_down(books),
    }
    if scope.settled:
        claims["excluded_seconds"] = books.excluded
    # Where the seconds before a service's ``since`` are put, the contract leaves open.
    if books.owed == books.period:
        seconds["no_traffic"] = books.no_traffic
        if scope.settled:
            seconds["excluded"], seconds["not_yet"] = books.excluded, 0
    return claims


def by_evaluation(objective: Dict, scope: Scope, requests: list[Request]) -> Claims:
    """The three evaluations side by side."""
    books = scope.account
    shown: Claims = {}
    if books.cut_hours or books.crossing or books.silent_hours or not books.counted:
        return shown
    if requests:
        faults = sum(request.is_fault for request in requests)
        shown["requests"] = 1 - Fraction(faults, len(requests))
    if not books.by_hours:
        shown["interval-average"] = Fraction(books.shares, books.slices)
    if not books.by_hours and not books.unknown:
        measure = measures.of_time(objective, scope)
        if measure.total:
            shown["time-slices"] = 1 - Fraction(measure.worst, measure.total)
    return shown


def of_requests(objective: Dict, scope: Scope, requests: list[Request]) -> Claims:
    """A ratio of requests or a percentile."""
    if scope.account.cut_hours:
        return {"status": ANY}
    measure = measures.of_requests(objective, scope, requests)
    claims = of_measure(objective, measure)
    if not requests:
        return {"status": only(NOT_RATED)}
    if objective["indicator"] == "percentile":
        claims |= _percentile(objective, scope, requests)
    if objective["indicator"] == "latency":
        claims |= _with_failed(measure, requests)
    if objective["indicator"] in ("latency", "percentile"):
        claims["histogram_good"] = _histogram(objective, requests)
    claims["faults"] = sum(request.is_fault for request in requests)
    claims["errors"] = sum(request.is_error for request in requests)
    return claims


def _percentile(objective: Dict, scope: Scope, requests: list[Request]) -> Claims:
    wanted = objective["percentile"]
    few = len(requests) < FEW_REQUESTS.get(wanted, 0)
    notes = {"few-requests": few, "within-instrument-tolerance": _tips(objective, scope, requests)}
    value = Percentile(measures.nearest_rank(requests, wanted), wanted)
    return {"value": value, "notes": notes}


def _tips(objective: Dict, scope: Scope, requests: list[Request]) -> bool:
    """Whether moving the limit by the instrument's accuracy would change the status."""
    found = {measures.of_requests(objective, scope, requests).statuses}
    for factor in (1 - INSTRUMENT, 1 + INSTRUMENT):
        moved = measures.limit_of(objective).times(factor)
        goal = f"{moved.sign} {float(moved.value):.6f}ms"
        found.add(measures.of_requests({**objective, "goal": goal}, scope, requests).statuses)
    return len(found) > 1


def _with_failed(measure: Measure, requests: list[Request]) -> Claims:
    """Rule 17: WARNING where only the share without the failed requests misses the goal."""
    faults = sum(request.is_fault for request in requests)
    missed = not measure.met(measure.worst, measure.total - faults)
    if not missed or OK not in measure.statuses:
        return {}
    if measure.whole or measure.informative:
        return {"status": measure.statuses | only(WARNING)}
    return {"status": only(WARNING), "reason": "depends-on-failed-requests"}


def _histogram(objective: Dict, requests: list[Request]) -> Between:
    """The good counts that a histogram with buckets of ten percent may give."""
    limit = measures.limit_of(objective)
    low, high = (limit.times(factor) for factor in (1 / HISTOGRAM, HISTOGRAM))
    return Between(sum(map(low.fast, requests)), sum(map(high.fast, requests)))


def softened(objective: Dict, requests: list[Request], claims: Claims) -> Claims:
    """Rule 19: an operation's miss that chance explains is a WARNING."""
    statuses = claims["status"]
    if "confidence" not in objective or not isinstance(statuses, frozenset) or BREACHED not in statuses:
        return claims
    bad = measures.bad_requests(objective, requests)
    limit, _ = measures.allowance(objective)
    if chance(len(requests), bad, limit) < 1 - texts.share(objective["confidence"]):
        return claims
    excused = {"status": statuses - only(BREACHED) | only(WARNING)}
    return claims | excused | ({"reason": "few-requests"} if statuses == only(BREACHED) else {})
