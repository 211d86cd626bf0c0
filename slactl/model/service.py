"""Services, what stands before them, and how their operations are grouped.

The one rule: the first rule that matches an operation decides its name, class and whether it is
ignored; only ``*`` is special in a match.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from slactl.model.goal import Goal
from slactl.model.metric import Metric


class SourceKind(StrEnum):
    """Where a service's figures come from."""

    APPLICATION_SIGNALS = "application-signals"
    API_GATEWAY = "api-gateway"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class OperationRule:
    """One line of a service's ``operations``."""

    match: str
    ignore: bool = False
    name: str | None = None
    operation_class: str | None = None

    def matches(self, operation: str) -> bool:
        """Whether the whole operation fits; ``*`` stands for any run of characters."""
        head, *middle = self.match.split("*")
        if not middle:
            return operation == head
        tail = middle.pop()
        if not operation.startswith(head) or len(operation) < len(head) + len(tail) or not operation.endswith(tail):
            return False
        position, end = len(head), len(operation) - len(tail)
        for part in middle:
            found = operation.find(part, position, end)
            if found < 0:
                return False
            position = found + len(part)
        return True


@dataclass(frozen=True, slots=True)
class Placement:
    """What the rules make of an operation; ``ignored`` ones leave every figure."""

    name: str
    operation_class: str | None
    ignored: bool


@dataclass(frozen=True, slots=True)
class GatewayStage:
    """An API Gateway stage: ApiName of a REST API or ApiId of an HTTP API, and the stage."""

    api: str
    stage: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What calls a service on a schedule, such as a canary: its metric, and the goal of a statistic of it."""

    metric: Metric
    stat: str
    goal: Goal


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the catalogue.

    ``name`` and ``environment`` are Application Signals' words; ``gateway`` is set for a service
    that only the edge sees; ``account_id`` names a linked account, None is the caller's own; a ``heartbeat`` explains
    silences. ``kept_for`` is how long what publishes its metrics keeps them (seconds), where that is not CloudWatch.
    """

    key: str
    name: str
    environment: str | None
    source: SourceKind = SourceKind.APPLICATION_SIGNALS
    since: date | None = None
    edge: GatewayStage | None = None
    gateway: GatewayStage | None = None
    rules: tuple[OperationRule, ...] = ()
    account_id: str | None = None
    heartbeat: Heartbeat | None = None
    kept_for: int | None = None

    def place(self, operation: str) -> Placement:
        """Name, class and fate of an operation (rule 20 for what no rule matches)."""
        for rule in self.rules:
            if rule.matches(operation):
                return Placement(rule.name or operation, rule.operation_class, rule.ignore)
        internal = operation == "InternalOperation" or operation.endswith("/LambdaService")
        return Placement(operation, None, internal)

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(rule.operation_class for rule in self.rules if rule.operation_class and not rule.ignore)
