"""A platform whose metrics are collected into a store of this machine, and judged from either side.

The one rule: CloudWatch is the sandbox with its own forgetting; everything of slactl is the real thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from slactl.evidence.reading import Evidence, open_evidence
from slactl.evidence.reading.layered import LayeredDirectory, LayeredKeeping, LayeredReader
from slactl.evidence.reading.listed import KeptLists
from slactl.evidence.store import open_archive
from slactl.evidence.tables import DuckTables
from slactl.formats.json import render
from slactl.model.catalogue import Catalogue
from slactl.model.period import Month
from slactl.model.report import Report
from slactl.ports.general import GeneralWorld, NoSamples
from slactl.reading.retention import CloudWatchKeeping
from slactl.sources.metric_listing import ListedMetrics, Remembered
from slactl.workflows.collecting.closegeneral import GeneralClosing
from slactl.workflows.collecting.collect import collect
from slactl.workflows.collecting.metrics import Lister, keep_metrics
from slactl.workflows.collecting.outcome import Outcome
from slactl.workflows.collecting.plan import Task
from slactl.workflows.collecting.record import Made
from slactl.workflows.collecting.run import Collect, Machine
from slactl.workflows.collecting.wishes import Options
from slactl.workflows.report import make_report
from tests.workflows.general.stage import OCTOBER, Put, Stage, circumstances, reader_of

DAY = 86_400
MADE = Made("test", "123456789012", "eu-west-1", "arn:aws:iam::123456789012:user/test", clock_set=True)


@dataclass
class Platform:
    """A catalogue of general objectives, the metrics of its world, and a store.

    ``refused`` is a region in which nobody may read.
    """

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    catalogue: Catalogue
    puts: Sequence[Put]
    refused: str | None = None
    stages: list[Stage] = field(default_factory=list)

    @property
    def store(self) -> str:
        return str(self.folder / "evidence")

    def collect(self, now: int, options: Options | None = None, killed_after: int | None = None) -> Outcome:
        """One run of collect at an instant, killed before one commit more than so many."""
        stage = Stage(self.monkeypatch, now)
        self.stages.append(stage)
        world = stage.over(self._until(now))
        directory = ListedMetrics(world, now)
        with open_archive(self.store, create=True) as archive:
            lister = Lister(lambda: directory, KeptLists(archive))

            @contextmanager
            def offline() -> Iterator[Evidence]:
                with open_evidence(archive, self.catalogue.services, self.catalogue.report.zone) as held:
                    yield held

            closing = GeneralClosing(offline, circumstances(now), lister)

            def close(run: Collect, *, final: bool) -> list[Task]:
                closing.close(run)
                return []

            machine = Machine(
                self.catalogue,
                archive if killed_after is None else Killed(archive, killed_after),
                DuckTables(),
                reader_of(world, self.refused),
                {},
                MADE,
                now,
                extras=(keep_metrics(lister),),
                close=close,
            )
            return collect(machine, options or Options())

    def live(self, now: int, month: Month = OCTOBER) -> Report:
        """The report from CloudWatch alone."""
        return Stage(self.monkeypatch, now).judged(self.catalogue, self._until(now), month)

    def proved(self, now: int, month: Month = OCTOBER) -> Report:
        """The report from evidence alone."""
        with self.held() as held:
            general = GeneralWorld(held.directory, NoSamples())
            made = replace(circumstances(now), keeping=held.keeping, general=general)
            return make_report(self.catalogue, month, held.reader, dict(held.inventories), made)

    def layered(self, now: int, month: Month = OCTOBER) -> Report:
        """The report from evidence where CloudWatch has forgotten, as the command line puts it together."""
        world = Stage(self.monkeypatch, now).over(self._until(now))
        with self.held() as held:
            keeping = LayeredKeeping(held.keeping, CloudWatchKeeping(now))
            reader = LayeredReader(keeping, held.reader, lambda: reader_of(world))
            lists = ListedMetrics(world, now, lambda: Remembered(of_term=held.directory.earlier))
            general = GeneralWorld(LayeredDirectory(held.directory, lists), NoSamples())
            made = replace(circumstances(now), keeping=keeping, general=general)
            return make_report(self.catalogue, month, reader, {}, made)

    @contextmanager
    def held(self) -> Iterator[Evidence]:
        with (
            open_archive(self.store, create=False) as archive,
            open_evidence(archive, self.catalogue.services, self.catalogue.report.zone, archive.head.sha256) as found,
        ):
            yield found

    def _until(self, now: int) -> list[Put]:
        """What was published by then."""
        return [replace(put, samples=[one for one in put.samples if one[0] < now]) for put in self.puts]


@dataclass
class Killed:
    """An archive whose run is killed before one commit more than so many."""

    archive: Any
    left: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.archive, name)

    def commit(self, *told: Any) -> Any:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return self.archive.commit(*told)


def rows(report: Report) -> list[dict[str, Any]]:
    """The rows as they are written for programs."""
    found: list[dict[str, Any]] = json.loads(render(report, "en"))["results"]
    return found


def gaps(report: Report, without: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The gaps as they are written for programs, without some codes."""
    found = json.loads(render(report, "en"))["gaps"]
    return [one for one in found if one["code"] not in set(without)]
