"""What the oracle is told: requests, services, and the agreement as plain YAML-shaped dicts.

Decides nothing. The one rule: objectives, operation rules and the maintenance calendar are
kept in the very form of the YAML files, so that one case serves the product and the oracle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

Dict = Mapping[str, Any]


@cache
def as_written(figure: float) -> Fraction:
    """A number as the decimal it is written with."""
    return Fraction(str(figure))


@dataclass(frozen=True)
class Request:
    """One answered request: when (epoch ms), which operation, how long (ms), which HTTP status.

    The operation is None where a gateway could not route the request.
    """

    at_ms: int
    operation: str | None
    latency_ms: float
    status: int

    @property
    def latency(self) -> Fraction:
        """The latency in milliseconds, as the decimal it is written with."""
        return as_written(self.latency_ms)

    @property
    def is_fault(self) -> bool:
        """A server error (5xx)."""
        return 500 <= self.status <= 599

    @property
    def is_error(self) -> bool:
        """A client error (4xx)."""
        return 400 <= self.status <= 499


@dataclass(frozen=True)
class Service:
    """One service: its own requests, what its edge answered (if an edge is named), its rules.

    A service with source ``api-gateway`` has only ``gateway`` requests.
    """

    key: str
    requests: tuple[Request, ...] = field(default=(), repr=False)
    gateway: tuple[Request, ...] | None = field(default=None, repr=False)
    source: str = "application-signals"
    rules: tuple[Dict, ...] = ()
    since: str | None = None
    environment: str = "lambda:prod"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis prints a failing case; thousands of requests would bury what matters."""
        printer.text("..." if cycle else f"{self!r} with {len(self.requests)} requests")


@dataclass(frozen=True)
class Case:
    """One report to be computed: which month, in which zone, asked when (epoch seconds).

    ``evidence``: five minutes were kept of everything, whatever CloudWatch forgot.
    """

    month: str
    timezone: str
    now: int
    services: tuple[Service, ...]
    objectives: tuple[Dict, ...]
    maintenance: Dict = field(default_factory=dict)
    incidents: tuple[Dict, ...] = ()
    year_starts: str = "01-01"
    evidence: bool = False


def configuration(case: Case) -> dict[str, Any]:
    """The case as the content of ``slactl.yaml``, objectives inline; maintenance and incidents stay apart."""
    return {
        "version": 1,
        "report": {"timezone": case.timezone, "year_starts": case.year_starts},
        "aws": {"region": "eu-west-1"},
        "services": {service.key: _service(service) for service in case.services},
        "objectives": [dict(objective) for objective in case.objectives],
    }


def _service(service: Service) -> dict[str, Any]:
    gateway = {"api": f"{service.key}-public", "stage": "prod"}
    if service.source == "api-gateway":
        entry: dict[str, Any] = {"source": "api-gateway", **gateway}
    else:
        entry = {"name": service.key, "environment": service.environment}
        if service.gateway is not None:
            entry["edge"] = gateway
    if service.since is not None:
        entry["since"] = service.since
    if service.rules:
        entry["operations"] = [dict(rule) for rule in service.rules]
    return entry
