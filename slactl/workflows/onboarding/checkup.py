"""The whole check-up: the account first, then each service, then the one probe.

The one rule: it goes on past whatever it finds; only where nobody is let in there is nothing more to see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slactl.model.catalogue import AwsSettings, Catalogue
from slactl.model.metric import Query, Stream
from slactl.model.service import SourceKind
from slactl.ports import Directory, MetricReader, Permissions, Refusal, Services
from slactl.ports.general import ConfigurationReader
from slactl.workflows.asking import ask
from slactl.workflows.onboarding.account import (
    LIST_METRICS,
    METRICS,
    OPERATIONS,
    Clock,
    identity_checks,
    permission_checks,
    shared_names,
)
from slactl.workflows.onboarding.anchoring import HOUR, probe, probed
from slactl.workflows.onboarding.checks import Check, ok, unknown, warning
from slactl.workflows.onboarding.controls import control_checks
from slactl.workflows.onboarding.elsewhere import Elsewhere, elsewhere_checks, terms_elsewhere
from slactl.workflows.onboarding.landscape import last_days
from slactl.workflows.onboarding.services import Around, examine

FEW = 3


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined: the account, and the agreement where there is one.

    ``configuration`` is what controls ask, ``elsewhere`` whom entries ask that is not CloudWatch.
    """

    directory: Directory
    reader: MetricReader
    permissions: Permissions
    settings: AwsSettings
    catalogue: Catalogue | None = None
    configuration: ConfigurationReader | None = None
    elsewhere: Elsewhere | None = None


def check_up(patient: Patient, clock: Clock) -> tuple[bool, list[Check]]:
    """Whether one could look at all, and every check."""
    who = patient.permissions.identity()
    checks = list(identity_checks(who, patient.settings, clock))
    if isinstance(who, Refusal):
        return False, checks
    checks += permission_checks(
        patient.permissions, _needed(patient.catalogue), collected=_keeps_alarms(patient.catalogue)
    )
    services = patient.directory.services(last_days(clock.now, 7))
    stages = patient.directory.stages()
    used = None if patient.catalogue is None else _apis(patient.catalogue)
    if patient.catalogue is None:
        checks += [_services(services), *shared_names(stages, used), _probe_any(patient, services, clock)]
        return True, checks
    around = Around(patient.directory, patient.reader, clock.now, patient.catalogue.report.zone, services, stages)
    checks += [*_examined(patient.catalogue, around), *shared_names(stages, used)]
    if patient.configuration is not None:
        checks += control_checks(patient.catalogue, patient.configuration, clock.now)
    if patient.elsewhere is not None:
        checks += elsewhere_checks(terms_elsewhere(patient.catalogue), patient.elsewhere, clock.now)
    return True, sorted(checks, key=lambda check: check.code == "buckets")


def _needed(catalogue: Catalogue | None) -> tuple[str, ...]:
    """The actions that a report can't do without."""
    if catalogue is None:
        return METRICS, OPERATIONS
    signals = any(service.source is SourceKind.APPLICATION_SIGNALS for service in catalogue.services)
    gateway = any(service.edge or service.gateway for service in catalogue.services)
    return (METRICS, *([OPERATIONS] if signals else []), *([LIST_METRICS] if gateway else []))


def _keeps_alarms(catalogue: Catalogue | None) -> bool:
    return catalogue is not None and catalogue.evidence is not None and catalogue.evidence.alarms


def _apis(catalogue: Catalogue) -> list[str]:
    return [place.api for service in catalogue.services if (place := service.gateway or service.edge)]


def _examined(catalogue: Catalogue, around: Around) -> Iterator[Check]:
    stream: Stream | None = None
    for service in catalogue.services:
        examined = examine(service, around)
        stream = stream or examined.busiest
        yield from examined.checks
    yield probe(around.reader, stream, around.now) if stream else _no_probe()


def _services(services: Services) -> Check:
    if services.refusals:
        return unknown("services", "", services.refusals[0].what, services.refusals[0].hint)
    if not services.found:
        return warning(
            "services", "", "Application Signals saw none in seven days", "is the region right, and the agent on?"
        )
    return ok("services", "", f"{len(services.found)} in seven days", "slactl init writes a configuration for them")


def _probe_any(patient: Patient, services: Services, clock: Clock) -> Check:
    """The probe on the busiest operation of the first few services."""
    streams = [
        stream
        for listed in services.found[:FEW]
        for stream in patient.directory.operations(listed, last_days(clock.now, 1))[0]
    ]
    span = probed(clock.now)
    wanted = {stream: Query((stream.requests,), stream.request_stat, HOUR, span) for stream in streams}
    counts = {stream: sum(series.points.values()) for stream, series in ask(patient.reader, wanted).items()}
    if not any(counts.values()):
        return _no_probe()
    return probe(patient.reader, max(counts, key=lambda stream: counts[stream]), clock.now)


def _no_probe() -> Check:
    return unknown("buckets", "", "nothing with traffic to probe with", "run it again when there is traffic")
