"""A month of a pack over the sandbox: what is told where everything holds, and where one promise is broken.

The one rule: the pack's own file, real clients and the product's own report; nothing is made up but the world.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

from slactl.aws.session import AwsWorld
from slactl.configuration import load_catalogue
from slactl.configuration.calls import read_only_calls
from slactl.model.catalogue import Catalogue
from slactl.model.control import ControlSample
from slactl.model.period import Month, local_days
from slactl.model.report import Report, Result
from slactl.model.span import Span
from slactl.model.status import Status
from slactl.ports.general import GeneralWorld
from slactl.sandbox.packs import add_packs, variables
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.sources.cloudwatch import CloudWatchReader
from slactl.sources.configuration import AwsConfiguration
from slactl.sources.metric_listing import ListedMetrics
from slactl.sources.regions import RegionalReader
from slactl.workflows.general.sampling import controls_of, take
from slactl.workflows.report import Circumstances, make_report
from tests.fakes import instant
from tests.sources.sandboxed import over

OCTOBER = Month(2026, 10)
BEGINNING = instant("2026-09-20T00:00:00+00:00")
LATER = instant("2026-11-06T00:00:00+00:00")
LOOKED = 6 * 3600
FINE = (Status.OK, Status.NOT_RATED)


@dataclass(frozen=True)
class Kept:
    """A ``SampleBook`` of samples that were taken."""

    taken: tuple[ControlSample, ...]

    def samples(self, span: Span) -> tuple[ControlSample, ...]:
        return tuple(one for one in self.taken if span.start <= one.at < span.end)


@dataclass
class Platform:
    """A pack in a world with some promises broken."""

    pack: str
    faults: Mapping[str, Mapping[str, object]]
    variables: Mapping[str, object] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The pack as a user switches it on; the service that a configuration must name is left out again."""
        told = {
            "version": 1,
            "report": {"title": "Platform", "timezone": "Europe/Rome"},
            "aws": {"region": "eu-west-1"},
            "services": {"api": {"environment": "prod"}},
            "packs": {self.pack: {**variables(self.pack), **self.variables}},
        }
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "slactl.yaml"
            path.write_text(yaml.safe_dump(told), encoding="utf-8")
            found = load_catalogue(path)
        return replace(found, services=(), objectives=found.general)

    @cached_property
    def world(self) -> World:
        world = World(RequestLog.empty(), now=LATER, **self.options)
        add_packs(world, (self.pack,), faults=self.faults, since=BEGINNING)
        return world

    @contextmanager
    def clients(self) -> Iterator[AwsWorld]:
        with pytest.MonkeyPatch.context() as patch:
            yield over(self.world, patch)[0]

    def samples(self, days: int = 31) -> tuple[ControlSample, ...]:
        """What controls find on each of the month's first days, looked at in the morning of each."""
        with self.clients() as made:
            looks = [self._looked(made, at) for at in self._mornings[:days]]
        self.world.now = LATER
        return tuple(sample for look in looks for sample in look)

    @cached_property
    def _mornings(self) -> list[int]:
        span = OCTOBER.span(self.catalogue.report.zone)
        return [part.start + LOOKED for _, part in local_days(span, self.catalogue.report.zone)]

    def _looked(self, made: AwsWorld, at: int) -> tuple[ControlSample, ...]:
        self.world.now = at
        chosen = controls_of(self.catalogue, at)
        return take(self.catalogue, chosen, AwsConfiguration(made, read_only_calls(), at), at)

    def report(self, samples: tuple[ControlSample, ...]) -> Report:
        """The report of October, some days after its end."""
        with self.clients() as made:
            told = circumstances(LATER, GeneralWorld(ListedMetrics(made, LATER), Kept(samples)))
            return make_report(self.catalogue, OCTOBER, reader_of(made), {}, told)


def reader_of(made: AwsWorld) -> RegionalReader:
    """What reads metrics, each in its region."""
    return RegionalReader(
        CloudWatchReader(made), lambda: made.region, lambda region: CloudWatchReader(made, None, region)
    )


def circumstances(now: int, general: GeneralWorld) -> Circumstances:
    """The clock, and nothing of a machine."""
    return Circumstances(now, True, "test", "3", "1", "2026", "0" * 64, "slactl report", general=general)


def own_rows(report: Report) -> dict[str, Result]:
    """Each entry's own row."""
    return {row.objective: row for row in report.results if row.operation is None}


@cache
def month_that_holds(pack: str) -> tuple[Report, tuple[ControlSample, ...]]:
    """The report of a month in which every promise of a pack holds, and what its controls found."""
    platform = Platform(pack, {})
    samples = platform.samples()
    return platform.report(samples), samples


def month_that_breaks(pack: str, entry: str, days: int = 1) -> Report:
    """The report of a month in which one promise is broken; of a control on its first days only."""
    platform = Platform(pack, {entry: {}})
    samples = month_that_holds(pack)[1]
    if any(one.control == entry for one in samples):
        found = platform.samples(days)
        last = max(one.at for one in found)
        samples = (*found, *(one for one in samples if one.at > last))
    return platform.report(samples)


def not_fine(report: Report) -> dict[str, Status]:
    """The entries whose own row is neither OK nor not rated."""
    return {name: row.status for name, row in own_rows(report).items() if row.status not in FINE}
