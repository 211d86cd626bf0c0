"""``slactl config check / show / schema`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slactl.cli.config import config_app

ROOT = Path(__file__).parents[2]
SERVICES = """\
version: 1
report: {timezone: Europe/Rome}
services:
  api:
    environment: prod
    operations:
      - {match: "GET *", class: read}
      - {match: "GET /users/*", as: users}
"""
OBJECTIVES = """\
objectives:
  - {id: uptime, indicator: availability, goal: ">= 99.9%", slice: 1m, reference: {document: SLA}}
  - {id: query, indicator: percentile, percentile: p95, class: query, goal: "< 2s", reference: {document: A, quote: b}}
maintenance: windows.yaml
"""
WINDOWS = """\
notice: 48h
windows:
  - {id: A, start: 2026-10-14T02:01, end: 2026-10-14T04:00, announced: 2026-10-13T02:01, reason: x}
  - {id: B, start: 2026-10-14T02:00, end: 2026-10-14T04:00, reason: x}
  - {id: C, start: 2026-10-14T02:03, end: 2026-10-14T04:00, reason: x, cancelled: true}
  - id: D
    start: 2026-10-04T02:30
    end: 2026-10-04T03:02
    rrule: FREQ=WEEKLY;COUNT=3
    announced: 2026-10-05T09:00
    reason: x
"""
GRID = "(what is left out is shrunk inward to whole five minutes)"
LATE = "will not be left out of any figure)"
FOUND = [
    (
        "slactl.yaml:8: services.api.operations[2] is never reached, 'GET *' before it matches all of 'GET /users/*' "
        "(the first match wins: put the narrower one first)"
    ),
    (
        "slactl.yaml:10: objectives.uptime quotes no promise "
        "(an auditor wants to read the promise: reference: {document: ..., section: ..., quote: ...})"
    ),
    (
        "slactl.yaml:10: objectives.uptime has slices of 1m "
        "(CloudWatch keeps one minute for 15 days only: use 5m, or keep evidence with resolution: 1m)"
    ),
    (
        "slactl.yaml:11: objectives.query wants a class no match gives: query "
        "(without it nothing is rated; add {match: ..., class: query} to a service's operations)"
    ),
    f"windows.yaml:3: windows.A has an edge off the five-minute grid: start {GRID}",
    f"windows.yaml:3: windows.A was announced 1d before, the agreement wants 2d (it {LATE}",
    f"windows.yaml:4: windows.B was never announced (it {LATE}",
    f"windows.yaml:5: windows.C has an edge off the five-minute grid: start {GRID}",
    f"windows.yaml:8: windows.D has an edge off the five-minute grid: end {GRID}",
    f"windows.yaml:10: windows.D was announced 0s before, the agreement wants 2d (its first occurrence {LATE}",
]


CODES = {"never-reached", "no-quote", "slice-off-grid", "class-without-match", "off-grid"}
CODES |= {"late-announcement", "not-announced"}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, without a word from the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLACTL_CONFIG", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(config_app, list(arguments))


def test_the_example_is_clean() -> None:
    result = run("check", "--config", str(ROOT / "config" / "example.yaml"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_findings_are_data_one_a_line(place: Path) -> None:
    (place / "slactl.yaml").write_text(SERVICES + OBJECTIVES)
    (place / "windows.yaml").write_text(WINDOWS)
    result = run("check")
    assert (result.exit_code, result.stdout.splitlines(), result.stderr) == (2, FOUND, "")
    as_json = json.loads(run("check", "--format", "json").stdout)
    assert as_json["schema"] == "slactl.config-check/1"
    assert as_json["mistakes"] == []
    codes = {each["code"] for each in as_json["findings"]}
    assert codes == CODES
    assert [each["line"] for each in as_json["findings"]] == [8, 10, 10, 11, 3, 3, 4, 5, 8, 10]


CONTROLS = """\
objectives:
  - {id: c, indicator: control, call: "dynamodb:DescribeTable", with: {Table: a, Name: [b]}, select: Table.TableStatus,
     expect: ACTIVE, reference: {document: A, quote: b}}
  - {id: d, indicator: control, call: "dynamodb:DescribeTable", with: {TableName: a}, select: Table.Status,
     expect: {absent: true}, reference: {document: A, quote: b}}
  - {id: e, indicator: control, call: "dynamodb:DescribeTable", with: {TableName: "{each}"}, for_each: [a, b],
     select: Table.TableStatus, expect: ACTIVE, reference: {document: A, quote: b}, goal: ">= 0%"}
"""


def test_controls_are_held_against_the_model_of_their_call(place: Path) -> None:
    (place / "slactl.yaml").write_text(SERVICES.replace('      - {match: "GET /users/*", as: users}\n', "") + CONTROLS)
    result = run("check")
    assert result.exit_code == 2
    told = [line.partition(" (")[0] for line in result.stdout.splitlines()]
    start = "slactl.yaml:9: objectives.c gives dynamodb:DescribeTable what it does not take: "
    assert told[0] == start + 'Missing required parameter in input: "TableName"'
    assert told[1].startswith(start + 'Unknown parameter in input: "Table", must be one of: TableName')
    assert told[-2] == "slactl.yaml:11: objectives.d asks for what dynamodb:DescribeTable does not tell: Status"
    assert told[-1] == "slactl.yaml:14: objectives.e cannot be missed: >= 0%"


@pytest.mark.parametrize("command", ["check", "show"])
def test_mistakes_are_wrong_usage_and_talk(command: str, place: Path) -> None:
    (place / "slactl.yaml").write_text("version: 1\nreport: {language: fr}\n")
    result = run(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[:3] == [
        "slactl.yaml:1: the file has no services",
        "  hint: slactl discover lists what is there",
        "slactl.yaml:2: report.language must be it or en, found 'fr'",
    ]
    assert "found 2 mistakes" in result.stderr


def test_mistakes_as_json(place: Path) -> None:
    (place / "slactl.yaml").write_text("version: 1\nservices: {api: {environment: prod}}\nreport: {langauge: it}\n")
    result = run("check", "--format", "json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["mistakes"] == [
        {
            "file": "slactl.yaml",
            "line": 3,
            "what": "unknown key in report, found 'langauge'",
            "hint": "did you mean language?",
        }
    ]


def test_nothing_to_look_at_is_no_finding(place: Path) -> None:
    assert run("check").exit_code == 3
    assert run("check", "--config", "gone.yaml").exit_code == 3
    assert "gone.yaml: the configuration is missing" in run("check", "--config", "gone.yaml").stderr
    assert run("show").exit_code == 2


def test_the_environment_names_the_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "other.yaml").write_text(SERVICES)
    monkeypatch.setenv("SLACTL_CONFIG", "other.yaml")
    assert "# other.yaml:5" in run("show").stdout


def test_show_tells_every_origin(place: Path) -> None:
    (place / "slactl.yaml").write_text(SERVICES)
    shown = run("show").stdout.splitlines()
    values = {line.split(" = ")[0].strip(): line.split(" = ", 1)[1].split() for line in shown}
    assert values["report.timezone"] == ["Europe/Rome", "#", "slactl.yaml:2"]
    assert values["report.settle"] == ["10m", "#", "default"]
    assert values["services.api.name"] == ["api", "#", "default"]
    assert values["aws.region"] == ["-", "#", "default"]
    assert values["objectives.uptime.over"] == ["year", "#", "bundled:isms.yaml:18"]
    assert len({line.index(" = ") for line in shown}) == 1
    as_json = json.loads(run("show", "--format", "json").stdout)
    assert as_json["schema"] == "slactl.config/1"
    assert {"key": "report.settle", "value": "10m", "origin": "default"} in as_json["values"]
    assert len(as_json["values"]) == len(shown)


@pytest.mark.parametrize("what", ["config", "objectives", "maintenance"])
def test_schema_prints_one_document(what: str) -> None:
    result = run("schema", "--of", what)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_schema_is_of_the_main_file_by_default() -> None:
    assert run("schema").stdout == run("schema", "--of", "config").stdout
