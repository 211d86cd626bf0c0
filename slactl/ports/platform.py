"""What is there beside the services: what packs make promises about, as far as the account tells.

The one rule: what was refused stands beside what was found, so that a refusal never looks like nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from slactl.ports import ListedStage, Refusal

Found_co = TypeVar("Found_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Seen(Generic[Found_co]):
    """What was found of one kind, in order, and what nobody would tell.

    With ``refusals`` some may be missing from what was found; ``asides`` only leave something untold of it.
    """

    found: tuple[Found_co, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    asides: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A function, table, cluster, distribution or canary.

    ``published`` tells whether it had a metric in the last two weeks (None: nobody would tell); ``remark`` what its
    definition says of it that its owner should know (``disabled``).
    """

    name: str
    published: bool | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Functions:
    """Lambda functions, those with Lambda Insights, and the account's limit of concurrent executions (None: untold)."""

    named: Seen[Named] = Seen()
    insights: Seen[str] = Seen()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class KeyTable:
    """A table that may hold idempotency keys; ``expires`` is the attribute that its rows expire by (None: untold)."""

    name: str
    by_name: bool
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class BrowserApi:
    """An HTTP API that browsers may call; ``with_key`` whether it lets them send ``X-Idempotency-Key``."""

    id: str
    name: str
    with_key: bool


@dataclass(frozen=True, slots=True)
class Tables:
    """DynamoDB tables, which of them may hold idempotency keys, and the APIs that browsers write through.

    ``all_asked`` is false where there are so many tables that only some were asked how they expire.
    """

    named: Seen[Named] = Seen()
    keys: Seen[KeyTable] = Seen()
    browsers: Seen[BrowserApi] = Seen()
    all_asked: bool = True


@dataclass(frozen=True, slots=True)
class Clusters:
    """MemoryDB clusters; ``nodes`` are the dimensions beside the cluster's that their latencies are published by."""

    named: Seen[Named] = Seen()
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A health check of Route 53; ``host`` is what it calls, empty where it calls nothing."""

    id: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A record that answers with an address or leads to another name; ``choosing`` where it has a routing policy.

    ``target`` is the name that it leads to within its zone, and empty of what leads out of it.
    """

    name: str
    choosing: bool = False
    target: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A public hosted zone and its records."""

    id: str
    name: str
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """Route 53's zones and health checks."""

    zones: Seen[Zone] = Seen()
    checks: Seen[HealthCheck] = Seen()


@dataclass(frozen=True, slots=True, order=True)
class LogMetric:
    """A metric that counts answers of a ``status`` (``504``, ``413``) in an access log, without a dimension."""

    namespace: str
    status: str
    name: str


@dataclass(frozen=True, slots=True)
class Gateways:
    """Stages; metrics made from access logs; how many usage plans each stage of a REST API has, by ``ID/STAGE``."""

    stages: Seen[ListedStage] = Seen()
    logs: Seen[LogMetric] = Seen()
    plans: Seen[tuple[str, int]] = Seen()


@dataclass(frozen=True, slots=True, order=True)
class TenantMetrics:
    """What a namespace publishes by tenant: metrics whose only dimension names one; ``tenants`` in order."""

    namespace: str
    dimension: str
    metrics: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tenants:
    """Metrics by tenant, and the tenants that API keys are of."""

    metrics: Seen[TenantMetrics] = Seen()
    of_keys: Seen[str] = Seen()


@dataclass(frozen=True, slots=True, order=True)
class MediaBucket:
    """A bucket of R2 as its metrics call it; ``zone`` and ``host`` of a domain that is connected, empty without."""

    account: str
    name: str
    zone: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many alarms there are whose names begin with a prefix and a blank, and how many of these call somebody.

    With an empty prefix those whose names have no blank.
    """

    prefix: str
    there: int = 0
    calling: int = 0


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything; ``media`` is None where nobody could be asked for want of a token."""

    functions: Functions = Functions()
    tables: Tables = Tables()
    clusters: Clusters = Clusters()
    distributions: Seen[Named] = Seen()
    canaries: Seen[Named] = Seen()
    names: Names = Names()
    gateways: Gateways = Gateways()
    tenants: Tenants = Tenants()
    alarms: Seen[Alarms] = Seen()
    media: Seen[MediaBucket] | None = None


class PlatformDirectory(Protocol):
    """Looks at everything that packs are for. Never raises: what failed is a refusal."""

    def platform(self) -> Platform:
        """What is there."""
        ...
