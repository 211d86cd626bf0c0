"""A first configuration as nouns: which services, what stands before them, which rules.

The one rule: nothing is decided that the user did not say and that can't be found out; what is a guess
carries its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from slactl.model.metric import Stream
from slactl.ports import Directory, ListedService, ListedStage, MetricReader
from slactl.workflows.onboarding.edges import Edge, clear_edge, is_lambda
from slactl.workflows.onboarding.history import first_hours, first_whole_day, is_beginning
from slactl.workflows.onboarding.landscape import Landscape, SeenService
from slactl.workflows.onboarding.rules import Rules, expressible, propose

KEY_LENGTH = 56


@dataclass(frozen=True, slots=True)
class ProposedService:
    """One service of the file; either ``listed`` or ``stage`` says what it is in AWS."""

    key: str
    listed: ListedService | None
    stage: ListedStage | None
    edge: Edge | None
    others: tuple[Edge, ...]
    rules: Rules
    since: date | None = None
    bare_lambda: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the files will say; ``left_out`` are stages before which nothing was found, ``unnameable`` services."""

    services: tuple[ProposedService, ...]
    left_out: tuple[ListedStage, ...] = ()
    unnameable: tuple[str, ...] = ()


def propose_all(found: Landscape, directory: Directory, reader: MetricReader, now: int, zone: ZoneInfo) -> Proposal:
    """The services of a landscape; gateway stages are services only where nothing else is."""
    nameable = [each for each in found.services if _nameable(each.listed)]
    keys = unique_keys([(each.listed.name, each.listed.environment) for each in nameable])
    stages = [each.listed for each in found.stages]
    services = [_from_signals(key, each) for key, each in zip(keys, nameable, strict=True)]
    taken = {service.edge.stage for service in services if service.edge} | {e.stage for s in services for e in s.others}
    free = tuple(stage for stage in stages if stage not in taken and _whole(stage.api, stage.stage))
    if not services:
        gateway_keys = unique_keys([(stage.name, stage.stage) for stage in free])
        services = [_from_gateway(key, stage) for key, stage in zip(gateway_keys, free, strict=True)]
        free = ()
    unnameable = tuple(each.listed.name for each in found.services if not _nameable(each.listed))
    return Proposal(_since(services, directory, reader, now, zone), free, unnameable)


def _nameable(listed: ListedService) -> bool:
    return _whole(listed.name, listed.environment)


def _whole(*names: str) -> bool:
    """Whether a configuration can hold the names as they are."""
    return all(name.strip() and expressible(name) == name for name in names)


def _from_signals(key: str, seen: SeenService) -> ProposedService:
    edge = clear_edge(seen.edges)
    operations = {operation.name: operation.median_ms for operation in seen.operations}
    for route in edge.stage.routes if edge else ():
        operations.setdefault(route, None)
    bare = is_lambda(seen.listed, list(operations)) and edge is None
    others = tuple(each for each in seen.edges if each != edge)
    return ProposedService(key, seen.listed, None, edge, others, propose(operations), bare_lambda=bare)


def _from_gateway(key: str, stage: ListedStage) -> ProposedService:
    return ProposedService(key, None, stage, None, (), propose(dict.fromkeys(stage.routes)))


def _since(
    services: Sequence[ProposedService], directory: Directory, reader: MetricReader, now: int, zone: ZoneInfo
) -> tuple[ProposedService, ...]:
    """The services with the first whole day of their data, where the data have a beginning."""
    firsts = first_hours(reader, [_stream(directory, service) for service in services], now)
    return tuple(_began(service, first, now, zone) for service, first in zip(services, firsts, strict=True))


def _began(service: ProposedService, first: int | None, now: int, zone: ZoneInfo) -> ProposedService:
    if first is None or not is_beginning(first, now):
        return service
    return replace(service, since=first_whole_day(first, zone))


def _stream(directory: Directory, service: ProposedService) -> Stream:
    """The series that tells since when there are data."""
    if service.listed:
        return directory.service_stream(service.listed)
    assert service.stage is not None
    return directory.stage_stream(service.stage)


def unique_keys(names: Iterable[tuple[str, str]]) -> list[str]:
    """Keys for services named by (name, environment): short, safe, and all different."""
    pairs = list(names)
    simple = [slug(name) for name, _ in pairs]
    wanted = [
        key if simple.count(key) == 1 else slug(f"{key}-{pair[1]}") for key, pair in zip(simple, pairs, strict=True)
    ]
    taken: set[str] = set()
    return [_free(key, taken) for key in wanted]


def _free(key: str, taken: set[str]) -> str:
    number, free = 2, key
    while free in taken:
        free, number = f"{key}-{number}", number + 1
    taken.add(free)
    return free


def slug(name: str) -> str:
    """A name of letters, digits, ``.``, ``_`` and ``-``."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:KEY_LENGTH].strip("._-")
    return safe or "service"
