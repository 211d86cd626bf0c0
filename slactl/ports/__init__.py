"""What the world must offer to the workflows.

Each port is small; whoever implements one answers failures with reasons, never with silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from slactl.model.metric import LadderQuery, Query, Rise, Series, Stream
from slactl.model.report import Gap, SourceUse
from slactl.model.service import Service
from slactl.model.span import Span


@dataclass(frozen=True, slots=True)
class Inventory:
    """The operations that a source knew in a span, the stream of the whole, and what stayed unread.

    ``total_decides`` is true where the whole's own series is the total (an API Gateway stage) and
    false where a service is the sum of its operations.
    """

    operations: tuple[Stream, ...]
    total: Stream
    total_decides: bool
    gaps: tuple[Gap, ...] = ()
    known: bool = True


class MetricReader(Protocol):
    """Reads series; the answers stand in the order of the queries."""

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query, or its failure; raises only what makes every read hopeless."""
        ...

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        ...


@runtime_checkable
class LadderReader(MetricReader, Protocol):
    """Reads whole ladders at once, where that is cheaper than a series for each rung."""

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        """One ladder a query, in their order."""
        ...


class InventorySource(Protocol):
    """Finds the operations of a service."""

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        """The union of what was invoked in each of the spans (days, usually).

        ``names`` are operations that may exist: a source that forgets may try them too.
        """
        ...

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        ...


Progress = Callable[[str, int, int], None]
"""Called with a stage's name, steps done and steps in all."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What AWS would not tell: what was tried, the IAM action it takes, what was answered, what to do."""

    doing: str
    action: str
    what: str
    hint: str = ""
    denied: bool = False


@dataclass(frozen=True, slots=True, order=True)
class ListedService:
    """A service that Application Signals saw; ``account_id`` None is the caller's own account."""

    name: str
    environment: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class ListedStage:
    """An API Gateway stage, as metrics call it and as its definition describes it.

    ``api`` is the ApiName of a REST API or the ApiId of an HTTP API; ``detailed`` is None where
    nobody would tell whether each method has metrics of its own; ``functions`` are the Lambda
    functions behind its routes; ``ids`` has more than one entry where several REST APIs share the
    name, whose metrics AWS then adds together.
    """

    kind: str
    api: str
    stage: str
    name: str
    ids: tuple[str, ...] = ()
    detailed: bool | None = None
    routes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Services:
    """The services of some days, and what was refused on the way."""

    found: tuple[ListedService, ...]
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of the account and region, and what was refused on the way."""

    found: tuple[ListedStage, ...]
    refusals: tuple[Refusal, ...] = ()


class Directory(Protocol):
    """Knows what is there: services, their operations, gateway stages. Never raises: what failed is a refusal."""

    def services(self, days: Sequence[Span]) -> Services:
        """Every service seen on any of the days."""
        ...

    def operations(
        self, service: ListedService, days: Sequence[Span]
    ) -> tuple[tuple[Stream, ...], tuple[Refusal, ...]]:
        """The operations seen on any of the days."""
        ...

    def stages(self) -> Stages:
        """Every stage of REST and HTTP APIs."""
        ...

    def service_stream(self, service: ListedService) -> Stream:
        """The metrics of a whole service; on Lambda they over-count, so they tell when, not how much."""
        ...

    def stage_stream(self, stage: ListedStage) -> Stream:
        """The metrics of a whole stage."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, where, and what time AWS's answer bore (None: it bore none)."""

    account: str
    arn: str
    region: str
    answered_at: int | None


class Permissions(Protocol):
    """Tries calls as cheaply as can be, to see whether they are allowed."""

    def identity(self) -> Identity | Refusal:
        """Who calls."""
        ...

    def tries(self, action: str) -> Refusal | None:
        """Why the call of an IAM action doesn't work; None when it does."""
        ...
