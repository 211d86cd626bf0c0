"""A case of the oracle, read and judged once by the report and once for each service by who explains it.

The one rule: nothing of the product is replaced; the sandbox answers over HTTP.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from slactl.aws.session import AwsWorld
from slactl.configuration import load_catalogue
from slactl.model.catalogue import Catalogue
from slactl.model.explanation import Explanation
from slactl.model.period import Month
from slactl.model.report import Report, Result, RowSpan
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.ports import InventorySource
from slactl.sandbox.server import Server
from slactl.sources.api_gateway import ApiGatewayInventory
from slactl.sources.application_signals import ApplicationSignalsInventory
from slactl.sources.cloudwatch import CloudWatchReader
from slactl.workflows.explaining.explain import Opened, Question, explain, open_month
from slactl.workflows.report import Circumstances, make_report
from tests.e2e.harness import no_pause, world_of, write_configuration
from tests.oracle.facts import Case


@dataclass
class Desk:
    """A catalogue, and a month and a clock to ask for it; every month is opened once."""

    catalogue: Catalogue
    label: str
    now: int
    opened: dict[str, Opened] = field(default_factory=dict)
    answers: dict[Question, Explanation] = field(default_factory=dict)

    def world(self) -> AwsWorld:
        return AwsWorld(self.catalogue.aws, "test", no_pause())

    def sources(self, world: AwsWorld) -> dict[SourceKind, InventorySource]:
        return {
            SourceKind.APPLICATION_SIGNALS: ApplicationSignalsInventory(world),
            SourceKind.API_GATEWAY: ApiGatewayInventory(world),
        }

    @property
    def made(self) -> Circumstances:
        return Circumstances(self.now, True, "test", "3", "1", "2026", "0" * 64, "slactl explain")

    @property
    def month(self) -> Month:
        return Month.parse(self.label)

    def report(self) -> Report:
        """The report of all services, as ``slactl report`` makes it."""
        world = self.world()
        return make_report(self.catalogue, self.month, CloudWatchReader(world), self.sources(world), self.made)

    def open(self, service: str) -> Opened:
        if service not in self.opened:
            world = self.world()
            reader, sources = CloudWatchReader(world), self.sources(world)
            self.opened[service] = open_month(self.catalogue, service, self.month, reader, sources, self.made)
        return self.opened[service]

    def explain(self, row: Result, at: Span | None = None) -> Explanation:
        """A row of the report, explained; each question once."""
        question = Question(row.service, row.objective, row.operation, at)
        if question not in self.answers:
            self.answers[question] = explain(self.open(row.service), question)
        return self.answers[question]

    def explained(self) -> Iterator[tuple[Result, Explanation]]:
        """Every row of the report, each with its explanation."""
        for row in self.report().results:
            yield row, self.explain(row)


@contextmanager
def desk(case: Case, **options: Any) -> Iterator[Desk]:
    """A desk before a sandbox that shows the case."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as place,
        Server(world_of(case, **options), keep_params=False) as server,
    ):
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        yield Desk(load_catalogue(write_configuration(case, Path(place))), case.month, case.now)


def of_month(row: Result) -> bool:
    return row.span is RowSpan.MONTH
