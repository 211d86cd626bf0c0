"""Runs the product on a case of the oracle: a sandbox over HTTP, real boto3, the real configuration.

The one rule: what the product is given are requests and YAML; nothing of the oracle's figures.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from slactl.aws.session import AwsWorld, Timing
from slactl.configuration import load_catalogue
from slactl.formats.annual.json import render as render_statement
from slactl.formats.json import render
from slactl.model.period import Month
from slactl.model.report import Report
from slactl.model.service import SourceKind
from slactl.ports import InventorySource
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import Behaviour, World
from slactl.sources.api_gateway import ApiGatewayInventory
from slactl.sources.application_signals import ApplicationSignalsInventory
from slactl.sources.cloudwatch import CloudWatchReader
from slactl.workflows.annual.statement import make_statement
from slactl.workflows.report import Circumstances, make_report
from tests.oracle.facts import Case, Request, Service, configuration
from tests.oracle.times import year_months

ACCOUNT = "123456789012"
FORMS = [
    json.loads((files("slactl.formats") / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("report", "annual")
]
KNOWN = Registry().with_resources((form["$id"], Resource.from_contents(form)) for form in FORMS)
SCHEMA, ANNUAL = (Draft202012Validator(form, registry=KNOWN) for form in FORMS)


def no_pause() -> Timing:
    """A clock that jumps: pacing is obeyed without waiting."""
    return Timing(lambda: 0.0, lambda seconds: None)


def log_of(rows: list[tuple[Any, ...]]) -> RequestLog:
    """A request log from (ms, operation, latency, status, service, environment)."""
    return RequestLog.from_rows(rows)


def _rows(requests: tuple[Request, ...], service: str, environment: str) -> list[tuple[Any, ...]]:
    return [(one.at_ms, one.operation or "", one.latency_ms, one.status, service, environment) for one in requests]


def through_a_gateway(case: Case) -> Case:
    """The case as a gateway can have it: what is named like no method reaches no method."""
    return replace(case, services=tuple(_routed(service) for service in case.services))


def _routed(service: Service) -> Service:
    if service.gateway is None:
        return service
    answered = (
        one if one.operation and " " in one.operation else replace(one, operation=None) for one in service.gateway
    )
    return replace(service, gateway=tuple(answered))


def world_of(case: Case, **options: Any) -> World:
    """The sandbox's world of a case."""
    own = [row for one in case.services for row in _rows(one.requests, one.key, one.environment)]
    gate = [row for one in case.services for row in _rows(one.gateway or (), f"{one.key}-public", "prod")]
    gateway = log_of(gate) if gate else None
    return World(log_of(own), gateway, now=case.now, account=ACCOUNT, **options)


def run(catalogue_path: Path, month: str, now: int, url: str, monkeypatch: pytest.MonkeyPatch) -> Report:
    """The product's report, over HTTP."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    catalogue = load_catalogue(catalogue_path)
    world = AwsWorld(catalogue.aws, "test", no_pause())
    made = Circumstances(now, True, "test", "3", "1", "2026", "0" * 64, "slactl report")
    return make_report(catalogue, Month.parse(month), CloudWatchReader(world), _inventories(world), made)


def _name_methods(entry: dict[str, Any], service: Service) -> None:
    """Names every method of a gateway, as users do whose methods died: ListMetrics forgets after two weeks."""
    names = sorted({one.operation for one in service.gateway or () if one.operation})
    if names:
        entry["operations"] = [*entry.get("operations", ()), *({"match": name} for name in names)]


def write_configuration(case: Case, directory: Path) -> Path:
    """The case's YAML files; the main one's path."""
    content = configuration(case)
    for service in case.services:
        _name_methods(content["services"][service.key], service)
    if case.maintenance.get("windows"):
        content["maintenance"] = "maintenance.yaml"
        (directory / "maintenance.yaml").write_text(yaml.safe_dump(dict(case.maintenance), sort_keys=False))
    if case.incidents:
        content["incidents"] = "incidents.yaml"
        told = {"incidents": [dict(one) for one in case.incidents]}
        (directory / "incidents.yaml").write_text(yaml.safe_dump(told, sort_keys=False))
    main = directory / "slactl.yaml"
    main.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    return main


def statement_of(case: Case, **options: Any) -> dict[str, Any]:
    """The product's annual statement (JSON) of the agreement year in which the case's month lies."""
    year = int(year_months(case.month, case.year_starts)[0][:4])
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as place,
        Server(world_of(case, **options), keep_params=False) as server,
    ):
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        catalogue = load_catalogue(write_configuration(case, Path(place)))
        world = AwsWorld(catalogue.aws, "test", no_pause())
        made = Circumstances(case.now, True, "test", "3", "1", "2026", "0" * 64, "slactl report")
        statement = make_statement(catalogue, year, CloudWatchReader(world), _inventories(world), made)
    document: dict[str, Any] = json.loads(render_statement(statement, "en"))
    ANNUAL.validate(document)
    return document


def _inventories(world: AwsWorld) -> dict[SourceKind, InventorySource]:
    return {
        SourceKind.APPLICATION_SIGNALS: ApplicationSignalsInventory(world),
        SourceKind.API_GATEWAY: ApiGatewayInventory(world),
    }


def report_of(case: Case, behaviour: Behaviour | None = None, **options: Any) -> dict[str, Any]:
    """The product's JSON report of a case.

    Raises:
        ConfigurationError: if the case can't be written as a configuration.
    """
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        world = world_of(case, **options)
        if behaviour is not None:
            world.behaviour = behaviour
        with Server(world, keep_params=False) as server:
            main = write_configuration(case, Path(place))
            report = run(main, case.month, case.now, server.url, patch)
    document: dict[str, Any] = json.loads(render(report, "en"))
    SCHEMA.validate(document)
    return document


__all__ = ["Service", "report_of", "run", "world_of", "write_configuration"]
