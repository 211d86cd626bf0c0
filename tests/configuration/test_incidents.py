"""Incident files: what a good one gives, what `config check` and `config schema` say of one."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from slactl.configuration import load
from slactl.configuration.findings import find
from slactl.configuration.incidents import ACTION_KEYS, INCIDENT_KEYS
from slactl.configuration.schema import schema_of
from slactl.model.incident import CorrectiveAction, Incident
from slactl.model.span import Span

CONFIG = Path(__file__).parents[2] / "config"
MAIN = """version: 1
report: {timezone: Europe/Rome}
services: {api: {environment: prod}, web: {environment: prod}}
objectives:
  - {id: uptime, indicator: availability, goal: ">= 99.9%", services: [api], reference: {document: D, quote: q}}
  - {id: by-requests, indicator: availability, evaluation: requests, goal: ">= 99%",
     reference: {document: D, quote: q}}
incidents: [one.yaml, two.yaml]
"""
ONE = """incidents:
  - id: INC-1
    service: api
    start: 2026-10-07T14:05
    end: 2026-10-07T12:45:30Z
    ticket: OPS-1
    cause: |
      a cause
      of two lines
    impact: all requests failed
    correction: restarted
    corrective_action:
      - {action: check it, owner: SRE, due: 2026-11-30, done: 2026-10-07}
      - {action: and again, owner: SRE}
    objectives: [uptime]
    add_downtime: true
"""
TWO = "incidents: [{id: INC-2, services: [api, web], start: 2026-10-08T00:00+05:30, cause: under investigation}]\n"


def incidents_of(folder: Path, one: str = ONE, two: str = TWO, main: str = MAIN) -> tuple[Incident, ...]:
    for name, text in (("slactl", main), ("one", one), ("two", two)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(folder / "slactl.yaml").catalogue.incidents


def test_incidents_of_all_files_are_read(tmp_path: Path) -> None:
    first, second = incidents_of(tmp_path)
    assert first == Incident(
        "INC-1",
        ("api",),
        1791374700,
        1791377130,
        "a cause of two lines",
        "OPS-1",
        "all requests failed",
        "restarted",
        (
            CorrectiveAction("check it", "SRE", date(2026, 11, 30), date(2026, 10, 7)),
            CorrectiveAction("and again", "SRE"),
        ),
        ("uptime",),
        add_downtime=True,
        sha256=hashlib.sha256(ONE.encode()).hexdigest(),
    )
    assert (second.services, second.start, second.end) == (("api", "web"), 1791397800, None)
    assert (second.objectives, second.actions, second.add_downtime) == (None, (), False)


def test_the_files_are_named_with_their_digests(tmp_path: Path) -> None:
    incidents_of(tmp_path)
    files = {file.name: file.sha256 for file in load(tmp_path / "slactl.yaml").catalogue.files}
    assert files["one.yaml"] == hashlib.sha256(ONE.encode()).hexdigest()
    assert {"slactl.yaml", "one.yaml", "two.yaml"} == set(files)


def test_an_incident_goes_on_until_now_and_not_before_it_began(tmp_path: Path) -> None:
    first, second = incidents_of(tmp_path)
    assert first.until(0) == Span(1791374700, 1791377130)
    assert second.until(1791397800 + 60) == Span(1791397800, 1791397860)
    assert second.until(1791397800) is None


def test_without_incidents_there_are_none(tmp_path: Path) -> None:
    assert incidents_of(tmp_path, main=MAIN.replace("incidents: [one.yaml, two.yaml]\n", "")) == ()
    assert incidents_of(tmp_path, one="incidents: []\n", two="incidents: []\n") == ()


@pytest.mark.parametrize(
    ("two", "found"),
    [
        (TWO, []),
        (TWO.replace("cause:", "end: 2026-10-08T01:00+05:30, cause:"), ["incident-incomplete"]),
        (TWO.replace("[api, web]", "[web]").replace("cause:", "add_downtime: true, cause:"), ["declared-not-counted"]),
        (TWO.replace("cause:", "add_downtime: true, cause:"), []),
    ],
)
def test_what_is_hardly_meant_is_found(tmp_path: Path, two: str, found: list[str]) -> None:
    incidents_of(tmp_path, two=two)
    findings = find(load(tmp_path / "slactl.yaml"))
    assert [(one.code, one.file) for one in findings] == [(code, str(tmp_path / "two.yaml")) for code in found]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    incidents_of(tmp_path, one=ONE.replace("    correction: restarted\n", ""))
    [finding] = find(load(tmp_path / "slactl.yaml"))
    assert "is over and has no correction" in finding.what


def test_the_editor_s_schema_knows_the_keys_and_the_shipped_file() -> None:
    schema = schema_of("incidents")
    Draft202012Validator.check_schema(schema)
    item = schema["properties"]["incidents"]["items"]  # type: ignore[index]
    assert set(item["properties"]) == set(INCIDENT_KEYS)
    assert set(item["properties"]["corrective_action"]["oneOf"][0]["properties"]) == set(ACTION_KEYS)
    text = (CONFIG / "example-incidents.yaml").read_text(encoding="utf-8")
    Draft202012Validator(schema).validate(yaml.load(text, yaml.BaseLoader) | _flags(text))


def _flags(text: str) -> dict[str, object]:
    """The file with its truth values: PyYAML alone would make dates of dates, which editors don't."""
    incidents = yaml.load(text, yaml.BaseLoader)["incidents"]
    return {"incidents": [{**one, **({"add_downtime": True} if "add_downtime" in one else {})} for one in incidents]}


@pytest.mark.parametrize(
    "text",
    [
        "incident: []",
        "incidents: [{id: A, service: api, start: 2026-10-07T14:05}]",
        "incidents: [{id: A, start: 2026-10-07T14:05, cause: x}]",
        "incidents: [{id: A, service: api, services: [api], start: 2026-10-07T14:05, cause: x}]",
        "incidents: [{id: A, service: api, start: 2026-10-07, cause: x}]",
        'incidents: [{id: A, service: api, start: 2026-10-07T14:05, cause: ""}]',
        "incidents: [{id: A, service: api, start: 2026-10-07T14:05, cause: x, corrective_action: {action: x}}]",
    ],
)
def test_the_editor_s_schema_sees_the_usual_mistakes(text: str) -> None:
    read = yaml.load(text, yaml.BaseLoader)
    assert list(Draft202012Validator(schema_of("incidents")).iter_errors(read))
