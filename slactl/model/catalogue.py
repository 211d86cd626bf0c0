"""The catalogue: everything an agreement says, read from the configuration.

Nothing in it depends on the month, on AWS or on the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from slactl.model.burn import BurnPolicy, Lookback
from slactl.model.checking import CheckSettings
from slactl.model.clause import Document
from slactl.model.component import Component, PackUse
from slactl.model.enforcement import Enforcement
from slactl.model.evidence import EvidenceSettings
from slactl.model.general import Ratio, Statistic, WeightedAverage, kept_for
from slactl.model.incident import Incident
from slactl.model.maintenance import MaintenanceCalendar
from slactl.model.objective import Objective
from slactl.model.service import Service


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What stands on the report; ``year_starts`` is (month, day), ``settle`` seconds."""

    title: str = "Service levels"
    id: str = "SLA-{month}"
    classification: str | None = None
    prepared_by: str | None = None
    approved_by: str | None = None
    language: str = "en"
    timezone: str = "UTC"
    year_starts: tuple[int, int] = (1, 1)
    settle: int = 600

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """How AWS is reached; None leaves it to the usual environment."""

    region: str | None = None
    profile: str | None = None
    role_arn: str | None = None
    expected_account: str | None = None


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that the catalogue was read from; ``name`` is relative to the main file."""

    name: str
    sha256: str


NO_BURN_RATES = BurnPolicy((), 10, (), Lookback("24h", 86400))
"""Nothing is judged or shown by its burn rate: of a catalogue that was read from no file."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The agreement: services, objectives, maintenance; and the incidents that people declare.

    ``components`` are the parts beside the services that general objectives speak of; ``document`` is read
    clause by clause where there is one.
    """

    report: ReportSettings
    aws: AwsSettings
    services: tuple[Service, ...]
    objectives: tuple[Objective, ...]
    maintenance: MaintenanceCalendar
    files: tuple[ConfigFile, ...] = ()
    extras: Mapping[str, object] = field(default_factory=dict)
    evidence: EvidenceSettings | None = None
    incidents: tuple[Incident, ...] = ()
    burn: BurnPolicy = NO_BURN_RATES
    check: CheckSettings | None = None
    enforcement: Enforcement | None = None
    components: tuple[Component, ...] = ()
    packs: tuple[PackUse, ...] = ()
    document: Document | None = None

    def objectives_of(self, service: Service) -> tuple[Objective, ...]:
        """What is judged on a service's requests."""
        return tuple(one for one in self.objectives if not one.general and one.concerns(service.key))

    def bearer(self, objective: Objective) -> Service:
        """The service, or the component as one, whose name the rows of a general objective bear."""
        (key,) = objective.services or ("",)
        known = {one.key: one for one in self.services} | {one.key: one.service for one in self.components}
        mine = (one.indicator for one in self.general if one.services == objective.services)
        measured = (one for one in mine if isinstance(one, Ratio | Statistic | WeightedAverage))
        return replace(known[key], kept_for=kept_for(measured))

    @property
    def general(self) -> tuple[Objective, ...]:
        """What is judged on anything else, in order."""
        return tuple(one for one in self.objectives if one.general)
