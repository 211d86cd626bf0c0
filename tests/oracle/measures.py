"""What is bad and what is allowed, for each indicator.

Decides section 1's table of bad against allowed, and rules 17 to 19. The one rule: goals and
limits are decimals as written, and latencies are compared one by one.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from . import texts
from .books import MONTH, Scope
from .claims import Number
from .facts import Dict, Request
from .judging import Measure
from .uptime import Account

PER_REQUEST = ("latency", "percentile", "error-rate")


@dataclass(frozen=True)
class Limit:
    """A latency limit: fast is below it, or at most at it."""

    sign: str
    value: Fraction

    def fast(self, request: Request) -> bool:
        """Whether a request is on the good side."""
        return request.latency < self.value if self.sign == "<" else request.latency <= self.value

    def times(self, factor: Fraction) -> "Limit":
        """The limit moved."""
        return replace(self, value=self.value * factor)


def limit_of(objective: Dict) -> Limit:
    """The latency limit of a latency share or a percentile."""
    text = objective["threshold"] if objective["indicator"] == "latency" else objective["goal"]
    sign, value = texts.signed(text)
    return Limit(sign, texts.milliseconds(value))


def bad_requests(objective: Dict, requests: list[Request]) -> int:
    """How many requests count against the objective."""
    if objective["indicator"] in ("latency", "percentile"):
        limit = limit_of(objective)
        return sum(not limit.fast(request) for request in requests)
    with_errors = objective.get("counts", "faults") == "faults+errors"
    if objective["indicator"] == "error-rate" and with_errors:
        return sum(request.is_fault or request.is_error for request in requests)
    return sum(request.is_fault for request in requests)


def allowance(objective: Dict) -> tuple[Fraction, bool]:
    """The rate of bad that is allowed, and whether bad must be strictly below it."""
    if objective["indicator"] == "percentile":
        return 1 - texts.rank(objective["percentile"]), False
    sign, level = texts.signed(objective["goal"])
    if objective["indicator"] == "error-rate":
        return texts.share(level), sign == "<"
    return 1 - texts.share(level), sign == ">"


def measure(objective: Dict, scope: Scope, worst: Number, best: Number, total: Number, whole: Number) -> Measure:
    """Bad against allowed for a span; ``whole`` is what the whole period may come to hold."""
    rate, strict = allowance(objective)
    yearly = objective.get("over", "month") == "year"
    grown = () if scope.over else (whole,)
    return Measure(
        worst,
        best,
        total,
        rate,
        strict,
        texts.share(objective.get("warning", "25%")),
        grown,
        informative=yearly and scope.span == MONTH,
    )


def of_requests(objective: Dict, scope: Scope, requests: list[Request]) -> Measure:
    """A ratio of requests."""
    bad = bad_requests(objective, requests)
    plain = measure(objective, scope, bad, bad, len(requests), 0)
    return replace(plain, whole=tuple(len(requests) * growth for growth in scope.growth))


def of_time(objective: Dict, scope: Scope) -> Measure:
    """Availability by time slices."""
    books = scope.account
    policy = objective.get("no_traffic", "expected")
    left_out = books.no_traffic if policy == "exclude" else 0
    silent_down = books.no_traffic if policy == "down" else 0
    worst = books.down_most + silent_down + books.unknown
    best = books.down_least + silent_down
    counted = books.counted - left_out
    return measure(objective, scope, worst, best, counted, scope.whole_seconds - left_out)


def of_intervals(objective: Dict, scope: Scope) -> Measure:
    """Availability as the mean of the slices' shares."""
    books = scope.account
    bad = books.slices - books.shares
    plain = measure(objective, scope, bad, bad, books.slices, 0)
    return replace(plain, whole=tuple(books.slices * growth for growth in scope.growth))


def of_coverage(objective: Dict, scope: Scope) -> Measure:
    """The seconds readable, or silent for a known reason."""
    books = scope.account
    return measure(objective, scope, books.unknown, books.unknown, books.counted, scope.whole_seconds)


def if_silent_down(account: Account) -> Fraction | None:
    """Availability if all silence were downtime."""
    if not account.counted:
        return None
    down = account.down_true + account.no_traffic + account.unknown
    return 1 - Fraction(down, account.counted)


def nearest_rank(requests: list[Request], percentile: str) -> Fraction:
    """The latency (ms) of the request at the nearest rank; there must be requests."""
    ordered = sorted(request.latency for request in requests)
    place = -(-texts.rank(percentile) * len(ordered) // 1)
    return ordered[max(1, int(place)) - 1]
