"""A February of packs over the sandbox: what the report says when everything holds, and when promises are broken.

The one rule: packs are switched on as a user does it, by name with a few variables, and read as a report reads them:
over HTTP, each region on its own, Cloudflare beside AWS; only the clock and the days of the samples are told.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from slactl.aws.session import AwsWorld, Timing
from slactl.configuration import load_catalogue
from slactl.configuration.calls import read_only_calls
from slactl.model.catalogue import Catalogue
from slactl.model.control import ControlSample
from slactl.model.period import Month
from slactl.model.report import Report, Result
from slactl.model.span import Span
from slactl.model.status import Status
from slactl.ports.general import GeneralWorld
from slactl.sandbox.cloudflare import PATH, TOKEN
from slactl.sandbox.packs import add_packs, variables
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from slactl.sources.cloudflare.buckets import look
from slactl.sources.cloudflare.client import CloudflareClient, CloudflareFailure
from slactl.sources.cloudflare.directory import CloudflareDirectory
from slactl.sources.cloudflare.reader import CloudflareReader
from slactl.sources.cloudflare.token import Token
from slactl.sources.cloudwatch import CloudWatchReader
from slactl.sources.configuration import AwsConfiguration
from slactl.sources.configuration.asking import Refusal
from slactl.sources.metric_listing import ListedMetrics
from slactl.sources.regions import RegionalReader
from slactl.workflows.general.sampling import controls_of, take
from slactl.workflows.report import Circumstances, make_report

MONTH = Month.parse("2026-02")
SINCE = datetime(2026, 1, 20, tzinfo=UTC).timestamp()
NOW = int(datetime(2026, 3, 2, 6, tzinfo=UTC).timestamp())
"""Early enough for Cloudflare, which forgets after 31 days, to remember all of February."""
DAY = 86_400
HOME = "eu-south-1"
"""Neither where the edge publishes, nor what the environment of the tests says."""
Faults = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Book:
    """Samples that were kept."""

    kept: tuple[ControlSample, ...]

    def samples(self, span: Span) -> tuple[ControlSample, ...]:
        """Those taken in a span."""
        return tuple(one for one in self.kept if span.start <= one.at < span.end)


def configured(packs: Mapping[str, Mapping[str, object]]) -> Catalogue:
    """The catalogue of a configuration with these packs, without the one service that it must have."""
    told = {
        "version": 1,
        "report": {"timezone": "Europe/Rome"},
        "aws": {"region": HOME},
        "services": {"unused": {"environment": "lambda:prod"}},
        "packs": {name: dict(values) for name, values in packs.items()},
    }
    with tempfile.TemporaryDirectory() as place:
        main = Path(place) / "slactl.yaml"
        main.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        return replace(load_catalogue(main), services=())


def february(
    packs: Sequence[str],
    faults: Faults | None = None,
    catalogue: Catalogue | None = None,
    now: int = NOW,
    token: str = TOKEN,
) -> Report:
    """The report of the month, made ``now``, with these packs on, and these promises broken all month."""
    shown = World(RequestLog.empty(), now=now, region=HOME)
    add_packs(shown, packs, faults=faults, since=SINCE)
    agreed = catalogue or configured({name: variables(name) for name in packs})
    with pytest.MonkeyPatch.context() as patch, Server(shown, keep_params=False) as server:
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        return _reported(agreed, server.url, now, token)


def looks(packs: Sequence[str], faults: Faults | None = None) -> dict[str, bool | None]:
    """Whether the controls of packs hold today, each on all of its targets; None of one that could not be looked at."""
    shown = World(RequestLog.empty(), now=NOW, region=HOME)
    add_packs(shown, packs, faults=faults, since=SINCE)
    agreed = configured({name: variables(name) for name in packs})
    held: dict[str, bool | None] = {}
    with pytest.MonkeyPatch.context() as patch, Server(shown, keep_params=False) as server:
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        for one in _today(agreed, *_clients(agreed, server.url), NOW):
            held[one.control] = None if one.held is None else held.get(one.control, True) and one.held
    return held


def _clients(catalogue: Catalogue, url: str, token: str = TOKEN) -> tuple[AwsWorld, CloudflareClient]:
    timing = Timing(lambda: 0.0, lambda _seconds: None)
    return AwsWorld(catalogue.aws, "test", timing), CloudflareClient(Token(token), f"{url}{PATH}", timing, "test")


def _today(catalogue: Catalogue, world: AwsWorld, client: CloudflareClient, now: int) -> tuple[ControlSample, ...]:
    def elsewhere(operation: str, parameters: Mapping[str, object]) -> object:
        try:
            return look(client, operation, parameters)
        except CloudflareFailure as failure:
            raise Refusal(failure.reason) from None

    configuration = AwsConfiguration(world, read_only_calls(), now, elsewhere)
    return take(catalogue, controls_of(catalogue, now), configuration, now)


def _reported(catalogue: Catalogue, url: str, now: int, token: str) -> Report:
    world, client = _clients(catalogue, url, token)
    today = _today(catalogue, world, client, now)
    book = Book(tuple(replace(one, at=now - days * DAY) for days in range(1, 60) for one in today))
    directory = ListedMetrics(world, now, cloudflare=CloudflareDirectory)
    reader = RegionalReader(
        CloudWatchReader(world),
        lambda: HOME,
        lambda region: CloudWatchReader(world, None, region),
        lambda: CloudflareReader(client, now),
    )
    general = GeneralWorld(directory, book)
    made = Circumstances(now, True, "test", "3", "1", "2026", "0" * 64, "slactl report", general=general)
    return make_report(catalogue, MONTH, reader, {}, made)


def whole_rows(report: Report) -> dict[str, Result]:
    """The row of each entry in all, by its id."""
    return {one.objective: one for one in report.results if one.operation is None}


def not_ok(report: Report) -> dict[str, Status]:
    """What is not OK, by entry."""
    return {name: row.status for name, row in whole_rows(report).items() if row.status is not Status.OK}
