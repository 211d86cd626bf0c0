"""The catalogue: everything an agreement says, read from the configuration.

Nothing in it depends on the month, on AWS or on the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from slactl.model.burn import BurnPolicy, Lookback
from slactl.model.checking import CheckSettings
from slactl.model.enforcement import Enforcement
from slactl.model.evidence import EvidenceSettings
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
    """The agreement: services, objectives, maintenance; and the incidents that people declare."""

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

    def objectives_of(self, service: Service) -> tuple[Objective, ...]:
        return tuple(objective for objective in self.objectives if objective.concerns(service.key))
